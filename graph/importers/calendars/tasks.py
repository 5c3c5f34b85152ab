"""VTODO as tasks and what they wait for, VJOURNAL as diary entries or, without a date, as notes (RFC 5545, 9253)."""

from collections.abc import Callable, Mapping, Sequence

from graph.importers.base import Row, To
from graph.importers.calendars.parts import organizer
from graph.importers.calendars.times import Moment, Zones, duration
from graph.importers.calendars.values import (
    custom_fields,
    described,
    instant,
    length,
    moment,
    position,
    recurrence,
    rule,
)
from graph.importers.lines.contentlines import Line
from graph.importers.lines.draft import Draft

_STATUS = ("NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED")
_WAITS = ("DEPENDS-ON", "FINISHTOSTART", "FINISHTOFINISH", "STARTTOSTART", "STARTTOFINISH")


def task_rows(
    key: str, known: Mapping[str, object], drafts: Sequence[Draft], zones: Zones, find: Callable[[str], str | None]
) -> list[Row]:
    """The rows of one task. `find` gives the key of the task with a UID, if the file has it.

    A repeating task's changed occurrences have no table: they are kept raw.
    """
    draft, *occurrences = drafts
    values: dict[str, object] = {
        **known,
        "summary": draft.text("SUMMARY") or "",
        "description": draft.text("DESCRIPTION"),
        "location": draft.text("LOCATION"),
        "priority": draft.number("PRIORITY", 0, 9),
        "color": draft.text("COLOR"),
        "sort_order": draft.number("X-APPLE-SORT-ORDER", -(2**31), 2**31),
        "estimated_duration": length(draft, "ESTIMATED-DURATION"),
        "organizer": organizer(draft)["organizer"],
        **_progress(draft, zones),
        **position(draft),
        **described(draft, zones),
        **recurrence(draft, zones),
        **_times(draft, zones),
    }
    parent, waits = _relations(key, draft, find)
    parts = [*draft.component.parts, *(occurrence.component for occurrence in occurrences)]
    raw = custom_fields(draft, *(text for part in parts for text in part.raw))
    return [Row("tasks", key, values | {"parent_id": parent, "custom_fields": raw}), *waits]


def journal_row(key: str, known: Mapping[str, object], drafts: Sequence[Draft], zones: Zones) -> Row:
    """A diary entry; a journal without a day is a note."""
    draft, *occurrences = drafts
    texts = [line.text.strip() for line in draft.every("DESCRIPTION")]
    title, content = draft.text("SUMMARY") or "", "\n\n".join(text for text in texts if text)
    start = moment(draft, "DTSTART", zones)
    raw = [text for part in (*draft.component.parts, *(one.component for one in occurrences)) for text in part.raw]
    if start is None:
        draft.drop("DTSTAMP")
        return Row("notes", key, {"title": title, "content": content, "custom_fields": custom_fields(draft, *raw)})
    values: dict[str, object] = {
        **known,
        "entry_date": start.local,
        "title": title,
        "content": content,
        "dtstart": None if start.day else start.at,
        "tzid": start.tzid,
        "rrule": rule(draft),
        "status": draft.word("STATUS", ("DRAFT", "FINAL", "CANCELLED")),
        **described(draft, zones),
    }
    return Row("diary_entries", key, values | {"custom_fields": custom_fields(draft, *raw)})


def _progress(draft: Draft, zones: Zones) -> dict[str, object]:
    status = draft.word("STATUS", _STATUS)
    completed = instant(draft, "COMPLETED", zones)
    percent = draft.number("PERCENT-COMPLETE", 0, 100)
    if status is None:
        status = "COMPLETED" if completed or percent == 100 else "IN-PROCESS" if percent else "NEEDS-ACTION"
    return {"status": status, "completed": completed, "percent_complete": percent}


def _times(draft: Draft, zones: Zones) -> dict[str, object]:
    """Start and due: each an instant or a day, and a duration only where there is no due time."""
    start, due = moment(draft, "DTSTART", zones), moment(draft, "DUE", zones)
    values: dict[str, object] = {"duration": None if due else length(draft, "DURATION")}
    for day_column, column, found in (("start_date", "dtstart", start), ("due_date", "due", due)):
        values[day_column] = found.day if found else None
        values[column] = found.at if found and not found.day else None
    timed: list[Moment] = [found for found in (due, start) if found and not found.day]
    values["floating"] = bool(timed) and timed[0].floating
    values["tzid"] = timed[0].tzid if timed else None
    return values


def _relations(key: str, draft: Draft, find: Callable[[str], str | None]) -> tuple[To | None, list[Row]]:
    """The task that this one is a part of, and those that it waits for; other relations stay raw."""
    parent: To | None = None
    waits: dict[str, Row] = {}
    for line in draft.every("RELATED-TO", "RELTYPE", "GAP"):
        kind = line.param("RELTYPE").upper() or "PARENT"
        other = find(line.text.strip())
        if other is None or other == key:
            draft.keep(line)
        elif kind == "PARENT" and parent is None:
            parent = To(other)
        elif kind in _WAITS:
            row = f"{key}/waits:{kind}:{line.text.strip()}"
            waits[row] = Row("task_dependencies", row, _wait(key, other, kind, line))
        else:
            draft.keep(line)
    return parent, list(waits.values())


def _wait(key: str, other: str, kind: str, line: Line) -> dict[str, object]:
    try:
        gap = duration(line.param("GAP")) if line.param("GAP") else None
    except ValueError:
        gap = None
    return {"task_id": To(key), "depends_on_id": To(other), "reltype": kind, "gap": gap}
