-- What the mail says of its own: who wrote it to whom, what it answers, what it carries and to which event it invites.

-- The living addresses of mails that a change of a contact's address may concern. The edges of mail are kept under the
-- row that they come from: under the address, one's own would be looked through for every mail that comes.
CREATE FUNCTION mail_under_address(who uuid, address text) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(id) FROM email_recipients WHERE user_id = who AND address_key = address AND deleted_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION mail_under_address(uuid, text) FROM PUBLIC;

-- Whose address it is, whichever of the two came first; who was chosen by hand is it alone.
CREATE VIEW mail_addresses AS
    SELECT r.user_id, r.field, r.id, r.email_id, e.contact_id
    FROM email_recipients r JOIN contact_emails e ON e.user_id = r.user_id AND e.address_key = r.address_key
    WHERE r.deleted_at IS NULL AND r.contact_id IS NULL AND e.deleted_at IS NULL
    UNION ALL
    SELECT user_id, field, id, email_id, contact_id
    FROM email_recipients WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
CREATE VIEW edges_mail_from AS
    SELECT user_id, id AS key, email_id AS source_id, contact_id AS target_id
    FROM mail_addresses WHERE field IN ('from', 'sender');
CREATE VIEW edges_mail_to AS
    SELECT user_id, id AS key, email_id AS source_id, contact_id AS target_id FROM mail_addresses WHERE field = 'to';
CREATE VIEW edges_mail_cc AS
    SELECT user_id, id AS key, email_id AS source_id, contact_id AS target_id
    FROM mail_addresses WHERE field IN ('cc', 'bcc');
SELECT derive_edges('edges_mail_from', 'FROM', 'email_recipients', 'id');
SELECT derive_edges('edges_mail_from', 'FROM', 'contact_emails', 'unnest(mail_under_address(user_id, address_key))');
SELECT derive_edges('edges_mail_to', 'TO', 'email_recipients', 'id');
SELECT derive_edges('edges_mail_to', 'TO', 'contact_emails', 'unnest(mail_under_address(user_id, address_key))');
SELECT derive_edges('edges_mail_cc', 'CC', 'email_recipients', 'id');
SELECT derive_edges('edges_mail_cc', 'CC', 'contact_emails', 'unnest(mail_under_address(user_id, address_key))');

-- A mail answers another by its id, whichever of the two came first.
CREATE VIEW edges_in_reply_to AS
    SELECT answered.user_id, answered.message_id AS key, answer.id AS source_id, answered.id AS target_id
    FROM emails answered JOIN emails answer
        ON answer.user_id = answered.user_id AND answer.answered_message_ids @> ARRAY[answered.message_id]
    WHERE answered.deleted_at IS NULL AND answer.deleted_at IS NULL AND answer.id <> answered.id;
SELECT derive_edges('edges_in_reply_to', 'IN_REPLY_TO', 'emails', 'unnest(answered_message_ids || message_id)');

CREATE VIEW edges_mail_attaches AS
    SELECT user_id, id AS key, email_id AS source_id, file_id AS target_id
    FROM email_attachments WHERE deleted_at IS NULL AND file_id IS NOT NULL;
SELECT derive_edges('edges_mail_attaches', 'ATTACHES', 'email_attachments', 'id');

CREATE VIEW edges_invites_to AS
    SELECT a.user_id, a.event_uid AS key, a.email_id AS source_id, e.id AS target_id
    FROM email_attachments a JOIN events e ON e.user_id = a.user_id AND e.uid = a.event_uid
    WHERE a.deleted_at IS NULL AND e.deleted_at IS NULL;
SELECT derive_edges('edges_invites_to', 'INVITES_TO', 'email_attachments', 'event_uid');
SELECT derive_edges('edges_invites_to', 'INVITES_TO', 'events', 'uid');

-- What a thread says of its mails follows from them, whichever of the two came first.
CREATE FUNCTION recount_threads(who uuid, wanted uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE email_threads t SET started_at = m.first, last_received_at = m.last, email_count = m.count
    FROM unnest(wanted) w (id) CROSS JOIN LATERAL (
        SELECT min(e.dated_at) AS first, max(e.dated_at) AS last, count(e.id) AS count
        FROM emails e WHERE e.user_id = who AND e.thread_id = w.id AND e.deleted_at IS NULL) m
    WHERE t.user_id = who AND t.id = w.id
        AND (t.started_at, t.last_received_at, t.email_count) IS DISTINCT FROM (m.first, m.last, m.count::integer)
$$;
REVOKE EXECUTE ON FUNCTION recount_threads(uuid, uuid[]) FROM PUBLIC;

CREATE FUNCTION recount_threads() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r record;
BEGIN
    IF purging_account() THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'email_threads' THEN
        FOR r IN SELECT n.user_id, array_agg(n.id) AS threads FROM new_rows n
                 WHERE EXISTS (SELECT FROM emails e WHERE e.user_id = n.user_id AND e.thread_id = n.id)
                 GROUP BY n.user_id LOOP
            PERFORM recount_threads(r.user_id, r.threads);
        END LOOP;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        FOR r IN SELECT user_id, array_agg(DISTINCT thread_id) AS threads FROM old_rows GROUP BY user_id LOOP
            PERFORM recount_threads(r.user_id, r.threads);
        END LOOP;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        FOR r IN SELECT user_id, array_agg(DISTINCT thread_id) AS threads FROM new_rows GROUP BY user_id LOOP
            PERFORM recount_threads(r.user_id, r.threads);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION recount_threads() FROM PUBLIC;
CREATE TRIGGER z_recount_threads_insert AFTER INSERT ON email_threads REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION recount_threads();
CREATE TRIGGER z_recount_threads_insert AFTER INSERT ON emails REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION recount_threads();
CREATE TRIGGER z_recount_threads_update AFTER UPDATE ON emails REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION recount_threads();
CREATE TRIGGER z_recount_threads_delete AFTER DELETE ON emails REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION recount_threads();
