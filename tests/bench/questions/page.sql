SELECT json_object('notes' VALUE json_object(
    'nodes' VALUE json_agg(json_object('id' VALUE n.id, 'title' VALUE n.title, 'updatedAt' VALUE n.updated_at))
        FILTER (WHERE n.place <= 25),
    'pageInfo' VALUE json_object(
        'hasNextPage' VALUE count(*) > 25,
        'endCursor' VALUE translate(encode(convert_to(
            json_array('SIGNATURE', (array_agg(n.updated_at))[least(25, count(*))]::text, (array_agg(n.id))[least(25, count(*))]::text)::text,
            'UTF8'), 'base64'), E'+/=\n', '-_'))))
FROM (
    SELECT id, title, updated_at, row_number() OVER () AS place FROM (
        SELECT id, title, updated_at FROM notes
        WHERE user_id = $1 AND deleted_at IS NULL AND pinned = $2 AND (updated_at, id) < (($3::text)::timestamptz, ($4::text)::uuid)
        ORDER BY updated_at DESC, id DESC LIMIT 26
    ) t
) n
