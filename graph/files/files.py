"""Finds the bytes of a file record, wherever they are, for the user whose record it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.database import Connection, Database
from graph.errors import NotFound
from graph.files.contents import Contents, RawPayload
from graph.files.elsewhere import Elsewhere
from graph.files.names import UNKNOWN
from graph.files.store import Store

FILE = """
SELECT f.name, f.media_type, f.sha256, r.id AS raw, octet_length(r.payload) AS raw_size
FROM files f LEFT JOIN raw_records r ON r.user_id = f.user_id AND r.record_id = f.id AND r.sha256 = f.sha256
WHERE f.user_id = $1 AND f.id = $2 AND f.deleted_at IS NULL
"""
"""A living file, and what an import kept of its very bytes."""

PLACES = (
    "SELECT uri FROM found_files WHERE user_id = $1 AND sha256 = $2 ORDER BY record_id IS DISTINCT FROM $3, uri LIMIT 9"
)
"""What a row of `files` itself says of a place is not believed: anybody may write it."""


class BytesGone(NotFound):
    """The bytes of the {what} {id} are not here any more."""

    code = "BYTES_GONE"


@dataclass(frozen=True, slots=True)
class Held:
    """A file whose bytes are at hand. Close its contents."""

    name: str
    media_type: str
    sha256: bytes
    contents: Contents


class Files:
    """Reads files by their record."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store
        self._elsewhere = Elsewhere()

    async def open(self, user: UUID, id_: UUID, sha256: bytes | None = None) -> Held:
        """The file of this record, with `sha256` only in that state. Raises NotFound and BytesGone."""
        async with self._database.acting_as(user) as connection:
            row = await connection.fetchrow(FILE, user, id_)
            found = await places(connection, user, row["sha256"], id_) if row else []
        if row is None or (sha256 is not None and sha256 != row["sha256"]):
            raise NotFound(what="file", id=id_)
        contents: Contents | None = None
        if row["raw"] is not None:
            contents = RawPayload(self._database, user, row["raw"], row["raw_size"])
        elif row["sha256"] is not None:
            contents = await self.stored(user, row["sha256"], found)
        if contents is None:
            raise BytesGone(what="file", id=id_)
        return Held(row["name"], row["media_type"] or UNKNOWN, row["sha256"], contents)

    async def stored(self, user: UUID, sha256: bytes, found: Sequence[str]) -> Contents | None:
        """Bytes of this user by their digest: uploaded, or still where an import `found` them (`places`)."""
        contents = await self._store.open(user, sha256)
        for place in found:
            contents = contents or await asyncio.to_thread(self._elsewhere.open, place, sha256)
        return contents


async def places(connection: Connection, user: UUID, sha256: bytes | None, first: UUID | None = None) -> list[str]:
    """Where imports of this user found these bytes; the place of the file `first` comes first."""
    return [row["uri"] for row in await connection.fetch(PLACES, user, sha256, first)]
