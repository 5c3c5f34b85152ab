"""Instants, days and durations in the words of iCalendar: the other way round of `graph.importers.calendars.times`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Timezone
from icalendar.prop import vDuration

from graph.exporters.content_lines import Sheet
from graph.importers.calendars.times import Zones
from graph.importers.lines.contentlines import decode, unfold

_DAY = "%Y%m%d"
_TIME = "%Y%m%dT%H%M%S"


class Clock:
    """The zones of one file. `used` are the IANA names that its times have been written in."""

    def __init__(self, definitions: Mapping[str, Sequence[str]]) -> None:
        self._zones = Zones({name: "\r\n".join(lines).encode() for name, lines in definitions.items()})
        self._definitions = definitions
        self.used: set[str] = set()

    def time(self, sheet: Sheet, name: str, at: datetime, tzid: str | None, *, floating: bool = False) -> None:
        """Write a DATE-TIME: by the clock of its zone, or in UTC where that clock shows it twice."""
        params, value = self.said(at, tzid, floating=floating)
        if at.microsecond:
            sheet.lose(f"{name}: fractions of a second")
        if tzid and not params and value.endswith("Z") and self._zones.find(tzid)[1] != "UTC":
            sheet.lose(f"{name}: its zone {tzid}, whose clock shows this time twice")
        sheet.add(name, value, params)

    def said(self, at: datetime, tzid: str | None, *, floating: bool = False) -> tuple[dict[str, str], str]:
        """Parameters and value of a DATE-TIME."""
        at = at.astimezone(UTC).replace(microsecond=0)
        if floating:
            return {}, at.strftime(_TIME)
        if tzid:
            zone, name = self._zones.find(tzid)
            local = at.astimezone(zone).replace(tzinfo=None, fold=0)
            if name != "UTC" and local.replace(tzinfo=zone).astimezone(UTC) == at:
                self.used.add(name)
                return {"TZID": name}, local.strftime(_TIME)
        return {}, stamp(at)

    def times(
        self, sheet: Sheet, name: str, given: Sequence[datetime], tzid: str | None, *, floating: bool, days: bool
    ) -> None:
        """Write RDATE or EXDATE: one line for each way in which its values are written."""
        lines: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for at in given:
            params, value = self.said(at, tzid, floating=floating)
            utc = at.astimezone(UTC)
            if days and utc.strftime("%H%M%S") == "000000":
                params, value = {"VALUE": "DATE"}, utc.strftime(_DAY)
            lines.setdefault(tuple(params.items()), []).append(value)
        for said, values in lines.items():
            sheet.add(name, ",".join(values), dict(said))

    def definitions(self, names: set[str]) -> list[str]:
        """The VTIMEZONEs of these IANA zones, and those that came with the calendars because no IANA zone is theirs."""
        lines: list[str] = []
        for name in sorted(names - self._definitions.keys()):
            try:
                raw = Timezone.from_tzid(name).to_ical()
            except (ValueError, LookupError):
                continue
            lines += [decode(line) for line in unfold(raw)]
        return lines + [text for name in sorted(self._definitions) for text in self._definitions[name]]


def day(sheet: Sheet, name: str, on: date) -> None:
    """Write a DATE."""
    sheet.add(name, on.strftime(_DAY), {"VALUE": "DATE"})


def instant(sheet: Sheet, name: str, at: datetime | None) -> None:
    """Write a time in UTC that has a value."""
    if at is not None:
        if at.microsecond:
            sheet.lose(f"{name}: fractions of a second")
        sheet.add(name, stamp(at))


def span(sheet: Sheet, name: str, length: timedelta | None) -> None:
    """Write a DURATION that has a value."""
    if length is not None:
        if length.microseconds:
            sheet.lose(f"{name}: fractions of a second")
        sheet.add(name, period(length))


def period(length: timedelta) -> str:
    """A DURATION such as -PT15M."""
    return str(vDuration(length).to_ical(), "ascii") if length else "PT0S"  # type: ignore[no-untyped-call]


def stamp(at: datetime) -> str:
    """A time in UTC."""
    return at.astimezone(UTC).strftime(_TIME) + "Z"
