"""The bytes of one file while they are read, a piece at a time, whatever they lie in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol
from uuid import UUID

from graph.database import Database

PIECE = 256 * 1024
"""Bytes that are in memory at once for each reader."""
_SLICE = 1024 * 1024


class Contents(Protocol):
    """Bytes that can be read from any place on. `close` whatever happened."""

    size: int

    def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to and without `end`, in pieces."""
        ...

    async def close(self) -> None: ...


class Stream(Protocol):
    """A file of the disk or a member of an archive."""

    def seek(self, offset: int, /) -> int: ...

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class OpenFile:
    """What is open already and reads from any place."""

    def __init__(self, stream: Stream, size: int) -> None:
        self._stream = stream
        self.size = size

    async def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Raises EOFError where the file became shorter meanwhile: the answer must not look whole."""
        await asyncio.to_thread(self._stream.seek, start)
        while start < end:
            piece = await asyncio.to_thread(self._stream.read, min(PIECE, end - start))
            if not piece:
                raise EOFError
            start += len(piece)
            yield piece

    async def close(self) -> None:
        await asyncio.to_thread(self.shut)

    def shut(self) -> None:
        """The same, blocking."""
        self._stream.close()


class RawPayload:
    """The bytes that an import kept in the database beside a record."""

    def __init__(self, database: Database, user: UUID, raw: UUID, size: int) -> None:
        self._database = database
        self._user = user
        self._raw = raw
        self.size = size

    async def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        while start < end:
            count = min(_SLICE, end - start)
            async with self._database.acting_as(self._user) as connection:
                piece = await connection.fetchval(PAYLOAD, self._user, self._raw, start + 1, count)
            if not piece:
                raise EOFError
            start += len(piece)
            yield piece

    async def close(self) -> None:
        return None


PAYLOAD = "SELECT substring(payload FROM $3::int FOR $4::int) FROM raw_records WHERE user_id = $1 AND id = $2"
"""A part of what was kept; places count from 1."""
