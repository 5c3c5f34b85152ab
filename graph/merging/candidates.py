"""The SQL that finds pairs of records of one type which may be one thing, for any table of the Catalog. Pure.

What can be compared is read from the columns: e-mail addresses, telephones, pages and identifiers of the record and of
its parts, names, birthdays and positions. A key that many share says nothing, so large blocks are left out.
"""

from collections.abc import Iterator

from graph.plan.values import literal, quoted
from schema_sql.catalog import Catalog, Entity

_KEYS = {
    "email": ("email", "lower(btrim({0}))"),
    "tel": ("telephone", "nullif(right(regexp_replace({0}, '[^0-9]', '', 'g'), 9), '')"),
    "url": ("url", "lower(regexp_replace({0}, '^[a-z]+://(www[.])?|/+$', '', 'gi'))"),
    "uid": ("identifier", "{0}"),
    "vat_id": ("identifier", "upper(regexp_replace({0}, '[^A-Za-z0-9]', '', 'g'))"),
    "osm_id": ("identifier", "{0}"),
}
"""Columns by which a thing is known: the signal, and the key that two ways of writing have in common."""

_NEAR = 0.002
"""Degrees, some 200 m: how far apart two positions of one place may be."""


def comparable(catalog: Catalog, entity: Entity) -> bool:
    """Whether there is anything by which two records of this table could be known for one."""
    return bool(entity.tagged("name")) or any(True for _ in _keys(catalog, entity))


def pairs(catalog: Catalog, entity: Entity) -> str:
    """At most `$2` pairs of living records of the user `$1` that may be one, with all there is to judge them by."""
    keys = " UNION ALL ".join(
        [*_keys(catalog, entity), "SELECT NULL::uuid AS id, NULL::text AS signal, NULL::text AS key WHERE false"]
    )
    located = {"lat", "lon"} <= entity.by_name.keys()
    born = "a.bday = b.bday" if "bday" in entity.by_name else "NULL::boolean"
    apart = _METRES if located else "NULL::double precision"
    return _PAIRS.format(
        table=quoted(entity.name),
        keys=keys,
        near=_NEARBY.format(table=quoted(entity.name), near=_NEAR)
        if located
        else "SELECT NULL::uuid, NULL::uuid WHERE false",
        born=born,
        apart=apart,
    )


def _keys(catalog: Catalog, entity: Entity) -> Iterator[str]:
    """A SELECT of (id, signal, key) for each column that identifies, of the table and of what it owns."""
    for column, (signal, key) in _KEYS.items():
        if column in entity.by_name:
            yield _key(entity, "id", column, (signal, key))
    for child, foreign in catalog.pointing_at(entity.name):
        for column in ("email", "tel"):
            if foreign.owned and column in child.by_name:
                yield _key(child, foreign.column, column, _KEYS[column])


def _key(entity: Entity, owner: str, column: str, way: tuple[str, str]) -> str:
    signal, key = way
    return (
        f"SELECT {quoted(owner)} AS id, {literal(signal)} AS signal, {key.format(quoted(column))} AS key "
        f"FROM {quoted(entity.name)} WHERE user_id = $1 AND deleted_at IS NULL AND {quoted(column)} IS NOT NULL"
    )


_METRES = "111195 * sqrt((a.lat - b.lat) ^ 2 + ((a.lon - b.lon) * cos(radians((a.lat + b.lat) / 2))) ^ 2)"

_NEARBY = """
SELECT least(p.id, q.id), greatest(p.id, q.id) FROM (
    SELECT id, lat, lon, x, y FROM {table}
    CROSS JOIN LATERAL (VALUES (floor(lat / {near}))) AS lats(y)
    CROSS JOIN LATERAL (VALUES (floor(lon / {near}))) AS lons(x)
    WHERE user_id = $1 AND deleted_at IS NULL AND lat IS NOT NULL AND lon IS NOT NULL
) p JOIN (
    SELECT id, floor(lat / {near}) + dy AS y, floor(lon / {near}) + dx AS x FROM {table}
    CROSS JOIN generate_series(-1, 1) dy CROSS JOIN generate_series(-1, 1) dx
    WHERE user_id = $1 AND deleted_at IS NULL AND lat IS NOT NULL AND lon IS NOT NULL
) q ON q.x = p.x AND q.y = p.y AND q.id <> p.id"""

_PAIRS = """
WITH living AS MATERIALIZED (
    SELECT id FROM {table} WHERE user_id = $1 AND deleted_at IS NULL
), keys AS MATERIALIZED (
    SELECT DISTINCT id, signal, key FROM ({keys}) k WHERE octet_length(key) >= 6 AND id IN (SELECT id FROM living)
), names AS MATERIALIZED (
    SELECT DISTINCT n.id, unaccent(n.key) AS name FROM record_names n
    WHERE n.user_id = $1 AND NOT n.is_path AND n.id IN (SELECT id FROM living)
), called AS MATERIALIZED (
    SELECT id, array_agg(name ORDER BY name) AS names FROM names GROUP BY id
), starts AS MATERIALIZED (
    SELECT DISTINCT names.id, names.name, left(word, 3) AS start
    FROM names CROSS JOIN LATERAL regexp_split_to_table(name, '[^[:alnum:]]+') word WHERE word <> ''
), alike AS (
    SELECT a.id AS low, b.id AS high, similarity(a.name, b.name) AS likeness
    FROM starts a JOIN starts b ON b.start = a.start AND b.id > a.id
    WHERE a.start IN (SELECT start FROM starts GROUP BY start HAVING count(*) <= 60)
        AND (a.name = b.name OR similarity(a.name, b.name) >= 0.4)
    UNION ALL SELECT a.id, b.id, 1 FROM names a JOIN names b ON b.name = a.name AND b.id > a.id
    WHERE a.name IN (SELECT name FROM names GROUP BY name HAVING count(*) <= 50)
), shared AS (
    SELECT a.id AS low, b.id AS high, a.signal, a.key FROM keys a
    JOIN keys b ON b.signal = a.signal AND b.key = a.key AND b.id > a.id
    WHERE (a.signal, a.key) IN (SELECT signal, key FROM keys GROUP BY signal, key HAVING count(*) <= 20)
), near AS ({near}), likest AS (
    SELECT low, high, max(likeness) AS likeness FROM alike GROUP BY low, high
), found AS (
    SELECT low, high FROM likest UNION SELECT low, high FROM shared UNION SELECT * FROM near
), known AS (
    SELECT f.* FROM found f WHERE NOT EXISTS (
        SELECT FROM dismissed_duplicates d WHERE d.user_id = $1 AND d.low_id = f.low AND d.high_id = f.high
    ) AND NOT EXISTS (
        SELECT FROM record_merges m WHERE m.user_id = $1 AND m.split_at IS NOT NULL
            AND (m.absorbed_id = f.low AND m.survivor_id = f.high OR m.absorbed_id = f.high AND m.survivor_id = f.low)
    )
)
SELECT p.low, p.high, {born} AS born, {apart} AS apart, coalesce(s.keys, '{{}}') AS shared,
    coalesce(n.names, '{{}}') AS low_names, coalesce(m.names, '{{}}') AS high_names
FROM known p JOIN {table} a ON a.user_id = $1 AND a.id = p.low JOIN {table} b ON b.user_id = $1 AND b.id = p.high
LEFT JOIN called n ON n.id = p.low LEFT JOIN called m ON m.id = p.high
LEFT JOIN (
    SELECT low, high, array_agg(ARRAY[signal, key] ORDER BY signal, key) AS keys FROM shared GROUP BY low, high
) s ON s.low = p.low AND s.high = p.high
LEFT JOIN likest l ON l.low = p.low AND l.high = p.high
ORDER BY s.low IS NULL, l.likeness DESC NULLS LAST, p.low, p.high LIMIT $2
"""
