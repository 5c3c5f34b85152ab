"""What the fields of the schema mean to the planner: each type's fields by name, written down while types are made."""

from dataclasses import dataclass, field
from typing import Any

from graph.plan.order import Order
from schema_sql.catalog import Catalog, Column, Entity


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of the record's table."""

    column: Column


@dataclass(frozen=True, slots=True)
class OfRecord:
    """What every record has: `type`, `id`, `label`, `created_at`, `updated_at`, `deleted_at`."""

    name: str


@dataclass(frozen=True, slots=True)
class OfSource:
    """A value that a list gives beside its records."""

    name: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """An edge's place in its list."""


@dataclass(frozen=True, slots=True)
class PointsAt:
    """A foreign key: `entity` is the table it points at, None for any record."""

    entity: Entity | None
    column: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """The records of `entity` whose `column` points here."""

    entity: Entity
    column: str


@dataclass(frozen=True, slots=True)
class LinksOf:
    """The edges of the record."""


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """The log of the record."""


@dataclass(frozen=True, slots=True)
class TheRecord:
    """The record that an edge leads to."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A root field: a record of this type by its id."""

    entity: Entity | None


@dataclass(frozen=True, slots=True)
class SeveralOf:
    """A root field: records of any type by their ids."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A root field: the records of this type."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Found:
    """The root field `search`."""


@dataclass(frozen=True, slots=True)
class SimilarTo:
    """The records that mean much the same as the record."""


@dataclass(frozen=True, slots=True)
class SameRow:
    """Values of the row itself, gathered under a name."""


@dataclass(frozen=True, slots=True)
class Hottest:
    """The root field `hot`."""


@dataclass(frozen=True, slots=True)
class OnTimeline:
    """The root field `timeline`."""


@dataclass(frozen=True, slots=True)
class InLog:
    """The root field `changes`."""


@dataclass(frozen=True, slots=True)
class Creates:
    """A mutation that makes one record of this type."""

    entity: Entity


Meaning = (
    OwnColumn | OfRecord | OfSource | Cursor | PointsAt | Theirs | LinksOf | HistoryOf | TheRecord
    | OneOf | SeveralOf | ListOf | Found | SimilarTo | SameRow | Hottest | OnTimeline | InLog | Creates
)  # fmt: skip


@dataclass
class Meanings:
    """The dictionary of one schema.

    `fields[type][field]` is a field's meaning; `columns[input type][field]` the column (or relation) behind a field of
    an input; `orders[enum value]` the keys of an order; `rows[type]` the entity of an object type.
    """

    catalog: Catalog
    fields: dict[str, dict[str, Meaning]] = field(default_factory=dict)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)
    orders: dict[str, dict[str, Order]] = field(default_factory=dict)
    rows: dict[str, Entity] = field(default_factory=dict)

    def of(self, type_name: str, field_name: str) -> Meaning | None:
        return self.fields.get(type_name, {}).get(field_name)

    def learn(self, type_name: str, field_name: str, meaning: Any) -> None:
        self.fields.setdefault(type_name, {})[field_name] = meaning
