-- Folders and files: WebDAV (RFC 4918), Dublin Core, IANA media types. Rows hold what is known; the bytes are on disk.

CREATE TABLE folders (
    LIKE synced INCLUDING ALL,
    name text NOT NULL,
    parent_id uuid,
    path text,
    etag text,
    CONSTRAINT folders_parent_check CHECK (parent_id <> id)
);
COMMENT ON TABLE folders IS 'A folder of files, a collection in the words of WebDAV (RFC 4918).
@flags HCS @half_life 60 @label name,path @sensitivity normal';
COMMENT ON COLUMN folders.name IS 'Name of the folder @title';
COMMENT ON COLUMN folders.parent_id IS 'The folder that this one is inside of; empty at the top';
COMMENT ON COLUMN folders.path IS 'Path from the root of its source, with / between folders';
COMMENT ON COLUMN folders.etag IS 'The server''s mark of its last known state @volatile';
CREATE INDEX folders_parent_id_idx ON folders (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE folders ADD CONSTRAINT folders_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE files (
    LIKE synced INCLUDING ALL,
    folder_id uuid,
    name text NOT NULL,
    path text,
    media_type text,
    byte_size bigint,
    sha256 bytea,
    storage_uri text,
    title text,
    creator text,
    language text,
    text_content text,
    page_count integer,
    modified_at timestamptz,
    etag text,
    download_url text GENERATED ALWAYS AS ('files/' || id::text || '?sha256=' || encode(sha256, 'hex')) STORED,
    CONSTRAINT files_name_check CHECK (name <> ''),
    CONSTRAINT files_byte_size_check CHECK (byte_size >= 0),
    CONSTRAINT files_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT files_page_count_check CHECK (page_count >= 0)
);
COMMENT ON TABLE files IS 'A file: a picture in a vault, a scanned letter, an attachment. The record says what it
is and where its bytes are.
@flags EHXCS @half_life 45 @label name,title,path @time modified_at @sensitivity normal';
COMMENT ON COLUMN files.folder_id IS 'The folder that holds the file';
COMMENT ON COLUMN files.name IS 'Name with extension @title';
COMMENT ON COLUMN files.path IS 'Path from the root of its source (a vault, a share), with / between folders @name';
COMMENT ON COLUMN files.media_type IS 'IANA media type: image/png, application/pdf';
COMMENT ON COLUMN files.byte_size IS 'Size in bytes';
COMMENT ON COLUMN files.sha256 IS 'SHA-256 of the bytes: equal files have equal ones';
COMMENT ON COLUMN files.storage_uri IS 'Where the bytes are said to be, e.g. file:///home/ana/vault/boat.jpg. It opens
nothing: the server reads what was uploaded, and what an import of its own found';
COMMENT ON COLUMN files.title IS 'Title that the document itself gives (dc:title) @title';
COMMENT ON COLUMN files.creator IS 'Who made it (dc:creator) @text';
COMMENT ON COLUMN files.language IS 'Language of the text, a BCP 47 tag (dc:language)';
COMMENT ON COLUMN files.text_content IS 'The text inside, where it could be read @text';
COMMENT ON COLUMN files.page_count IS 'How many pages it has, where it has pages';
COMMENT ON COLUMN files.modified_at IS 'When the bytes last changed';
COMMENT ON COLUMN files.etag IS 'The server''s mark of its last known state @volatile';
COMMENT ON COLUMN files.download_url IS 'Where GET gives the bytes in this state, relative to the address of GraphQL; empty
where no digest is known';
CREATE INDEX files_folder_id_idx ON files (user_id, folder_id) WHERE deleted_at IS NULL;
CREATE INDEX files_sha256_idx ON files (user_id, sha256) WHERE deleted_at IS NULL;
CREATE INDEX files_modified_at_idx ON files (user_id, modified_at) WHERE deleted_at IS NULL;
ALTER TABLE files ADD CONSTRAINT files_folder_id_fkey
    FOREIGN KEY (user_id, folder_id) REFERENCES folders (user_id, id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE bookmarks ADD CONSTRAINT bookmarks_archived_file_id_fkey
    FOREIGN KEY (user_id, archived_file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contacts ADD CONSTRAINT contacts_photo_file_id_fkey
    FOREIGN KEY (user_id, photo_file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
