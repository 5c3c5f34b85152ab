"""Which records the things of our own exports are: by the ids that these say, or by what the format knows them by.

Their parts say no ids: of these the records are found by what an export of this moment says of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Item, Row, To
from graph.importers.now import Now
from graph.importers.sources import BLANK, Met, Source
from graph.importers.values import marks, plain
from graph.plan import write as plan
from graph.plan.values import as_json, quoted
from schema_sql.catalog import Catalog, Entity

KNOWN_BY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "address_books": (("display_name",),),
    "balance_assertions": (("financial_account_id", "as_of", "commodity_id"),),
    "bibliography_items": (("citation_key",),),
    "calendars": (("display_name",),),
    "contact_groups": (("address_book_id", "uid"), ("uid",)),
    "contacts": (("address_book_id", "uid"), ("uid",)),
    "diary_entries": (("uid",),),
    "email_threads": (("root_message_id",),),
    "emails": (("message_id",),),
    "events": (("calendar_id", "uid"), ("uid",)),
    "feed_folders": (("parent_id", "title"),),
    "files": (("sha256",),),
    "mailboxes": (("parent_id", "name"),),
    "organizations": (("name",),),
    "task_lists": (("display_name",),),
    "tasks": (("task_list_id", "uid"), ("uid",)),
}
"""The columns by which a format tells records of a table apart; the first that lead to a single one count."""

_UNIQUE = (("uid",), ("message_id",))
"""What no two things have that a person did not make of each other."""


async def claim(connection: Connection, catalog: Catalog, source: Source, items: Sequence[Item], now: Now) -> Met:
    """The records that these new items are, of this person and of the type that the item is; from now on led to."""
    found = await _by_ids(connection, catalog, source, [item for item in items if item.own])
    named = [one for one in items if now.is_told and one.key not in found and one.rows[0].table in KNOWN_BY]
    for item in named:
        if item not in now and (met := await _deleted(connection, catalog, source, item)):
            source.lead(item.key, met["record_id"])
            found[item.key] = met
    waiting = [item for item in named if item in now]
    taken = {row["record_id"] for row in found.values()}
    while waiting:
        unknown = {item.key for item in waiting}
        ready = [item for item in waiting if not unknown & set(_references(item))]
        for item in ready:
            met = await _by_columns(connection, catalog.entities[item.rows[0].table], source, item)
            if met and met["record_id"] not in taken:
                taken.add(met["record_id"])
                source.lead(item.key, met["record_id"])
                found[item.key] = met
        done = {item.key for item in ready}
        waiting = [item for item in waiting if item.key not in done] if ready else []
    return found


async def _by_ids(connection: Connection, catalog: Catalog, source: Source, items: Sequence[Item]) -> Met:
    by_id = {item.own: item for item in items}
    found: Met = {}
    for row in map(dict, await connection.fetch(queries.UNMAPPED, source.user, list(by_id)) if by_id else ()):
        item = by_id[row["record_id"]]
        if row["record_type"] == catalog.entities[item.rows[0].table].record_type:
            source.lead(item.key, row["record_id"])
            found[item.key] = row
    return found


async def _by_columns(connection: Connection, entity: Entity, source: Source, item: Item) -> Mapping[str, Any] | None:
    for columns in KNOWN_BY[entity.name]:
        if met := await _alike(connection, entity, source, item, columns):
            return met
    return None


async def _deleted(connection: Connection, catalog: Catalog, source: Source, item: Item) -> Mapping[str, Any] | None:
    """The record that was deleted here since the export was made, where its name is nobody else's."""
    entity = catalog.entities[item.rows[0].table]
    columns = KNOWN_BY[entity.name][-1]
    if columns not in _UNIQUE:
        return None
    return await _alike(connection, entity, source, item, columns, deleted=True)


async def _alike(
    connection: Connection, entity: Entity, source: Source, item: Item, columns: Sequence[str], *, deleted: bool = False
) -> Mapping[str, Any] | None:
    """The only record that has these columns as the item says."""
    values = {name: plain(item.rows[0].values.get(name), source.id_of) for name in columns}
    given = [name for name in columns if values[name] is not None]
    if not given:
        return None
    nowhere = " AND ".join(["true", *(f"t.{quoted(name)} IS NULL" for name in columns if name not in given)])
    statement = plan.find_alike(entity, given, given, nowhere, deleted=deleted)
    row = await connection.fetchrow(statement, source.user, as_json([{"item key": item.key, **values}]).encode())
    return {**row, **BLANK, "gone": deleted, "record_type": entity.record_type} if row else None


def _references(item: Item) -> Iterator[str]:
    """The keys that what the item is known by refers to."""
    names = {name for columns in KNOWN_BY[item.rows[0].table] for name in columns}
    values = (item.rows[0].values.get(name) for name in names)
    yield from (value.key for value in values if isinstance(value, To) and value.key != item.key)


async def claim_parts(
    connection: Connection, catalog: Catalog, source: Source, whole: str, parts: Iterable[Row]
) -> dict[str, Mapping[str, Any]]:
    """The records that these parts of an item are, as they would leave now; from now on led to."""
    tables: dict[tuple[str, str], list[Row]] = {}
    for part in parts:
        for column in [name for name, value in part.values.items() if value == To(whole)][:1]:
            tables.setdefault((part.table, column), []).append(part)
    found: dict[str, Mapping[str, Any]] = {}
    for (table, column), rows in tables.items():
        entity = catalog.entities[table]
        there = await connection.fetch(plan.living_of(entity, column), source.user, source.id_of(whole))
        for row, id_ in _matched(rows, [dict(one) for one in there], source):
            source.lead(row.key, id_)
            about = {"record_id": id_, "record_type": entity.record_type, "base": marks(row.values)}
            found[row.key] = {**BLANK, **about}
    return found


def _matched(rows: Sequence[Row], there: list[dict[str, Any]], source: Source) -> Iterator[tuple[Row, UUID]]:
    """Each row with what is most like it of what is left."""
    for row in rows:
        said = {name: _text(plain(value, source.id_of)) for name, value in row.values.items()}
        likes = [sum(_text(one[name]) == text for name, text in said.items()) for one in there]
        if likes:
            yield row, there.pop(likes.index(max(likes)))["id"]


def _text(value: Any) -> str:
    return str(plain(value, lambda key: UUID(int=0)) or "")
