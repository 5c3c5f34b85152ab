-- Tags, the things that texts talk about, saved searches: SKOS (prefLabel, altLabel, broader), W3C PROV words.

CREATE TABLE tags (
    LIKE entity INCLUDING ALL,
    name text NOT NULL,
    color text,
    description text,
    parent_id uuid,
    CONSTRAINT tags_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024),
    CONSTRAINT tags_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE tags IS 'A tag, such as #travel or the nested #travel/train: given by hand or written in a text.
@flags C @label name @sensitivity normal';
COMMENT ON COLUMN tags.name IS 'The tag without #, in small letters, with / between nested parts @title';
COMMENT ON COLUMN tags.color IS 'A CSS colour name or #rrggbb';
COMMENT ON COLUMN tags.description IS 'What the tag is for @text';
COMMENT ON COLUMN tags.parent_id IS 'The wider tag: travel of travel/train (broader of SKOS)';
CREATE UNIQUE INDEX tags_name_key ON tags (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX tags_parent_id_idx ON tags (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE tags ADD CONSTRAINT tags_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES tags (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE record_tags (
    LIKE entity INCLUDING ALL,
    tag_id uuid NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    origin text NOT NULL DEFAULT 'manual',
    CONSTRAINT record_tags_origin_check CHECK (origin IN ('manual', 'text'))
);
COMMENT ON TABLE record_tags IS 'That a record has a tag: the truth from which the TAGGED links are made.
@flags C @sensitivity normal';
COMMENT ON COLUMN record_tags.tag_id IS 'The tag';
COMMENT ON COLUMN record_tags.subject_type IS 'Type of the tagged record';
COMMENT ON COLUMN record_tags.subject_id IS 'The tagged record, of any type';
COMMENT ON COLUMN record_tags.origin IS 'manual: given by hand or by an app; text: written in the record''s text,
and gone when the text no longer says it';
CREATE UNIQUE INDEX record_tags_tag_id_subject_id_key
    ON record_tags (user_id, tag_id, subject_id) WHERE deleted_at IS NULL;
CREATE INDEX record_tags_tag_id_idx ON record_tags (user_id, tag_id) WHERE deleted_at IS NULL;
CREATE INDEX record_tags_subject_id_idx ON record_tags (user_id, subject_id) WHERE deleted_at IS NULL;
ALTER TABLE record_tags ADD CONSTRAINT record_tags_tag_id_fkey
    FOREIGN KEY (user_id, tag_id) REFERENCES tags (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE record_tags ADD CONSTRAINT record_tags_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE graph_entities (
    LIKE described INCLUDING ALL,
    entity_type text NOT NULL,
    pref_label text NOT NULL,
    normalized_name text GENERATED ALWAYS AS (
        lower(regexp_replace(btrim(normalize(pref_label, NFKC)), '\s+', ' ', 'g'))
    ) STORED,
    description text,
    same_as text[] NOT NULL DEFAULT '{}',
    properties jsonb NOT NULL DEFAULT '{}',
    canonical_type text,
    canonical_id uuid,
    CONSTRAINT graph_entities_entity_type_check CHECK (
        entity_type IN ('person', 'organization', 'project', 'place', 'topic', 'product', 'event', 'work')
    ),
    CONSTRAINT graph_entities_pref_label_check CHECK (octet_length(pref_label) BETWEEN 1 AND 1024),
    CONSTRAINT graph_entities_canonical_check CHECK ((canonical_type IS NULL) = (canonical_id IS NULL))
);
COMMENT ON TABLE graph_entities IS 'A person, a place, a topic or a work that texts talk about, whether or not
there is a record of its own for it: Concept of SKOS.
@flags EHC @half_life 90 @label pref_label @sensitivity normal';
COMMENT ON COLUMN graph_entities.entity_type IS 'person, organization, project, place, topic, product, event or work';
COMMENT ON COLUMN graph_entities.pref_label IS 'The name to show (prefLabel of SKOS) @title @name';
COMMENT ON COLUMN graph_entities.normalized_name IS 'The name in small letters with single spaces, by which it is
known';
COMMENT ON COLUMN graph_entities.description IS 'What it is @text @markdown';
COMMENT ON COLUMN graph_entities.same_as IS 'Addresses of the same thing elsewhere: Wikidata, ORCID, a home page
(sameAs)';
COMMENT ON COLUMN graph_entities.properties IS 'Whatever else is known, by name';
COMMENT ON COLUMN graph_entities.canonical_type IS 'Type of the record that is this very thing';
COMMENT ON COLUMN graph_entities.canonical_id IS 'The record that is this very thing: the contact of a person, the
place of a place';
CREATE UNIQUE INDEX graph_entities_entity_type_normalized_name_key
    ON graph_entities (user_id, entity_type, normalized_name) WHERE deleted_at IS NULL;
CREATE INDEX graph_entities_canonical_id_idx ON graph_entities (user_id, canonical_id) WHERE deleted_at IS NULL;
ALTER TABLE graph_entities ADD CONSTRAINT graph_entities_canonical_id_fkey
    FOREIGN KEY (user_id, canonical_id) REFERENCES records (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE entity_aliases (
    LIKE entity INCLUDING ALL,
    entity_id uuid NOT NULL,
    alt_label text NOT NULL,
    normalized_name text GENERATED ALWAYS AS (
        lower(regexp_replace(btrim(normalize(alt_label, NFKC)), '\s+', ' ', 'g'))
    ) STORED,
    kind text NOT NULL DEFAULT 'other',
    confidence real NOT NULL DEFAULT 1,
    CONSTRAINT entity_aliases_alt_label_check CHECK (octet_length(alt_label) BETWEEN 1 AND 1024),
    CONSTRAINT entity_aliases_kind_check CHECK (kind IN ('nickname', 'misspelling', 'abbreviation', 'translation', 'email', 'handle', 'other')),
    CONSTRAINT entity_aliases_confidence_check CHECK (confidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE entity_aliases IS 'Another name of a graph entity (altLabel of SKOS).
@flags C @type entity_alias @label alt_label @sensitivity normal';
COMMENT ON COLUMN entity_aliases.entity_id IS 'The entity that is so called';
COMMENT ON COLUMN entity_aliases.alt_label IS 'The other name @title';
COMMENT ON COLUMN entity_aliases.normalized_name IS 'The name in small letters with single spaces, by which it is
known';
COMMENT ON COLUMN entity_aliases.kind IS 'nickname, misspelling, abbreviation, translation, email, handle or other';
COMMENT ON COLUMN entity_aliases.confidence IS 'How sure it is that this name means the entity, 0 to 1';
CREATE UNIQUE INDEX entity_aliases_entity_id_normalized_name_key
    ON entity_aliases (user_id, entity_id, normalized_name) WHERE deleted_at IS NULL;
CREATE INDEX entity_aliases_entity_id_idx ON entity_aliases (user_id, entity_id) WHERE deleted_at IS NULL;
CREATE INDEX entity_aliases_normalized_name_idx ON entity_aliases (user_id, normalized_name) WHERE deleted_at IS NULL;
ALTER TABLE entity_aliases ADD CONSTRAINT entity_aliases_entity_id_fkey
    FOREIGN KEY (user_id, entity_id) REFERENCES graph_entities (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE saved_searches (
    LIKE entity INCLUDING ALL,
    name text NOT NULL,
    query text NOT NULL DEFAULT '',
    filter jsonb NOT NULL DEFAULT '{}',
    weights jsonb NOT NULL DEFAULT '{}',
    notify boolean NOT NULL DEFAULT false,
    last_run_at timestamptz,
    CONSTRAINT saved_searches_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE saved_searches IS 'A search that is asked again and again, under a name.
@flags C @label name @sensitivity normal';
COMMENT ON COLUMN saved_searches.name IS 'Name of the search @title';
COMMENT ON COLUMN saved_searches.query IS 'The words, as typed into search @text';
COMMENT ON COLUMN saved_searches.filter IS 'The other arguments of search: types, since, until, mode';
COMMENT ON COLUMN saved_searches.weights IS 'How much each signal counts, e.g. {"heat": 0.2}';
COMMENT ON COLUMN saved_searches.notify IS 'Tell when something new is found';
COMMENT ON COLUMN saved_searches.last_run_at IS 'When it was last asked @volatile';
CREATE UNIQUE INDEX saved_searches_name_key ON saved_searches (user_id, name) WHERE deleted_at IS NULL;

CREATE VIEW edges_tagged AS
    SELECT user_id, id AS key, subject_id AS source_id, tag_id AS target_id FROM record_tags WHERE deleted_at IS NULL;
SELECT derive_edges('edges_tagged', 'TAGGED', 'record_tags', 'id');
