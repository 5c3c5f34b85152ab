-- What is made of files: versions, passages, and documents with the words of paperless (correspondent, archive number).

CREATE TABLE file_versions (
    LIKE entity INCLUDING ALL,
    file_id uuid NOT NULL,
    version_no integer NOT NULL,
    caption text,
    sha256 bytea,
    byte_size bigint,
    media_type text,
    storage_uri text,
    modified_at timestamptz,
    CONSTRAINT file_versions_version_no_check CHECK (version_no > 0),
    CONSTRAINT file_versions_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT file_versions_byte_size_check CHECK (byte_size >= 0)
);
COMMENT ON TABLE file_versions IS 'A file as it once was: DeltaV''s version of WebDAV (RFC 3253). The newest is the file.
@flags C @label caption,storage_uri @time modified_at @sensitivity normal';
COMMENT ON COLUMN file_versions.file_id IS 'The file';
COMMENT ON COLUMN file_versions.version_no IS 'Which version it is, the oldest is 1';
COMMENT ON COLUMN file_versions.caption IS 'What was changed, or why it was kept @title';
COMMENT ON COLUMN file_versions.sha256 IS 'SHA-256 of the bytes';
COMMENT ON COLUMN file_versions.byte_size IS 'Size in bytes';
COMMENT ON COLUMN file_versions.media_type IS 'IANA media type, where it was another than the file''s';
COMMENT ON COLUMN file_versions.storage_uri IS 'Where the bytes are';
COMMENT ON COLUMN file_versions.modified_at IS 'When the bytes became so';
CREATE UNIQUE INDEX file_versions_file_id_version_no_key
    ON file_versions (user_id, file_id, version_no) WHERE deleted_at IS NULL;
CREATE INDEX file_versions_sha256_idx ON file_versions (user_id, sha256) WHERE deleted_at IS NULL;
ALTER TABLE file_versions ADD CONSTRAINT file_versions_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE file_chunks (
    LIKE described INCLUDING ALL,
    file_id uuid NOT NULL,
    chunk_no integer NOT NULL,
    content text NOT NULL,
    page integer,
    char_start integer,
    char_end integer,
    heading_path text[] NOT NULL DEFAULT '{}',
    token_count integer,
    CONSTRAINT file_chunks_chunk_no_check CHECK (chunk_no >= 0),
    CONSTRAINT file_chunks_page_check CHECK (page > 0),
    CONSTRAINT file_chunks_char_start_check CHECK (char_start >= 0),
    CONSTRAINT file_chunks_chars_check CHECK (char_end >= char_start),
    CONSTRAINT file_chunks_token_count_check CHECK (token_count >= 0)
);
COMMENT ON TABLE file_chunks IS 'A passage of a file: what is found, and what can be cited with its page.
@flags EC @label content @sensitivity normal';
COMMENT ON COLUMN file_chunks.file_id IS 'The file that it is a passage of';
COMMENT ON COLUMN file_chunks.chunk_no IS 'Which passage it is, from 0';
COMMENT ON COLUMN file_chunks.content IS 'What it says @text';
COMMENT ON COLUMN file_chunks.page IS 'The page on which it begins, from 1';
COMMENT ON COLUMN file_chunks.char_start IS 'Where it begins in text_content of the file, in characters from 0';
COMMENT ON COLUMN file_chunks.char_end IS 'The character behind its last one';
COMMENT ON COLUMN file_chunks.heading_path IS 'The headings that it stands under, the widest first';
COMMENT ON COLUMN file_chunks.token_count IS 'How many tokens it is for a language model';
CREATE UNIQUE INDEX file_chunks_file_id_chunk_no_key ON file_chunks (user_id, file_id, chunk_no) WHERE deleted_at IS NULL;
ALTER TABLE file_chunks ADD CONSTRAINT file_chunks_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE document_types (
    LIKE entity INCLUDING ALL,
    name text NOT NULL,
    description text,
    matching_rule text,
    retention interval,
    CONSTRAINT document_types_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE document_types IS 'A kind of document: invoice, payslip, tax assessment.
@flags C @label name @sensitivity normal';
COMMENT ON COLUMN document_types.name IS 'What it is called @title';
COMMENT ON COLUMN document_types.description IS 'What belongs to it @text';
COMMENT ON COLUMN document_types.matching_rule IS 'Words or a regular expression by which a new document is known to be
of this kind';
COMMENT ON COLUMN document_types.retention IS 'How long such documents must be kept, counted from when they were issued';
CREATE UNIQUE INDEX document_types_name_key ON document_types (user_id, name) WHERE deleted_at IS NULL;

CREATE TABLE documents (
    LIKE described INCLUDING ALL,
    file_id uuid,
    document_type_id uuid,
    title text NOT NULL DEFAULT '',
    description text,
    correspondent_type text,
    correspondent_id uuid,
    reference_number text,
    issued date,
    received_on date,
    due_date date,
    amount numeric,
    currency char(3),
    archive_serial_number integer,
    ocr_confidence real,
    CONSTRAINT documents_correspondent_check CHECK ((correspondent_type IS NULL) = (correspondent_id IS NULL)),
    CONSTRAINT documents_amount_check CHECK (amount IS NULL OR currency IS NOT NULL),
    CONSTRAINT documents_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT documents_archive_serial_number_check CHECK (archive_serial_number > 0),
    CONSTRAINT documents_ocr_confidence_check CHECK (ocr_confidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE documents IS 'A letter, an invoice, a certificate: what a file or a sheet of paper is in life.
@flags EHXC @half_life 120 @label title,reference_number @time issued @sensitivity normal';
COMMENT ON COLUMN documents.file_id IS 'The file that holds it, with its text; empty for paper alone';
COMMENT ON COLUMN documents.document_type_id IS 'What kind of document it is';
COMMENT ON COLUMN documents.title IS 'What it is called @title @name';
COMMENT ON COLUMN documents.description IS 'What it says in short, and what one has to remember @text @markdown';
COMMENT ON COLUMN documents.correspondent_type IS 'Type of the correspondent: contact or organization';
COMMENT ON COLUMN documents.correspondent_id IS 'Who it is from, or to whom it went';
COMMENT ON COLUMN documents.reference_number IS 'The number that it bears: of an invoice, a case, a contract @text';
COMMENT ON COLUMN documents.issued IS 'The date that it bears';
COMMENT ON COLUMN documents.received_on IS 'When it came';
COMMENT ON COLUMN documents.due_date IS 'By when it must be paid or answered';
COMMENT ON COLUMN documents.amount IS 'The sum that it is about';
COMMENT ON COLUMN documents.currency IS 'ISO 4217 code of the amount''s currency';
COMMENT ON COLUMN documents.archive_serial_number IS 'The number under which the paper is filed (ASN of paperless)';
COMMENT ON COLUMN documents.ocr_confidence IS 'How sure the reading of its picture is, from 0 to 1';
CREATE UNIQUE INDEX documents_archive_serial_number_key
    ON documents (user_id, archive_serial_number) WHERE deleted_at IS NULL;
CREATE INDEX documents_file_id_idx ON documents (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX documents_document_type_id_idx ON documents (user_id, document_type_id, issued) WHERE deleted_at IS NULL;
CREATE INDEX documents_correspondent_id_idx ON documents (user_id, correspondent_id, issued) WHERE deleted_at IS NULL;
CREATE INDEX documents_issued_idx ON documents (user_id, issued, id) WHERE deleted_at IS NULL;
CREATE INDEX documents_due_date_idx ON documents (user_id, due_date) WHERE deleted_at IS NULL AND due_date IS NOT NULL;
ALTER TABLE documents ADD CONSTRAINT documents_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE documents ADD CONSTRAINT documents_document_type_id_fkey
    FOREIGN KEY (user_id, document_type_id) REFERENCES document_types (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE documents ADD CONSTRAINT documents_correspondent_id_fkey
    FOREIGN KEY (user_id, correspondent_id) REFERENCES records (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- What of mail and messages points at files.
ALTER TABLE emails ADD CONSTRAINT emails_html_file_id_fkey
    FOREIGN KEY (user_id, html_file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE email_attachments ADD CONSTRAINT email_attachments_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_messages ADD CONSTRAINT chat_messages_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_correspondent AS
    SELECT user_id, id AS key, id AS source_id, correspondent_id AS target_id
    FROM documents WHERE deleted_at IS NULL AND correspondent_id IS NOT NULL;
SELECT derive_edges('edges_correspondent', 'CORRESPONDENT', 'documents', 'id');

-- Equal files: each points at the one that was here first, so that a hundred copies are not five thousand pairs.
CREATE VIEW edges_duplicate_of AS
    SELECT f.user_id, f.sha256 AS key, f.id AS source_id, first.id AS target_id
    FROM files f CROSS JOIN LATERAL (
        SELECT o.id FROM files o WHERE o.user_id = f.user_id AND o.sha256 = f.sha256 AND o.deleted_at IS NULL
        ORDER BY o.created_at, o.id LIMIT 1
    ) first
    WHERE f.deleted_at IS NULL AND f.id <> first.id;
SELECT derive_edges('edges_duplicate_of', 'DUPLICATE_OF', 'files', 'sha256');
