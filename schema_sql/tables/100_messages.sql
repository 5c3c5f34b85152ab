-- Messaging and social networks: the event model of Matrix, ActivityStreams 2.0, vCard's addresses of people.
-- One shape for Telegram, WhatsApp, Signal, Matrix, SMS (RFC 5724), Slack and Mastodon.

CREATE TABLE chat_accounts (
    LIKE synced INCLUDING ALL,
    service text NOT NULL,
    handle text,
    display_name text,
    connector_id uuid,
    CONSTRAINT chat_accounts_service_check CHECK (service <> '')
);
COMMENT ON TABLE chat_accounts IS 'An account at a messenger or a social network, one''s own.
@flags CS @label display_name,handle,service @sensitivity high';
COMMENT ON COLUMN chat_accounts.service IS 'Which one, in small letters: whatsapp, telegram, signal, matrix, sms, slack,
mastodon or another';
COMMENT ON COLUMN chat_accounts.handle IS 'What one is called there: a number, an address, a user name @title';
COMMENT ON COLUMN chat_accounts.display_name IS 'The name that others see @title';
COMMENT ON COLUMN chat_accounts.connector_id IS 'What brings its messages here';
CREATE UNIQUE INDEX chat_accounts_service_handle_key ON chat_accounts (user_id, service, handle) WHERE deleted_at IS NULL;
CREATE INDEX chat_accounts_connector_id_idx ON chat_accounts (user_id, connector_id) WHERE deleted_at IS NULL;
ALTER TABLE chat_accounts ADD CONSTRAINT chat_accounts_connector_id_fkey
    FOREIGN KEY (user_id, connector_id) REFERENCES sync_connectors (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE chat_conversations (
    LIKE synced INCLUDING ALL,
    account_id uuid,
    kind text NOT NULL DEFAULT 'direct',
    title text NOT NULL DEFAULT '',
    topic text,
    remote_id text,
    started_at timestamptz,
    last_message_at timestamptz,
    muted boolean NOT NULL DEFAULT false,
    archived boolean NOT NULL DEFAULT false,
    CONSTRAINT chat_conversations_kind_check CHECK (kind IN ('direct', 'group', 'channel')),
    CONSTRAINT chat_conversations_remote_id_check CHECK (octet_length(remote_id) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE chat_conversations IS 'A chat with somebody, a group or a channel: room of Matrix, channel of Slack.
@flags EHCS @half_life 21 @label title,topic @time started_at @sensitivity high';
COMMENT ON COLUMN chat_conversations.account_id IS 'The account in which one has it';
COMMENT ON COLUMN chat_conversations.kind IS 'direct: with one person; group; channel: few write and many read';
COMMENT ON COLUMN chat_conversations.title IS 'Its name; of a chat with one person, that person''s @title';
COMMENT ON COLUMN chat_conversations.topic IS 'What it is about, as it says itself @text';
COMMENT ON COLUMN chat_conversations.remote_id IS 'Its id at the service, as !room:example.org';
COMMENT ON COLUMN chat_conversations.started_at IS 'When its first message was sent';
COMMENT ON COLUMN chat_conversations.last_message_at IS 'When its newest message was sent @volatile';
COMMENT ON COLUMN chat_conversations.muted IS 'New messages in it do not make a sound';
COMMENT ON COLUMN chat_conversations.archived IS 'Put away: kept and found, but out of the usual lists';
CREATE UNIQUE INDEX chat_conversations_account_id_remote_id_key
    ON chat_conversations (user_id, account_id, remote_id) WHERE deleted_at IS NULL;
CREATE INDEX chat_conversations_account_id_idx
    ON chat_conversations (user_id, account_id, last_message_at) WHERE deleted_at IS NULL;
CREATE INDEX chat_conversations_last_message_at_idx
    ON chat_conversations (user_id, last_message_at, id) WHERE deleted_at IS NULL;
ALTER TABLE chat_conversations ADD CONSTRAINT chat_conversations_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES chat_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE chat_members (
    LIKE synced_part INCLUDING ALL,
    conversation_id uuid NOT NULL,
    handle text NOT NULL,
    address_key text GENERATED ALWAYS AS (lower(btrim(handle))) STORED,
    tel_key text GENERATED ALWAYS AS (
        CASE WHEN handle ~ '^\+?[0-9][0-9 ()./-]{4,40}$' THEN left(regexp_replace(handle, '[^0-9+]', '', 'g'), 40) ELSE NULL END
    ) STORED,
    display_name text,
    contact_id uuid,
    is_self boolean NOT NULL DEFAULT false,
    role text NOT NULL DEFAULT 'member',
    joined_at timestamptz,
    left_at timestamptz,
    CONSTRAINT chat_members_handle_check CHECK (octet_length(handle) BETWEEN 1 AND 1024),
    CONSTRAINT chat_members_role_check CHECK (role IN ('owner', 'admin', 'moderator', 'member', 'guest'))
);
COMMENT ON TABLE chat_members IS 'Someone who writes in a conversation. One whose handle is a telephone number or an
e-mail address of a contact is that contact.
@flags CS @label display_name,handle @sensitivity high';
COMMENT ON COLUMN chat_members.conversation_id IS 'The conversation that they write in';
COMMENT ON COLUMN chat_members.handle IS 'What they are called at the service: a number, an address, a user name @text';
COMMENT ON COLUMN chat_members.address_key IS 'The handle in small letters; equal to contact_emails.address_key of the
same person where it is an e-mail address';
COMMENT ON COLUMN chat_members.tel_key IS 'Digits and plus signs of a handle that is a telephone number; equal to
contact_phones.tel_key of the same person';
COMMENT ON COLUMN chat_members.display_name IS 'The name that others see @title';
COMMENT ON COLUMN chat_members.contact_id IS 'The contact that this is, where it was said by hand';
COMMENT ON COLUMN chat_members.is_self IS 'It is oneself';
COMMENT ON COLUMN chat_members.role IS 'What they may do there: owner, admin, moderator, member or guest';
COMMENT ON COLUMN chat_members.joined_at IS 'When they came; empty where that is not known';
COMMENT ON COLUMN chat_members.left_at IS 'When they left; empty while they are in it';
CREATE UNIQUE INDEX chat_members_conversation_id_handle_key
    ON chat_members (user_id, conversation_id, handle) WHERE deleted_at IS NULL;
CREATE INDEX chat_members_contact_id_idx ON chat_members (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX chat_members_address_key_idx ON chat_members (user_id, address_key) WHERE deleted_at IS NULL;
CREATE INDEX chat_members_tel_key_idx ON chat_members (user_id, tel_key) WHERE deleted_at IS NULL;
ALTER TABLE chat_members ADD CONSTRAINT chat_members_conversation_id_fkey
    FOREIGN KEY (user_id, conversation_id) REFERENCES chat_conversations (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_members ADD CONSTRAINT chat_members_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE chat_messages (
    LIKE synced INCLUDING ALL,
    conversation_id uuid NOT NULL,
    sender_member_id uuid,
    sent_at timestamptz NOT NULL DEFAULT now(),
    message_type text NOT NULL DEFAULT 'text',
    body text NOT NULL DEFAULT '',
    body_format text NOT NULL DEFAULT 'plain',
    file_id uuid,
    reply_to_id uuid,
    thread_root_id uuid,
    forwarded_from text,
    edited_at timestamptz,
    remote_id text,
    CONSTRAINT chat_messages_message_type_check CHECK (
        message_type IN ('text', 'emote', 'notice', 'image', 'video', 'audio', 'file', 'sticker', 'location', 'contact',
                         'poll', 'call', 'event', 'other')
    ),
    CONSTRAINT chat_messages_body_format_check CHECK (body_format IN ('plain', 'markdown', 'html')),
    CONSTRAINT chat_messages_reply_to_check CHECK (reply_to_id <> id),
    CONSTRAINT chat_messages_thread_root_check CHECK (thread_root_id <> id),
    CONSTRAINT chat_messages_remote_id_check CHECK (octet_length(remote_id) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE chat_messages IS 'One message of a conversation: m.room.message of Matrix.
@flags EHXCST @half_life 14 @label body,message_type @time sent_at @sensitivity high';
COMMENT ON COLUMN chat_messages.conversation_id IS 'The conversation that it is in';
COMMENT ON COLUMN chat_messages.sender_member_id IS 'Who wrote it; empty for what the service says itself';
COMMENT ON COLUMN chat_messages.sent_at IS 'When it was sent';
COMMENT ON COLUMN chat_messages.message_type IS 'What it is (msgtype of Matrix): text, emote, notice, image, video,
audio, file, sticker, location, contact, poll, call, event (someone came or left) or other';
COMMENT ON COLUMN chat_messages.body IS 'What it says; of a picture, what was written below it @text';
COMMENT ON COLUMN chat_messages.body_format IS 'How the body is to be read: plain, markdown or html';
COMMENT ON COLUMN chat_messages.file_id IS 'The picture, recording or file that was sent';
COMMENT ON COLUMN chat_messages.reply_to_id IS 'The message that it answers (m.in_reply_to)';
COMMENT ON COLUMN chat_messages.thread_root_id IS 'The message that began the thread that it is in (m.thread)';
COMMENT ON COLUMN chat_messages.forwarded_from IS 'Who wrote it first, where it was passed on';
COMMENT ON COLUMN chat_messages.edited_at IS 'When it was last changed by its sender';
COMMENT ON COLUMN chat_messages.remote_id IS 'Its id at the service';
CREATE UNIQUE INDEX chat_messages_conversation_id_remote_id_key
    ON chat_messages (user_id, conversation_id, remote_id) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_conversation_id_idx
    ON chat_messages (user_id, conversation_id, sent_at, id) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_sender_member_id_idx
    ON chat_messages (user_id, sender_member_id, sent_at) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_reply_to_id_idx ON chat_messages (user_id, reply_to_id) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_thread_root_id_idx ON chat_messages (user_id, thread_root_id, sent_at) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_file_id_idx ON chat_messages (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX chat_messages_sent_at_idx ON chat_messages USING brin (sent_at);
ALTER TABLE chat_messages ADD CONSTRAINT chat_messages_conversation_id_fkey
    FOREIGN KEY (user_id, conversation_id) REFERENCES chat_conversations (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_messages ADD CONSTRAINT chat_messages_sender_member_id_fkey
    FOREIGN KEY (user_id, sender_member_id) REFERENCES chat_members (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_messages ADD CONSTRAINT chat_messages_reply_to_id_fkey
    FOREIGN KEY (user_id, reply_to_id) REFERENCES chat_messages (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_messages ADD CONSTRAINT chat_messages_thread_root_id_fkey
    FOREIGN KEY (user_id, thread_root_id) REFERENCES chat_messages (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE social_posts (
    LIKE synced INCLUDING ALL,
    account_id uuid,
    as_type text NOT NULL DEFAULT 'Note',
    attributed_to text,
    name text,
    summary text,
    content text NOT NULL DEFAULT '',
    content_format text NOT NULL DEFAULT 'html',
    language text,
    published timestamptz,
    updated timestamptz,
    uri text,
    url text,
    in_reply_to text,
    visibility text,
    likes integer,
    shares integer,
    replies integer,
    CONSTRAINT social_posts_as_type_check CHECK (as_type <> ''),
    CONSTRAINT social_posts_content_format_check CHECK (content_format IN ('markdown', 'html', 'plain')),
    CONSTRAINT social_posts_uri_check CHECK (octet_length(uri) BETWEEN 1 AND 2048),
    CONSTRAINT social_posts_in_reply_to_check CHECK (octet_length(in_reply_to) BETWEEN 1 AND 2048),
    CONSTRAINT social_posts_visibility_check CHECK (visibility IN ('public', 'unlisted', 'followers', 'direct')),
    CONSTRAINT social_posts_likes_check CHECK (likes >= 0),
    CONSTRAINT social_posts_shares_check CHECK (shares >= 0),
    CONSTRAINT social_posts_replies_check CHECK (replies >= 0)
);
COMMENT ON TABLE social_posts IS 'A post at a social network, one''s own or one that was kept: Note, Article or Question
of ActivityStreams 2.0.
@flags EHXCS @half_life 21 @label name,content,summary @time published @sensitivity high';
COMMENT ON COLUMN social_posts.account_id IS 'The account that posted it or kept it';
COMMENT ON COLUMN social_posts.as_type IS 'Its type in ActivityStreams: Note, Article, Question, Image or another';
COMMENT ON COLUMN social_posts.attributed_to IS 'Who wrote it, as https://example.social/users/ana; empty for what one wrote
oneself';
COMMENT ON COLUMN social_posts.name IS 'Title, which articles have @title';
COMMENT ON COLUMN social_posts.summary IS 'What is shown before it is opened: a summary or a warning @text';
COMMENT ON COLUMN social_posts.content IS 'What it says @text';
COMMENT ON COLUMN social_posts.content_format IS 'How the content is to be read: markdown, html or plain';
COMMENT ON COLUMN social_posts.language IS 'Language of the text, a BCP 47 tag';
COMMENT ON COLUMN social_posts.published IS 'When it was posted';
COMMENT ON COLUMN social_posts.updated IS 'When it was last changed by its author';
COMMENT ON COLUMN social_posts.uri IS 'Its id at the network (id of ActivityStreams)';
COMMENT ON COLUMN social_posts.url IS 'The page that shows it';
COMMENT ON COLUMN social_posts.in_reply_to IS 'Id of the post that it answers (inReplyTo), here or not';
COMMENT ON COLUMN social_posts.visibility IS 'Who may see it: public, unlisted, followers or direct';
COMMENT ON COLUMN social_posts.likes IS 'How many liked it @volatile';
COMMENT ON COLUMN social_posts.shares IS 'How many passed it on @volatile';
COMMENT ON COLUMN social_posts.replies IS 'How many answered it @volatile';
CREATE UNIQUE INDEX social_posts_account_id_uri_key ON social_posts (user_id, account_id, uri) WHERE deleted_at IS NULL;
CREATE INDEX social_posts_account_id_idx ON social_posts (user_id, account_id, published) WHERE deleted_at IS NULL;
CREATE INDEX social_posts_published_idx ON social_posts (user_id, published, id) WHERE deleted_at IS NULL;
CREATE INDEX social_posts_uri_idx ON social_posts (user_id, uri) WHERE deleted_at IS NULL;
CREATE INDEX social_posts_in_reply_to_idx ON social_posts (user_id, in_reply_to) WHERE deleted_at IS NULL;
ALTER TABLE social_posts ADD CONSTRAINT social_posts_account_id_fkey
    FOREIGN KEY (user_id, account_id) REFERENCES chat_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- The messages that a change of a member or of a contact's number or address may concern. Edges are kept under the
-- message: under the sender, all that they ever wrote would be looked through for every message.
CREATE FUNCTION messages_of_member(who uuid, member uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM chat_messages WHERE user_id = who AND sender_member_id = member AND deleted_at IS NULL
$$;
CREATE FUNCTION messages_under_address(who uuid, address text) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(t.id) FROM chat_members m JOIN chat_messages t ON t.user_id = who AND t.sender_member_id = m.id
    WHERE m.user_id = who AND m.address_key = address AND m.deleted_at IS NULL AND t.deleted_at IS NULL
$$;
CREATE FUNCTION messages_under_number(who uuid, number text) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(t.id) FROM chat_members m JOIN chat_messages t ON t.user_id = who AND t.sender_member_id = m.id
    WHERE m.user_id = who AND m.tel_key = number AND m.deleted_at IS NULL AND t.deleted_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION
    messages_of_member(uuid, uuid), messages_under_address(uuid, text), messages_under_number(uuid, text) FROM PUBLIC;

-- Who sent it, whichever of the two came first; who was chosen by hand is it alone. Each arm joins for itself: the planner
-- would make a whole list of who is who for each message.
CREATE VIEW edges_sent_by AS
    SELECT t.user_id, t.id AS key, t.id AS source_id, e.contact_id AS target_id
    FROM chat_messages t JOIN chat_members m ON m.user_id = t.user_id AND m.id = t.sender_member_id
    JOIN contact_emails e ON e.user_id = m.user_id AND e.address_key = m.address_key
    WHERE t.deleted_at IS NULL AND m.deleted_at IS NULL AND m.contact_id IS NULL AND e.deleted_at IS NULL
    UNION ALL
    SELECT t.user_id, t.id, t.id, p.contact_id
    FROM chat_messages t JOIN chat_members m ON m.user_id = t.user_id AND m.id = t.sender_member_id
    JOIN contact_phones p ON p.user_id = m.user_id AND p.tel_key = m.tel_key
    WHERE t.deleted_at IS NULL AND m.deleted_at IS NULL AND m.contact_id IS NULL AND p.deleted_at IS NULL
    UNION ALL
    SELECT t.user_id, t.id, t.id, m.contact_id
    FROM chat_messages t JOIN chat_members m ON m.user_id = t.user_id AND m.id = t.sender_member_id
    WHERE t.deleted_at IS NULL AND m.deleted_at IS NULL AND m.contact_id IS NOT NULL;
SELECT derive_edges('edges_sent_by', 'SENT_BY', 'chat_messages', 'id');
SELECT derive_edges('edges_sent_by', 'SENT_BY', 'chat_members', 'unnest(messages_of_member(user_id, id))');
SELECT derive_edges('edges_sent_by', 'SENT_BY', 'contact_emails', 'unnest(messages_under_address(user_id, address_key))');
SELECT derive_edges('edges_sent_by', 'SENT_BY', 'contact_phones', 'unnest(messages_under_number(user_id, tel_key))');

CREATE VIEW edges_message_replies AS
    SELECT user_id, id AS key, id AS source_id, reply_to_id AS target_id
    FROM chat_messages WHERE deleted_at IS NULL AND reply_to_id IS NOT NULL;
SELECT derive_edges('edges_message_replies', 'IN_REPLY_TO', 'chat_messages', 'id');

CREATE VIEW edges_message_attaches AS
    SELECT user_id, id AS key, id AS source_id, file_id AS target_id
    FROM chat_messages WHERE deleted_at IS NULL AND file_id IS NOT NULL;
SELECT derive_edges('edges_message_attaches', 'ATTACHES', 'chat_messages', 'id');

CREATE VIEW edges_post_replies AS
    SELECT answered.user_id, answered.uri AS key, answer.id AS source_id, answered.id AS target_id
    FROM social_posts answered JOIN social_posts answer
        ON answer.user_id = answered.user_id AND answer.in_reply_to = answered.uri
    WHERE answered.deleted_at IS NULL AND answer.deleted_at IS NULL AND answer.id <> answered.id;
SELECT derive_edges('edges_post_replies', 'IN_REPLY_TO', 'social_posts', 'unnest(ARRAY[uri, in_reply_to])');
