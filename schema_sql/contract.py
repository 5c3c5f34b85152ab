"""What GraphQL asks of the names in the DDL: valid, free, and still different from each other in its spelling."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from schema_sql.catalog import Catalog, Entity, Enum, Place
from schema_sql.errors import SchemaError
from schema_sql.naming import camel, enum_value, pascal

RECORD_FIELDS = ("record_type", "label", "heat", "links", "similar", "history")
"""What the interface Record has beside the columns of the template."""

_TYPES = """
    BigInt Boolean Change Date DateTime Decimal Deleted Duration EmbeddingModel EmbeddingState Float Heat
    HeatPart HeatTier ID Int JSON Link LinkDirection Mutation Node OutboundText PageInfo ParkedText Query Record
    RecordColumn RecordType RecordTypeInfo Search SearchMode Sensitivity String SubscriptionRoot Time UUID
    Upload User
"""
RESERVED_TYPES = frozenset(_TYPES.split())
_ROOTS = """
    changes embeddingModels embeddingProgress heatOf hot neighbors node nodes outbound parkedTexts paths
    recordTypes search subgraph timeline viewer
"""
RESERVED_ROOT_FIELDS = frozenset(_ROOTS.split())
_ALWAYS_TAKEN = ("Edge", "Connection")
_TAKEN_BESIDE = ("Filter", "Input", "Order")

Owner = TypeVar("Owner")

_RENAME = "Rename it, or give its comment a tag @type."
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_VALUE = re.compile(r"[A-Z][A-Z0-9_]*")


def check_contract(catalog: Catalog) -> Iterator[SchemaError]:
    """Every name that GraphQL could not take, or would take for another."""
    for entity in catalog.entities.values():
        yield from _names(entity)
        if entity.kind != "template":
            yield from _columns(entity)
    for enum in catalog.enums.values():
        yield from _enum(enum)
    yield from _types(catalog)
    yield from _root_fields(catalog)


def _names(entity: Entity) -> Iterator[SchemaError]:
    given = [("table", entity.name, entity.place)]
    given += [("column", column.name, column.place) for column in entity.columns]
    given += [(f"tag @{tag}", entity.tags[tag], entity.place) for tag in ("type", "plural") if tag in entity.tags]
    for kind, name, place in given:
        yield from _valid(f"{kind} name", name, place)


def _valid(kind: str, name: str, place: Place) -> Iterator[SchemaError]:
    if not _NAME.fullmatch(name) or len(name) > 63:
        yield SchemaError.at(place, f"The {kind} {name!r} should be small letters, digits and single underscores"
                             " between them, 63 at most, such as diary_entry.")  # fmt: skip


def _columns(entity: Entity) -> Iterator[SchemaError]:
    for name, twins in _groups((camel(column.name), column.name) for column in entity.columns).items():
        if len(twins) > 1:
            both = " and ".join(twins)
            place = entity.by_name[twins[-1]].place
            yield SchemaError.at(place, f"The columns {both} of {entity.name} are both {name} in GraphQL.")
    for name in RECORD_FIELDS if entity.kind == "entity" else ():
        if name in entity.by_name:
            yield SchemaError.at(
                entity.by_name[name].place,
                f"Column {entity.name}.{name}: every record has {camel(name)} in GraphQL already; choose another name.",
            )


def _enum(enum: Enum) -> Iterator[SchemaError]:
    yield from _valid("enum name", enum.name, enum.place)
    for value, labels in _groups((enum_value(label), label) for label in enum.labels).items():
        if not _VALUE.fullmatch(value):
            yield SchemaError.at(enum.place, f"Enum {enum.name}: the label {labels[0]!r} would be {value!r} in GraphQL,"
                                 " which allows letters, digits and underscores only.")  # fmt: skip
        if len(labels) > 1:
            both = " and ".join(map(repr, labels))
            yield SchemaError.at(enum.place, f"Enum {enum.name}: the labels {both} are both {value} in GraphQL.")


def _types(catalog: Catalog) -> Iterator[SchemaError]:
    made: list[tuple[str, Entity | Enum]] = [(pascal(entity.record_type), entity) for entity in catalog.records]
    made += [(pascal(enum.name), enum) for enum in catalog.enums.values()]
    names = _groups(made)
    for name, owners in names.items():
        for problem in _type(name, [owner.name for owner in owners], names.keys()):
            yield SchemaError.at(owners[-1].place, f"{owners[-1].name}: {problem} {_RENAME}")


def _type(name: str, owners: list[str], names: Collection[str]) -> Iterator[str]:
    if len(owners) > 1:
        yield f"the GraphQL type {name} is that of {owners[0]} already."
    if name in RESERVED_TYPES or name.endswith(_ALWAYS_TAKEN):
        yield f"the type {name} is GraphQL's own or the house's."
    for suffix in _TAKEN_BESIDE:
        if name.endswith(suffix) and name.removesuffix(suffix) in names:
            yield f"the type {name} is made for {name.removesuffix(suffix)}."


def _root_fields(catalog: Catalog) -> Iterator[SchemaError]:
    singular = [(camel(entity.record_type), entity) for entity in catalog.records]
    plural = [(camel(entity.tags.get("plural") or entity.name), entity) for entity in catalog.records]
    for field, entities in _groups([*singular, *plural]).items():
        for problem in _root_field(field, [entity.name for entity in entities]):
            yield SchemaError.at(entities[-1].place, f"Table {entities[-1].name}: {problem}")


def _root_field(field: str, tables: list[str]) -> Iterator[str]:
    if field in RESERVED_ROOT_FIELDS:
        yield f"the query {field} is the house's own. {_RENAME}"
    if len(tables) > 1 and tables[0] == tables[-1]:
        yield f"one and many are both called {field}; give its comment a tag @type for one or @plural for many."
    elif len(tables) > 1:
        yield f"the query {field} is that of {tables[0]} already. {_RENAME}"


def _groups(pairs: Iterable[tuple[str, Owner]]) -> dict[str, list[Owner]]:
    groups: dict[str, list[Owner]] = defaultdict(list)
    for name, owner in pairs:
        groups[name].append(owner)
    return groups
