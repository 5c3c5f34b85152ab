"""One track or route as GPX 1.1 has it: what stands before its points, its points, what comes after."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from graph.exporters.base import Row
from graph.exporters.xml_text import text
from graph.importers.travel.tracks import RECORD

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator={creator} xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"'
    ' xmlns:gpxx="http://www.garmin.com/xmlschemas/GpxExtensions/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:lifeloom="urn:lifeloom:gpx">\n'
)
_DECLARED = frozenset((b"gpxtpx", b"gpxx", b"xsi", b"xml", b"xmlns", b"lifeloom"))
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*[\s=/>]")
_TAG = re.compile(r"<([A-Za-z_][\w.-]*)")
_ORDER = (
    "ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "number", "sym", "type", "fix", "sat",
    "hdop", "vdop", "pdop", "ageofdgpsdata", "dgpsid", "extensions",
)  # fmt: skip
_FINER = {"speed_mps": "gpxtpx:speed", "course_deg": "gpxtpx:course"}


def gpx_of(row: Row) -> Mapping[str, object]:
    """What of a record only GPX has words for."""
    said = row["custom_fields"].get("gpx")
    return said if isinstance(said, Mapping) else {}


def pieces(value: object) -> list[str]:
    """Elements that were kept as XML."""
    return [one for one in value if isinstance(one, str) and _TAG.match(one)] if isinstance(value, list) else []


def element(name: str, said: str | None) -> list[str]:
    """An element with a text, or nothing where there is none."""
    return [f"<{name}>{text(said.strip())}</{name}>"] if said and said.strip() else []


def ordered(parts: Sequence[str]) -> str:
    """The children of a point or a track in the order of the schema, a line each."""
    return "".join(f"{part}\n" for part in sorted(parts, key=_rank))


def _rank(part: str) -> int:
    tag = _TAG.match(part)
    return _ORDER.index(tag[1]) if tag and tag[1] in _ORDER else len(_ORDER) - 1


def about(row: Row) -> str:
    """What a track says of itself."""
    own = [*element("name", row["name"]), *element("desc", row["description"]), *element("type", row["activity"])]
    return ordered([*own, *recorded(row, pieces(gpx_of(row).get("about")))])


def recorded(row: Row, about: Sequence[str]) -> Iterator[str]:
    """What is kept of an element as XML, and among its extensions which record it is: by the id that it came with."""
    id_ = gpx_of(row).get("record") or row["id"]
    said = f"<lifeloom:{RECORD}>{text(str(id_))}</lifeloom:{RECORD}>"
    extended = next((one for one in about if one.startswith("<extensions>")), "")
    yield from (one for one in about if one is not extended)
    yield f"{extended.removesuffix('</extensions>') or '<extensions>'}{said}</extensions>"


def point(row: Row) -> str:
    """A point of a track, from a row of `location_points`."""
    parts = [f"<ele>{row['ele_m']!r}</ele>"] if row["ele_m"] is not None else []
    parts.append(f"<time>{moment(row['recorded_at'])}</time>")
    finer = [f"<{name}>{row[column]!r}</{name}>" for column, name in _FINER.items() if row[column] is not None]
    more = [f"<gpxtpx:TrackPointExtension>{''.join(finer)}</gpxtpx:TrackPointExtension>"] if finer else []
    more += [f"<lifeloom:hAcc>{row['accuracy_m']!r}</lifeloom:hAcc>"] if row["accuracy_m"] is not None else []
    parts += [f"<extensions>{''.join(more)}</extensions>"] if more else []
    return f'<trkpt lat="{row["lat"]!r}" lon="{row["lon"]!r}">{"".join(parts)}</trkpt>\n'


def moment(at: datetime) -> str:
    """ISO 8601 in UTC, with fractions of a second where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def declared(raw: bytes) -> bytes:
    """The bytes of a track with a declaration for each prefix that its file declared further above."""
    wanted = sorted(set(_PREFIX.findall(raw)) - _DECLARED)
    missing = [prefix for prefix in wanted if b"xmlns:" + prefix + b"=" not in raw]
    names = b"".join(b' xmlns:%b="urn:lifeloom:gpx:%b"' % (prefix, prefix) for prefix in missing)
    return re.sub(rb"\A<(?:[\w.-]+:)?(trk|rte)\b", rb"\g<0>" + names, raw, count=1)


def drawn(line: str) -> Iterator[tuple[float, float]]:
    """The points of an encoded polyline of 5 decimals, latitude and longitude."""
    at, number, shift = [0, 0], 0, 0
    place = 0
    for sign in line:
        chunk = ord(sign) - 63
        number |= (chunk & 0x1F) << shift
        shift += 5
        if chunk < 0x20:
            at[place] += ~(number >> 1) if number & 1 else number >> 1
            if place:
                yield at[0] / 1e5, at[1] / 1e5
            place, number, shift = 1 - place, 0, 0
