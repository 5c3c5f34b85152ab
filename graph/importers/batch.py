"""Writing a batch of items: what is new, what changed, what stayed, what is a part no longer, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Among, Item, Row
from graph.importers.changing import Changing
from graph.importers.claims import claim
from graph.importers.decoding import path_text
from graph.importers.inserting import Inserting
from graph.importers.now import Now
from graph.importers.sources import Known, Source, Tally, meet, recall
from graph.importers.values import fingerprint, settled
from graph.plan import write as plan
from graph.plan.values import as_json
from schema_sql.catalog import Catalog


class Batch:
    """One batch of items against what is in the database. With `dry` nothing is written, only told.

    What an export of ours says as it would leave `now` is as it is.
    """

    def __init__(
        self, catalog: Catalog, source: Source, items: Sequence[Item], now: Now | None = None, *, dry: bool = False
    ) -> None:
        self._catalog = catalog
        self._source = source
        self._now = now or Now()
        self._inserting = Inserting(catalog, source, self._now, dry=dry)
        self._changing = Changing(catalog, source, self._now, self._inserting, dry=dry)
        self._items = [item for item in items if not item.again]
        self._again = [item for item in items if item.again]
        self._dry = dry

    async def write(self, connection: Connection) -> Tally:
        """Bring the items in. The same items again change nothing."""
        known = await self._known(connection, self._items)
        tally: Tally = Counter()
        new: list[tuple[Item, Row]] = []
        told: dict[str, dict[str, Any]] = {}
        moved: list[Item] = []
        for item in self._items:
            mark = fingerprint(item)
            bases = {key: mapping["base"] for key, mapping in known[item.key].items() if not mapping["purged"]}
            before = known[item.key].get(item.key)
            outcome = self._outcome(item, mark, before)
            if outcome is None:
                whole = before is None or self._is_series(item.rows[0])
                rows = item.rows if whole else await self._changing.change(connection, item, known[item.key], tally)
                new += [(item, row) for row in rows]
            else:
                self._count(tally, item, "kept_deleted" if outcome == "deleted" else "unchanged")
            if outcome is None or (outcome == "met" and "remote_id" not in (before or ())):
                told = self._mappings(item, mark, bases) | told
            elif before and outcome == "same" and before["scope"] != _place(item):
                moved.append(item)
        await self._inserting.insert(connection, new, tally)
        await self._inserting.insert_lacking(connection, tally)
        if not self._dry:
            await self._remember(connection, list(told.values()), moved)
            await self._place_files(connection)
            await self._join(connection, tally)
        return tally

    def settle(self) -> None:
        """To be said when what was written stays."""
        self._inserting.settle()

    def _outcome(self, item: Item, mark: bytes, before: Mapping[str, Any] | None) -> str | None:
        """Why nothing of the item is written, or None where something is.

        It would leave now as it is, was deleted here, is as it last came, or is only mentioned and there already.
        """
        same = before is not None and before["content_sha256"] == mark
        if self._now.says(item, mark) and not same:
            if before is None and not self._is_series(item.rows[0]):
                self._now.aside[item.key] = item
            return "ours"
        if before is None or self._is_series(item.rows[0]):
            return None
        if before["gone"] and before["remote_etag"] != "pruned":
            return "deleted"
        if item.mentioned and not before["gone"]:
            return "met"
        return "same" if same else None

    async def _remember(self, connection: Connection, mappings: list[dict[str, Any]], moved: list[Item]) -> None:
        user, connector = self._source.user, self._source.connector
        if mappings:
            await connection.execute(queries.REMEMBER, user, connector, mappings)
        if moved:
            keys, places = [item.key for item in moved], [_place(item) for item in moved]
            await connection.execute(queries.MOVE, user, connector, keys, places)

    async def _place_files(self, connection: Connection) -> None:
        """Where the bytes of files are; also of those that stayed the same, whose archive came from elsewhere."""
        rows = (row for item in self._items for row in item.rows if row.found)
        placed = {
            id_: {"id": str(id_), "uri": row.values["storage_uri"], "sha256": row.values["sha256"].hex()}  # type: ignore[attr-defined]
            for row in rows
            for id_ in (self._source.id_of(row.key),)
        }
        if placed:
            await connection.execute(queries.FOUND, self._source.user, list(placed.values()))

    async def _known(self, connection: Connection, items: Sequence[Item]) -> dict[str, Known]:
        """The mappings of the items and of their parts; a record that has lost its mapping is known by its id."""
        known: dict[str, Known] = {item.key: {} for item in items}
        rows = await connection.fetch(queries.KNOWN, self._source.user, self._source.connector, list(known))
        await recall(connection, self._source, self._items)
        for row in map(dict, rows):
            for key in (row["remote_id"], row["parent_remote_id"]):
                if key in known:
                    known[key][row["remote_id"]] = row
        strange = {row.key: item.key for item in items for row in item.rows if row.key not in known[item.key]}
        ids = {self._source.id_of(key): key for key in strange}
        for row in map(dict, await connection.fetch(queries.UNMAPPED, self._source.user, list(ids)) if ids else ()):
            key = ids[row["record_id"]]
            known[strange[key]][key] = row
        for find in (partial(claim, now=self._now), meet):
            new = [item for item in self._items if item.key not in known[item.key]]
            for key, met in (await find(connection, self._catalog, self._source, new)).items():
                known[key][key] = met
        return known

    def _count(self, tally: Tally, item: Item, outcome: str) -> None:
        for row in item.rows:
            tally[self._type(row), outcome] += 1

    def _type(self, row: Row) -> str:
        return self._catalog.entities[row.table].record_type

    def _is_series(self, row: Row) -> bool:
        return self._catalog.entities[row.table].kind == "ledger"

    def _mappings(self, item: Item, mark: bytes, bases: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            row.key: {
                "key": row.key, "type": self._type(row), "id": self._source.id_of(row.key),
                "scope": None if item.mentioned else _place(item),
                "parent": None if row.key == item.key else item.key,
                "hash": mark.hex() if row.key == item.key else None,
                "base": settled(row.values, bases.get(row.key) or {}), "partial": item.partial,
            }
            for row in item.rows
            if not self._is_series(row)
        }  # fmt: skip

    # Items that came before in this run

    async def _join(self, connection: Connection, tally: Tally) -> None:
        """Another place has the same thing: its lists get longer, and how it looks there is kept."""
        user = self._source.user
        for item in self._again:
            mapping = (await self._known(connection, [item]))[item.key].get(item.key)
            if mapping is None or mapping["gone"]:
                continue
            base = mapping["base"] or {}
            lists = {name: value for name, value in item.rows[0].values.items() if isinstance(value, Among)}
            row, now = Row(item.rows[0].table, item.key, lists), settled(lists, base)
            gone = {mark for mark in base if mark.partition(".")[0] in lists} - set(now)
            values = await self._changing.lists(connection, row, mapping["record_id"], set(now) - set(base), gone)
            if values:
                statement = plan.bring(self._catalog.entities[row.table], list(values), [])
                await connection.fetchval(statement, user, as_json(values).encode(), mapping["record_id"])
                kept = {mark: by for mark, by in base.items() if mark not in gone}
                await connection.execute(queries.REMARK, user, self._source.connector, item.key, kept | now)
                tally[self._type(row), "updated"] += 1
            await self._inserting.keep_raw(connection, item)


def _place(item: Item) -> str:
    return path_text(item.where)
