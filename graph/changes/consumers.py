"""Reading the log in its order. What a consumer writes and its new offset are one transaction: a change counts once."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, ClassVar, Protocol
from uuid import UUID

from asyncpg.exceptions import InterfaceError, PostgresError

from graph.database import Connection, Database, savepoint
from graph.errors import LifeloomError

logger = logging.getLogger(__name__)

BATCH = 500

_LOOK = """
SELECT coalesce((SELECT seq FROM consumer_offsets WHERE user_id = $1 AND consumer = $2), 0) AS offset,
       coalesce((SELECT seq FROM change_log WHERE user_id = $1 ORDER BY seq DESC LIMIT 1), 0) AS last
"""
_NEXT = """
SELECT seq, change_set_id AS change_set, record_type, record_id, operation, origin,
       ARRAY(SELECT jsonb_object_keys(CASE WHEN operation = 'update' THEN after END)) AS columns
FROM change_log WHERE user_id = $1 AND seq > $2 AND operation = ANY ($3::text[]) ORDER BY seq LIMIT $4
"""
_HOLD = """
INSERT INTO consumer_offsets (user_id, consumer) VALUES ($1, $2)
ON CONFLICT (user_id, consumer) DO UPDATE SET seq = consumer_offsets.seq RETURNING seq
"""
_ADVANCE = "UPDATE consumer_offsets SET seq = $3 WHERE user_id = $1 AND consumer = $2"
_PARK = "INSERT INTO parked_changes (user_id, consumer, seq, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"

_WHOLE = "import"
"""What follows from changes of this origin is one change set with them."""

_PASSING = ("08", "40", "531", "533", "55", "57", "58")
"""How an SQLSTATE begins that says nothing about the change: connection, collision, disk, operator, system."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log. `columns` are those that an update changed; other operations have none."""

    seq: int
    change_set: UUID
    record_type: str
    record_id: UUID
    operation: str
    origin: str
    columns: frozenset[str]


class Consumer(Protocol):
    """Who reads the log. `name` keeps its offset and is the origin of what it writes; it sees its `operations` only."""

    name: ClassVar[str]
    operations: ClassVar[tuple[str, ...]]

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """React to changes, in the transaction that also moves the offset. It may be undone and run again."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What comes next for a consumer: the changes after `offset`, and the offset when they are done."""

    offset: int
    end: int
    changes: Sequence[Change]

    @property
    def change_set(self) -> UUID | None:
        """What follows from one action belongs to it: the change set that all of these changes share, if any."""
        sets = {change.change_set for change in self.changes}
        return sets.pop() if len(sets) == 1 else None


async def catch_up(database: Database, user: UUID, consumer: Consumer) -> int:
    """Let a consumer read to the end of the log; returns by how many lines. Safe beside another one's reading."""
    read = 0
    while step := await _look(database, user, consumer):
        read += await _go(database, user, consumer, step)
    return read


async def _look(database: Database, user: UUID, consumer: Consumer) -> _Step | None:
    async with database.acting_as(user) as connection:
        place = await connection.fetchrow(_LOOK, user, consumer.name)
        if place is None or place["offset"] >= place["last"]:
            return None
        rows = await connection.fetch(_NEXT, user, place["offset"], consumer.operations, BATCH)
    found = [_change(dict(row)) for row in rows]
    changes = _together(found)
    whole = len(changes) == len(found) < BATCH
    return _Step(place["offset"], place["last"] if whole else changes[-1].seq, changes)


def _change(row: Mapping[str, Any]) -> Change:
    return Change(**{**row, "columns": frozenset(row["columns"])})


def _together(changes: Sequence[Change]) -> Sequence[Change]:
    """The first of these changes: those of one import, or all before the next import."""
    if not changes:
        return changes
    first = changes[0].change_set if changes[0].origin == _WHOLE else None
    return list(takewhile(lambda change: (change.change_set if change.origin == _WHOLE else None) == first, changes))


async def _go(database: Database, user: UUID, consumer: Consumer, step: _Step) -> int:
    async def work(connection: Connection) -> int:
        if await connection.fetchval(_HOLD, user, consumer.name) != step.offset:
            return 0  # another one was faster
        if step.changes:
            await _take(connection, user, consumer, step.changes)
        await connection.execute(_ADVANCE, user, consumer.name, step.end)
        return step.end - step.offset

    return await database.write(user, work, origin=consumer.name, change_set=step.change_set)


async def _take(connection: Connection, user: UUID, consumer: Consumer, changes: Sequence[Change]) -> None:
    """All at once; where that fails one by one, and the one that fails alone is parked."""
    try:
        async with savepoint(connection):
            await consumer.take(connection, user, changes)
    except Exception as error:
        if is_passing(error):
            raise
        if len(changes) > 1:
            for change in changes:
                await _take(connection, user, consumer, [change])
            return
        logger.exception("%s parks change %s of %s", consumer.name, changes[0].seq, user)
        reason = f"{type(error).__name__}: {error}".replace("\0", "")
        await connection.execute(_PARK, user, consumer.name, changes[0].seq, reason[:1000])


def is_passing(error: Exception) -> bool:
    """Whether the failure concerns the moment and not the change: the same again may go well."""
    if isinstance(error, PostgresError):
        return (error.sqlstate or "").startswith(_PASSING)
    wrong_use = isinstance(error, InterfaceError) and not isinstance(error, ValueError)
    return wrong_use or isinstance(error, (LifeloomError, OSError))
