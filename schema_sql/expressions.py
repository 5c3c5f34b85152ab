"""Expressions of SQL brought to a shape in which two spellings of one meaning are equal.

A declaration says `n BETWEEN 1 AND 5` and `kind IN ('a', 'b')`; PostgreSQL shows `((n >= 1) AND (n <= 5))` and
`(kind = ANY (ARRAY['a'::text, 'b'::text]))`. Brackets, casts, letter case of words, qualified names and these pairs of
spellings do not count; everything else does, also how a literal is written: '12:00' is not '12:00:00', which PostgreSQL
makes of it for a column of type time. The shape is for comparing only: it is not SQL.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_NOT_MEANT = frozenset(("only_json_types", "safe"))
"""Arguments of sqlglot's nodes that tell how something was written, not what it means."""


@lru_cache(maxsize=8192)
def loosely(text: str) -> str:
    """The shape of an expression; where sqlglot cannot read it, its text without brackets, blanks and letter case."""
    try:
        return _shape(sqlglot.parse_one(text, dialect="postgres"))
    except SqlglotError:
        return "".join(character for character in text.lower() if character not in "() \t\n")


def _shape(node: exp.Expr) -> str:
    match node:
        case exp.Cast() if isinstance(node.this, exp.Literal) and node.to.is_type(*exp.DataType.NUMERIC_TYPES):
            return _number(node.this)
        case exp.Paren() | exp.Cast() | exp.Column():
            return _shape(node.this)
        case exp.Interval():
            unit = node.args.get("unit")
            return repr(f"{node.this.name} {unit.name.lower()}" if unit else node.this.name)
        case exp.Dot():
            return _shape(node.expression)
        case exp.And() | exp.Between():
            return f"({' and '.join(_joined(node, exp.And))})"
        case exp.Or():
            return f"({' or '.join(_joined(node, exp.Or))})"
        case exp.In() if node.expressions:
            return _is_one_of(node.this, node.expressions)
        case exp.EQ() | exp.NEQ() if array := _alternatives(node):
            same = _is_one_of(node.this, array)
            return same if isinstance(node, exp.EQ) else f"not({same})"
        case exp.Neg():
            return f"-{_shape(node.this)}"
        case exp.Literal():
            return repr(str(node.this)) if node.is_string else _number(node)
        case exp.JSONPath():
            return ".".join(repr(str(part.this)) for part in node.expressions[1:])
        case exp.Identifier():
            return str(node.name) if node.args.get("quoted") else str(node.name).lower()
        case _:
            return _general(node)


def _general(node: exp.Expr) -> str:
    parts = []
    for name, value in node.args.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, exp.Expr):
                parts.append(_shape(one))
            elif one and isinstance(one, str):
                parts.append(one.lower())
            elif one and name not in _NOT_MEANT:
                parts.append(name)
    return f"{node.key}({', '.join(parts)})"


def _joined(node: exp.Expr, kind: type[exp.Expr]) -> Iterator[str]:
    """The members of a chain of ANDs (or ORs), however it is bracketed."""
    if isinstance(node, exp.Paren):
        yield from _joined(node.this, kind)
    elif isinstance(node, exp.Between) and kind is exp.And:
        tested = _shape(node.this)
        yield f"gte({tested}, {_shape(node.args['low'])})"
        yield f"lte({tested}, {_shape(node.args['high'])})"
    elif isinstance(node, kind):
        yield from _joined(node.args["this"], kind)
        yield from _joined(node.args["expression"], kind)
    else:
        yield _shape(node)


def _is_one_of(tested: exp.Expr, values: list[exp.Expr]) -> str:
    if len(values) == 1:
        return f"eq({_shape(tested)}, {_shape(values[0])})"
    return f"{_shape(tested)} in ({', '.join(map(_shape, values))})"


def _alternatives(node: exp.Expr) -> list[exp.Expr] | None:
    """The elements in `x = ANY (ARRAY[...])` and `x <> ALL (ARRAY[...])`."""
    quantified = node.args["expression"]
    if isinstance(node, exp.NEQ):
        is_all = isinstance(quantified, exp.Anonymous) and str(quantified.this).upper() == "ALL"
        array = quantified.expressions[0] if is_all else None
    else:
        array = quantified.this if isinstance(quantified, exp.Any) else None
    while isinstance(array, exp.Paren | exp.Cast):
        array = array.this
    return array.expressions or None if isinstance(array, exp.Array) else None


def _number(node: exp.Expr) -> str:
    """A number by its value; PostgreSQL shows -90 as '-90'::integer and may keep the zeros of 1.50."""
    try:
        number = Decimal(str(node.this))
    except InvalidOperation:
        return repr(str(node.this))
    return f"{number.normalize():f}" if number.is_finite() else repr(str(node.this))
