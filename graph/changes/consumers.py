"""Reading the log in its order. What a consumer writes and its new offset are one transaction: each change counts once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from asyncpg.exceptions import PostgresError

from graph.database import Connection, Database, savepoint

logger = logging.getLogger(__name__)

BATCH = 500

_OFFSET = """
INSERT INTO consumer_offsets (user_id, consumer) VALUES ($1, $2)
ON CONFLICT (user_id, consumer) DO UPDATE SET seq = consumer_offsets.seq RETURNING seq
"""
_NEXT = """
SELECT seq, change_set_id, record_type, record_id, operation, after, origin FROM change_log
WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""
_ADVANCE = "UPDATE consumer_offsets SET seq = $3 WHERE user_id = $1 AND consumer = $2"
_PARK = "INSERT INTO parked_changes (user_id, consumer, seq, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log. `after` holds the changed columns, or None."""

    seq: int
    change_set: UUID
    record_type: str
    record_id: UUID
    operation: str
    after: dict[str, Any] | None
    origin: str


class Consumer(Protocol):
    """Who reads the log. `name` keeps its offset and is the origin of what it writes."""

    name: ClassVar[str]

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """React to changes, in the transaction that also moves the offset."""


async def catch_up(database: Database, user: UUID, consumer: Consumer) -> int:
    """Let a consumer read to the end of the log; returns how many changes it took. Safe beside another one's reading."""
    taken = 0
    while count := await _step(database, user, consumer):
        taken += count
    return taken


async def _step(database: Database, user: UUID, consumer: Consumer) -> int:
    change_set = await _common_change_set(database, user, consumer)

    async def work(connection: Connection) -> int:
        offset = await connection.fetchval(_OFFSET, user, consumer.name)
        changes = [Change(*row) for row in await connection.fetch(_NEXT, user, offset, BATCH)]
        if changes:
            await _take(connection, user, consumer, changes)
            await connection.execute(_ADVANCE, user, consumer.name, changes[-1].seq)
        return len(changes)

    return await database.write(user, work, origin=consumer.name, change_set=change_set)


async def _common_change_set(database: Database, user: UUID, consumer: Consumer) -> UUID | None:
    """What follows from an import belongs to the import: the change set that all of the next changes share, if any."""
    async with database.acting_as(user) as connection:
        row = await connection.fetchrow(
            "SELECT min(change_set_id::text)::uuid AS a, max(change_set_id::text)::uuid AS b FROM ("
            " SELECT change_set_id FROM change_log WHERE user_id = $1 AND seq > coalesce("
            "  (SELECT seq FROM consumer_offsets WHERE user_id = $1 AND consumer = $2), 0) ORDER BY seq LIMIT $3) next",
            user, consumer.name, BATCH,
        )  # fmt: skip
    return row["a"] if row and row["a"] == row["b"] else None


async def _take(connection: Connection, user: UUID, consumer: Consumer, changes: Sequence[Change]) -> None:
    """All at once; where that fails one by one, and the one that fails alone is parked."""
    try:
        async with savepoint(connection):
            await consumer.take(connection, user, changes)
    except (PostgresError, ValueError, KeyError) as error:
        if isinstance(error, PostgresError) and error.sqlstate and error.sqlstate.startswith("40"):
            raise
        if len(changes) > 1:
            for change in changes:
                await _take(connection, user, consumer, [change])
            return
        logger.exception("%s parks change %s of %s", consumer.name, changes[0].seq, user)
        await connection.execute(_PARK, user, consumer.name, changes[0].seq, str(error)[:1000])
