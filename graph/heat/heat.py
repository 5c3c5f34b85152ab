"""Counting accesses, the buffered and the deliberate ones; pins; and the account of a record's heat."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from enum import StrEnum
from time import monotonic
from uuid import UUID

from graph.database import Database
from graph.errors import BadArgument, NotFound
from graph.heat import queries
from graph.heat.tiers import Explanation, Part

logger = logging.getLogger(__name__)

WAITS = 1.0
"""Seconds from an answer until what it opened is counted: what else is opened meanwhile goes along."""
SITTING = 600.0
"""Seconds in which the same access again is not even told to the database, which would not count it."""
MOST_WAITING = 10_000
"""Accesses of one user that wait while the database is away; heat is not worth more memory."""
MOST_KNOWN = 100_000


class Access(StrEnum):
    """How a record was come upon, by the labels of `access_kind`, which says what each weighs."""

    OPENED = "opened"
    FOLLOWED = "followed"
    EDITED = "edited"
    SEARCH_CLICK = "search_click"
    LINKED = "linked"
    AGENT = "agent"
    SYNC = "sync"
    IMPORT = "import"


Waiting = dict[tuple[UUID, Access], float]
"""Accesses of one user, and when by the monotonic clock."""


class Heat:
    """Counts what was accessed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: list[tuple[UUID, Sequence[UUID | str], Access, float]] = []
        self._waiting: dict[UUID, Waiting] = {}
        self._known: set[tuple[UUID, UUID | str, Access]] = set()
        self._sat_down = 0.0
        self._flushing: asyncio.Task[None] | None = None

    def opened(self, user: UUID, ids: Sequence[UUID | str], access: Access = Access.OPENED) -> None:
        """Count these accesses a moment later, in one statement with others. Costs next to nothing, and nobody hears of
        it when it fails. What is no id of a living record of this user counts for nothing."""
        if len(self._heard) < MOST_WAITING:
            self._heard.append((user, ids, access, monotonic()))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._flush_soon())

    async def _flush_soon(self) -> None:
        await asyncio.sleep(WAITS)
        await self.flush()

    async def flush(self) -> None:
        """Write down what is waiting; what cannot be written now waits for the next time."""
        self._sort_out()
        waiting, self._waiting = self._waiting, {}
        for user, accesses in waiting.items():
            if not accesses:
                continue
            try:
                await self._count(user, accesses)
            except Exception as error:
                logger.warning("%d accesses of %s are counted later: %s", len(accesses), user, error)
                self._waiting[user] = {**self._waiting.get(user, {}), **accesses}

    def _sort_out(self) -> None:
        """Leave out what was told in this sitting already, and what is no id."""
        heard, self._heard = self._heard, []
        if monotonic() - self._sat_down > SITTING or len(self._known) > MOST_KNOWN:
            self._known.clear()
            self._sat_down = monotonic()
        for user, ids, access, at in heard:
            waiting = self._waiting.setdefault(user, {})
            for id_ in ids:
                if (user, id_, access) not in self._known and len(waiting) < MOST_WAITING:
                    self._known.add((user, id_, access))
                    with contextlib.suppress(ValueError):
                        waiting.setdefault((id_ if isinstance(id_, UUID) else UUID(id_), access), at)

    async def _count(self, user: UUID, accesses: Waiting) -> None:
        now = monotonic()
        ids, kinds = [id_ for id_, _ in accesses], [access.value for _, access in accesses]
        ago = [now - at for at in accesses.values()]
        async with self._database.acting_as(user) as connection:
            await connection.fetchval(queries.COUNT_ACCESSES, ids, kinds, ago)

    async def close(self) -> None:
        """Write down what is still waiting."""
        if self._flushing is not None:
            self._flushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flushing
        await self.flush()

    async def touch(self, user: UUID, id_: UUID, access: Access = Access.OPENED) -> None:
        """Count one access now. Raises NotFound, and BadArgument for a record whose type has no heat."""
        async with self._database.acting_as(user) as connection:
            _expect(await connection.fetchval(queries.TOUCH, id_, access.value), id_)

    async def pin(self, user: UUID, id_: UUID, *, pinned: bool) -> None:
        """Hold a record as hot as can be, or let it cool again. Raises as `touch`."""
        async with self._database.acting_as(user) as connection:
            _expect(await connection.fetchval(queries.PIN, id_, pinned), id_)

    async def explain(self, user: UUID, id_: UUID) -> Explanation | None:
        """What the heat of a record consists of; None where there is no such record."""
        async with self._database.acting_as(user) as connection:
            heat = await connection.fetchrow(queries.HEAT, user, id_)
            parts = await connection.fetch(queries.PARTS, user, id_)
        return None if heat is None else Explanation(**heat, parts=[Part(**part) for part in parts])


def _expect(has_heat: bool | None, id_: UUID) -> None:
    if has_heat is None:
        raise NotFound(what="living record", id=id_)
    if not has_heat:
        raise BadArgument("records of this type have no heat: their tables do not carry the flag H")
