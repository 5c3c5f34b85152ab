"""Databases out into an archive of pg_dump, and back: the old one serves until the new one is proven."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from graph.database import Connection, Database
from graph.database.account import environment
from graph.database.cluster import program
from graph.database.connecting import connect_owner
from graph.settings import SERVICE_ROLE

_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
    ORDER BY 1
"""
_END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"


class ToolFailed(Exception):
    """One of PostgreSQL's programs failed; the message is what it said."""


async def dump(database: Database, path: Path) -> dict[str, int]:
    """Writes the database as it is at one moment, checks that all is in it, and returns the rows of each table."""
    async with database.owner() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
        await _dump(database.owner_dsn, path, f"--snapshot={snapshot}")
        rows = await _count(connection)
    await _check_contents(path, rows)
    return rows


@contextlib.asynccontextmanager
async def filled(database: Database, path: Path, rows: Mapping[str, int]) -> AsyncIterator[None]:
    """Fills a new database from the archive and lets it take the place of the old one at the end of the block."""
    name = unquote(urlsplit(database.owner_dsn).path.lstrip("/"))
    fresh, old = f"{name}_restoring", f"{name}_replaced"
    async with _maintenance(database.owner_dsn) as connection:
        await _make_anew(connection, fresh)
        await _fill(_elsewhere(database.owner_dsn, fresh), path, rows)
        yield
        await _exchange(connection, name, fresh, old)


async def _count(connection: Connection) -> dict[str, int]:
    tables = [row[0] for row in await connection.fetch(_TABLES)]
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def _check_contents(path: Path, rows: Mapping[str, int]) -> None:
    """Every table that has rows must be in the archive's own list."""
    listed = await _tool("pg_restore", "--list", str(path))
    held = {table for _, table in re.findall(r" TABLE DATA (\S+) (\S+) ", listed)}
    missing = [table for table, number in rows.items() if number and table.strip('"') not in held]
    if missing:
        raise ToolFailed(f"pg_dump left out {', '.join(missing)}.")


async def holds_users(database: Database) -> bool:
    async with database.owner() as connection:
        if not await connection.fetchval("SELECT to_regclass('public.users') IS NOT NULL"):
            return False
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM users)"))


@contextlib.asynccontextmanager
async def _maintenance(dsn: str) -> AsyncIterator[Connection]:
    connection = await connect_owner(_elsewhere(dsn, "postgres"))
    try:
        yield connection
    finally:
        await connection.close()


async def _make_anew(connection: Connection, name: str) -> None:
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", SERVICE_ROLE):
        await connection.execute(f"CREATE ROLE {SERVICE_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")


async def _fill(dsn: str, path: Path, wanted: Mapping[str, int]) -> None:
    address, password = _without_password(dsn)
    options = ["--exit-on-error", "--no-owner", "--jobs=2", f"--dbname={address}"]
    await _tool("pg_restore", *options, str(path), password=password)
    connection = await connect_owner(dsn)
    try:
        rows = await _count(connection)
    finally:
        await connection.close()
    if rows != wanted:
        wrong = sorted(table for table in {*rows, *wanted} if rows.get(table) != wanted.get(table))
        raise ToolFailed(f"the number of rows came out differently in {', '.join(wrong)}.")


async def _exchange(connection: Connection, name: str, fresh: str, old: str) -> None:
    """Gives the new database the name of the old one in one transaction, then drops the old one."""
    await connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    await connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        await connection.execute(_END_SESSIONS, name)
        async with connection.transaction():
            await connection.execute(f'ALTER DATABASE "{name}" RENAME TO "{old}"')
            await connection.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
    except BaseException:
        await connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        raise
    await connection.execute(f'DROP DATABASE "{old}" WITH (FORCE)')


async def _dump(dsn: str, path: Path, *options: str) -> None:
    address, password = _without_password(dsn)
    arguments = ["--format=custom", "--no-owner", f"--dbname={address}", f"--file={path}", *options]
    await _tool("pg_dump", *arguments, password=password)


async def _tool(name: str, *arguments: str, password: str | None = None) -> str:
    """Runs one of the wheel's programs and answers what it printed. A password never shows in the list of processes."""
    process = await asyncio.create_subprocess_exec(
        program(name),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment() | ({"PGPASSWORD": password} if password else {}),
    )
    try:
        printed, complaints = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ToolFailed(complaints.decode(errors="replace").strip()[-1000:])
    return printed.decode(errors="replace")


def _elsewhere(dsn: str, database: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


def _without_password(dsn: str) -> tuple[str, str | None]:
    parts = urlsplit(dsn)
    login, at, address = parts.netloc.rpartition("@")
    netloc = login.partition(":")[0] + at + address
    return urlunsplit(parts._replace(netloc=netloc)), unquote(parts.password) if parts.password else None
