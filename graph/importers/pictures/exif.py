"""EXIF (CIPA DC-008) as columns of a photo. A value that makes no sense is no value: cameras write many of them."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL.ExifTags import GPS, IFD, Base
from PIL.Image import Exif

from graph.importers.decoding import decode, storable

LONGEST = 10_000
"""Characters of a caption; what is longer is no caption."""

LONGEST_SECONDS = 1e9
"""What is longer is no recording."""

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_QUARTER = timedelta(minutes=15)
_CLOCKS = (
    (Base.DateTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTimeOriginal),
    (Base.DateTimeDigitized, Base.SubsecTimeDigitized, Base.OffsetTimeDigitized),
    (Base.DateTime, Base.SubsecTime, Base.OffsetTime),
)
_CHARACTER_SETS = {b"ASCII\0\0\0": "utf-8", b"UNICODE\0": "utf-16", b"\0" * 8: "utf-8"}


def exif_values(exif: Exif) -> dict[str, object]:
    """The columns of `photos` that EXIF fills; those it says nothing of are missing."""
    tags: dict[int, Any] = dict(exif) | dict(exif.get_ifd(IFD.Exif))
    position = dict(exif.get_ifd(IFD.GPSInfo))
    found: dict[str, object] = {
        **_camera(tags),
        **_words(tags),
        **_taken(tags, position),
        **_place(position),
    }
    return {name: value for name, value in found.items() if value is not None and value != []}


def _camera(tags: Mapping[int, Any]) -> dict[str, object]:
    orientation, iso, flash = (_whole(tags.get(tag)) for tag in (Base.Orientation, Base.ISOSpeedRatings, Base.Flash))
    return {
        "orientation": orientation if orientation is not None and 1 <= orientation <= 8 else None,
        "camera_make": text(tags.get(Base.Make)),
        "camera_model": text(tags.get(Base.Model)),
        "lens_model": text(tags.get(Base.LensModel)),
        "f_number": _positive(tags.get(Base.FNumber)),
        "exposure_time": _exposure(number(tags.get(Base.ExposureTime))),
        "iso": iso if iso is not None and 0 < iso < 2**31 else None,
        "focal_length": _positive(tags.get(Base.FocalLength)),
        "flash": None if flash is None else bool(flash & 1),
    }


def _words(tags: Mapping[int, Any]) -> dict[str, object]:
    keywords = re.split("[;,]", _wide(tags.get(Base.XPKeywords)) or "")
    caption = text(tags.get(Base.ImageDescription)) or _comment(tags.get(Base.UserComment))
    return {
        "title": _wide(tags.get(Base.XPTitle)),
        "caption": caption or _wide(tags.get(Base.XPComment)) or _wide(tags.get(Base.XPSubject)),
        "keywords": [word.strip() for word in keywords if word.strip()],
        "creator": text(tags.get(Base.Artist)) or _wide(tags.get(Base.XPAuthor)),
    }


def _taken(tags: Mapping[int, Any], position: Mapping[int, Any]) -> dict[str, object]:
    """The clock of the camera, with its own offset or else the one that the time of the satellites gives away."""
    for when, fraction, zone in _CLOCKS:
        clock = clock_time(text(tags.get(when)))
        if clock is not None:
            part = re.sub(r"\D", "", text(tags.get(fraction)) or "")[:6]
            offset = _offset(text(tags.get(zone)))
            if offset is None:
                offset = offset_between(clock, _satellite_time(position))
            return at_offset(clock.replace(microsecond=int(part.ljust(6, "0"))), offset)
    return {}


def at_offset(clock: datetime, offset: timedelta | None) -> dict[str, object]:
    """The columns for what a clock showed; without an offset it is taken for UTC."""
    try:
        return {"taken_at": clock.replace(tzinfo=UTC) - (offset or timedelta()), "tz_offset": offset}
    except OverflowError:
        return {}


def offset_between(clock: datetime, instant: datetime | None) -> timedelta | None:
    """How far a clock is ahead of UTC, if that is a zone's offset (quarters of an hour) and not another time."""
    if instant is None:
        return None
    ahead = clock.replace(tzinfo=UTC) - instant
    offset = round(ahead / _QUARTER) * _QUARTER
    near = abs(ahead - offset) <= timedelta(seconds=90)
    return offset if near and timedelta(hours=-12) <= offset <= timedelta(hours=14) else None


def clock_time(value: str | None) -> datetime | None:
    """A time in the way of EXIF, without a zone."""
    match = _TIME.match(value or "")
    if match is None:
        return None
    try:
        return datetime(*map(int, match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def _offset(value: str | None) -> timedelta | None:
    match = _OFFSET.match(value or "")
    if match is None or int(match[2]) > 15 or int(match[3]) > 59:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -ahead if match[1] == "-" else ahead


def _satellite_time(position: Mapping[int, Any]) -> datetime | None:
    times = [number(part) for part in _parts(position.get(GPS.GPSTimeStamp), 3)]
    hours, minutes, seconds = (-1 if part is None else int(part) for part in times)
    return _aware(clock_time(f"{text(position.get(GPS.GPSDateStamp))} {hours:02}:{minutes:02}:{seconds:02}"))


def _aware(clock: datetime | None) -> datetime | None:
    return clock and clock.replace(tzinfo=UTC)


def _place(position: Mapping[int, Any]) -> dict[str, object]:
    lat = _degrees(position, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S", 90)
    lon = _degrees(position, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W", 180)
    if lat is None or lon is None or lat == lon == 0:
        return {}
    altitude, direction = number(position.get(GPS.GPSAltitude)), number(position.get(GPS.GPSImgDirection))
    below = position.get(GPS.GPSAltitudeRef) in (1, b"\x01")
    return {
        "lat": lat,
        "lon": lon,
        "altitude_m": altitude_or_none(-altitude if altitude is not None and below else altitude),
        "direction": round(direction, 3) % 360 if direction is not None and 0 <= direction <= 360 else None,
    }


def altitude_or_none(metres: float | None) -> float | None:
    """Metres above the sea if it is a height on or over the earth."""
    return round(metres, 3) if metres is not None and -12_000 < metres < 100_000 else None


def _degrees(position: Mapping[int, Any], tag: int, sign: int, negative: str, most: int) -> float | None:
    degrees, minutes, seconds = (number(part) for part in _parts(position.get(tag), 3))
    if degrees is None:
        return None
    value = round(degrees + (minutes or 0) / 60 + (seconds or 0) / 3600, 8)
    if (text(position.get(sign)) or "").upper().startswith(negative):
        value = -value
    return value if -most <= value <= most else None


def _parts(value: Any, count: int) -> list[Any]:
    parts = list(value) if isinstance(value, (tuple, list)) else [value]
    return (parts + [None] * count)[:count]


def text(value: Any) -> str | None:
    """A text without what cameras fill it up with; None if nothing is left."""
    if isinstance(value, (tuple, list)):
        value = value[0] if value else None
    if isinstance(value, bytes):
        value = decode(value.rstrip(b"\0")).text
    if not isinstance(value, str):
        return None
    return storable(value.partition("\0")[0]).strip()[:LONGEST] or None


def _wide(value: Any) -> str | None:
    """A text of Windows' own tags: UTF-16 in bytes."""
    if isinstance(value, (tuple, list)) and all(isinstance(part, int) and 0 <= part < 256 for part in value):
        value = bytes(value)
    return text(value.decode("utf-16-le", "replace")) if isinstance(value, bytes) else None


def _comment(value: Any) -> str | None:
    if not isinstance(value, bytes):
        return text(value)
    encoding = _CHARACTER_SETS.get(value[:8])
    return text(value[8:].decode(encoding, "replace")) if encoding else None


def number(value: Any) -> float | None:
    """A finite number from what may be a fraction over zero, a list or a text."""
    if isinstance(value, (tuple, list)):
        value = value[0] if value else None
    try:
        found = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def _positive(value: Any) -> Decimal | None:
    found = number(value)
    rounded = Decimal(str(round(found, 3))) if found is not None and found < 1e6 else Decimal(0)
    return rounded if rounded > 0 else None


def _exposure(seconds: float | None) -> str | None:
    if seconds is None or not 1e-6 <= seconds < 1e6:
        return None
    if seconds >= 0.3:
        return f"{seconds:.3f}".rstrip("0").rstrip(".")
    return f"1/{round(1 / seconds)}"
