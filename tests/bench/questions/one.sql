SELECT json_object('note' VALUE json_object(
    'id' VALUE id, 'title' VALUE title, 'content' VALUE content, 'contentFormat' VALUE content_format, 'pinned' VALUE pinned,
    'createdAt' VALUE created_at, 'updatedAt' VALUE updated_at))
FROM notes WHERE user_id = $1 AND id = $2
