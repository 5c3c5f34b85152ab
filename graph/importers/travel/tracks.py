"""Tracks and routes of GPX while they become rows: the way as a whole first, then its points in portions.

A file is walked twice: the first time for what the track's own row says, the second time for the points, so that a
track may be as long as it likes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from graph.importers.base import Item, Row, To
from graph.importers.keys import digest
from graph.importers.travel.lines import Position, Way, position
from graph.importers.trees.elements import LARGEST, Element
from graph.importers.trees.values import filled, has_zone, moment, number

RECORD = "record"
"""The element among the extensions of a place or a track that says which record of ours it is."""

PORTION = 400
"""Points in one item."""

MEDIA_TYPE = "application/gpx+xml"
_SAID = frozenset(("name", "desc", "cmt", "type"))
_COLUMNS = {"ele": "ele_m", "speed": "speed_mps", "course": "course_deg", "hAcc": "accuracy_m"}
_LEFT_OUT = frozenset(("vAcc",))
"""What a phone writes beside every point and no column has: only told."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, the device that its points are of, and the name of the format for `source`."""

    where: str
    device: str
    source: str


@dataclass(slots=True)
class Draft:
    """A track or a route (`kind`: trk, rte) in the making; its bytes begin at `begin` and its last tag at `end`."""

    kind: str
    begin: int
    end: int = 0
    key: str = ""
    own: UUID | None = None
    about: list[Element] = field(default_factory=list)
    way: Way = field(default_factory=Way)
    columns: Mapping[str, object] = field(default_factory=dict)
    broken: int = 0
    unsaid: set[str] = field(default_factory=set)
    zoneless: bool = False
    _before: datetime | None = None

    def see(self, point: Element) -> None:
        """A point of the way."""
        here = position_of(point)
        if here is None:
            self.broken += 1
            return
        if here.time and self._before and here.time <= self._before:
            self.unsaid.add("points in the order of the file, which is not that of time")
        self._before = here.time or self._before
        self.zoneless |= here.time is not None and not has_zone(point.said("time"))
        self.unsaid |= {leaf.name for leaf in leaves(point) if leaf.name not in _COLUMNS and leaf.name != "time"}
        self.way.add(here)

    def close(self, offset: int) -> None:
        """All points were seen."""
        self.end = offset
        self.columns = self.way.columns()

    @property
    def name(self) -> str:
        return next((one.text.strip() for one in self.about if one.name == "name"), "")

    def identity(self) -> str:
        """What tells it from others: where and when it begins, without times also its name and length."""
        first = self.way.first
        begin = f"{first.lat} {first.lon}" if first else ""
        if first and first.time:
            return digest(self.kind, begin, first.time.isoformat())
        return digest(self.kind, begin, self.name, str(self.way.count))

    def row(self, origin: Origin, more: Mapping[str, object]) -> Row:
        """Its row in `gps_tracks`; `more` goes to the custom fields."""
        said = {one.name: one.text.strip() for one in reversed(self.about)}
        texts = dict.fromkeys(one.text.strip() for one in self.about if one.name in ("desc", "cmt"))
        left = [one.written() for one in without_record(self.about) if one.name not in _SAID]
        kind, record = "route" if self.kind == "rte" else "", record_of(self.about)
        custom = filled({"kind": kind, "about": left, "record": record, **more})
        return Row(
            "gps_tracks",
            self.key,
            {
                "name": said.get("name", ""),
                "description": "\n\n".join(filter(None, texts)) or None,
                "activity": said.get("type") or None,
                "custom_fields": {"gpx": custom} if custom else {},
                "source": origin.source,
                **self.columns,
            },
        )

    def item(self, origin: Origin, file: IO[bytes], more: Mapping[str, object]) -> Item:
        """The track without its points; with its bytes where the points say what has no column."""
        warnings = list(self._warnings())
        unsaid = (self.unsaid - _LEFT_OUT) or self.broken or self.way.timed < self.way.count
        raw = self._raw(file) if unsaid else None
        if unsaid and raw is None:
            warnings.append("the points say more than their columns hold, and are too many to be kept raw too")
        row, media_type = self.row(origin, more), MEDIA_TYPE if raw else ""
        return Item(self.key, (row,), origin.where, raw, media_type, tuple(warnings), own=self.own)

    def _warnings(self) -> Iterator[str]:
        if self.broken:
            yield f"{self.broken} points have no valid position: they are only kept raw"
        if self.kind == "trk" and self.way.count - self.way.timed > 0:
            yield f"{self.way.count - self.way.timed} points have no time: they are in the line and kept raw"
        if self.zoneless:
            yield "times without a zone were taken as UTC"
        if left := self.unsaid & _LEFT_OUT:
            yield f"not kept of the points: {', '.join(sorted(left))}"

    def _raw(self, file: IO[bytes]) -> bytes | None:
        if not self.end or self.end - self.begin > LARGEST:
            return None
        here = file.tell()
        file.seek(self.begin)
        raw = file.read(self.end - self.begin)
        tag, close, _ = file.read(256).partition(b">")
        file.seek(here)
        return raw + tag + close


@dataclass(slots=True)
class Points:
    """The points of one track, second walk: rows of `location_points`, a portion an item."""

    origin: Origin
    track: str
    segment: int = -1
    _rows: list[Row] = field(default_factory=list)
    _before: datetime | None = None

    def add(self, point: Element) -> Iterator[Item]:
        here = position_of(point)
        if here is None or here.time is None:
            return
        time = here.time
        if self._before is not None and self._before - timedelta(milliseconds=1) < time <= self._before:
            time = self._before + timedelta(microseconds=1)  # two points of one moment stay two
        self._before = time
        self._rows.append(point_row(self.origin, f"{self.track}/{time.isoformat()}", time, here, self._more(point)))
        if len(self._rows) >= PORTION:
            yield from self.rest()

    def rest(self) -> Iterator[Item]:
        """What is not handed over yet."""
        if self._rows:
            yield Item(self._rows[0].key, tuple(self._rows), self.origin.where)
            self._rows = []

    def _more(self, point: Element) -> dict[str, object]:
        found: dict[str, object] = {"gps_track_id": To(self.track), "segment": min(max(self.segment, 0), 32767)}
        for leaf in leaves(point):
            if column := _COLUMNS.get(leaf.name):
                value = number(leaf.text, 1e7)
                found[column] = value if leaf.name != "hAcc" or (value or 0) >= 0 else None
        return found


def point_row(origin: Origin, key: str, time: datetime, here: Position, more: Mapping[str, object]) -> Row:
    """A row of `location_points`."""
    values = {"recorded_at": time, "lat": here.lat, "lon": here.lon, "device": origin.device, "source": origin.source}
    return Row("location_points", key, {**values, **filled(more)})


def portions(rows: Sequence[Row], where: str) -> Iterator[Item]:
    """Points as items of at most `PORTION` rows."""
    for start in range(0, len(rows), PORTION):
        yield Item(rows[start].key, tuple(rows[start : start + PORTION]), where)


def position_of(point: Element) -> Position | None:
    """Where and when a wpt, a trkpt or an rtept is."""
    here = position(point.attributes.get("lat"), point.attributes.get("lon"))
    if here is None:
        return None
    return Position(here.lat, here.lon, moment(point.said("time")), number(point.said("ele"), 1e7))


def leaves(point: Element) -> Iterator[Element]:
    """All that a point says, in extensions too."""
    for child in point.children:
        if child.children:
            yield from leaves(child)
        else:
            yield child


def record_of(about: Sequence[Element]) -> str:
    """Which record of ours the element with these children says to be, or nothing."""
    extensions = (one for one in about if one.name == "extensions")
    return next((said for one in extensions if (said := one.said(RECORD))), "")


def without_record(about: Sequence[Element]) -> Iterator[Element]:
    """The children without that."""
    for one in about:
        if one.name != "extensions" or not one.said(RECORD):
            yield one
        elif others := [child for child in one.children if child.name != RECORD]:
            yield Element(one.name, one.attributes, others, one.text)
