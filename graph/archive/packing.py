"""Out: everything of one person into one open archive, as it is at one moment; the instance may go on running."""

import asyncio
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

import orjson

from graph.archive.layout import (
    ABOUT,
    DESCRIPTION,
    FORMAT,
    MANIFEST,
    VERSION,
    ArchiveRefused,
    Manifest,
    Part,
    file_member,
    parts,
)
from graph.database import Connection, Database
from graph.files.contents import Contents
from graph.files.store import Store
from schema_sql.catalog import Catalog

_EFFORT = 3
"""Of deflate: half as large again as with most effort, and several times as fast."""

_USER = """
    SELECT id::text, preferred_username, display_name, email, zoneinfo, locale, created_at::text
    FROM users WHERE id = $1
"""


_DIGESTS = "SELECT DISTINCT sha256 FROM files WHERE user_id = $1 AND sha256 IS NOT NULL ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive that was written. `damaged` are files of the store that were not what their digests say any more: it
    has them not, or nobody could bring it in."""

    path: Path
    rows: int
    records: int
    files: int
    size: int
    damaged: tuple[str, ...] = ()


async def pack(
    database: Database,
    catalog: Catalog,
    user: UUID,
    path: Path,
    progress: Callable[[str], None],
    *,
    store: Store | None = None,
    overwrite: bool = False,
) -> Packed:
    """Write the archive of a user, with the files that are in the store.

    It appears under its name when it is whole, and only its owner may read it. Raises ArchiveRefused and OSError.
    """
    if not overwrite and await asyncio.to_thread(path.exists):
        raise ArchiveRefused(path=path, reason="a file of that name exists already.")
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)  # of a run that was killed
        await asyncio.to_thread(unfinished.touch, 0o600)
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_EFFORT) as archive:
            async with (
                database.owner() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                await connection.execute("SET LOCAL TimeZone = 'UTC'")
                packing = _Packing(connection, archive, user, store)
                manifest = await packing.run(catalog, progress)
        await asyncio.to_thread(unfinished.replace, path)
    finally:
        unfinished.unlink(missing_ok=True)
    records = manifest.tables["records"]["rows"]
    size = (await asyncio.to_thread(path.stat)).st_size
    return Packed(path, manifest.rows, records, len(manifest.files), size, tuple(packing.damaged))


class _Packing:
    def __init__(self, connection: Connection, archive: zipfile.ZipFile, user: UUID, store: Store | None) -> None:
        self._connection = connection
        self._archive = archive
        self._user = user
        self._store = store
        self.damaged: list[str] = []

    async def run(self, catalog: Catalog, progress: Callable[[str], None]) -> Manifest:
        who = await self._connection.fetchrow(_USER, self._user)
        assert who is not None
        manifest = Manifest(dict(who), datetime.now(UTC).isoformat())
        self._archive.writestr(DESCRIPTION, ABOUT.read_text())
        for part in parts(catalog):
            progress(part.table)
            manifest.tables[part.table] = await self._table(part)
            if part.blob:
                manifest.files |= await self._files(part)
        await self._stored(manifest.files)
        said = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
        self._archive.writestr(MANIFEST, orjson.dumps(said, option=orjson.OPT_INDENT_2))
        return manifest

    async def _table(self, part: Part) -> dict[str, object]:
        with self._archive.open(part.member, "w", force_zip64=True) as member:
            lines = _Lines(member)
            # JSON has no control characters, so lines of CSV with these for its marks are lines as they are.
            await self._connection.copy_from_query(
                part.reading(),
                self._user,
                output=lines.take,
                format="csv",
                delimiter="\x02",
                quote="\x01",
                escape="\x01",
            )
        return {"rows": lines.count, "sha256": lines.digest.hexdigest(), "columns": dict(part.columns)}

    async def _files(self, part: Part) -> dict[str, int]:
        """The bytes one by one: each may be large."""
        sizes: dict[str, int] = {}
        async for digest, data in self._connection.cursor(part.blobs(), self._user, prefetch=1):
            with self._archive.open(file_member(digest), "w", force_zip64=True) as member:
                await asyncio.to_thread(member.write, data)
            sizes[digest] = len(data)
        return sizes

    async def _stored(self, sizes: dict[str, int]) -> None:
        """The bytes that came through the door, a piece at a time."""
        digests = await self._connection.fetch(_DIGESTS, self._user) if self._store else ()
        for (digest,) in digests:
            assert self._store is not None
            contents = None if digest.hex() in sizes else await self._store.open(self._user, digest)
            if contents is None:
                continue
            try:
                if await _digest(contents) != digest:
                    self.damaged.append(digest.hex())
                    continue
                with self._archive.open(file_member(digest.hex()), "w", force_zip64=True) as member:
                    async for piece in contents.read(0, contents.size):
                        await asyncio.to_thread(member.write, piece)
            finally:
                await contents.close()
            sizes[digest.hex()] = contents.size


async def _digest(contents: Contents) -> bytes:
    """Of what is read now: disks forget."""
    digest = hashlib.sha256()
    async for piece in contents.read(0, contents.size):
        await asyncio.to_thread(digest.update, piece)
    return digest.digest()


class _Lines:
    """Lines on their way into a member, counted and digested."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self.count = 0
        self.digest = hashlib.sha256()

    async def take(self, data: bytes) -> None:
        self.count += data.count(b"\n")
        self.digest.update(data)
        await asyncio.to_thread(self._member.write, data)
