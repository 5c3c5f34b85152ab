"""The door through which a part of a life leaves in the format that other programs read.

An exporter is given rows and writes one file (or a directory). What it writes, `graph.importers` reads: into an empty
life it comes as the same things, and exported again it is the same bytes; into the life that it is of it brings
nothing new. For that a file says somewhere at its beginning that it is ours, and of things which nothing else tells
from others the ids (`graph.importers.own`).
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import UUID

Row = Mapping[str, Any]
"""Columns and values as asyncpg gives them."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What the format has no words for: which record, and what of it."""

    label: str
    reason: str


class Life(Protocol):
    """The living records of one person, at one moment."""

    def rows(self, table: str, order: Sequence[str] = ("created_at",)) -> AsyncIterator[Row]:
        """All rows of a table in this order, ties by their ids; streamed."""

    async def parts(
        self, table: str, column: str, ids: Iterable[UUID], order: Sequence[str] = ("created_at",)
    ) -> dict[UUID, list[Row]]:
        """The rows of a table whose `column` points at these records: by what they point at, lists in this order."""

    def series(self, table: str, order: Sequence[str], **of: UUID) -> AsyncGenerator[Row]:
        """All rows of a series (a table without records, as `location_points`), or those `of` a record; streamed."""

    async def by_id(self, table: str, ids: Iterable[UUID | None]) -> dict[UUID, Row]:
        """The rows with these ids."""

    async def files(self, digests: Iterable[bytes]) -> dict[bytes, Row]:
        """The files with these SHA-256, one for each."""

    async def contents(self, digest: bytes) -> bytes | None:
        """The bytes with this SHA-256 that this person uploaded, or where an import of theirs found them."""

    async def raw(self, ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """What the sources of these records sent, where it was kept: the latest."""


class Exporter(Protocol):
    """One format. `suffixes` are those of its files; a directory has none."""

    format: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Write the target, which is not there yet; yields how many records were written, bit by bit, and losses."""
