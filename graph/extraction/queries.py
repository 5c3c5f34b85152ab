"""The fixed SQL of linking texts. `$1` is always the acting user."""

LAST = "SELECT coalesce((SELECT seq FROM change_log WHERE user_id = $1 ORDER BY seq DESC LIMIT 1), 0)"

TYPES = "SELECT id, type FROM records WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL"

CONCERNED = """
WITH keys AS MATERIALIZED (
    SELECT DISTINCT key FROM record_names WHERE user_id = $1 AND id = ANY ($2::uuid[])
), rivals AS MATERIALIZED (
    SELECT DISTINCT n.id FROM keys JOIN record_names n ON n.user_id = $1 AND n.key = keys.key
    UNION SELECT unnest($3::uuid[])
)
SELECT p.source_id FROM keys JOIN pending_links p ON p.user_id = $1 AND p.key = keys.key
UNION SELECT p.source_id FROM unnest($3::uuid[]) g(id) JOIN pending_links p ON p.user_id = $1 AND p.key = g.id::text
UNION SELECT l.source_id FROM rivals
    JOIN entity_links l ON l.user_id = $1 AND l.target_id = rivals.id AND l.kind = 'extracted' AND l.deleted_at IS NULL
"""
"""The sources whose texts may mean another record now that these (`$2`) came under their names and those (`$3`) left
theirs: who waits for such a name, who links to one of that name, who linked to what left."""

CANDIDATES = """
WITH keys AS MATERIALIZED (
    SELECT DISTINCT w.target, k.key FROM unnest($2::text[]) w(target)
    CROSS JOIN LATERAL unnest(ARRAY[name_key(w.target), name_key(regexp_replace(w.target, '^.*/', ''))]) k(key)
)
SELECT keys.target, named.id, named.name, named.is_path FROM keys CROSS JOIN LATERAL (
    SELECT n.name, n.is_path, coalesce(
        (SELECT m.current_id FROM record_merges m WHERE m.user_id = $1 AND m.absorbed_id = n.id AND m.split_at IS NULL
            AND EXISTS (SELECT FROM records o WHERE o.user_id = $1 AND o.id = n.id AND o.deleted_at IS NOT NULL)),
        n.id) AS id
    FROM record_names n WHERE n.user_id = $1 AND n.key = keys.key OFFSET 0
) named CROSS JOIN LATERAL (
    SELECT FROM records r WHERE r.user_id = $1 AND r.id = named.id AND r.deleted_at IS NULL OFFSET 0
) r
"""
"""The records that these targets may mean. The name of what was merged into another means that one.

Looked up one by one: the planner would read all records for each target.
"""

EXISTING = """
SELECT id, source_id, relation, target_id, evidence -> 'spans' AS spans FROM entity_links
WHERE user_id = $1 AND source_id = ANY ($2::uuid[]) AND kind = 'extracted' AND evidence ->> 'rule' = 'text'
    AND deleted_at IS NULL
"""

RESPAN = """
UPDATE entity_links l SET evidence = jsonb_build_object('rule', 'text', 'spans', x.spans)
FROM json_to_recordset($2::json) AS x(id uuid, spans jsonb) WHERE l.user_id = $1 AND l.id = x.id
"""

DROP = "UPDATE entity_links SET deleted_at = now() WHERE user_id = $1 AND id = ANY ($2::uuid[])"

ADD = """
INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
SELECT $1, s.type, x.source, x.relation, t.type, x.target, 'extracted',
       jsonb_build_object('rule', 'text', 'spans', x.spans)
FROM json_to_recordset($2::json) AS x(source uuid, relation text, target uuid, spans jsonb)
JOIN records s ON s.user_id = $1 AND s.id = x.source AND s.deleted_at IS NULL
JOIN records t ON t.user_id = $1 AND t.id = x.target AND t.deleted_at IS NULL
ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
"""

FORGET_PENDING = "DELETE FROM pending_links WHERE user_id = $1 AND source_id = ANY ($2::uuid[])"

KEEP_PENDING = """
INSERT INTO pending_links (user_id, source_id, relation, key, target)
SELECT $1, x.source, x.relation, CASE WHEN octet_length(k.key) <= 1500 THEN k.key ELSE '' END, x.target
FROM unnest($2::uuid[], $3::text[], $4::text[]) x(source, relation, target)
CROSS JOIN LATERAL (SELECT name_key(regexp_replace(x.target, '^.*/', '')) AS key OFFSET 0) k
ON CONFLICT DO NOTHING
"""
"""A name longer than 1,500 bytes is no record's: nobody is called so (60_tracking.sql)."""

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
