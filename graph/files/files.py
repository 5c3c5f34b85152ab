"""Finds the bytes of a file record, wherever they are, for the user whose record it is."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.database import Database
from graph.errors import NotFound
from graph.files.contents import Contents, RawPayload
from graph.files.elsewhere import Elsewhere
from graph.files.names import UNKNOWN
from graph.files.store import Store

FILE = """
SELECT f.name, f.media_type, f.sha256, f.storage_uri, r.id AS raw, octet_length(r.payload) AS raw_size
FROM files f LEFT JOIN raw_records r ON r.user_id = f.user_id AND r.record_id = f.id AND r.sha256 = f.sha256
WHERE f.user_id = $1 AND f.id = $2 AND f.deleted_at IS NULL
"""
"""A living file, and what an import kept of its very bytes."""


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
        if row is None or (sha256 is not None and sha256 != row["sha256"]):
            raise NotFound(what="file", id=id_)
        contents = await self._contents(user, row)
        if contents is None:
            raise BytesGone(what="file", id=id_)
        return Held(row["name"], row["media_type"] or UNKNOWN, row["sha256"], contents)

    async def _contents(self, user: UUID, row: Any) -> Contents | None:
        if row["sha256"] is None:
            return None
        contents = await self._store.open(user, row["sha256"])
        if contents is None and row["raw"] is not None:
            return RawPayload(self._database, user, row["raw"], row["raw_size"])
        if contents is None and row["storage_uri"] is not None:
            return await asyncio.to_thread(self._elsewhere.open, row["storage_uri"], row["sha256"])
        return contents
