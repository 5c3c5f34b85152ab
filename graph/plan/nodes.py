"""The plan of a reading: what is wanted, as frozen values that compare equal when they ask for the same."""

from dataclasses import dataclass, field
from typing import Any

from schema_sql.catalog import Column, Entity

Field = tuple[str, "Node"]
"""A key of the answer and what stands under it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is known without the database, such as `__typename`."""

    value: str | bool | None


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A column of the row's own table."""

    name: str
    column: Column = field(hash=False)


@dataclass(frozen=True, slots=True)
class RecordValue:
    """What every record has: `type`, `id`, `label`, `created_at`, `updated_at`, `deleted_at`, `heat`, `typename`."""

    name: str


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A column that the source of a page gives beside its records: an edge's relation, a hit's score."""

    name: str


@dataclass(frozen=True, slots=True)
class CursorValue:
    """The place of a row in its list."""


@dataclass(frozen=True, slots=True)
class ToOne:
    """The record that a foreign key of this row points at."""

    entity: Entity = field(hash=False)
    column: str
    object: "Object"


@dataclass(frozen=True, slots=True)
class ToRecord:
    """The record of any type whose id stands in this column of the row."""

    column: str
    object: "AnyObject"


@dataclass(frozen=True, slots=True)
class Object:
    """The fields of one record of one known type."""

    entity: Entity | None = field(hash=False)
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class AnyObject:
    """The fields of a record of any type: `named` for the types that fragments name, `other` for all the rest."""

    other: Object
    named: tuple[tuple[str, Object], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The fields of rows that are no records: a change, an edge."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The part of a list that is wanted. `after` and `before` are cursors; values may be slots."""

    first: Any = None
    last: Any = None
    after: Any = None
    before: Any = None

    @property
    def backward(self) -> bool:
        return self.last is not None


@dataclass(frozen=True, slots=True)
class PageInfo:
    """`fields` are pairs of a key and one of hasNextPage, hasPreviousPage, startCursor, endCursor, __typename."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many there are, whatever the bounds."""


@dataclass(frozen=True, slots=True)
class Notices:
    """What could not be done for a ranked list: texts."""


@dataclass(frozen=True, slots=True)
class PushedOut:
    """The rows of a ranked list that would stand on its first page if heat counted nothing, each as this node."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Items:
    """The rows of a page, each as this node: edges or nodes."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an ordered list, with whatever of it is wanted under each key."""

    source: Any  # a source of `sources.py`
    bounds: Bounds
    outputs: tuple[tuple[str, "Output"], ...]


@dataclass(frozen=True, slots=True)
class One:
    """A single record: by id of a known type, or of any type when `entity` is None."""

    entity: Entity | None = field(hash=False)
    id: Any
    object: "Object | AnyObject"


@dataclass(frozen=True, slots=True)
class Several:
    """Records of any type by their ids, in the order of the ids, null where there is none."""

    ids: Any
    object: "AnyObject"


Node = (
    Constant
    | ColumnValue
    | RecordValue
    | SourceValue
    | CursorValue
    | ToOne
    | ToRecord
    | Object
    | AnyObject
    | Rows
    | Page
    | One
    | Several
)

Output = PageInfo | TotalCount | Notices | PushedOut | Items | Constant
"""What a page gives under one key."""
