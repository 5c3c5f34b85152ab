"""The consumer of the log that notices which texts a model has to read. What it notes waits in the queue."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from graph.changes.consumers import Change
from graph.database import Connection
from graph.extraction.reading import queries
from graph.extraction.sources import Sources
from schema_sql.catalog import Catalog


class ReadingWatch:
    """Reads the log for texts that changed, and for a word on how much they are one's own."""

    name: ClassVar[str] = "reader"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "restore")

    def __init__(self, catalog: Catalog) -> None:
        self._sources = Sources(catalog)

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Note down the records whose texts changed. What they say now is read when their turn comes."""
        told = sorted({change.record_id for change in changes if self._tells(change)})
        if told:
            await connection.execute(queries.NOTE, user, told)

    def _tells(self, change: Change) -> bool:
        telling = self._sources.telling(change.record_type)
        return bool(telling) and (change.operation != "update" or bool((telling | {"sensitivity"}) & change.columns))
