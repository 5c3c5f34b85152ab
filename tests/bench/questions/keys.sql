SELECT json_object('events' VALUE json_object('nodes' VALUE coalesce(json_agg(json_object(
    'id' VALUE e.id, 'summary' VALUE e.summary, 'startsAt' VALUE e.starts_at,
    'eventAttendees' VALUE json_object('nodes' VALUE (
        SELECT coalesce(json_agg(json_object('cn' VALUE a.cn, 'partstat' VALUE a.partstat, 'contact' VALUE (
            SELECT json_object('fn' VALUE c.fn, 'nickname' VALUE c.nickname,
                'contactEmails' VALUE json_object('nodes' VALUE (
                    SELECT coalesce(json_agg(json_object('email' VALUE m.email, 'type' VALUE m.type)), '[]')
                    FROM (
                        SELECT email, type FROM contact_emails
                        WHERE user_id = $1 AND contact_id = c.id AND deleted_at IS NULL ORDER BY email, id LIMIT 20
                    ) m)))
            FROM contacts c WHERE c.user_id = $1 AND c.id = a.contact_id AND c.deleted_at IS NULL))), '[]')
        FROM (
            SELECT cn, partstat, contact_id FROM event_attendees
            WHERE user_id = $1 AND event_id = e.id AND deleted_at IS NULL ORDER BY cn, id LIMIT 20
        ) a)))), '[]')))
FROM (
    SELECT id, summary, starts_at FROM events
    WHERE user_id = $1 AND deleted_at IS NULL AND starts_at >= ($2::text)::timestamptz ORDER BY starts_at, id LIMIT 25
) e
