"""The head of a film in MP4 or QuickTime (ISO/IEC 14496-12): its time, its length, its size, its codec, its place.

What cameras and telephones add is in `udta` (©xyz) or in Apple's own keys (`com.apple.quicktime.location.ISO6709`).
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.importers.decoding import storable
from graph.importers.pictures.boxes import NoBoxes, Numbers, boxes, headers
from graph.importers.pictures.exif import LONGEST, LONGEST_SECONDS, altitude_or_none, offset_between

LARGEST_HEAD = 32 * 1024 * 1024

_START = datetime(1904, 1, 1, tzinfo=UTC)
_MOST_SECONDS = 200 * 365 * 86_400
_PLACE = re.compile(r"([+-]\d{1,6}(?:\.\d+)?)([+-]\d{1,7}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
_APPLE = "com.apple.quicktime."
_CODECS = {
    "avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "dvh1": "hevc", "av01": "av1", "vp08": "vp8",
    "vp09": "vp9", "mp4v": "mpeg4", "s263": "h263", "apch": "prores", "apcn": "prores", "jpeg": "mjpeg",
}  # fmt: skip


def quicktime_values(path: Path) -> dict[str, object]:
    """The columns of `videos` that the head fills. Raises OSError; what makes no sense says nothing."""
    found: dict[str, object] = {}
    said: dict[str, str] = {}
    with suppress(NoBoxes):
        for kind, body in boxes(_head(path)):
            with suppress(NoBoxes):
                found |= _times(Numbers(body)) if kind == b"mvhd" else {}
                found = (_picture(body) if kind == b"trak" else {}) | found
                said |= _words(body) if kind == b"udta" else _keyed(body) if kind == b"meta" else {}
    return found | _said(said)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        for kind, start, end in headers(stream, 0, path.stat().st_size):
            if kind == b"moov":
                if end - start > LARGEST_HEAD:
                    raise NoBoxes("its head is too large")
                stream.seek(start)
                return stream.read(end - start)
    raise NoBoxes("there is no film in it")


def _times(reader: Numbers) -> dict[str, object]:
    wide = 8 if reader.number(4) >> 24 else 4
    created = reader.number(wide)
    reader.take(wide)
    scale, length = reader.number(4), reader.number(wide)
    day = _START + timedelta(seconds=created) if created < _MOST_SECONDS else _START
    known = scale and length not in (2**32 - 1, 2**64 - 1) and length / scale < LONGEST_SECONDS
    found: dict[str, object] = {"taken_at": day} if day.year > 1970 else {}
    return found | ({"duration_s": round(length / scale, 3)} if known else {})


def _picture(track: bytes) -> dict[str, object]:
    """Size in pixels and codec, of a track that is no sound."""
    table = track
    for inside in (b"mdia", b"minf", b"stbl", b"stsd"):
        table = dict(boxes(table)).get(inside, b"")
        if inside == b"mdia" and dict(boxes(table)).get(b"hdlr", b"")[8:12] != b"vide":
            return {}
    entry = Numbers(table)
    entry.take(12)
    name = storable(entry.take(4).decode("latin-1")).strip()
    entry.take(24)
    width, height = entry.number(2), entry.number(2)
    size: dict[str, object] = {"width": width, "height": height} if width and height else {}
    return size | ({"codec": _CODECS.get(name.lower(), name)} if name.isprintable() and name else {})


def _words(body: bytes) -> dict[str, str]:
    """The texts of `udta` under their four letters, each with its length and its language before it."""
    found: dict[str, str] = {}
    for kind, part in boxes(body):
        if kind == b"meta":
            found |= _keyed(part)
        elif kind[:1] == b"\xa9":
            found[kind[1:].decode("latin-1")] = _text(part[4 : 4 + int.from_bytes(part[:2], "big")])
    return found


def _keyed(body: bytes) -> dict[str, str]:
    """Apple's values under their names: a list of names, and values by their places in it."""
    parts = dict(boxes(body[4:] if body[:4] == b"\0\0\0\0" else body))
    names = [name.decode("utf-8", "replace") for _, name in boxes(parts.get(b"keys", b"")[8:])]
    found = {}
    for place, part in boxes(parts.get(b"ilst", b"")):
        number, value = int.from_bytes(place, "big"), dict(boxes(part)).get(b"data", b"")
        if 1 <= number <= len(names) and value[:4] == b"\0\0\0\x01":
            found[names[number - 1].removeprefix(_APPLE)] = _text(value[8:])
    return found


def _text(value: bytes) -> str:
    return storable(value.decode("utf-8", "replace")).strip()[:LONGEST]


def _said(said: Mapping[str, str]) -> dict[str, object]:
    """The columns of what it says in words; Apple's `creationdate` knows the zone, and so when it really was."""
    words = {"title": ("title", "nam"), "camera_make": ("make", "mak"), "camera_model": ("model", "mod")}
    found: dict[str, object] = {
        column: text
        for column, names in words.items()
        if (text := next((said[one] for one in names if said.get(one)), ""))
    }
    found |= _place(said.get("location.ISO6709") or said.get("xyz") or "")
    return found | _clock(said.get("creationdate") or said.get("day") or "")


def _clock(text: str) -> dict[str, object]:
    try:
        shown = datetime.fromisoformat(text)
        instant = shown.astimezone(UTC) if shown.tzinfo else None
    except (ValueError, OverflowError):
        return {}  # a clock without a zone says less than the head does
    if instant is None or instant.year <= 1970:
        return {}
    return {"taken_at": instant, "tz_offset": offset_between(shown.replace(tzinfo=None), instant)}


def _place(text: str) -> dict[str, object]:
    """A place as ISO 6709 writes it: +48.2083+016.3731+171/. Zero and zero mean that the camera does not know."""
    match = _PLACE.match(text)
    if match is None:
        return {}
    lat, lon = _degrees(match[1], 2), _degrees(match[2], 3)
    if not -90 <= lat <= 90 or not -180 <= lon <= 180 or lat == lon == 0:
        return {}
    return {"lat": lat, "lon": lon, "altitude_m": altitude_or_none(float(match[3])) if match[3] else None}


def _degrees(text: str, whole: int) -> float:
    """Degrees, or degrees and minutes, or degrees, minutes and seconds, one after the other."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    before = digits.partition(".")[0]
    if len(before) <= whole:
        return sign * float(digits)
    degrees, rest = float(digits[:whole]), digits[whole:]
    minutes, seconds = (float(rest[:2]), float(rest[2:])) if len(before) > whole + 2 else (float(rest), 0.0)
    return round(sign * (degrees + minutes / 60 + seconds / 3600), 8)
