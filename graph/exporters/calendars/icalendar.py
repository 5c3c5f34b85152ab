"""iCalendar (.ics): calendars with their events, tasks and diary entries (RFC 5545, 7986, 9074, 9253).

One file has them all: a VCALENDAR for each calendar, and for each list of tasks that belongs to none, in the order of
their names, what is inside in the order of the UIDs. A diary entry that came from a vault is left to the vault.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from graph.exporters.base import Life, Lost, Row
from graph.exporters.batches import batches
from graph.exporters.calendars.events import Parts, event
from graph.exporters.calendars.properties import ATTACHED
from graph.exporters.calendars.tasks import Around, journal, task
from graph.exporters.calendars.times import Clock
from graph.exporters.calendars.volumes import Volume, Volumes
from graph.exporters.content_lines import Sheet
from graph.exporters.stored import by_digest
from graph.importers.keys import digest


class ICalendarFile:
    """Writes .ics files."""

    format: ClassVar[str] = "icalendar"
    suffixes: ClassVar[tuple[str, ...]] = (".ics",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Each VCALENDAR counts as a record, as do events, tasks and diary entries."""
        calendars = [row async for row in life.rows("calendars", ("display_name", "created_at"))]
        lists = [row async for row in life.rows("task_lists", ("display_name", "created_at"))]
        volumes = Volumes(calendars, lists)
        writing = _Writing(life, volumes, Clock(_definitions(calendars)))
        for part in (writing.events(), writing.tasks(), writing.journals()):
            async for said in part:
                yield said
        for lost in volumes.lost:
            yield lost
        with target.open("wb") as file:
            for name in sorted(volumes.by_name):
                for piece in volumes.by_name[name].written(writing.clock):
                    if isinstance(piece, Lost):
                        yield piece
                    else:
                        file.write(piece)
        yield len(volumes.by_name)


class _Writing:
    """One export while the components are written."""

    def __init__(self, life: Life, volumes: Volumes, clock: Clock) -> None:
        self._life = life
        self._volumes = volumes
        self.clock = clock

    async def events(self) -> AsyncIterator[Lost | int]:
        async for rows in batches(self._life, "events", ("uid",)):
            ids = [row["id"] for row in rows]
            parts = Parts(
                await self._life.parts("event_attendees", "event_id", ids),
                await self._life.parts("event_alarms", "event_id", ids),
                await self._life.parts("event_overrides", "event_id", ids, ("recurrence_id",)),
                await self._files(rows),
            )
            for row in rows:
                volume = self._volumes.calendar(row["calendar_id"])
                for lost in self._add(
                    volume, "VEVENT", event(row, _own(volume, "VEVENT", row["uid"]), parts, self.clock)
                ):
                    yield lost
            yield len(rows)

    async def tasks(self) -> AsyncIterator[Lost | int]:
        async for rows in batches(self._life, "tasks", ("uid",)):
            around = await self._around(rows)
            for row in rows:
                volume = self._volumes.list(row["task_list_id"])
                uid = _own(volume, "VTODO", row["uid"])
                for lost in self._add(volume, "VTODO", task(row, uid, volume.name, around, self.clock)):
                    yield lost
            yield len(rows)

    async def journals(self) -> AsyncIterator[Lost | int]:
        """A diary has a few thousand entries, and the UIDs of some are only made here: they are sorted in memory."""
        sheets: list[tuple[str, Volume, Sheet, set[str]]] = []
        async for rows in batches(self._life, "diary_entries", ("entry_date", "title", "content")):
            own = [row for row in rows if row["calendar_id"] or not row["source_path"]]
            files = await self._files(own)
            for row in own:
                volume = self._volumes.calendar(row["calendar_id"])
                uid = _own(volume, "VJOURNAL", row["uid"] or _made(row))
                self.clock.used.clear()
                sheets.append((uid, volume, journal(row, uid, files, self.clock), set(self.clock.used)))
            yield len(own)
        for _, volume, sheet, zones in sorted(sheets, key=lambda one: one[0]):
            self.clock.used = zones
            for lost in self._add(volume, "VJOURNAL", sheet):
                yield lost

    def _add(self, volume: Volume, kind: str, sheet: Sheet) -> list[Lost]:
        volume.add(kind, sheet.lines)
        volume.zones |= self.clock.used
        self.clock.used.clear()
        return sheet.lost

    async def _around(self, rows: Sequence[Row]) -> Around:
        ids = [row["id"] for row in rows]
        waits = await self._life.parts("task_dependencies", "task_id", ids)
        ends = [row["parent_id"] for row in rows] + [one["depends_on_id"] for found in waits.values() for one in found]
        others: Mapping[UUID, Row] = await self._life.by_id("tasks", ends)
        places = {id_: (self._volumes.list(row["task_list_id"]).name, row["uid"]) for id_, row in others.items()}
        steps = await self._life.parts("checklist_items", "task_id", ids)
        return Around(places, waits, steps, await self._files(rows))

    async def _files(self, rows: Iterable[Row]) -> dict[str, tuple[Row, bytes]]:
        return await by_digest(self._life, {one for row in rows for one in row["custom_fields"].get(ATTACHED, ())})


def _own(volume: Volume, kind: str, uid: str) -> str:
    """The UID, or where it is taken (only what is in no calendar may share one) a longer one."""
    uid, number = " ".join(uid.split()), 1
    found = uid
    while (kind, found) in volume.uids:
        number += 1
        found = f"{uid}-{number}"
    volume.uids.add((kind, found))
    return found


def _made(row: Row) -> str:
    """A UID that follows from what the entry says."""
    return "lifeloom-" + digest("VJOURNAL", str(row["entry_date"]), row["title"].strip(), row["content"].strip())


def _definitions(calendars: Sequence[Row]) -> dict[str, list[str]]:
    """The time zones that came with the calendars, each as the first one says."""
    found: dict[str, list[str]] = {}
    for row in calendars:
        own = row["custom_fields"].get("timezones", {})
        for name, lines in own.items() if isinstance(own, dict) else ():
            if isinstance(lines, list):
                found.setdefault(name, [str(line) for line in lines])
    return found
