"""Positions, moments and words as the many versions of Google's location history write them."""

import re
from datetime import datetime, timedelta
from typing import Any

from graph.importers.travel.lines import Position, position
from graph.importers.trees.documents import table, text
from graph.importers.trees.values import moment, number, since_epoch

SOURCE = "google_timeline"

_PAIR = re.compile(r"(?:geo:)?\s*(-?[0-9.]+)\s*°?\s*,\s*(-?[0-9.]+)\s*°?\s*\Z")
_LATITUDES = ("latitudeE7", "latE7", "centerLatE7")
_LONGITUDES = ("longitudeE7", "lngE7", "centerLngE7")
_MOMENTS = ("timestamp", "timestampMs", "time")


def place_of(value: Any) -> Position | None:
    """A position: an object with E7 numbers, one with `latLng`, or a text (`geo:48.1,11.5`; `48.1°, 11.5°`)."""
    if isinstance(value, str):
        match = _PAIR.match(value)
        return position(match[1], match[2]) if match else None
    said = table(value)
    lat, lon = (_first(said, names) for names in (_LATITUDES, _LONGITUDES))
    if lat is not None and lon is not None:
        return position(_degrees(lat), _degrees(lon))
    for name in ("latLng", "LatLng", "point", "placeLocation"):
        if name in said:
            return place_of(said[name])
    return None


def _first(said: dict[str, Any], names: tuple[str, ...]) -> float | None:
    return next((found for name in names if (found := number(said.get(name))) is not None), None)


def _degrees(e7: float) -> float:
    """Of 10 millionths of a degree; some old files have them as unsigned 32-bit numbers."""
    return (e7 - 2**32 if e7 > 1_800_000_000 else e7) / 1e7


def when(value: Any) -> datetime | None:
    """A moment: ISO 8601, or seconds or milliseconds since 1970 as a number or a text."""
    if isinstance(value, dict):
        return next((found for name in _MOMENTS if (found := when(value.get(name)))), None)
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        return moment(value)
    return since_epoch(value)


def span(said: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Start and end of a segment of any version; an end before the start is none."""
    duration = table(said.get("duration")) or said
    start = _any(duration, ("startTimestamp", "startTimestampMs", "startTime"))
    end = _any(duration, ("endTimestamp", "endTimestampMs", "endTime"))
    return start, end if start and end and end >= start else None


def _any(said: dict[str, Any], names: tuple[str, ...]) -> datetime | None:
    return next((found for name in names if (found := when(said.get(name)))), None)


def path_time(point: dict[str, Any], start: datetime | None) -> datetime | None:
    """When a point of a timelinePath was passed: at a time, or minutes after the start."""
    minutes = number(point.get("durationMinutesOffsetFromStartTime"), 1e6)
    if minutes is not None and start is not None:
        try:
            return start + timedelta(minutes=minutes)
        except OverflowError:
            return None
    return when(point)


def words(value: Any) -> str:
    """IN_PASSENGER_VEHICLE as words."""
    return text(value).replace("_", " ").strip().lower()


def share(value: Any) -> float | None:
    """A probability from 0 to 1; older files count to 100."""
    found = number(value, 100)
    if found is None or found < 0:
        return None
    return found if found <= 1 else found / 100
