"""The inputs of every table: filters, orders, and what one gives to create or change a record."""

from typing import Any

import strawberry

from graph.plan.columns import base_type, value_type
from graph.plan.order import Key, Order
from graph.plan.values import quoted
from resolvers.making import REQUIRED, Argument, Workshop
from resolvers.names import camel, pascal, relation, type_name
from resolvers.scalars import JSON, BigInt, Date, DateTime, Decimal, Duration, Time
from schema_sql.catalog import COMMON_COLUMNS, Column, Entity

_UNSORTABLE = ("jsonb", "json", "bytea", "tsvector", "vector")
_NAMES: dict[object, str] = {
    str: "Text", strawberry.ID: "Id", bool: "Boolean", int: "Int", float: "Float", BigInt: "BigInt", Decimal: "Decimal",
    DateTime: "DateTime", Date: "Date", Time: "Time", Duration: "Duration", JSON: "Json",
}  # fmt: skip

_UNLIKE_TEXT = {"bytea": "Bytes", "inet": "Network", "cidr": "Network"}
"""The filters of what travels as text and has no parts that one could look for."""


def make_inputs(workshop: Workshop) -> None:
    """All inputs of all record tables, the shared filters first."""
    for type_, name in _NAMES.items():
        _filter_of(workshop, name, type_)
    _filter_of(workshop, "Bytes", str, ordered=False)
    _filter_of(workshop, "Network", str)
    for enum in workshop.catalog.enums:
        _filter_of(workshop, pascal(enum), workshop.ref(pascal(enum)), ordered=False)
    for entity in (*workshop.catalog.records, *workshop.catalog.series):
        _table_filter(workshop, entity)
        _order(workshop, entity)
        if entity.kind == "entity" and not entity.managed:
            _record_inputs(workshop, entity)


def _filter_of(workshop: Workshop, name: str, type_: Any, *, ordered: bool = True) -> None:
    """The conditions on values of one type, alone and in lists."""
    null = Argument("isNull", bool)
    equal = [Argument("eq", type_), Argument("ne", type_), Argument("in", list[type_]), Argument("notIn", list[type_])]
    between = [Argument(operator, type_) for operator in ("lt", "lte", "gt", "gte")]
    text = [
        Argument("contains", str, description="Has this text in it; case does not matter."),
        Argument("startsWith", str, description="Begins with this text; case does not matter."),
    ]
    if type_ is JSON:
        workshop.input(f"{name}Filter", [null])
    else:
        conditions = [
            *equal,
            *(between if ordered and type_ is not bool else []),
            *(text if name == "Text" else []),
            null,
        ]
        workshop.input(f"{name}Filter", conditions)
        lists = [Argument("has", type_), Argument("overlaps", list[type_]), null]
        workshop.input(f"{name}ListFilter", lists)


def _filter_name(workshop: Workshop, column: Column) -> str:
    element = base_type(column.element)
    own = pascal(element) if element in workshop.catalog.enums else _UNLIKE_TEXT.get(element)
    name = own or _NAMES[workshop.element_type(column)]
    return f"{name}ListFilter" if column.is_array and name != "Json" else f"{name}Filter"


def _table_filter(workshop: Workshop, entity: Entity) -> None:
    name = f"{type_name(entity)}Filter"
    behind: dict[str, str] = {"and": "and", "or": "or", "not": "not"}
    fields = [
        Argument("and", list[workshop.ref(name)], description="All of these hold."),  # type: ignore[misc]
        Argument("or", list[workshop.ref(name)], description="At least one of these holds."),  # type: ignore[misc]
        Argument("not", workshop.ref(name), description="This does not hold."),
    ]
    for column in visible(entity):
        behind[camel(column.name)] = column.name
        fields.append(
            Argument(camel(column.name), workshop.ref(_filter_name(workshop, column)), description=column.comment)
        )
    for key in entity.foreign_keys:
        target = workshop.catalog.entities.get(key.target)
        if target is not None and target.kind == "entity" and camel(relation(key)) not in behind:
            told = entity.by_name[key.column].comment
            behind[camel(relation(key))] = relation(key)
            condition = workshop.ref(f"{type_name(target)}Filter")
            fields.append(Argument(camel(relation(key)), condition, description=told))
    workshop.meanings.inputs[name] = behind
    workshop.input(name, fields, f"Conditions on {type_name(entity)}; all of them must hold.")


def visible(entity: Entity) -> list[Column]:
    """The columns that may leave the database."""
    return [column for column in entity.columns if not column.secret and column.name != "user_id"]


def column_key(column: Column, *, descending: bool) -> Key:
    """One column as a key of an order."""
    return Key(f"{{row}}.{quoted(column.name)}", value_type(column.type), descending, column.nullable)


def _order(workshop: Workshop, entity: Entity) -> None:
    orders: dict[str, Order] = {}
    for column in visible(entity):
        if column.is_array or base_type(column.type) in _UNSORTABLE:
            continue
        for suffix, descending in (("ASC", False), ("DESC", True)):
            orders[f"{column.name.upper()}_{suffix}"] = (column_key(column, descending=descending),)
    name = f"{type_name(entity)}Order"
    workshop.meanings.orders[name] = orders
    workshop.enum(name, {key: key for key in orders})


def writable(entity: Entity) -> list[Column]:
    """The columns that one may give: all but those that the house keeps itself."""
    kept = {*COMMON_COLUMNS, *entity.tagged("derived")}
    return [column for column in visible(entity) if column.name not in kept and not column.generated]


def _record_inputs(workshop: Workshop, entity: Entity) -> None:
    columns = writable(entity)
    behind = {camel(column.name): column.name for column in columns} | {"id": "id"}
    own_id = Argument("id", strawberry.ID, description="An id of your own; giving it again is harmless.")
    create = [own_id]
    for column in columns:
        required = not column.nullable and column.default is None
        element = workshop.element_type(column)
        whole = list[element] if column.is_array else element  # type: ignore[valid-type]
        create.append(Argument(camel(column.name), whole, REQUIRED if required else None, column.comment))
    update = [Argument(argument.name, argument.type, None, argument.description) for argument in create[1:]]
    for name, fields in ((f"Create{type_name(entity)}Input", create), (f"Update{type_name(entity)}Input", update)):
        workshop.meanings.inputs[name] = behind
        workshop.input(name, fields, entity.comment)
