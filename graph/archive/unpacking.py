"""In: an archive for a person who has nothing yet. Everything is as it was, with the same ids, or nothing is there.

The rows are added as they are, without the triggers that would log them anew, and checked as a whole at the end.
"""

import asyncio
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from asyncpg.exceptions import InsufficientPrivilegeError, PostgresError

from graph.archive.layout import (
    FORMAT,
    MADE_ANEW,
    MANIFEST,
    VERSION,
    ArchiveRefused,
    ArchiveUnreadable,
    Manifest,
    Part,
    file_member,
    parts,
)
from graph.database import Connection, Database, savepoint
from graph.files.store import Store
from schema_sql.catalog import Catalog, ForeignKey
from schema_sql.machinery import quoted

AT_ONCE = 4_000_000
"""Bytes of lines that are added in one statement."""

_HAS_RECORDS = "SELECT EXISTS (SELECT FROM records WHERE user_id = $1 AND type <> ALL ($2::text[]))"
_IMBALANCES = """
    SELECT string_agg(DISTINCT i.transaction_id::text, ', ')
    FROM imbalances($1, ARRAY(SELECT id FROM transactions WHERE user_id = $1)) i
"""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive that came in. `left_out` are rows that name people who are not on this instance, by table."""

    path: Path
    rows: int
    records: int
    left_out: Mapping[str, int]


def is_archive(path: Path) -> bool:
    """Whether a file says that it is one. Never raises."""
    try:
        return zipfile.is_zipfile(path) and FORMAT.encode() in _head(path)
    except (OSError, zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        return False


def _head(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive, archive.open(MANIFEST) as member:
        return member.read(200)


async def unpack(
    database: Database,
    catalog: Catalog,
    user: UUID,
    path: Path,
    progress: Callable[[str], None],
    *,
    store: Store | None = None,
) -> Unpacked:
    """Bring an archive in for a user without records, whole or not at all; its files go to the store.

    Raises ArchiveUnreadable and ArchiveRefused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive)
            found = list(_matched(path, catalog, manifest))
            async with database.owner() as connection, connection.transaction():
                unpacking = _Unpacking(connection, archive, path, user, manifest)
                done = await unpacking.run(catalog, found, progress)
                if store is not None:
                    left = [digest for digest in manifest.files if digest not in unpacking.used]
                    await _keep_files(archive, left, user, store, path)
                return done
    except (zipfile.BadZipFile, EOFError, KeyError) as error:
        raise ArchiveUnreadable(path=path, reason=error) from error
    except OSError as error:
        raise ArchiveUnreadable(path=path, reason=error.strerror or error) from error
    except PostgresError as error:
        raise ArchiveRefused(path=path, reason=error) from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        said = orjson.loads(archive.read(MANIFEST))
        if (said.pop("format"), said.pop("version")) != (FORMAT, VERSION):
            raise ArchiveUnreadable(path=path, reason=f"its manifest does not say {FORMAT}, version {VERSION}.")
        return Manifest(**said)
    except (orjson.JSONDecodeError, TypeError, AttributeError) as error:
        raise ArchiveUnreadable(path=path, reason=f"its manifest is damaged: {error}") from error


def _matched(path: Path, catalog: Catalog, manifest: Manifest) -> Iterator[tuple[Part, dict[str, str]]]:
    """The parts with their columns in the archive. What it has and this version has not is refused, by name."""
    known = {part.table: part for part in parts(catalog)}
    strange = [table for table in manifest.tables if table not in known]
    for table, part in known.items():
        given = manifest.tables.get(table, {}).get("columns", {})
        strange += [f"{table}.{name}" for name in given if name not in part.columns]
        if given:
            yield part, {name: part.columns[name] for name in given if name in part.columns}
    if strange:
        raise ArchiveRefused(path=path, reason=f"this version does not know {', '.join(strange)}.")


class _Unpacking:
    def __init__(
        self, connection: Connection, archive: zipfile.ZipFile, path: Path, user: UUID, manifest: Manifest
    ) -> None:
        self._connection = connection
        self._archive = archive
        self._path = path
        self._user = user
        self._manifest = manifest
        self._was = UUID(manifest.user["id"])
        self.used: set[str] = set()
        """The digests of the files that became bytes of rows."""

    async def run(
        self, catalog: Catalog, found: list[tuple[Part, dict[str, str]]], progress: Callable[[str], None]
    ) -> Unpacked:
        await self._make_room(catalog)
        left_out: dict[str, int] = {}
        async with self._in_silence([part for part, _ in found]):
            for part, columns in found:
                progress(part.table)
                added = await self._table(part, columns)
                if added < self._manifest.tables[part.table]["rows"]:
                    left_out[part.table] = self._manifest.tables[part.table]["rows"] - added
        await self._check(catalog, [part for part, _ in found])
        records = self._manifest.tables["records"]["rows"]
        return Unpacked(self._path, self._manifest.rows, records, left_out)

    async def _make_room(self, catalog: Catalog) -> None:
        """A user who has records is refused; what a new account has, such as a token, stays, but for its log."""
        await self._connection.fetchval("SELECT id FROM users WHERE id = $1 FOR UPDATE", self._user)
        managed = [entity.record_type for entity in catalog.records if entity.managed]
        if await self._connection.fetchval(_HAS_RECORDS, self._user, managed):
            reason = "you have records already; an archive comes into an empty life only."
            raise ArchiveRefused(path=self._path, reason=reason)
        ledgers = [part.table for part in parts(catalog) if catalog.entities[part.table].kind == "ledger"]
        for table in (*MADE_ANEW, *ledgers):
            if table != "records" and table in catalog.entities:
                await self._connection.execute(f"DELETE FROM {quoted(table)} WHERE user_id = $1", self._user)

    @asynccontextmanager
    async def _in_silence(self, found: list[Part]) -> AsyncIterator[None]:
        """No trigger sees the rows. Who may not switch off all at once, as on a rented server, does so by table."""
        try:
            async with savepoint(self._connection):
                await self._connection.execute("SET LOCAL session_replication_role = replica")
        except InsufficientPrivilegeError:
            for part in found:
                await self._connection.execute(f"ALTER TABLE {quoted(part.table)} DISABLE TRIGGER USER")
            yield
            await self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or no table is altered
            for part in found:
                await self._connection.execute(f"ALTER TABLE {quoted(part.table)} ENABLE TRIGGER USER")
        else:
            yield
            await self._connection.execute("SET LOCAL session_replication_role = origin")

    async def _table(self, part: Part, columns: Mapping[str, str]) -> int:
        statement, added = part.writing(columns), 0
        digest = hashlib.sha256()
        for lines in _batches(self._archive, part.member, digest):
            rows = b"[" + b",".join([self._with_bytes(part, line) for line in lines] if part.blob else lines) + b"]"
            status = await self._connection.execute(statement, self._user, rows, self._was)
            added += int(status.rpartition(" ")[2])
        if digest.hexdigest() != self._manifest.tables[part.table]["sha256"]:
            raise ArchiveUnreadable(path=self._path, reason=f"{part.member} has changed since the archive was made.")
        return added

    def _with_bytes(self, part: Part, line: bytes) -> bytes:
        assert part.blob is not None
        payload, named = part.blob
        row: dict[str, Any] = orjson.loads(line)
        wanted = str(row[named]).removeprefix("\\x")
        data = self._archive.read(file_member(wanted))
        self.used.add(wanted)
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ArchiveUnreadable(path=self._path, reason=f"{file_member(wanted)} is not what its name says.")
        return orjson.dumps({**row, payload: f"\\x{data.hex()}"})

    async def _check(self, catalog: Catalog, found: list[Part]) -> None:
        """That every key leads somewhere and every account balances, which nobody looked at on the way.

        The rows are new to the planner, which would compare each with each.
        """
        await self._connection.execute("SET LOCAL enable_nestloop = off")
        for part in found:
            for key in catalog.entities[part.table].foreign_keys:
                dangling = await self._connection.fetchval(_dangling(part.table, key), self._user)
                if dangling:
                    reason = f"{dangling} rows of {part.table} point by {key.column} at what is not in it."
                    raise ArchiveRefused(path=self._path, reason=reason)
        if "transactions" in catalog.entities:
            unbalanced = await self._connection.fetchval(_IMBALANCES, self._user)
            if unbalanced:
                raise ArchiveRefused(path=self._path, reason=f"these transactions do not balance: {unbalanced}")


async def _keep_files(archive: zipfile.ZipFile, digests: list[str], user: UUID, store: Store, path: Path) -> None:
    """The bytes go to their place before the rows are committed: what has a row has its bytes."""
    with tempfile.TemporaryDirectory(prefix="lifeloom-") as name:
        for digest in digests:
            part = Path(name) / digest
            if await asyncio.to_thread(_copied, archive, digest, part) != digest:
                raise ArchiveUnreadable(path=path, reason=f"{file_member(digest)} is not what its name says.")
            await store.keep(user, bytes.fromhex(digest), part)


def _copied(archive: zipfile.ZipFile, digest: str, part: Path) -> str:
    """Copy a file of the archive; the digest of what it is."""
    with archive.open(file_member(digest)) as source, part.open("wb") as target:
        shutil.copyfileobj(source, target)
    with part.open("rb") as copied:
        return hashlib.file_digest(copied, "sha256").hexdigest()


def _dangling(table: str, key: ForeignKey) -> str:
    """How many rows of the user `$1` have a key that leads nowhere."""
    same = " AND ".join(
        f"t.{quoted(there)} = x.{quoted(here)}" for here, there in zip(key.columns, key.target_columns, strict=True)
    )
    given = " AND ".join(f"x.{quoted(here)} IS NOT NULL" for here in key.columns)
    return (
        f"SELECT count(*) FROM {quoted(table)} x WHERE x.user_id = $1 AND {given} "
        f"AND NOT EXISTS (SELECT FROM {quoted(key.target)} t WHERE {same})"
    )


def _batches(archive: zipfile.ZipFile, member: str, digest: "hashlib._Hash") -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    weight = 0
    with archive.open(member) as stream:
        for line in stream:
            digest.update(line)
            lines.append(line)
            weight += len(line)
            if weight >= AT_ONCE:
                yield lines
                lines, weight = [], 0
    if lines:
        yield lines
