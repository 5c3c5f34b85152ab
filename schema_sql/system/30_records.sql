-- One row for every record of every table, kept by triggers (60_tracking.sql): identity, name and time of anything,
-- the one text index, and the names by which texts refer to it.

CREATE TABLE records (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    label text NOT NULL,
    at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX records_type_idx ON records (user_id, type, at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX records_at_idx ON records (user_id, at DESC, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE records IS 'One row for every record of every type. @class ledger';
COMMENT ON COLUMN records.label IS 'The title or name to show.';
COMMENT ON COLUMN records.at IS 'The moment on the timeline: when it happened, else when it was created.';

-- What is found by words. Long texts stand in pieces (80_search.sql), and those have an index of their own: a piece says
-- nothing about its record without the others.
CREATE TABLE record_texts (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    chunk integer NOT NULL,
    body text NOT NULL,
    tsv tsvector NOT NULL,
    is_part boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, id, chunk)
);
CREATE INDEX record_texts_tsv_idx ON record_texts USING gin (user_id, tsv)
    WITH (fastupdate = on, gin_pending_list_limit = 2048) WHERE NOT is_part;
CREATE INDEX record_texts_parts_idx ON record_texts USING gin (user_id, tsv)
    WITH (fastupdate = on, gin_pending_list_limit = 2048) WHERE is_part;
COMMENT ON TABLE record_texts IS 'The searchable text of records. @class ledger';
COMMENT ON COLUMN record_texts.is_part IS 'Whether the text of the record is longer than one piece.';

CREATE TABLE record_names (
    user_id uuid NOT NULL,
    key text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    is_path boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, key, id, name)
);
CREATE INDEX record_names_id_idx ON record_names (user_id, id);
COMMENT ON TABLE record_names IS 'The names by which texts refer to records. @class ledger';
COMMENT ON COLUMN record_names.key IS 'name_key of the name, and for a path of its last part too: what is looked up.';
COMMENT ON COLUMN record_names.is_path IS 'Whether the name is the path of a file, as links in a vault see it.';
