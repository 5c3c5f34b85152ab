"""The fixed SQL of importing. `$1` is always the acting user, `$2` the connector."""

CONNECTOR = """
INSERT INTO sync_connectors (user_id, connector_type, display_name, identity) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, identity) WHERE deleted_at IS NULL DO UPDATE SET last_run_at = excluded.updated_at RETURNING id
"""

FIND_CONNECTOR = "SELECT id FROM sync_connectors WHERE user_id = $1 AND identity = $2 AND deleted_at IS NULL"

KNOWN = """
SELECT m.remote_id, m.record_id, m.record_type, m.parent_remote_id, m.content_sha256, m.remote_etag, m.base,
       r.id IS NULL OR r.deleted_at IS NOT NULL AS gone, r.id IS NULL AS purged
FROM sync_mappings m LEFT JOIN records r ON r.user_id = $1 AND r.id = m.record_id
WHERE m.user_id = $1 AND m.connector_id = $2 AND (m.remote_id = ANY ($3::text[]) OR m.parent_remote_id = ANY ($3::text[]))
"""
"""What is known of these items and of their parts."""

REMEMBER = """
INSERT INTO sync_mappings (user_id, connector_id, remote_id, record_type, record_id, parent_remote_id, scope, content_sha256, base)
SELECT $1, $2, x.key, x.type, x.id, x.parent, $4, decode(x.hash, 'hex'), x.base
FROM json_to_recordset($3::json) AS x(key text, type text, id uuid, parent text, hash text, base jsonb)
ON CONFLICT (user_id, connector_id, remote_id) DO UPDATE SET parent_remote_id = excluded.parent_remote_id, scope = excluded.scope,
    content_sha256 = excluded.content_sha256, base = excluded.base, remote_etag = NULL, synced_at = excluded.synced_at
"""

RAW = """
INSERT INTO raw_records (user_id, record_id, media_type, payload, sha256) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""

FORGET = "DELETE FROM sync_mappings WHERE user_id = $1 AND connector_id = $2 AND remote_id = ANY ($3::text[])"

ITEMS_OF_SCOPE = """
SELECT m.remote_id, m.record_id, m.record_type FROM sync_mappings m
JOIN records r ON r.user_id = $1 AND r.id = m.record_id AND r.deleted_at IS NULL
WHERE m.user_id = $1 AND m.connector_id = $2 AND m.scope = $3 AND m.parent_remote_id IS NULL
"""

MARK_PRUNED = """
UPDATE sync_mappings SET remote_etag = 'pruned', content_sha256 = NULL
WHERE user_id = $1 AND connector_id = $2 AND (remote_id = ANY ($3::text[]) OR parent_remote_id = ANY ($3::text[]))
"""

FINISH = """
INSERT INTO import_batches (user_id, format, path, counts, problems, change_set_id, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, now())
"""

MADE_LINKS = "SELECT count(*) FROM change_log WHERE user_id = $1 AND change_set_id = $2 AND operation = 'link'"

STILL_PENDING = "SELECT count(*) FROM pending_links WHERE user_id = $1"
"""Links of all texts that wait for their targets."""
