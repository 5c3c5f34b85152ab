"""The names of the contract, from the Catalog's: what GraphQL calls a table, a column, a relation."""

import keyword

from schema_sql.catalog import Entity, ForeignKey
from schema_sql.naming import camel, pascal

__all__ = ["attribute", "camel", "many", "one", "pascal", "relation", "reverse", "type_name"]


def attribute(name: str) -> str:
    """A Python name for a column: `class` is a column of events."""
    return f"{name}_" if keyword.iskeyword(name) else name


def type_name(entity: Entity) -> str:
    return pascal(entity.record_type)


def one(entity: Entity) -> str:
    """The root field of one record: `diaryEntry`."""
    return camel(entity.record_type)


def many(entity: Entity) -> str:
    """The root field of the list: `diaryEntries`."""
    return camel(entity.tags.get("plural") or entity.name)


def relation(key: ForeignKey) -> str:
    """The snake case name of what a foreign key points at: `calendar` for `calendar_id`."""
    return key.column.removesuffix("_id")


def reverse(entity: Entity, key: ForeignKey, keys_to_target: int) -> str:
    """The other side of a foreign key: `events`, or `eventsByPlace` where several keys point at one table."""
    return many(entity) if keys_to_target == 1 else f"{many(entity)}By{pascal(relation(key))}"
