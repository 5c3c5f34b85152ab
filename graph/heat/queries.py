"""The fixed SQL of heat. `$1` is always the acting user, or the function asks for them itself."""

COUNT_ACCESSES = "SELECT count_accesses($1::uuid[], $2::text[]::access_kind[], $3::float8[])"

COUNT_EDITS = "SELECT count_edits($1::bigint[])"

TOUCH = "SELECT touch_record($1::uuid, $2::text::access_kind)"

PIN = "SELECT pin_record($1::uuid, $2::boolean)"

HEAT = """
SELECT t.half_life, coalesce(h.pinned, false) AS pinned, coalesce(h.opened, 0) AS times,
       heat_at(h.level, h.half_life, h.pinned, date_trunc('minute', now())) AS value
FROM records r LEFT JOIN heat_types t ON t.type = r.type LEFT JOIN record_heat h ON h.user_id = $1 AND h.id = r.id
WHERE r.user_id = $1 AND r.id = $2
"""

PARTS = """
SELECT p.kind::text AS access, access_weight(p.kind) AS weight, p.times, p.last_at,
       exp(least(0, greatest(-700, p.level - h.level))) AS share
FROM heat_parts p JOIN record_heat h ON h.user_id = $1 AND h.id = p.id
WHERE p.user_id = $1 AND p.id = $2 ORDER BY share DESC, p.kind
"""
"""All parts decay alike, so the share of each stays what it is until the next access."""
