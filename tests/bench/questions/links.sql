SELECT json_object('notes' VALUE json_object('nodes' VALUE coalesce(json_agg(json_object(
    'id' VALUE n.id, 'title' VALUE n.title, 'links' VALUE json_object('edges' VALUE (
        SELECT coalesce(json_agg(json_object('relation' VALUE l.relation, 'weight' VALUE l.weight, 'node' VALUE
            CASE l.type
                WHEN 'note' THEN (
                    SELECT json_object('__typename' VALUE 'Note', 'id' VALUE l.far, 'label' VALUE l.label,
                        'contentFormat' VALUE t.content_format, 'pinned' VALUE t.pinned)
                    FROM notes t WHERE t.user_id = $1 AND t.id = l.far)
                WHEN 'contact' THEN (
                    SELECT json_object('__typename' VALUE 'Contact', 'id' VALUE l.far, 'label' VALUE l.label,
                        'nickname' VALUE t.nickname, 'bday' VALUE t.bday)
                    FROM contacts t WHERE t.user_id = $1 AND t.id = l.far)
                WHEN 'event' THEN (
                    SELECT json_object('__typename' VALUE 'Event', 'id' VALUE l.far, 'label' VALUE l.label,
                        'location' VALUE t.location, 'startsAt' VALUE t.starts_at)
                    FROM events t WHERE t.user_id = $1 AND t.id = l.far)
                WHEN 'task' THEN (
                    SELECT json_object('__typename' VALUE 'Task', 'id' VALUE l.far, 'label' VALUE l.label,
                        'status' VALUE replace(t.status::text, '-', '_'), 'due' VALUE t.due)
                    FROM tasks t WHERE t.user_id = $1 AND t.id = l.far)
                ELSE json_object('__typename' VALUE replace(initcap(replace(l.type, '_', ' ')), ' ', ''),
                    'id' VALUE l.far, 'label' VALUE l.label)
            END)), '[]')
        FROM (
            SELECT u.relation, u.weight, r.type, r.id AS far, r.label
            FROM (
                (SELECT relation, weight, id, target_id AS far FROM entity_links
                 WHERE user_id = $1 AND source_id = n.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 10)
                UNION ALL
                (SELECT relation, weight, id, source_id FROM entity_links
                 WHERE user_id = $1 AND target_id = n.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 10)
                ORDER BY weight DESC, id LIMIT 10
            ) u
            JOIN records r ON r.user_id = $1 AND r.id = u.far
            ORDER BY u.weight DESC, u.id
        ) l)))), '[]')))
FROM (
    SELECT id, title FROM notes WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 25
) n
