"""Everything in one file, and back: pg_dump's custom format with a last line that proves it is whole.

The file is an ordinary archive for `pg_restore`, which reads by offsets and never sees the line behind its end. That
line is JSON after a marker: the SHA-256 of the archive and the number of rows of each table at that moment.
"""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import orjson
from asyncpg import PostgresError

from graph.database import Connection, Database
from graph.database.account import environment
from graph.database.cluster import program
from graph.database.connecting import connect_owner
from graph.errors import BackupFailed, BackupUnreadable, RestoreRefused
from graph.settings import SERVICE_ROLE

_MARK = b"\nLIFELOOM BACKUP "
_LONGEST_LINE = 1 << 20
_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = pg_class.oid AND d.deptype = 'e')
    ORDER BY 1
"""
_END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup file: rows by table, and the size of the file in bytes."""

    path: Path
    rows: Mapping[str, int]
    size: int


async def backup(database: Database, path: Path, *, overwrite: bool = False) -> Backup:
    """Writes all of the database as it is at one moment; the instance may go on running.

    The file appears under its name when it is whole and checked. Raises BackupFailed.
    """
    if not overwrite and await asyncio.to_thread(path.exists):
        raise BackupFailed(path=path, reason="a file of that name exists already.")
    part = path.with_name(f"{path.name}.part")
    try:
        async with database.owner() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            await _dump(database.owner_dsn, part, f"--snapshot={snapshot}")
            rows = await _count(connection)
        await _check_contents(part, rows)
        return await asyncio.to_thread(_seal, part, path, rows)
    except (_ToolFailed, OSError) as error:
        raise BackupFailed(path=path, reason=error) from error
    finally:
        part.unlink(missing_ok=True)


async def restore(database: Database, path: Path, *, replace: bool = False) -> Backup:
    """Puts the backup in the place of the database, all at once: until then the old one serves, untouched.

    A database with users in it is given up only if `replace` says so. Older backups need `migrate` afterwards.
    Raises BackupUnreadable (broken or cut off) and RestoreRefused.
    """
    found = await asyncio.to_thread(read, path)
    if not replace and await _holds_users(database):
        raise RestoreRefused(path=path, reason="the database holds data; say that it is to be replaced (--replace).")
    name = unquote(urlsplit(database.owner_dsn).path.lstrip("/"))
    fresh, old = f"{name}_restoring", f"{name}_replaced"
    try:
        async with _maintenance(database.owner_dsn) as connection:
            await _make_anew(connection, fresh)
            await _fill(_elsewhere(database.owner_dsn, fresh), found)
            await _exchange(connection, name, fresh, old)
    except (_ToolFailed, PostgresError) as error:
        raise RestoreRefused(path=path, reason=error) from error
    return found


def read(path: Path) -> Backup:
    """Reads a backup's last line and compares the checksum. Raises BackupUnreadable."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - _LONGEST_LINE))
            _, mark, line = file.read().rpartition(_MARK)
            if not mark:
                raise BackupUnreadable(path=path, reason="its end is missing, or it was made by something else.")
            told = orjson.loads(line)
            if _checksum(path, size - len(line) - len(mark)) != told["sha256"]:
                raise BackupUnreadable(path=path, reason="its contents have changed since it was made.")
    except OSError as error:
        raise BackupUnreadable(path=path, reason=error.strerror) from error
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise BackupUnreadable(path=path, reason="its last line is damaged.") from error
    return Backup(path, told["rows"], size)


def _checksum(path: Path, length: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, 1 << 20))):
            digest.update(block)
            length -= len(block)
    return digest.hexdigest()


def _seal(part: Path, path: Path, rows: Mapping[str, int]) -> Backup:
    told = {"sha256": _checksum(part, part.stat().st_size), "rows": rows}
    with part.open("ab") as file:
        file.write(_MARK + orjson.dumps(told))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return Backup(path, rows, path.stat().st_size)


async def _count(connection: Connection) -> dict[str, int]:
    tables = [row[0] for row in await connection.fetch(_TABLES)]
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def _check_contents(path: Path, rows: Mapping[str, int]) -> None:
    """Every table that has rows must be in the archive's own list."""
    listed = await _tool("pg_restore", "--list", str(path))
    held = {table for _, table in re.findall(r" TABLE DATA (\S+) (\S+) ", listed)}
    missing = [table for table, number in rows.items() if number and table.strip('"') not in held]
    if missing:
        raise _ToolFailed(f"pg_dump left out {', '.join(missing)}.")


async def _holds_users(database: Database) -> bool:
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


async def _fill(dsn: str, source: Backup) -> None:
    address, password = _without_password(dsn)
    options = ["--exit-on-error", "--no-owner", "--jobs=2", f"--dbname={address}"]
    await _tool("pg_restore", *options, str(source.path), password=password)
    connection = await connect_owner(dsn)
    try:
        rows = await _count(connection)
    finally:
        await connection.close()
    if rows != source.rows:
        wrong = sorted(table for table in {*rows, *source.rows} if rows.get(table) != source.rows.get(table))
        raise _ToolFailed(f"the number of rows came out differently in {', '.join(wrong)}.")


async def _exchange(connection: Connection, name: str, fresh: str, old: str) -> None:
    """Gives the new database the name of the old one in one transaction, then drops the old one."""
    await connection.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    await connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name
        )
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
        raise _ToolFailed(complaints.decode(errors="replace").strip()[-1000:])
    return printed.decode(errors="replace")


class _ToolFailed(Exception):
    """One of PostgreSQL's programs failed; the message is what it said."""


def _elsewhere(dsn: str, database: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


def _without_password(dsn: str) -> tuple[str, str | None]:
    parts = urlsplit(dsn)
    login, at, address = parts.netloc.rpartition("@")
    netloc = login.partition(":")[0] + at + address
    return urlunsplit(parts._replace(netloc=netloc)), unquote(parts.password) if parts.password else None
