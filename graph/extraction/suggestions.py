"""What texts suggest and a person decides: the open questions, yes and no."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.database import Connection, Database
from graph.errors import BadArgument, BadCursor, NotFound
from graph.extraction import suggestion_queries as queries
from graph.plan.values import PAGE_LIMIT
from graph.records.write import Records

STATES = ("open", "accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link that a text suggests. `evidence` holds the rule, the reason, the spans and the passage of the first."""

    id: UUID
    source_id: UUID
    relation: str
    target_id: UUID
    state: str
    confidence: float
    evidence: dict[str, Any]
    created_at: datetime
    decided_at: datetime | None

    @property
    def cursor(self) -> str:
        """Where it stands in the list."""
        return base64.urlsafe_b64encode(f"{self.confidence!r} {self.id}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which suggestions are wanted: in this state, of these ends where they are given."""

    state: str = "open"
    source: UUID | None = None
    target: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Suggestions, the surest first, whether there are more, and how many in all."""

    suggestions: Sequence[Suggestion]
    has_next: bool
    total: int


class Suggestions:
    """Lists suggestions and takes decisions. Raises NotFound, BadArgument and BadCursor."""

    def __init__(self, database: Database, records: Records) -> None:
        self._database = database
        self._records = records

    async def page(self, user: UUID, asked: Asked, first: int = 20, after: str | None = None) -> Page:
        """The surest ones whose ends both live, after a cursor."""
        if not 0 <= first <= PAGE_LIMIT:
            raise BadArgument(f"first lies between 0 and {PAGE_LIMIT}")
        confidence, id_ = _place(after) if after else (2.0, UUID(int=0))
        which = (asked.state, asked.source, asked.target)
        async with self._database.acting_as(user) as connection:
            rows = await connection.fetch(queries.PAGE, user, *which, confidence, id_, first + 1)
            total = await connection.fetchval(queries.TOTAL, user, *which)
        return Page([Suggestion(**dict(row)) for row in rows[:first]], len(rows) > first, total)

    async def accept(self, user: UUID, id_: UUID) -> Suggestion:
        """Yes: it becomes a link, for as long as the text says so. Saying it again changes nothing."""

        async def work(connection: Connection) -> Suggestion:
            decided = await _decide(connection, user, id_, "accepted")
            await connection.execute(queries.LINK, user, id_)
            return decided

        return await self._records.write(user, work)

    async def reject(self, user: UUID, id_: UUID) -> Suggestion:
        """No: it is never suggested again, and unlinked where it had been accepted."""

        async def work(connection: Connection) -> Suggestion:
            decided = await _decide(connection, user, id_, "rejected")
            await connection.execute(queries.UNLINK, user, id_)
            return decided

        return await self._records.write(user, work)


async def _decide(connection: Connection, user: UUID, id_: UUID, state: str) -> Suggestion:
    row = await connection.fetchrow(queries.DECIDE, user, id_, state)
    if row is None:
        raise NotFound(what="suggestion", id=id_)
    return Suggestion(**dict(row))


def _place(cursor: str) -> tuple[float, UUID]:
    try:
        confidence, _, id_ = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return float(confidence), UUID(id_)
    except (ValueError, binascii.Error):
        raise BadCursor from None
