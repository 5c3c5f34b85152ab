-- Diary, goals and habits: VJOURNAL of iCalendar (RFC 5545, 3.6.3), Open mHealth's mood, OKR words.

CREATE TYPE journal_status AS ENUM ('DRAFT', 'FINAL', 'CANCELLED');
COMMENT ON TYPE journal_status IS 'STATUS of a VJOURNAL (RFC 5545, 3.8.1.11)';

CREATE TABLE diary_entries (
    LIKE synced INCLUDING ALL,
    entry_date date NOT NULL DEFAULT CURRENT_DATE,
    title text NOT NULL DEFAULT '',
    content text NOT NULL DEFAULT '',
    mood smallint,
    weather jsonb,
    place_id uuid,
    aliases text[] NOT NULL DEFAULT '{}',
    front_matter text,
    source_path text,
    language text,
    calendar_id uuid,
    uid text,
    dtstart timestamptz,
    tzid text,
    rrule text,
    status journal_status,
    class text,
    sequence integer NOT NULL DEFAULT 0,
    categories text[] NOT NULL DEFAULT '{}',
    url text,
    created timestamptz,
    last_modified timestamptz,
    CONSTRAINT diary_entries_mood_check CHECK (mood BETWEEN 1 AND 5),
    CONSTRAINT diary_entries_uid_check CHECK (octet_length(uid) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE diary_entries IS 'What a day was like: a daily note in Markdown, or a VJOURNAL of iCalendar (RFC
5545). A day may have several.
@flags EHXCS @label title,content,entry_date @time entry_date @sensitivity critical';
COMMENT ON COLUMN diary_entries.entry_date IS 'The day it is about';
COMMENT ON COLUMN diary_entries.title IS 'Title (SUMMARY); for an imported daily note the name of its file, e.g.
2026-03-14 @title @name';
COMMENT ON COLUMN diary_entries.content IS 'The text itself, without front matter (DESCRIPTION) @text @markdown';
COMMENT ON COLUMN diary_entries.mood IS 'How the day was, from 1 (awful) to 5 (wonderful)';
COMMENT ON COLUMN diary_entries.weather IS 'What the weather was like, e.g. {"text": "rain", "temperature_c": 7}';
COMMENT ON COLUMN diary_entries.place_id IS 'Where one was';
COMMENT ON COLUMN diary_entries.aliases IS 'Other names under which texts may refer to the entry @name';
COMMENT ON COLUMN diary_entries.front_matter IS 'The YAML block between the --- lines exactly as written, without
them; what it says is in custom_fields';
COMMENT ON COLUMN diary_entries.source_path IS 'Path of the file it came from, relative to its vault, with /
between folders @name';
COMMENT ON COLUMN diary_entries.language IS 'Language of the text, a BCP 47 tag such as en or de-AT';
COMMENT ON COLUMN diary_entries.calendar_id IS 'The calendar whose VJOURNAL it is';
COMMENT ON COLUMN diary_entries.uid IS 'UID of the VJOURNAL';
COMMENT ON COLUMN diary_entries.dtstart IS 'DTSTART of the VJOURNAL where it says a time of day as well';
COMMENT ON COLUMN diary_entries.tzid IS 'TZID of dtstart. Empty means UTC';
COMMENT ON COLUMN diary_entries.rrule IS 'RRULE of the VJOURNAL';
COMMENT ON COLUMN diary_entries.class IS 'CLASS: PUBLIC, PRIVATE, CONFIDENTIAL or a name of the sender''s own';
COMMENT ON COLUMN diary_entries.sequence IS 'SEQUENCE: how often it was changed';
COMMENT ON COLUMN diary_entries.categories IS 'CATEGORIES as plain labels';
COMMENT ON COLUMN diary_entries.url IS 'URL: a page about it';
COMMENT ON COLUMN diary_entries.created IS 'CREATED: when it was first made in its calendar';
COMMENT ON COLUMN diary_entries.last_modified IS 'LAST-MODIFIED as its calendar says';
CREATE UNIQUE INDEX diary_entries_calendar_id_uid_key
    ON diary_entries (user_id, calendar_id, uid) WHERE deleted_at IS NULL;
CREATE INDEX diary_entries_calendar_id_idx ON diary_entries (user_id, calendar_id) WHERE deleted_at IS NULL;
CREATE INDEX diary_entries_place_id_idx ON diary_entries (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX diary_entries_entry_date_idx ON diary_entries (user_id, entry_date, id) WHERE deleted_at IS NULL;

CREATE TABLE mood_entries (
    LIKE entity INCLUDING ALL,
    effective_at timestamptz NOT NULL DEFAULT now(),
    valence real,
    arousal real,
    labels text[] NOT NULL DEFAULT '{}',
    note text,
    CONSTRAINT mood_entries_valence_check CHECK (valence BETWEEN -1 AND 1),
    CONSTRAINT mood_entries_arousal_check CHECK (arousal BETWEEN -1 AND 1)
);
COMMENT ON TABLE mood_entries IS 'How one felt at a moment (mood of Open mHealth, on the two axes of the circumplex).
@flags C @label note @time effective_at @sensitivity critical';
COMMENT ON COLUMN mood_entries.effective_at IS 'The moment';
COMMENT ON COLUMN mood_entries.valence IS 'From -1 (bad) to 1 (good)';
COMMENT ON COLUMN mood_entries.arousal IS 'From -1 (calm) to 1 (excited)';
COMMENT ON COLUMN mood_entries.labels IS 'Words for it: grateful, tired';
COMMENT ON COLUMN mood_entries.note IS 'What it was about @text @markdown';
CREATE INDEX mood_entries_effective_at_idx ON mood_entries (user_id, effective_at) WHERE deleted_at IS NULL;

CREATE TABLE habits (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    rrule text,
    target_count integer,
    unit text,
    started_on date,
    archived boolean NOT NULL DEFAULT false,
    CONSTRAINT habits_target_count_check CHECK (target_count > 0)
);
COMMENT ON TABLE habits IS 'Something one wants to do again and again: run three times a week, practise the cello.
@flags HC @half_life 60 @label name @sensitivity normal';
COMMENT ON COLUMN habits.name IS 'What it is @title @name';
COMMENT ON COLUMN habits.description IS 'Why, and how @text @markdown';
COMMENT ON COLUMN habits.rrule IS 'When it is meant to be done: an RRULE of RFC 5545, e.g. FREQ=WEEKLY;BYDAY=MO,TH';
COMMENT ON COLUMN habits.target_count IS 'How much of the unit each time';
COMMENT ON COLUMN habits.unit IS 'What is counted: pages, min, km';
COMMENT ON COLUMN habits.archived IS 'Given up or done with';

CREATE TABLE habit_checkins (
    LIKE entity INCLUDING ALL,
    habit_id uuid NOT NULL,
    checkin_date date NOT NULL DEFAULT CURRENT_DATE,
    quantity numeric NOT NULL DEFAULT 1,
    note text
);
COMMENT ON TABLE habit_checkins IS 'That a habit was kept on a day.
@flags C @label note,checkin_date @time checkin_date @sensitivity normal';
COMMENT ON COLUMN habit_checkins.checkin_date IS 'The day';
COMMENT ON COLUMN habit_checkins.quantity IS 'How much, in the habit''s unit';
COMMENT ON COLUMN habit_checkins.note IS 'How it went @text @markdown';
CREATE UNIQUE INDEX habit_checkins_habit_id_checkin_date_key
    ON habit_checkins (user_id, habit_id, checkin_date) WHERE deleted_at IS NULL;
CREATE INDEX habit_checkins_habit_id_idx ON habit_checkins (user_id, habit_id) WHERE deleted_at IS NULL;
CREATE INDEX habit_checkins_checkin_date_idx ON habit_checkins (user_id, checkin_date) WHERE deleted_at IS NULL;
ALTER TABLE habit_checkins ADD CONSTRAINT habit_checkins_habit_id_fkey
    FOREIGN KEY (user_id, habit_id) REFERENCES habits (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE goals (
    LIKE described INCLUDING ALL,
    title text NOT NULL,
    description text,
    parent_id uuid,
    target_value numeric,
    current_value numeric,
    unit text,
    due_date date,
    status text NOT NULL DEFAULT 'active',
    CONSTRAINT goals_status_check CHECK (status IN ('idea', 'active', 'paused', 'achieved', 'missed', 'abandoned')),
    CONSTRAINT goals_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE goals IS 'What one wants to reach: an objective, or a key result of one (OKR). Projects and habits
support it by links SUPPORTED_BY.
@flags EHXC @half_life 60 @label title @sensitivity normal';
COMMENT ON COLUMN goals.title IS 'The goal in one line @title @name';
COMMENT ON COLUMN goals.description IS 'Why it matters and how one will know @text @markdown';
COMMENT ON COLUMN goals.parent_id IS 'The wider goal that it is a part of';
COMMENT ON COLUMN goals.target_value IS 'The figure to reach, in the unit';
COMMENT ON COLUMN goals.current_value IS 'The figure now, in the unit';
COMMENT ON COLUMN goals.unit IS 'What is measured: km, books, EUR';
COMMENT ON COLUMN goals.status IS 'idea, active, paused, achieved, missed or abandoned';
CREATE INDEX goals_parent_id_idx ON goals (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX goals_status_idx ON goals (user_id, status, due_date) WHERE deleted_at IS NULL;
ALTER TABLE goals ADD CONSTRAINT goals_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES goals (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE time_entries (
    LIKE entity INCLUDING ALL,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    description text NOT NULL DEFAULT '',
    project_id uuid,
    task_id uuid,
    billable boolean NOT NULL DEFAULT false,
    CONSTRAINT time_entries_period_check CHECK (ended_at >= started_at)
);
COMMENT ON TABLE time_entries IS 'Time spent on something, from then to then. Without an end it is still running.
@flags C @label description @time started_at @sensitivity normal';
COMMENT ON COLUMN time_entries.ended_at IS 'When it ended; empty while it runs';
COMMENT ON COLUMN time_entries.description IS 'What was done @title @markdown';
COMMENT ON COLUMN time_entries.project_id IS 'The project that it was spent on';
COMMENT ON COLUMN time_entries.task_id IS 'The task that it was spent on';
COMMENT ON COLUMN time_entries.billable IS 'To be put on a bill';
CREATE INDEX time_entries_started_at_idx ON time_entries (user_id, started_at) WHERE deleted_at IS NULL;
CREATE INDEX time_entries_project_id_idx ON time_entries (user_id, project_id) WHERE deleted_at IS NULL;
CREATE INDEX time_entries_task_id_idx ON time_entries (user_id, task_id) WHERE deleted_at IS NULL;
