"""Google's location history in all its versions: Records.json and Semantic Location History of Takeout, Timeline.json
and location-history.json of Android and iOS (https://locationhistoryformat.com).

Records.json is often larger than a gigabyte: every file is read a value at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.travel.fixes import Fixes
from graph.importers.travel.google_segments import Segments
from graph.importers.travel.google_values import SOURCE, place_of, when
from graph.importers.trees.documents import BrokenJson, entries, head, table, text, values

_OBJECTS = (b'"timelineObjects"', b'"semanticSegments"', b'"rawSignals"', b'"userLocationProfile"')
_IOS = (b'"timelinePath"', b'"timelineMemory"', b'"topCandidate"')
_READ = frozenset(("latitudeE7", "longitudeE7", "LatLng", "timestamp", "timestampMs", "deviceTag"))


class GoogleTimeline:
    """Reads files of Google's location history."""

    format: ClassVar[str] = SOURCE

    def identify(self, path: Path) -> bool:
        """By the names that the beginning of the file has."""
        return path.is_file() and bool(_kind(head(path)))

    def source(self, path: Path) -> str:
        """One source: a month and a whole life tell of the same visits."""
        return SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Visits, ways and points in the order of the file."""
        where = path_text(path)
        try:
            with path.open("rb") as file:
                yield from _Reading(where, _kind(head(path))).items(file)
        except OSError as error:
            yield Problem(where, reason(error))


def _kind(begin: bytes) -> str:
    """Which version the first bytes are of: records, takeout, phone, ios, or nothing."""
    if begin[:1] == b"[":
        return "ios" if b'"startTime"' in begin and any(word in begin for word in _IOS) else ""
    if b'"locations"' in begin[:2000] and (b'"latitudeE7"' in begin or b'"timestampMs"' in begin):
        return "records"
    if _OBJECTS[0] in begin[:2000]:
        return "takeout"
    return "phone" if any(word in begin[:2000] for word in _OBJECTS[1:]) else ""


@dataclass(slots=True)
class _Reading:
    where: str
    kind: str
    _fixes: Fixes = field(init=False)
    _found: int = 0

    def __post_init__(self) -> None:
        self._fixes = Fixes(self.where, SOURCE)

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        trouble = ""
        try:
            for one in self._read(file):
                self._found += 1
                yield one
        except BrokenJson as broken:
            trouble = str(broken)
        rest: list[Item | Problem] = [*self._fixes.rest()]
        rest = rest or [Problem(self.where, told) for told in self._fixes.told()]
        self._found += len(rest)
        yield from rest
        if trouble:
            yield Problem(self.where, f"cannot be read further: {trouble}")
        elif not self._found:
            yield Problem(self.where, "there is no location history in this file")

    def _read(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        segments = Segments(self.where)
        if self.kind == "records":
            for point in values(file, "locations.item"):
                yield from self._point(table(point))
            return
        if self.kind == "phone":
            yield from self._profile(file, segments)
        prefix = {"takeout": "timelineObjects.item", "ios": "item"}.get(self.kind, "semanticSegments.item")
        for segment in values(file, prefix):
            yield from segments.items(segment)
        if self.kind == "phone":
            for signal in values(file, "rawSignals.item"):
                yield from self._signal(table(signal))

    def _profile(self, file: IO[bytes], segments: Segments) -> Iterator[Item]:
        """The places that the owner goes to often, with their names."""
        for profile in values(file, "userLocationProfile"):
            said = table(profile)
            for one in map(table, entries(said.get("frequentPlaces"))):
                id_, label = text(one.get("placeId")), text(one.get("label")).replace("_", " ").capitalize()
                segments.labels |= {id_: label} if id_ and label else {}
                yield from segments.place(id_, place_of(one), label, "", "spot")
            self._fixes.left.update(f"userLocationProfile.{name}" for name in said if name != "frequentPlaces")

    def _signal(self, signal: dict[str, Any]) -> Iterator[Item | Problem]:
        position = table(signal.get("position"))
        self._fixes.left.update(name for name in signal if name != "position")
        if position:
            yield from self._point(position)

    def _point(self, said: dict[str, Any]) -> Iterator[Item | Problem]:
        here, time = place_of(said), when(said)
        if here is None or time is None:
            yield Problem(self.where, f"a point without a place or a time was left out: {str(said)[:300]}")
            return
        yield from self._fixes.add(str(said.get("deviceTag", "")), time, here, said, _READ)
