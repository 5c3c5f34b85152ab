"""What exists: tables, columns, keys and enums of a life, as plain frozen values.

The Catalog is read from the DDL (`parse`) or from a live database (`introspect`); everything that is generated
(triggers, policies, GraphQL types, importers' columns) is generated from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

COMMON_COLUMNS = ("id", "user_id", "created_at", "updated_at", "deleted_at")
"""The columns that every entity table has from the `entity` template."""


class Place(NamedTuple):
    """Where something is declared; a Catalog of a live database knows no places."""

    file: str = ""
    line: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is PostgreSQL's canonical name (`text`, `timestamptz`, `integer`, `text[]`, an enum's name).

    `default` is the SQL expression as written (or as PostgreSQL shows it); of a generated column it is the expression
    that makes the value, and `identity` for an identity column.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    generated: bool = False
    comment: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def secret(self) -> bool:
        return "secret" in self.tags

    @property
    def is_array(self) -> bool:
        return self.type.endswith("[]")

    @property
    def element(self) -> str:
        """The type of one element: `text` for `text[]`, else the type itself."""
        return self.type.removesuffix("[]")


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of this table point at `target_columns` of `target`. `on_delete` is `cascade` for owned children."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: str = "no action"
    deferred: bool = False
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    @property
    def column(self) -> str:
        """The column that carries the meaning: the last one (`user_id` comes first)."""
        return self.columns[-1]

    @property
    def owned(self) -> bool:
        return self.on_delete == "cascade"


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique index or constraint; `where` is its partial predicate or None.

    An element of `columns` that is not a bare column is its expression; what INCLUDE adds is left out.
    """

    columns: tuple[str, ...]
    where: str | None = None
    nulls_not_distinct: bool = False
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Index:
    """A plain index. `expression` is True where an element is not a bare column.

    Operator classes, ASC or DESC and what INCLUDE adds are left out of `columns`.
    """

    name: str
    columns: tuple[str, ...]
    method: str = "btree"
    where: str | None = None
    expression: bool = False
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    name: str | None
    expression: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Enum:
    name: str
    labels: tuple[str, ...]
    comment: str = ""
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Entity:
    """One table. `kind` is `entity`, `ledger`, `reference` or `template`; `place` says where it is declared."""

    name: str
    columns: tuple[Column, ...]
    kind: str = "entity"
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[Unique, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def place(self) -> Place:
        return Place(self.file, self.line)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def flags(self) -> str:
        return self.tags.get("flags", "C" if self.bare else "")

    @cached_property
    def bare(self) -> bool:
        """True where a table says nothing of itself: no comment, no tag. Then its text columns speak for it."""
        return not self.comment and not self.tags and not any(column.tags for column in self.columns)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.type == "text" and not column.generated)

    @cached_property
    def record_type(self) -> str:
        """The singular snake case name that `records.type` stores."""
        return self.tags.get("type") or singular(self.name)

    @property
    def managed(self) -> bool:
        """True where rows are written by their own commands only, never by generic mutations."""
        return "managed" in self.tags

    @property
    def whole(self) -> bool:
        """True where its parts make it up: who absorbs such a record takes none of them over."""
        return "whole" in self.tags

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The columns whose first non-empty value names the record."""
        return tuple(name.strip() for name in self.tags.get("label", "").split(",") if name.strip())

    @property
    def natural_key(self) -> tuple[str, ...] | None:
        """The columns (without user_id) by which a row is known to the outside, or None."""
        for unique in self.uniques:
            first, *rest = unique.columns
            if first == "user_id" and rest and unique.columns != self.primary_key and self.by_name.keys() >= set(rest):
                return tuple(rest)
        return None

    def tagged(self, tag: str) -> tuple[str, ...]:
        """The names of the columns that carry `@tag`, in the order of the table.

        In a bare table the first text is title and name, and the others are searchable.
        """
        if self.bare:
            first, others = self._texts[:1], self._texts[1:]
            return {"title": first, "name": first, "text": others}.get(tag, ())
        return tuple(column.name for column in self.columns if tag in column.tags)


@dataclass(frozen=True)
class Catalog:
    """All tables and enums by name, in the order of declaration."""

    entities: Mapping[str, Entity]
    enums: Mapping[str, Enum]

    @cached_property
    def records(self) -> tuple[Entity, ...]:
        """The tables whose rows are records: everything a person would call a thing."""
        return tuple(entity for entity in self.entities.values() if entity.kind == "entity")

    @cached_property
    def series(self) -> tuple[Entity, ...]:
        """The tables of what happens again and again, as points of a track: their rows are no records."""
        return tuple(
            entity
            for entity in self.entities.values()
            if entity.kind == "ledger" and "T" in entity.flags and {"id", "user_id"} <= entity.by_name.keys()
        )

    @cached_property
    def by_type(self) -> Mapping[str, Entity]:
        return {entity.record_type: entity for entity in self.records}

    def pointing_at(self, name: str) -> Iterator[tuple[Entity, ForeignKey]]:
        """Every foreign key of a record table whose target is the table `name`."""
        return _keys_to(name, self.records)

    def series_of(self, name: str) -> Iterator[tuple[Entity, ForeignKey]]:
        """Every foreign key of a series whose target is the table `name`."""
        return _keys_to(name, self.series)


def _keys_to(name: str, entities: Iterable[Entity]) -> Iterator[tuple[Entity, ForeignKey]]:
    for entity in entities:
        for key in entity.foreign_keys:
            if key.target == name:
                yield entity, key


_IRREGULAR = {"people": "person", "addresses": "address", "statuses": "status", "movies": "movie", "series": "series"}


def singular(plural: str) -> str:
    """`diary_entries` -> `diary_entry`, `contact_addresses` -> `contact_address`. Odd words carry `@type` instead."""
    head, _, last = plural.rpartition("_")
    one = _IRREGULAR.get(last)
    if one is None:
        if last.endswith("ies"):
            one = last[:-3] + "y"
        elif last.endswith(("sses", "xes", "ches", "shes")):
            one = last[:-2]
        elif last.endswith("s") and not last.endswith("ss"):
            one = last[:-1]
        else:
            one = last
    return f"{head}_{one}" if head else one
