"""The consumer of the log that notices which texts changed. It computes nothing: what it notes waits in the queue."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from graph.changes.consumers import Change
from graph.database import Connection
from graph.embedding.sources import Sources
from schema_sql.catalog import Catalog

_NOTE = "SELECT texts_changed($1)"


class TextWatch:
    """Reads the log for records whose vectors are missing, old, or to be forgotten."""

    name: ClassVar[str] = "embedder"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "delete", "restore")

    def __init__(self, catalog: Catalog) -> None:
        self._sources = Sources(catalog)

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Note down the records whose texts changed. What they say now is read when they are embedded."""
        told = sorted({change.record_id for change in changes if self._tells(change)})
        if told:
            await connection.execute(_NOTE, told)

    def _tells(self, change: Change) -> bool:
        telling = self._sources.telling(change.record_type)
        return bool(telling) and (change.operation != "update" or bool(telling & change.columns))
