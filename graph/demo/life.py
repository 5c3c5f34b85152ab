"""The narrow writer of the demo: what the domains tell becomes rows with stable ids, one statement for rows alike."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from graph.database import Connection
from graph.errors import BadArgument
from graph.links.write import tie
from graph.records.write import insert_rows
from schema_sql.catalog import Catalog, Entity

TODAY = date(2026, 6, 2)
"""The day on which the story stops. No clock is asked."""

T = TypeVar("T")


def demo_id(user: UUID, key: str) -> UUID:
    """The id of what the demo calls `type:name`, another one for each user."""
    return uuid5(NAMESPACE_URL, f"lifeloom:{user}:demo:{key}")


def at(local: str, zone: str = "Europe/Madrid") -> str:
    """The instant of a local time such as `2024-01-16 10:35`, with the offset that the zone had then."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).isoformat()


def later(instant: str, **by: float) -> str:
    """An instant moved by days, hours, minutes or seconds."""
    return (datetime.fromisoformat(instant) + timedelta(**by)).isoformat()


def on(start: str, days: int) -> str:
    """The date that many days after another."""
    return (date.fromisoformat(start) + timedelta(days=days)).isoformat()


def chance(key: str) -> float:
    """A number from 0 to 1 that belongs to a key: the same on every machine, whatever else is told."""
    return int.from_bytes(sha256(f"nora:{key}".encode()).digest()[:6], "big") / 2**48


def between(key: str, low: int, high: int) -> int:
    """A whole number from `low` to `high` that belongs to a key."""
    return low + int(chance(key) * (high - low + 1))


def pick(key: str, options: tuple[T, ...]) -> T:
    """One of some things, that belongs to a key."""
    return options[between(key, 0, len(options) - 1)]


def targets_first(catalog: Catalog) -> list[Entity]:
    """All tables, each after those that its keys point at; after all others those that point at a record of any type."""
    ordered: dict[str, Entity] = {}
    seen: set[str] = set()

    def visit(entity: Entity) -> None:
        if entity.name not in seen:
            seen.add(entity.name)
            for key in entity.foreign_keys:
                if key.target in catalog.entities:
                    visit(catalog.entities[key.target])
            ordered[entity.name] = entity

    def to_any(entity: Entity) -> bool:
        return any(key.target == "records" for key in entity.foreign_keys)

    for entity in sorted(catalog.entities.values(), key=to_any):
        visit(entity)
    return list(ordered.values())


class Life:
    """The rows that are told, by table. A record of the demo's own is known by `type:name`, one of its files by label."""

    def __init__(self, user: UUID, catalog: Catalog, found: Mapping[tuple[str, str], UUID]) -> None:
        self.user = user
        self._catalog = catalog
        self._found = found
        self.rows: dict[str, list[dict[str, object]]] = defaultdict(list)
        self._ties: list[tuple[str, str, str]] = []

    def add(self, table: str, name: str, /, **values: object) -> str:
        """A row of a table, as JSON has its columns; None leaves a column to its default. Returns its id."""
        id_ = self.id(f"{self._catalog.entities[table].record_type}:{name}")
        self.rows[table].append({"id": id_, **{column: x for column, x in values.items() if x is not None}})
        return id_

    def id(self, key: str) -> str:
        """The id of what is told under a key, before or after."""
        return str(demo_id(self.user, key))

    def known(self, type_: str, label: str) -> str:
        """The id of a record that the demo's files brought. Raises BadArgument where they did not."""
        found = self._found.get((type_, label))
        if found is None:
            raise BadArgument(f"the demo speaks of a {type_} {label}, which is not in its files")
        return str(found)

    def person(self, name: str) -> str:
        """The id of a contact by name."""
        return self.known("contact", name)

    def subject(self, type_: str, id_: str) -> dict[str, object]:
        """The two columns by which a row points at a record of any type."""
        return {"subject_type": type_, "subject_id": id_}

    def tie(self, source: str, relation: str, target: str) -> None:
        """An edge by hand between two ids, where no column says it."""
        self._ties.append((source, relation, target))

    async def write(self, connection: Connection) -> None:
        """Insert all rows, then the ties. What is pointed at comes first, so that edges find both ends."""
        for entity in targets_first(self._catalog):
            if rows := self.rows.get(entity.name):
                await insert_rows(connection, self.user, entity, rows)
        whole = {"weight": 1.0, "confidence": 1.0}
        for source, relation, target in self._ties:
            await tie(connection, self.user, (UUID(source), UUID(target)), relation, whole)
