"""The consumer that lets what people write warm what they write about.

Importers, sync and the house's own readers of the log write too; that is nobody's attention.
"""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from graph.changes.consumers import Change
from graph.database import Connection
from graph.heat import queries
from schema_sql.catalog import Catalog

BY_PEOPLE = frozenset(("graphql", "cli", "sql"))
"""Origins of changes that people make."""


class Warmer:
    """Reads the log for records that were made or changed, and for edges that were tied."""

    name: ClassVar[str] = "heat"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "restore", "link")

    def __init__(self, catalog: Catalog) -> None:
        self._types = {entity.record_type for entity in catalog.records if "H" in entity.flags}

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        """Count them, where a person did it."""
        told = [change.seq for change in changes if change.origin in BY_PEOPLE and self._warms(change)]
        if told:
            await connection.fetchval(queries.COUNT_EDITS, told)

    def _warms(self, change: Change) -> bool:
        return change.operation == "link" or change.record_type in self._types
