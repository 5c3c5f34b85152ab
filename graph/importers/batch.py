"""Writing a batch of items: what is new, what changed, what stayed, what is a part no longer, in one transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Item, Row
from graph.importers.values import base_of, column_marks, fingerprint, plain
from graph.plan import write as plan
from graph.plan.values import as_json
from graph.records.write import insert_rows
from schema_sql.catalog import Catalog

Tally = Counter[tuple[str, str]]
"""Counts by (record type, outcome); outcomes are the fields of `run.Counts`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: its identity, its connector's id and the file or directory that was named."""

    user: UUID
    identity: str
    connector: UUID | None
    scope: str

    def id_of(self, key: str) -> UUID:
        """The id of the row under this key: the same in every run."""
        return uuid5(uuid5(NAMESPACE_URL, f"lifeloom:{self.user}:{self.identity}"), key)


@dataclass(slots=True)
class _Known:
    """What was remembered of an item: its own mapping and those of its parts, by key."""

    own: Mapping[str, Any] | None = None
    parts: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Batch:
    """One batch of items against what is in the database. With `dry` nothing is written, only told."""

    def __init__(self, catalog: Catalog, source: Source, items: Sequence[Item], *, dry: bool = False) -> None:
        self._catalog = catalog
        self._source = source
        self._items = items
        self._dry = dry

    async def write(self, connection: Connection) -> Tally:
        """Bring the items in. The same items again change nothing."""
        known = await self._known(connection)
        tally: Tally = Counter()
        new: list[tuple[Item, Row]] = []
        mappings: list[dict[str, Any]] = []
        for item in self._items:
            mark = fingerprint(item)
            before = known[item.key]
            if before.own is None:
                new += [(item, row) for row in item.rows]
                mappings += self._mappings(item, mark)
            elif before.own["gone"] and before.own["remote_etag"] != "pruned":
                self._count(tally, item, "kept_deleted")
            elif before.own["content_sha256"] == mark:
                self._count(tally, item, "unchanged")
            else:
                new += [(item, row) for row in await self._change(connection, item, before, tally)]
                mappings += self._mappings(item, mark)
        await self._insert(connection, new, tally)
        if mappings and not self._dry:
            await connection.execute(
                queries.REMEMBER, self._source.user, self._source.connector, mappings, self._source.scope
            )
        return tally

    async def _known(self, connection: Connection) -> dict[str, _Known]:
        known = {item.key: _Known() for item in self._items}
        if self._source.connector is None:
            return known
        rows = await connection.fetch(queries.KNOWN, self._source.user, self._source.connector, list(known))
        for row in map(dict, rows):
            if row["remote_id"] in known:
                known[row["remote_id"]].own = row
            if row["parent_remote_id"] in known:
                known[row["parent_remote_id"]].parts[row["remote_id"]] = row
        return known

    def _count(self, tally: Tally, item: Item, outcome: str) -> None:
        for row in item.rows:
            tally[self._type(row), outcome] += 1

    def _type(self, row: Row) -> str:
        return self._catalog.entities[row.table].record_type

    def _mappings(self, item: Item, mark: bytes) -> Iterator[dict[str, Any]]:
        for row in item.rows:
            yield {
                "key": row.key, "type": self._type(row), "id": self._source.id_of(row.key),
                "parent": None if row.key == item.key else item.key,
                "hash": mark.hex() if row.key == item.key else None, "base": base_of(row.values),
            }  # fmt: skip

    def _values(self, row: Row, names: Sequence[str]) -> dict[str, Any]:
        return {name: plain(row.values[name], self._source.id_of) for name in names}

    # New rows

    async def _insert(self, connection: Connection, new: Sequence[tuple[Item, Row]], tally: Tally) -> None:
        by_table: dict[str, list[dict[str, Any]]] = {}
        for _, row in new:
            tally[self._type(row), "created"] += 1
            values = self._values(row, [name for name, value in row.values.items() if value is not None])
            by_table.setdefault(row.table, []).append({"id": str(self._source.id_of(row.key)), **values})
        if self._dry:
            return
        for table, rows in by_table.items():
            await insert_rows(connection, self._source.user, self._catalog.entities[table], rows)
        for item, row in new:
            if item.raw is not None and row.key == item.key:
                await self._keep_raw(connection, item, item.raw)

    async def _keep_raw(self, connection: Connection, item: Item, raw: bytes) -> None:
        id_ = self._source.id_of(item.key)
        await connection.execute(queries.RAW, self._source.user, id_, item.media_type, raw, sha256(raw).digest())

    # Changed items

    async def _change(self, connection: Connection, item: Item, before: _Known, tally: Tally) -> list[Row]:
        """Update the rows that are known, drop the parts that are no more; returns the rows that are new."""
        known = dict(before.parts)
        assert before.own is not None
        known[item.key] = before.own
        if before.own["remote_etag"] == "pruned" and not self._dry:
            await self._set_deleted(connection, item.rows[0].table, before.own["record_id"], deleted=False)
        new = []
        for row in item.rows:
            mapping = known.pop(row.key, None)
            if mapping is None or mapping["purged"]:
                new.append(row)
            else:
                await self._update(connection, row, mapping, tally)
        for key, mapping in known.items():
            if not mapping["gone"]:
                await self._drop(connection, key, mapping, tally)
        if item.raw is not None and not self._dry:
            await self._keep_raw(connection, item, item.raw)
        return new

    async def _update(self, connection: Connection, row: Row, mapping: Mapping[str, Any], tally: Tally) -> None:
        """Write the columns that the source changed; what was changed here and not there stays as it is here."""
        marks = column_marks(row.values)
        base = mapping["base"] or {}
        changed = [name for name, mark in marks.items() if base.get(name) != mark]
        tally[self._type(row), "updated" if changed else "unchanged"] += 1
        if not changed or self._dry:
            return
        entity = self._catalog.entities[row.table]
        values = self._values(row, changed)
        if "custom_fields" in values:
            # An update merges; a name that the source had and has no longer goes, one's own names stay.
            gone = dict.fromkeys(base.get("custom_fields.", ()))
            values["custom_fields"] = gone | (values["custom_fields"] or {})
        statement = plan.update(entity, list(values), guarded=False)
        await connection.fetchval(statement, self._source.user, as_json(values).encode(), mapping["record_id"])

    async def _drop(self, connection: Connection, key: str, mapping: Mapping[str, Any], tally: Tally) -> None:
        entity = self._catalog.by_type[mapping["record_type"]]
        tally[entity.record_type, "deleted"] += 1
        if not self._dry:
            await self._set_deleted(connection, entity.name, mapping["record_id"], deleted=True)
            await connection.execute(queries.FORGET, self._source.user, self._source.connector, [key])

    async def _set_deleted(self, connection: Connection, table: str, id_: UUID, *, deleted: bool) -> None:
        statement = plan.set_deleted(self._catalog.entities[table], deleted=deleted)
        await connection.fetchval(statement, self._source.user, id_)
