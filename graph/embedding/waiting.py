"""The queue of one user and one model: what waits for vectors, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.database import Database
from graph.embedding.chunks import Chunk
from graph.embedding.sources import Source, Sources

_NEXT = """
SELECT q.record_id, r.type, q.ticket, q.attempts FROM embedding_queue q
JOIN records r ON r.user_id = $1 AND r.id = q.record_id
WHERE q.user_id = $1 AND q.model_id = $2 AND q.due_at <= now() ORDER BY q.priority DESC, q.record_id LIMIT $3
"""
_KNOWN = """
SELECT record_id, chunk_no, content_sha256 FROM embeddings
WHERE user_id = $1 AND model_id = $2 AND record_id = ANY ($3::uuid[])
"""
_KEEP = "SELECT keep_vectors($1, $2, $3, $4, $5, $6, $7)"
_SETTLE = "SELECT settle_texts($1, $2, $3, $4, $5)"
_POSTPONE = """
UPDATE embedding_queue SET attempts = attempts + 1, due_at = now() + make_interval(secs => $5)
WHERE user_id = $1 AND model_id = $2 AND record_id = $3 AND ticket = $4
"""
_PARK = """
INSERT INTO parked_texts (user_id, model_id, record_id, reason, withheld)
SELECT user_id, model_id, record_id, $5, $6 FROM embedding_queue
WHERE user_id = $1 AND model_id = $2 AND record_id = $3 AND ticket = $4
ON CONFLICT (user_id, model_id, record_id) DO UPDATE SET
    reason = excluded.reason, withheld = excluded.withheld, parked_at = excluded.parked_at
"""
_TROUBLE = """
UPDATE user_models SET problem = $3, eta = NULL, updated_at = now()
WHERE user_id = $1 AND model_id = $2 AND problem IS DISTINCT FROM $3
"""
_QUEUE_MORE = "SELECT queue_records($1, $2, $3)"
_ANY = "SELECT FROM embedding_queue WHERE user_id = $1 AND model_id = $2 LIMIT 1"
_CAUGHT_UP = "SELECT model_caught_up($1)"

RECORDS_A_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits. Its `ticket` holds until its text changes again."""

    record: UUID
    type: str
    ticket: UUID
    attempts: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of a record's text for the store; without a vector it takes that of the same text at another place."""

    waiting: Waiting
    number: int
    sha256: bytes
    text: str
    vector: str | None

    @classmethod
    def of(cls, waiting: Waiting, chunk: Chunk, vector: str | None = None) -> "Kept":
        return cls(waiting, chunk.no, chunk.sha256, chunk.text, vector)


class Queue:
    """What waits for the vectors of one model, as its user. Each call is one statement that happens whole or not."""

    def __init__(self, database: Database, sources: Sources, user: UUID, model: UUID) -> None:
        self._database = database
        self._sources = sources
        self.user = user
        self.model = model

    async def next(self, limit: int) -> list[Waiting]:
        """Who comes next and is due."""
        return [Waiting(*row) for row in await self._fetch(_NEXT, self.user, self.model, limit)]

    async def sources(self, waiting: Sequence[Waiting]) -> Mapping[UUID, Source]:
        """What those of them say that live and are embedded."""
        async with self._database.acting_as(self.user) as connection:
            found = await self._sources.read(connection, self.user, [(one.record, one.type) for one in waiting])
        return {source.record: source for source in found}

    async def known(self, records: Sequence[UUID]) -> Mapping[UUID, Mapping[int, bytes]]:
        """The hashes of what these records have vectors of, by the number of the piece."""
        found: dict[UUID, dict[int, bytes]] = {}
        for record, number, sha256 in await self._fetch(_KNOWN, self.user, self.model, records):
            found.setdefault(record, {})[number] = sha256
        return found

    async def keep(self, pieces: Sequence[Kept]) -> None:
        """Store pieces of records whose tickets hold."""
        rows = [(p.waiting.record, p.waiting.ticket, p.number, p.sha256, p.text, p.vector) for p in pieces]
        await self._fetch(_KEEP, self.model, *map(list, zip(*rows, strict=True)))

    async def settle(self, sizes: Mapping[Waiting, int], pace: float) -> None:
        """These records have all their pieces, so many each. `pace` is the time a record takes."""
        owners, tickets = [one.record for one in sizes], [one.ticket for one in sizes]
        await self._fetch(_SETTLE, self.model, owners, tickets, list(sizes.values()), pace)

    async def postpone(self, one: Waiting, seconds: float) -> None:
        """It failed; later again."""
        await self._fetch(_POSTPONE, self.user, self.model, one.record, one.ticket, seconds)

    async def park(self, one: Waiting, reason: str, *, withheld: bool = False) -> None:
        """Note why the record, or a part of it, has no vectors. It is settled by its caller."""
        clean = reason.replace("\0", "")[:1000]
        await self._fetch(_PARK, self.user, self.model, one.record, one.ticket, clean, withheld)

    async def tell(self, problem: str) -> None:
        """Why it does not go on, for whoever looks at the progress."""
        await self._fetch(_TROUBLE, self.user, self.model, problem.replace("\0", "")[:1000])

    async def queue_more(self) -> bool:
        """Queue a further step of a model that is being filled; False when all records are."""
        rows = await self._fetch(_QUEUE_MORE, self.model, sorted(self._sources.types), RECORDS_A_STEP)
        return rows[0][0] is not None

    async def is_empty(self) -> bool:
        """Whether nothing waits, due or not."""
        return not await self._fetch(_ANY, self.user, self.model)

    async def caught_up(self) -> str:
        """Says that nothing is left, which completes a switch; returns the model's state."""
        rows = await self._fetch(_CAUGHT_UP, self.model)
        state: str = rows[0][0]
        return state

    async def _fetch(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        async with self._database.acting_as(self.user) as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]
