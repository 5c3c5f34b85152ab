"""The fixed SQL of the lexicon. `$1` is always the acting user."""

LAST = "SELECT coalesce((SELECT seq FROM change_log WHERE user_id = $1 ORDER BY seq DESC LIMIT 1), 0)"

CHANGED = """
SELECT DISTINCT record_type AS type, record_id AS id FROM change_log
WHERE user_id = $1 AND seq > $2 AND record_type = ANY ($3::text[]) LIMIT $4
"""
"""The records of these types that changed since."""

_NAMES = """
SELECT DISTINCT n.id AS holder, coalesce(c.id, n.id) AS record, coalesce(c.type, r.type) AS type, n.name
FROM record_names n JOIN records r ON r.user_id = $1 AND r.id = n.id AND r.deleted_at IS NULL
LEFT JOIN graph_entities g ON r.type = 'graph_entity' AND g.user_id = $1 AND g.id = n.id
LEFT JOIN records c ON c.user_id = $1 AND c.id = g.canonical_id AND c.deleted_at IS NULL
WHERE n.user_id = $1 AND NOT n.is_path AND r.type = ANY ($2::text[]) {of}
"""
ALL_NAMES = _NAMES.format(of="")
NAMES = _NAMES.format(of="AND n.id = ANY ($3::uuid[])")
"""A thing that stands for a record of its own is that record."""

_PEOPLE = """
SELECT id, fn, n_given, n_family, n_prefix FROM contacts
WHERE user_id = $1 AND deleted_at IS NULL AND kind = 'individual' {of}
"""
ALL_PEOPLE = _PEOPLE.format(of="")
PEOPLE = _PEOPLE.format(of="AND id = ANY ($2::uuid[])")

_COMPANIES = """
SELECT id, legal_name FROM organizations
WHERE user_id = $1 AND deleted_at IS NULL AND legal_name <> name {of}
"""
ALL_COMPANIES = _COMPANIES.format(of="")
COMPANIES = _COMPANIES.format(of="AND id = ANY ($2::uuid[])")

_ALIASES = """
SELECT a.id AS holder, r.id AS record, r.type, a.alt_label AS name, a.confidence AS weight FROM entity_aliases a
JOIN graph_entities g ON g.user_id = $1 AND g.id = a.entity_id AND g.deleted_at IS NULL
JOIN records r ON r.user_id = $1 AND r.id = coalesce(g.canonical_id, g.id) AND r.deleted_at IS NULL
WHERE a.user_id = $1 AND a.deleted_at IS NULL AND a.kind NOT IN ('email', 'handle') {of}
"""
ALL_ALIASES = _ALIASES.format(of="")
ALIASES = _ALIASES.format(of="AND (a.id = ANY ($2::uuid[]) OR a.entity_id = ANY ($2::uuid[]))")

ADDRESSES = """
SELECT r.id AS record, r.type, a.kind, a.address FROM (
    SELECT contact_id AS id, 'email' AS kind, email AS address FROM contact_emails
        WHERE user_id = $1 AND deleted_at IS NULL
    UNION SELECT contact_id, 'phone', tel FROM contact_phones WHERE user_id = $1 AND deleted_at IS NULL
    UNION SELECT contact_id, 'url', uri FROM contact_urls
        WHERE user_id = $1 AND deleted_at IS NULL AND uri LIKE 'http%'
    UNION SELECT id, 'email', email FROM organizations WHERE user_id = $1 AND deleted_at IS NULL AND email <> ''
    UNION SELECT id, 'phone', tel FROM organizations WHERE user_id = $1 AND deleted_at IS NULL AND tel <> ''
    UNION SELECT id, 'url', url FROM organizations WHERE user_id = $1 AND deleted_at IS NULL AND url <> ''
    UNION SELECT id, 'phone', tel FROM places WHERE user_id = $1 AND deleted_at IS NULL AND tel <> ''
    UNION SELECT id, 'url', url FROM places WHERE user_id = $1 AND deleted_at IS NULL AND url <> ''
    UNION SELECT id, 'url', url FROM bookmarks WHERE user_id = $1 AND deleted_at IS NULL
) a JOIN records r ON r.user_id = $1 AND r.id = a.id AND r.deleted_at IS NULL
"""

OWNERS = """
SELECT contact_id FROM contact_emails WHERE user_id = $1 AND id = ANY ($2::uuid[])
UNION SELECT contact_id FROM contact_phones WHERE user_id = $1 AND id = ANY ($2::uuid[])
UNION SELECT contact_id FROM contact_urls WHERE user_id = $1 AND id = ANY ($2::uuid[])
UNION SELECT coalesce(g.canonical_id, g.id) FROM entity_aliases a
    JOIN graph_entities g ON g.user_id = $1 AND g.id = a.entity_id WHERE a.user_id = $1 AND a.id = ANY ($2::uuid[])
UNION SELECT canonical_id FROM graph_entities WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND canonical_id IS NOT NULL
"""
"""Whose names and addresses these rows hold."""
