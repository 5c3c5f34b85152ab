-- Notes, annotations and bookmarks: CommonMark, W3C Web Annotation, Netscape bookmark file, Dublin Core.

CREATE TABLE notebooks (
    LIKE described INCLUDING ALL,
    title text NOT NULL DEFAULT '',
    parent_id uuid,
    source_path text,
    icon text,
    sort_order double precision,
    CONSTRAINT notebooks_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE notebooks IS 'A folder of notes, such as a directory of an Obsidian vault. Notebooks nest through
their parent.
@flags HC @half_life 60 @label title @sensitivity normal';
COMMENT ON COLUMN notebooks.title IS 'Name of the notebook @title';
COMMENT ON COLUMN notebooks.parent_id IS 'The notebook that this one is inside of; empty at the top';
COMMENT ON COLUMN notebooks.source_path IS 'Path of the directory it came from, relative to its vault';
COMMENT ON COLUMN notebooks.icon IS 'An emoji or the name of an icon';
COMMENT ON COLUMN notebooks.sort_order IS 'Place among its siblings, smaller first';
CREATE INDEX notebooks_parent_id_idx ON notebooks (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE notebooks ADD CONSTRAINT notebooks_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES notebooks (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE notes (
    LIKE synced INCLUDING ALL,
    notebook_id uuid,
    title text NOT NULL DEFAULT '',
    content text NOT NULL DEFAULT '',
    content_format text NOT NULL DEFAULT 'markdown',
    aliases text[] NOT NULL DEFAULT '{}',
    front_matter text,
    source_path text,
    language text,
    pinned boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    template boolean NOT NULL DEFAULT false,
    CONSTRAINT notes_content_format_check CHECK (content_format IN ('markdown', 'html', 'plain'))
);
COMMENT ON TABLE notes IS 'A piece of writing in Markdown (CommonMark with Obsidian''s additions). [[Wiki links]]
in its content become
links to other records of any type, and #tags become tags, whoever writes the text.
@flags EHXCS @label title,content @sensitivity normal';
COMMENT ON COLUMN notes.notebook_id IS 'The notebook that holds the note';
COMMENT ON COLUMN notes.title IS 'Title; for an imported file its name without .md @title @name';
COMMENT ON COLUMN notes.content IS 'The text itself, without front matter @text @markdown';
COMMENT ON COLUMN notes.content_format IS 'How the content is to be read: markdown, html or plain';
COMMENT ON COLUMN notes.aliases IS 'Other names under which texts may refer to the note (Obsidian aliases) @name';
COMMENT ON COLUMN notes.front_matter IS 'The YAML block between the --- lines exactly as written, without them;
what it says is in custom_fields';
COMMENT ON COLUMN notes.source_path IS 'Path of the file it came from, relative to its vault, with / between
folders @name';
COMMENT ON COLUMN notes.language IS 'Language of the text, a BCP 47 tag such as en or de-AT';
COMMENT ON COLUMN notes.pinned IS 'Kept at the top of lists';
COMMENT ON COLUMN notes.archived IS 'Put away: kept and found, but out of the usual lists';
COMMENT ON COLUMN notes.template IS 'A pattern for new notes and not a note in its own right';
CREATE INDEX notes_notebook_id_idx ON notes (user_id, notebook_id) WHERE deleted_at IS NULL;
CREATE INDEX notes_updated_at_idx ON notes (user_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_pinned_idx ON notes (user_id, updated_at) WHERE deleted_at IS NULL AND pinned;
ALTER TABLE notes ADD CONSTRAINT notes_notebook_id_fkey
    FOREIGN KEY (user_id, notebook_id) REFERENCES notebooks (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TYPE annotation_motivation AS ENUM (
    'assessing', 'bookmarking', 'classifying', 'commenting', 'describing', 'editing', 'highlighting', 'identifying',
    'linking', 'moderating', 'questioning', 'replying', 'tagging'
);
COMMENT ON TYPE annotation_motivation IS 'Why an annotation was made (W3C Web Annotation Vocabulary)';

CREATE TABLE annotations (
    LIKE described INCLUDING ALL,
    subject_type text,
    subject_id uuid,
    target_url text,
    motivation annotation_motivation NOT NULL DEFAULT 'commenting',
    exact text,
    prefix text,
    suffix text,
    selector jsonb,
    body text,
    color text,
    CONSTRAINT annotations_target_check CHECK (subject_id IS NOT NULL OR target_url IS NOT NULL),
    CONSTRAINT annotations_subject_check CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
COMMENT ON TABLE annotations IS 'A highlight or a remark on a passage of a record or of a web page (W3C Web
Annotation Data Model).
@flags EHXC @label body,exact,target_url @sensitivity normal';
COMMENT ON COLUMN annotations.subject_type IS 'Type of the annotated record';
COMMENT ON COLUMN annotations.subject_id IS 'The annotated record, of any type';
COMMENT ON COLUMN annotations.target_url IS 'The annotated web page, where no record of it is kept';
COMMENT ON COLUMN annotations.exact IS 'The passage itself (exact of a TextQuoteSelector) @text';
COMMENT ON COLUMN annotations.prefix IS 'A few words right before the passage, to find it again';
COMMENT ON COLUMN annotations.suffix IS 'A few words right after the passage, to find it again';
COMMENT ON COLUMN annotations.selector IS 'Any other W3C selector: position, page, fragment, time range';
COMMENT ON COLUMN annotations.body IS 'What was said about the passage @text @markdown';
COMMENT ON COLUMN annotations.color IS 'Colour of the highlight: a CSS name or #rrggbb';
CREATE INDEX annotations_subject_id_idx ON annotations (user_id, subject_id) WHERE deleted_at IS NULL;
ALTER TABLE annotations ADD CONSTRAINT annotations_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE bookmark_folders (
    LIKE entity INCLUDING ALL,
    title text NOT NULL,
    parent_id uuid,
    sort_order double precision,
    CONSTRAINT bookmark_folders_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE bookmark_folders IS 'A folder of bookmarks, as browsers have them (H3 of the Netscape bookmark file).
@flags C @label title @sensitivity normal';
COMMENT ON COLUMN bookmark_folders.title IS 'Name of the folder @title';
COMMENT ON COLUMN bookmark_folders.parent_id IS 'The folder that this one is inside of; empty at the top';
COMMENT ON COLUMN bookmark_folders.sort_order IS 'Place among its siblings, smaller first';
CREATE INDEX bookmark_folders_parent_id_idx ON bookmark_folders (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE bookmark_folders ADD CONSTRAINT bookmark_folders_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES bookmark_folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE bookmarks (
    LIKE synced INCLUDING ALL,
    folder_id uuid,
    url text NOT NULL,
    url_key text GENERATED ALWAYS AS (url_key(url)) STORED,
    title text NOT NULL DEFAULT '',
    description text,
    site_name text,
    content_text text,
    archived_file_id uuid,
    read_at timestamptz,
    is_alive boolean,
    last_checked_at timestamptz,
    CONSTRAINT bookmarks_url_check CHECK (url <> '')
);
COMMENT ON TABLE bookmarks IS 'A web page worth keeping: its address, why it was kept, and its text when it was fetched.
@flags EHXCS @label title,url @sensitivity normal';
COMMENT ON COLUMN bookmarks.folder_id IS 'The folder that holds the bookmark';
COMMENT ON COLUMN bookmarks.url IS 'Address of the page';
COMMENT ON COLUMN bookmarks.url_key IS 'The address without what does not tell pages apart; equal to
feed_articles.url_key of the same page';
COMMENT ON COLUMN bookmarks.title IS 'Title of the page or a name of one''s own @title';
COMMENT ON COLUMN bookmarks.description IS 'Why it was kept, or the page''s own summary @text @markdown';
COMMENT ON COLUMN bookmarks.site_name IS 'Name of the site (og:site_name)';
COMMENT ON COLUMN bookmarks.content_text IS 'Readable text of the page as it was fetched @text';
COMMENT ON COLUMN bookmarks.archived_file_id IS 'A saved copy of the page';
COMMENT ON COLUMN bookmarks.read_at IS 'When it was read; empty means still to read';
COMMENT ON COLUMN bookmarks.is_alive IS 'Whether the page answered at the last check @volatile';
COMMENT ON COLUMN bookmarks.last_checked_at IS 'When the page was last asked for @volatile';
CREATE INDEX bookmarks_folder_id_idx ON bookmarks (user_id, folder_id) WHERE deleted_at IS NULL;
CREATE INDEX bookmarks_archived_file_id_idx ON bookmarks (user_id, archived_file_id) WHERE deleted_at IS NULL;
CREATE INDEX bookmarks_url_key_idx ON bookmarks (user_id, url_key) WHERE deleted_at IS NULL;
CREATE INDEX bookmarks_unread_idx ON bookmarks (user_id, created_at) WHERE deleted_at IS NULL AND read_at IS NULL;
ALTER TABLE bookmarks ADD CONSTRAINT bookmarks_folder_id_fkey
    FOREIGN KEY (user_id, folder_id) REFERENCES bookmark_folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;
