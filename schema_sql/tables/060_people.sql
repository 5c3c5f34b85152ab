-- People and organizations: vCard (RFC 6350, 6474, 6715, 8605, 9554), JSContact (RFC 9553), CardDAV (RFC 6352).
-- What one contact has many of (addresses, numbers, dates, relations) is in 061_contact_parts.sql.

CREATE TYPE contact_kind AS ENUM ('individual', 'group', 'org', 'location', 'application', 'device');
COMMENT ON TYPE contact_kind IS 'KIND of a vCard (RFC 6350, 6.1.4; application: RFC 6473, device: RFC 6869)';

CREATE TABLE address_books (
    LIKE synced INCLUDING ALL,
    display_name text NOT NULL,
    description text,
    color text,
    ctag text,
    is_default boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE address_books IS 'A collection of contacts, as CardDAV (RFC 6352) knows it; an imported .vcf file
is one.
@flags CS @label display_name @sensitivity normal';
COMMENT ON COLUMN address_books.display_name IS 'Name of the address book @title';
COMMENT ON COLUMN address_books.description IS 'What it is for @text';
COMMENT ON COLUMN address_books.color IS 'A CSS colour name or #rrggbb';
COMMENT ON COLUMN address_books.ctag IS 'The server''s mark of its last known state @volatile';
COMMENT ON COLUMN address_books.is_default IS 'New contacts go here';

CREATE TABLE contacts (
    LIKE synced INCLUDING ALL,
    address_book_id uuid,
    uid text NOT NULL DEFAULT gen_random_uuid()::text,
    kind contact_kind NOT NULL DEFAULT 'individual',
    fn text NOT NULL,
    n_family text,
    n_given text,
    n_additional text,
    n_prefix text,
    n_suffix text,
    sort_as text,
    nickname text[] NOT NULL DEFAULT '{}',
    phonetic_given text,
    phonetic_family text,
    gender text,
    pronouns text,
    bday date,
    anniversary date,
    note text,
    categories text[] NOT NULL DEFAULT '{}',
    language text,
    languages text[] NOT NULL DEFAULT '{}',
    tz text,
    lat double precision,
    lon double precision,
    photo_uri text,
    photo_file_id uuid,
    keep_in_touch_days integer,
    last_contacted_at timestamptz,
    created timestamptz,
    rev timestamptz,
    CONSTRAINT contacts_uid_check CHECK (octet_length(uid) BETWEEN 1 AND 1024),
    CONSTRAINT contacts_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT contacts_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT contacts_keep_in_touch_days_check CHECK (keep_in_touch_days > 0)
);
COMMENT ON TABLE contacts IS 'A person (or whatever else has a card): vCard 4.0, RFC 6350. E-mail addresses,
telephones, postal addresses, pages, dates,
relations and employers are records of their own, so that editing one never loses another.
@flags EHXCS @half_life 120 @label fn,n_given,n_family @sensitivity normal';
COMMENT ON COLUMN contacts.address_book_id IS 'The address book that holds the card';
COMMENT ON COLUMN contacts.uid IS 'UID: the same for one card wherever it is copied to; made up here when none is
given';
COMMENT ON COLUMN contacts.fn IS 'FN: the name to show, the full name @title @name';
COMMENT ON COLUMN contacts.n_family IS 'Family names of N, several separated by commas @text';
COMMENT ON COLUMN contacts.n_given IS 'Given names of N @text';
COMMENT ON COLUMN contacts.n_additional IS 'Middle names of N @text';
COMMENT ON COLUMN contacts.n_prefix IS 'What stands before the name in N: Dr., Frau';
COMMENT ON COLUMN contacts.n_suffix IS 'What stands after the name in N: Jr., PhD';
COMMENT ON COLUMN contacts.sort_as IS 'How to sort it (SORT-AS, SORT-STRING)';
COMMENT ON COLUMN contacts.nickname IS 'NICKNAME: what people really call them @name';
COMMENT ON COLUMN contacts.phonetic_given IS 'How the given name is spoken (PHONETIC, X-PHONETIC-FIRST-NAME) @text';
COMMENT ON COLUMN contacts.phonetic_family IS 'How the family name is spoken (PHONETIC, X-PHONETIC-LAST-NAME) @text';
COMMENT ON COLUMN contacts.gender IS 'GENDER as written: M, F, O, N or U, then a semicolon and free text where given';
COMMENT ON COLUMN contacts.pronouns IS 'PRONOUNS of RFC 9554';
COMMENT ON COLUMN contacts.bday IS 'BDAY where the whole date is known; partial ones are contact dates';
COMMENT ON COLUMN contacts.anniversary IS 'ANNIVERSARY where the whole date is known; partial ones are contact dates';
COMMENT ON COLUMN contacts.note IS 'NOTE: anything worth remembering about them @text @markdown';
COMMENT ON COLUMN contacts.categories IS 'CATEGORIES as plain labels';
COMMENT ON COLUMN contacts.language IS 'LANGUAGE of RFC 9554: the language that the card is written in (BCP 47)';
COMMENT ON COLUMN contacts.languages IS 'LANG: languages one can speak with them in, preferred first (BCP 47)';
COMMENT ON COLUMN contacts.tz IS 'TZ: IANA zone or UTC offset, as written';
COMMENT ON COLUMN contacts.lat IS 'Latitude of GEO, degrees north';
COMMENT ON COLUMN contacts.lon IS 'Longitude of GEO, degrees east';
COMMENT ON COLUMN contacts.photo_uri IS 'PHOTO: address of the picture, or a data: URI where the card carries the
picture itself';
COMMENT ON COLUMN contacts.photo_file_id IS 'The picture as a file';
COMMENT ON COLUMN contacts.keep_in_touch_days IS 'After how many days without a word it is time to call';
COMMENT ON COLUMN contacts.last_contacted_at IS 'When one last had contact @volatile';
COMMENT ON COLUMN contacts.created IS 'CREATED of RFC 9554: when the card was first made';
COMMENT ON COLUMN contacts.rev IS 'REV: when its address book last changed the card';
CREATE UNIQUE INDEX contacts_address_book_id_uid_key
    ON contacts (user_id, address_book_id, uid) WHERE deleted_at IS NULL;
CREATE INDEX contacts_address_book_id_idx ON contacts (user_id, address_book_id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_photo_file_id_idx ON contacts (user_id, photo_file_id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_bday_idx ON contacts (user_id, bday) WHERE deleted_at IS NULL;
CREATE INDEX contacts_uid_idx ON contacts (user_id, uid) WHERE deleted_at IS NULL;
ALTER TABLE contacts ADD CONSTRAINT contacts_address_book_id_fkey
    FOREIGN KEY (user_id, address_book_id) REFERENCES address_books (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE organizations (
    LIKE synced INCLUDING ALL,
    name text NOT NULL,
    legal_name text,
    aliases text[] NOT NULL DEFAULT '{}',
    description text,
    url text,
    email text,
    tel text,
    industry text,
    vat_id text,
    parent_id uuid,
    place_id uuid,
    CONSTRAINT organizations_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE organizations IS 'A company, an authority, a school, a club: Organization of schema.org; ORG of a
vCard names one.
@flags EHXCS @half_life 120 @label name @sensitivity normal';
COMMENT ON COLUMN organizations.name IS 'Name as people say it @title @name';
COMMENT ON COLUMN organizations.legal_name IS 'Full name as it is registered @text';
COMMENT ON COLUMN organizations.aliases IS 'Other names and short forms @name';
COMMENT ON COLUMN organizations.description IS 'What it does, and what one has to do with it @text @markdown';
COMMENT ON COLUMN organizations.url IS 'Its site';
COMMENT ON COLUMN organizations.tel IS 'Its telephone number';
COMMENT ON COLUMN organizations.vat_id IS 'VAT identification number (vatID)';
COMMENT ON COLUMN organizations.parent_id IS 'The organization that it belongs to (parentOrganization)';
COMMENT ON COLUMN organizations.place_id IS 'Where it has its seat';
CREATE INDEX organizations_parent_id_idx ON organizations (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX organizations_place_id_idx ON organizations (user_id, place_id) WHERE deleted_at IS NULL;
ALTER TABLE organizations ADD CONSTRAINT organizations_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE organization_memberships (
    LIKE synced_part INCLUDING ALL,
    contact_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    title text,
    role text,
    org_unit text,
    type text[] NOT NULL DEFAULT '{}',
    pref smallint,
    start_date date,
    end_date date,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT organization_memberships_pref_check CHECK (pref BETWEEN 1 AND 100),
    CONSTRAINT organization_memberships_dates_check CHECK (end_date >= start_date)
);
COMMENT ON TABLE organization_memberships IS 'A person''s place in an organization: ORG with TITLE and ROLE of a
vCard, Role of schema.org.
@flags CS @label title,role,org_unit @sensitivity normal';
COMMENT ON COLUMN organization_memberships.title IS 'TITLE: position, such as Head of Research @title';
COMMENT ON COLUMN organization_memberships.role IS 'ROLE: what they do there @text';
COMMENT ON COLUMN organization_memberships.org_unit IS 'Further parts of ORG: department, team; several separated
by semicolons @text';
COMMENT ON COLUMN organization_memberships.type IS 'TYPE of ORG in small letters: work, home';
COMMENT ON COLUMN organization_memberships.pref IS 'PREF: 1 is preferred most, 100 least';
COMMENT ON COLUMN organization_memberships.start_date IS 'Since when';
COMMENT ON COLUMN organization_memberships.end_date IS 'Until when; empty while it lasts';
COMMENT ON COLUMN organization_memberships.parameters IS 'All other parameters of the property by name, and the
group as "group"';
CREATE INDEX organization_memberships_contact_id_idx
    ON organization_memberships (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX organization_memberships_organization_id_idx
    ON organization_memberships (user_id, organization_id) WHERE deleted_at IS NULL;
ALTER TABLE organization_memberships ADD CONSTRAINT organization_memberships_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE organization_memberships ADD CONSTRAINT organization_memberships_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_groups (
    LIKE synced INCLUDING ALL,
    address_book_id uuid,
    uid text NOT NULL DEFAULT gen_random_uuid()::text,
    name text NOT NULL,
    description text,
    member_uids text[] NOT NULL DEFAULT '{}',
    CONSTRAINT contact_groups_uid_check CHECK (octet_length(uid) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE contact_groups IS 'A group of contacts, such as the choir: a vCard of KIND group. Who is in it are
links MEMBER_OF from contacts.
@flags CS @label name @sensitivity normal';
COMMENT ON COLUMN contact_groups.address_book_id IS 'The address book that holds the group';
COMMENT ON COLUMN contact_groups.uid IS 'UID of the group''s card; made up here when none is given';
COMMENT ON COLUMN contact_groups.name IS 'FN: name of the group @title @name';
COMMENT ON COLUMN contact_groups.description IS 'NOTE: what the group is for @text';
COMMENT ON COLUMN contact_groups.member_uids IS 'MEMBER as imported: UIDs of the cards, without urn:uuid:, also of
those not here yet';
CREATE UNIQUE INDEX contact_groups_address_book_id_uid_key
    ON contact_groups (user_id, address_book_id, uid) WHERE deleted_at IS NULL;
CREATE INDEX contact_groups_address_book_id_idx ON contact_groups (user_id, address_book_id) WHERE deleted_at IS NULL;
ALTER TABLE contact_groups ADD CONSTRAINT contact_groups_address_book_id_fkey
    FOREIGN KEY (user_id, address_book_id) REFERENCES address_books (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE interactions (
    LIKE described INCLUDING ALL,
    channel text NOT NULL DEFAULT 'meeting',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    duration_s integer,
    direction text,
    summary text NOT NULL DEFAULT '',
    place_id uuid,
    CONSTRAINT interactions_channel_check CHECK (channel IN ('call', 'meeting', 'visit', 'letter', 'email', 'chat', 'video', 'other')),
    CONSTRAINT interactions_direction_check CHECK (direction IN ('incoming', 'outgoing')),
    CONSTRAINT interactions_duration_s_check CHECK (duration_s >= 0)
);
COMMENT ON TABLE interactions IS 'That one had to do with someone: a call, a visit, a letter. The people are links
WITH to contacts.
@flags EHXC @half_life 21 @label summary,channel @time occurred_at @sensitivity normal';
COMMENT ON COLUMN interactions.channel IS 'How: call, meeting, visit, letter, email, chat, video or other';
COMMENT ON COLUMN interactions.occurred_at IS 'When it was';
COMMENT ON COLUMN interactions.duration_s IS 'How long it took, in seconds';
COMMENT ON COLUMN interactions.direction IS 'Who began it: incoming or outgoing';
COMMENT ON COLUMN interactions.summary IS 'What it was about @text @markdown';
COMMENT ON COLUMN interactions.place_id IS 'Where it was';
CREATE INDEX interactions_occurred_at_idx ON interactions (user_id, occurred_at, id) WHERE deleted_at IS NULL;
CREATE INDEX interactions_place_id_idx ON interactions (user_id, place_id) WHERE deleted_at IS NULL;

CREATE VIEW edges_works_for AS
    SELECT user_id, id AS key, contact_id AS source_id, organization_id AS target_id
    FROM organization_memberships WHERE deleted_at IS NULL AND organization_id IS NOT NULL;
SELECT derive_edges('edges_works_for', 'WORKS_FOR', 'organization_memberships', 'id');

-- A group names its members by their UIDs, whichever card came first.
CREATE VIEW edges_member_of AS
    SELECT g.user_id, c.uid AS key, c.id AS source_id, g.id AS target_id
    FROM contact_groups g CROSS JOIN unnest(g.member_uids) AS member(uid)
    JOIN contacts c ON c.user_id = g.user_id AND c.uid = member.uid
    WHERE g.deleted_at IS NULL AND c.deleted_at IS NULL;
SELECT derive_edges('edges_member_of', 'MEMBER_OF', 'contact_groups', 'unnest(member_uids)');
SELECT derive_edges('edges_member_of', 'MEMBER_OF', 'contacts', 'uid');
