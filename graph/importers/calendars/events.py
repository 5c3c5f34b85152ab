"""VEVENT as rows: the event, its attendees and alarms, and the changed occurrences of its series (RFC 5545)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from icalendar.prop import vDuration

from graph.importers.base import Row, To
from graph.importers.calendars.parts import alarm_rows, attendee_rows, organizer
from graph.importers.calendars.times import Moment, Zones
from graph.importers.calendars.values import custom_fields, described, length, moment, position, recurrence
from graph.importers.lines.draft import Draft

_OF_THE_SERIES = ("calendar_id", "uid", "rrule", "rdate", "exdate")


def event_rows(key: str, known: Mapping[str, object], drafts: Sequence[Draft], zones: Zones) -> list[Row]:
    """The rows of one event: `drafts[0]` is the event or series, the others its changed occurrences.

    `known` has what only the calendar knows: its own key and the UID. Raises ValueError without a usable start.
    """
    series, *occurrences = drafts
    # An invitation to one occurrence only: its RECURRENCE-ID stays raw, the event is that occurrence
    values = dict(known) | _event(series, zones) | recurrence(series, zones)
    if not values["rrule"] and occurrences and "RECURRENCE-ID" in {line.name for line in series.component.lines}:
        values["rdate"] = _beginnings(occurrences, zones)
    attendees = list(attendee_rows(key, series))
    alarms, unread = alarm_rows(key, series, zones)
    changed: dict[datetime, Row] = {}
    for draft in occurrences:
        try:
            at, row = _override(key, draft, values, series, zones)
        except (ValueError, OverflowError) as error:
            series.remarks.append(f"a changed occurrence is only kept raw: {error}")
            unread += draft.component.raw
        else:
            changed[at] = row
    event = Row("events", key, values | {"custom_fields": custom_fields(series, *unread)})
    return [event, *attendees, *alarms, *changed.values()]


def _event(draft: Draft, zones: Zones) -> dict[str, object]:
    """What an event says of itself, by column; the same for a series and for one occurrence of it."""
    return {
        "summary": draft.text("SUMMARY") or "",
        "description": draft.text("DESCRIPTION"),
        "location": draft.text("LOCATION"),
        "status": draft.word("STATUS", ("CONFIRMED", "TENTATIVE", "CANCELLED")),
        "transp": draft.word("TRANSP", ("OPAQUE", "TRANSPARENT")) or "OPAQUE",
        "priority": draft.number("PRIORITY", 0, 9),
        "conference_uri": draft.text("CONFERENCE"),
        "color": draft.text("COLOR"),
        **organizer(draft),
        **position(draft),
        **described(draft, zones),
        **_span(draft, zones),
    }


def _span(draft: Draft, zones: Zones) -> dict[str, object]:
    """Start and end: instants or days, never both, and a duration only where there is no end."""
    start, end = moment(draft, "DTSTART", zones), moment(draft, "DTEND", zones)
    if start is None:
        raise ValueError("it has no start that can be read (DTSTART)")
    if end is not None and (end.day is None) != (start.day is None):
        end = _like(start, end)
    values: dict[str, object] = {
        "dtstart": None if start.day else start.at,
        "start_date": start.day,
        "dtend": end.at if end and not end.day else None,
        "end_date": end.day if end else None,
        "tzid": start.tzid,
        "end_tzid": end.tzid if end and end.tzid != start.tzid else None,
        "floating": start.floating,
        "duration": None,
    }
    if end is None:
        values["duration"] = length(draft, "DURATION")
    return values


def _like(start: Moment, end: Moment) -> Moment:
    """An end of the start's kind, where a careless program gave a day to one and a time to the other."""
    if start.day is None:
        return Moment(end.at, start.tzid, floating=start.floating)
    day = end.local if end.at.time() == time() else (end.local or end.at.date()) + timedelta(days=1)
    return Moment(end.at, day=day)


def _beginnings(occurrences: Sequence[Draft], zones: Zones) -> list[datetime]:
    lines = [line for draft in occurrences for line in draft.component.lines if line.name == "RECURRENCE-ID"]
    return sorted({zones.moment(line).at for line in lines})


def _override(
    key: str, draft: Draft, values: Mapping[str, object], series: Draft, zones: Zones
) -> tuple[datetime, Row]:
    """One changed occurrence and when it would have begun. Raises ValueError or OverflowError."""
    line = draft.take("RECURRENCE-ID", "TZID", "RANGE")
    if line is None:
        raise ValueError("it says not which one it replaces (RECURRENCE-ID)")
    replaced = zones.moment(line)
    changed, due = _event(draft, zones), planned(values, replaced)
    patch = {name: _json(value) for name, value in changed.items() if value != due.get(name)}
    row: dict[str, object] = {
        "event_id": To(key),
        "recurrence_id": replaced.at,
        "range": "THISANDFUTURE" if line.param("RANGE").upper() == "THISANDFUTURE" else None,
        "summary": patch.get("summary"),
        "patch": patch,
        "cancelled": changed["status"] == "CANCELLED",
        "custom_fields": _own_fields(draft, series),
    }
    return replaced.at, Row("event_overrides", f"{key}/occurrence:{replaced.at:%Y%m%dT%H%M%SZ}", row)


def _own_fields(draft: Draft, series: Draft) -> dict[str, object]:
    """What has no column and is not the same in the series: attendees and alarms that only one occurrence has."""
    shared = {line.raw for line in series.component.lines}
    parts = [part.raw for part in series.component.parts]
    raw = [text for text in draft.raw() if text not in shared]
    raw += [text for part in draft.component.parts if part.raw not in parts for text in part.raw]
    return {"ical": raw} if raw else {}


def planned(values: Mapping[str, object], replaced: Moment) -> dict[str, object]:
    """What the occurrence would have been by the rule: the columns of its series at its own time."""
    due = {name: value for name, value in values.items() if name not in _OF_THE_SERIES}
    for first, last in (("dtstart", "dtend"), ("start_date", "end_date")):
        start, end = values[first], values[last]
        if isinstance(start, datetime):
            due[first] = replaced.at
            due[last] = replaced.at + (end - start) if isinstance(end, datetime) else None
        elif isinstance(start, date):
            due[first] = replaced.at.date()
            due[last] = replaced.at.date() + (end - start) if isinstance(end, date) else None
    return due


def _json(value: object) -> object:
    """A column's value as JSON has it: times in ISO 8601, durations as in iCalendar."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(vDuration(value).to_ical(), "ascii")  # type: ignore[no-untyped-call]
    return value
