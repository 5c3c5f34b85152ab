"""GPX 1.0 and 1.1 (https://www.topografix.com/gpx.asp): waypoints are places, tracks and routes gps_tracks.

A point with a time is a location point of its track. What has no column stays in `custom_fields` as XML under "gpx",
and the bytes of a track beside it where its points say more than place, time, height, speed and course.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.keys import digest
from graph.importers.own import Names
from graph.importers.own import key as known
from graph.importers.travel.tracks import Draft, Origin, Points, position_of, record_of, without_record
from graph.importers.trees.elements import BrokenXml, Closed, Element, Opened, Part, parts
from graph.importers.trees.values import filled

_CONTAINERS = frozenset(("gpx", "trk", "trkseg", "rte"))
_PLACE_SAID = frozenset(("name", "desc", "cmt", "type", "sym", "url", "link"))


class Gpx:
    """Reads GPX files; a track is known by where and when it begins, whatever the file is called."""

    format: ClassVar[str] = "gpx"

    def identify(self, path: Path) -> bool:
        """By the suffix or the first element; the routes of an Apple Health export belong to its workouts."""
        if not path.is_file() or is_apple_route(path):
            return False
        if path.suffix.lower() == ".gpx":
            return True
        try:
            with path.open("rb") as file:
                head = file.read(1000).replace(b"\0", b"")
        except OSError:
            return False
        return b"<gpx" in head and head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<")

    def source(self, path: Path) -> str:
        """One source for all files: the same track from another file is the same track."""
        return "gpx"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Places, tracks and routes in the order of the file, each track before its points."""
        try:
            with path.open("rb") as file:
                yield from GpxReading(path_text(path)).items(file)
        except OSError as error:
            yield Problem(path_text(path), reason(error))


def is_apple_route(path: Path) -> bool:
    """Whether a file lies where an Apple Health export has the ways of its workouts."""
    return path.parent.name == "workout-routes" and any(path.parent.parent.glob("export*.xml"))


@dataclass(slots=True)
class GpxReading:
    """One file while its things come out. With `route` its first track has that key: the way of a workout."""

    where: str
    route: str = ""
    source: str = "gpx"
    _creator: str = ""
    _metadata: list[Element] = field(default_factory=list)
    _drafts: list[Draft] = field(default_factory=list)
    _keys: Counter[str] = field(default_factory=Counter)
    _found: int = 0
    _names: Names = field(default_factory=Names)

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        """Walk the file twice; what is wrong with it comes last."""
        trouble = ""
        try:
            self._survey(file)
        except BrokenXml as broken:
            trouble = str(broken)
        file.seek(0)
        try:
            for one in self._second(file):
                self._found += isinstance(one, Item)
                yield one
        except BrokenXml as broken:
            trouble = str(broken)
        if trouble:
            yield Problem(self.where, f"cannot be read further: {trouble}")
        elif not self._found:
            yield Problem(self.where, "there is no waypoint, track or route in this file")

    def _survey(self, file: IO[bytes]) -> None:
        """What the tracks say as a whole."""
        draft: Draft | None = None
        for part in parts(file, _CONTAINERS):
            if isinstance(part, Opened):
                self._creator = part.attributes.get("creator", "") if part.name == "gpx" else self._creator
                draft = self._opened(part, draft)
            elif isinstance(part, Closed):
                draft = self._closed(part, draft)
            elif draft is not None and part.name in ("trkpt", "rtept"):
                draft.see(part)
            elif draft is not None:
                draft.about.append(part)
            elif part.name != "wpt":
                self._metadata.append(part)

    def _opened(self, part: Opened, draft: Draft | None) -> Draft | None:
        if part.name not in ("trk", "rte"):
            return draft
        self._drafts.append(Draft(part.name, part.offset))
        return self._drafts[-1]

    def _closed(self, part: Closed, draft: Draft | None) -> Draft | None:
        if draft is not None and part.name == "trkseg":
            draft.way.pause()
        if draft is None or part.name != draft.kind:
            return draft
        draft.close(part.offset)
        return None

    def _second(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        """Everything, with the points of the tracks, now that their own rows are known."""
        origin = Origin(self.where, self._creator.encode()[:200].decode(errors="ignore"), self.source)
        drafts = iter(self._drafts)
        points: Points | None = None
        for part in parts(file, _CONTAINERS):
            if isinstance(part, Opened) and part.name in ("trk", "rte"):
                draft = next(drafts)
                draft.own = self._names.take(record_of(draft.about))
                draft.key = self._key(draft)
                points = Points(origin, draft.key) if draft.kind == "trk" else None
                yield self._track(draft, origin, file)
            elif isinstance(part, Opened) and points:
                points.segment += part.name == "trkseg"
            elif isinstance(part, Element) and part.name == "trkpt" and points:
                yield from points.add(part)
            else:
                yield from self._other(part, points)
        if points:
            yield from points.rest()

    def _other(self, part: Part, points: Points | None) -> Iterator[Item | Problem]:
        if isinstance(part, Closed) and part.name == "trk" and points:
            yield from points.rest()
        elif isinstance(part, Element) and part.name == "wpt":
            yield self._place(part)

    def _key(self, draft: Draft) -> str:
        own = self.route or f"{'route' if draft.kind == 'rte' else 'track'}:{draft.identity()}"
        own = known(draft.own) if draft.own else own
        self._keys[own] += 1
        return own if self._keys[own] == 1 else f"{own}#{self._keys[own]}"

    def _track(self, draft: Draft, origin: Origin, file: IO[bytes]) -> Item:
        if not draft.end:  # the file breaks off inside it
            draft.columns = draft.way.columns()
        return draft.item(origin, file, {"creator": self._creator, **self._about_the_file()})

    def _about_the_file(self) -> dict[str, object]:
        """What the file says of itself; it stays with the first thing in it."""
        told, self._metadata = [one.written() for one in self._metadata], []
        return {"file": told} if told else {}

    def _place(self, point: Element) -> Item | Problem:
        here = position_of(point)
        if here is None:
            return Problem(self.where, f"a waypoint without a valid position was left out: {point.written()[:200]}")
        link = point.child("link")
        url = point.said("url") or (link.attributes.get("href", "") if link else "")
        said = record_of(point.children)
        id_ = self._names.take(said)
        own = known(id_) if id_ else f"place:{digest(point.said('name'), str(here.lat), str(here.lon))}"
        self._keys[own] += 1
        key = own if self._keys[own] == 1 else f"{own}#{self._keys[own]}"
        texts = dict.fromkeys(filter(None, (point.said("desc"), point.said("cmt"))))
        others = without_record(point.children)
        left = [one.written() for one in others if one.name not in _PLACE_SAID or len(one.children) > 0]
        values: dict[str, object] = {
            "name": point.said("name") or f"{here.lat}, {here.lon}",
            "description": "\n\n".join(texts) or None,
            "place_type": point.said("type") or point.said("sym") or None,
            "lat": here.lat,
            "lon": here.lon,
            "url": url or None,
        }
        symbol = point.said("sym") if point.said("type") else ""
        custom = filled({"about": left, "sym": symbol, "record": said, **self._about_the_file()})
        row = Row("places", key, {**values, "custom_fields": {"gpx": custom} if custom else {}})
        return Item(key, (row,), self.where, own=id_)
