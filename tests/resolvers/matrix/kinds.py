"""What the checks of a record type share: its names in GraphQL, and how its records are made and read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from resolvers.inputs import visible
from resolvers.names import camel, many, one, type_name
from schema_sql.catalog import Entity
from tests.specimens import Specimens, Variant
from tests.world import World

T = TypeVar("T")

RECORD = "id recordType label createdAt updatedAt deletedAt"
CHUNK = 10
"""How many things one document asks for."""


@dataclass(frozen=True)
class Kind:
    """The GraphQL names of a record type."""

    entity: Entity

    @property
    def name(self) -> str:
        return type_name(self.entity)

    @property
    def one(self) -> str:
        return one(self.entity)

    @property
    def many(self) -> str:
        return many(self.entity)

    @property
    def enum(self) -> str:
        return self.entity.record_type.upper()

    @property
    def columns(self) -> str:
        """All columns that may be shown."""
        return " ".join(camel(column.name) for column in visible(self.entity))

    @property
    def searchable(self) -> str | None:
        """A column by whose words the record is found."""
        return next((name for tag in ("title", "text") for name in self.entity.tagged(tag)
                     if self.entity.by_name[name].type == "text" and not self.entity.by_name[name].generated), None)  # fmt: skip


class Checks:
    """What the checks of one record type at a time have in common, in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.specimens = Specimens(world)

    def given(self, kind: Kind, variant: Variant) -> dict[str, Any]:
        return in_camel(self.specimens.values(kind.entity, self.world.alice, variant))

    def read(self, kind: Kind, id_: str) -> dict[str, Any]:
        """The record as every way of reading shows it, which must be the same."""
        data = self.world.ask(
            f"query($i: ID!) {{ {kind.one}(id: $i) {{ ...F }} node(id: $i) {{ ...F }} nodes(ids: [$i]) {{ ...F }} "
            f"{kind.many}(filter: {{id: {{eq: $i}}}}, deleted: INCLUDE) {{ totalCount nodes {{ ...F }} edges {{ node {{ ...F }} }} }} }} "
            f"fragment F on {kind.name} {{ {RECORD} {kind.columns} }}",
            i=id_,
        )
        found: dict[str, Any] = data[kind.one]
        (in_list,), (in_edges,) = data[kind.many]["nodes"], data[kind.many]["edges"]
        assert found == data["node"] == data["nodes"][0] == in_list == in_edges["node"]
        assert data[kind.many]["totalCount"] == 1
        return found

    def row(self, kind: Kind, id_: str) -> dict[str, Any]:
        """The row of a series."""
        query = (
            f"query($i: ID!) {{ {kind.many}(filter: {{id: {{eq: $i}}}}) {{ totalCount nodes {{ {kind.columns} }} }} }}"
        )
        data = self.world.ask(query, i=id_)[kind.many]
        assert data["totalCount"] == 1
        return dict(data["nodes"][0])

    def count(self, kind: Kind) -> int:
        count: int = self.world.ask(f"{{ l: {kind.many} {{ totalCount }} }}")["l"]["totalCount"]
        return count


def in_camel(values: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in values.items()}


def chunks(things: list[T]) -> Iterator[list[T]]:
    """As many at a time as one document asks for."""
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]
