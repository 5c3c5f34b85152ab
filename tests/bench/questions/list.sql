SELECT json_object('notes' VALUE json_object('nodes' VALUE coalesce(json_agg(json_object(
    'id' VALUE n.id, 'title' VALUE n.title, 'contentFormat' VALUE n.content_format, 'pinned' VALUE n.pinned,
    'createdAt' VALUE n.created_at, 'updatedAt' VALUE n.updated_at)), '[]')))
FROM (
    SELECT id, title, content_format, pinned, created_at, updated_at FROM notes
    WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 50
) n
