"""Keeps the numbers that lexical search weighs words by: in how many texts of a user a word is, how long they are."""

import asyncio
import logging

from graph.changes.worker import NOBODY, REST_AFTER_FAILURE
from graph.database import Database
from graph.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks for users whose texts have changed much or long ago."""


class TermCounter:
    """Runs until cancelled. When it does not run, search ranks by old numbers and finds what is new all the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Count again and again, whoever it is due for."""
        while True:
            try:
                await self.round()
                await asyncio.sleep(LOOK_EVERY)
            except DatabaseUnavailable as error:
                logger.warning("words are not counted: %s", error)
                await asyncio.sleep(REST_AFTER_FAILURE)
            except Exception:
                logger.exception("counting words stumbled and goes on")
                await asyncio.sleep(REST_AFTER_FAILURE)

    async def round(self) -> int:
        """Count the words of all users for whom it is due; returns for how many."""
        async with self._database.acting_as(NOBODY) as connection:
            due = [row[0] for row in await connection.fetch("SELECT users_to_count()")]
        for user in due:
            async with self._database.acting_as(user) as connection:
                await connection.execute("SELECT count_terms()")
        return len(due)
