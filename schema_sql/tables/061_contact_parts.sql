-- What one contact has many of: EMAIL, TEL, ADR, URL/IMPP/SOCIALPROFILE, dates and RELATED of a vCard (RFC 6350).
-- In all of them `type` is TYPE in small letters, `pref` is PREF (1 is preferred most; TYPE=pref of vCard 3 is 1), `caption` is the
-- label that the owner gave (X-ABLabel), `parameters` holds the other parameters by name and the property's group as "group".

CREATE TABLE contact_emails (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    email text NOT NULL,
    address_key text GENERATED ALWAYS AS (lower(btrim(email))) STORED,
    type text[] NOT NULL DEFAULT '{}',
    pref smallint,
    caption text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_emails_email_check CHECK (octet_length(email) BETWEEN 1 AND 1024),
    CONSTRAINT contact_emails_pref_check CHECK (pref BETWEEN 1 AND 100)
);
COMMENT ON TABLE contact_emails IS 'An e-mail address of a contact: EMAIL of RFC 6350. Attendees of events meet
their contact through it.
@flags CS @label email @sensitivity normal';
COMMENT ON COLUMN contact_emails.email IS 'The address as written @title';
COMMENT ON COLUMN contact_emails.address_key IS 'The address in small letters, for finding it: equal to
event_attendees.address_key of the same person';
COMMENT ON COLUMN contact_emails.type IS 'TYPE in small letters: home, work';
COMMENT ON COLUMN contact_emails.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN contact_emails.caption IS 'A label of the owner''s own (X-ABLabel)';
COMMENT ON COLUMN contact_emails.parameters IS 'All other parameters of the property by name, and the group as "group"';
CREATE INDEX contact_emails_contact_id_idx ON contact_emails (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX contact_emails_address_key_idx ON contact_emails (user_id, address_key) WHERE deleted_at IS NULL;
ALTER TABLE contact_emails ADD CONSTRAINT contact_emails_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_phones (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    tel text NOT NULL,
    tel_key text GENERATED ALWAYS AS (left(regexp_replace(tel, '[^0-9+]', '', 'g'), 40)) STORED,
    type text[] NOT NULL DEFAULT '{}',
    pref smallint,
    caption text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_phones_tel_check CHECK (tel <> ''),
    CONSTRAINT contact_phones_pref_check CHECK (pref BETWEEN 1 AND 100)
);
COMMENT ON TABLE contact_phones IS 'A telephone number of a contact: TEL of RFC 6350.
@flags CS @label tel @sensitivity normal';
COMMENT ON COLUMN contact_phones.tel IS 'The number as written, without tel:; E.164 (+34911234567) where it is
known @title';
COMMENT ON COLUMN contact_phones.tel_key IS 'Its digits and plus signs alone, for finding it';
COMMENT ON COLUMN contact_phones.type IS 'TYPE in small letters: cell, home, work, fax, voice, text, pager';
COMMENT ON COLUMN contact_phones.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN contact_phones.caption IS 'A label of the owner''s own (X-ABLabel)';
COMMENT ON COLUMN contact_phones.parameters IS 'All other parameters of the property by name, and the group as "group"';
CREATE INDEX contact_phones_contact_id_idx ON contact_phones (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX contact_phones_tel_key_idx ON contact_phones (user_id, tel_key) WHERE deleted_at IS NULL;
ALTER TABLE contact_phones ADD CONSTRAINT contact_phones_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_addresses (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    po_box text,
    extended text,
    street text,
    locality text,
    region text,
    postal_code text,
    country text,
    country_code char(2),
    formatted text,
    type text[] NOT NULL DEFAULT '{}',
    pref smallint,
    caption text,
    lat double precision,
    lon double precision,
    tz text,
    place_id uuid,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_addresses_country_code_check CHECK (country_code ~ '^[A-Z]{2}$'),
    CONSTRAINT contact_addresses_pref_check CHECK (pref BETWEEN 1 AND 100),
    CONSTRAINT contact_addresses_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT contact_addresses_lon_check CHECK (lon BETWEEN -180 AND 180)
);
COMMENT ON TABLE contact_addresses IS 'A postal address of a contact: ADR of RFC 6350, part by part.
@flags CS @label formatted,street,locality,country @sensitivity normal';
COMMENT ON COLUMN contact_addresses.po_box IS 'Post office box';
COMMENT ON COLUMN contact_addresses.extended IS 'Extended address: apartment, suite, care of @text';
COMMENT ON COLUMN contact_addresses.street IS 'Street and number @text';
COMMENT ON COLUMN contact_addresses.locality IS 'City or village @title';
COMMENT ON COLUMN contact_addresses.region IS 'State or province @text';
COMMENT ON COLUMN contact_addresses.country IS 'Name of the country as written @text';
COMMENT ON COLUMN contact_addresses.country_code IS 'ISO 3166 code of the country in capitals (CC of RFC 8605,
X-ABADR)';
COMMENT ON COLUMN contact_addresses.formatted IS 'The whole address as it goes on a letter (LABEL) @text';
COMMENT ON COLUMN contact_addresses.type IS 'TYPE in small letters: home, work, billing, delivery';
COMMENT ON COLUMN contact_addresses.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN contact_addresses.caption IS 'A label of the owner''s own (X-ABLabel)';
COMMENT ON COLUMN contact_addresses.lat IS 'Latitude of the GEO parameter, degrees north';
COMMENT ON COLUMN contact_addresses.lon IS 'Longitude of the GEO parameter, degrees east';
COMMENT ON COLUMN contact_addresses.tz IS 'TZ parameter as written';
COMMENT ON COLUMN contact_addresses.place_id IS 'The place that it is';
COMMENT ON COLUMN contact_addresses.parameters IS 'All other parameters of the property by name, and the group as
"group"';
CREATE INDEX contact_addresses_contact_id_idx ON contact_addresses (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX contact_addresses_place_id_idx ON contact_addresses (user_id, place_id) WHERE deleted_at IS NULL;
ALTER TABLE contact_addresses ADD CONSTRAINT contact_addresses_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_urls (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    service text NOT NULL DEFAULT 'url',
    uri text NOT NULL,
    provider text,
    handle text,
    type text[] NOT NULL DEFAULT '{}',
    pref smallint,
    caption text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_urls_service_check CHECK (service <> ''),
    CONSTRAINT contact_urls_pref_check CHECK (pref BETWEEN 1 AND 100)
);
COMMENT ON TABLE contact_urls IS 'A page or an on-line address of a contact: URL, IMPP, SOCIALPROFILE (RFC 9554),
FBURL, CALURI, CALADRURI, SOURCE of a vCard.
@flags CS @label handle,uri @sensitivity normal';
COMMENT ON COLUMN contact_urls.service IS 'The vCard property in small letters: url, impp, socialprofile, fburl,
caluri, caladruri, source';
COMMENT ON COLUMN contact_urls.uri IS 'The address as written @text';
COMMENT ON COLUMN contact_urls.provider IS 'Whose network it is (SERVICE-TYPE, X-SERVICE-TYPE): Mastodon, Jabber';
COMMENT ON COLUMN contact_urls.handle IS 'Their name there (USERNAME, X-USER) @title';
COMMENT ON COLUMN contact_urls.type IS 'TYPE in small letters: home, work';
COMMENT ON COLUMN contact_urls.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN contact_urls.caption IS 'A label of the owner''s own (X-ABLabel)';
COMMENT ON COLUMN contact_urls.parameters IS 'All other parameters of the property by name, and the group as "group"';
CREATE INDEX contact_urls_contact_id_idx ON contact_urls (user_id, contact_id) WHERE deleted_at IS NULL;
ALTER TABLE contact_urls ADD CONSTRAINT contact_urls_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_dates (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    kind text NOT NULL DEFAULT 'other',
    date text NOT NULL,
    caption text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_dates_kind_check CHECK (kind IN ('bday', 'anniversary', 'deathdate', 'other')),
    CONSTRAINT contact_dates_date_check CHECK (date <> '')
);
COMMENT ON TABLE contact_dates IS 'A date in the life of a contact that has no column of its own or is only partly
known: BDAY and ANNIVERSARY without
a year, DEATHDATE (RFC 6474), X-ABDATE. @flags CS @label caption,kind @sensitivity normal';
COMMENT ON COLUMN contact_dates.kind IS 'bday, anniversary, deathdate or other';
COMMENT ON COLUMN contact_dates.date IS 'The date as RFC 6350 writes it: 1985-04-12, 1985-04, 1985, --0412 (no
year), ---12, or free text @text';
COMMENT ON COLUMN contact_dates.caption IS 'What it is the date of (X-ABLabel) @title';
COMMENT ON COLUMN contact_dates.parameters IS 'All other parameters of the property by name (CALSCALE), and the
group as "group"';
CREATE INDEX contact_dates_contact_id_idx ON contact_dates (user_id, contact_id) WHERE deleted_at IS NULL;
ALTER TABLE contact_dates ADD CONSTRAINT contact_dates_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_relations (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    related_contact_id uuid,
    related_text text,
    type text NOT NULL DEFAULT 'contact',
    pref smallint,
    caption text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT contact_relations_related_check CHECK (related_contact_id IS NOT NULL OR related_text IS NOT NULL),
    CONSTRAINT contact_relations_pref_check CHECK (pref BETWEEN 1 AND 100)
);
COMMENT ON TABLE contact_relations IS 'Who someone is to a contact: RELATED of RFC 6350, X-ABRELATEDNAMES. Read:
the related person is the type (spouse, child) of
the contact. @flags CS @label type,related_text @sensitivity normal';
COMMENT ON COLUMN contact_relations.contact_id IS 'The contact whose card says it';
COMMENT ON COLUMN contact_relations.related_contact_id IS 'The related person, where their card is here';
COMMENT ON COLUMN contact_relations.related_text IS 'The related person as written: a name, an address, or the UID
of a card that is not here yet @text';
COMMENT ON COLUMN contact_relations.type IS 'TYPE in small letters: spouse, child, parent, sibling, kin, friend,
acquaintance, colleague, co-worker, neighbor, agent, emergency @title';
COMMENT ON COLUMN contact_relations.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN contact_relations.caption IS 'A label of the owner''s own (X-ABLabel): godmother';
COMMENT ON COLUMN contact_relations.parameters IS 'All other parameters of the property by name, and the group as
"group"';
CREATE INDEX contact_relations_contact_id_idx ON contact_relations (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX contact_relations_related_contact_id_idx
    ON contact_relations (user_id, related_contact_id) WHERE deleted_at IS NULL;
ALTER TABLE contact_relations ADD CONSTRAINT contact_relations_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contact_relations ADD CONSTRAINT contact_relations_related_contact_id_fkey
    FOREIGN KEY (user_id, related_contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_knows AS
    SELECT user_id, id AS key, contact_id AS source_id, related_contact_id AS target_id
    FROM contact_relations WHERE deleted_at IS NULL AND related_contact_id IS NOT NULL;
SELECT derive_edges('edges_knows', 'KNOWS', 'contact_relations', 'id');
