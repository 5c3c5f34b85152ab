"""The task that lets a model read what waits: beside the server, one in all processes of an instance, text by text."""

import asyncio
import logging
from itertools import islice
from time import monotonic
from uuid import UUID

from graph.database import Connection, Database
from graph.embedding.gate import Gate, Leaving, Recipient
from graph.errors import DatabaseUnavailable
from graph.extraction.reading import queries
from graph.extraction.reading.answers import VERSION, Mention
from graph.extraction.reading.chat import Chat, ReaderFails, ReaderUnavailable, ReaderWrong, open_chat
from graph.extraction.reading.portions import LONGEST, MOST, Portion, Whole
from graph.extraction.reading.waiting import Present, Queue, Waiting
from graph.extraction.recognise_in import recognise_in
from graph.extraction.recogniser import Recogniser
from graph.extraction.sources import Prose, Sources
from graph.lexicon.lexicon import Lexicons
from graph.settings import Settings
from schema_sql.catalog import Catalog
from schema_sql.tag_rules import SENSITIVITIES

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds until what came to wait is seen."""

LOOK_WHETHER_ALONE = 3.0
"""Seconds until it is seen that the process which read is gone."""

ASK_WHO = 60.0
"""Seconds until it is seen that another model stands behind the same name."""

REST, LONGEST_REST = 5.0, 300.0
"""Seconds that a server is left alone after a failure; twice as long after each further one."""

_NOBODY = UUID(int=0)
_PROBE = "Lifeloom"
_WITHHELD = "Its sensitivity is above LIFELOOM_SHARE_UP_TO, and the reader is another machine."
_CUT = f"Only about the first {LONGEST * MOST:,} characters are read for names."


def reader_of(database: Database, catalog: Catalog, gate: Gate, settings: Settings) -> "Reader | None":
    """The reader that the settings name, if any."""
    chat = open_chat(settings)
    return Reader(database, catalog, gate, chat) if chat else None


class Reader:
    """Runs until cancelled. Nothing is lost when it is not running: the queue says where to go on."""

    def __init__(self, database: Database, catalog: Catalog, gate: Gate, chat: Chat) -> None:
        self._database = database
        self._sources = Sources(catalog)
        self._lexicons = Lexicons(catalog)
        self._gate = gate
        self._chat = chat
        self._recipient = Recipient(chat.address, chat.model)
        self._asked = 0.0
        self._present: Present | None = None
        self._resting = (0.0, REST)

    async def run(self) -> None:
        """Read what waits, whoever it is of, whenever no other process does."""
        try:
            while True:
                try:
                    await self._run_alone()
                except DatabaseUnavailable as error:
                    logger.warning("the reader waits: %s", error)
                except Exception:
                    logger.exception("the reader stumbled and goes on")
                await asyncio.sleep(LOOK_WHETHER_ALONE)
        finally:
            await self._chat.close()

    async def _run_alone(self) -> None:
        async with self._database.owner() as lock:
            alone = await lock.fetchval(queries.ALONE)
            while alone and not lock.is_closed():
                if not await self.round():
                    await asyncio.sleep(LOOK_EVERY)

    async def round(self) -> int:
        """One text of every user of whom something waits; returns how many."""
        until, seconds = self._resting
        if until > monotonic():
            return 0
        try:
            present = await self._identify()
            async with self._database.acting_as(_NOBODY) as connection:
                users = [row[0] for row in await connection.fetch(queries.WAITING, present.name)]
            read = 0
            for user in users:
                read += await self._serve(Queue(self._database, user, present))
        except (ReaderUnavailable, ReaderWrong) as error:
            logger.warning("nothing is read for %.0f seconds: %s", seconds, error)
            self._resting = (monotonic() + seconds, min(2 * seconds, LONGEST_REST))
            return 0
        self._resting = (0.0, REST)
        return read

    async def _identify(self) -> Present:
        if self._present is None or monotonic() > self._asked + ASK_WHO:
            limit = max(level for level in range(len(SENSITIVITIES)) if self._gate.allows(self._recipient, level))
            self._present = Present(f"{await self._chat.identify()} {VERSION}", limit)
            self._asked = monotonic()
        return self._present

    async def _serve(self, queue: Queue) -> int:
        one = await queue.next()
        if one is None:
            return 0
        try:
            await self._read(queue, one)
        except (DatabaseUnavailable, ReaderUnavailable):
            raise
        except Exception as error:
            logger.exception("record %s cannot be read", one.record)
            await self._fail(queue, one, f"{type(error).__name__}: {error}")
        return 1

    async def _read(self, queue: Queue, one: Waiting) -> None:
        async with self._database.acting_as(queue.user) as connection:
            prose = await self._sources.prose(connection, queue.user, one.record)
        if prose is None:
            await self._settle(queue, one)
            return
        portions = list(islice(Whole(prose.passages).portions(), MOST + 1))
        if not self._gate.allows(self._recipient, prose.sensitivity):
            await self._settle(queue, one, portions, _WITHHELD, withheld=True)
            return
        known = await queue.known(one)
        problem: str | None = None
        for portion in portions[:MOST]:
            if portion.sha256 in known or (problem and not one.is_last):
                continue
            try:
                said = await self._ask(queue.user, one, prose, portion)
            except ReaderWrong as error:
                problem = str(error)
                continue
            if not await queue.keep(one, portion, said):
                return
        if problem:
            await self._fail(queue, one, problem)
        else:
            await self._settle(queue, one, portions[:MOST], _CUT if len(portions) > MOST else None)

    async def _ask(self, user: UUID, one: Waiting, prose: Prose, portion: Portion) -> list[Mention]:
        """Raises ReaderWrong where it is the text, and ReaderUnavailable where the server can do nothing now."""
        leaving = Leaving(portion.text, prose.sensitivity, prose.type, one.record)
        await self._gate.admit(user, self._recipient, "extraction", [leaving])
        try:
            return await self._chat.mentions(portion.text)
        except ReaderFails as error:
            await self._chat.answer(_PROBE)
            raise ReaderWrong(name=self._chat.model, reason=error.fields["reason"]) from error

    async def _fail(self, queue: Queue, one: Waiting, problem: str) -> None:
        """Later again, and in the end without it. What was said of it before stays: nobody said otherwise."""
        if one.is_last:
            logger.warning("record %s: %s", one.record, problem)
            await self._settle(queue, one, problem=problem)
        else:
            await queue.postpone(one, problem)

    async def _settle(
        self,
        queue: Queue,
        one: Waiting,
        portions: list[Portion] | None = None,
        problem: str | None = None,
        *,
        withheld: bool = False,
    ) -> None:
        """It is read, or as good as. These are all its portions, where that is known."""

        async def work(connection: Connection) -> None:
            if not await queue.settle(connection, one, problem, withheld=withheld):
                return
            if portions is not None:
                await queue.forget(connection, one, portions)
            lexicon = await self._lexicons.of(connection, queue.user)
            await recognise_in(connection, queue.user, self._sources, [one.record], lexicon)

        await self._database.write(queue.user, work, origin=Recogniser.name)
