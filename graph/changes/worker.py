"""Keeps the consumers going beside the server: woken by writes of this process, looking for those of others."""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from graph.changes.consumers import Consumer, catch_up
from graph.database import Database
from graph.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds until what another process wrote is seen."""
REST_AFTER_FAILURE = 5.0

NOBODY = UUID(int=0)


class Worker:
    """Runs until cancelled. Nothing is lost when it is not running: the offsets say where to go on."""

    def __init__(self, database: Database, consumers: Sequence[Consumer]) -> None:
        self._database = database
        self._consumers = consumers
        self._woken = asyncio.Event()
        self._resting: dict[tuple[str, UUID], float] = {}

    def wake(self) -> None:
        """Something was written."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the logs of all users."""
        while True:
            self._woken.clear()
            try:
                await self.round()
            except DatabaseUnavailable as error:
                logger.warning("the worker waits: %s", error)
                await asyncio.sleep(REST_AFTER_FAILURE)
            except Exception:
                logger.exception("the worker stumbled and goes on")
                await asyncio.sleep(REST_AFTER_FAILURE)
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def round(self) -> int:
        """Let every consumer catch up once with every user; returns how many lines of the logs were read."""
        read = 0
        for consumer in self._consumers:
            async with self._database.acting_as(NOBODY) as connection:
                behind = [row[0] for row in await connection.fetch("SELECT users_behind($1)", consumer.name)]
            for user in behind:
                read += await self._follow(user, consumer)
        return read

    async def _follow(self, user: UUID, consumer: Consumer) -> int:
        """One log. Where it fails the others go on, and it is tried again after a rest."""
        if self._resting.get((consumer.name, user), 0.0) > monotonic():
            return 0
        self._resting.pop((consumer.name, user), None)
        try:
            return await catch_up(self._database, user, consumer)
        except DatabaseUnavailable:
            raise
        except Exception:
            logger.exception("%s stumbled over the log of %s", consumer.name, user)
            self._resting[consumer.name, user] = monotonic() + REST_AFTER_FAILURE
            return 0
