"""Values of the JSON in Google's exports: texts, moments and what has no column."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from graph.importers.decoding import storable

_DEEPEST = 40
LARGEST = 128 * 1024 * 1024
_EMPTY: tuple[object, ...] = (None, "", [], {}, False)
_START = datetime(1970, 1, 1, tzinfo=UTC)


class NoObject(Exception):
    """The file is no JSON object; the message says why."""


def read_object(path: Path) -> dict[str, Any]:
    """The object in a file. Raises OSError and NoObject."""
    if path.stat().st_size > LARGEST:
        raise NoObject(f"larger than {LARGEST // 1024**2} MB")
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise NoObject(f"no valid JSON: {str(error)[:200]}") from None
    if not isinstance(data, dict):
        raise NoObject("no JSON object")
    return data


def text(value: object) -> str:
    """A text that can be stored; empty for anything else."""
    return storable(value) if isinstance(value, str) else ""


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where there is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def microseconds(value: object) -> datetime | None:
    """An instant in microseconds since 1970, as number or text."""
    digits = str(value)
    if isinstance(value, bool) or not digits.isascii() or not digits.isdigit() or not 0 < int(digits[:18]) < 10**17:
        return None
    return _START + timedelta(microseconds=int(digits[:18]))


def instant(value: object) -> datetime | None:
    """An instant as RFC 3339 writes it."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) if 1 < found.year < 9999 else None


def rest(data: Mapping[str, Any], known: Iterable[str]) -> dict[str, object]:
    """What has no column, ready for `custom_fields`."""
    left = data.keys() - set(known)
    return {storable(name): clean(data[name]) for name in sorted(left) if data[name] not in _EMPTY}


def clean(value: object, depth: int = 0) -> object:
    """A value of JSON with texts that can be stored; what is nested too deeply to be walked as its text."""
    if isinstance(value, str):
        return storable(value)
    if depth > _DEEPEST and isinstance(value, dict | list):
        return _as_text(value)
    if isinstance(value, dict):
        return {storable(str(name)): clean(part, depth + 1) for name, part in value.items()}
    return [clean(part, depth + 1) for part in value] if isinstance(value, list) else value


def _as_text(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return "nested too deeply"
