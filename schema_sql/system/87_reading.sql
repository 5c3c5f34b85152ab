-- What a language model is to read, has read, and what it said: for users who let one look for names.

-- One row a record. It waits where its reader is not the present one: its text changed, or the model did.
CREATE TABLE reading_queue (
    user_id uuid NOT NULL DEFAULT acting_user(),
    record_id uuid NOT NULL,
    reader text NOT NULL DEFAULT '',
    ticket uuid NOT NULL DEFAULT gen_random_uuid(),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    problem text,
    withheld boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, record_id)
);
ALTER TABLE reading_queue ADD CONSTRAINT reading_queue_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX reading_queue_reader_idx ON reading_queue (user_id, reader);
COMMENT ON TABLE reading_queue IS 'A record whose text a language model reads for names, and who has done so. @class ledger';
COMMENT ON COLUMN reading_queue.reader IS 'Who is done with the text as it is now; nothing while nobody is.';
COMMENT ON COLUMN reading_queue.ticket IS 'Another one after each change: what was read of an older text settles nothing.';
COMMENT ON COLUMN reading_queue.due_at IS 'Not before, while it waits; when it was done, afterwards.';
COMMENT ON COLUMN reading_queue.problem IS 'Why the text, or a part of it, is not read.';
COMMENT ON COLUMN reading_queue.withheld IS 'True where nothing went wrong: the text may not leave this machine.';

-- What was said of a portion of a text. It holds for as long as its quotes stand there and nothing newer was said.
CREATE TABLE text_readings (
    user_id uuid NOT NULL DEFAULT acting_user(),
    record_id uuid NOT NULL,
    content_sha256 bytea NOT NULL,
    reader text NOT NULL,
    mentions jsonb NOT NULL,
    names text[] NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, record_id, content_sha256)
);
ALTER TABLE text_readings ADD CONSTRAINT text_readings_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
COMMENT ON TABLE text_readings IS 'What a language model found in a portion of a record''s text. @class ledger';
COMMENT ON COLUMN text_readings.content_sha256 IS 'Of the portion: while it is the same, it is not read again.';
COMMENT ON COLUMN text_readings.mentions IS 'Pairs of the words as they stand there and the name that they mean.';
COMMENT ON COLUMN text_readings.names IS 'The keys of these names, whether anybody is called so or not.';

-- Whose texts wait for this reader. For the service's worker, which acts as each of them in turn.
CREATE FUNCTION users_to_read(present text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.user_id FROM user_clocks c WHERE EXISTS (
        SELECT FROM reading_queue q WHERE q.user_id = c.user_id AND (q.reader < present OR q.reader > present)
            AND q.due_at <= now())
$$;
