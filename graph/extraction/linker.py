"""The consumer that makes links and tags from texts, whoever wrote them.

What a text links to follows from the texts and the names that are there now, whatever the order in which they came:
the sources that a change may concern are linked again, and linking a source again is idempotent. A target that does not
exist yet is kept and binds when a record of that name arrives.
"""

import logging
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from graph.changes.consumers import Change, is_passing
from graph.database import Connection, savepoint
from graph.extraction import queries
from graph.extraction.edges import keep
from graph.extraction.texts import Texts
from schema_sql.catalog import Catalog

logger = logging.getLogger(__name__)


class Linker:
    """Reads the log for texts that changed, and for names that arrived or left."""

    name: ClassVar[str] = "linker"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "delete", "restore", "purge")

    def __init__(self, catalog: Catalog) -> None:
        self._texts = Texts(catalog)
        self._names = {entity.record_type: frozenset(entity.tagged("name")) for entity in catalog.records}
        self._linked: dict[UUID, dict[UUID, int]] = {}

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Link the records whose texts changed, and those that other names concern."""
        end = await connection.fetchval(queries.LAST, user)
        told = {change.record_id for change in changes if self._tells(change)}
        concerned = await self._concerned(connection, user, changes) - told
        for portion in await self._texts.portions(connection, user, [*told, *concerned]):
            await self._link(connection, user, portion, told)
        self._remember(user, changes, told, end)

    def _tells(self, change: Change) -> bool:
        telling = self._texts.telling(change.record_type)
        if change.operation == "update":
            return bool(telling & change.columns)
        return bool(telling) and change.operation in ("insert", "restore")

    async def _concerned(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> set[UUID]:
        """Who may mean another record now; not those that were linked when all these names were there already."""
        named = [change for change in changes if self._names.get(change.record_type)]
        renamed = {one.record_id for one in named if self._names[one.record_type] & one.columns}
        arrived = renamed | {one.record_id for one in named if one.operation in ("insert", "restore")}
        left = renamed | {one.record_id for one in named if one.operation in ("delete", "purge")}
        if not arrived and not left:
            return set()
        known, last = self._linked.get(user, {}), changes[-1].seq
        rows = await connection.fetch(queries.CONCERNED, user, list(arrived), list(left))
        return {row["source_id"] for row in rows if known.get(row["source_id"], 0) < last}

    async def _link(self, connection: Connection, user: UUID, sources: Sequence[UUID], told: set[UUID]) -> None:
        """A text that cannot be linked fails alone, and only its own change: others that come upon it go on."""
        try:
            async with savepoint(connection):
                await keep(connection, user, await self._texts.read(connection, user, sources))
        except Exception as error:
            if is_passing(error) or (len(sources) == 1 and sources[0] in told):
                raise
            if len(sources) == 1:
                logger.warning("the links of %s stay as they were: %s", sources[0], error)
                return
            for source in sources:
                await self._link(connection, user, [source], told)

    def _remember(self, user: UUID, changes: Sequence[Change], told: set[UUID], end: int) -> None:
        """Until the log is read up to here: these were linked when everything up to `end` was there already.

        Without it the texts of a large import would be linked again for each later batch that has a name they use.
        Only what is linked for its own change counts: where this is undone, it is linked again in any case.
        """
        known = self._linked.setdefault(user, {})
        if known and changes[0].seq > max(known.values()):
            known.clear()
        known.update(dict.fromkeys(told, end))
