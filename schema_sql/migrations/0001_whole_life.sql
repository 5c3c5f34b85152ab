-- From 51 tables to those of all twenty domains. A line \i takes in a declared file as it stands now, so a later migration
-- that alters what such a file declares says IF NOT EXISTS.

INSERT INTO link_types (name, inverse_name, is_symmetric, is_transitive, schema_org_iri, description) VALUES
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
    ('TREATED_BY', 'TREATS', false, false, 'https://schema.org/drug', 'The condition is treated with it.')
ON CONFLICT (name) DO NOTHING;

-- Edges of foreign keys have no rule and would swell the index of rules.
DROP INDEX entity_links_rule_idx;
CREATE INDEX entity_links_rule_idx ON entity_links (user_id, (evidence ->> 'rule'), (evidence ->> 'key'))
    WHERE kind = 'structural' AND (evidence ->> 'rule') IS NOT NULL;

-- It finds the keys of a rule by what derive_edges() now writes beside its trigger.
DROP FUNCTION derived_under(text, uuid[], text[]);
COMMENT ON TRIGGER z_edges_tagged_insert ON record_tags IS 'id';
COMMENT ON TRIGGER z_edges_works_for_insert ON organization_memberships IS 'id';
COMMENT ON TRIGGER z_edges_member_of_insert ON contact_groups IS 'unnest(member_uids)';
COMMENT ON TRIGGER z_edges_member_of_insert ON contacts IS 'uid';
COMMENT ON TRIGGER z_edges_knows_insert ON contact_relations IS 'id';
COMMENT ON TRIGGER z_edges_attended_by_insert ON event_attendees IS 'address_key';
COMMENT ON TRIGGER z_edges_attended_by_insert ON contact_emails IS 'address_key';
COMMENT ON TRIGGER z_edges_attended_by_hand_insert ON event_attendees IS 'id';
COMMENT ON TRIGGER z_edges_depends_on_insert ON task_dependencies IS 'id';
SELECT make_regain_edge();

ALTER TABLE files ADD COLUMN download_url text
    GENERATED ALWAYS AS ('files/' || id::text || '?sha256=' || encode(sha256, 'hex')) STORED;
ALTER TABLE bookmarks ADD COLUMN url_key text GENERATED ALWAYS AS (url_key(url)) STORED;
CREATE INDEX bookmarks_url_key_idx ON bookmarks (user_id, url_key) WHERE deleted_at IS NULL;

\i tables/011_audit.sql
\i tables/021_insights.sql
\i tables/030_operations.sql
\i tables/090_mail.sql
\i tables/091_mail_edges.sql
\i tables/100_messages.sql
\i tables/111_documents.sql
\i tables/120_media.sql
\i tables/130_library.sql
\i tables/131_listening.sql
\i tables/140_money.sql
\i tables/141_budgets.sql
\i tables/142_double_entry.sql
\i tables/150_health.sql
\i tables/151_medications.sql
\i tables/160_fitness.sql
\i tables/171_travel.sql
\i tables/172_taken.sql
\i tables/180_home.sql
\i tables/181_things.sql
\i tables/190_papers.sql
\i tables/191_subscriptions.sql
\i tables/200_assistants.sql

ALTER TABLE health_encounters ADD CONSTRAINT health_encounters_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meals ADD CONSTRAINT meals_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workouts ADD CONSTRAINT workouts_place_id_fkey
    FOREIGN KEY (user_id, place_id) REFERENCES places (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- Rows that are there follow the rules that are new for them.
SELECT keep_edges_duplicate_of(user_id, array_agg(DISTINCT sha256)) FROM files WHERE sha256 IS NOT NULL GROUP BY user_id;
