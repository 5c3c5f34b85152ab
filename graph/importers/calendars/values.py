"""Properties of iCalendar that events, tasks and journals share, as columns."""

import math
import re
from datetime import datetime, timedelta
from urllib.parse import unquote

from graph.importers.calendars.times import Moment, Zones, duration, is_rule
from graph.importers.keys import shortened
from graph.importers.lines.contentlines import split
from graph.importers.lines.draft import Draft

_MAILTO = re.compile(r"\s*mailto:\s*", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\Z")


def described(draft: Draft, zones: Zones) -> dict[str, object]:
    """The columns that events, tasks and journals have in common."""
    # DTSTAMP is the time of the export in many programs: kept, it would change every record with every export
    draft.drop("DTSTAMP", "UID")
    return {
        "class": draft.text("CLASS"),
        "sequence": draft.number("SEQUENCE", 0, 2**31 - 1) or 0,
        "categories": categories(draft),
        "url": draft.text("URL"),
        "created": instant(draft, "CREATED", zones),
        "last_modified": instant(draft, "LAST-MODIFIED", zones),
    }


def categories(draft: Draft) -> list[str]:
    """All categories of all lines, each once, in their order."""
    return list(dict.fromkeys(word for line in draft.every("CATEGORIES") for word in split(line.value, ",") if word))


def position(draft: Draft) -> dict[str, object]:
    """GEO as degrees; one that is no place on Earth is kept raw."""
    line = draft.take("GEO")
    lat = lon = None
    if line is not None:
        lat, lon = degrees(line.value)
        if lat is None:
            draft.keep(line)
    return {"lat": lat, "lon": lon}


def degrees(value: str) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude out of `48.2;16.3`, `48.2,16.3` or a geo: URI."""
    parts = value.strip().removeprefix("geo:").split("?")[0].replace("\\", "").replace(";", ",").split(",")
    try:
        lat, lon = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None, None
    return (lat, lon) if math.isfinite(lat) and abs(lat) <= 90 and abs(lon) <= 180 else (None, None)


def custom_fields(draft: Draft, *parts: str) -> dict[str, object]:
    """What has no column, raw: the lines that are left and those of `parts`."""
    raw = [*draft.raw(), *parts]
    return {"ical": raw} if raw else {}


def moment(draft: Draft, name: str, zones: Zones) -> Moment | None:
    """The time of a property; one that cannot be read is kept raw."""
    line = draft.take(name, "TZID")
    if line is None:
        return None
    try:
        return zones.moment(line)
    except ValueError:
        draft.keep(line, f"{line.value[:40]!r} is no time")
        return None


def instant(draft: Draft, name: str, zones: Zones) -> datetime | None:
    """The time of a property that is always a point in time."""
    found = moment(draft, name, zones)
    return found.at if found else None


def instants(draft: Draft, name: str, zones: Zones) -> list[datetime]:
    """All times of RDATE or EXDATE. Of a period its start; its end is kept raw."""
    found: dict[datetime, None] = {}
    for line in draft.every(name, "TZID"):
        for value in line.value.split(","):
            start, slash, _ = value.partition("/")
            try:
                found[zones.moment(line, start).at] = None
            except ValueError:
                draft.keep(line, f"{value[:40]!r} is no time" if value else "")
            if slash:
                draft.keep(line)
    return list(found)


def length(draft: Draft, *names: str) -> timedelta | None:
    """A DURATION, the first of these properties; one that cannot be read is kept raw."""
    for name in names:
        line = draft.take(name)
        if line is not None:
            try:
                return duration(line.value)
            except ValueError:
                draft.keep(line, f"{line.value[:40]!r} is no duration")
    return None


def recurrence(draft: Draft, zones: Zones) -> dict[str, object]:
    """RRULE as text, RDATE and EXDATE as instants."""
    return {
        "rrule": rule(draft),
        "rdate": instants(draft, "RDATE", zones),
        "exdate": instants(draft, "EXDATE", zones),
    }


def rule(draft: Draft) -> str | None:
    """The RRULE's text, if it is one; a second one or one of vCalendar 1.0 stays raw."""
    line = draft.take("RRULE")
    if line is None:
        return None
    for text in (line.value.strip(), re.sub(r"\s+", "", line.value).strip(";")):
        if is_rule(text):
            return text
    draft.keep(line, f"{line.value.strip()[:60]!r} is no rule of RFC 5545")
    return None


def cal_address(value: str, email: str = "") -> str:
    """A calendar address: a bare e-mail address in small letters where it is one, else the URI as it stands.

    `email` is the parameter EMAIL, which says it where the address is a path on the organizer's server.
    """
    found = _MAILTO.match(value)
    if found is not None:
        return shortened(unquote(value[found.end() :]).split("?")[0].replace("\0", "").strip(" <>").lower())
    for text in (value.strip(), _MAILTO.sub("", email).strip()):
        if _MAIL.match(text):
            return shortened(text.lower())
    return shortened(value.strip())
