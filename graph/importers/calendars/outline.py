"""The first walk through an iCalendar file: its calendars, its time zones, and which components belong together.

An event and the changed instances of its series share one UID and may stand anywhere in the file; names and time zones
may follow what uses them. Of the components only places are remembered, so that a large file stays on the disk.
"""

import re
from array import array
from dataclasses import dataclass, field
from sys import intern
from typing import IO

from graph.importers.base import Problem
from graph.importers.keys import digest
from graph.importers.lines.blocks import Block, blocks, reread
from graph.importers.lines.contentlines import Line, decode, parse

KINDS = {"VEVENT": "event", "VTODO": "task", "VJOURNAL": "diary"}
"""The components that become records, and the words of their keys."""

_FOLD = re.compile(rb"\r*\n[ \t]")
_UID = re.compile(rb"^UID(?:;[^:\r\n]*)?:[ \t]*([^\r\n]*)", re.M | re.I)
_TITLE = re.compile(rb"^(SUMMARY|DTSTART|DUE)(?:;[^:\r\n]*)?:([^\r\n]*)", re.M | re.I)
_TZID = re.compile(rb"^TZID(?:;[^:\r\n]*)?:[ \t]*([^\r\n]*)", re.M | re.I)


@dataclass(slots=True)
class Sheet:
    """One calendar: the distinct lines of all VCALENDARs of its name, and which kinds of components it holds."""

    lines: dict[str, Line] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)

    def value(self, *names: str) -> str:
        """The text of the first of these properties that is there and says something."""
        for name in names:
            for line in self.lines.values():
                if line.name == name and line.text.strip():
                    return line.text.strip()
        return ""


@dataclass(slots=True)
class _Seen:
    """Needed only during the walk: the first component of each identity, those that follow it, and the tasks."""

    first: dict[int, int] = field(default_factory=dict)
    more: dict[int, list[int]] = field(default_factory=dict)
    tasks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """What the first walk found. A calendar without a name has the name ''."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    zones: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    containers: list[tuple[str, str]] = field(default_factory=list)
    """Name and METHOD of each VCALENDAR, in the file's order."""
    only_uid: str = ""
    """The UID of the file's components, if they have but one."""
    _families: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    _tasks: set[tuple[int, str]] = field(default_factory=set)
    _places: "array[int]" = field(default_factory=lambda: array("q"))

    @classmethod
    def of(cls, file: IO[bytes]) -> "Outline":
        """Walks the file from where it stands to its end."""
        outline, sheet = cls(), Sheet()
        seen = _Seen()
        for found in blocks(file):
            if isinstance(found, Problem):
                outline.problems.append(found)
                continue
            if found.container > len(outline.containers):
                outline._close(sheet)
                sheet = Sheet()
            outline._add(found, sheet, seen)
        outline._close(sheet)
        outline._settle(seen)
        return outline

    def has_task(self, uid: str, name: str) -> bool:
        """Whether the calendar of this name has a VTODO with this UID."""
        return (hash(("VTODO", uid)), name) in self._tasks

    def relatives(self, block: Block, uid: str, file: IO[bytes]) -> list[Block]:
        """This component and those of the same kind, UID and calendar; nothing if one of them came before it.

        Doubles are left out. The order is the file's.
        """
        name = self.containers[block.container][0]
        numbers = self._families.get((hash((block.name, uid)), name))
        if numbers is None:
            return [block]
        if self._places[numbers[0] * 4] != block.offset:
            return []
        found: dict[bytes, Block] = {}
        for number in numbers:
            offset, size, line, container = self._places[number * 4 : number * 4 + 4]
            raw = reread(file, offset, size)
            found.setdefault(raw, Block(block.name, raw, line, offset, container))
        return list(found.values())

    def _add(self, block: Block, sheet: Sheet, seen: _Seen) -> None:
        if block.name == "VCALENDAR":
            sheet.lines.update((line.raw, line) for line in parse(block.raw).lines)
        elif block.name == "VTIMEZONE":
            named = _TZID.search(_FOLD.sub(b"", block.raw))
            if named:
                self.zones.setdefault(decode(named[1]).strip(), block.raw)
        elif block.name in KINDS:
            sheet.kinds.add(block.name)
            self._remember(block, seen)

    def _close(self, sheet: Sheet) -> None:
        """A VCALENDAR ends: its name is known now, wherever in it it stood."""
        name = sheet.value("X-WR-CALNAME", "NAME")
        self.containers.append((intern(name), intern(sheet.value("METHOD").upper())))
        whole = self.sheets.setdefault(name, Sheet())
        whole.lines.update(sheet.lines)
        whole.kinds |= sheet.kinds

    def _remember(self, block: Block, seen: _Seen) -> None:
        uid = uid_of(block)
        identity = hash((block.name, uid))
        number = len(self._places) // 4
        self.only_uid = uid if number == 0 or uid == self.only_uid else ""
        self._places.extend((block.offset, len(block.raw), block.line, block.container))
        if block.name == "VTODO":
            seen.tasks.append((identity, block.container))
        first = seen.first.setdefault(identity, number)
        if first != number:
            seen.more.setdefault(identity, [first]).append(number)

    def _settle(self, seen: _Seen) -> None:
        """At the end all names are known: who shares a UID in one calendar belongs together."""
        self._tasks = {(identity, self.containers[container][0]) for identity, container in seen.tasks}
        for identity, numbers in seen.more.items():
            for number in numbers:
                name = self.containers[self._places[number * 4 + 3]][0]
                self._families.setdefault((identity, name), []).append(number)


def uid_of(block: Block) -> str:
    """The component's UID; one that follows from its title and time if it has none, so that it stays the same."""
    flat = _FOLD.sub(b"", block.raw)
    own = flat[: _end_of_own(flat)] + flat[flat.rfind(b"\nEND:", 0, flat.rstrip().rfind(b"\n") + 1) :]
    found = _UID.search(own)
    uid = decode(found[1]).strip() if found else ""
    if uid:
        return uid
    seen = {name.upper(): decode(value).strip() for name, value in _TITLE.findall(own)}
    return "lifeloom-" + digest(block.name, *(f"{name.decode()}:{seen[name]}" for name in sorted(seen)))


def _end_of_own(flat: bytes) -> int:
    """Where the first component inside this one (an alarm with a UID of its own) begins."""
    inside = flat.upper().find(b"\nBEGIN:")
    return inside if inside >= 0 else len(flat)
