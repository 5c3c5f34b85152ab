"""How the columns of a CSV file become columns of a table: a TOML file beside it, or one that was saved before.

table = "contacts"
key = ["uid"]                     # by which rows are known; else the table's own key, else the whole row
decimal_comma = true              # for all numbers: 1.234,56
dates = "%d.%m.%Y"                # for all dates that are not written 2026-03-01
timezone = "Europe/Madrid"        # of times without a zone; else UTC

[columns]
fn = "Name"                       # the header
sensitivity = { value = 2 }       # the same in every row
born_on = { header = "Birthday", format = "%m/%d/%Y" }
labels = { header = "Groups", split = ";" }
address_book_id = { header = "Book", refer = "display_name" }
"""

import tomllib
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LARGEST = 1_000_000
_TOP = frozenset(("table", "key", "columns", "decimal_comma", "dates", "timezone", "delimiter", "encoding"))
_PARTS = frozenset(("header", "value", "format", "decimal_comma", "split", "refer"))


@dataclass(frozen=True, slots=True)
class From:
    """Where the values come from: a header, or `value` in every row. `refer` names a column of another table."""

    header: str | None = None
    value: object = None
    format: str | None = None
    decimal_comma: bool | None = None
    split: str | None = None
    refer: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as it was read. `text` is how it was written, to be saved."""

    table: str
    columns: Pairs[str, From]
    key: tuple[str, ...] = ()
    timezone: ZoneInfo | None = None
    delimiter: str | None = None
    encoding: str | None = None
    text: str = field(default="", compare=False)

    @property
    def headers(self) -> frozenset[str]:
        """The headers that a file must have."""
        return frozenset(named(one.header) for one in self.columns.values() if one.header is not None)


def named(header: str) -> str:
    """A header as it is compared: without spaces around, in small letters."""
    return " ".join(header.split()).casefold()


def read(path: Path) -> Mapping:
    """The mapping in this file. Raises ValueError that says what is wrong with it, and OSError."""
    if path.stat().st_size > LARGEST:
        raise ValueError("too large for a mapping")
    return parse(path.read_text("utf-8"))


def parse(text: str) -> Mapping:
    """The mapping that a TOML text describes. Raises ValueError."""
    data = tomllib.loads(text)
    _only(data, _TOP, "")
    columns = data.get("columns")
    if not isinstance(data.get("table"), str) or not isinstance(columns, dict) or not columns:
        raise ValueError('a mapping says table = "..." and has [columns]')
    key = data.get("key", [])
    if not isinstance(key, list) or not set(key) <= set(columns):
        raise ValueError("key is a list of columns that are mapped")
    general = {"format": data.get("dates"), "decimal_comma": data.get("decimal_comma")}
    return Mapping(
        data["table"],
        {name: _from(name, one, general) for name, one in columns.items()},
        tuple(key),
        _zone(data.get("timezone")),
        _text(data, "delimiter"),
        _text(data, "encoding"),
        text,
    )


def _from(name: str, given: object, general: dict[str, Any]) -> From:
    parts: dict[str, Any] = (
        {"header": given} if isinstance(given, str) else dict(given) if isinstance(given, dict) else {}
    )
    _only(parts, _PARTS, f"columns.{name}: ")
    if ("header" in parts) == ("value" in parts):
        raise ValueError(f"columns.{name} has either a header or a value")
    for part in ("header", "format", "split", "refer"):
        _text(parts, part)
    return From(**{**general, **parts})


def _only(data: dict[str, Any], allowed: frozenset[str], where: str) -> None:
    unknown = sorted(set(data) - allowed)
    if unknown:
        raise ValueError(f"{where}unknown: {', '.join(unknown)}")


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is a text")
    return value


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone: {name}") from None
