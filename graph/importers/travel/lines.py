"""A way on the earth while its points pass by: length, climb, box, times and a line to draw, in constant memory."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

_RADIUS = 6_371_008.8
_DRAWN = 1000
"""Points that are kept to draw a line; where there are more, every second one is let go."""
_NOISE = 3.0
"""Metres that a height must differ from the last one that counted, to be a climb and not the noise of a device."""


@dataclass(frozen=True, slots=True)
class Position:
    """A point of a way. Latitude and longitude are in range, a time has its zone."""

    lat: float
    lon: float
    time: datetime | None = None
    height: float | None = None


def position(lat: object, lon: object) -> Position | None:
    """A position from two numbers or texts, or nothing where they are not one."""
    try:
        north, east = float(str(lat)), float(str(lon))
    except ValueError:
        return None
    if 180 < east <= 360:
        east -= 360
    return Position(north, east) if abs(north) <= 90 and abs(east) <= 180 else None


def distance(one: Position, other: Position) -> float:
    """Metres between two positions, as the crow flies (haversine on a sphere)."""
    north, south = math.radians(one.lat), math.radians(other.lat)
    across = math.radians(other.lon - one.lon) / 2
    chord = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(across) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(chord)))


@dataclass(slots=True)
class Way:
    """What is known of a way so far. `add` its positions in order, `pause` between two segments."""

    count: int = 0
    timed: int = 0
    length: float = 0
    up: float = 0
    down: float = 0
    first: Position | None = None
    start: datetime | None = None
    end: datetime | None = None
    _last: Position | None = None
    _height: float | None = None
    _heights: int = 0
    _box: tuple[float, float, float, float] | None = None
    _pacific: tuple[float, float] = (360, 0)
    _drawn: list[tuple[float, float]] = field(default_factory=list)
    _step: int = 1

    def add(self, point: Position) -> None:
        if self._last is not None:
            self.length += distance(self._last, point)
        self.first = self.first or point
        self._last = point
        self._see_time(point.time)
        self._climb(point.height)
        south, west, north, east = self._box or (point.lat, point.lon, point.lat, point.lon)
        self._box = (min(south, point.lat), min(west, point.lon), max(north, point.lat), max(east, point.lon))
        self._pacific = (min(self._pacific[0], point.lon % 360), max(self._pacific[1], point.lon % 360))
        if self.count % self._step == 0:
            self._drawn.append((point.lat, point.lon))
            if len(self._drawn) >= 2 * _DRAWN:
                self._drawn, self._step = self._drawn[::2], self._step * 2
        self.count += 1

    def pause(self) -> None:
        """The recording stopped: the way to the next point was not recorded and is not counted."""
        self._last = None
        self._height = None

    def _see_time(self, time: datetime | None) -> None:
        if time is not None:
            self.timed += 1
            self.start = time if self.start is None else min(self.start, time)
            self.end = time if self.end is None else max(self.end, time)

    def _climb(self, height: float | None) -> None:
        if height is None:
            return
        self._heights += 1
        climb = height - (height if self._height is None else self._height)
        if self._height is None or abs(climb) >= _NOISE:
            self.up += max(climb, 0)
            self.down -= min(climb, 0)
            self._height = height

    def columns(self) -> dict[str, object]:
        """The columns of `gps_tracks` that the points say."""
        if self._box is None:
            return {}
        south, west, north, east = self._box
        if self._pacific[1] - self._pacific[0] < min(180, east - west):  # it crosses the 180th meridian
            west, east = (round((edge + 180) % 360 - 180, 7) for edge in self._pacific)
        drawn = self._drawn
        if self._last and drawn[-1] != (self._last.lat, self._last.lon):
            drawn = [*drawn, (self._last.lat, self._last.lon)]
        return {
            "start_at": self.start,
            "end_at": self.end,
            "distance_m": round(self.length, 1),
            "ascent_m": round(self.up, 1) if self._heights else None,
            "descent_m": round(self.down, 1) if self._heights else None,
            "polyline": polyline(drawn),
            "min_lat": south,
            "min_lon": west,
            "max_lat": north,
            "max_lon": east,
        }


def polyline(points: Sequence[tuple[float, float]]) -> str:
    """An encoded polyline of 5 decimals (https://developers.google.com/maps/documentation/utilities/polylinealgorithm)."""
    return "".join(_encoded(points))


def _encoded(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    before = (0, 0)
    for point in points:
        here = (round(point[0] * 1e5), round(point[1] * 1e5))
        for now, then in zip(here, before, strict=True):
            step = now - then
            number = ~(step << 1) if step < 0 else step << 1
            while number >= 0x20:
                yield chr((0x20 | (number & 0x1F)) + 63)
                number >>= 5
            yield chr(number + 63)
        before = here
