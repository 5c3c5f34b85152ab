"""What the texts of records say: the targets of their links under their relations, with the places, and their tags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.extraction import queries
from graph.extraction.mentions import mentions
from graph.extraction.weighing import LIVING, portions
from graph.plan.values import quoted
from schema_sql.catalog import Catalog, Entity

RELATIONS = {"wikilink": "LINKS_TO", "link": "LINKS_TO", "embed": "EMBEDS"}
MAX_SPANS = 20
LONGEST_TAG = 250
BYTES_AT_ONCE = 8_000_000

Spans = list[list[int]]


@dataclass(slots=True)
class Said:
    """What one record's texts say. `path` is the file it came from, "" where there is none."""

    path: str
    targets: dict[tuple[str, str], Spans] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)


class Texts:
    """Reads the texts of records of all types that have Markdown in them."""

    def __init__(self, catalog: Catalog) -> None:
        self._entities = {entity.record_type: entity for entity in catalog.records if entity.tagged("markdown")}

    def telling(self, record_type: str) -> frozenset[str]:
        """The columns of a type that decide what its records say; none where they say nothing."""
        entity = self._entities.get(record_type)
        return frozenset((*entity.tagged("markdown"), *_paths(entity), "custom_fields")) if entity else frozenset()

    async def portions(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> Iterator[list[UUID]]:
        """Those of the ids that live and have texts, type by type, in lists that fit into memory."""
        by_type: dict[str, list[UUID]] = {}
        for row in await connection.fetch(queries.TYPES, user, ids):
            if row["type"] in self._entities:
                by_type.setdefault(row["type"], []).append(row["id"])
        entities = [(self._entities[type_], some) for type_, some in sorted(by_type.items())]
        wanted = [(entity, entity.tagged("markdown"), some) for entity, some in entities]
        return await portions(connection, user, wanted, BYTES_AT_ONCE)

    async def read(self, connection: Connection, user: UUID, ids: Sequence[UUID]) -> dict[UUID, Said]:
        """What these records say."""
        types = {row["type"] for row in await connection.fetch(queries.TYPES, user, ids)}
        said: dict[UUID, Said] = {}
        for type_ in sorted(types & self._entities.keys()):
            entity = self._entities[type_]
            for row in await connection.fetch(_select(entity), user, ids):
                said[row["id"]] = _said(entity, dict(row))
        return said


def _paths(entity: Entity) -> list[str]:
    return [name for name in entity.tagged("name") if name.endswith("path")]


def _select(entity: Entity) -> str:
    wanted = [*entity.tagged("markdown"), *_paths(entity), "custom_fields"]
    columns = [name for name in wanted if name in entity.by_name]
    return f"SELECT id, {', '.join(map(quoted, columns))} FROM {quoted(entity.name)} WHERE {LIVING}"


def _said(entity: Entity, row: Mapping[str, Any]) -> Said:
    said = Said(next((row[name] for name in _paths(entity) if row[name]), ""))
    for column in entity.tagged("markdown"):
        for mention in mentions(row[column] or ""):
            if mention.kind == "tag":
                said.tags.add(tag_name(mention.target))
            elif mention.target:
                spans = said.targets.setdefault((RELATIONS[mention.kind], mention.target), [])
                if len(spans) < MAX_SPANS:
                    spans.append([*mention.span])
    fields = row.get("custom_fields")
    listed = fields.get("tags") if isinstance(fields, dict) else None
    said.tags.update(tag_name(tag) for tag in listed or () if isinstance(tag, str))
    said.tags.discard("")
    return said


def tag_name(tag: str) -> str:
    """A tag as it is stored: small letters, no #, single slashes."""
    parts = (part.strip() for part in tag.strip().lstrip("#").lower().split("/"))
    return "/".join(filter(None, parts))[:LONGEST_TAG].strip("/ ")
