"""Events as VEVENTs: the series, its attendees and alarms, and its changed occurrences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from graph.exporters.base import Row
from graph.exporters.calendars.parts import alarm, attendee
from graph.exporters.calendars.properties import (
    ATTACHED,
    RAW,
    attach,
    described,
    organizer,
    position,
    recurrence,
)
from graph.exporters.calendars.times import Clock, day, span
from graph.exporters.content_lines import Sheet
from graph.importers.calendars.events import planned
from graph.importers.calendars.times import Moment, duration
from graph.importers.lines.contentlines import read_line

_TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "COLOR")
_INSTANTS = ("dtstart", "dtend", "created", "last_modified")
_DAYS = ("start_date", "end_date")
_TOLD = frozenset(
    (
        *("summary", "description", "location", "status", "transp", "priority", "conference_uri", "color", "organizer"),
        *("organizer_cn", "lat", "lon", "class", "sequence", "categories", "url", "tzid", "end_tzid", "floating"),
        *("duration", *_INSTANTS, *_DAYS),
    )
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on the events of a batch, by their ids, and files by their digests."""

    attendees: Mapping[UUID, Sequence[Row]]
    alarms: Mapping[UUID, Sequence[Row]]
    overrides: Mapping[UUID, Sequence[Row]]
    files: Mapping[str, tuple[Row, bytes]]


def event(row: Row, uid: str, parts: Parts, clock: Clock) -> Sheet:
    """All components of one event. Its `lines` are whole, from BEGIN to END."""
    sheet = Sheet(row["summary"] or row["uid"], row["custom_fields"].get(RAW))
    sheet.lose_columns(row, "place_id", "sensitivity")
    if uid != row["uid"]:
        sheet.lose(f"its UID: here it is {uid}")
    sheet.lose_fields(row, RAW, ATTACHED)
    _properties(sheet, uid, row, clock)
    recurrence(sheet, row, clock, days=row["start_date"] is not None)
    attach(sheet, row, parts.files)
    attendees = sorted(filter(None, (attendee(sheet, one) for one in parts.attendees.get(row["id"], ()))))
    alarms = sorted(alarm(sheet, one) for one in parts.alarms.get(row["id"], ()))
    sheet.lines += attendees
    sheet.rest()
    inside = [part for part in sheet.parts if part[0].upper() != "BEGIN:VEVENT"]
    beside = [part for part in sheet.parts if part[0].upper() == "BEGIN:VEVENT"]
    whole = ["BEGIN:VEVENT", *sheet.lines, *(text for part in (*alarms, *inside) for text in part), "END:VEVENT"]
    for one in parts.overrides.get(row["id"], ()):
        changed = _override(one, row, uid, clock, (attendees, alarms))
        whole += changed.lines
        sheet.lost += changed.lost
    whole += [text for part in beside for text in part]
    sheet.lines = whole
    return sheet


def _properties(sheet: Sheet, uid: str, values: Mapping[str, Any], clock: Clock) -> None:
    described(sheet, uid, values)
    for name in _TEXTS:
        sheet.text(name, values[name.lower()])
    if values["transp"] != "OPAQUE":
        sheet.text("TRANSP", values["transp"])
    if values["priority"] is not None:
        sheet.add("PRIORITY", str(values["priority"]))
    sheet.text("CONFERENCE", values["conference_uri"], {"VALUE": "URI"}, signs="")
    organizer(sheet, values["organizer"], values["organizer_cn"])
    position(sheet, values)
    _times(sheet, values, clock)


def _times(sheet: Sheet, values: Mapping[str, Any], clock: Clock) -> None:
    tzid, floating = values["tzid"], values["floating"]
    if values["start_date"]:
        day(sheet, "DTSTART", values["start_date"])
    else:
        clock.time(sheet, "DTSTART", values["dtstart"], tzid, floating=floating)
    if values["end_date"]:
        day(sheet, "DTEND", values["end_date"])
    elif values["dtend"]:
        zone = values["end_tzid"] or tzid
        clock.time(sheet, "DTEND", values["dtend"], zone, floating=floating and not values["end_tzid"])
    else:
        span(sheet, "DURATION", values["duration"])


def _override(
    row: Row, series: Row, uid: str, clock: Clock, repeated: tuple[Sequence[str], Sequence[Sequence[str]]]
) -> Sheet:
    """One changed occurrence. The attendees and alarms of the series are `repeated`: it is a whole event for others."""
    sheet = Sheet(
        row["summary"] or f"{series['summary']} ({row['recurrence_id']:%Y-%m-%d})", row["custom_fields"].get(RAW)
    )
    sheet.lose_columns(row, "sensitivity")
    sheet.lose_fields(row, RAW)
    at: datetime = row["recurrence_id"].astimezone(UTC)
    whole_days = series["start_date"] is not None
    values = planned(series, Moment(at, day=at.date() if whole_days else None)) | _patch(sheet, row)
    if row["summary"] is not None:
        values["summary"] = row["summary"]
    if row["cancelled"]:
        values["status"] = "CANCELLED"
    if not values["start_date"] and not values["dtstart"]:
        sheet.lose("a changed occurrence without a beginning")
        return Sheet(sheet.label)
    _replaces(sheet, row, series, clock)
    _properties(sheet, uid, values, clock)
    attendees, alarms = repeated
    own = {line.text.strip() for line in sheet.kept("ATTENDEE")}
    sheet.lines += [text for text in attendees if _value(text) not in own]
    sheet.rest()
    parts = sheet.parts or alarms
    sheet.lines = ["BEGIN:VEVENT", *sheet.lines, *(text for part in parts for text in part), "END:VEVENT"]
    return sheet


def _value(text: str) -> str:
    line = read_line(text.encode())
    return line.text.strip() if line else ""


def _replaces(sheet: Sheet, row: Row, series: Row, clock: Clock) -> None:
    at: datetime = row["recurrence_id"].astimezone(UTC)
    params: dict[str, str] = {"RANGE": row["range"]} if row["range"] else {}
    if series["start_date"] is not None and at.strftime("%H%M%S") == "000000":
        sheet.add("RECURRENCE-ID", at.strftime("%Y%m%d"), {"VALUE": "DATE", **params})
        return
    zone, value = clock.said(at, series["tzid"], floating=series["floating"])
    sheet.add("RECURRENCE-ID", value, {**zone, **params})


def _patch(sheet: Sheet, row: Row) -> dict[str, Any]:
    """What differs, as values of columns."""
    found: dict[str, Any] = {}
    for name, value in row["patch"].items():
        try:
            found[name] = _column(name, value)
        except (ValueError, TypeError, AttributeError):
            sheet.lose(f"{name} = {value!r} of a changed occurrence")
    return found


def _column(name: str, value: Any) -> object:
    """A column's value out of JSON. Raises ValueError, TypeError or AttributeError."""
    if name not in _TOLD:
        raise ValueError
    if value is None or name not in (*_INSTANTS, *_DAYS, "duration"):
        return value
    if name in _INSTANTS:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=at.tzinfo or UTC)
    return duration(value) if name == "duration" else date.fromisoformat(value)
