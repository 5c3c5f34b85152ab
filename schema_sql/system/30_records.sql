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
-- nothing about its record without the others. Ranking reads the words of thousands of rows and the body of none:
-- words stay in the row, as they are up to 4 kB, and bodies leave it first (80_search.sql).
CREATE TABLE record_texts (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    chunk integer NOT NULL,
    body text NOT NULL,
    tsv tsvector NOT NULL,
    language text NOT NULL DEFAULT 'simple',
    is_part boolean NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, id, chunk)
) WITH (toast_tuple_target = 4080);
CREATE INDEX record_texts_tsv_idx ON record_texts USING gin (user_id, tsv)
    WITH (fastupdate = on, gin_pending_list_limit = 2048) WHERE NOT is_part;
CREATE INDEX record_texts_parts_idx ON record_texts USING gin (user_id, tsv)
    WITH (fastupdate = on, gin_pending_list_limit = 2048) WHERE is_part;
COMMENT ON TABLE record_texts IS 'The searchable text of records. @class ledger';
COMMENT ON COLUMN record_texts.language IS 'In which language its words are stemmed, as en; simple for none.';
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

-- How many of a user's texts have a word and how long they are: what a word counts in a search (81_terms.sql).
CREATE TABLE user_texts (
    user_id uuid NOT NULL,
    language text NOT NULL,
    texts bigint NOT NULL DEFAULT 0,
    words bigint NOT NULL DEFAULT 0,
    counted_seq bigint,
    counted_at timestamptz,
    PRIMARY KEY (user_id, language)
);
COMMENT ON TABLE user_texts IS 'The languages of a user''s texts, and how many and how long these are. @class ledger';
COMMENT ON COLUMN user_texts.texts IS 'How many; each piece of a long text counts as one.';
COMMENT ON COLUMN user_texts.words IS 'How many words they have in all.';
COMMENT ON COLUMN user_texts.counted_seq IS 'How far the user''s log had come when they were counted.';

CREATE TABLE user_terms (
    user_id uuid NOT NULL,
    term text COLLATE "C" NOT NULL,
    df integer NOT NULL,
    PRIMARY KEY (user_id, term)
);
CREATE INDEX user_terms_trigram_idx ON user_terms USING gin (user_id, term gin_trgm_ops);
COMMENT ON TABLE user_terms IS 'The words of a user''s texts, as they are indexed. @class ledger';
COMMENT ON COLUMN user_terms.df IS 'How many texts have it.';
