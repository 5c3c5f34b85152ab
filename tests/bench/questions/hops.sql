SELECT json_object('node' VALUE json_object('id' VALUE n.id, 'label' VALUE n.label, 'links' VALUE json_object('edges' VALUE (
    SELECT coalesce(json_agg(json_object('relation' VALUE l1.relation, 'node' VALUE json_object(
        'id' VALUE l1.id, 'label' VALUE l1.label, 'links' VALUE json_object('edges' VALUE (
            SELECT coalesce(json_agg(json_object('relation' VALUE l2.relation, 'node' VALUE json_object(
                'id' VALUE l2.id, 'label' VALUE l2.label, 'links' VALUE json_object('edges' VALUE (
                    SELECT coalesce(json_agg(json_object('relation' VALUE l3.relation, 'node' VALUE json_object(
                        'id' VALUE l3.id, 'label' VALUE l3.label, 'recordType' VALUE upper(l3.type)))), '[]')
                    FROM (
                        SELECT u3.relation, r.id, r.label, r.type
                        FROM (
                            (SELECT relation, weight, id, target_id AS far FROM entity_links
                             WHERE user_id = $1 AND source_id = l2.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
                            UNION ALL
                            (SELECT relation, weight, id, source_id FROM entity_links
                             WHERE user_id = $1 AND target_id = l2.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
                            ORDER BY weight DESC, id LIMIT 5
                        ) u3 JOIN records r ON r.user_id = $1 AND r.id = u3.far
                        ORDER BY u3.weight DESC, u3.id
                    ) l3))))), '[]')
            FROM (
                SELECT u2.relation, r.id, r.label, r.type
                FROM (
                    (SELECT relation, weight, id, target_id AS far FROM entity_links
                     WHERE user_id = $1 AND source_id = l1.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
                    UNION ALL
                    (SELECT relation, weight, id, source_id FROM entity_links
                     WHERE user_id = $1 AND target_id = l1.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
                    ORDER BY weight DESC, id LIMIT 5
                ) u2 JOIN records r ON r.user_id = $1 AND r.id = u2.far
                ORDER BY u2.weight DESC, u2.id
            ) l2))))), '[]')
    FROM (
        SELECT u1.relation, r.id, r.label, r.type
        FROM (
            (SELECT relation, weight, id, target_id AS far FROM entity_links
             WHERE user_id = $1 AND source_id = n.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
            UNION ALL
            (SELECT relation, weight, id, source_id FROM entity_links
             WHERE user_id = $1 AND target_id = n.id AND deleted_at IS NULL ORDER BY weight DESC, id LIMIT 5)
            ORDER BY weight DESC, id LIMIT 5
        ) u1 JOIN records r ON r.user_id = $1 AND r.id = u1.far
        ORDER BY u1.weight DESC, u1.id
    ) l1))))
FROM records n WHERE n.user_id = $1 AND n.id = $2
