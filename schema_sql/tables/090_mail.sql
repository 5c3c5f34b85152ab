-- Mail: the objects of JMAP (RFC 8621) over RFC 5322 and MIME. What a message looked like byte by byte is a raw record.

CREATE TYPE mailbox_role AS ENUM (
    'all', 'archive', 'drafts', 'flagged', 'important', 'inbox', 'junk', 'memos', 'scheduled', 'sent', 'snoozed', 'trash'
);
COMMENT ON TYPE mailbox_role IS 'What a mailbox is for (IMAP Mailbox Name Attributes of IANA, role in RFC 8621)';
CREATE TYPE email_address_field AS ENUM ('from', 'sender', 'reply_to', 'to', 'cc', 'bcc');
COMMENT ON TYPE email_address_field IS 'The header fields that hold addresses (RFC 5322, 3.6.2 and 3.6.3)';

CREATE TABLE email_accounts (
    LIKE synced INCLUDING ALL,
    email text NOT NULL,
    address_key text GENERATED ALWAYS AS (lower(btrim(email))) STORED,
    display_name text,
    signature text,
    connector_id uuid,
    is_default boolean NOT NULL DEFAULT false,
    CONSTRAINT email_accounts_email_check CHECK (octet_length(email) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE email_accounts IS 'An address at which one gets mail, with its mailboxes: Account of JMAP (RFC 8620).
@flags CS @label display_name,email @sensitivity high';
COMMENT ON COLUMN email_accounts.email IS 'The address, as ana@example.org @title';
COMMENT ON COLUMN email_accounts.address_key IS 'The address in small letters, by which the account is known';
COMMENT ON COLUMN email_accounts.display_name IS 'What one calls it, or the name that recipients see @title';
COMMENT ON COLUMN email_accounts.signature IS 'What is put below a new mail';
COMMENT ON COLUMN email_accounts.connector_id IS 'What brings its mail here';
COMMENT ON COLUMN email_accounts.is_default IS 'New mail is sent from here';
CREATE UNIQUE INDEX email_accounts_address_key_key ON email_accounts (user_id, address_key) WHERE deleted_at IS NULL;
CREATE INDEX email_accounts_connector_id_idx ON email_accounts (user_id, connector_id) WHERE deleted_at IS NULL;
ALTER TABLE email_accounts ADD CONSTRAINT email_accounts_connector_id_fkey
    FOREIGN KEY (user_id, connector_id) REFERENCES sync_connectors (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE mailboxes (
    LIKE synced INCLUDING ALL,
    account_id uuid,
    parent_id uuid,
    name text NOT NULL,
    path text,
    role mailbox_role,
    sort_order integer NOT NULL DEFAULT 0,
    is_subscribed boolean NOT NULL DEFAULT true,
    total_emails integer,
    unread_emails integer,
    CONSTRAINT mailboxes_name_check CHECK (name <> ''),
    CONSTRAINT mailboxes_parent_check CHECK (parent_id <> id),
    CONSTRAINT mailboxes_total_emails_check CHECK (total_emails >= 0),
    CONSTRAINT mailboxes_unread_emails_check CHECK (unread_emails >= 0)
);
COMMENT ON TABLE mailboxes IS 'A folder of mail, or a label: Mailbox of JMAP. One mail may be in several.
@flags CS @type mailbox @label name,path @sensitivity high';
COMMENT ON COLUMN mailboxes.account_id IS 'The account it belongs to; empty for mail that came from files';
COMMENT ON COLUMN mailboxes.parent_id IS 'The mailbox that this one is inside of; empty at the top';
COMMENT ON COLUMN mailboxes.name IS 'Name of the mailbox @title';
COMMENT ON COLUMN mailboxes.path IS 'Full name on the server or in the file, with / between mailboxes';
COMMENT ON COLUMN mailboxes.role IS 'What it is for, where it is not just any folder';
COMMENT ON COLUMN mailboxes.sort_order IS 'Place among its siblings, smaller first';
COMMENT ON COLUMN mailboxes.is_subscribed IS 'Whether it is shown (IMAP LSUB)';
COMMENT ON COLUMN mailboxes.total_emails IS 'How many mails the server says are in it @volatile';
COMMENT ON COLUMN mailboxes.unread_emails IS 'How many of them the server says are unread @volatile';
CREATE UNIQUE INDEX mailboxes_account_id_role_key
    ON mailboxes (user_id, account_id, role) WHERE deleted_at IS NULL;
CREATE INDEX mailboxes_account_id_idx ON mailboxes (user_id, account_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX mailboxes_parent_id_idx ON mailboxes (user_id, parent_id) WHERE deleted_at IS NULL;
ALTER TABLE mailboxes ADD CONSTRAINT mailboxes_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES email_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE mailboxes ADD CONSTRAINT mailboxes_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES mailboxes (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE email_threads (
    LIKE described INCLUDING ALL,
    account_id uuid,
    root_message_id text,
    subject_base text NOT NULL DEFAULT '',
    started_at timestamptz,
    last_received_at timestamptz,
    email_count integer NOT NULL DEFAULT 0,
    CONSTRAINT email_threads_root_message_id_check CHECK (octet_length(root_message_id) BETWEEN 1 AND 998),
    CONSTRAINT email_threads_email_count_check CHECK (email_count >= 0)
);
COMMENT ON TABLE email_threads IS 'A conversation by mail: Thread of JMAP, rebuilt from what the mails say they answer.
@flags HC @half_life 30 @label subject_base @time started_at @sensitivity high';
COMMENT ON COLUMN email_threads.account_id IS 'The account whose mails these are';
COMMENT ON COLUMN email_threads.root_message_id IS 'Message-ID of the first mail, whether or not it is here: what the
thread is known by';
COMMENT ON COLUMN email_threads.subject_base IS 'Subject without Re: and Fwd: (base subject of RFC 5256) @title';
COMMENT ON COLUMN email_threads.started_at IS 'When its first mail came @derived';
COMMENT ON COLUMN email_threads.last_received_at IS 'When its newest mail came @volatile @derived';
COMMENT ON COLUMN email_threads.email_count IS 'How many mails there are in it @volatile @derived';
CREATE UNIQUE INDEX email_threads_account_id_root_message_id_key
    ON email_threads (user_id, account_id, root_message_id) NULLS NOT DISTINCT
    WHERE deleted_at IS NULL AND root_message_id IS NOT NULL;
CREATE INDEX email_threads_account_id_idx ON email_threads (user_id, account_id, last_received_at) WHERE deleted_at IS NULL;
CREATE INDEX email_threads_last_received_at_idx ON email_threads (user_id, last_received_at, id) WHERE deleted_at IS NULL;
ALTER TABLE email_threads ADD CONSTRAINT email_threads_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES email_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE emails (
    LIKE synced INCLUDING ALL,
    account_id uuid,
    thread_id uuid,
    mailbox_ids uuid[] NOT NULL DEFAULT '{}',
    message_id text,
    in_reply_to text[] NOT NULL DEFAULT '{}',
    reference_message_ids text[] NOT NULL DEFAULT '{}',
    answered_message_ids text[] GENERATED ALWAYS AS (
        CASE WHEN cardinality(in_reply_to) > 0 THEN in_reply_to
             ELSE reference_message_ids[cardinality(reference_message_ids):] END
    ) STORED,
    subject text NOT NULL DEFAULT '',
    senders text[] NOT NULL DEFAULT '{}',
    sent_at timestamptz,
    received_at timestamptz,
    dated_at timestamptz GENERATED ALWAYS AS (coalesce(received_at, sent_at)) STORED,
    preview text,
    text_body text NOT NULL DEFAULT '',
    html_file_id uuid,
    language text,
    keywords text[] NOT NULL DEFAULT '{}',
    has_attachment boolean NOT NULL DEFAULT false,
    list_id text,
    list_unsubscribe text,
    byte_size bigint,
    blob_sha256 bytea,
    CONSTRAINT emails_message_id_check CHECK (octet_length(message_id) BETWEEN 1 AND 998),
    CONSTRAINT emails_in_reply_to_check CHECK (octet_length(array_to_string(in_reply_to, '')) <= 1996),
    CONSTRAINT emails_reference_message_ids_check CHECK (
        octet_length(reference_message_ids[cardinality(reference_message_ids)]) <= 998
    ),
    CONSTRAINT emails_byte_size_check CHECK (byte_size >= 0),
    CONSTRAINT emails_blob_sha256_check CHECK (octet_length(blob_sha256) = 32)
);
COMMENT ON TABLE emails IS 'One e-mail: Email of JMAP (RFC 8621), a message of RFC 5322. To whom it went and what was
attached are records of their own.
@flags EHXCS @half_life 30 @label subject,preview @time dated_at @sensitivity high';
COMMENT ON COLUMN emails.account_id IS 'The account that it came to or was sent from';
COMMENT ON COLUMN emails.thread_id IS 'The conversation that it is a part of';
COMMENT ON COLUMN emails.mailbox_ids IS 'The mailboxes that it is in; one for a folder, several for labels';
COMMENT ON COLUMN emails.message_id IS 'Message-ID without its angle brackets';
COMMENT ON COLUMN emails.in_reply_to IS 'In-Reply-To: ids of the messages that it answers, here or not';
COMMENT ON COLUMN emails.reference_message_ids IS 'References: ids of the messages before it in the thread, oldest first';
COMMENT ON COLUMN emails.answered_message_ids IS 'What it answers: in_reply_to, or else the last of its references';
COMMENT ON COLUMN emails.subject IS 'Subject, decoded @title';
COMMENT ON COLUMN emails.senders IS 'From as written, an entry for each author: Ana Núñez <ana@example.org>. For showing
and for search; email_recipients has all addresses @text';
COMMENT ON COLUMN emails.sent_at IS 'Date: when it was written, as its sender says';
COMMENT ON COLUMN emails.received_at IS 'When it reached the mailbox (INTERNALDATE of IMAP, the From line of an mbox)';
COMMENT ON COLUMN emails.dated_at IS 'When it came, for lists and order: received_at, or sent_at where that is not known';
COMMENT ON COLUMN emails.preview IS 'Its first words, at most 256 characters';
COMMENT ON COLUMN emails.text_body IS 'What it says, as plain text; made from its HTML where there is no other @text';
COMMENT ON COLUMN emails.html_file_id IS 'What it says, as HTML';
COMMENT ON COLUMN emails.language IS 'Language of the text, a BCP 47 tag (Content-Language)';
COMMENT ON COLUMN emails.keywords IS 'Keywords of IMAP: $seen, $flagged, $answered, $draft, $forwarded, $junk, and one''s own';
COMMENT ON COLUMN emails.has_attachment IS 'Whether something is attached that a person would call an attachment';
COMMENT ON COLUMN emails.list_id IS 'List-Id: the mailing list that it came over (RFC 2919)';
COMMENT ON COLUMN emails.list_unsubscribe IS 'List-Unsubscribe: where one leaves the list (RFC 2369, RFC 8058)';
COMMENT ON COLUMN emails.byte_size IS 'Size of the whole message in bytes';
COMMENT ON COLUMN emails.blob_sha256 IS 'SHA-256 of the whole message: the same mail in two files has the same';
CREATE INDEX emails_account_id_idx ON emails (user_id, account_id, dated_at) WHERE deleted_at IS NULL;
CREATE INDEX emails_thread_id_idx ON emails (user_id, thread_id, dated_at) WHERE deleted_at IS NULL;
CREATE INDEX emails_dated_at_idx ON emails (user_id, dated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX emails_message_id_idx ON emails (user_id, message_id) WHERE deleted_at IS NULL;
CREATE INDEX emails_html_file_id_idx ON emails (user_id, html_file_id) WHERE deleted_at IS NULL;
CREATE INDEX emails_blob_sha256_idx ON emails (user_id, blob_sha256) WHERE deleted_at IS NULL;
CREATE INDEX emails_answered_message_ids_idx ON emails USING gin (user_id, answered_message_ids)
    WITH (fastupdate = off) WHERE deleted_at IS NULL;
ALTER TABLE emails ADD CONSTRAINT emails_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES email_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE emails ADD CONSTRAINT emails_thread_id_fkey
    FOREIGN KEY (user_id, thread_id) REFERENCES email_threads (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE email_recipients (
    LIKE entity INCLUDING ALL,
    email_id uuid NOT NULL,
    field email_address_field NOT NULL,
    name text,
    address text,
    address_key text GENERATED ALWAYS AS (lower(btrim(address))) STORED,
    contact_id uuid,
    position integer NOT NULL DEFAULT 0,
    CONSTRAINT email_recipients_address_check CHECK (octet_length(address) BETWEEN 1 AND 1024),
    CONSTRAINT email_recipients_named_check CHECK (address IS NOT NULL OR name IS NOT NULL),
    CONSTRAINT email_recipients_position_check CHECK (position >= 0)
);
COMMENT ON TABLE email_recipients IS 'One address in the head of a mail: EmailAddress of JMAP. Who writes from or is
written to at an e-mail address of a contact is that contact.
@flags C @label name,address @sensitivity high';
COMMENT ON COLUMN email_recipients.email_id IS 'The mail';
COMMENT ON COLUMN email_recipients.field IS 'The header field that names it';
COMMENT ON COLUMN email_recipients.name IS 'The name beside the address, decoded';
COMMENT ON COLUMN email_recipients.address IS 'The e-mail address as written (email of JMAP); empty where the field has a name alone';
COMMENT ON COLUMN email_recipients.address_key IS 'The address in small letters; equal to contact_emails.address_key of
the same person';
COMMENT ON COLUMN email_recipients.contact_id IS 'The contact that this is, where it was said by hand';
COMMENT ON COLUMN email_recipients.position IS 'Place in its field, from 0';
CREATE INDEX email_recipients_email_id_idx ON email_recipients (user_id, email_id, field, position) WHERE deleted_at IS NULL;
CREATE INDEX email_recipients_contact_id_idx ON email_recipients (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX email_recipients_address_key_idx ON email_recipients (user_id, address_key) WHERE deleted_at IS NULL;
ALTER TABLE email_recipients ADD CONSTRAINT email_recipients_email_id_fkey
    FOREIGN KEY (user_id, email_id) REFERENCES emails (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE email_recipients ADD CONSTRAINT email_recipients_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE email_attachments (
    LIKE entity INCLUDING ALL,
    email_id uuid NOT NULL,
    file_id uuid,
    part_id text,
    name text,
    type text,
    cid text,
    disposition text,
    byte_size bigint,
    position integer NOT NULL DEFAULT 0,
    event_uid text,
    CONSTRAINT email_attachments_byte_size_check CHECK (byte_size >= 0),
    CONSTRAINT email_attachments_position_check CHECK (position >= 0),
    CONSTRAINT email_attachments_event_uid_check CHECK (octet_length(event_uid) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE email_attachments IS 'A part of a mail that is not its text: EmailBodyPart of JMAP. Its bytes are a file.
@flags C @label name,type @sensitivity high';
COMMENT ON COLUMN email_attachments.email_id IS 'The mail';
COMMENT ON COLUMN email_attachments.file_id IS 'The file; one for all mails that carry the same bytes';
COMMENT ON COLUMN email_attachments.part_id IS 'Which part of the message it is, as 2.1 (section of IMAP)';
COMMENT ON COLUMN email_attachments.name IS 'Name of the file as the mail gives it @title';
COMMENT ON COLUMN email_attachments.type IS 'IANA media type in small letters, as application/pdf';
COMMENT ON COLUMN email_attachments.cid IS 'Content-ID without its angle brackets: what cid: addresses in the HTML mean';
COMMENT ON COLUMN email_attachments.disposition IS 'Content-Disposition in small letters: attachment, inline or another';
COMMENT ON COLUMN email_attachments.byte_size IS 'Size in bytes, decoded';
COMMENT ON COLUMN email_attachments.position IS 'Place among the attachments of the mail, from 0';
COMMENT ON COLUMN email_attachments.event_uid IS 'UID of the event, where the part is an invitation (text/calendar)';
CREATE INDEX email_attachments_email_id_idx ON email_attachments (user_id, email_id, position) WHERE deleted_at IS NULL;
CREATE INDEX email_attachments_file_id_idx ON email_attachments (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX email_attachments_event_uid_idx
    ON email_attachments (user_id, event_uid) WHERE deleted_at IS NULL AND event_uid IS NOT NULL;
ALTER TABLE email_attachments ADD CONSTRAINT email_attachments_email_id_fkey
    FOREIGN KEY (user_id, email_id) REFERENCES emails (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
