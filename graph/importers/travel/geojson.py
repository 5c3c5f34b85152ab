"""GeoJSON (RFC 7946): points are places, or where one was if they only say a time; lines are gps_tracks.

What has no column of a feature's properties is in the custom fields under "geojson"; areas are places in their middle
with their shape kept raw.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, ClassVar

import orjson

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.keys import digest, shortened
from graph.importers.travel.fixes import Fixes
from graph.importers.travel.google_values import when
from graph.importers.travel.lines import Position, Way, position
from graph.importers.travel.tracks import PORTION, Origin, point_row
from graph.importers.trees.documents import BrokenJson, entries, head, table, text, values
from graph.importers.trees.values import filled, number

_TYPES = (b"Feature", b"Point", b"LineString", b"Polygon", b"GeometryCollection")
_NAMES = ("name", "title", "Name", "label")
_TEXTS = ("description", "desc", "notes", "comment", "cmt")
_KINDS = ("activity", "type", "sport", "category")
_MOMENTS = ("timestamp", "time", "recorded_at", "datetime", "date_time", "created_at")
_TIMES = ("coordTimes", "times", "timestamps")
_DEVICES = ("device_id", "tracker_id", "device", "tid", "deviceId")
_READ = frozenset((*_MOMENTS, *_DEVICES, "latitude", "longitude", "lat", "lon"))
MEDIA_TYPE = "application/geo+json"


class GeoJson:
    """Reads GeoJSON files. A feature is known by its id, else by its shape and name."""

    format: ClassVar[str] = "geojson"

    def identify(self, path: Path) -> bool:
        """By the suffix, or a type of the standard at the beginning of a JSON file."""
        if not path.is_file():
            return False
        if path.suffix.lower() == ".geojson":
            return True
        begin = head(path)[:4000].replace(b" ", b"").replace(b"\n", b"")
        shaped = any(word in begin for word in (b'"coordinates"', b'"features"', b'"geometry"', b'"geometries"'))
        return begin[:1] == b"{" and shaped and any(b'"type":"' + name in begin for name in _TYPES)

    def source(self, path: Path) -> str:
        """One source for all files."""
        return "geojson"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Feature by feature."""
        where = path_text(path)
        try:
            with path.open("rb") as file:
                yield from _Reading(where, path_text(path.stem)).items(file)
        except OSError as error:
            yield Problem(where, reason(error))


@dataclass(slots=True)
class _Reading:
    where: str
    stem: str
    _fixes: Fixes = field(init=False)
    _keys: Counter[str] = field(default_factory=Counter)
    _found: int = 0

    def __post_init__(self) -> None:
        self._fixes = Fixes(self.where, "geojson")

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        trouble = ""
        try:
            for feature in _features(file):
                for one in self._feature(table(feature)):
                    self._found += 1
                    yield one
        except BrokenJson as broken:
            trouble = str(broken)
        for item in self._fixes.rest():
            self._found += 1
            yield item
        if trouble:
            yield Problem(self.where, f"cannot be read further: {trouble}")
        elif not self._found:
            yield Problem(self.where, "there is no feature in this file")

    def _feature(self, feature: dict[str, Any]) -> Iterator[Item | Problem]:
        geometry = table(feature.get("geometry")) or (feature if "coordinates" in feature else {})
        kind, coordinates = text(geometry.get("type")), geometry.get("coordinates")
        properties = dict(table(feature.get("properties")))
        if kind == "Point" and (time := _when(properties)) and not _said(properties, _NAMES):
            yield from self._fix(coordinates, time, properties, feature)
        elif kind in ("LineString", "MultiLineString"):
            lines = [coordinates] if kind == "LineString" else entries(coordinates)
            yield from self._track(lines, properties, feature)
        else:
            yield self._place(kind, coordinates, properties, feature)

    # Where one was

    def _fix(
        self, coordinates: Any, time: datetime, properties: dict[str, Any], feature: dict[str, Any]
    ) -> Iterator[Item | Problem]:
        here = _position(coordinates)
        if here is None:
            yield Problem(self.where, f"a point that is not on earth was left out: {str(feature)[:300]}")
            return
        device = next((str(properties[name]) for name in _DEVICES if properties.get(name)), "")
        yield from self._fixes.add(device, time, here, properties, _READ)

    # Lines

    def _track(
        self, lines: Sequence[Any], properties: dict[str, Any], feature: dict[str, Any]
    ) -> Iterator[Item | Problem]:
        times = _coordinate_times(properties, lines)
        way = Way()
        rows: list[Row] = []
        key = self._key(feature)
        origin = Origin(self.where, self.stem[:60], "geojson")
        for segment, line in enumerate(lines):
            moments = times[segment] if segment < len(times) else []
            for number_, coordinates in enumerate(entries(line)):
                here = _position(coordinates, moments[number_] if number_ < len(moments) else None)
                if here is None:
                    continue
                way.add(here)
                if here.time:
                    more = {"gps_track_id": To(key), "segment": min(segment, 32767), "ele_m": here.height}
                    rows.append(point_row(origin, f"{key}/{segment}.{number_}", here.time, here, more))
            way.pause()
        row = Row("gps_tracks", key, self._track_values(way, properties))
        told = way.count == len(rows) and all(len(entries(one)) <= 3 for line in lines for one in entries(line))
        yield self._item(row, None if told else feature)
        for start in range(0, len(rows), PORTION):
            yield Item(rows[start].key, tuple(rows[start : start + PORTION]), self.where)

    def _track_values(self, way: Way, properties: dict[str, Any]) -> dict[str, object]:
        values: dict[str, object] = {
            "name": _said(properties, _NAMES),
            "description": _said(properties, _TEXTS) or None,
            "activity": _said(properties, _KINDS) or None,
            **way.columns(),
            "source": "geojson",
        }
        if way.timed == 0:
            values["start_at"] = _when(properties)
        said = {name for names in (_NAMES, _TEXTS, _KINDS) for name in names if isinstance(properties.get(name), str)}
        return values | {"custom_fields": _custom(properties, said)}

    # Places

    def _place(
        self, kind: str, coordinates: Any, properties: dict[str, Any], feature: dict[str, Any]
    ) -> Item | Problem:
        here = _position(coordinates) if kind == "Point" else _middle(coordinates)
        name = _said(properties, _NAMES)
        if here is None and not name:
            return Problem(self.where, f"a feature without a position or a name was left out: {str(feature)[:300]}")
        values: dict[str, object] = {
            "name": name or (f"{here.lat}, {here.lon}" if here else ""),
            "description": _said(properties, _TEXTS) or None,
            "place_type": _said(properties, ("category", "amenity", "type")) or None,
            "lat": here.lat if here else None,
            "lon": here.lon if here else None,
            "url": _said(properties, ("url", "website")) or None,
        }
        values["custom_fields"] = _custom(
            properties, {name for name in properties if properties[name] in values.values()}
        )
        return self._item(Row("places", self._key(feature), values), None if kind == "Point" else feature)

    def _item(self, row: Row, feature: dict[str, Any] | None) -> Item:
        if feature is None:
            return Item(row.key, (row,), self.where)
        return Item(row.key, (row,), self.where, _written(feature), MEDIA_TYPE)

    def _key(self, feature: dict[str, Any]) -> str:
        id_ = feature.get("id") or table(feature.get("properties")).get("id")
        if isinstance(id_, (str, int)) and not isinstance(id_, bool):
            own = shortened(f"{self.stem}/{id_}")
        else:
            name = _said(table(feature.get("properties")), _NAMES)
            own = digest(name, _written(feature.get("geometry") or feature).decode())
        self._keys[own] += 1
        return own if self._keys[own] == 1 else f"{own}#{self._keys[own]}"


def _features(file: IO[bytes]) -> Iterator[Any]:
    """The features of a collection one by one; else the file is one feature or one shape."""
    found = False
    for prefix in ("features.item", "geometries.item"):
        for feature in values(file, prefix):
            found = True
            yield feature
    if not found:
        for value in values(file, ""):
            if "features" not in table(value):
                yield value


def _position(coordinates: Any, time: datetime | None = None) -> Position | None:
    numbers = entries(coordinates)
    here = position(numbers[1], numbers[0]) if len(numbers) >= 2 else None
    height = number(numbers[2], 1e7) if len(numbers) > 2 else None
    return Position(here.lat, here.lon, time, height) if here else None


def _middle(coordinates: Any) -> Position | None:
    """The middle of the box around a shape."""
    found: list[Position] = []
    waiting = [coordinates]
    while waiting:
        one = entries(waiting.pop())
        if one and not isinstance(one[0], list):
            here = _position(one)
            found += [here] if here else []
        else:
            waiting += one
    if not found:
        return None
    lats, lons = [one.lat for one in found], [one.lon for one in found]
    return Position((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)


def _coordinate_times(properties: dict[str, Any], lines: Sequence[Any]) -> list[list[datetime | None]]:
    """The moments of the points, as togeojson and others write them; they are taken out of the properties."""
    inner = table(properties.get("coordinateProperties"))
    for owner in (properties, inner):
        for name in _TIMES:
            if given := entries(owner.get(name)):
                nested = given if isinstance(given[0], list) else [given]
                moments = [[when(one) for one in entries(line)] for line in nested]
                counts = [len(entries(line)) for line in lines]
                if [len(line) for line in moments] == counts and all(all(line) for line in moments):
                    owner.pop(name)
                return moments
    return []


def _when(properties: dict[str, Any]) -> datetime | None:
    return next((found for name in _MOMENTS if (found := when(properties.get(name)))), None)


def _said(properties: dict[str, Any], names: Sequence[str]) -> str:
    return next((found for name in names if (found := text(properties.get(name)).strip())), "")


def _custom(properties: dict[str, Any], said: set[str]) -> dict[str, object]:
    left = filled({name: value for name, value in properties.items() if name not in said})
    return {"geojson": left} if left else {}


def _written(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
