"""From the arguments of a field to the source and the bounds of its list. Both execution paths come through here."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from graph.errors import BadArgument
from graph.plan.found import HEAT_WEIGHT, Search, Similar
from graph.plan.hot import Hot
from graph.plan.nodes import Bounds
from graph.plan.order import Key, Order
from graph.plan.sources import Changes, Links, Source, Table, Timeline
from graph.plan.values import Slot
from resolvers.inputs import column_key
from resolvers.meanings import (
    Found,
    HistoryOf,
    Hottest,
    InLog,
    LinksOf,
    ListOf,
    Meaning,
    Meanings,
    OnTimeline,
    SimilarTo,
    Theirs,
)
from resolvers.names import type_name
from schema_sql.catalog import Entity

DEFAULT_PAGE = 20
MAX_ORDER_KEYS = 8

Arguments = Mapping[str, Any]


def bounds_of(arguments: Arguments) -> Bounds:
    """Raises `BadArgument` where first and last are both given."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is not None and last is not None:
        raise BadArgument("a page is asked for by first or by last, not by both")
    if last is None and first is None:
        first = DEFAULT_PAGE
    return Bounds(first, last, arguments.get("after"), arguments.get("before"))


def source_of(meanings: Meanings, meaning: Meaning, arguments: Arguments) -> Source:
    """The source of the list that a field of this meaning asks for."""
    match meaning:
        case ListOf(entity):
            return _table(meanings, entity, arguments, None)
        case Theirs(entity, column):
            return _table(meanings, entity, arguments, column)
        case LinksOf():
            relations = arguments.get("relations")
            return Links(
                _plain(arguments.get("direction") or "BOTH"), _hashable(relations), _hashable(arguments.get("types"))
            )
        case HistoryOf():
            return Changes(of_parent=True)
        case InLog():
            return Changes(types=_hashable(arguments.get("types")))
        case Found():
            return _search(arguments)
        case SimilarTo():
            return Similar(_hashable(arguments.get("types")))
        case Hottest():
            return Hot(_hashable(arguments.get("types")))
        case OnTimeline():
            return Timeline(arguments.get("from"), arguments.get("to"), _hashable(arguments.get("types")))
    raise AssertionError(f"{meaning} is no list")


def _search(arguments: Arguments) -> Search:
    weight = arguments.get("heatWeight")
    return Search(
        arguments["query"],
        _hashable(arguments.get("types")),
        arguments.get("since"),
        arguments.get("until"),
        mode=_plain(arguments.get("mode") or "HYBRID"),
        tags=_hashable(arguments.get("tags")),
        linked_to=_hashable(arguments.get("linkedTo")),
        heat_weight=HEAT_WEIGHT if weight is None else weight,
    )


def _table(meanings: Meanings, entity: Entity, arguments: Arguments, parent_column: str | None) -> Table:
    given = arguments.get("filter")
    condition = None if given is None else filter_of(meanings, f"{type_name(entity)}Filter", given)
    order = order_of(meanings, entity, arguments.get("orderBy"))
    deleted = _plain(arguments.get("deleted") or "EXCLUDE") if entity.kind == "entity" else "INCLUDE"
    return Table(entity, meanings.catalog, entity.name, order, condition, deleted, parent_column)


def newest_first(entity: Entity) -> str:
    """The order of a list that is not told one: of a series, by its own moment."""
    moment = "created_at" if entity.kind == "entity" else entity.tags.get("time", "id")
    return f"{moment.upper()}_DESC"


def order_of(meanings: Meanings, entity: Entity, names: Any) -> Order:
    """The keys asked for and the id, which makes every place in the list unique."""
    known = meanings.orders[f"{type_name(entity)}Order"]
    names = [newest_first(entity)] if not names else names if isinstance(names, list) else [names]
    if len(names) > MAX_ORDER_KEYS:
        raise BadArgument(f"an order has at most {MAX_ORDER_KEYS} keys")
    keys: list[Key] = []
    for name in names:
        for key in known[_plain(name)]:
            if key.sql not in {other.sql for other in keys}:
                keys.append(key)
    tie = column_key(entity.by_name["id"], descending=keys[-1].descending)
    return tuple(keys) if any(key.sql == tie.sql for key in keys) else (*keys, tie)


def filter_of(meanings: Meanings, type_: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The filter with the columns' own names, as `graph.plan.filters` reads it."""
    behind = meanings.inputs[type_]
    tree: dict[str, Any] = {}
    for name, value in given.items():
        column = behind[name]
        if value is None or column in meanings_columns(meanings, type_):
            tree[column] = value
        elif name in ("and", "or"):
            tree[column] = [filter_of(meanings, type_, part) for part in value]
        elif name == "not":
            tree[column] = filter_of(meanings, type_, value)
        else:
            tree[column] = filter_of(meanings, _related(meanings, type_, column), value)
    return tree


def meanings_columns(meanings: Meanings, filter_type: str) -> Mapping[str, Any]:
    return meanings.rows[filter_type.removesuffix("Filter")].by_name


def _related(meanings: Meanings, type_: str, relation: str) -> str:
    entity = meanings.rows[type_.removesuffix("Filter")]
    key = next(key for key in entity.foreign_keys if key.column == f"{relation}_id")
    return f"{type_name(meanings.catalog.entities[key.target])}Filter"


def _plain(value: Any) -> str:
    """An enum's value; enums are never slots, because they change the statement."""
    return str(value.value) if isinstance(value, Enum) else str(value)


def _hashable(value: Any) -> Any:
    """A list as a tuple of plain values; plans compare and hash by what they ask for."""
    if isinstance(value, list):
        return tuple(_plain(one) if isinstance(one, Enum) else one for one in value)
    return value


def as_slots(value: Any, path: tuple[str | int, ...]) -> Any:
    """A coerced variable with a slot for every value that does not change the statement's shape."""
    if value is None or isinstance(value, (bool, Enum)):
        return value
    if isinstance(value, dict):
        return {key: as_slots(part, (*path, key)) for key, part in value.items()}
    if isinstance(value, list) and _is_shape(value):
        return [as_slots(part, (*path, index)) for index, part in enumerate(value)]
    return Slot(path)


def _is_shape(values: list[Any]) -> bool:
    """Whether a list says more than values: an empty list of conditions is one, too."""
    return not values or any(isinstance(part, (dict, Enum)) or part is None for part in values)


def shape_of(value: Any) -> Any:
    """What of a coerced variable decides the statement: equal shapes share one. Mirrors `as_slots`."""
    if value is None or isinstance(value, (bool, Enum)):
        return value
    if isinstance(value, dict):
        return tuple((key, shape_of(part)) for key, part in value.items())
    if isinstance(value, list) and _is_shape(value):
        return (list, *(shape_of(part) for part in value))
    return Slot
