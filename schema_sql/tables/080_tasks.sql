-- Projects, tasks and boards: VTODO of iCalendar (RFC 5545), RELATED-TO of RFC 9253, Action and Project of schema.org.

CREATE TYPE task_status AS ENUM ('NEEDS-ACTION', 'IN-PROCESS', 'COMPLETED', 'CANCELLED');
COMMENT ON TYPE task_status IS 'STATUS of a VTODO (RFC 5545, 3.8.1.11)';
CREATE TYPE task_reltype AS ENUM ('DEPENDS-ON', 'FINISHTOSTART', 'FINISHTOFINISH', 'STARTTOSTART', 'STARTTOFINISH');
COMMENT ON TYPE task_reltype IS 'Temporal RELTYPE values of RFC 9253';

CREATE TABLE projects (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'active',
    area text,
    start_date date,
    due_date date,
    completed_at timestamptz,
    organization_id uuid,
    CONSTRAINT projects_status_check CHECK (status IN ('idea', 'planned', 'active', 'paused', 'completed', 'cancelled')),
    CONSTRAINT projects_dates_check CHECK (due_date >= start_date)
);
COMMENT ON TABLE projects IS 'Work with an end in view: what tasks, boards, notes and people come together for
(Project of schema.org).
@flags EHXC @half_life 45 @label name @sensitivity normal';
COMMENT ON COLUMN projects.name IS 'Name of the project @title @name';
COMMENT ON COLUMN projects.description IS 'What is to be reached and why @text @markdown';
COMMENT ON COLUMN projects.status IS 'idea, planned, active, paused, completed or cancelled';
COMMENT ON COLUMN projects.area IS 'The part of life it belongs to: work, home, health';
COMMENT ON COLUMN projects.organization_id IS 'For whom or with whom it is done';
CREATE INDEX projects_organization_id_idx ON projects (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX projects_status_idx ON projects (user_id, status, due_date) WHERE deleted_at IS NULL;
ALTER TABLE projects ADD CONSTRAINT projects_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE task_lists (
    LIKE synced INCLUDING ALL,
    display_name text NOT NULL,
    description text,
    color text,
    calendar_id uuid,
    ctag text,
    is_default boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE task_lists IS 'A list of tasks: a CalDAV collection of VTODO, such as Groceries.
@flags CS @label display_name @sensitivity normal';
COMMENT ON COLUMN task_lists.display_name IS 'Name of the list @title';
COMMENT ON COLUMN task_lists.color IS 'A CSS colour name or #rrggbb';
COMMENT ON COLUMN task_lists.calendar_id IS 'The calendar whose VTODOs these are, where one collection holds both';
COMMENT ON COLUMN task_lists.ctag IS 'The server''s mark of its last known state @volatile';
COMMENT ON COLUMN task_lists.is_default IS 'New tasks go here';
CREATE INDEX task_lists_calendar_id_idx ON task_lists (user_id, calendar_id) WHERE deleted_at IS NULL;
ALTER TABLE task_lists ADD CONSTRAINT task_lists_calendar_id_fkey
    FOREIGN KEY (user_id, calendar_id) REFERENCES calendars (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE tasks (
    LIKE synced INCLUDING ALL,
    task_list_id uuid,
    project_id uuid,
    parent_id uuid,
    uid text NOT NULL DEFAULT gen_random_uuid()::text,
    summary text NOT NULL DEFAULT '',
    description text,
    status task_status NOT NULL DEFAULT 'NEEDS-ACTION',
    priority smallint,
    percent_complete smallint,
    dtstart timestamptz,
    due timestamptz,
    start_date date,
    due_date date,
    duration interval,
    tzid text,
    floating boolean NOT NULL DEFAULT false,
    due_at timestamptz GENERATED ALWAYS AS (coalesce(due, timezone('UTC', due_date::timestamp))) STORED,
    completed timestamptz,
    estimated_duration interval,
    rrule text,
    rdate timestamptz[] NOT NULL DEFAULT '{}',
    exdate timestamptz[] NOT NULL DEFAULT '{}',
    location text,
    lat double precision,
    lon double precision,
    class text,
    sequence integer NOT NULL DEFAULT 0,
    categories text[] NOT NULL DEFAULT '{}',
    organizer text,
    url text,
    color text,
    sort_order double precision,
    created timestamptz,
    last_modified timestamptz,
    CONSTRAINT tasks_uid_check CHECK (octet_length(uid) BETWEEN 1 AND 1024),
    CONSTRAINT tasks_parent_check CHECK (parent_id <> id),
    CONSTRAINT tasks_priority_check CHECK (priority BETWEEN 0 AND 9),
    CONSTRAINT tasks_percent_complete_check CHECK (percent_complete BETWEEN 0 AND 100),
    CONSTRAINT tasks_start_check CHECK (dtstart IS NULL OR start_date IS NULL),
    CONSTRAINT tasks_due_check CHECK (due IS NULL OR due_date IS NULL),
    CONSTRAINT tasks_duration_check CHECK (duration IS NULL OR (due IS NULL AND due_date IS NULL)),
    CONSTRAINT tasks_floating_check CHECK (NOT floating OR tzid IS NULL),
    CONSTRAINT tasks_lat_check CHECK (lat BETWEEN -90 AND 90),
    CONSTRAINT tasks_lon_check CHECK (lon BETWEEN -180 AND 180)
);
COMMENT ON TABLE tasks IS 'Something to do: VTODO of iCalendar (RFC 5545), so that every CalDAV to-do app can share it.
Give due for a time of day, or due_date for a whole day: never both. @flags EHXCS @half_life 14 @label summary,description @time due_at @sensitivity normal';
COMMENT ON COLUMN tasks.task_list_id IS 'The list that holds the task';
COMMENT ON COLUMN tasks.project_id IS 'The project that it is done for';
COMMENT ON COLUMN tasks.parent_id IS 'The task that it is a part of (RELATED-TO;RELTYPE=PARENT)';
COMMENT ON COLUMN tasks.uid IS 'UID: the same for one task wherever it is copied to; made up here when none is given';
COMMENT ON COLUMN tasks.summary IS 'SUMMARY: what is to be done @title';
COMMENT ON COLUMN tasks.description IS 'DESCRIPTION: all else about it @text @markdown';
COMMENT ON COLUMN tasks.priority IS 'PRIORITY: 1 is highest, 9 lowest, 0 undefined';
COMMENT ON COLUMN tasks.percent_complete IS 'PERCENT-COMPLETE: 0 to 100';
COMMENT ON COLUMN tasks.dtstart IS 'DTSTART as DATE-TIME: the instant from which it can be done';
COMMENT ON COLUMN tasks.due IS 'DUE as DATE-TIME: the instant by which it must be done';
COMMENT ON COLUMN tasks.start_date IS 'DTSTART as DATE';
COMMENT ON COLUMN tasks.due_date IS 'DUE as DATE: the day by which it must be done';
COMMENT ON COLUMN tasks.duration IS 'DURATION where it was given in place of a due time';
COMMENT ON COLUMN tasks.tzid IS 'TZID of dtstart and due. Empty means UTC (or see floating)';
COMMENT ON COLUMN tasks.floating IS 'Local times without zone: dtstart and due hold them as if they were UTC';
COMMENT ON COLUMN tasks.due_at IS 'When it is due, for lists and order: due, or midnight UTC of due_date';
COMMENT ON COLUMN tasks.completed IS 'COMPLETED: when it was done';
COMMENT ON COLUMN tasks.estimated_duration IS 'How long it will probably take (ESTIMATED-DURATION)';
COMMENT ON COLUMN tasks.rrule IS 'RRULE without its name. Empty: it is done once';
COMMENT ON COLUMN tasks.rdate IS 'RDATE: further dates; for whole days midnight UTC stands for the day';
COMMENT ON COLUMN tasks.exdate IS 'EXDATE: dates that are left out; for whole days midnight UTC stands for the day';
COMMENT ON COLUMN tasks.location IS 'LOCATION as written @text';
COMMENT ON COLUMN tasks.lat IS 'Latitude of GEO, degrees north';
COMMENT ON COLUMN tasks.lon IS 'Longitude of GEO, degrees east';
COMMENT ON COLUMN tasks.class IS 'CLASS: PUBLIC (also when empty), PRIVATE, CONFIDENTIAL or a name of the sender''s
own';
COMMENT ON COLUMN tasks.sequence IS 'SEQUENCE: how often it was changed';
COMMENT ON COLUMN tasks.categories IS 'CATEGORIES as plain labels';
COMMENT ON COLUMN tasks.organizer IS 'ORGANIZER: a calendar address, mostly mailto:';
COMMENT ON COLUMN tasks.url IS 'URL: a page about the task';
COMMENT ON COLUMN tasks.color IS 'COLOR of RFC 7986: a CSS colour name';
COMMENT ON COLUMN tasks.sort_order IS 'Place in its list, smaller first (X-APPLE-SORT-ORDER)';
COMMENT ON COLUMN tasks.created IS 'CREATED: when the task was first made in its list';
COMMENT ON COLUMN tasks.last_modified IS 'LAST-MODIFIED as its list says. DTSTAMP is not kept: it changes with
every export';
CREATE UNIQUE INDEX tasks_task_list_id_uid_key ON tasks (user_id, task_list_id, uid) WHERE deleted_at IS NULL;
CREATE INDEX tasks_task_list_id_idx ON tasks (user_id, task_list_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_project_id_idx ON tasks (user_id, project_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_parent_id_idx ON tasks (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_due_at_idx ON tasks (user_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_status_idx ON tasks (user_id, status, due_at) WHERE deleted_at IS NULL;
CREATE INDEX tasks_uid_idx ON tasks (user_id, uid) WHERE deleted_at IS NULL;
ALTER TABLE tasks ADD CONSTRAINT tasks_task_list_id_fkey
    FOREIGN KEY (user_id, task_list_id) REFERENCES task_lists (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE tasks ADD CONSTRAINT tasks_project_id_fkey
    FOREIGN KEY (user_id, project_id) REFERENCES projects (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE tasks ADD CONSTRAINT tasks_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES tasks (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE task_dependencies (
    LIKE entity INCLUDING ALL,
    task_id uuid NOT NULL,
    depends_on_id uuid NOT NULL,
    reltype task_reltype NOT NULL DEFAULT 'DEPENDS-ON',
    gap interval,
    CONSTRAINT task_dependencies_self_check CHECK (task_id <> depends_on_id)
);
COMMENT ON TABLE task_dependencies IS 'That one task waits for another: RELATED-TO with the temporal relations of
RFC 9253. @flags C @label reltype @sensitivity normal';
COMMENT ON COLUMN task_dependencies.task_id IS 'The task that waits';
COMMENT ON COLUMN task_dependencies.depends_on_id IS 'The task that it waits for';
COMMENT ON COLUMN task_dependencies.gap IS 'GAP: time to leave between the two; may be negative';
CREATE UNIQUE INDEX task_dependencies_task_id_depends_on_id_key
    ON task_dependencies (user_id, task_id, depends_on_id, reltype) WHERE deleted_at IS NULL;
CREATE INDEX task_dependencies_task_id_idx ON task_dependencies (user_id, task_id) WHERE deleted_at IS NULL;
CREATE INDEX task_dependencies_depends_on_id_idx ON task_dependencies (user_id, depends_on_id) WHERE deleted_at IS NULL;
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_task_id_fkey
    FOREIGN KEY (user_id, task_id) REFERENCES tasks (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_depends_on_id_fkey
    FOREIGN KEY (user_id, depends_on_id) REFERENCES tasks (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE checklist_items (
    LIKE entity INCLUDING ALL,
    task_id uuid NOT NULL,
    text text NOT NULL,
    checked boolean NOT NULL DEFAULT false,
    sort_order double precision NOT NULL DEFAULT 0
);
COMMENT ON TABLE checklist_items IS 'A small step of a task, ticked off on its own.
@flags C @label text @sensitivity normal';
COMMENT ON COLUMN checklist_items.text IS 'What is to be done @title';
COMMENT ON COLUMN checklist_items.sort_order IS 'Place in the list, smaller first';
CREATE INDEX checklist_items_task_id_idx ON checklist_items (user_id, task_id, sort_order) WHERE deleted_at IS NULL;
ALTER TABLE checklist_items ADD CONSTRAINT checklist_items_task_id_fkey
    FOREIGN KEY (user_id, task_id) REFERENCES tasks (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_depends_on AS
    SELECT user_id, id AS key, task_id AS source_id, depends_on_id AS target_id FROM task_dependencies WHERE deleted_at IS NULL;
SELECT derive_edges('edges_depends_on', 'DEPENDS_ON', 'task_dependencies', 'id');
