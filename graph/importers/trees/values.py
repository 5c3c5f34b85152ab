"""Moments and numbers of XML and JSON files, as the database takes them."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 1e15
_GAP = re.compile(r"\s+(?=[+-]\d\d:?\d\d\Z)")


def moment(text: object) -> datetime | None:
    """A moment of ISO 8601 in UTC; without a zone it is taken as UTC. Nothing where it is no moment."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(_GAP.sub("", text.strip()))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def has_zone(text: str) -> bool:
    """Whether a moment of ISO 8601 says its zone."""
    return text.rstrip()[-1:] in "Zz" or text.rstrip()[-6:-5] in tuple("+-") or text.rstrip()[-5:-4] in tuple("+-")


def since_epoch(value: object) -> datetime | None:
    """A moment that is given as seconds, or milliseconds, since 1970."""
    seconds = number(value)
    if seconds is None:
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds / 1000 if abs(seconds) >= 1e11 else seconds)
    except OverflowError:
        return None


def number(value: object, largest: float = _LARGEST) -> float | None:
    """A finite number no larger than that, of a number or a text; nothing where it is none."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) <= largest else None


def whole(value: object, least: int, most: int) -> int | None:
    """A number rounded to a whole one, where it is in this range."""
    found = number(value)
    return round(found) if found is not None and least <= round(found) <= most else None


def filled(values: Mapping[str, object]) -> dict[str, object]:
    """Those that have a value."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
