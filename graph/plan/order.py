"""Orders and cursors: a place in a list is the values of its order's keys, so inserts elsewhere never move a page."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from graph.errors import BadCursor
from graph.plan.values import Writer


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: the SQL of its value with `{row}` for the row's alias, its type, its direction."""

    sql: str
    type: str
    descending: bool = False
    nullable: bool = False

    def of(self, row: str) -> str:
        return self.sql.replace("{row}", row)


Order = tuple[Key, ...]


def order_by(order: Order, row: str, backward: bool) -> str:
    """Ascending puts nulls last and descending first: PostgreSQL's own way, which its indexes follow."""
    return ", ".join(key.of(row) + (" DESC" if key.descending != backward else "") for key in order)


def signature(order: Order) -> str:
    """Tells the cursors of one order from those of another."""
    return sha256(repr([(key.sql, key.descending) for key in order]).encode()).hexdigest()[:8]


def cursor_value(order: Order, row: str) -> str:
    """The SQL of a row's cursor."""
    return cursor_of(order, [key.of(row) for key in order])


def cursor_of(order: Order, keys: Sequence[str]) -> str:
    """The SQL of a cursor from that of its keys: URL-safe base64 of a JSON array, the order's signature first."""
    values = ", ".join(f"({key})::text" for key in keys)
    array = f"json_array('{signature(order)}', {values} NULL ON NULL)::text"
    return f"translate(encode(convert_to({array}, 'UTF8'), 'base64'), E'+/=\\n', '-_')"


@dataclass(frozen=True, slots=True)
class CursorValues:
    """Prepares a cursor: the texts of its keys. Raises `BadCursor` for one that this order did not make."""

    order: Order

    def __call__(self, cursor: Any) -> list[str | None]:
        try:
            padded = str(cursor) + "=" * (-len(str(cursor)) % 4)
            values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            raise BadCursor() from None
        fits = isinstance(values, list) and len(values) == len(self.order) + 1 and values[0] == signature(self.order)
        if not fits or not all(value is None or (isinstance(value, str) and "\x00" not in value) for value in values):
            raise BadCursor()
        keys: list[str | None] = values[1:]
        if any(value is None and not key.nullable for key, value in zip(self.order, keys, strict=True)):
            raise BadCursor()
        return keys


def beyond(writer: Writer, order: Order, row: str, cursor: Any, *, before: bool) -> str:
    """The condition that a row stands after (or before) a cursor."""
    given = writer.parameter(cursor, CursorValues(order))
    values = [f"(({given}::text[])[{n}])::{key.type}" for n, key in enumerate(order, 1)]
    same_way = len({key.descending for key in order}) == 1 and not any(key.nullable for key in order)
    if same_way:
        sign = "<" if order[0].descending != before else ">"
        return f"({', '.join(key.of(row) for key in order)}) {sign} ({', '.join(values)})"
    return _stepwise(order, row, values, before)


def _stepwise(order: Order, row: str, values: Sequence[str], before: bool) -> str:
    """k1 beyond, or k1 equal and k2 beyond, and so on; a bound on k1 alone stands beside it for the index."""
    steps: list[str] = []
    equal: list[str] = []
    for key, value in zip(order, values, strict=True):
        steps.append("(" + " AND ".join([*equal, _step(key, key.of(row), value, before)]) + ")")
        equal.append(f"{key.of(row)} IS NOT DISTINCT FROM {value}" if key.nullable else f"{key.of(row)} = {value}")
    bound = ""
    if not order[0].nullable:
        bound = f"{order[0].of(row)} {'<=' if order[0].descending != before else '>='} {values[0]} AND "
    return f"{bound}({' OR '.join(steps)})"


def _step(key: Key, sql: str, value: str, before: bool) -> str:
    down = key.descending != before
    comparison = f"{sql} {'<' if down else '>'} {value}"
    if not key.nullable:
        return comparison
    # Nulls are greatest: going up they come after every value, going down every value comes after them.
    if down:
        return f"({comparison} OR ({value} IS NULL AND {sql} IS NOT NULL))"
    return f"({comparison} OR ({value} IS NOT NULL AND {sql} IS NULL))"
