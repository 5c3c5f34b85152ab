"""New rows of a batch, what they refer to, and what items were in the words of their source."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Item, Row
from graph.importers.now import Now
from graph.importers.sources import Source, Tally
from graph.importers.values import plain
from graph.plan import write as plan
from graph.records.write import insert_rows
from schema_sql.catalog import Catalog, Entity


class Inserting:
    """Inserts the rows of one batch. With `dry` nothing is written, only told."""

    def __init__(self, catalog: Catalog, source: Source, now: Now, *, dry: bool) -> None:
        self._catalog = catalog
        self._source = source
        self._now = now
        self._dry = dry
        self._lacking: dict[str, Item] = {}

    def values(self, row: Row, names: Sequence[str]) -> dict[str, Any]:
        return {name: plain(row.values[name], self._refer) for name in names}

    def _refer(self, key: str) -> UUID:
        """The id of the row under this key, which will be there: what was left aside is made now."""
        if key in self._now.aside:
            self._lacking[key] = self._now.aside[key]
        return self._source.id_of(key)

    async def insert(self, connection: Connection, new: Sequence[tuple[Item, Row]], tally: Tally) -> None:
        by_table: dict[str, dict[str, dict[str, Any]]] = {}
        for _, row in new:
            values = self.values(row, [name for name, value in row.values.items() if value is not None])
            row_id = str(self._source.id_of(row.key))
            by_table.setdefault(row.table, {}).setdefault(row_id, {"id": row_id, **values})
        for table, rows in by_table.items():
            entity = self._catalog.entities[table]
            fresh = await self._add(connection, entity, rows)
            tally[entity.record_type, "created"] += fresh
            if fresh < len(rows):
                tally[entity.record_type, "unchanged"] += len(rows) - fresh
        for item in {row.key: item for item, row in new}.values():
            await self.keep_raw(connection, item)

    async def _add(self, connection: Connection, entity: Entity, rows: Mapping[str, Mapping[str, Any]]) -> int:
        """Insert rows by their ids; returns how many are new, as far as a dry run can tell."""
        new = len(rows)
        if not self._dry:
            added = await insert_rows(connection, self._source.user, entity, list(rows.values()))
            new = added if entity.kind == "ledger" else new
        elif entity.kind == "ledger":
            there = await connection.fetchval(plan.count_of(entity), self._source.user, list(rows))
            new -= there
        return new

    async def keep_raw(self, connection: Connection, item: Item) -> None:
        if item.raw is None or self._dry or self._catalog.entities[item.rows[0].table].kind == "ledger":
            return
        id_, digest = self._source.id_of(item.key), sha256(item.raw).digest()
        await connection.execute(queries.RAW, self._source.user, id_, item.media_type, item.raw, digest)

    async def insert_lacking(self, connection: Connection, tally: Tally) -> None:
        done: set[str] = set()
        while lacking := [item for key, item in self._lacking.items() if key not in done]:
            done.update(item.key for item in lacking)
            await self.insert(connection, [(item, row) for item in lacking for row in item.rows], tally)

    def settle(self) -> None:
        """All is written, which may take several tries: what was aside is there now."""
        for key in self._lacking:
            self._now.aside.pop(key, None)
