"""Which record a row of a source is: mostly one of its own, sometimes one that was in the house before it.

A currency that two ledgers count in, an account that somebody made by hand before its statements came: such records
are met by what they are known by, and keep their ids. What its parts make up (a transaction) is never met, for it would
have two sets of them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Item, To
from graph.importers.values import plain
from graph.plan import write as plan
from graph.plan.values import as_json
from schema_sql.catalog import Catalog, Entity

Tally = Counter[tuple[str, str]]
"""Counts by (record type, outcome); outcomes are the fields of `report.Counts`."""

Known = dict[str, Mapping[str, Any]]
"""What is known of an item: the mappings of its rows and of what were its parts, by key."""

Met = dict[str, Mapping[str, Any]]
"""Records that were met, by the keys of their items, as `queries.UNMAPPED` has them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a batch comes from: its identity and its connector's id, None in a dry run before the first import.

    `met` are the rows that are records which others made.
    """

    user: UUID
    identity: str
    connector: UUID | None
    met: dict[str, UUID] = field(default_factory=dict)

    def id_of(self, key: str) -> UUID:
        """The id of the row under this key: the same in every run."""
        return self.met.get(key) or uuid5(uuid5(NAMESPACE_URL, f"lifeloom:{self.user}:{self.identity}"), key)

    def lead(self, key: str, id_: UUID) -> None:
        """From now on this key leads to this record."""
        if id_ != self.id_of(key):
            self.met[key] = id_


async def recall(connection: Connection, source: Source, items: Sequence[Item]) -> None:
    """What was met in earlier runs: the rows of these items, and those that they refer to."""
    keys = {row.key for item in items for row in item.rows}
    keys |= {value.key for item in items for row in item.rows for value in row.values.values() if isinstance(value, To)}
    for key, id_ in await connection.fetch(queries.LED, source.user, source.connector, list(keys)):
        source.lead(key, id_)


async def meet(connection: Connection, catalog: Catalog, source: Source, items: Sequence[Item]) -> Met:
    """Which of these new items are there, made by others. Two items of one source never meet in one record."""
    found: Met = {}
    for entity, columns, every in _by_key(catalog, items):
        alike = [item for item in every if item.key not in found]
        keys = [_key(source, entity, columns, item) for item in alike]
        wanted = [{"item key": item.key, **key} for item, key in zip(alike, keys, strict=True) if key]
        if not wanted:
            continue
        names = _made_of(entity, columns)
        statement = plan.find_alike(entity, columns, names, queries.NOT_MAPPED)
        taken: set[UUID] = set()
        for row in await connection.fetch(statement, source.user, as_json(wanted).encode(), source.connector):
            if row["record_id"] not in taken:
                taken.add(row["record_id"])
                source.lead(row["item key"], row["record_id"])
                found[row["item key"]] = {**row, **BLANK, "record_type": entity.record_type}
    return found


BLANK = dict.fromkeys(("scope", "content_sha256", "remote_etag", "base")) | {"gone": False, "purged": False}


def _by_key(catalog: Catalog, items: Sequence[Item]) -> Iterator[tuple[Entity, tuple[str, ...], list[Item]]]:
    """The items with the same table and key together, `met_by` first. Tables in their order: keys refer to others."""
    alike: dict[tuple[str, tuple[str, ...]], list[Item]] = {}
    for item in items:
        entity = catalog.entities[item.rows[0].table]
        for columns in dict.fromkeys((item.met_by, entity.natural_key)):
            if columns and entity.kind == "entity" and not entity.whole:
                alike.setdefault((entity.name, columns), []).append(item)
    order = {name: place for place, name in enumerate(catalog.entities)}
    for name, columns in sorted(alike, key=lambda one: (order[one[0]], one[1] == catalog.entities[one[0]].natural_key)):
        yield catalog.entities[name], columns, alike[name, columns]


def _made_of(entity: Entity, columns: Sequence[str]) -> list[str]:
    """The columns that a key follows from: itself, or what the expression of a generated column reads."""
    names: list[str] = []
    for name in columns:
        column = entity.by_name[name]
        words = re.findall(r"\w+", column.default or "") if column.generated else [name]
        names += [word for word in words if word in entity.by_name]
    return list(dict.fromkeys(names))


def _key(source: Source, entity: Entity, columns: Sequence[str], item: Item) -> dict[str, Any] | None:
    values = {name: item.rows[0].values.get(name) for name in _made_of(entity, columns)}
    if any(value is None for value in values.values()):
        return None
    return {name: plain(value, source.id_of) for name, value in values.items()}
