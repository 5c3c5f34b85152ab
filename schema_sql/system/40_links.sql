-- The edges between any two records.

CREATE TYPE link_kind AS ENUM ('manual', 'extracted', 'inferred', 'structural', 'synced');

CREATE TABLE link_types (
    name text NOT NULL PRIMARY KEY CHECK (name ~ '^[A-Z][A-Z0-9_]*$'),
    inverse_name text,
    is_symmetric boolean NOT NULL DEFAULT false,
    is_transitive boolean NOT NULL DEFAULT false,
    schema_org_iri text,
    description text NOT NULL
);
COMMENT ON TABLE link_types IS 'The vocabulary of relations; a link may use a word of one''s own too. @class reference';
COMMENT ON COLUMN link_types.inverse_name IS 'What the relation is called from the other end.';
GRANT SELECT ON link_types TO lifeloom_service;

INSERT INTO link_types (name, inverse_name, is_symmetric, is_transitive, schema_org_iri, description) VALUES
    ('LINKS_TO', 'LINKED_FROM', false, false, 'https://schema.org/mentions', 'A text points at the record.'),
    ('EMBEDS', 'EMBEDDED_IN', false, false, 'https://schema.org/associatedMedia', 'A text shows the record inside itself.'),
    ('MENTIONS', 'MENTIONED_IN', false, false, 'https://schema.org/mentions', 'A text names the record.'),
    ('TAGGED', 'TAGS', false, false, 'https://schema.org/keywords', 'The record carries the tag.'),
    ('RELATED_TO', 'RELATED_TO', true, false, 'https://schema.org/isRelatedTo', 'The two have to do with each other.'),
    ('SAME_AS', 'SAME_AS', true, true, 'https://schema.org/sameAs', 'The two stand for one thing.'),
    ('PART_OF', 'HAS_PART', false, true, 'https://schema.org/isPartOf', 'The record is a part of the other.'),
    ('ABOUT', 'SUBJECT_OF', false, false, 'https://schema.org/about', 'The record is about the other.'),
    ('ATTENDED_BY', 'ATTENDS', false, false, 'https://schema.org/attendee', 'The person takes part in the event.'),
    ('WITH', 'WITH', true, false, 'https://schema.org/participant', 'The person took part.'),
    ('MEMBER_OF', 'HAS_MEMBER', false, false, 'https://schema.org/memberOf', 'Belongs to the group.'),
    ('WORKS_FOR', 'EMPLOYS', false, false, 'https://schema.org/worksFor', 'Works for the organization.'),
    ('KNOWS', 'KNOWS', true, false, 'https://schema.org/knows', 'The two know each other.'),
    ('LOCATED_IN', 'LOCATION_OF', false, true, 'https://schema.org/location', 'Is at the place.'),
    ('DEPENDS_ON', 'BLOCKS', false, true, NULL, 'Waits for the other.'),
    ('ASSIGNED_TO', 'RESPONSIBLE_FOR', false, false, 'https://schema.org/agent', 'The person does it.'),
    ('SUPPORTS', 'SUPPORTED_BY', false, false, NULL, 'Serves the other.'),
    ('FOLLOWS_UP', 'FOLLOWED_UP_BY', false, false, NULL, 'Came out of the other.'),
    ('ANNOTATES', 'ANNOTATED_BY', false, false, 'https://schema.org/about', 'A remark on the other.'),
    ('FROM', 'AUTHOR_OF', false, false, 'https://schema.org/sender', 'The mail was written by the person.'),
    ('TO', 'RECEIVES', false, false, 'https://schema.org/toRecipient', 'The mail was written to the person.'),
    ('CC', 'RECEIVES_COPY', false, false, 'https://schema.org/ccRecipient', 'The person got a copy of the mail, openly or not.'),
    ('SENT_BY', 'SENDS', false, false, 'https://schema.org/sender', 'The message was written by the person.'),
    ('IN_REPLY_TO', 'ANSWERED_BY', false, false, NULL, 'Answers the other.'),
    ('ATTACHES', 'ATTACHED_TO', false, false, 'https://schema.org/messageAttachment', 'Carries the file.'),
    ('INVITES_TO', 'INVITED_BY', false, false, NULL, 'The mail invites to the event.'),
    ('CORRESPONDENT', 'CORRESPONDENT_OF', false, false, NULL, 'The document is from or for the other.'),
    ('DUPLICATE_OF', 'DUPLICATED_BY', false, false, NULL, 'Has the same content as the other, which was here first.'),
    ('CITES', 'CITED_BY', false, false, 'https://schema.org/citation', 'Rests on the other.'),
    ('DEPICTS', 'DEPICTED_IN', false, false, 'https://schema.org/about', 'The picture shows the other.'),
    ('TAKEN_AT', 'SCENE_OF', false, false, 'https://schema.org/contentLocation', 'The picture was taken at the place.'),
    ('TAKEN_DURING', 'PICTURED_IN', false, false, NULL, 'The picture was taken while the other lasted.'),
    ('WRITTEN_BY', 'WROTE', false, false, 'https://schema.org/author', 'The other is its author.'),
    ('PAID_TO', 'PAID_WITH', false, false, 'https://schema.org/recipient', 'The money went to the other, or came from it.'),
    ('PAID_BY', 'PAYS_FOR', false, false, NULL, 'The other is a payment for it.'),
    ('EVIDENCES', 'EVIDENCED_BY', false, false, NULL, 'Proves the other.'),
    ('TREATED_BY', 'TREATS', false, false, 'https://schema.org/drug', 'The condition is treated with it.');

CREATE TABLE entity_links (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT acting_user(),
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    relation text NOT NULL CHECK (relation ~ '^[A-Z][A-Z0-9_]{0,62}$'),
    target_type text NOT NULL,
    target_id uuid NOT NULL,
    kind link_kind NOT NULL DEFAULT 'manual',
    confidence double precision NOT NULL DEFAULT 1 CHECK (confidence BETWEEN 0 AND 1),
    weight double precision NOT NULL DEFAULT 1 CHECK (weight >= 0 AND weight < 'Infinity'),
    evidence jsonb,
    properties jsonb,
    valid_from timestamptz,
    valid_to timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (user_id, id)
);
ALTER TABLE entity_links ADD CONSTRAINT entity_links_source_fkey FOREIGN KEY (user_id, source_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE entity_links ADD CONSTRAINT entity_links_target_fkey FOREIGN KEY (user_id, target_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX entity_links_key ON entity_links (user_id, source_id, target_id, relation)
    WHERE valid_to IS NULL AND deleted_at IS NULL;
CREATE INDEX entity_links_source_idx ON entity_links (user_id, source_id, weight DESC, id)
    INCLUDE (relation, target_type, target_id) WHERE deleted_at IS NULL;
CREATE INDEX entity_links_target_idx ON entity_links (user_id, target_id, weight DESC, id)
    INCLUDE (relation, source_type, source_id) WHERE deleted_at IS NULL;
COMMENT ON TABLE entity_links IS 'An edge between two records of any type. @class ledger @type entity_link';
COMMENT ON COLUMN entity_links.relation IS 'What binds them, in capitals: LINKS_TO, WORKS_FOR ...';
COMMENT ON COLUMN entity_links.kind IS 'Where the edge comes from: a person, a text, a guess, the data''s own structure, or a connector.';
COMMENT ON COLUMN entity_links.evidence IS 'Why it is here: the column and span of a text, or the rule.';
COMMENT ON COLUMN entity_links.valid_from IS 'Since when it holds in life; null is always.';

-- Links of a text whose target does not exist yet; they bind when a record of that name arrives.
CREATE TABLE pending_links (
    user_id uuid NOT NULL DEFAULT acting_user(),
    source_id uuid NOT NULL,
    relation text NOT NULL,
    key text NOT NULL,
    target text NOT NULL,
    evidence jsonb,
    PRIMARY KEY (user_id, source_id, relation, target)
);
ALTER TABLE pending_links ADD CONSTRAINT pending_links_source_fkey FOREIGN KEY (user_id, source_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX pending_links_key_idx ON pending_links (user_id, key);
COMMENT ON TABLE pending_links IS 'Links to what does not exist yet. @class ledger';
COMMENT ON COLUMN pending_links.key IS 'name_key(target): what an arriving record is matched by.';
