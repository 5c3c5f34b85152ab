"""What an event has many of: ATTENDEE and VALARM (RFC 5545, 9074) as rows of their own."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from graph.importers.base import Row, To
from graph.importers.calendars.times import Zones, duration
from graph.importers.calendars.values import cal_address, instant, length
from graph.importers.lines.contentlines import Component, Line
from graph.importers.lines.draft import Draft

_ATTENDEE = ("CN", "ROLE", "PARTSTAT", "RSVP", "CUTYPE", "DELEGATED-FROM", "DELEGATED-TO", "SENT-BY")


def attendee_rows(key: str, draft: Draft) -> Iterator[Row]:
    """One row for each address; an address that is given twice stays raw the second time."""
    seen: set[str] = set()
    for line in draft.every("ATTENDEE"):
        address = cal_address(line.text, line.param("EMAIL"))
        if not address or address in seen:
            draft.keep(line)
        else:
            seen.add(address)
            draft.accept(line)
            yield Row("event_attendees", f"{key}/attendee:{address}", _attendee(key, address, line))


def alarm_rows(key: str, draft: Draft, zones: Zones) -> tuple[list[Row], list[str]]:
    """The alarms, and the raw lines of those that have no trigger that can be read, and of what is no alarm."""
    rows: list[Row] = []
    raw: list[str] = []
    for part in draft.component.parts:
        values = _alarm(part, zones) if part.name == "VALARM" else None
        if values is None:
            raw.extend(part.raw)
        else:
            rows.append(Row("event_alarms", f"{key}/alarm:{len(rows) + 1}", {"event_id": To(key)} | values))
    return rows, raw


def organizer(draft: Draft) -> dict[str, object]:
    """ORGANIZER and its name."""
    line = draft.take("ORGANIZER", "CN")
    if line is None:
        return {"organizer": None, "organizer_cn": None}
    return {
        "organizer": cal_address(line.text, line.param("EMAIL")) or None,
        "organizer_cn": line.param("CN").strip() or None,
    }


def _attendee(key: str, address: str, line: Line) -> Mapping[str, object]:
    others = {name: list(values) for name, values in line.params.items() if name not in _ATTENDEE}
    return {
        "event_id": To(key),
        "cal_address": address,
        "cn": line.param("CN").strip() or None,
        "role": line.param("ROLE").upper() or "REQ-PARTICIPANT",
        "partstat": line.param("PARTSTAT").upper() or "NEEDS-ACTION",
        "rsvp": line.param("RSVP").upper() == "TRUE",
        "cutype": line.param("CUTYPE").upper() or "INDIVIDUAL",
        "delegated_from": [cal_address(one) for one in line.params.get("DELEGATED-FROM", ())],
        "delegated_to": [cal_address(one) for one in line.params.get("DELEGATED-TO", ())],
        "sent_by": cal_address(line.param("SENT-BY")) or None,
        "parameters": others,
    }


def _alarm(part: Component, zones: Zones) -> dict[str, object] | None:
    draft = Draft(part)
    trigger = draft.take("TRIGGER", "RELATED", "TZID")
    try:
        at, offset = _trigger(trigger, zones) if trigger else (None, None)
    except ValueError:
        return None
    if at is None and offset is None:
        return None
    values: dict[str, object] = {
        "uid": draft.text("UID"),
        "action": (draft.text("ACTION") or "DISPLAY").upper(),
        "trigger_offset": offset,
        "trigger_related": "END" if trigger and trigger.param("RELATED").upper() == "END" else "START",
        "trigger_at": at,
        "duration": length(draft, "DURATION"),
        "repeat": draft.number("REPEAT", 0, 2**31 - 1),
        "summary": draft.text("SUMMARY"),
        "description": draft.text("DESCRIPTION"),
        "acknowledged_at": instant(draft, "ACKNOWLEDGED", zones),
    }
    nested = {"PARTS": [text for inner in part.parts for text in inner.raw]} if part.parts else {}
    return values | {"properties": draft.by_name() | nested}


def _trigger(line: Line, zones: Zones) -> tuple[datetime | None, timedelta | None]:
    """An instant or an offset. Raises ValueError."""
    if line.value.strip()[:1].isdecimal():
        return zones.moment(line).at, None
    return None, duration(line.value)
