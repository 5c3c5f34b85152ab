"""Places, tracks and routes as GPX 1.1 (https://www.topografix.com/GPX/1/1/): waypoints, then ways and their points.

A track whose points say more than their columns goes out as it came, where that is what the record still says.
"""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import quoteattr

from graph.exporters import gpx_track
from graph.exporters.base import Life, Lost, Row
from graph.exporters.gpx_track import element, gpx_of, ordered, pieces
from graph.exporters.streams import Out
from graph.exporters.xml_text import attributes, sayable
from graph.importers.base import Item
from graph.importers.travel.gpx import GpxReading

_OURS = "Lifeloom"
_PLACE_UNSAID = (
    "aliases", "radius_m", "street", "postal_code", "locality", "region", "country_code", "tz", "tel", "osm_id",
    "parent_id",
)  # fmt: skip
_POINTS = 1000


class Gpx:
    """Writes one .gpx file."""

    format: ClassVar[str] = "gpx"
    suffixes: ClassVar[tuple[str, ...]] = (".gpx",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Waypoints by their names, tracks by when they began, routes; a track without any point is only its name."""
        places = [row async for row in life.rows("places", ("name",))]
        ways = [row async for row in life.rows("gps_tracks", ("start_at",))]
        about = _About.of([*places, *ways])
        waypoints = sorted(_waypoint(row) for row in places if row["lat"] is not None)
        for lost in (*about.lost, *(one for row in places for one in _place_lost(row))):
            yield lost
        ranked = sorted([(await _rank(life, row), row) for row in ways], key=lambda one: one[0])
        async with Out(target) as out:
            await out.add(gpx_track.HEAD.format(creator=quoteattr(about.creator)), *(f"{one}\n" for one in about.file))
            await out.add(*waypoints)
            yield len(waypoints)
            for _, row in ranked:
                async for said in _way(life, row, about.creator, out):
                    yield said
                yield 1
            await out.add("</gpx>\n")


@dataclass(slots=True)
class _About:
    """What the file says of itself: the program and the metadata that all agree on."""

    creator: str = _OURS
    file: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    @classmethod
    def of(cls, rows: list[Row]) -> "_About":
        found = cls()
        creators = {sayable(str(creator)) for row in rows if (creator := gpx_of(row).get("creator"))}
        if len(creators) == 1:
            found.creator = creators.pop()
        said = [(row["name"], pieces(gpx_of(row).get("file"))) for row in rows]
        told = [one for one in said if one[1]]
        if told and all(one[1] == told[0][1] for one in told):
            found.file = told[0][1]
        else:
            found.lost = [Lost(name, "what its file said of itself") for name, _ in told]
        return found


# Places


def _waypoint(row: Row) -> str:
    gpx = gpx_of(row)
    about = list(gpx_track.recorded(row, pieces(gpx.get("about"))))
    linked = any(one.startswith("<link") for one in about)
    url = [f"<link{attributes({'href': row['url'].strip()})}/>"] if row["url"] and not linked else []
    symbol = gpx.get("sym")
    own = [*element("name", row["name"]), *element("desc", row["description"]), *url]
    own += [*element("sym", symbol if isinstance(symbol, str) else None), *element("type", row["place_type"])]
    return f'<wpt lat="{row["lat"]!r}" lon="{row["lon"]!r}">\n{ordered([*own, *about])}</wpt>\n'


def _place_lost(row: Row) -> Iterator[Lost]:
    if row["lat"] is None:
        yield Lost(row["name"], "a place without a position")
        return
    yield from (Lost(row["name"], f"its {column}") for column in _PLACE_UNSAID if row[column] not in (None, []))
    yield from _further(row)


def _further(row: Row) -> Iterator[Lost]:
    yield from (Lost(row["name"], f"its field {name}") for name in row["custom_fields"] if name != "gpx")


# Ways


async def _rank(life: Life, row: Row) -> tuple[bool, str, str, str]:
    """Routes come after tracks; these by their first points, for the times of their own follow from these."""
    begin = ""
    async with aclosing(life.series("location_points", ("recorded_at",), gps_track_id=row["id"])) as points:
        async for point in points:
            begin = gpx_track.moment(point["recorded_at"])
            break
    return _is_route(row), begin, row["name"].strip(), row["polyline"] or ""


def _is_route(row: Row) -> bool:
    return gpx_of(row).get("kind") == "route"


async def _way(life: Life, row: Row, creator: str, out: Out) -> AsyncIterator[Lost]:
    """Write one track or route."""
    for lost in _further(row):
        yield lost
    if row["file_id"]:
        yield Lost(row["name"], "its file")
    raw = (await life.raw([row["id"]])).get(row["id"])
    if raw and _says(raw, row):
        await out.add(gpx_track.declared(raw), "\n")
        return
    tag = "rte" if _is_route(row) else "trk"
    await out.add(f"<{tag}>\n", gpx_track.about(row))
    devices: set[str] = set()
    count = 0
    if tag == "trk":
        async for point in _segments(life, row, out):
            count += 1
            devices.add(point["device"])
    for device in sorted(devices - {"", creator}):
        yield Lost(row["name"], f"that its points are of {device}")
    if not count:
        await out.add(_line(row, tag))
        if row["start_at"]:
            yield Lost(row["name"], "when it was: it has no points")
    await out.add(f"</{tag}>\n")


async def _segments(life: Life, row: Row, out: Out) -> AsyncIterator[Row]:
    """Write the points of a track, a new segment where theirs changes; yields them."""
    segment: object = None
    lines: list[str] = []
    any_ = False
    async for point in life.series("location_points", ("recorded_at",), gps_track_id=row["id"]):
        if not any_ or point["segment"] != segment:
            lines.append("</trkseg>\n<trkseg>\n" if any_ else "<trkseg>\n")
            segment, any_ = point["segment"], True
        lines.append(gpx_track.point(point))
        if len(lines) > _POINTS:
            await out.add(*lines)
            lines = []
        yield point
    await out.add(*lines, "</trkseg>\n" if any_ else "")


def _line(row: Row, tag: str) -> str:
    """The way as its line draws it: points without times."""
    name = "rtept" if tag == "rte" else "trkpt"
    points = "".join(f'<{name} lat="{lat!r}" lon="{lon!r}"/>\n' for lat, lon in gpx_track.drawn(row["polyline"] or ""))
    return f"<trkseg>\n{points}</trkseg>\n" if points and tag == "trk" else points


def _says(raw: bytes, row: Row) -> bool:
    """Whether the bytes that were kept are UTF-8 and make the row that is here."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    file = io.BytesIO(b"<gpx>" + raw + b"</gpx>")
    found = [one for one in GpxReading("").items(file) if isinstance(one, Item) and one.rows[0].table == "gps_tracks"]
    if len(found) != 1:
        return False
    values = dict(found[0].rows[0].values)
    own = gpx_of({"custom_fields": values.pop("custom_fields")})
    kept = {name: value for name, value in gpx_of(row).items() if name not in ("creator", "file")}
    values.pop("source")
    return own == kept and all(_same(row[name], value) for name, value in values.items())


def _same(here: object, there: object) -> bool:
    """Numbers of the database are exact where those of an importer are not."""
    if isinstance(there, float) and here is not None:
        return abs(float(str(here)) - there) < 1e-6
    return here == there
