"""The fixed SQL of what a model reads. `$1` is always the acting user."""

NOTE = """
INSERT INTO reading_queue (user_id, record_id)
SELECT $1, r.id FROM records r WHERE r.user_id = $1 AND r.id = ANY ($2::uuid[]) AND r.deleted_at IS NULL ORDER BY r.id
ON CONFLICT (user_id, record_id) DO UPDATE SET reader = excluded.reader, ticket = excluded.ticket,
    attempts = excluded.attempts, due_at = excluded.due_at, problem = NULL, withheld = false
"""

NEXT = """
SELECT record_id, ticket, attempts FROM reading_queue
WHERE user_id = $1 AND (reader < $2 OR reader > $2) AND due_at <= now() ORDER BY due_at DESC, record_id LIMIT 1
"""

KNOWN = "SELECT content_sha256 FROM text_readings WHERE user_id = $1 AND record_id = $2 AND reader = $3"

KEEP = """
INSERT INTO text_readings (user_id, record_id, content_sha256, reader, mentions, names)
SELECT $1, q.record_id, $4, $5, $6, $7 FROM reading_queue q
WHERE q.user_id = $1 AND q.record_id = $2 AND q.ticket = $3
ON CONFLICT (user_id, record_id, content_sha256) DO UPDATE SET reader = excluded.reader,
    mentions = excluded.mentions, names = excluded.names, read_at = excluded.read_at
RETURNING true
"""
"""Nothing where the ticket does not hold any more."""

SETTLE = """
UPDATE reading_queue SET reader = $4, problem = $5, withheld = $6, due_at = now()
WHERE user_id = $1 AND record_id = $2 AND ticket = $3 RETURNING true
"""

POSTPONE = """
UPDATE reading_queue SET attempts = attempts + 1, due_at = now() + make_interval(secs => $4), problem = $5
WHERE user_id = $1 AND record_id = $2 AND ticket = $3
"""

FORGET = """
DELETE FROM text_readings
WHERE user_id = $1 AND record_id = $2 AND (content_sha256 <> ALL ($3::bytea[]) OR reader <> $4)
"""
"""What was said of portions that are there no more, or by another reader."""

READINGS = """
SELECT record_id, content_sha256, mentions FROM text_readings WHERE user_id = $1 AND record_id = ANY ($2::uuid[])
ORDER BY record_id, content_sha256
"""

ACCEPTED = """
SELECT q.source_id, q.target_id, s.span ->> 'column' AS in_column, s.span ->> 'text' AS quote
FROM suggestions q CROSS JOIN LATERAL jsonb_array_elements(q.evidence -> 'spans') s(span)
WHERE q.user_id = $1 AND q.source_id = ANY ($2::uuid[]) AND q.state = 'accepted' AND q.evidence ->> 'reason' = 'model'
ORDER BY q.source_id, q.target_id
"""
"""What a person agreed to holds while its words stand there, whatever another model says of them later."""

SAID = "SELECT DISTINCT record_id FROM text_readings WHERE user_id = $1 AND names && $2::text[]"
"""The records in which a model saw one of these names."""

WAITING = "SELECT users_to_read($1)"
ALONE = "SELECT pg_try_advisory_lock(7110233540119)"
