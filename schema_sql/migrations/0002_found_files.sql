-- The places that may be opened leave files.storage_uri, which anybody may write, for a table that imports write alone.

CREATE TABLE found_files (
    user_id uuid NOT NULL DEFAULT acting_user(),
    record_id uuid NOT NULL,
    uri text NOT NULL,
    sha256 bytea NOT NULL,
    PRIMARY KEY (user_id, record_id)
);
ALTER TABLE found_files ADD CONSTRAINT found_files_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX found_files_sha256_idx ON found_files (user_id, sha256);

-- What imports said of living and deleted files, by the log. A table of CSV may say anything: it gives no places.
INSERT INTO found_files (user_id, record_id, uri, sha256)
SELECT f.user_id, f.id, f.storage_uri, f.sha256 FROM files f
WHERE f.storage_uri ~ '^(jar:)?file:' AND f.sha256 IS NOT NULL AND EXISTS (
    SELECT FROM change_log l JOIN import_batches b ON b.user_id = l.user_id AND b.change_set_id = l.change_set_id
    WHERE l.user_id = f.user_id AND l.record_id = f.id AND l.origin = 'import' AND b.format !~ '\ycsv\y'
        AND l.after ->> 'storage_uri' = f.storage_uri
) AND EXISTS (
    SELECT FROM change_log l JOIN import_batches b ON b.user_id = l.user_id AND b.change_set_id = l.change_set_id
    WHERE l.user_id = f.user_id AND l.record_id = f.id AND l.origin = 'import' AND b.format !~ '\ycsv\y'
        AND l.after ->> 'sha256' = '\x' || encode(f.sha256, 'hex')
);
