"""The queue of one user and one reader: what waits to be read, what was said of it, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.database import Connection, Database
from graph.extraction.reading import queries
from graph.extraction.reading.answers import Mention, key_of
from graph.extraction.reading.portions import Portion

ATTEMPTS = 5
LATER = 5.0
"""Seconds until a text that failed is tried again; twice as long after each further time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits. Its `ticket` holds until its text changes again."""

    record: UUID
    ticket: UUID
    attempts: int

    @property
    def is_last(self) -> bool:
        """Whether nobody tries again when it fails now."""
        return self.attempts + 1 >= ATTEMPTS


@dataclass(frozen=True, slots=True)
class Present:
    """Who reads now. `model` is all that decides what it says, `limit` the sensitivity up to which it may read."""

    model: str
    limit: int

    @property
    def name(self) -> str:
        return f"{self.model} {self.limit}"


class Queue:
    """What waits for a reader, as its user."""

    def __init__(self, database: Database, user: UUID, present: Present) -> None:
        self._database = database
        self.user = user
        self._present = present

    async def next(self) -> Waiting | None:
        """Who comes next and is due: the latest first."""
        rows = await self._fetch(queries.NEXT, self._present.name)
        return Waiting(*rows[0]) if rows else None

    async def known(self, one: Waiting) -> set[bytes]:
        """The hashes of the portions that this model has read."""
        return {row[0] for row in await self._fetch(queries.KNOWN, one.record, self._present.model)}

    async def keep(self, one: Waiting, portion: Portion, said: Sequence[Mention]) -> bool:
        """Store what was said of a portion; False where the text is another one by now."""
        pairs = [(mention.quote, mention.name) for mention in said]
        names = sorted({key_of(mention.name) for mention in said})
        row = (one.record, one.ticket, portion.sha256, self._present.model, pairs, names)
        return bool(await self._fetch(queries.KEEP, *row))

    async def postpone(self, one: Waiting, problem: str) -> None:
        """It failed; later again."""
        await self._fetch(queries.POSTPONE, one.record, one.ticket, LATER * 2**one.attempts, _clean(problem))

    async def settle(
        self, connection: Connection, one: Waiting, problem: str | None = None, *, withheld: bool = False
    ) -> bool:
        """It waits no longer; a problem says what of it is not read, and why. False where its ticket does not hold."""
        row = (one.record, one.ticket, self._present.name, problem and _clean(problem), withheld)
        return bool(await connection.fetchval(queries.SETTLE, self.user, *row))

    async def forget(self, connection: Connection, one: Waiting, portions: Sequence[Portion]) -> None:
        """Forget what was said of other portions than these, and by others."""
        hashes = [portion.sha256 for portion in portions]
        await connection.execute(queries.FORGET, self.user, one.record, hashes, self._present.model)

    async def _fetch(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        async with self._database.acting_as(self.user) as connection:
            return [tuple(row) for row in await connection.fetch(sql, self.user, *arguments)]


def _clean(problem: str) -> str:
    return problem.replace("\0", "")[:1000]
