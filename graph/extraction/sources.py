"""The texts in which names are recognised: what records of the types flagged X say in prose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.extraction import queries
from graph.extraction.weighing import LIVING, portions
from graph.lexicon.lexicon import is_document
from graph.plan.values import quoted
from schema_sql.catalog import Catalog, Entity
from schema_sql.tag_rules import SENSITIVITIES

BYTES_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Passage:
    """What one column of a record says."""

    column: str
    text: str
    markdown: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """What one record says, and how much that is one's own (0 to 3)."""

    type: str
    sensitivity: int
    passages: list[Passage]


class Sources:
    """Reads the prose of records."""

    def __init__(self, catalog: Catalog) -> None:
        readable = [(entity, _prose(entity)) for entity in catalog.records if "X" in entity.flags]
        self._prose = {entity.record_type: columns for entity, columns in readable if columns}
        self._entities = {entity.record_type: entity for entity, _ in readable}

    @property
    def types(self) -> list[str]:
        """The types that have prose."""
        return sorted(self._prose)

    def telling(self, record_type: str) -> frozenset[str]:
        """The columns of a type that are read."""
        return frozenset(self._prose.get(record_type, ()))

    async def portions(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> Iterator[list[UUID]]:
        """Those of the ids that live and are read, in lists that fit into memory."""
        by_type = sorted((await self._by_type(connection, user, ids)).items())
        wanted = [(self._entities[type_], self._prose[type_], some) for type_, some in by_type]
        return await portions(connection, user, wanted, BYTES_AT_ONCE)

    async def read(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Passage]]:
        """What these records say, column by column."""
        read: dict[UUID, list[Passage]] = {}
        for type_, some in sorted((await self._by_type(connection, user, ids)).items()):
            for row in await connection.fetch(self._select(type_), user, some):
                read[row["id"]] = self._passages(type_, dict(row))
        return read

    async def prose(self, connection: Connection, user: UUID, id_: UUID) -> Prose | None:
        """What this record says and whether others may know it, both of one moment; None where it does not live."""
        for type_ in await self._by_type(connection, user, [id_]):
            row = await connection.fetchrow(self._select(type_), user, [id_])
            if row is not None:
                usual = SENSITIVITIES.index(self._entities[type_].tags.get("sensitivity", "normal"))
                own = row["sensitivity"]
                return Prose(type_, usual if own is None else own, self._passages(type_, dict(row)))
        return None

    def _passages(self, type_: str, row: Mapping[str, Any]) -> list[Passage]:
        markdown = self._entities[type_].tagged("markdown")
        return [Passage(name, row[name], name in markdown) for name in self._prose[type_] if row[name]]

    async def _by_type(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> Mapping[str, list[UUID]]:
        found: dict[str, list[UUID]] = {}
        for row in await connection.fetch(queries.TYPES, user, ids):
            if row["type"] in self._prose:
                found.setdefault(row["type"], []).append(row["id"])
        return found

    def _select(self, type_: str) -> str:
        entity = self._entities[type_]
        columns = ", ".join(quoted(name) for name in self._prose[type_])
        sensitivity = "sensitivity" if "sensitivity" in entity.by_name else "NULL::smallint AS sensitivity"
        return f"SELECT id, {sensitivity}, {columns} FROM {quoted(entity.name)} WHERE {LIVING}"


def _prose(entity: Entity) -> tuple[str, ...]:
    """The columns to read. What has a name of its own (a person, a place) says it in columns that are no prose."""
    if entity.tagged("name") and not is_document(entity):
        columns = entity.tagged("markdown")
    else:
        columns = tuple(dict.fromkeys((*entity.tagged("title"), *entity.tagged("text"))))
    return tuple(name for name in columns if not entity.by_name[name].is_array)
