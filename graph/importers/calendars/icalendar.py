"""iCalendar files (.ics): calendars with their events, tasks and journals (RFC 5545, 7986, 9073, 9074, 9253).

The file is walked twice: for its outline, and component by component for the records. One broken component is a
Problem and does not stop the rest; what has no column stays in `custom_fields` as raw lines under "ical".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.calendars.events import event_rows
from graph.importers.calendars.family import Family, families
from graph.importers.calendars.outline import KINDS, Outline, Sheet, uid_of
from graph.importers.calendars.tasks import journal_row, task_rows
from graph.importers.calendars.times import Zones
from graph.importers.calendars.values import length
from graph.importers.files import file_item
from graph.importers.keys import shortened
from graph.importers.lines.blocks import Block, blocks, looks_like, readable
from graph.importers.lines.contentlines import Component, parse
from graph.importers.lines.draft import Draft
from graph.importers.lines.inline_files import inline_bytes

_SUFFIXES = frozenset((".ics", ".ical", ".icalendar", ".ifb", ".vcs"))
_MESSAGES = frozenset(("REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER"))
"""iTIP methods (RFC 5546) that answer an event and would overwrite it with less than it is."""


class ICalendar:
    """Reads iCalendar files; a calendar is known by its name, an event by its calendar and UID."""

    format: ClassVar[str] = "icalendar"

    def identify(self, path: Path) -> bool:
        """By the words BEGIN:VCALENDAR at the start, or by the suffix, so that a broken file is not passed over."""
        return path.is_file() and (path.suffix.lower() in _SUFFIXES or looks_like(path, b"BEGIN:VCALENDAR"))

    def source(self, path: Path) -> str:
        """One source for all files: the same calendar from another file is the same calendar."""
        return "icalendar"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Calendars and task lists first, then what they hold in the file's order. Raises nothing for bad content."""
        try:
            with readable(path) as file:
                outline = Outline.of(file)
                yield from (Problem(f"{path}: {found.where}", found.reason) for found in outline.problems)
                yield from _Reading(path, outline, Zones(outline.zones)).items(file)
        except OSError as error:
            yield Problem(str(path), f"cannot be read: {error.strerror}")


@dataclass(slots=True)
class _Reading:
    """One file while its records come out."""

    path: Path
    outline: Outline
    zones: Zones
    files: set[str] = field(default_factory=set)

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        if not any(sheet.kinds or sheet.lines for sheet in self.outline.sheets.values()):
            yield Problem(str(self.path), "there is no calendar in this file")
            return
        for name, sheet in self.outline.sheets.items():
            yield from self._collections(self._display(name), sheet)
        file.seek(0)
        for block in blocks(file):
            if isinstance(block, Block) and block.name not in ("VCALENDAR", "VTIMEZONE"):
                yield from self._block(block, file)

    def _display(self, name: str) -> str:
        """The calendar's name. A file named after its only UID is one of a folder that is the calendar (vdir)."""
        if name:
            return name
        stem = self.path.stem
        return self.path.resolve().parent.name if stem == self.outline.only_uid else stem

    def _collections(self, name: str, sheet: Sheet) -> Iterator[Item]:
        """The calendar itself, and the list of its tasks if it has any."""
        key, where = _key("calendar", name), str(self.path)
        draft = Draft(Component("VCALENDAR", tuple(sheet.lines.values())))
        values = _calendar(name, draft, sheet, self.zones)
        yield Item(key, (Row("calendars", key, values),), where, warnings=tuple(draft.remarks))
        if "VTODO" in sheet.kinds:
            tasks = _key("task_list", name)
            row = Row("task_lists", tasks, {"display_name": name, "calendar_id": To(key)})
            yield Item(tasks, (row,), where)

    def _block(self, block: Block, file: IO[bytes]) -> Iterator[Item | Problem]:
        where = f"{self.path}: line {block.line}"
        name, method = self.outline.containers[block.container]
        if block.name not in KINDS:
            yield Problem(where, f"there is no place for a {block.name}")
            return
        if method in _MESSAGES:
            yield Problem(where, f"it answers an invitation (METHOD:{method}) and is no {KINDS[block.name]} itself")
            return
        uid = uid_of(block)
        relatives = [parse(one.raw) for one in self.outline.relatives(block, uid, file)]
        for family in families(relatives):
            known = shortened(f"{uid}#{family.mark}" if family.mark else uid)
            try:
                yield from self._record(family, block.name, known, name)
            except (ValueError, ArithmeticError) as error:
                yield Problem(where, str(error))

    def _record(self, family: Family, kind: str, uid: str, name: str) -> Iterator[Item]:
        """One record with its parts, after the files that it carries. Raises ValueError, ArithmeticError."""
        drafts = [Draft(component) for component in family.members]
        attached = [item for draft in drafts for item in self._attachments(draft)]
        rows = list(self._rows(kind, uid, self._display(name), name, drafts))
        remarks = [*family.remarks, *(text for draft in drafts for text in draft.remarks), *self.zones.remarks()]
        if attached:
            rows[0] = _attach(rows[0], attached)
        for item in attached:
            if item.key not in self.files:
                self.files.add(item.key)
                yield item
        yield Item(rows[0].key, tuple(rows), str(self.path), warnings=tuple(dict.fromkeys(remarks)))

    def _rows(self, kind: str, uid: str, calendar: str, name: str, drafts: Sequence[Draft]) -> list[Row]:
        key = _key(KINDS[kind], calendar, uid)
        inside = To(_key("calendar", calendar))
        if kind == "VEVENT":
            return event_rows(key, {"calendar_id": inside, "uid": uid}, drafts, self.zones)
        if kind == "VJOURNAL":
            return [journal_row(key, {"calendar_id": inside, "uid": uid}, drafts, self.zones)]

        def find(other: str) -> str | None:
            return _key("task", calendar, shortened(other)) if self.outline.has_task(other, name) else None

        listed = To(_key("task_list", calendar))
        return task_rows(key, {"task_list_id": listed, "uid": uid}, drafts, self.zones, find)

    def _attachments(self, draft: Draft) -> Iterator[Item]:
        """The files inside the component; an ATTACH that is an address stays raw."""
        for line in draft.every("ATTACH"):
            found = inline_bytes(line)
            if found is None:
                draft.keep(line)
                continue
            draft.accept(line)
            name = line.param("FILENAME") or line.param("X-FILENAME") or line.param("X-APPLE-FILENAME")
            yield file_item(*found, name or "attachment", str(self.path))


def _attach(row: Row, attached: Sequence[Item]) -> Row:
    """The row with the digests of its attachments among its custom fields."""
    fields = row.values["custom_fields"]
    assert isinstance(fields, dict)
    digests = list(dict.fromkeys(item.key.removeprefix("file:") for item in attached))
    return Row(row.table, row.key, {**row.values, "custom_fields": {**fields, "attached_sha256": digests}})


def _calendar(name: str, draft: Draft, sheet: Sheet, zones: Zones) -> dict[str, object]:
    """The columns of a calendar. Where several VCALENDARs of one name differ, the first one's word counts."""
    draft.drop("VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "NAME")
    values: dict[str, object] = {
        "display_name": name,
        "description": draft.text("DESCRIPTION") or draft.text("X-WR-CALDESC"),
        "color": draft.text("COLOR") or draft.text("X-APPLE-CALENDAR-COLOR"),
        "timezone": draft.text("X-WR-TIMEZONE"),
        "component_set": sorted(sheet.kinds),
        "refresh_interval": length(draft, "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
        "url": draft.text("URL") or draft.text("SOURCE"),
    }
    raw, own = draft.raw(), zones.unmapped()
    return values | {"custom_fields": ({"ical": raw} if raw else {}) | ({"timezones": own} if own else {})}


def _key(kind: str, *names: str) -> str:
    """What a record is known by within the source; never too long for an index."""
    return shortened(":".join((kind, *names)))
