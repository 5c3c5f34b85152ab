"""What of a record is embedded, for the types that are (flag E): its label, its texts, how much they are one's own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.embedding.chunks import READ
from graph.plan.values import quoted
from schema_sql.catalog import Catalog, Entity
from schema_sql.tag_rules import SENSITIVITIES


@dataclass(frozen=True, slots=True)
class Source:
    """One record's text."""

    record: UUID
    type: str
    label: str
    text: str
    sensitivity: int


class Sources:
    """Reads the texts of records of all types that are embedded."""

    def __init__(self, catalog: Catalog) -> None:
        self._entities = {entity.record_type: entity for entity in catalog.records if "E" in entity.flags}

    @property
    def types(self) -> frozenset[str]:
        """The types that are embedded."""
        return frozenset(self._entities)

    def telling(self, record_type: str) -> frozenset[str]:
        """The columns of a type that decide what is embedded, and whether it may be; none where nothing is."""
        entity = self._entities.get(record_type)
        return frozenset((*_columns(entity), *entity.labels, "sensitivity")) if entity else frozenset()

    async def read(self, connection: Connection, user: UUID, records: Iterable[tuple[UUID, str]]) -> list[Source]:
        """The sources of those of these (id, type) that live. Long texts are cut behind what is embedded of them."""
        by_type: dict[str, list[UUID]] = {}
        for id_, type_ in records:
            if type_ in self._entities:
                by_type.setdefault(type_, []).append(id_)
        found: list[Source] = []
        for type_, ids in sorted(by_type.items()):
            entity = self._entities[type_]
            rows = await connection.fetch(_select(entity), user, ids)
            found += [_source(entity, dict(row)) for row in rows]
        return found


def _columns(entity: Entity) -> Sequence[str]:
    return tuple(dict.fromkeys((*entity.tagged("title"), *entity.tagged("text"))))


def _select(entity: Entity) -> str:
    texts = [f"left({_text(entity, name)}, {READ + 1}) AS {quoted('_' + name)}" for name in _columns(entity)]
    wanted = ", ".join(["r.id", "r.label", "t.sensitivity", *texts])
    return (
        f"SELECT {wanted} FROM {quoted(entity.name)} t JOIN records r ON r.user_id = $1 AND r.id = t.id"
        " WHERE t.user_id = $1 AND t.id = ANY ($2::uuid[]) AND t.deleted_at IS NULL"
    )


def _text(entity: Entity, name: str) -> str:
    column = f"t.{quoted(name)}"
    return f"array_to_string({column}, ', ')" if entity.by_name[name].is_array else column


def _source(entity: Entity, row: Mapping[str, Any]) -> Source:
    label: str = row["label"]
    texts = [row["_" + name] or "" for name in _columns(entity)]
    usual = SENSITIVITIES.index(entity.tags.get("sensitivity", "normal"))
    sensitivity = usual if row["sensitivity"] is None else row["sensitivity"]
    body = "\n\n".join(text for text in texts if text.strip() and text.strip() != label)
    return Source(row["id"], entity.record_type, label, body, sensitivity)
