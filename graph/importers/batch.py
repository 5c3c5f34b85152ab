"""Writing a batch of items: what is new, what changed, what stayed, what is a part no longer, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Among, Item, Row
from graph.importers.claims import claim, claim_parts
from graph.importers.decoding import path_text
from graph.importers.dropping import drop
from graph.importers.now import Now
from graph.importers.sources import Source, meet, recall
from graph.importers.values import custom_changes, fingerprint, marks, plain, settled
from graph.plan import write as plan
from graph.plan.values import as_json
from graph.records.write import insert_rows
from schema_sql.catalog import Catalog, Entity

Tally = Counter[tuple[str, str]]
"""Counts by (record type, outcome); outcomes are the fields of `run.Counts`."""


Known = dict[str, Mapping[str, Any]]
"""What is known of an item: the mappings of its rows and of what were its parts, by key."""


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
        self._lacking: dict[str, Item] = {}
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
            if self._now.says(item, mark) and not (before and before["content_sha256"] == mark):
                self._count(tally, item, "unchanged")
                if before is None and not self._is_series(item.rows[0]):
                    self._now.aside[item.key] = item
                continue
            if self._is_series(item.rows[0]):
                new += [(item, row) for row in item.rows]
                continue
            if before is None:
                new += [(item, row) for row in item.rows]
            elif before["gone"] and before["remote_etag"] != "pruned":
                self._count(tally, item, "kept_deleted")
                continue
            elif item.mentioned and not before["gone"]:
                self._count(tally, item, "unchanged")
                told = told if "remote_id" in before else self._mappings(item, mark, bases) | told
                continue
            elif before["content_sha256"] == mark:
                self._count(tally, item, "unchanged")
                moved += [item] if before["scope"] != _place(item) else []
                continue
            else:
                new += [(item, row) for row in await self._change(connection, item, known[item.key], tally)]
            told = self._mappings(item, mark, bases) | told
        await self._insert(connection, new, tally)
        await self._insert_lacking(connection, tally)
        if not self._dry:
            await self._remember(connection, list(told.values()), moved)
            await self._join(connection, tally)
        return tally

    async def _remember(self, connection: Connection, mappings: list[dict[str, Any]], moved: list[Item]) -> None:
        user, connector = self._source.user, self._source.connector
        if mappings:
            await connection.execute(queries.REMEMBER, user, connector, mappings)
        if moved:
            keys, places = [item.key for item in moved], [_place(item) for item in moved]
            await connection.execute(queries.MOVE, user, connector, keys, places)

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

    def _values(self, row: Row, names: Sequence[str]) -> dict[str, Any]:
        return {name: plain(row.values[name], self._refer) for name in names}

    def _refer(self, key: str) -> UUID:
        """The id of the row under this key, which will be there: what was left aside is made now."""
        if key in self._now.aside:
            self._lacking[key] = self._now.aside[key]
        return self._source.id_of(key)

    async def _insert_lacking(self, connection: Connection, tally: Tally) -> None:
        done: set[str] = set()
        while lacking := [item for key, item in self._lacking.items() if key not in done]:
            done.update(item.key for item in lacking)
            await self._insert(connection, [(item, row) for item in lacking for row in item.rows], tally)
        for key in done:
            del self._now.aside[key]

    # New rows

    async def _insert(self, connection: Connection, new: Sequence[tuple[Item, Row]], tally: Tally) -> None:
        by_table: dict[str, dict[str, dict[str, Any]]] = {}
        for _, row in new:
            values = self._values(row, [name for name, value in row.values.items() if value is not None])
            row_id = str(self._source.id_of(row.key))
            by_table.setdefault(row.table, {}).setdefault(row_id, {"id": row_id, **values})
        for table, rows in by_table.items():
            entity = self._catalog.entities[table]
            fresh = await self._add(connection, entity, rows)
            tally[entity.record_type, "created"] += fresh
            if fresh < len(rows):
                tally[entity.record_type, "unchanged"] += len(rows) - fresh
        for item in {row.key: item for item, row in new}.values():
            await self._keep_raw(connection, item)

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

    async def _keep_raw(self, connection: Connection, item: Item) -> None:
        if item.raw is None or self._dry or self._is_series(item.rows[0]):
            return
        id_, digest = self._source.id_of(item.key), sha256(item.raw).digest()
        await connection.execute(queries.RAW, self._source.user, id_, item.media_type, item.raw, digest)

    # Changed items

    async def _change(self, connection: Connection, item: Item, before: Known, tally: Tally) -> list[Row]:
        """Update the rows that are known, drop the parts that are no more; returns the rows that are new."""
        new = []
        here = self._now.rows(item)
        parts = [row for key, row in here.items() if key not in before]
        before |= await claim_parts(connection, self._catalog, self._source, item.key, parts)
        for row in item.rows:
            mapping = before.pop(row.key, None)
            if mapping is None or mapping["purged"]:
                new.append(row)
            elif mapping["gone"] and mapping["remote_etag"] != "pruned":
                tally[self._type(row), "kept_deleted"] += 1
            else:
                said = marks(here[row.key].values) if row.key in here else None
                tally[self._type(row), await self._update(connection, row, mapping, said, item.partial)] += 1
        dropped = [mapping for mapping in before.values() if not mapping["gone"]]
        tally.update((mapping["record_type"], "deleted") for mapping in dropped)
        if dropped and not self._dry:
            await drop(connection, self._catalog, self._source, dropped)
        await self._keep_raw(connection, item)
        return new

    async def _update(
        self,
        connection: Connection,
        row: Row,
        mapping: Mapping[str, Any],
        said: Mapping[str, str] | None,
        partial: bool,
    ) -> str:
        """Write the columns that the source changed; what was changed here and not there stays as it is here.

        `said` are the marks of what would leave now. Returns the outcome: what was pruned and comes back is `created`
        once more.
        """
        entity, base = self._catalog.entities[row.table], mapping["base"] or said or {}
        now = settled(row.values, base)
        changed = {name for name, mark in now.items() if base.get(name) != mark and (said or {}).get(name) != mark}
        if row.table == "files" and said:  # where it lies and since when counts with other bytes
            changed = changed | {"storage_uri"} if "sha256" in changed else changed - {"modified_at"}
        gone = set() if partial else (set(base) if said is None else set(base) & set(said)) - set(now)
        outcome = "created" if mapping["gone"] else "updated" if changed or gone else "unchanged"
        if self._dry or outcome == "unchanged":
            return outcome
        user, id_ = self._source.user, mapping["record_id"]
        if mapping["gone"]:
            await connection.fetchval(plan.set_deleted(entity, deleted=False), user, id_)
        values: dict[str, Any] = dict.fromkeys(name for name in gone if name in entity.by_name)
        values |= self._values(row, [name for name in row.values if name in changed])
        emptied = [name for name, value in values.items() if value is None and not entity.by_name[name].nullable]
        values |= await self._lists(connection, row, id_, changed, gone)
        if custom := custom_changes(plain(row.values.get("custom_fields") or {}, self._source.id_of), changed, gone):
            values["custom_fields"] = custom
        if values:
            given = [name for name in values if name not in emptied]
            statement = plan.bring(entity, given, emptied)
            await connection.fetchval(statement, user, as_json(values).encode(), id_)
        return outcome

    async def _lists(
        self, connection: Connection, row: Row, id_: UUID, changed: set[str], gone: set[str]
    ) -> dict[str, list[str]]:
        """The lists that several places add to, with what this place added and without what it took back."""
        found: dict[str, list[str]] = {}
        for name, value in row.values.items():
            if not isinstance(value, Among):
                continue
            added = [to.key for to in value.members if f"{name}.{to.key}" in changed]
            taken = [mark.partition(".")[2] for mark in gone if mark.startswith(f"{name}.")]
            if added or taken:
                statement = plan.value_of(self._catalog.entities[row.table], name)
                there = await connection.fetchval(statement, self._source.user, id_)
                left = set(map(self._source.id_of, taken))
                listed = [*(one for one in there or () if one not in left), *map(self._source.id_of, added)]
                found[name] = list(dict.fromkeys(map(str, listed)))
        return found

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
            values = await self._lists(connection, row, mapping["record_id"], set(now) - set(base), gone)
            if values:
                statement = plan.bring(self._catalog.entities[row.table], list(values), [])
                await connection.fetchval(statement, user, as_json(values).encode(), mapping["record_id"])
                kept = {mark: by for mark, by in base.items() if mark not in gone}
                await connection.execute(queries.REMARK, user, self._source.connector, item.key, kept | now)
                tally[self._type(row), "updated"] += 1
            await self._keep_raw(connection, item)


def _place(item: Item) -> str:
    return path_text(item.where)
