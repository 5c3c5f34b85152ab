"""What a statement is made of besides its text: parameters, some of them open until a request brings their values."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from typing import Any
from uuid import UUID

import orjson

from graph.errors import BadArgument

Prepare = Callable[[Any], Any]
"""Turns a value of a request into what the statement's parameter takes, or raises `BadArgument`."""

PAGE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that each request brings: the path to it in the request's coerced variables."""

    path: tuple[str | int, ...]


Meanings = Mapping[str, Mapping[str, Any]]
"""What texts mean: for each text the facets `model`, `vector`, `weight`, `notices` (`Writer.meaning`)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`value` is what every request shares, or a `Slot`; with a `facet` that part of what the text means is taken."""

    value: Any
    prepare: Prepare
    facet: str = ""

    def of(self, variables: Mapping[str, Any]) -> Any:
        value = self.value
        if isinstance(value, Slot):
            source: Any = variables
            for step in value.path:
                source = source[step]
            return self.prepare(source)
        return value


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement. `$1` is the acting user's id, the rest are `parameters` in order."""

    sql: str
    parameters: tuple[Parameter, ...]
    means: bool = False

    def arguments(self, variables: Mapping[str, Any], meanings: Meanings | None = None) -> list[Any]:
        """What follows the user's id; `meanings` are those of `texts`. Raises `BadArgument`."""
        if not self.means:
            return [parameter.of(variables) for parameter in self.parameters]
        known = meanings or {}
        return [
            known.get(one.of(variables), {}).get(one.facet) if one.facet else one.of(variables)
            for one in self.parameters
        ]

    def texts(self, variables: Mapping[str, Any]) -> set[str]:
        """The texts whose meaning the statement needs. Raises `BadArgument`."""
        return {parameter.of(variables) for parameter in self.parameters if parameter.facet}


class Writer:
    """Collects the parameters and invents the aliases of one statement."""

    USER = "$1"

    def __init__(self) -> None:
        self._parameters: list[Parameter] = []
        self._known: dict[tuple[type, Any, Prepare, str], str] = {}
        self._aliases = 0

    def alias(self, stem: str = "t") -> str:
        self._aliases += 1
        return f"{stem}{self._aliases}"

    def parameter(self, value: Any, prepare: Prepare, facet: str = "") -> str:
        """The placeholder for a value; equal slots share one, and equal numbers."""
        key = (type(value), value, prepare, facet) if isinstance(value, (Slot, int)) else None
        if key is not None and key in self._known:
            return self._known[key]
        bound = value if isinstance(value, Slot) else prepare(value)
        self._parameters.append(Parameter(bound, prepare, facet))
        placeholder = f"${len(self._parameters) + 1}"
        if key is not None:
            self._known[key] = placeholder
        return placeholder

    def meaning(self, text: Any, prepare: Prepare, facet: str) -> str:
        """The placeholder for a part of what a text means, which is found out before the statement runs."""
        return self.parameter(text, prepare, facet)

    def scalar(self, value: Any, type_: str) -> str:
        """A value of a column's type. It travels as text, so that one rule fits all types."""
        if type_.endswith("[]"):
            return f"({self.parameter(value, as_texts)}::text[])::{type_}"
        if type_ == "text":
            return f"{self.parameter(value, as_text)}::text"
        if type_ == "bytea":
            return f"decode({self.parameter(value, as_text)}::text, 'base64')"
        return f"({self.parameter(value, as_text)}::text)::{type_}"

    def several(self, value: Any, type_: str) -> str:
        """A list of values of a column's type; some of them may be slots."""
        if isinstance(value, (list, tuple)) and any(isinstance(one, Slot) for one in value):
            return f"ARRAY[{', '.join(self.scalar(one, type_) for one in value)}]"
        if type_ == "bytea":
            given = self.parameter(value, as_texts)
            return f"(SELECT array_agg(decode(v, 'base64')) FROM unnest({given}::text[]) v)::bytea[]"
        return f"({self.parameter(value, as_texts)}::text[])::{type_}[]"

    def ids(self, value: Any) -> str:
        """A list of records' ids; some of them may be slots."""
        if isinstance(value, (list, tuple)) and any(isinstance(one, Slot) for one in value):
            return f"ARRAY[{', '.join(self.parameter(one, as_uuid) + '::uuid' for one in value)}]"
        return f"{self.parameter(value, as_uuids)}::uuid[]"

    def page_size(self, value: Any) -> str:
        return f"{self.parameter(value, as_page_size)}::int"

    def compiled(self, sql: str) -> Compiled:
        return Compiled(sql, tuple(self._parameters), any(parameter.facet for parameter in self._parameters))


def as_text(value: Any) -> str | None:
    """The text of a value as PostgreSQL reads it."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return None
    if isinstance(value, PythonEnum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal, UUID)):
        return str(value)
    return as_json(value)


def as_uuid(value: Any) -> UUID:
    """An id as it is given. Raises `BadArgument` for what cannot be one."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise BadArgument(f"{str(value)[:80]!r} is no id") from None


def as_uuids(value: Any) -> list[UUID]:
    if len(value) > PAGE_LIMIT:
        raise BadArgument(f"at most {PAGE_LIMIT} records are asked for at once, not {len(value)}")
    return [as_uuid(one) for one in value]


def as_texts(value: Any) -> list[str | None] | None:
    if value is None:
        return None
    return [as_text(one) for one in (value if isinstance(value, (list, tuple)) else [value])]


def as_json(value: Any) -> str:
    try:
        return _without_nul(orjson.dumps(value).decode())
    except TypeError:  # a whole number of more than 64 bits, or half a surrogate pair, which `clean` refuses
        return _readable(clean(_without_nul(json.dumps(value, ensure_ascii=False))))


def _readable(text: str) -> str:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadArgument("a number is larger than readers of JSON can hold") from None
    return text


def as_page_size(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= PAGE_LIMIT:
        raise BadArgument(f"a page has 0 to {PAGE_LIMIT} records, not {value}")
    return value


def clean(text: str) -> str:
    """PostgreSQL's text cannot hold NUL or lone surrogates: say so instead of failing somewhere below."""
    if "\x00" in text:
        raise BadArgument(_NUL)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadArgument("a text contains half a surrogate pair, which is no character") from None
    return text


def _without_nul(json_text: str) -> str:
    """The same of a JSON text, where the character is an escape; a backslash of its own before `u0000` is none."""
    if "\\u0000" in json_text and _ESCAPED_NUL.search(json_text):
        raise BadArgument(_NUL)
    return json_text


_NUL = "a text may not contain the NUL character"
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def like_pattern(before: str, after: str) -> Prepare:
    """Prepare a text to be found literally by LIKE, with these wildcards around it."""

    def prepare(value: Any) -> str:
        text = str(as_text(value)).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{before}{text}{after}"

    return prepare


CONTAINS = like_pattern("%", "%")
STARTS_WITH = like_pattern("", "%")


def quoted(name: str) -> str:
    """An identifier, always quoted: a column may be called `order`."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string of SQL, for names of the Catalog and keys of the answer. Values are parameters."""
    return "'" + text.replace("'", "''") + "'"


def conjunction(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) if conditions else "true"
