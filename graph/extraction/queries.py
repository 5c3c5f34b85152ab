"""The fixed SQL of linking texts. `$1` is always the acting user."""

BOUND_TO_ARRIVALS = """
SELECT DISTINCT p.source_id FROM record_names n JOIN pending_links p ON p.user_id = $1 AND p.key = n.key
WHERE n.user_id = $1 AND n.id = ANY ($2::uuid[])
"""
"""Sources whose pending links may bind to these records."""

CANDIDATES = """
WITH keys AS MATERIALIZED (
    SELECT DISTINCT w.target, k.key FROM unnest($2::text[]) w(target)
    CROSS JOIN LATERAL unnest(ARRAY[name_key(w.target), name_key(regexp_replace(w.target, '^.*/', ''))]) k(key)
)
SELECT keys.target, named.id, named.name, named.is_path FROM keys CROSS JOIN LATERAL (
    SELECT n.id, n.name, n.is_path FROM record_names n JOIN records r ON r.user_id = $1 AND r.id = n.id AND r.deleted_at IS NULL
    WHERE n.user_id = $1 AND n.key = keys.key OFFSET 0
) named
"""
"""The records that these targets may mean."""

EXISTING = """
SELECT id, source_id, relation, target_id FROM entity_links
WHERE user_id = $1 AND source_id = ANY ($2::uuid[]) AND kind = 'extracted' AND evidence ->> 'rule' = 'text' AND deleted_at IS NULL
"""

DROP = "UPDATE entity_links SET deleted_at = now() WHERE user_id = $1 AND id = ANY ($2::uuid[])"

ADD = """
INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
SELECT $1, s.type, x.source, x.relation, t.type, x.target, 'extracted', x.evidence
FROM json_to_recordset($2::json) AS x(source uuid, relation text, target uuid, evidence jsonb)
JOIN records s ON s.user_id = $1 AND s.id = x.source AND s.deleted_at IS NULL
JOIN records t ON t.user_id = $1 AND t.id = x.target AND t.deleted_at IS NULL
ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
"""

FORGET_PENDING = "DELETE FROM pending_links WHERE user_id = $1 AND source_id = ANY ($2::uuid[])"

KEEP_PENDING = """
INSERT INTO pending_links (user_id, source_id, relation, key, target, evidence)
SELECT $1, x.source, x.relation, name_key(regexp_replace(x.target, '^.*/', '')), x.target, x.evidence
FROM json_to_recordset($2::json) AS x(source uuid, relation text, target text, evidence jsonb)
ON CONFLICT DO NOTHING
"""

TAGS = "SELECT name, id FROM tags WHERE user_id = $1 AND deleted_at IS NULL AND name = ANY ($2::text[])"

MAKE_TAGS = """
INSERT INTO tags (user_id, name, parent_id)
SELECT $1, x.name, p.id FROM unnest($2::text[]) x(name)
LEFT JOIN tags p ON p.user_id = $1 AND p.deleted_at IS NULL AND p.name = substring(x.name FROM '^(.*)/[^/]*$')
ON CONFLICT (user_id, name) WHERE deleted_at IS NULL DO NOTHING
"""

TAGGED = """
SELECT id, subject_id, tag_id FROM record_tags
WHERE user_id = $1 AND subject_id = ANY ($2::uuid[]) AND origin = 'text' AND deleted_at IS NULL
"""

UNTAG = "UPDATE record_tags SET deleted_at = now() WHERE user_id = $1 AND id = ANY ($2::uuid[])"

TAG = """
INSERT INTO record_tags (user_id, tag_id, subject_type, subject_id, origin)
SELECT $1, x.tag, r.type, x.subject, 'text'
FROM json_to_recordset($2::json) AS x(tag uuid, subject uuid)
JOIN records r ON r.user_id = $1 AND r.id = x.subject
ON CONFLICT (user_id, tag_id, subject_id) WHERE deleted_at IS NULL DO NOTHING
"""
