"""Whether the tables are those that were declared, and whether the machinery holds every one of them."""

from collections.abc import AsyncIterator, Sequence

from graph.database import Connection
from graph.doctor.findings import Check, Finding
from graph.settings import SERVICE_ROLE
from schema_sql.catalog import Catalog, Entity
from schema_sql.introspect import differences, introspect
from schema_sql.machinery import attach, literal, quoted

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"


async def tables(connection: Connection) -> set[str]:
    """The names of the tables there are."""
    return {row[0] for row in await connection.fetch(_TABLES)}


async def drift(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """Declared against live: tables, columns, keys, indexes, checks, enums, comments."""
    for sentence in differences(catalog, await introspect(connection)):
        yield Finding(sentence)


_ROLE = f"""
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS mighty, NOT rolcanlogin AS locked,
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owner
FROM pg_roles r WHERE rolname = '{SERVICE_ROLE}'
"""


async def role(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """The service's role must be one that row security binds."""
    row = await connection.fetchrow(_ROLE)
    if row is None:
        yield Finding(f"The role {SERVICE_ROLE} is missing.")
    elif row["mighty"]:
        cure = f"ALTER ROLE {SERVICE_ROLE} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB"
        yield Finding(f"The role {SERVICE_ROLE} may do more than it should; row security may not bind it.", (cure,))
    elif row["locked"]:
        yield Finding(f"The role {SERVICE_ROLE} may not log in.", (f"ALTER ROLE {SERVICE_ROLE} LOGIN",))
    elif row["owner"]:
        yield Finding(f"The role {SERVICE_ROLE} owns tables, and row security does not bind it there.")


_FACTS = f"""
WITH t AS (SELECT $table::regclass::oid AS oid)
SELECT 'row security' AS fact FROM pg_class WHERE oid = (TABLE t) AND relrowsecurity
UNION ALL
SELECT format('policy %s for %s: using %s, check %s', polname, polcmd,
              pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM pg_policy WHERE polrelid = (TABLE t)
UNION ALL
SELECT format('right to %s', lower(a.privilege_type)) FROM pg_class c, aclexplode(c.relacl) a
WHERE c.oid = (TABLE t) AND a.grantee = '{SERVICE_ROLE}'::regrole
UNION ALL
SELECT format('trigger %s%s: %s', tgname, CASE tgenabled WHEN 'D' THEN ' (disabled)' ELSE '' END,
              md5(concat_ws(' ', tgtype, tgfoid, encode(tgargs, 'hex'), tgoldtable, tgnewtable)))
FROM pg_trigger WHERE tgrelid = (TABLE t) AND NOT tgisinternal
"""


async def machinery(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """What `attach` makes of an empty twin of each table, against what the table has."""
    live = await tables(connection)
    for entity in catalog.entities.values():
        cure = attach(entity, catalog)
        if not cure or entity.name not in live:
            continue
        wanted, there = await _twin(connection, entity, cure), await _facts(connection, "public", entity)
        if missing := sorted(wanted - there):
            yield Finding(f"Table {entity.name} lacks {_named(missing)}.", (*cure, *_enabling(entity, there)))
        for extra in sorted(there - wanted):
            if extra.startswith(("policy", "right")):
                yield Finding(f"Table {entity.name} has a {extra.partition(':')[0]} that was not declared.")


async def _twin(connection: Connection, entity: Entity, statements: Sequence[str]) -> set[str]:
    # A temporary table comes before the real one of its name, so that the same statements meet it.
    name = quoted(entity.name)
    await connection.execute(f"CREATE TEMP TABLE {name} (LIKE public.{name})")
    await connection.execute("; ".join(statements))
    facts = await _facts(connection, "pg_temp", entity)
    await connection.execute(f"DROP TABLE pg_temp.{name}")
    return facts


async def _facts(connection: Connection, schema: str, entity: Entity) -> set[str]:
    table = literal(f"{schema}.{quoted(entity.name)}")
    return {row[0] for row in await connection.fetch(_FACTS.replace("$table", table))}


def _named(facts: Sequence[str]) -> str:
    return ", ".join(fact.partition(":")[0] for fact in facts)


def _enabling(entity: Entity, facts: set[str]) -> list[str]:
    disabled = sorted(fact.split()[1] for fact in facts if " (disabled):" in fact)
    return [f"ALTER TABLE {quoted(entity.name)} ENABLE TRIGGER {quoted(name)}" for name in disabled]


_INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"


async def indexes(connection: Connection, catalog: Catalog) -> AsyncIterator[Finding]:
    """An index whose making was interrupted serves nobody and costs every write."""
    for row in await connection.fetch(_INVALID):
        yield Finding(f"The index {row[0]} is not valid.", (f"REINDEX INDEX {row[0]}",))


CHECKS: tuple[Check, ...] = (drift, role, machinery, indexes)
