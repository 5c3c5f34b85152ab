"""Texts of a CSV file as values of the column that they go into, by its type in the Catalog."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from graph.importers.decoding import storable
from graph.importers.money.amounts import amount
from graph.importers.tables.mapping import From
from graph.plan.columns import base_type
from schema_sql.catalog import Catalog, Column

_YES = frozenset(("true", "t", "yes", "y", "1", "x", "on", "ja", "j", "si", "sí", "oui", "wahr"))
_NO = frozenset(("false", "f", "no", "n", "0", "", "off", "nein", "non", "falsch"))
_WHOLE = {"smallint": 15, "integer": 31, "bigint": 63}
_TEXTS = frozenset(("text", "varchar", "char", "bpchar", "character", "character varying", "citext"))
_LENGTH = re.compile(r"\((\d+)\)")
_CLOCK = re.compile(r"(-)?(?:(\d+)\s*d\w*\s*)?(\d+):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?\Z", re.ASCII)
_ISO = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z", re.ASCII)
_SPACES = re.compile(r"[\s_-]+")


class Converter:
    """Converts the texts of one column. Raises ValueError that says what is wrong with a text."""

    def __init__(self, catalog: Catalog, column: Column, source: From, zone: ZoneInfo | None) -> None:
        self._column = column
        self._source = source
        self._zone = zone or UTC
        self._labels = catalog.enums[column.element].labels if column.element in catalog.enums else ()
        self._one = self._converting()

    def __call__(self, text: str) -> object:
        """The value, None for an empty text."""
        text = storable(text).strip()
        if not text:
            return None
        if not self._column.is_array:
            return self._one(text)
        parts = text.split(self._source.split or ";")
        return [self._one(part.strip()) for part in parts if part.strip()]

    def fixed(self, value: object) -> object:
        """A value that the mapping itself gives."""
        if isinstance(value, list) and self._column.is_array:
            return [self._one(_written(part)) for part in value]
        return self(_written(value))

    def _converting(self) -> Callable[[str], object]:
        type_ = base_type(self._column.element)
        by_type: Mapping[str, Callable[[str], object]] = {
            "boolean": _truth,
            "numeric": self._number,
            "double precision": lambda text: float(self._number(text)),
            "real": lambda text: float(self._number(text)),
            "date": self._date,
            "timestamp with time zone": self._instant,
            "timestamptz": self._instant,
            "time": self._time,
            "interval": _length,
            "uuid": _id,
            "jsonb": _json,
        }
        if self._labels:
            return self._label
        if type_ in _TEXTS:
            return self._text
        if type_ in _WHOLE:
            return lambda text: self._whole(text, _WHOLE[type_])
        if type_ not in by_type:
            raise ValueError(f"a column of type {self._column.type} cannot be filled from a text")
        return by_type[type_]

    def _text(self, text: str) -> str:
        length = _LENGTH.search(self._column.type)
        if length and len(text) > int(length[1]):
            raise ValueError(f"longer than {length[1]} characters")
        return text

    def _label(self, text: str) -> str:
        wanted = _SPACES.sub("-", text).casefold()
        found = next((label for label in self._labels if _SPACES.sub("-", label).casefold() == wanted), None)
        if found is None:
            raise ValueError(f"none of {', '.join(self._labels)}: {text[:40]!r}")
        return found

    def _number(self, text: str) -> Decimal:
        return amount(text, decimal_comma=self._source.decimal_comma)

    def _whole(self, text: str, bits: int) -> int:
        number = self._number(text)
        if number != number.to_integral_value() or not -(2**bits) <= number < 2**bits:
            raise ValueError(f"no whole number of this size: {text[:40]!r}")
        return int(number)

    def _date(self, text: str) -> date:
        if self._source.format:
            return datetime.strptime(text, self._source.format).date()
        try:
            return date.fromisoformat(text[:10]) if len(text) == 10 else datetime.fromisoformat(text).date()
        except ValueError:
            raise ValueError(f"no date like 2026-03-01 (say its format): {text[:40]!r}") from None

    def _instant(self, text: str) -> datetime:
        try:
            found = (
                datetime.strptime(text, self._source.format) if self._source.format else datetime.fromisoformat(text)
            )
            return (found if found.tzinfo else found.replace(tzinfo=self._zone)).astimezone(UTC)
        except OverflowError:
            raise ValueError(f"no time that can be kept: {text[:40]!r}") from None

    def _time(self, text: str) -> time:
        if self._source.format:
            return datetime.strptime(text, self._source.format).time()
        return time.fromisoformat(text)


def _written(value: object) -> str:
    if isinstance(value, (dict, list)):
        return orjson.dumps(value).decode()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _truth(text: str) -> bool:
    plain = text.casefold()
    if plain not in _YES | _NO:
        raise ValueError(f"neither yes nor no: {text[:40]!r}")
    return plain in _YES


def _length(text: str) -> timedelta:
    """`1:30`, `1:30:00`, `2 days 3:00:00` or ISO 8601 (`PT1H30M`)."""
    clock, iso = _CLOCK.match(text), _ISO.match(text)
    if clock:
        days, hours, minutes, seconds = (float(clock[number] or 0) for number in range(2, 6))
    elif iso and text.strip("-") not in ("P", "PT"):
        days, hours, minutes, seconds = (float(iso[number] or 0) for number in range(2, 6))
    else:
        raise ValueError(f"no length of time like 1:30:00: {text[:40]!r}")
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError(f"no length of time that can be kept: {text[:40]!r}") from None
    return -length if text.startswith("-") else length


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(f"no id (say which column it refers to): {text[:40]!r}") from None


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError(f"no JSON: {text[:40]!r}") from None
