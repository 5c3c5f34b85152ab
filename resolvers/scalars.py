"""The scalars of the contract. Output values come as PostgreSQL wrote them; input is checked here and stays text."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Time = NewType("Time", str)
Decimal = NewType("Decimal", str)
BigInt = NewType("BigInt", str)
Duration = NewType("Duration", str)
JSON = NewType("JSON", object)

_DURATION = re.compile(r"-?P(?=.)(-?\d+Y)?(-?\d+M)?(-?\d+W)?(-?\d+D)?(T(?=.)(-?\d+H)?(-?\d+M)?(-?\d+([.,]\d+)?S)?)?")
_ZEROS = re.compile(r"(\.\d*?)0+\+")


def shown(moment: datetime) -> DateTime:
    """A moment as PostgreSQL writes it in JSON, where a fraction of a second has no zeros at its end."""
    return DateTime(_ZEROS.sub(r"\1+", moment.isoformat()))


def _datetime(value: Any) -> str:
    moment = datetime.fromisoformat(_text(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _decimal(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError("a boolean is no number")
    try:
        number = PythonDecimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not number.is_finite() or abs(number.adjusted()) > 1000:
        raise ValueError("a Decimal is finite and of a sane size")
    return str(number)


def _big_int(value: Any) -> str:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(f"{value!r} is no whole number")
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError("a BigInt has 64 bits")
    return str(number)


def _duration(value: Any) -> str:
    if not _DURATION.fullmatch(_text(value)):
        raise ValueError("a Duration is written as in ISO 8601, such as P1DT2H30M")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no string")
    return value


def _scalar(name: str, description: str, parse: Callable[[Any], Any], url: str | None = None) -> ScalarDefinition:
    def checked(value: Any) -> Any:
        try:
            return parse(value)
        except (ValueError, OverflowError, TypeError) as error:
            raise GraphQLError(f"{name}: {error}") from None

    return strawberry.scalar(
        name=name, description=description, specified_by_url=url, serialize=lambda value: value, parse_value=checked
    )


_RFC3339 = "https://scalars.graphql.org/andimarek/date-time"

SCALARS: dict[object, ScalarDefinition] = {
    DateTime: _scalar(
        "DateTime", "A moment with its zone, ISO 8601. Without a zone it is read as UTC.", _datetime, _RFC3339
    ),
    Date: _scalar("Date", "A whole day, as 2026-11-22.", lambda value: date.fromisoformat(_text(value)).isoformat()),
    Time: _scalar("Time", "A time of day, as 18:30:00.", lambda value: time.fromisoformat(_text(value)).isoformat()),
    Decimal: _scalar("Decimal", "An exact decimal number, as a string.", _decimal),
    BigInt: _scalar("BigInt", "A whole number of 64 bits, as a string.", _big_int),
    Duration: _scalar("Duration", "A length of time, ISO 8601, as P1DT2H.", _duration),
    JSON: _scalar(
        "JSON", "Any JSON value.", lambda value: value, "https://ecma-international.org/wp-content/uploads/ECMA-404.pdf"
    ),
}

_BY_TYPE: dict[str, object] = {
    "text": str, "char": str, "varchar": str, "uuid": strawberry.ID, "inet": str, "cidr": str, "bytea": str,
    "boolean": bool, "smallint": int, "integer": int, "bigint": BigInt, "real": float, "double precision": float,
    "numeric": Decimal, "timestamptz": DateTime, "timestamp": DateTime, "date": Date, "time": Time,
    "interval": Duration, "jsonb": JSON, "json": JSON,
}  # fmt: skip


def scalar_of(base_type: str) -> object:
    """The GraphQL type of a column's element; what has no type of its own is JSON."""
    return _BY_TYPE.get(base_type, JSON)
