"""The VCALENDARs of one file while they fill up: one for each calendar and for each list of tasks beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from graph.exporters.base import Lost, Row
from graph.exporters.calendars.properties import RAW
from graph.exporters.calendars.times import Clock, span
from graph.exporters.content_lines import Sheet, folded

LOOSE = "Lifeloom"
"""The calendar of what is in none."""

_HEAD = ("VERSION:2.0", "PRODID:-//Lifeloom//Lifeloom//EN")
_IN_MEMORY = 1024 * 1024
_KINDS = ("VEVENT", "VTODO", "VJOURNAL")


@dataclass(slots=True)
class Volume:
    """One VCALENDAR. Its components are kept in temporary files, kind by kind, until its zones are known."""

    name: str
    row: Row | None = None
    zones: set[str] = field(default_factory=set)
    uids: set[tuple[str, str]] = field(default_factory=set)
    bodies: dict[str, IO[bytes]] = field(default_factory=dict)

    def add(self, kind: str, lines: Sequence[str]) -> None:
        """A component and what stands beside it."""
        if kind not in self.bodies:
            self.bodies[kind] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed in `written`
        self.bodies[kind].write(folded(lines))

    def written(self, clock: Clock) -> Iterator[bytes | Lost]:
        """The bytes of the whole, and what its calendar says that cannot be written."""
        sheet = self._header()
        yield from sheet.lost
        yield folded(["BEGIN:VCALENDAR", *_HEAD, *sheet.lines, *clock.definitions(self.zones)])
        for kind in _KINDS:
            if kind in self.bodies:
                with self.bodies[kind] as body:
                    body.seek(0)
                    while piece := body.read(_IN_MEMORY):
                        yield piece
        yield folded(["END:VCALENDAR"])

    def _header(self) -> Sheet:
        row: Mapping[str, Any] = self.row or {}
        sheet = Sheet(self.name, row.get("custom_fields", {}).get(RAW))
        sheet.text("NAME", self.name)
        sheet.text("X-WR-CALNAME", self.name)
        if self.row is None:
            return sheet
        sheet.text("DESCRIPTION", row["description"])
        sheet.text("COLOR", row["color"])
        if "timezone" in row:
            sheet.text("X-WR-TIMEZONE", row["timezone"])
            span(sheet, "REFRESH-INTERVAL", row["refresh_interval"])
            sheet.text("URL", row["url"], signs="")
            sheet.lose_columns(row, "is_readonly")
        sheet.lose_columns(row, "is_default", "sensitivity")
        sheet.lose_fields(row, RAW, "timezones")
        sheet.rest()
        return sheet


class Volumes:
    """All of them by their names, and in which one a calendar or a list of tasks is."""

    def __init__(self, calendars: Sequence[Row], lists: Sequence[Row]) -> None:
        self.by_name: dict[str, Volume] = {}
        self.calendars: dict[UUID | None, Volume] = {}
        self.lists: dict[UUID | None, Volume] = {}
        self.lost: list[Lost] = []
        for row in calendars:
            self.calendars[row["id"]] = self._new(row["display_name"], row)
        taken: set[UUID] = set()
        for row in lists:
            self.lists[row["id"]] = self._list(row, taken)

    def calendar(self, id_: UUID | None) -> Volume:
        """Where the events and journals of a calendar are."""
        return self.calendars.get(id_) or self._loose()

    def list(self, id_: UUID | None) -> Volume:
        """Where the tasks of a list are."""
        return self.lists.get(id_) or self._loose()

    def _list(self, row: Row, taken: set[UUID]) -> Volume:
        """The VCALENDAR of the list's own calendar, if no other list is in it, else one for itself."""
        of = row["calendar_id"]
        if of not in self.calendars or of in taken:
            return self._new(row["display_name"], row)
        taken.add(of)
        volume, sheet = self.calendars[of], Sheet(row["display_name"])
        if row["display_name"].strip() != volume.name:
            sheet.lose(f"its name: a list of a calendar is called what that is, {volume.name}")
        sheet.lose_columns(row, "description", "color", "is_default", "sensitivity")
        sheet.lose_fields(row)
        self.lost += sheet.lost
        return volume

    def _loose(self) -> Volume:
        if None not in self.calendars:
            self.calendars[None] = self._new(LOOSE, None)
        return self.calendars[None]

    def _new(self, title: str, row: Row | None) -> Volume:
        title = " ".join(title.split()) or "Calendar"
        name, number = title, 1
        while name in self.by_name:
            number += 1
            name = f"{title} {number}"
        if row is not None and name != row["display_name"]:
            self.lost.append(Lost(row["display_name"], f"its name: here it is {name}, as there is another of its own"))
        self.by_name[name] = Volume(name, row)
        return self.by_name[name]
