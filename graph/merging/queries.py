"""The fixed SQL of merging and splitting. `$1` is always the acting user, mostly `$2` the merge and `$3` the step."""

_STEP = (
    "INSERT INTO record_merge_steps "
    "(user_id, merge_id, step, subject_id, column_name, kind, record_type, record_id, from_id, to_id) "
)

LIVING = """
SELECT id, type FROM records WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL
"""

ENTER = """
INSERT INTO record_merges (user_id, merge_id, absorbed_id, survivor_id, current_id, record_type)
SELECT $1, $2, unnest($4::uuid[]), $3, $3, $5
"""

FOLLOW = """
UPDATE record_merges SET current_id = $2 WHERE user_id = $1 AND current_id = ANY ($3::uuid[]) AND split_at IS NULL
"""
"""What these absorbed before goes on with them."""

# Edges

_DERIVED_COLUMNS = (
    "user_id, merge_id, step, subject_id, column_name, kind, record_type, record_id, from_id, to_id, before"
)

_DERIVED = """
SELECT DISTINCT ON (l.id) $1::uuid AS user_id, $2::uuid AS merge_id, $3::int AS step, l.id AS subject_id,
    l.relation AS column_name, 'derived' AS kind, 'entity_link' AS record_type, e.id AS record_id,
    l.source_id AS from_id, l.target_id AS to_id,
    jsonb_build_object('created_at', l.created_at, 'updated_at', l.updated_at,
        'evidence', CASE WHEN k.id IS NOT NULL THEN l.evidence END, 'key', k.id) AS before
FROM (
    SELECT w.id, s.id AS link FROM unnest($4::uuid[]) w(id) JOIN entity_links s ON s.user_id = $1 AND s.source_id = w.id
        AND s.kind = 'structural' AND s.deleted_at IS NULL
    UNION ALL
    SELECT w.id, t.id FROM unnest($4::uuid[]) w(id) JOIN entity_links t ON t.user_id = $1 AND t.target_id = w.id
        AND t.kind = 'structural' AND t.deleted_at IS NULL
    UNION ALL SELECT record, link FROM derived_under($5, $4::uuid[])
) e JOIN entity_links l ON l.user_id = $1 AND l.id = e.link
LEFT JOIN records k ON k.user_id = $1
    AND k.id = CASE WHEN l.evidence ->> 'key' ~ '^[0-9a-f-]{36}$' THEN l.evidence ->> 'key' END::uuid
"""
"""The edges that follow from the records `$4` of the table `$5` or are kept under their keys, before anything changes:
they come and go, and come back as others.

The key of an edge is kept only where it is a record's id, for else it is something that a person wrote.
"""

DERIVED = f"INSERT INTO record_merge_steps ({_DERIVED_COLUMNS}) {_DERIVED}"

NOTED = f"SELECT coalesce(jsonb_agg(d), '[]')::text FROM ({_DERIVED}) d"
"""The same edges as JSON, for LOST: of thousands that lead to a person, hardly any is lost by what is filled."""

LOST = f"""
INSERT INTO record_merge_steps ({_DERIVED_COLUMNS})
SELECT {_DERIVED_COLUMNS} FROM jsonb_populate_recordset(NULL::record_merge_steps, $1::text::jsonb) d
WHERE NOT EXISTS (SELECT FROM entity_links l WHERE l.user_id = d.user_id AND l.id = d.subject_id)
"""

LOOPS = f"""
WITH done AS (
    UPDATE entity_links SET deleted_at = now()
    WHERE user_id = $1 AND deleted_at IS NULL AND kind <> 'structural'
        AND (source_id = $4 AND target_id IN ($4, $5) OR source_id = $5 AND target_id = $4)
    RETURNING id, source_id, target_id, relation
)
{_STEP} SELECT $1, $2, $3, id, relation, 'unlink', 'entity_link', $4, source_id, target_id FROM done
"""

_TWINS = """
WITH done AS (
    UPDATE entity_links l SET deleted_at = now()
    WHERE user_id = $1 AND {near}_id = $4 AND deleted_at IS NULL AND kind <> 'structural' AND valid_to IS NULL
        AND ((l.{far}_id, l.relation) IN (
            SELECT t.{far}_id, t.relation FROM entity_links t
            WHERE t.user_id = $1 AND t.{near}_id = $5 AND t.deleted_at IS NULL AND t.valid_to IS NULL
        )) IS TRUE -- or the planner takes it for a join, and one of few rows
    RETURNING id, source_id, target_id, relation
)
"""

_LEAD = """
WITH done AS (
    UPDATE entity_links SET {near}_id = $5
    WHERE user_id = $1 AND {near}_id = $4 AND deleted_at IS NULL AND kind <> 'structural' RETURNING id, relation
)
"""

EDGES = (
    LOOPS,
    *(
        statement
        for near, far in (("source", "target"), ("target", "source"))
        for statement in (
            f"{_TWINS.format(near=near, far=far)}{_STEP} "
            "SELECT $1, $2, $3, id, relation, 'unlink', 'entity_link', $4, source_id, target_id FROM done",
            f"{_LEAD.format(near=near)}{_STEP} "
            f"SELECT $1, $2, $3, id, relation, '{near}', 'entity_link', $4, $4, $5 FROM done",
        )
    ),
)
"""What ties `$4` to others then ties `$5` to them. What `$5` has already, or would tie it to itself, is set aside."""

TIES = f"""
WITH lost AS (
    SELECT DISTINCT CASE s.from_id WHEN $4 THEN $5 ELSE s.from_id END AS source,
        CASE s.to_id WHEN $4 THEN $5 ELSE s.to_id END AS target, s.column_name AS relation
    FROM record_merge_steps s WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $6 AND $4 IN (s.from_id, s.to_id)
), done AS (
    INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
    SELECT $1, a.type, a.id, lost.relation, b.type, b.id, 'inferred',
        jsonb_build_object('rule', 'merge', 'merge', $2::uuid)
    FROM lost JOIN records a ON a.user_id = $1 AND a.id = lost.source AND a.deleted_at IS NULL
    JOIN records b ON b.user_id = $1 AND b.id = lost.target AND b.deleted_at IS NULL WHERE a.id <> b.id
    ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
    RETURNING id, relation, source_id, target_id
)
{_STEP} SELECT $1, $2, $3, id, relation, 'tie', 'entity_link', $5, source_id, target_id FROM done
"""
"""Edges of step `$6` that followed from `$4` and do not follow from `$5`: a group lists its members by UIDs."""

# The way back

MERGE = """
SELECT absorbed_id, survivor_id, record_type, merged_at, split_at FROM record_merges
WHERE user_id = $1 AND merge_id = $2
"""

LATER = """
SELECT m.merge_id, r.label FROM record_merges m JOIN records r ON r.user_id = $1 AND r.id = m.absorbed_id
WHERE m.user_id = $1 AND m.absorbed_id = ANY ($3::uuid[]) AND m.merge_id <> $2 AND m.merged_at >= $4
    AND m.split_at IS NULL
ORDER BY m.merged_at DESC LIMIT 1
"""
"""The last merge since `$4` that absorbed one of these again."""

STEPS = """
SELECT step, kind, record_type, array_agg(DISTINCT column_name) AS columns FROM record_merge_steps
WHERE user_id = $1 AND merge_id = $2 GROUP BY step, kind, record_type ORDER BY step DESC
"""

SUBJECTS = "SELECT subject_id FROM record_merge_steps WHERE user_id = $1 AND merge_id = $2 AND step = $3"

_FREE = """(l.valid_to IS NOT NULL OR NOT EXISTS (
    SELECT FROM entity_links t WHERE t.user_id = $1 AND t.source_id = {source} AND t.target_id = {target}
        AND t.relation = l.relation AND t.id <> l.id AND t.deleted_at IS NULL AND t.valid_to IS NULL))"""

_LEAD_BACK = """
WITH done AS (
    UPDATE entity_links l SET {near}_id = s.from_id FROM record_merge_steps s
    WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND l.user_id = $1 AND l.id = s.subject_id
        AND l.{near}_id = s.to_id AND (l.deleted_at IS NOT NULL OR {free})
    RETURNING l.id
)
SELECT s.subject_id FROM record_merge_steps s JOIN entity_links l ON l.user_id = $1 AND l.id = s.subject_id
WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND s.subject_id NOT IN (SELECT id FROM done)
"""

EDGES_BACK = {
    "source": _LEAD_BACK.format(near="source", free=_FREE.format(source="s.from_id", target="l.target_id")),
    "target": _LEAD_BACK.format(near="target", free=_FREE.format(source="l.source_id", target="s.from_id")),
    "unlink": f"""
WITH done AS (
    UPDATE entity_links l SET deleted_at = NULL FROM record_merge_steps s, record_merges m
    WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND m.user_id = $1 AND m.merge_id = $2
        AND l.user_id = $1 AND l.id = s.subject_id AND l.deleted_at = m.merged_at
        AND {_FREE.format(source="l.source_id", target="l.target_id")}
    RETURNING l.id
)
SELECT s.subject_id FROM record_merge_steps s JOIN entity_links l ON l.user_id = $1 AND l.id = s.subject_id
WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND s.subject_id NOT IN (SELECT id FROM done)
""",
    "tie": """
WITH done AS (
    DELETE FROM entity_links l USING record_merge_steps s
    WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND l.user_id = $1 AND l.id = s.subject_id
)
SELECT NULL::uuid AS subject_id WHERE false
""",
    "derived": """
WITH remade AS (
    DELETE FROM entity_links l USING record_merge_steps s
    WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3 AND l.user_id = $1 AND l.kind = 'structural'
        AND l.source_id = s.from_id AND l.target_id = s.to_id AND l.relation = s.column_name AND l.deleted_at IS NULL
        AND l.id <> s.subject_id
    RETURNING l.*, s.subject_id, s.before
), done AS (
    INSERT INTO entity_links (id, user_id, source_type, source_id, relation, target_type, target_id, kind, confidence,
        weight, evidence, properties, valid_from, valid_to, created_at, updated_at)
    SELECT subject_id, user_id, source_type, source_id, relation, target_type, target_id, kind, confidence,
        weight, CASE WHEN k.id IS NOT NULL THEN before -> 'evidence' ELSE evidence END, properties, valid_from,
        valid_to, (before ->> 'created_at')::timestamptz, (before ->> 'updated_at')::timestamptz
    FROM remade LEFT JOIN LATERAL (
        SELECT r.id FROM records r
        WHERE r.user_id = $1 AND r.id = (before ->> 'key')::uuid AND r.deleted_at IS NULL
    ) k ON true
    ON CONFLICT DO NOTHING
)
SELECT NULL::uuid AS subject_id WHERE false
""",
}
"""Each answers with the edges that are not as the merge left them."""

MARK_SPLIT = "UPDATE record_merges SET split_at = now() WHERE user_id = $1 AND merge_id = $2"

UNFOLLOW = """
WITH RECURSIVE below AS (
    SELECT absorbed_id FROM record_merges WHERE user_id = $1 AND survivor_id = $2 AND split_at IS NULL
    UNION
    SELECT m.absorbed_id FROM below b JOIN record_merges m ON m.user_id = $1 AND m.survivor_id = b.absorbed_id
    WHERE m.user_id = $1 AND m.split_at IS NULL
)
UPDATE record_merges SET current_id = $2
WHERE user_id = $1 AND split_at IS NULL AND absorbed_id IN (SELECT absorbed_id FROM below)
"""
"""What `$2` absorbed is with it again."""

MERGES = """
SELECT merge_id, survivor_id, record_type, merged_at, max(split_at) AS split_at,
    array_agg(absorbed_id ORDER BY absorbed_id) AS absorbed
FROM record_merges WHERE user_id = $1 AND ($2::uuid IS NULL OR $2 IN (survivor_id, absorbed_id, current_id))
GROUP BY merge_id, survivor_id, record_type, merged_at ORDER BY merged_at DESC, merge_id LIMIT $3
"""

# Duplicates

AGES = "SELECT id, created_at FROM records WHERE user_id = $1 AND id = ANY ($2::uuid[])"

KNOWN = "SELECT id FROM records WHERE user_id = $1 AND id = ANY ($2::uuid[])"

DISMISS = """
INSERT INTO dismissed_duplicates (user_id, low_id, high_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
