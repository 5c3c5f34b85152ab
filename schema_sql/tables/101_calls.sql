-- Reactions and calls: m.annotation of Matrix, call logs of telephones and of messengers.

CREATE TABLE message_reactions (
    LIKE synced_part INCLUDING ALL,
    message_id uuid NOT NULL,
    member_id uuid,
    key text NOT NULL,
    count integer,
    reacted_at timestamptz,
    CONSTRAINT message_reactions_key_check CHECK (octet_length(key) BETWEEN 1 AND 1024),
    CONSTRAINT message_reactions_count_check CHECK (count > 0),
    CONSTRAINT message_reactions_member_check CHECK (member_id IS NULL OR count IS NULL)
);
COMMENT ON TABLE message_reactions IS 'A sign that somebody put below a message: m.annotation of Matrix. Where the service
only counts them, all that nobody is named of are one.
@flags CS @label key @time reacted_at @sensitivity high';
COMMENT ON COLUMN message_reactions.message_id IS 'The message that it is put below';
COMMENT ON COLUMN message_reactions.member_id IS 'Whose it is; empty where the service does not say';
COMMENT ON COLUMN message_reactions.key IS 'The sign: an emoji, or what the service calls a picture of its own';
COMMENT ON COLUMN message_reactions.count IS 'How many gave it, where it is not said who; empty means one';
COMMENT ON COLUMN message_reactions.reacted_at IS 'When, where that is known';
CREATE UNIQUE INDEX message_reactions_message_id_key_member_id_key
    ON message_reactions (user_id, message_id, key, member_id) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX message_reactions_message_id_idx ON message_reactions (user_id, message_id) WHERE deleted_at IS NULL;
CREATE INDEX message_reactions_member_id_idx ON message_reactions (user_id, member_id) WHERE deleted_at IS NULL;
ALTER TABLE message_reactions ADD CONSTRAINT message_reactions_message_id_fkey
    FOREIGN KEY (user_id, message_id) REFERENCES chat_messages (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE message_reactions ADD CONSTRAINT message_reactions_member_id_fkey
    FOREIGN KEY (user_id, member_id) REFERENCES chat_members (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE call_records (
    LIKE synced INCLUDING ALL,
    account_id uuid,
    message_id uuid,
    member_id uuid,
    contact_id uuid,
    handle text,
    address_key text GENERATED ALWAYS AS (lower(btrim(handle))) STORED,
    tel_key text GENERATED ALWAYS AS (
        CASE WHEN handle ~ '^\+?[0-9][0-9 ()./-]{4,40}$' THEN left(regexp_replace(handle, '[^0-9+]', '', 'g'), 40) ELSE NULL END
    ) STORED,
    display_name text,
    direction text,
    started_at timestamptz NOT NULL DEFAULT now(),
    duration_s integer,
    answered boolean,
    transcript_id uuid,
    CONSTRAINT call_records_handle_check CHECK (octet_length(handle) BETWEEN 1 AND 1024),
    CONSTRAINT call_records_direction_check CHECK (direction IN ('incoming', 'outgoing')),
    CONSTRAINT call_records_duration_s_check CHECK (duration_s >= 0)
);
COMMENT ON TABLE call_records IS 'A telephone or video call, or that somebody tried one. A call with a number or an
address of a contact is one with that contact.
@flags HCS @half_life 14 @label display_name,handle,direction @time started_at @sensitivity high';
COMMENT ON COLUMN call_records.account_id IS 'The account through which it went; empty for the telephone';
COMMENT ON COLUMN call_records.message_id IS 'The message that tells of it, where it was in a conversation';
COMMENT ON COLUMN call_records.member_id IS 'The other, as a member of that conversation';
COMMENT ON COLUMN call_records.contact_id IS 'The contact whom it was with, where that was said by hand';
COMMENT ON COLUMN call_records.handle IS 'Whom it was with, as the service says: a number, an address, a user name @text';
COMMENT ON COLUMN call_records.address_key IS 'The handle in small letters; equal to contact_emails.address_key of the
same person where it is an e-mail address';
COMMENT ON COLUMN call_records.tel_key IS 'Digits and plus signs of a handle that is a telephone number; equal to
contact_phones.tel_key of the same person';
COMMENT ON COLUMN call_records.display_name IS 'What the other is called there @title';
COMMENT ON COLUMN call_records.direction IS 'Who called: incoming the other, outgoing oneself; empty where that is not known';
COMMENT ON COLUMN call_records.started_at IS 'When it began to ring';
COMMENT ON COLUMN call_records.duration_s IS 'How long one talked, in seconds';
COMMENT ON COLUMN call_records.answered IS 'Whether it was taken; empty where that is not known';
COMMENT ON COLUMN call_records.transcript_id IS 'What was said, in writing';
CREATE INDEX call_records_started_at_idx ON call_records (user_id, started_at, id) WHERE deleted_at IS NULL;
CREATE INDEX call_records_account_id_idx ON call_records (user_id, account_id, started_at) WHERE deleted_at IS NULL;
CREATE INDEX call_records_message_id_idx ON call_records (user_id, message_id) WHERE deleted_at IS NULL;
CREATE INDEX call_records_member_id_idx ON call_records (user_id, member_id) WHERE deleted_at IS NULL;
CREATE INDEX call_records_contact_id_idx ON call_records (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX call_records_address_key_idx ON call_records (user_id, address_key) WHERE deleted_at IS NULL;
CREATE INDEX call_records_tel_key_idx ON call_records (user_id, tel_key) WHERE deleted_at IS NULL;
CREATE INDEX call_records_transcript_id_idx ON call_records (user_id, transcript_id) WHERE deleted_at IS NULL;
ALTER TABLE call_records ADD CONSTRAINT call_records_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES chat_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE call_records ADD CONSTRAINT call_records_message_id_fkey
    FOREIGN KEY (user_id, message_id) REFERENCES chat_messages (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE call_records ADD CONSTRAINT call_records_member_id_fkey
    FOREIGN KEY (user_id, member_id) REFERENCES chat_members (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE call_records ADD CONSTRAINT call_records_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- The calls that a change of a member or of a contact's number or address may concern.
CREATE FUNCTION calls_of_member(who uuid, member uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM call_records WHERE user_id = who AND member_id = member AND deleted_at IS NULL
$$;
CREATE FUNCTION calls_under_address(who uuid, address text) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM call_records WHERE user_id = who AND address_key = address AND deleted_at IS NULL
$$;
CREATE FUNCTION calls_under_number(who uuid, number text) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM call_records WHERE user_id = who AND tel_key = number AND deleted_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION
    calls_of_member(uuid, uuid), calls_under_address(uuid, text), calls_under_number(uuid, text) FROM PUBLIC;

-- Whom it was with: who was chosen by hand, for the call or for the member, is it alone.
CREATE VIEW edges_call_with AS
    SELECT c.user_id, c.id AS key, c.id AS source_id, e.contact_id AS target_id
    FROM call_records c JOIN contact_emails e ON e.user_id = c.user_id AND e.address_key = c.address_key
    LEFT JOIN chat_members m ON m.user_id = c.user_id AND m.id = c.member_id AND m.deleted_at IS NULL
    WHERE c.deleted_at IS NULL AND e.deleted_at IS NULL AND c.contact_id IS NULL AND m.contact_id IS NULL
    UNION ALL
    SELECT c.user_id, c.id, c.id, p.contact_id
    FROM call_records c JOIN contact_phones p ON p.user_id = c.user_id AND p.tel_key = c.tel_key
    LEFT JOIN chat_members m ON m.user_id = c.user_id AND m.id = c.member_id AND m.deleted_at IS NULL
    WHERE c.deleted_at IS NULL AND p.deleted_at IS NULL AND c.contact_id IS NULL AND m.contact_id IS NULL
    UNION ALL
    SELECT c.user_id, c.id, c.id, m.contact_id
    FROM call_records c JOIN chat_members m ON m.user_id = c.user_id AND m.id = c.member_id
    WHERE c.deleted_at IS NULL AND m.deleted_at IS NULL AND c.contact_id IS NULL AND m.contact_id IS NOT NULL
    UNION ALL
    SELECT user_id, id, id, contact_id FROM call_records WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
SELECT derive_edges('edges_call_with', 'WITH', 'call_records', 'id');
SELECT derive_edges('edges_call_with', 'WITH', 'chat_members', 'unnest(calls_of_member(user_id, id))');
SELECT derive_edges('edges_call_with', 'WITH', 'contact_emails', 'unnest(calls_under_address(user_id, address_key))');
SELECT derive_edges('edges_call_with', 'WITH', 'contact_phones', 'unnest(calls_under_number(user_id, tel_key))');
