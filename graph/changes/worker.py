"""Keeps the consumers going beside the server: woken by writes of this process, looking for those of others."""

import asyncio
import logging
from collections.abc import Sequence
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
        """Let every consumer catch up once with every user; returns how many changes were taken."""
        taken = 0
        for consumer in self._consumers:
            async with self._database.acting_as(NOBODY) as connection:
                behind = [row[0] for row in await connection.fetch("SELECT users_behind($1)", consumer.name)]
            for user in behind:
                taken += await catch_up(self._database, user, consumer)
        return taken
