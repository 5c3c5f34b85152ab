"""The Catalog of a live database, read from pg_catalog with five queries: all that stands in schema `public`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import asyncpg

from schema_sql import comments
from schema_sql.catalog import Catalog, Check, Column, Entity, Enum, ForeignKey, Index, Unique
from schema_sql.compare import differences
from schema_sql.typenames import canonical

__all__ = ["differences", "introspect"]

LEDGER = "schema_migrations"
"""The table of `migrate`, which belongs to no Catalog."""

_OURS = f"""
    t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND t.relname <> '{LEDGER}'
    AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
"""

_TABLES = f"""
SELECT t.relname AS table_name, obj_description(t.oid, 'pg_class') AS comment
FROM pg_class t WHERE {_OURS} ORDER BY t.oid
"""

_COLUMNS = f"""
SELECT t.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable, a.attgenerated <> '' AS computed, a.attidentity::text AS identity,
       pg_get_expr(d.adbin, d.adrelid) AS expression, col_description(t.oid, a.attnum) AS comment
FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
WHERE {_OURS} ORDER BY t.oid, a.attnum
"""

_NAMES = """ARRAY(SELECT a.attname::text FROM unnest(c.{key}) WITH ORDINALITY AS k (number, position)
          JOIN pg_attribute a ON a.attrelid = c.{table} AND a.attnum = k.number ORDER BY k.position)"""

_CONSTRAINTS = f"""
SELECT t.relname AS table_name, c.conname AS name, c.contype::text AS kind, c.condeferred AS deferred,
       c.confdeltype::text AS on_delete, pg_get_expr(c.conbin, c.conrelid) AS expression, f.relname AS target,
       {_NAMES.format(key="conkey", table="conrelid")} AS columns,
       {_NAMES.format(key="confkey", table="confrelid")} AS target_columns
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid
WHERE c.contype IN ('c', 'f', 'p') AND {_OURS} ORDER BY c.oid
"""

_INDEXES = f"""
SELECT t.relname AS table_name, i.relname AS name, m.amname AS method, x.indisunique AS is_unique,
       x.indnullsnotdistinct AS nulls_not_distinct, x.indexprs IS NOT NULL AS expression,
       pg_get_expr(x.indpred, x.indrelid) AS predicate,
       ARRAY(SELECT coalesce(a.attname::text, pg_get_indexdef(x.indexrelid, k, true))
             FROM generate_series(1, x.indnkeyatts) k
             LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k - 1] AND a.attnum > 0
             ORDER BY k) AS columns
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
WHERE NOT x.indisprimary AND NOT starts_with(i.relname, 'embeddings_near_') AND {_OURS} ORDER BY i.oid
"""
"""Without those of single users (graph/embedding/nearest.py): they come and go, and nobody declares them."""

_ENUMS = """
SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels,
       obj_description(t.oid, 'pg_type') AS comment
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
GROUP BY t.oid, t.typname ORDER BY t.oid
"""

_ON_DELETE = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}

Rows = Mapping[str, list[asyncpg.Record]]


async def introspect(connection: asyncpg.Connection) -> Catalog:
    """Every table and enum of schema `public` that no extension and no ledger of migrations owns, oldest first."""
    columns = _by_table(await connection.fetch(_COLUMNS))
    constraints = _by_table(await connection.fetch(_CONSTRAINTS))
    indexes = _by_table(await connection.fetch(_INDEXES))
    entities = {
        row["table_name"]: _entity(row, columns, constraints, indexes) for row in await connection.fetch(_TABLES)
    }
    enums = {
        row["name"]: Enum(row["name"], tuple(row["labels"]), comments.prose(row["comment"] or ""))
        for row in await connection.fetch(_ENUMS)
    }
    return Catalog(entities, enums)


def _by_table(rows: Iterable[asyncpg.Record]) -> Rows:
    tables: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        tables[row["table_name"]].append(row)
    return tables


def _entity(table: asyncpg.Record, columns: Rows, constraints: Rows, indexes: Rows) -> Entity:
    name = table["table_name"]
    comment, tags = comments.read(table["comment"] or "")
    by_kind = {kind: [row for row in constraints.get(name, ()) if row["kind"] == kind] for kind in "cfp"}
    return Entity(
        name=name,
        columns=tuple(map(_column, columns.get(name, ()))),
        kind=tags.get("class") or "entity",
        primary_key=next((tuple(row["columns"]) for row in by_kind["p"]), ()),
        foreign_keys=tuple(map(_foreign_key, by_kind["f"])),
        uniques=tuple(_unique(row) for row in indexes.get(name, ()) if row["is_unique"]),
        indexes=tuple(_index(row) for row in indexes.get(name, ()) if not row["is_unique"]),
        checks=tuple(Check(row["name"], row["expression"]) for row in by_kind["c"]),
        comment=comment,
        tags=tags,
    )


def _column(row: asyncpg.Record) -> Column:
    comment, tags = comments.read(row["comment"] or "")
    default = "identity" if row["identity"] else row["expression"]
    generated = row["computed"] or row["identity"] == "a"
    return Column(row["name"], canonical(row["type"]), row["nullable"], default, generated, comment, tags)


def _foreign_key(row: asyncpg.Record) -> ForeignKey:
    on_delete = _ON_DELETE[row["on_delete"]]
    return ForeignKey(tuple(row["columns"]), row["target"], tuple(row["target_columns"]), on_delete, row["deferred"])


def _unique(row: asyncpg.Record) -> Unique:
    return Unique(tuple(row["columns"]), row["predicate"], row["nulls_not_distinct"])


def _index(row: asyncpg.Record) -> Index:
    return Index(row["name"], tuple(row["columns"]), row["method"], row["predicate"], row["expression"])
