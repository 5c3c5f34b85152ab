"""Small calendars for tests: the least that a file needs around the lines in question."""

from pathlib import Path

from graph.importers.base import Item, Problem
from graph.importers.calendars.icalendar import ICalendar
from tests.graph.importers.conformance import run


def calendar(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""))


def event(*lines: str) -> str:
    return calendar("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")


def extract(directory: Path, content: str | bytes) -> list[Item | Problem]:
    return run(ICalendar(), directory / "Dates.ics", content)
