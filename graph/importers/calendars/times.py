"""Times of iCalendar as instants: time zones by every name that programs give them, all-day and floating times."""

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

from icalendar import Timezone
from icalendar.prop import vDuration, vRecur
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from graph.importers.lines.contentlines import Line, decode, unfold

_OFFSET = re.compile(r"\(?(?:UTC|GMT|Z)?\s*([+-])(\d{1,2}):?(\d{2})?\)?(\s.*)?\Z", re.IGNORECASE)
_ZONE_RULE = re.compile(
    rb"RRULE[^:]*:(?:(?:FREQ=(?:YEARLY|MONTHLY)|BYMONTH=[\d,]+|BYDAY=[-+\dA-Z,]+|BYMONTHDAY=[-\d,]+|UNTIL=[\dTZ]+"
    rb"|COUNT=\d+|INTERVAL=\d+|WKST=[A-Z]{2});?)+\s*\Z",
    re.IGNORECASE,
)
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z)?)?\Z")
_UNQUOTED_ZONE = re.compile(r"(.*[^0-9].*):([0-9]{8}(?:T[0-9]{4,6}Z?)?)\Z")
"""Outlook: TZID=(UTC+01:00) Amsterdam, Berlin:20260302T090000"""
_ODD_SIGNS = re.compile(r"[-:](?=\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """One DATE or DATE-TIME. `at` is in UTC; a day and a floating time are written as if they were UTC.

    `tzid` is the IANA name, or what the file says if nobody knows it; None in UTC, for days and floating times.
    """

    at: datetime
    tzid: str | None = None
    day: date | None = None
    floating: bool = False
    local: date | None = None
    """The day that a calendar on the wall shows."""


class Zones:
    """The time zones of one file: its own VTIMEZONEs and everybody's."""

    def __init__(self, definitions: Mapping[str, bytes]) -> None:
        self._definitions = definitions
        self._known: dict[str, tuple[tzinfo, str]] = {}
        self._remarks: list[str] = []

    def unmapped(self) -> dict[str, list[str]]:
        """The VTIMEZONEs that no IANA zone stands for, as unfolded lines."""
        return {
            tzid: [decode(line) for line in unfold(raw)]
            for tzid, raw in self._definitions.items()
            if not _iana(tzid) and not _iana(self._location(tzid))
        }

    def remarks(self) -> Iterator[str]:
        """What became known about zones since the last call; each zone is complained about once."""
        yield from self._remarks
        self._remarks.clear()

    def find(self, tzid: str) -> tuple[tzinfo, str]:
        """A zone and the name to store for it. An unknown one counts as UTC under its own name."""
        if tzid not in self._known:
            self._known[tzid] = self._search(tzid.strip())
        return self._known[tzid]

    def moment(self, line: Line, value: str | None = None) -> Moment:
        """The time in a line, or in one `value` of its list. Raises ValueError."""
        text = (line.value if value is None else value).strip()
        tzid = line.param("TZID")
        careless = _UNQUOTED_ZONE.match(text) if tzid else None
        if careless:
            tzid, text = f"{tzid}:{careless[1]}", careless[2]
        found = _TIME.match(_ODD_SIGNS.sub("", text).upper())
        if found is None:
            raise ValueError(f"{text[:40]!r} is no time")
        year, month, of_month, hour, minute, second = (int(digits) for digits in found.groups("0")[:6])
        if found[4] is None:
            day = date(year, month, of_month)
            return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), day=day, local=day)
        # a leap second is the last one of its minute
        local = datetime(year, month, of_month, hour, minute, min(second, 59))
        if found[7] or not tzid:
            return Moment(local.replace(tzinfo=UTC), floating=not found[7], local=local.date())
        return self._in_zone(local, tzid)

    def _in_zone(self, local: datetime, tzid: str) -> Moment:
        zone, name = self.find(tzid)
        try:
            at = local.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError as error:
            raise ValueError(f"{local} is outside the years 1 to 9999") from error
        return Moment(at, None if name == "UTC" else name, local=local.date())

    def _search(self, tzid: str) -> tuple[tzinfo, str]:
        name = _iana(tzid) or _iana(self._location(tzid))
        if name:
            return (UTC, "UTC") if name in ("UTC", "Etc/UTC", "Zulu") else (zoneinfo.ZoneInfo(name), name)
        zone = self._defined(tzid)
        if zone is None:
            zone, sure = _fixed_offset(tzid)
            if not sure:
                self._remarks.append(f"nobody knows the time zone {tzid[:80]!r}: its times are taken as {zone}")
        return zone, tzid

    def _location(self, tzid: str) -> str:
        found = re.search(rb"^X-LIC-LOCATION[^:]*:\s*(\S+)", self._definitions.get(tzid, b""), re.M | re.I)
        return found[1].decode("ascii", "replace") if found else ""

    def _defined(self, tzid: str) -> tzinfo | None:
        """The zone as the file's VTIMEZONE defines it; rules that would take forever to follow do not count."""
        raw = self._definitions.get(tzid)
        if raw is None:
            return None
        rules = [line for line in unfold(raw) if line[:5].upper() == b"RRULE"]
        if len(raw) > 100_000 or not all(_ZONE_RULE.match(rule) for rule in rules):
            return None
        try:
            zone: tzinfo = tzp.create_timezone(Timezone.from_ical(raw))
            datetime(2024, 7, 1, tzinfo=zone).astimezone(UTC)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            return None
        return zone


def duration(text: str) -> timedelta:
    """A DURATION such as PT1H30M. Raises ValueError."""
    try:
        value: timedelta = vDuration.from_ical(text.strip().upper())  # type: ignore[no-untyped-call]
    except OverflowError as error:
        raise ValueError(f"{text} is too long") from error
    return value


def is_rule(text: str) -> bool:
    """Whether this is an RRULE that RFC 5545 knows."""
    try:
        return "FREQ" in vRecur.from_ical(text)
    except (ValueError, LookupError, TypeError):
        return False


@cache
def _names() -> Mapping[str, str]:
    return {name.casefold(): name for name in sorted(zoneinfo.available_timezones())}


def _iana(tzid: str) -> str:
    """The IANA name behind a Windows name or a path such as /mozilla.org/20050126_1/Europe/Paris, or nothing."""
    names = _names()
    tzid = WINDOWS_TO_OLSON.get(tzid, tzid).strip("/ ")
    parts = tzid.casefold().replace(" ", "_").split("/")
    for start in range(max(0, len(parts) - 3), len(parts)):
        found = names.get("/".join(parts[start:]))
        if found and (start == 0 or "/" in found):
            return found
    return ""


def _fixed_offset(tzid: str) -> tuple[tzinfo, bool]:
    """The offset that a name such as GMT+2 speaks of, UTC if it has none, and whether it says nothing else."""
    found = _OFFSET.match(tzid)
    if found is None or int(found[2]) > 15:
        return UTC, False
    sign = -1 if found[1] == "-" else 1
    return timezone(sign * timedelta(hours=int(found[2]), minutes=int(found[3] or 0))), found[4] is None
