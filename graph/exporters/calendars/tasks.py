"""Tasks as VTODOs and diary entries as VJOURNALs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.exporters.base import Row
from graph.exporters.calendars.properties import (
    ATTACHED,
    RAW,
    attach,
    described,
    organizer,
    position,
    recurrence,
    rule,
)
from graph.exporters.calendars.times import Clock, day, instant, period, span
from graph.exporters.content_lines import Sheet, escaped
from graph.importers.calendars.times import Zones
from graph.importers.lines.contentlines import read_line


@dataclass(frozen=True, slots=True)
class Around:
    """What is around the tasks of a batch: others that they refer to (as sheet and UID), and files by digest."""

    others: Mapping[UUID, tuple[str, str]]
    waits: Mapping[UUID, Sequence[Row]]
    steps: Mapping[UUID, Sequence[Row]]
    files: Mapping[str, tuple[Row, bytes]]


def task(row: Row, uid: str, place: str, around: Around, clock: Clock) -> Sheet:
    """The lines of one task, and after them those of its changed occurrences, which are kept raw."""
    sheet = Sheet(row["summary"] or row["uid"], row["custom_fields"].get(RAW))
    sheet.lose_columns(row, "project_id", "sensitivity")
    if uid != row["uid"]:
        sheet.lose(f"its UID: here it is {uid}")
    sheet.lose_fields(row, RAW, ATTACHED)
    if row["id"] in around.steps:
        sheet.lose("its checklist")
    described(sheet, uid, row)
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "COLOR", "STATUS"):
        sheet.text(name, row[name.lower()])
    for name in ("PRIORITY", "PERCENT-COMPLETE"):
        if row[name.lower().replace("-", "_")] is not None:
            sheet.add(name, str(row[name.lower().replace("-", "_")]))
    instant(sheet, "COMPLETED", row["completed"])
    span(sheet, "ESTIMATED-DURATION", row["estimated_duration"])
    _order(sheet, row["sort_order"])
    organizer(sheet, row["organizer"], None)
    position(sheet, row)
    for name, on, at in (("DTSTART", "start_date", "dtstart"), ("DUE", "due_date", "due")):
        if row[on]:
            day(sheet, name, row[on])
        elif row[at]:
            clock.time(sheet, name, row[at], row["tzid"], floating=row["floating"])
    span(sheet, "DURATION", row["duration"])
    recurrence(sheet, row, clock, days=row["start_date"] is not None or row["due_date"] is not None)
    _relations(sheet, row, place, around)
    attach(sheet, row, around.files)
    return _closed(sheet, "VTODO")


def journal(row: Row, uid: str, files: Mapping[str, tuple[Row, bytes]], clock: Clock) -> Sheet:
    """The lines of one diary entry."""
    sheet = Sheet(row["title"] or f"{row['entry_date']}", row["custom_fields"].get(RAW))
    sheet.lose_columns(row, "mood", "weather", "place_id", "aliases", "front_matter", "language", "sensitivity")
    if row["uid"] and uid != row["uid"]:
        sheet.lose(f"its UID: here it is {uid}")
    sheet.lose_fields(row, RAW, ATTACHED)
    described(sheet, uid, row)
    sheet.text("SUMMARY", row["title"])
    sheet.text("STATUS", row["status"])
    _day_of(sheet, row, clock)
    rule(sheet, row["rrule"])
    _content(sheet, row["content"])
    attach(sheet, row, files)
    return _closed(sheet, "VJOURNAL")


def _closed(sheet: Sheet, kind: str) -> Sheet:
    sheet.rest()
    inside = [text for part in sheet.parts if part[0].upper() != f"BEGIN:{kind}" for text in part]
    beside = [text for part in sheet.parts if part[0].upper() == f"BEGIN:{kind}" for text in part]
    sheet.lines = [f"BEGIN:{kind}", *sheet.lines, *inside, f"END:{kind}", *beside]
    return sheet


def _order(sheet: Sheet, place: float | None) -> None:
    if place is None:
        return
    if place.is_integer() and abs(place) < 2**31:
        sheet.add("X-APPLE-SORT-ORDER", str(int(place)))
    else:
        sheet.lose(f"sort_order = {place}")


def _relations(sheet: Sheet, row: Row, place: str, around: Around) -> None:
    lines: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    parent = around.others.get(row["parent_id"])
    if row["parent_id"] and (parent is None or parent[0] != place):
        sheet.lose("the task that it is a part of, which is in another list")
    elif parent:
        sheet.add("RELATED-TO", escaped(parent[1]))
    for wait in around.waits.get(row["id"], ()):
        other = around.others.get(wait["depends_on_id"])
        if other is None or other[0] != place:
            sheet.lose("a task that it waits for, which is in another list")
            continue
        gap = {"GAP": period(wait["gap"])} if wait["gap"] is not None else {}
        lines.add((escaped(other[1]), tuple({"RELTYPE": wait["reltype"], **gap}.items())))
    for value, params in sorted(lines):
        sheet.add("RELATED-TO", value, dict(params))


def _day_of(sheet: Sheet, row: Row, clock: Clock) -> None:
    if row["dtstart"] is None:
        day(sheet, "DTSTART", row["entry_date"])
        return
    clock.time(sheet, "DTSTART", row["dtstart"], row["tzid"])
    read = read_line(sheet.lines[-1].encode())
    if read is None or Zones({}).moment(read).local != row["entry_date"]:
        sheet.lose(f"entry_date = {row['entry_date']}, which is not the day of its time")


def _content(sheet: Sheet, content: str) -> None:
    """DESCRIPTION. Of a journal with several all are in the content: those with parameters, kept raw, are left out."""
    values: dict[str, Any] = {line.text.strip(): line for line in sheet.kept("DESCRIPTION")}
    if content.strip() not in values:
        for line in values.values():
            sheet.lose("parameters of DESCRIPTION")
            sheet.drop(line)
    sheet.text("DESCRIPTION", content)
