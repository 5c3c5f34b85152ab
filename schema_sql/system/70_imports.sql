-- Where records came from: an import source is a connector too.

CREATE TABLE sync_connectors (
    LIKE entity INCLUDING ALL,
    connector_type text NOT NULL,
    display_name text NOT NULL,
    identity text NOT NULL,
    direction text NOT NULL DEFAULT 'pull' CHECK (direction IN ('pull', 'push', 'both')),
    settings jsonb NOT NULL DEFAULT '{}',
    status text,
    last_run_at timestamptz
);
CREATE UNIQUE INDEX sync_connectors_identity_key ON sync_connectors (user_id, identity) WHERE deleted_at IS NULL;
COMMENT ON TABLE sync_connectors IS 'A source of records: an account to synchronise with, or files once imported. @flags C @label display_name';
COMMENT ON COLUMN sync_connectors.connector_type IS 'markdown, icalendar, vcard, caldav ...';
COMMENT ON COLUMN sync_connectors.display_name IS 'What to call it. @title';
COMMENT ON COLUMN sync_connectors.identity IS 'What makes it the same source at the next run, as markdown:/home/ana/vault.';

CREATE TABLE sync_mappings (
    user_id uuid NOT NULL DEFAULT acting_user(),
    connector_id uuid NOT NULL,
    remote_id text NOT NULL,
    record_type text NOT NULL,
    record_id uuid NOT NULL,
    parent_remote_id text,
    scope text,
    content_sha256 bytea,
    remote_etag text,
    base jsonb,
    synced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, connector_id, remote_id)
);
ALTER TABLE sync_mappings ADD CONSTRAINT sync_mappings_connector_fkey FOREIGN KEY (user_id, connector_id)
    REFERENCES sync_connectors (user_id, id) ON DELETE CASCADE;
CREATE INDEX sync_mappings_record_idx ON sync_mappings (user_id, record_id);
CREATE INDEX sync_mappings_parent_idx ON sync_mappings (user_id, connector_id, parent_remote_id);
CREATE INDEX sync_mappings_scope_idx ON sync_mappings (user_id, connector_id, scope) WHERE parent_remote_id IS NULL;
COMMENT ON TABLE sync_mappings IS 'Which record mirrors which item of a source. @class ledger';
COMMENT ON COLUMN sync_mappings.parent_remote_id IS 'The item this row is a part of, or null for the item itself.';
COMMENT ON COLUMN sync_mappings.scope IS 'The file or directory the item was last seen in.';
COMMENT ON COLUMN sync_mappings.content_sha256 IS 'What the item was like when it last came in.';
COMMENT ON COLUMN sync_mappings.base IS 'The columns as the source last gave them: the common ancestor.';

CREATE TABLE import_batches (
    LIKE entity INCLUDING ALL,
    format text NOT NULL,
    path text NOT NULL,
    counts jsonb NOT NULL DEFAULT '{}',
    problems jsonb NOT NULL DEFAULT '[]',
    change_set_id uuid,
    finished_at timestamptz
);
COMMENT ON TABLE import_batches IS 'One run of an import: what came in and what could not. @flags C @label path,format @managed';
COMMENT ON COLUMN import_batches.path IS 'What was imported. @title';
COMMENT ON COLUMN import_batches.change_set_id IS 'The change set of everything it wrote.';

CREATE TABLE raw_records (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    record_id uuid NOT NULL,
    media_type text NOT NULL,
    payload bytea NOT NULL,
    sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
ALTER TABLE raw_records ADD CONSTRAINT raw_records_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX raw_records_key ON raw_records (user_id, record_id, sha256);
COMMENT ON TABLE raw_records IS 'What a source really sent, where parsing would lose something. @class ledger';

CREATE TABLE found_files (
    user_id uuid NOT NULL DEFAULT acting_user(),
    record_id uuid NOT NULL,
    uri text NOT NULL,
    sha256 bytea NOT NULL,
    PRIMARY KEY (user_id, record_id)
);
ALTER TABLE found_files ADD CONSTRAINT found_files_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX found_files_sha256_idx ON found_files (user_id, sha256);
COMMENT ON TABLE found_files IS 'Where an import of this instance read the bytes of a file. No other place is ever opened. @class ledger';
COMMENT ON COLUMN found_files.uri IS 'file:///home/ana/boat.jpg, or jar:file:///home/ana/trip.zip!/boat.jpg.';
COMMENT ON COLUMN found_files.sha256 IS 'Of what was read there; while it is the same, it is given out.';
