SELECT json_object(
    'notes' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM notes WHERE user_id = $1 AND deleted_at IS NULL)),
    'contacts' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM contacts WHERE user_id = $1 AND deleted_at IS NULL)),
    'contactEmails' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM contact_emails WHERE user_id = $1 AND deleted_at IS NULL)),
    'events' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM events WHERE user_id = $1 AND deleted_at IS NULL)),
    'eventAttendees' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM event_attendees WHERE user_id = $1 AND deleted_at IS NULL)),
    'tasks' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM tasks WHERE user_id = $1 AND deleted_at IS NULL)),
    'diaryEntries' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM diary_entries WHERE user_id = $1 AND deleted_at IS NULL)),
    'places' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM places WHERE user_id = $1 AND deleted_at IS NULL)),
    'bookmarks' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM bookmarks WHERE user_id = $1 AND deleted_at IS NULL)),
    'files' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM files WHERE user_id = $1 AND deleted_at IS NULL)),
    'organizations' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM organizations WHERE user_id = $1 AND deleted_at IS NULL)),
    'tags' VALUE json_object('totalCount' VALUE (SELECT count(*) FROM tags WHERE user_id = $1 AND deleted_at IS NULL)))
