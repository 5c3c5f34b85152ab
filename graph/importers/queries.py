"""The fixed SQL of importing. `$1` is always the acting user, `$2` the connector."""

CONNECTOR = """
INSERT INTO sync_connectors (user_id, connector_type, display_name, identity) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, identity) WHERE deleted_at IS NULL DO UPDATE SET last_run_at = excluded.updated_at RETURNING id
"""

FIND_CONNECTOR = """
SELECT id, deleted_at IS NOT NULL AS gone FROM sync_connectors WHERE user_id = $1 AND identity = $2
ORDER BY deleted_at DESC NULLS FIRST LIMIT 1
"""

RESTORE_CONNECTOR = "UPDATE sync_connectors SET deleted_at = NULL WHERE user_id = $1 AND id = $2"

KNOWN = """
SELECT m.remote_id, m.record_id, m.record_type, m.parent_remote_id, m.scope, m.content_sha256, m.remote_etag, m.base,
       r.id IS NULL OR r.deleted_at IS NOT NULL AS gone, r.id IS NULL AS purged
FROM sync_mappings m LEFT JOIN records r ON r.user_id = $1 AND r.id = m.record_id
WHERE m.user_id = $1 AND m.connector_id = $2
    AND (m.remote_id = ANY ($3::text[]) OR m.parent_remote_id = ANY ($3::text[]))
"""
"""What is known of these items and of their parts."""

UNMAPPED = """
SELECT r.id AS record_id, r.type AS record_type, NULL AS scope, NULL::bytea AS content_sha256, NULL AS remote_etag,
       NULL::jsonb AS base, r.deleted_at IS NOT NULL AS gone, false AS purged
FROM records r WHERE r.user_id = $1 AND r.id = ANY ($2::uuid[])
"""
"""The same for records that are there although their source was forgotten."""

LED = """
SELECT remote_id, record_id FROM sync_mappings
WHERE user_id = $1 AND connector_id = $2 AND remote_id = ANY ($3::text[])
"""
"""The records that these keys lead to."""

NOT_MAPPED = """
NOT EXISTS (SELECT FROM sync_mappings m WHERE m.user_id = $1 AND m.record_id = t.id AND m.connector_id = $3)
"""
"""Of the record `t`: that the source does not have it under another key."""

REMEMBER = """
INSERT INTO sync_mappings
    (user_id, connector_id, remote_id, record_type, record_id, parent_remote_id, scope, content_sha256, base)
SELECT $1, $2, x.key, x.type, x.id, x.parent, x.scope, decode(x.hash, 'hex'), CASE WHEN x.partial THEN coalesce(
    (SELECT m.base FROM sync_mappings m WHERE m.user_id = $1 AND m.connector_id = $2 AND m.remote_id = x.key), '{}'
) ELSE '{}' END || x.base
FROM json_to_recordset($3::json) AS x(
    key text, type text, id uuid, parent text, scope text, hash text, base jsonb, partial boolean)
ON CONFLICT (user_id, connector_id, remote_id) DO UPDATE SET
    parent_remote_id = excluded.parent_remote_id, scope = excluded.scope, content_sha256 = excluded.content_sha256,
    base = excluded.base, remote_etag = NULL, synced_at = excluded.synced_at
"""

MOVE = """
UPDATE sync_mappings m SET scope = x.scope FROM unnest($3::text[], $4::text[]) x(key, scope)
WHERE m.user_id = $1 AND m.connector_id = $2 AND m.remote_id = x.key
"""
"""The same item, met in another file."""

REMARK = "UPDATE sync_mappings SET base = $4 WHERE user_id = $1 AND connector_id = $2 AND remote_id = $3"

RAW = """
INSERT INTO raw_records (user_id, record_id, media_type, payload, sha256) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""

FOUND = """
INSERT INTO found_files (user_id, record_id, uri, sha256)
SELECT $1, x.id, x.uri, decode(x.sha256, 'hex') FROM json_to_recordset($2::json) AS x(id uuid, uri text, sha256 text)
JOIN records r ON r.user_id = $1 AND r.id = x.id
ON CONFLICT (user_id, record_id) DO UPDATE SET uri = excluded.uri, sha256 = excluded.sha256
WHERE (found_files.uri, found_files.sha256) <> (excluded.uri, excluded.sha256)
"""
"""Where the bytes of files were read. What was purged has no place."""

WITHIN = """
SELECT c.identity, m.connector_id, m.remote_id, m.record_id, m.record_type, m.scope FROM sync_connectors c
JOIN sync_mappings m ON m.user_id = $1 AND m.connector_id = c.id AND m.parent_remote_id IS NULL
    AND (m.scope = $3 OR starts_with(m.scope, rtrim($3, '/') || '/'))
JOIN records r ON r.user_id = $1 AND r.id = m.record_id AND r.deleted_at IS NULL
WHERE c.user_id = $1 AND c.identity = ANY ($2::text[])
"""
"""The living items that these sources last had in this file, or in files of this directory."""

MARK_PRUNED = """
UPDATE sync_mappings m SET remote_etag = 'pruned', content_sha256 = NULL FROM records r
WHERE m.user_id = $1 AND m.connector_id = $2
    AND (m.remote_id = ANY ($3::text[]) OR m.parent_remote_id = ANY ($3::text[]))
    AND r.user_id = $1 AND r.id = m.record_id AND r.deleted_at IS NULL
RETURNING m.record_type, m.record_id
"""

FINISH = """
INSERT INTO import_batches (user_id, format, path, counts, problems, change_set_id, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, now())
"""

MADE_LINKS = "SELECT count(*) FROM change_log WHERE user_id = $1 AND change_set_id = $2 AND operation = 'link'"

STILL_PENDING = """
SELECT count(*) FROM pending_links p JOIN records r ON r.user_id = $1 AND r.id = p.source_id AND r.deleted_at IS NULL
WHERE p.user_id = $1
"""
"""Links of all texts that wait for their targets."""
