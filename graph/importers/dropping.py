"""Deleting what a source has no more: softly, for it may come back."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.database import Connection
from graph.importers import queries
from graph.importers.sources import Source
from graph.plan import write as plan
from schema_sql.catalog import Catalog


async def drop(connection: Connection, catalog: Catalog, source: Source, mappings: Sequence[Mapping[str, Any]]) -> None:
    """Delete (softly) what is in the source no more, with its parts, and remember that it was the source's doing."""
    keys = [mapping["remote_id"] for mapping in mappings if "remote_id" in mapping]
    for mapping in mappings:
        if "remote_id" not in mapping:
            statement = plan.set_deleted(catalog.by_type[mapping["record_type"]], deleted=True)
            await connection.fetchval(statement, source.user, mapping["record_id"])
    for row in await connection.fetch(queries.MARK_PRUNED, source.user, source.connector, keys):
        statement = plan.set_deleted(catalog.by_type[row["record_type"]], deleted=True)
        await connection.fetchval(statement, source.user, row["record_id"])
