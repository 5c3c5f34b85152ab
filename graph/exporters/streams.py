"""What comes out of a life and goes into a file, in portions, without holding up who else works."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType

from graph.exporters.base import Row

PORTION = 200
"""Rows that are looked after together."""


async def portions(rows: AsyncIterator[Row], size: int = PORTION) -> AsyncIterator[list[Row]]:
    """The rows in lists of this size, the last one shorter."""
    portion: list[Row] = []
    async for row in rows:
        portion.append(row)
        if len(portion) >= size:
            yield portion
            portion = []
    if portion:
        yield portion


class Out:
    """A new file that takes bytes; the disk is waited for in a thread. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> "Out":
        self._file = await asyncio.to_thread(self._path.open, "wb")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._file.close)

    async def add(self, *data: bytes | str) -> None:
        """Append these; text as UTF-8."""
        joined = b"".join(one if isinstance(one, bytes) else one.encode() for one in data)
        await asyncio.to_thread(self._file.write, joined)
