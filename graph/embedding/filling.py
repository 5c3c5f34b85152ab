"""The task that keeps vectors up with texts: beside the server, one in all processes of an instance, batch by batch."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from time import monotonic
from uuid import UUID

from graph.database import Connection, Database
from graph.embedding import models, nearest
from graph.embedding.batch import AT_ONCE, Batches, EmbedderFails
from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong
from graph.embedding.embedding import Embeddings
from graph.embedding.models import Model
from graph.embedding.sources import Sources
from graph.embedding.switch import begin
from graph.embedding.waiting import Queue
from graph.errors import DatabaseUnavailable
from schema_sql.catalog import Catalog

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds until what came to wait is seen."""

LOOK_WHETHER_ALONE = 3.0
"""Seconds until it is seen that the process which filled is gone."""

REST, LONGEST_REST = 5.0, 300.0
"""Seconds that an embedder is left alone after a failure; twice as long after each further one."""

NOBODY = UUID(int=0)

_WAITING = "SELECT user_id, model_id FROM users_to_embed($1)"
_ALONE = "SELECT pg_try_advisory_lock(7110233540118)"


class Filler:
    """Runs until cancelled. Nothing is lost when it is not running: the queue says where to go on.

    `usual` is the spec of the model that a user gets who has none; `none` leaves them without.
    """

    def __init__(self, database: Database, catalog: Catalog, embeddings: Embeddings, usual: str) -> None:
        self._database = database
        self._sources = Sources(catalog)
        self._embeddings = embeddings
        self._usual = usual
        self._batches = Batches(embeddings)
        self._resting: dict[UUID | None, tuple[float, float]] = {}

    async def run(self) -> None:
        """Embed what waits, whoever it is of, whenever no other process does."""
        while True:
            try:
                async with self.alone() as lock:
                    while lock and not lock.is_closed():
                        if not await self.round():
                            await asyncio.sleep(LOOK_EVERY)
            except DatabaseUnavailable as error:
                logger.warning("the embedder waits: %s", error)
            except Exception:
                logger.exception("the embedder stumbled and goes on")
            await asyncio.sleep(LOOK_WHETHER_ALONE)

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[Connection | None]:
        """The lock of the one who fills, for as long as its connection lives; None where another process has it."""
        async with self._database.owner() as connection:
            yield connection if await connection.fetchval(_ALONE) else None

    async def round(self) -> int:
        """One batch for every user and model that something waits for; returns for how many records."""
        async with self._database.acting_as(NOBODY) as connection:
            rows = await connection.fetch(_WAITING, sorted(self._sources.types))
        looked_at = 0
        for user, model in rows:
            if self._resting.get(model, (0.0, 0.0))[0] > monotonic():
                continue
            try:
                looked_at += await self._serve(user, model)
            except (EmbedderFails, EmbedderUnavailable, EmbedderWrong) as error:
                await self._rest(user, model, str(error))
            else:
                self._resting.pop(model, None)
        return looked_at

    async def _serve(self, user: UUID, id_: UUID | None) -> int:
        if id_ is None:
            return await self._settle_in(user)
        async with self._database.acting_as(user) as connection:
            model = await models.find(connection, id_)
        assert model is not None
        queue = Queue(self._database, self._sources, user, model.id)
        if await queue.queue_more():
            return 1
        waiting = await queue.next(AT_ONCE)
        if waiting:
            await self._batches.embed(queue, model, waiting)
        if len(waiting) < AT_ONCE:
            await self._caught_up(queue, model)
        return len(waiting)

    async def _settle_in(self, user: UUID) -> int:
        """A user's first model."""
        if self._usual == "none":
            return 0
        identity = await self._embeddings.identify(self._usual)
        await begin(self._database, user, identity)
        return 1

    async def _caught_up(self, queue: Queue, model: Model) -> None:
        """The index of neighbours is there before searches go by the model."""
        if await queue.is_empty():
            await nearest.settle(self._database, queue.user, model)
            await queue.caught_up()

    async def _rest(self, user: UUID, model: UUID | None, reason: str) -> None:
        """Leave an embedder alone that fails, longer each time, and say so where the progress is looked at."""
        _, last = self._resting.get(model, (0.0, REST / 2))
        seconds = min(2 * last, LONGEST_REST)
        self._resting[model] = (monotonic() + seconds, seconds)
        logger.warning("nothing is embedded for %.0f seconds: %s", seconds, reason)
        if model is not None:
            await Queue(self._database, self._sources, user, model).tell(reason)
