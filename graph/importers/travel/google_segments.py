"""Visits, ways and trips of Google's timeline, in the words of Takeout and in those of phones."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph.importers.base import Item, Problem, Row, To
from graph.importers.travel.google_values import SOURCE, path_time, place_of, share, span, when, words
from graph.importers.travel.lines import Position, Way
from graph.importers.travel.tracks import Origin, point_row, portions
from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import filled, number


@dataclass(slots=True)
class Segments:
    """One file's segments while they become items. `labels` are the owner's names of places, by Google's ids."""

    where: str
    labels: dict[str, str] = field(default_factory=dict)
    _places: set[str] = field(default_factory=set)
    _keys: Counter[str] = field(default_factory=Counter)

    def items(self, segment: Any) -> Iterator[Item | Problem]:
        """A `timelineObject` of Takeout or a `semanticSegment` of a phone."""
        said = table(segment)
        start = span(said)[0]
        if visit := table(said.get("placeVisit")):
            yield from self._takeout_visit(visit)
        if way := table(said.get("activitySegment")):
            yield from self._takeout_way(way)
        if visit := table(said.get("visit")):
            yield from self._phone_visit(said, visit)
        if way := table(said.get("activity")):
            yield from self._phone_way(said, way)
        if path := entries(said.get("timelinePath")):
            yield from self._path(path, start)
        if memory := table(said.get("timelineMemory")):
            yield from self._trip(said, memory)
        known = ("placeVisit", "activitySegment", "visit", "activity", "timelinePath", "timelineMemory")
        if not any(said.get(name) for name in known):
            yield self._strange("a segment of an unknown kind", segment)

    # Visits

    def _takeout_visit(self, visit: dict[str, Any]) -> Iterator[Item | Problem]:
        location = table(visit.get("location"))
        here = place_of(location) or place_of(visit)
        name = text(location.get("name"))
        place = yield from self.place(text(location.get("placeId")), here, name, text(location.get("address")))
        confidence = share(visit.get("visitConfidence")) or share(location.get("locationConfidence"))
        left = {name: value for name, value in visit.items() if name not in ("location", "duration", "childVisits")}
        left |= {"location": _without(location, "placeId", "name", "address", "latitudeE7", "longitudeE7")}
        yield self._visit(place, span(visit), confidence, filled(left), visit)
        for child in entries(visit.get("childVisits")):
            yield from self._takeout_visit(table(child))

    def _phone_visit(self, said: dict[str, Any], visit: dict[str, Any]) -> Iterator[Item | Problem]:
        top = table(visit.get("topCandidate"))
        id_ = text(top.get("placeId")) or text(top.get("placeID"))
        kind = words(top.get("semanticType")).removeprefix("inferred ")
        name = self.labels.get(id_) or (kind.capitalize() if kind not in ("", "unknown") else "")
        place = yield from self.place(id_, place_of(top.get("placeLocation")), name, "", "spot")
        left = {"visit": _without(visit, "topCandidate"), "topCandidate": _without(top, "placeLocation")}
        left |= _without(said, "visit", "startTime", "endTime", "timelinePath", "activity")
        yield self._visit(place, span(said), share(visit.get("probability")), filled(left), said)

    def _visit(
        self,
        place: str | None,
        times: tuple[datetime | None, datetime | None],
        confidence: float | None,
        left: dict[str, object],
        whole: dict[str, Any],
    ) -> Item | Problem:
        start, end = times
        if place is None or start is None:
            return self._strange("a visit without a place or a time", whole)
        key = self._key(f"visit:{start.isoformat()}")
        values = {"place_id": To(place), "arrived_at": start, "departed_at": end, "confidence": confidence}
        more = {"source": SOURCE, "custom_fields": {SOURCE: left} if left else {}}
        return Item(key, (Row("visits", key, values | more),), self.where)

    def place(
        self, id_: str, here: Position | None, name: str, address: str, word: str = "place"
    ) -> Generator[Item, None, str | None]:
        """The place, at its first mention; returns its key, or nothing where nothing tells it from others."""
        own = id_ or (f"{here.lat:.4f},{here.lon:.4f}" if here else "")
        if not own:
            return None
        key = f"{word}:{own[:200]}"
        if key not in self._places:
            self._places.add(key)
            values: dict[str, object] = {
                "name": name or address.partition("\n")[0] or (f"{here.lat:.5f}, {here.lon:.5f}" if here else id_),
                "street": address.replace("\n", ", ") or None,
                "lat": here.lat if here else None,
                "lon": here.lon if here else None,
                "custom_fields": {SOURCE: {"placeId": id_}} if id_ else {},
            }
            yield Item(key, (Row("places", key, values),), self.where)
        return key

    # Ways

    def _takeout_way(self, way: dict[str, Any]) -> Iterator[Item | Problem]:
        timed = entries(table(way.get("simplifiedRawPath")).get("points"))
        untimed = entries(table(way.get("waypointPath")).get("waypoints"))
        ends = [way.get("startLocation"), way.get("endLocation")]
        line = [here for one in (untimed or timed or ends) if (here := place_of(one))]
        points = [(here, time, table(one)) for one in timed if (here := place_of(one)) and (time := when(one))]
        left = _without(way, "duration", "activityType", "distance", "simplifiedRawPath")
        about = (words(way.get("activityType")), number(way.get("distance")), left)
        yield from self._way(span(way), line, points, about, way)

    def _phone_way(self, said: dict[str, Any], way: dict[str, Any]) -> Iterator[Item | Problem]:
        line = [here for name in ("start", "end") if (here := place_of(way.get(name)))]
        left = {"activity": _without(way, "start", "end", "distanceMeters")}
        left |= _without(said, "activity", "startTime", "endTime", "timelinePath", "visit")
        about = (words(table(way.get("topCandidate")).get("type")), number(way.get("distanceMeters")), left)
        yield from self._way(span(said), line, [], about, said)

    def _way(
        self,
        times: tuple[datetime | None, datetime | None],
        line: Sequence[Position],
        points: Sequence[tuple[Position, datetime, dict[str, Any]]],
        about: tuple[str, float | None, dict[str, Any]],
        whole: dict[str, Any],
    ) -> Iterator[Item | Problem]:
        start, end = times
        if start is None:
            yield self._strange("a way without a time", whole)
            return
        activity, length, left = about
        way = Way()
        for here in line:
            way.add(here)
        key = self._key(f"way:{start.isoformat()}")
        values = {**way.columns(), "start_at": start, "end_at": end, "activity": activity or None, "source": SOURCE}
        if length is not None and length >= 0:
            values["distance_m"] = length
        values["custom_fields"] = {SOURCE: custom} if (custom := filled(left)) else {}
        yield Item(key, (Row("gps_tracks", key, values),), self.where)
        more = {"gps_track_id": To(key), "segment": 0}
        yield from self._points([(here, time, more | _accuracy(one)) for here, time, one in points])

    def _path(self, path: Sequence[Any], start: datetime | None) -> Iterator[Item | Problem]:
        """Points by themselves: a path of a phone is what it recorded in two hours, not a way."""
        found = [(place_of(one), path_time(table(one), start)) for one in path]
        good: list[tuple[Position, datetime, dict[str, Any]]] = [
            (here, time, {}) for here, time in found if here and time
        ]
        yield from self._points(good)
        if len(good) < len(path):
            yield self._strange(f"{len(path) - len(good)} points without a place or a time", list(path))

    def _points(self, points: Sequence[tuple[Position, datetime, dict[str, Any]]]) -> Iterator[Item]:
        origin = Origin(self.where, "", SOURCE)
        rows = [point_row(origin, self._key(f"at:{time.isoformat()}"), time, here, more) for here, time, more in points]
        yield from portions(rows, self.where)

    # Trips

    def _trip(self, said: dict[str, Any], memory: dict[str, Any]) -> Iterator[Item | Problem]:
        start, end = span(said)
        if start is None:
            yield self._strange("a trip without a time", said)
            return
        trip = table(memory.get("trip")) or memory
        far = number(trip.get("distanceFromOriginKms"))
        key = self._key(f"trip:{start.isoformat()}")
        values = {
            "name": f"Trip, {far:g} km away" if far else "Trip",
            "start_date": start.date(),
            "end_date": end.date() if end else None,
            "custom_fields": {SOURCE: _without(said, "timelinePath")},
        }
        yield Item(key, (Row("trips", key, values),), self.where)

    def _key(self, own: str) -> str:
        self._keys[own] += 1
        return own if self._keys[own] == 1 else f"{own}#{self._keys[own]}"

    def _strange(self, what: str, value: Any) -> Problem:
        return Problem(self.where, f"{what} was left out: {str(value)[:300]}")


def _without(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names and value not in ({}, [], "", None)}


def _accuracy(point: dict[str, Any]) -> dict[str, object]:
    found = number(point.get("accuracyMeters"), 1e7)
    return {"accuracy_m": found} if found is not None and found >= 0 else {}
