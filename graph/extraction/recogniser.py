"""The consumer that recognises the user's own names in texts, whoever wrote them.

What is linked and what is suggested follows from the texts, the names and a person's decisions as they are now,
whatever the order in which they came. Its own links are of its own origin, which it leaves out.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from graph.changes.consumers import Change, is_passing
from graph.database import Connection, savepoint
from graph.extraction import recognise_queries as queries
from graph.extraction.queries import LAST
from graph.extraction.reading.answers import keys_of
from graph.extraction.reading.queries import SAID
from graph.extraction.recognise_in import recognise_in
from graph.extraction.sources import Sources
from graph.lexicon.lexicon import Lexicon, Lexicons
from graph.lexicon.words import words_of
from schema_sql.catalog import Catalog

logger = logging.getLogger(__name__)

VERSION = 1
"""Raise it when the same text and names may give something else: then the whole log is read again."""

_ORIGIN = "names-"
_EDGE = "entity_link"
_MANY = 10
_LEAVING = ("delete", "purge")


@dataclass(frozen=True, slots=True)
class _Read:
    """That a text was read in the step that began with the change `first`, with all that was there up to `end`."""

    first: int
    end: int


class Recogniser:
    """Reads the log for texts that changed, names that arrived or left, and what others tied."""

    name: ClassVar[str] = f"{_ORIGIN}{VERSION}"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "delete", "restore", "purge", "link", "unlink")

    def __init__(self, catalog: Catalog) -> None:
        self._sources = Sources(catalog)
        self._lexicons = Lexicons(catalog)
        self._read: dict[UUID, dict[UUID, _Read]] = {}

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Read the records whose texts changed, and those that other names or links concern."""
        foreign = [change for change in changes if not change.origin.startswith(_ORIGIN)]
        if not foreign:
            return
        self._recall(user, changes[0].seq)
        end = await connection.fetchval(LAST, user)
        lexicon = await self._lexicons.of(connection, user)
        told = self._unread(user, {change.record_id for change in foreign if self._tells(change)}, changes[-1].seq)
        self._read[user].update(dict.fromkeys(told, _Read(changes[0].seq, end)))
        concerned = await self._concerned(connection, user, foreign, lexicon)
        for portion in await self._sources.portions(connection, user, [*told, *concerned]):
            await self._recognise(connection, user, portion, told, lexicon)
        self._read[user].update(dict.fromkeys(concerned, _Read(changes[0].seq, end)))

    def _tells(self, change: Change) -> bool:
        telling = self._sources.telling(change.record_type)
        if change.operation == "update":
            return bool(telling & change.columns)
        return bool(telling) and change.operation in ("insert", "restore")

    async def _concerned(
        self, connection: Connection, user: UUID, changes: Sequence[Change], lexicon: Lexicon
    ) -> set[UUID]:
        """Who may name another record now; not those that were read when all these names were there already."""
        named = [change for change in changes if change.record_type in self._lexicons.watched]
        ids = {change.record_id for change in named}
        found: set[UUID] = set()
        if ids:
            owners = await self._lexicons.owners(connection, user, ids)
            names = lexicon.names_of(ids | owners)
            phrases = sorted({phrase for name in names if (phrase := _phrase(name.text))})
            found |= await self._naming(connection, user, phrases, changes[-1].seq)
            found |= await _ids(connection, SAID, user, sorted({key for name in names for key in keys_of(name.text)}))
            found |= await _ids(connection, queries.SAYING, user, list(ids | owners))
        if any(change.operation in _LEAVING for change in named):
            found |= await _ids(connection, queries.UNDECIDED, user)
        edges = [change.record_id for change in changes if change.record_type == _EDGE]
        if edges:
            found |= await _ids(connection, queries.TIED, user, edges)
        return self._unread(user, found, changes[-1].seq)

    def _unread(self, user: UUID, texts: Iterable[UUID], last: int) -> set[UUID]:
        """Those that were not read since everything up to `last` is there."""
        known = self._read[user]
        return {id_ for id_ in texts if id_ not in known or known[id_].end < last}

    async def _naming(self, connection: Connection, user: UUID, phrases: Sequence[str], last: int) -> set[UUID]:
        """The texts in which these phrases occur; all texts, where reading them is less than so many searches."""
        which = (user, self._sources.types, last)
        if len(phrases) > _MANY:
            settled = self._unread(user, await _ids(connection, queries.SETTLED, *which), last)
            if len(settled) <= len(phrases):
                return settled
        return await _ids(connection, queries.NAMING, *which, phrases) if phrases else set()

    async def _recognise(
        self, connection: Connection, user: UUID, sources: Sequence[UUID], told: set[UUID], lexicon: Lexicon
    ) -> None:
        """A text that cannot be read fails alone, and only its own change: others that come upon it go on."""
        try:
            async with savepoint(connection):
                await recognise_in(connection, user, self._sources, sources, lexicon)
        except Exception as error:
            if is_passing(error) or (len(sources) == 1 and sources[0] in told):
                raise
            if len(sources) == 1:
                logger.warning("what %s names stays as it was: %s", sources[0], error)
                return
            for source in sources:
                await self._recognise(connection, user, [source], told, lexicon)

    def _recall(self, user: UUID, first: int) -> None:
        """Forget what is of no use any more, and what was undone: a change that comes again was not taken."""
        known = self._read.get(user, {})
        self._read[user] = {id_: read for id_, read in known.items() if read.first < first <= read.end}


def _phrase(name: str) -> str:
    """A name as a search for these words one after the other."""
    words = " ".join(word for word, _ in words_of(name))
    return f'"{words}"' if words else ""


async def _ids(connection: Connection, statement: str, *arguments: object) -> set[UUID]:
    return {row[0] for row in await connection.fetch(statement, *arguments)}
