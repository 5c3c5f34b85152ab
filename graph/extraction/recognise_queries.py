"""The fixed SQL of recognised names. `$1` is always the acting user."""

STANDING = """
SELECT source_id, target_id, id, kind = 'extracted' AND coalesce(evidence ->> 'rule' = 'names', false) AS own,
       false AS untied, confidence, evidence
FROM entity_links WHERE user_id = $1 AND source_id = ANY ($2::uuid[]) AND deleted_at IS NULL
UNION ALL
SELECT source_id, target_id, id, false, true, confidence, NULL
FROM entity_links WHERE user_id = $1 AND source_id = ANY ($2::uuid[]) AND deleted_at IS NOT NULL
    AND relation = 'MENTIONS' AND NOT coalesce(evidence ? 'unsaid', false)
"""
"""The edges of these sources, and those of ours that a person untied: ours that a text no longer said are marked."""

ASKED = """
SELECT id, source_id, target_id, state::text, confidence, evidence FROM suggestions
WHERE user_id = $1 AND source_id = ANY ($2::uuid[]) AND relation = 'MENTIONS'
"""

LINK = """
INSERT INTO entity_links
    (user_id, source_type, source_id, relation, target_type, target_id, kind, confidence, evidence)
SELECT $1, s.type, x.source, 'MENTIONS', t.type, x.target, 'extracted', x.confidence, x.evidence
FROM json_to_recordset($2::json) AS x(source uuid, target uuid, confidence float8, evidence jsonb)
JOIN records s ON s.user_id = $1 AND s.id = x.source AND s.deleted_at IS NULL
JOIN records t ON t.user_id = $1 AND t.id = x.target AND t.deleted_at IS NULL
ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
"""

RELINK = """
UPDATE entity_links l SET confidence = x.confidence, evidence = x.evidence
FROM json_to_recordset($2::json) AS x(id uuid, confidence float8, evidence jsonb)
WHERE l.user_id = $1 AND l.id = x.id
"""

UNLINK = """
UPDATE entity_links SET deleted_at = now(), evidence = evidence || '{"unsaid": true}'
WHERE user_id = $1 AND id = ANY ($2::uuid[])
"""

ASK = """
INSERT INTO suggestions (user_id, source_id, relation, target_id, confidence, evidence)
SELECT $1, x.source, 'MENTIONS', x.target, x.confidence, x.evidence
FROM json_to_recordset($2::json) AS x(source uuid, target uuid, confidence float8, evidence jsonb)
JOIN records s ON s.user_id = $1 AND s.id = x.source
JOIN records t ON t.user_id = $1 AND t.id = x.target
ON CONFLICT (user_id, source_id, target_id, relation) DO NOTHING
"""

ASK_AGAIN = """
UPDATE suggestions q SET confidence = x.confidence, evidence = x.evidence
FROM json_to_recordset($2::json) AS x(id uuid, confidence float8, evidence jsonb)
WHERE q.user_id = $1 AND q.id = x.id AND q.state = 'open'
"""

TAKE_BACK = "DELETE FROM suggestions WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND state = 'open'"

NAMING = """
SELECT DISTINCT found.id FROM unnest($4::text[]) AS said(phrase)
CROSS JOIN LATERAL lexical_matches(said.phrase, $2::text[], NULL, NULL) AS found
WHERE NOT EXISTS (SELECT FROM change_log c WHERE c.user_id = $1 AND c.record_id = found.id AND c.seq > $3
                  AND c.operation = 'insert')
"""
"""The texts of these types that these phrases occur in, but for those that come later in the log anyway."""

SETTLED = """
SELECT r.id FROM records r WHERE r.user_id = $1 AND r.type = ANY ($2::text[]) AND r.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM change_log c WHERE c.user_id = $1 AND c.record_id = r.id AND c.seq > $3
                    AND c.operation = 'insert')
"""
"""All texts of these types, but for those that come later in the log anyway."""

SAYING = """
SELECT source_id FROM entity_links
WHERE user_id = $1 AND target_id = ANY ($2::uuid[]) AND kind = 'extracted' AND evidence ->> 'rule' = 'names'
    AND deleted_at IS NULL
UNION SELECT source_id FROM suggestions WHERE user_id = $1 AND target_id = ANY ($2::uuid[]) AND state = 'open'
"""
"""The sources that were seen to name these records."""

UNDECIDED = """
SELECT DISTINCT source_id FROM suggestions
WHERE user_id = $1 AND state = 'open' AND evidence ->> 'reason' = 'shared'
"""
"""Where a name means one of several: one of them may be gone for good, and with it the trace of who it was."""

TIED = """
SELECT DISTINCT l.source_id FROM entity_links l WHERE l.user_id = $1 AND l.id = ANY ($2::uuid[]) AND (
    l.deleted_at IS NOT NULL
    OR EXISTS (SELECT FROM entity_links m WHERE m.user_id = $1 AND m.source_id = l.source_id
               AND m.target_id = l.target_id AND m.kind = 'extracted' AND m.evidence ->> 'rule' = 'names'
               AND m.id <> l.id AND m.deleted_at IS NULL)
    OR EXISTS (SELECT FROM suggestions q WHERE q.user_id = $1 AND q.source_id = l.source_id
               AND q.state = 'open'))
"""
"""The sources of edges that others tied or untied, where that may change what is recognised in them."""
