INSERT INTO notes (user_id, id, title, content, notebook_id) VALUES ($1, $2, $3, $4, $5)
RETURNING '{"createNote":' || json_object(
    'id' VALUE id, 'title' VALUE title, 'contentFormat' VALUE content_format, 'pinned' VALUE pinned) || '}'
