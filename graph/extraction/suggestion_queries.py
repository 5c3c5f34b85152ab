"""The fixed SQL of suggestions. `$1` is always the acting user."""

_COLUMNS = (
    "q.id, q.source_id, q.relation, q.target_id, q.state::text, q.confidence, q.evidence, q.created_at, q.decided_at"
)

_ASKED = """
FROM suggestions q
JOIN records s ON s.user_id = $1 AND s.id = q.source_id AND s.deleted_at IS NULL
JOIN records t ON t.user_id = $1 AND t.id = q.target_id AND t.deleted_at IS NULL
WHERE q.user_id = $1 AND q.state = $2::text::suggestion_state
    AND ($3::uuid IS NULL OR q.source_id = $3) AND ($4::uuid IS NULL OR q.target_id = $4)
"""

PAGE = f"""
SELECT {_COLUMNS} {_ASKED} AND (q.confidence < $5 OR q.confidence = $5 AND q.id < $6)
ORDER BY q.confidence DESC, q.id DESC LIMIT $7
"""

TOTAL = f"SELECT count(*) {_ASKED}"

DECIDE = f"""
UPDATE suggestions q SET state = $3::text::suggestion_state,
    decided_at = CASE WHEN q.state = $3::text::suggestion_state THEN q.decided_at ELSE now() END
FROM records s, records t WHERE q.user_id = $1 AND q.id = $2
    AND s.user_id = $1 AND s.id = q.source_id AND s.deleted_at IS NULL
    AND t.user_id = $1 AND t.id = q.target_id AND t.deleted_at IS NULL
RETURNING {_COLUMNS}
"""

LINK = """
INSERT INTO entity_links
    (user_id, source_type, source_id, relation, target_type, target_id, kind, confidence, evidence)
SELECT $1, s.type, s.id, q.relation, t.type, t.id, 'extracted', 1, q.evidence
FROM suggestions q JOIN records s ON s.user_id = $1 AND s.id = q.source_id
JOIN records t ON t.user_id = $1 AND t.id = q.target_id WHERE q.user_id = $1 AND q.id = $2
ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
"""

UNLINK = """
UPDATE entity_links l SET deleted_at = now() FROM suggestions q
WHERE q.user_id = $1 AND q.id = $2 AND l.user_id = $1 AND l.source_id = q.source_id AND l.target_id = q.target_id
    AND l.relation = q.relation AND l.kind = 'extracted' AND l.evidence ->> 'rule' = 'names' AND l.deleted_at IS NULL
"""
