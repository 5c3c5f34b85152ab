"""The JSON that Google Takeout puts beside pictures and into albums.

A sidecar is called like its picture with `.json` or `.supplemental-metadata.json` behind it, cut to 46 characters, and
counters move: `IMG(1).jpg` has `IMG.jpg(1).json`. Edited copies (`IMG-edited.jpg`, in any language) share the
sidecar of the original. How often a picture was looked at (`imageViews`) is left out: it is never the same twice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from graph.importers.google_json import rest, text
from graph.importers.pictures.exif import LONGEST, altitude_or_none, number, offset_between
from graph.importers.stored import beginning

LARGEST = 1024 * 1024
ALBUM_NAMES = (
    *("metadata", "Metadaten", "métadonnées", "metadatos", "metadati", "metadados", "metagegevens", "metadane"),
    *("metadata(1)", "метаданные", "メタデータ", "元数据", "메타데이터", "meta veriler"),
)
"""How Google calls the file that describes an album, in the languages of its users."""

_FULL = ".supplemental-metadata"
_LONGEST_NAME = 46
_COUNTED = re.compile(r"(.+)(\(\d+\))(\.[^.]*)")
_EDITED = re.compile(r"(.+)-[^\W\d_]+(\.[^.]*)")
_COUNTER = re.compile(r"\(\d+\)$")
_KNOWN = (
    *("title", "description", "photoTakenTime", "geoData", "geoDataExif", "favorited", "archived", "imageViews"),
    *("creationTime", "photoLastModifiedTime", "modificationTime"),
)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What Google says of one picture or recording."""

    data: Mapping[str, Any]

    @property
    def caption(self) -> str | None:
        return text(self.data.get("description")).strip()[:LONGEST] or None

    @property
    def taken_at(self) -> datetime | None:
        moment = self.data.get("photoTakenTime")
        seconds = number(moment.get("timestamp")) if isinstance(moment, dict) else None
        if seconds is None or not -(10**10) < seconds < 10**11:
            return None
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))

    @property
    def put_away(self) -> bool:
        return self.data.get("archived") is True or self.data.get("trashed") is True

    def position(self) -> dict[str, object]:
        """Where it was taken. Zero and zero mean that Google does not know."""
        for name in ("geoData", "geoDataExif"):
            place = self.data.get(name)
            if not isinstance(place, dict):
                continue
            lat, lon, altitude = (number(place.get(part)) for part in ("latitude", "longitude", "altitude"))
            if lat and lon and -90 <= lat <= 90 and -180 <= lon <= 180:
                return {"lat": lat, "lon": lon} | ({"altitude_m": altitude_or_none(altitude)} if altitude else {})
        return {}

    def rest(self) -> dict[str, object]:
        """All else that it says, names of people too."""
        return rest(self.data, _KNOWN)

    def over(self, values: dict[str, object]) -> dict[str, object]:
        """The columns of a photo with what Google says of it: there its owner had the last word."""
        found = values | self.position()
        if self.caption:
            found["caption"] = self.caption
        taken = self.taken_at
        if taken is not None:
            found |= _meeting(values.get("taken_at"), values.get("tz_offset"), taken)
        found |= {"favorite": self.data.get("favorited") is True, "archived": self.put_away}
        return found | ({"custom_fields": {"google_photos": self.rest()}} if self.rest() else {})


def _meeting(before: object, offset: object, taken: datetime) -> dict[str, object]:
    """Google's instant has no fractions and knows UTC: a camera without a zone is told its zone by it."""
    if isinstance(before, datetime):
        if abs(before - taken) < timedelta(seconds=2):
            return {}
        if offset is None:
            clock = before.replace(tzinfo=None)
            return {"taken_at": taken, "tz_offset": offset_between(clock, taken)}
    return {"taken_at": taken, "tz_offset": None}


def is_sidecar(path: Path) -> bool:
    """Whether a JSON file describes a picture or an album, by its beginning."""
    if path.suffix.lower() != ".json":
        return False
    start = beginning(path, 8192)
    return b'"photoTakenTime"' in start or _is_album(path, start)


def _is_album(path: Path, start: bytes) -> bool:
    named = path.stem in ALBUM_NAMES and b'"title"' in start
    return named and any(mark in start for mark in (b'"date"', b'"access"', b'"albumData"'))


def sidecar_of(media: Path) -> Sidecar | None:
    """What lies beside a picture or a recording for it. Raises OSError."""
    for name in _names(media.name):
        path = media.with_name(name)
        if path.is_file():
            data = read(path)
            if data is not None and "photoTakenTime" in data:
                return Sidecar(data)
    return None


def _names(media: str) -> Iterator[str]:
    counted, edited = _COUNTED.fullmatch(media), _EDITED.fullmatch(media)
    bases = [(media, "")]
    bases += [(counted[1] + counted[3], counted[2])] if counted else []
    bases += [(edited[1] + edited[2], "")] if edited else []
    stem = media.rpartition(".")[0]
    bases += [(f"{stem}{suffix}", "") for suffix in (".HEIC", ".JPG", ".jpg")]  # the film of a live picture
    for base, counter in bases:
        full = base + _FULL
        lengths = range(min(len(full), _LONGEST_NAME + 1), min(len(base), _LONGEST_NAME) - 1, -1)
        yield f"{full}{counter}.json"
        yield from (f"{full[:length]}{counter}.json" for length in lengths)


def is_accompanied(path: Path) -> bool:
    """Whether what a sidecar describes lies beside it."""
    name = path.name.removesuffix(".json")
    counter = _COUNTER.search(name)
    base = _COUNTER.sub("", name)
    head, dot, tail = base.rpartition(".")
    for candidate in (base, head if dot and _FULL.startswith(f".{tail}") else base):
        stem, dot, suffix = candidate.rpartition(".")
        counted = f"{stem}{counter[0]}{dot}{suffix}" if counter else candidate
        if path.with_name(counted).is_file() or path.with_name(candidate).is_file():
            return True
    others = path.parent.iterdir() if len(name) >= _LONGEST_NAME - 1 else ()
    return any(other.name.startswith(base) and other.suffix != ".json" for other in others)


def album_data(folder: Path) -> dict[str, Any] | None:
    """What an album's own file says of it, if the folder is one. Raises OSError."""
    for name in ALBUM_NAMES:
        path = folder / f"{name}.json"
        if path.is_file() and is_sidecar(path):
            data = read(path) or {}
            inner = data.get("albumData")
            return inner if isinstance(inner, dict) else data
    return None


def read(path: Path) -> dict[str, Any] | None:
    """The object in a small JSON file. Raises OSError."""
    if path.stat().st_size > LARGEST:
        return None
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None
