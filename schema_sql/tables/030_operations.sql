-- How the house runs: syncs with their conflicts and what is still to be sent, jobs, and what the person is told.
-- Connectors, mappings and imports are the machinery's own (system/70_imports.sql), as is the log (system/50_changes.sql).

CREATE TABLE sync_history (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    connector_id uuid NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status text NOT NULL DEFAULT 'running',
    full_sync boolean NOT NULL DEFAULT false,
    pulled integer NOT NULL DEFAULT 0,
    pushed integer NOT NULL DEFAULT 0,
    created integer NOT NULL DEFAULT 0,
    updated integer NOT NULL DEFAULT 0,
    deleted integer NOT NULL DEFAULT 0,
    conflicts integer NOT NULL DEFAULT 0,
    retries integer NOT NULL DEFAULT 0,
    state_before text,
    state_after text,
    change_set_id uuid,
    error text,
    PRIMARY KEY (user_id, id),
    CONSTRAINT sync_history_status_check CHECK (status IN ('running', 'succeeded', 'partial', 'failed', 'cancelled')),
    CONSTRAINT sync_history_period_check CHECK (finished_at >= started_at)
);
COMMENT ON TABLE sync_history IS 'One run of a connector: what it brought, what it sent, and how it ended.
@class ledger @type sync_run @flags T @time started_at';
COMMENT ON COLUMN sync_history.connector_id IS 'The connector that ran';
COMMENT ON COLUMN sync_history.finished_at IS 'When it ended; empty while it runs';
COMMENT ON COLUMN sync_history.status IS 'running, succeeded, partial, failed or cancelled';
COMMENT ON COLUMN sync_history.full_sync IS 'Everything was asked for, not only what had changed';
COMMENT ON COLUMN sync_history.pulled IS 'How many items came from the other side';
COMMENT ON COLUMN sync_history.pushed IS 'How many items went to the other side';
COMMENT ON COLUMN sync_history.created IS 'How many records were made here';
COMMENT ON COLUMN sync_history.updated IS 'How many records were changed here';
COMMENT ON COLUMN sync_history.deleted IS 'How many records were deleted here';
COMMENT ON COLUMN sync_history.conflicts IS 'How many records had changed on both sides';
COMMENT ON COLUMN sync_history.retries IS 'How often something had to be tried again';
COMMENT ON COLUMN sync_history.state_before IS 'The other side''s mark of where it stood before (sync-token, historyId)';
COMMENT ON COLUMN sync_history.state_after IS 'Its mark afterwards: where the next run goes on';
COMMENT ON COLUMN sync_history.change_set_id IS 'The change set of everything it wrote';
COMMENT ON COLUMN sync_history.error IS 'What went wrong';
CREATE INDEX sync_history_connector_id_idx ON sync_history (user_id, connector_id, started_at DESC);
CREATE INDEX sync_history_started_at_idx ON sync_history USING brin (started_at);
ALTER TABLE sync_history ADD CONSTRAINT sync_history_connector_id_fkey
    FOREIGN KEY (user_id, connector_id) REFERENCES sync_connectors (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE sync_conflicts (
    LIKE entity INCLUDING ALL,
    connector_id uuid NOT NULL,
    remote_id text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    fields text[] NOT NULL DEFAULT '{}',
    base jsonb,
    local jsonb,
    remote jsonb,
    resolution text,
    resolved_by text,
    resolved_at timestamptz,
    CONSTRAINT sync_conflicts_remote_id_check CHECK (remote_id <> ''),
    CONSTRAINT sync_conflicts_resolution_check CHECK (resolution IN ('local', 'remote', 'merged', 'both')),
    CONSTRAINT sync_conflicts_resolved_by_check CHECK (resolved_by IN ('person', 'policy')),
    CONSTRAINT sync_conflicts_resolved_at_check CHECK ((resolution IS NULL) = (resolved_at IS NULL))
);
COMMENT ON TABLE sync_conflicts IS 'A record that was changed here and on the other side since the two last agreed.
@flags C @label fields,remote_id @sensitivity high';
COMMENT ON COLUMN sync_conflicts.connector_id IS 'The connector that came upon it';
COMMENT ON COLUMN sync_conflicts.remote_id IS 'What the item is called on the other side';
COMMENT ON COLUMN sync_conflicts.subject_type IS 'Type of the record';
COMMENT ON COLUMN sync_conflicts.subject_id IS 'The record, of any type';
COMMENT ON COLUMN sync_conflicts.fields IS 'The columns that differ';
COMMENT ON COLUMN sync_conflicts.base IS 'These columns as both sides last had them; empty where that is not known';
COMMENT ON COLUMN sync_conflicts.local IS 'These columns as they were here; empty where the record was deleted here';
COMMENT ON COLUMN sync_conflicts.remote IS 'These columns as they were there; empty where the item was deleted there';
COMMENT ON COLUMN sync_conflicts.resolution IS 'local (ours was kept), remote (theirs was), merged, or both (two records
were made of it); empty while it is open';
COMMENT ON COLUMN sync_conflicts.resolved_by IS 'Who decided: person, or the policy of the connector';
COMMENT ON COLUMN sync_conflicts.resolved_at IS 'When it was decided; empty while it is open';
CREATE INDEX sync_conflicts_connector_id_idx ON sync_conflicts (user_id, connector_id) WHERE deleted_at IS NULL;
CREATE INDEX sync_conflicts_subject_id_idx ON sync_conflicts (user_id, subject_id) WHERE deleted_at IS NULL;
CREATE INDEX sync_conflicts_open_idx
    ON sync_conflicts (user_id, created_at) WHERE deleted_at IS NULL AND resolved_at IS NULL;
ALTER TABLE sync_conflicts ADD CONSTRAINT sync_conflicts_connector_id_fkey
    FOREIGN KEY (user_id, connector_id) REFERENCES sync_connectors (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sync_conflicts ADD CONSTRAINT sync_conflicts_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- What is purged takes along what was still to be sent of it. That it is gone is sent under its remote_id alone.
CREATE TABLE sync_outbox (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    connector_id uuid NOT NULL,
    remote_id text,
    record_type text,
    record_id uuid,
    operation text NOT NULL,
    payload jsonb,
    idempotency_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    delivered_at timestamptz,
    PRIMARY KEY (user_id, id),
    CONSTRAINT sync_outbox_operation_check CHECK (operation IN ('create', 'update', 'delete')),
    CONSTRAINT sync_outbox_record_check CHECK ((record_type IS NULL) = (record_id IS NULL)),
    CONSTRAINT sync_outbox_subject_check CHECK (record_id IS NOT NULL OR remote_id IS NOT NULL),
    CONSTRAINT sync_outbox_attempts_check CHECK (attempts >= 0)
);
COMMENT ON TABLE sync_outbox IS 'A change that is to be sent to the other side of a connector: written together with
the change itself, so that none is lost and none is sent twice.
@class ledger @type sync_outbox_item @plural sync_outbox @flags T @time created_at';
COMMENT ON COLUMN sync_outbox.connector_id IS 'The connector that sends it';
COMMENT ON COLUMN sync_outbox.remote_id IS 'What the item is called on the other side; empty for a new one';
COMMENT ON COLUMN sync_outbox.record_type IS 'Type of the record';
COMMENT ON COLUMN sync_outbox.record_id IS 'The record; empty where it was purged here and is to be deleted there';
COMMENT ON COLUMN sync_outbox.operation IS 'create, update or delete';
COMMENT ON COLUMN sync_outbox.payload IS 'The changed columns; empty for a deletion';
COMMENT ON COLUMN sync_outbox.idempotency_key IS 'By which the other side knows what it has already taken in';
COMMENT ON COLUMN sync_outbox.attempts IS 'How often it was tried';
COMMENT ON COLUMN sync_outbox.next_attempt_at IS 'Not to be tried again before';
COMMENT ON COLUMN sync_outbox.last_error IS 'Why the last attempt failed';
COMMENT ON COLUMN sync_outbox.delivered_at IS 'When the other side took it in; empty while it waits';
CREATE UNIQUE INDEX sync_outbox_idempotency_key_key ON sync_outbox (user_id, idempotency_key);
CREATE INDEX sync_outbox_connector_id_idx ON sync_outbox (user_id, connector_id, created_at);
CREATE INDEX sync_outbox_record_id_idx ON sync_outbox (user_id, record_id) WHERE record_id IS NOT NULL;
CREATE INDEX sync_outbox_waiting_idx ON sync_outbox (user_id, next_attempt_at) WHERE delivered_at IS NULL;
CREATE INDEX sync_outbox_created_at_idx ON sync_outbox USING brin (created_at);
ALTER TABLE sync_outbox ADD CONSTRAINT sync_outbox_connector_id_fkey
    FOREIGN KEY (user_id, connector_id) REFERENCES sync_connectors (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sync_outbox ADD CONSTRAINT sync_outbox_record_id_fkey
    FOREIGN KEY (user_id, record_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE background_jobs (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    queue text NOT NULL,
    kind text NOT NULL,
    record_type text,
    record_id uuid,
    args jsonb NOT NULL DEFAULT '{}',
    job_key text,
    priority smallint NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'queued',
    created_at timestamptz NOT NULL DEFAULT now(),
    run_after timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 5,
    locked_by text,
    locked_until timestamptz,
    last_error text,
    finished_at timestamptz,
    PRIMARY KEY (user_id, id),
    CONSTRAINT background_jobs_status_check CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT background_jobs_record_check CHECK ((record_type IS NULL) = (record_id IS NULL)),
    CONSTRAINT background_jobs_attempts_check CHECK (attempts >= 0 AND max_attempts > 0),
    CONSTRAINT background_jobs_locked_check CHECK ((locked_by IS NULL) = (locked_until IS NULL))
);
COMMENT ON TABLE background_jobs IS 'Work that is done later: embed, extract, sync, decay, export.
@class ledger @flags T @time created_at';
COMMENT ON COLUMN background_jobs.queue IS 'Which workers take it: embed, extract, sync, decay, export';
COMMENT ON COLUMN background_jobs.kind IS 'What is to be done';
COMMENT ON COLUMN background_jobs.record_type IS 'Type of the record that it is done with';
COMMENT ON COLUMN background_jobs.record_id IS 'The record that it is done with; its purge ends the job';
COMMENT ON COLUMN background_jobs.args IS 'What else the worker needs to know, by name';
COMMENT ON COLUMN background_jobs.job_key IS 'Of a key only one job of a queue waits at a time';
COMMENT ON COLUMN background_jobs.priority IS 'Greater is sooner';
COMMENT ON COLUMN background_jobs.status IS 'queued, running, done, failed or cancelled';
COMMENT ON COLUMN background_jobs.run_after IS 'Not to be begun before';
COMMENT ON COLUMN background_jobs.attempts IS 'How often it was tried';
COMMENT ON COLUMN background_jobs.max_attempts IS 'After how many attempts it has failed';
COMMENT ON COLUMN background_jobs.locked_by IS 'The worker that has it';
COMMENT ON COLUMN background_jobs.locked_until IS 'Until when that worker has it; then another one may take it';
COMMENT ON COLUMN background_jobs.last_error IS 'Why the last attempt failed';
CREATE UNIQUE INDEX background_jobs_job_key_key ON background_jobs (user_id, queue, job_key) WHERE status = 'queued';
CREATE INDEX background_jobs_queued_idx
    ON background_jobs (user_id, queue, priority DESC, run_after, id) WHERE status = 'queued';
CREATE INDEX background_jobs_locked_idx ON background_jobs (user_id, locked_until) WHERE status = 'running';
CREATE INDEX background_jobs_record_id_idx ON background_jobs (user_id, record_id) WHERE record_id IS NOT NULL;
CREATE INDEX background_jobs_created_at_idx ON background_jobs USING brin (created_at);
ALTER TABLE background_jobs ADD CONSTRAINT background_jobs_record_id_fkey
    FOREIGN KEY (user_id, record_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE notifications (
    LIKE entity INCLUDING ALL,
    kind text NOT NULL DEFAULT 'reminder',
    title text NOT NULL,
    body text,
    subject_type text,
    subject_id uuid,
    due_at timestamptz NOT NULL DEFAULT now(),
    channel text NOT NULL DEFAULT 'app',
    delivered_at timestamptz,
    read_at timestamptz,
    CONSTRAINT notifications_kind_check CHECK (
        kind IN ('reminder', 'expiry', 'insight', 'conflict', 'search', 'import', 'error', 'other')
    ),
    CONSTRAINT notifications_channel_check CHECK (channel IN ('app', 'email', 'push')),
    CONSTRAINT notifications_subject_check CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
COMMENT ON TABLE notifications IS 'Something that the person is told: an alarm of an event, a passport that expires, a
conflict of a sync. @flags C @label title @time due_at @sensitivity high';
COMMENT ON COLUMN notifications.kind IS 'reminder, expiry, insight, conflict, search, import, error or other';
COMMENT ON COLUMN notifications.title IS 'What it says in one line @title';
COMMENT ON COLUMN notifications.body IS 'All else that it says @text @markdown';
COMMENT ON COLUMN notifications.subject_type IS 'Type of the record that it is about';
COMMENT ON COLUMN notifications.subject_id IS 'The record that it is about, of any type';
COMMENT ON COLUMN notifications.due_at IS 'When it is to be shown';
COMMENT ON COLUMN notifications.channel IS 'How it is told: app, email or push';
COMMENT ON COLUMN notifications.delivered_at IS 'When it was shown or sent @volatile';
COMMENT ON COLUMN notifications.read_at IS 'When it was read; empty means it is new';
CREATE INDEX notifications_subject_id_idx ON notifications (user_id, subject_id) WHERE deleted_at IS NULL;
CREATE INDEX notifications_due_at_idx ON notifications (user_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notifications_unread_idx
    ON notifications (user_id, due_at) WHERE deleted_at IS NULL AND read_at IS NULL;
ALTER TABLE notifications ADD CONSTRAINT notifications_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
