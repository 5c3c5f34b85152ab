-- Calendars and events: iCalendar (RFC 5545, 7986, 9073, 9074), JSCalendar (RFC 8984), CalDAV (RFC 4791).

CREATE TYPE event_status AS ENUM ('TENTATIVE', 'CONFIRMED', 'CANCELLED');
COMMENT ON TYPE event_status IS 'STATUS of a VEVENT (RFC 5545, 3.8.1.11)';
CREATE TYPE event_transparency AS ENUM ('OPAQUE', 'TRANSPARENT');
COMMENT ON TYPE event_transparency IS 'TRANSP (RFC 5545, 3.8.2.7): does the event make its time busy';
CREATE TYPE alarm_relation AS ENUM ('START', 'END');
COMMENT ON TYPE alarm_relation IS 'RELATED of an alarm''s TRIGGER (RFC 5545, 3.2.14)';

CREATE TABLE calendars (
    LIKE synced INCLUDING ALL,
    display_name text NOT NULL,
    description text,
    color text,
    timezone text,
    component_set text[] NOT NULL DEFAULT '{VEVENT}',
    refresh_interval interval,
    url text,
    ctag text,
    is_default boolean NOT NULL DEFAULT false,
    is_readonly boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE calendars IS 'A collection of events, as CalDAV (RFC 4791) and iCalendar''s VCALENDAR know it:
private, work, birthdays, a club''s fixtures.
@flags CS @label display_name @sensitivity low';
COMMENT ON COLUMN calendars.display_name IS 'Name of the calendar (NAME of RFC 7986, X-WR-CALNAME) @title';
COMMENT ON COLUMN calendars.description IS 'DESCRIPTION or X-WR-CALDESC @text';
COMMENT ON COLUMN calendars.color IS 'A CSS colour name (COLOR of RFC 7986) or #rrggbb';
COMMENT ON COLUMN calendars.timezone IS 'IANA time zone in which floating times and all-day events are meant
(X-WR-TIMEZONE)';
COMMENT ON COLUMN calendars.component_set IS 'What it may hold: VEVENT, VTODO, VJOURNAL';
COMMENT ON COLUMN calendars.refresh_interval IS 'How often a subscriber should ask again (REFRESH-INTERVAL,
X-PUBLISHED-TTL)';
COMMENT ON COLUMN calendars.url IS 'Where the calendar lives (URL or SOURCE of RFC 7986)';
COMMENT ON COLUMN calendars.ctag IS 'The server''s mark of its last known state @volatile';
COMMENT ON COLUMN calendars.is_default IS 'New events go here';
COMMENT ON COLUMN calendars.is_readonly IS 'A subscription: its events are not edited here';

CREATE TABLE events (
    LIKE synced INCLUDING ALL,
    calendar_id uuid,
    uid text NOT NULL DEFAULT gen_random_uuid()::text,
    summary text NOT NULL DEFAULT '',
    description text,
    dtstart timestamptz,
    dtend timestamptz,
    start_date date,
    end_date date,
    duration interval,
    tzid text,
    end_tzid text,
    floating boolean NOT NULL DEFAULT false,
    all_day boolean GENERATED ALWAYS AS (start_date IS NOT NULL) STORED,
    starts_at timestamptz GENERATED ALWAYS AS (coalesce(dtstart, timezone('UTC', start_date::timestamp))) STORED,
    ends_at timestamptz GENERATED ALWAYS AS (
        coalesce(
            dtend,
            timezone('UTC', end_date::timestamp),
            timezone('UTC', coalesce(timezone('UTC', dtstart), start_date::timestamp) + duration),
            timezone('UTC', (start_date + 1)::timestamp),
            dtstart
        )
    ) STORED,
    rrule text,
    rdate timestamptz[] NOT NULL DEFAULT '{}',
    exdate timestamptz[] NOT NULL DEFAULT '{}',
    location text,
    lat double precision,
    lon double precision,
    place_id uuid,
    status event_status,
    transp event_transparency NOT NULL DEFAULT 'OPAQUE',
    class text,
    priority smallint,
    sequence integer NOT NULL DEFAULT 0,
    categories text[] NOT NULL DEFAULT '{}',
    organizer text,
    organizer_cn text,
    conference_uri text,
    url text,
    color text,
    created timestamptz,
    last_modified timestamptz,
    CONSTRAINT events_uid_check CHECK (octet_length(uid) BETWEEN 1 AND 1024),
    CONSTRAINT events_start_check CHECK ((dtstart IS NULL) <> (start_date IS NULL)),
    CONSTRAINT events_date_check CHECK (start_date IS NULL OR dtend IS NULL),
    CONSTRAINT events_time_check CHECK (dtstart IS NULL OR end_date IS NULL),
    CONSTRAINT events_duration_check CHECK (duration IS NULL OR (dtend IS NULL AND end_date IS NULL)),
    CONSTRAINT events_floating_check CHECK (NOT floating OR tzid IS NULL),
    CONSTRAINT events_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT events_lon_check CHECK (lon BETWEEN -180 AND 180),
    CONSTRAINT events_priority_check CHECK (priority BETWEEN 0 AND 9)
);
COMMENT ON TABLE events IS 'Something that takes place at a time: VEVENT of iCalendar (RFC 5545). A repeating event
is one record with its rule;
single occurrences that differ are its overrides, and occurrences are expanded when read.
Give dtstart for an event at a time of day, or start_date for one of whole days: never both.
@flags EHXCS @half_life 14 @label summary,description @time starts_at @sensitivity low';
COMMENT ON COLUMN events.calendar_id IS 'The calendar that holds the event';
COMMENT ON COLUMN events.uid IS 'UID: the same for one event wherever it is copied to; made up here when none is given';
COMMENT ON COLUMN events.summary IS 'SUMMARY: the title @title';
COMMENT ON COLUMN events.description IS 'DESCRIPTION: agenda, notes, dial-in @text @markdown';
COMMENT ON COLUMN events.dtstart IS 'DTSTART as DATE-TIME: the instant it begins (the first one if it repeats).
Empty for all-day events';
COMMENT ON COLUMN events.dtend IS 'DTEND as DATE-TIME: the instant it ends. Empty for all-day events and where a
duration is given';
COMMENT ON COLUMN events.start_date IS 'DTSTART as DATE: the first day of an all-day event, a day and not an
instant of any zone';
COMMENT ON COLUMN events.end_date IS 'DTEND as DATE: the day after the last day. Empty means one day';
COMMENT ON COLUMN events.duration IS 'DURATION where the event was given one in place of an end; P1D is a day by
the calendar, PT24H are hours';
COMMENT ON COLUMN events.tzid IS 'TZID of dtstart: the zone whose clock a repeating event follows. Empty means UTC
(or see floating)';
COMMENT ON COLUMN events.end_tzid IS 'TZID of dtend where it differs from that of the start, as on a flight';
COMMENT ON COLUMN events.floating IS 'A local time without zone: 9 o''clock wherever one is. Its dtstart and dtend
hold that local time as if it were UTC';
COMMENT ON COLUMN events.all_day IS 'Whether it takes whole days: true when start_date is given';
COMMENT ON COLUMN events.starts_at IS 'When it begins, for lists and order: dtstart, or midnight UTC of start_date';
COMMENT ON COLUMN events.ends_at IS 'When it ends, for lists and order: from dtend, end_date, duration, or the start';
COMMENT ON COLUMN events.rrule IS 'RRULE without its name, e.g. FREQ=WEEKLY;BYDAY=MO. Empty: it happens once';
COMMENT ON COLUMN events.rdate IS 'RDATE: further beginnings; for all-day events midnight UTC stands for the day';
COMMENT ON COLUMN events.exdate IS 'EXDATE: beginnings that are left out; for all-day events midnight UTC stands
for the day';
COMMENT ON COLUMN events.location IS 'LOCATION as written @text';
COMMENT ON COLUMN events.lat IS 'Latitude of GEO, degrees north';
COMMENT ON COLUMN events.lon IS 'Longitude of GEO, degrees east';
COMMENT ON COLUMN events.place_id IS 'The place that the location means';
COMMENT ON COLUMN events.class IS 'CLASS: PUBLIC (also when empty), PRIVATE, CONFIDENTIAL or a name of the
sender''s own';
COMMENT ON COLUMN events.priority IS 'PRIORITY: 1 is highest, 9 lowest, 0 undefined';
COMMENT ON COLUMN events.sequence IS 'SEQUENCE: how often the organizer has changed it';
COMMENT ON COLUMN events.categories IS 'CATEGORIES as plain labels';
COMMENT ON COLUMN events.organizer IS 'ORGANIZER: a calendar address, mostly mailto:';
COMMENT ON COLUMN events.organizer_cn IS 'CN of the organizer: the name to show';
COMMENT ON COLUMN events.conference_uri IS 'Where to join from afar (CONFERENCE of RFC 7986)';
COMMENT ON COLUMN events.url IS 'URL: a page about the event';
COMMENT ON COLUMN events.color IS 'COLOR of RFC 7986: a CSS colour name';
COMMENT ON COLUMN events.created IS 'CREATED: when the event was first made in its calendar';
COMMENT ON COLUMN events.last_modified IS 'LAST-MODIFIED as its calendar says. DTSTAMP is not kept: it changes with
every export';
CREATE UNIQUE INDEX events_calendar_id_uid_key ON events (user_id, calendar_id, uid) WHERE deleted_at IS NULL;
CREATE INDEX events_calendar_id_idx ON events (user_id, calendar_id) WHERE deleted_at IS NULL;
CREATE INDEX events_place_id_idx ON events (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX events_starts_at_idx ON events (user_id, starts_at, id) WHERE deleted_at IS NULL;
CREATE INDEX events_recurring_idx ON events (user_id, starts_at) WHERE deleted_at IS NULL AND rrule IS NOT NULL;
CREATE INDEX events_uid_idx ON events (user_id, uid) WHERE deleted_at IS NULL;
ALTER TABLE events ADD CONSTRAINT events_calendar_id_fkey
    FOREIGN KEY (user_id, calendar_id) REFERENCES calendars (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE event_attendees (
    LIKE synced_part INCLUDING ALL,
    event_id uuid NOT NULL,
    cal_address text NOT NULL,
    address_key text GENERATED ALWAYS AS (lower(regexp_replace(cal_address, '^mailto:', '', 'i'))) STORED,
    cn text,
    contact_id uuid,
    role text NOT NULL DEFAULT 'REQ-PARTICIPANT',
    partstat text NOT NULL DEFAULT 'NEEDS-ACTION',
    rsvp boolean NOT NULL DEFAULT false,
    cutype text NOT NULL DEFAULT 'INDIVIDUAL',
    delegated_from text[] NOT NULL DEFAULT '{}',
    delegated_to text[] NOT NULL DEFAULT '{}',
    sent_by text,
    parameters jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT event_attendees_cal_address_check CHECK (octet_length(cal_address) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE event_attendees IS 'Someone (or a room) asked to an event: ATTENDEE of RFC 5545. An attendee whose
address is an e-mail address of a
contact is that contact. @flags CS @label cn,cal_address @sensitivity low';
COMMENT ON COLUMN event_attendees.cal_address IS 'Calendar address as written, mostly mailto:ana@example.org @text';
COMMENT ON COLUMN event_attendees.address_key IS 'The address without mailto: in small letters; equal to
contact_emails.address_key of the same person';
COMMENT ON COLUMN event_attendees.cn IS 'CN: the name to show @title';
COMMENT ON COLUMN event_attendees.contact_id IS 'The contact that this is, where it was said by hand';
COMMENT ON COLUMN event_attendees.role IS 'ROLE: CHAIR, REQ-PARTICIPANT, OPT-PARTICIPANT, NON-PARTICIPANT or another';
COMMENT ON COLUMN event_attendees.partstat IS 'PARTSTAT: NEEDS-ACTION, ACCEPTED, DECLINED, TENTATIVE, DELEGATED or
another';
COMMENT ON COLUMN event_attendees.rsvp IS 'RSVP: whether an answer is asked for';
COMMENT ON COLUMN event_attendees.cutype IS 'CUTYPE: INDIVIDUAL, GROUP, RESOURCE, ROOM, UNKNOWN or another';
COMMENT ON COLUMN event_attendees.delegated_from IS 'DELEGATED-FROM: calendar addresses';
COMMENT ON COLUMN event_attendees.delegated_to IS 'DELEGATED-TO: calendar addresses';
COMMENT ON COLUMN event_attendees.sent_by IS 'SENT-BY: who answers on behalf of the attendee';
COMMENT ON COLUMN event_attendees.parameters IS 'All other parameters of the property by name: EMAIL, DIR,
LANGUAGE, MEMBER, X-...';
CREATE UNIQUE INDEX event_attendees_event_id_cal_address_key
    ON event_attendees (user_id, event_id, cal_address) WHERE deleted_at IS NULL;
CREATE INDEX event_attendees_event_id_idx ON event_attendees (user_id, event_id) WHERE deleted_at IS NULL;
CREATE INDEX event_attendees_contact_id_idx ON event_attendees (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX event_attendees_address_key_idx ON event_attendees (user_id, address_key) WHERE deleted_at IS NULL;
ALTER TABLE event_attendees ADD CONSTRAINT event_attendees_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE event_attendees ADD CONSTRAINT event_attendees_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE event_alarms (
    LIKE synced_part INCLUDING ALL,
    event_id uuid NOT NULL,
    uid text,
    action text NOT NULL DEFAULT 'DISPLAY',
    trigger_offset interval,
    trigger_related alarm_relation NOT NULL DEFAULT 'START',
    trigger_at timestamptz,
    duration interval,
    repeat integer,
    summary text,
    description text,
    acknowledged_at timestamptz,
    properties jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT event_alarms_trigger_check CHECK ((trigger_offset IS NULL) <> (trigger_at IS NULL)),
    CONSTRAINT event_alarms_repeat_check CHECK (repeat >= 0)
);
COMMENT ON TABLE event_alarms IS 'A reminder of an event: VALARM of RFC 5545 and RFC 9074, either so long before
(or after) the event or at a fixed time.
@flags CS @label description,summary,action @sensitivity low';
COMMENT ON COLUMN event_alarms.uid IS 'UID of the alarm (RFC 9074)';
COMMENT ON COLUMN event_alarms.action IS 'ACTION: DISPLAY, AUDIO, EMAIL or another';
COMMENT ON COLUMN event_alarms.trigger_offset IS 'TRIGGER relative to the event: -PT15M is a quarter of an hour before';
COMMENT ON COLUMN event_alarms.trigger_related IS 'Whether the offset counts from the start or the end of the event';
COMMENT ON COLUMN event_alarms.trigger_at IS 'TRIGGER at a fixed instant';
COMMENT ON COLUMN event_alarms.duration IS 'DURATION: pause between repetitions';
COMMENT ON COLUMN event_alarms.repeat IS 'REPEAT: how many times more after the first';
COMMENT ON COLUMN event_alarms.summary IS 'SUMMARY: subject of an e-mail reminder @title';
COMMENT ON COLUMN event_alarms.description IS 'DESCRIPTION: what the reminder says @text';
COMMENT ON COLUMN event_alarms.acknowledged_at IS 'ACKNOWLEDGED (RFC 9074): when it was last dismissed';
COMMENT ON COLUMN event_alarms.properties IS 'All other properties by name: ATTACH, ATTENDEE, PROXIMITY, X-...';
CREATE INDEX event_alarms_event_id_idx ON event_alarms (user_id, event_id) WHERE deleted_at IS NULL;
ALTER TABLE event_alarms ADD CONSTRAINT event_alarms_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE event_overrides (
    LIKE synced INCLUDING ALL,
    event_id uuid NOT NULL,
    recurrence_id timestamptz NOT NULL,
    range text,
    summary text,
    patch jsonb NOT NULL DEFAULT '{}',
    cancelled boolean NOT NULL DEFAULT false,
    CONSTRAINT event_overrides_range_check CHECK (range = 'THISANDFUTURE')
);
COMMENT ON TABLE event_overrides IS 'One occurrence of a repeating event that differs from the rule: a VEVENT with
RECURRENCE-ID in RFC 5545,
an entry of recurrenceOverrides in JSCalendar. @flags HCS @half_life 14 @label summary,recurrence_id @time recurrence_id @sensitivity low';
COMMENT ON COLUMN event_overrides.recurrence_id IS 'When the occurrence would begin by the rule; for all-day events
midnight UTC stands for the day';
COMMENT ON COLUMN event_overrides.range IS 'THISANDFUTURE when all later occurrences change as well';
COMMENT ON COLUMN event_overrides.summary IS 'The title of this occurrence; empty where it is that of the event @title';
COMMENT ON COLUMN event_overrides.patch IS 'What differs: columns of the event by name, e.g. {"dtstart":
"2026-03-02T10:00:00Z", "location": "Room 2"}';
COMMENT ON COLUMN event_overrides.cancelled IS 'The occurrence does not take place';
CREATE UNIQUE INDEX event_overrides_event_id_recurrence_id_key
    ON event_overrides (user_id, event_id, recurrence_id) WHERE deleted_at IS NULL;
CREATE INDEX event_overrides_event_id_idx ON event_overrides (user_id, event_id) WHERE deleted_at IS NULL;
CREATE INDEX event_overrides_recurrence_id_idx ON event_overrides (user_id, recurrence_id) WHERE deleted_at IS NULL;
ALTER TABLE event_overrides ADD CONSTRAINT event_overrides_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE diary_entries ADD CONSTRAINT diary_entries_calendar_id_fkey
    FOREIGN KEY (user_id, calendar_id) REFERENCES calendars (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- A person who is invited under one of their addresses attends, whichever of the two came first.
CREATE VIEW edges_attended_by AS
    SELECT a.user_id, a.address_key AS key, a.event_id AS source_id, e.contact_id AS target_id
    FROM event_attendees a JOIN contact_emails e ON e.user_id = a.user_id AND e.address_key = a.address_key
    WHERE a.deleted_at IS NULL AND e.deleted_at IS NULL;
SELECT derive_edges('edges_attended_by', 'ATTENDED_BY', 'event_attendees', 'address_key');
SELECT derive_edges('edges_attended_by', 'ATTENDED_BY', 'contact_emails', 'address_key');

CREATE VIEW edges_attended_by_hand AS
    SELECT user_id, id AS key, event_id AS source_id, contact_id AS target_id
    FROM event_attendees WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
SELECT derive_edges('edges_attended_by_hand', 'ATTENDED_BY', 'event_attendees', 'id');
