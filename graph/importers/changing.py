"""Items that are known and have changed: the columns that the source changed, the parts that are no more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.importers.base import Among, Item, Row
from graph.importers.claims import claim_parts
from graph.importers.dropping import drop
from graph.importers.inserting import Inserting
from graph.importers.now import Now
from graph.importers.sources import Known, Source, Tally
from graph.importers.values import custom_changes, marks, plain, settled
from graph.plan import write as plan
from graph.plan.values import as_json
from schema_sql.catalog import Catalog


class Changing:
    """Updates the items of one batch. With `dry` nothing is written, only told."""

    def __init__(self, catalog: Catalog, source: Source, now: Now, inserting: Inserting, *, dry: bool) -> None:
        self._catalog = catalog
        self._source = source
        self._now = now
        self._inserting = inserting
        self._dry = dry

    async def change(self, connection: Connection, item: Item, before: Known, tally: Tally) -> list[Row]:
        """Update the rows that are known, drop the parts that are no more; returns the rows that are new."""
        new = []
        here = self._now.rows(item)
        parts = [row for key, row in here.items() if key not in before]
        before |= await claim_parts(connection, self._catalog, self._source, item.key, parts)
        for row in item.rows:
            record_type = self._catalog.entities[row.table].record_type
            mapping = before.pop(row.key, None)
            if mapping is None or mapping["purged"]:
                new.append(row)
            elif mapping["gone"] and mapping["remote_etag"] != "pruned":
                tally[record_type, "kept_deleted"] += 1
            else:
                said = marks(here[row.key].values) if row.key in here else None
                tally[record_type, await self._update(connection, row, mapping, said, item.partial)] += 1
        dropped = [mapping for mapping in before.values() if not mapping["gone"]]
        tally.update((mapping["record_type"], "deleted") for mapping in dropped)
        if dropped and not self._dry:
            await drop(connection, self._catalog, self._source, dropped)
        await self._inserting.keep_raw(connection, item)
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
        values |= self._inserting.values(row, [name for name in row.values if name in changed])
        emptied = [name for name, value in values.items() if value is None and not entity.by_name[name].nullable]
        values |= await self.lists(connection, row, id_, changed, gone)
        if custom := custom_changes(plain(row.values.get("custom_fields") or {}, self._source.id_of), changed, gone):
            values["custom_fields"] = custom
        if values:
            given = [name for name in values if name not in emptied]
            statement = plan.bring(entity, given, emptied)
            await connection.fetchval(statement, user, as_json(values).encode(), id_)
        return outcome

    async def lists(
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
