"""Small sources to import, and what a report tells of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Item, Problem, Row
from graph.importers.report import Report

CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:{name}\n{more}END:VCARD\n"
EVENT = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-CALNAME:Work\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n"
    "SUMMARY:{name}\n{more}END:VEVENT\nEND:VCALENDAR\n"
)
VAULT = {
    ".obsidian/app.json": "{}",
    "A.md": "---\naliases: [Alpha]\nrating: 5\n---\n[[B]] #tag",
    "sub/B.md": "[[Alpha]] ![[map.png]]",
    "sub/map.png": b"png",
    "2026-03-01.md": "[[A]]",
}


def card(uid: str, name: str, more: str = "") -> str:
    return CARD.format(uid=uid, name=name, more=more)


def event(uid: str, name: str, more: str = "DTSTART:20260301T100000Z\n") -> str:
    return EVENT.format(uid=uid, name=name, more=more)


def told(report: Report) -> dict[str, dict[str, int]]:
    """What happened, by type; nothing where nothing did."""
    return {type_: {name: n for name, n in asdict(counts).items() if n} for type_, counts in report.counts.items()}


def reasons(report: Report) -> list[str]:
    return [problem.reason for problem in report.problems]


def item(key: str, *parts: Row, table: str = "notes", raw: bytes | None = None, **values: Any) -> Item:
    return Item(key, (Row(table, key, values), *parts), "x.given", raw=raw, media_type="text/plain")


class Given:
    """An importer of items that a test made itself."""

    format: ClassVar[str] = "given"

    def __init__(self, found: Sequence[Item | Problem]) -> None:
        self.found = found

    def identify(self, path: Path) -> bool:
        return path.suffix == ".given"

    def source(self, path: Path) -> str:
        return "given"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        yield from (replace(one, where=str(path)) for one in self.found)
