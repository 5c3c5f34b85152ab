"""The records of a QIF file: lines of a letter and a value, up to a line with ^, below headers that begin with !."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from graph.importers.decoding import storable

_DATE = re.compile(r"\s*(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*(?:[-/.]|('))\s*(\d{1,4})\s*\Z", re.ASCII)
_PIVOT = 70
_FIELDS = 5000


@dataclass(slots=True)
class Record:
    """`section` is the header in small letters (`type:bank`); `fields` are (letter, value) in their order."""

    section: str
    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)

    def value(self, letter: str) -> str:
        return next((value for name, value in self.fields if name == letter), "")

    @property
    def raw(self) -> str:
        return "\n".join(f"{letter}{value}" for letter, value in self.fields)


def records(lines: Iterable[bytes], encoding: str) -> Iterator[Record]:
    """Every record; one that is cut off at the end too."""
    section, current = "", Record("", 1)
    for number, data in enumerate(lines, 1):
        line = storable(data.decode(encoding, "replace")).strip("\ufeff\r\n\t ")
        if line.startswith("!"):
            section = line[1:].strip().lower()
            current = Record(section, number + 1)
        elif line.startswith("^"):
            if current.fields:
                yield current
            current = Record(section, number + 1)
        elif line and len(current.fields) < _FIELDS:
            current.fields.append((line[0], line[1:].strip()))
    if current.fields:
        yield current


def day_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates of a file have the day before the month; None where they do not tell."""
    first = second = dots = False
    for text in texts:
        found = _DATE.match(text)
        if found and len(found[1]) < 3:
            first |= int(found[1]) > 12
            second |= int(found[2]) > 12
            dots |= "." in text
    return True if first and not second else False if second else True if dots else None


def day_of(text: str, *, day_before_month: bool) -> date:
    """`1/31/2004`, `31.1.04`, `1/31'04` (which is 2004) or `2004-01-31`. Raises ValueError."""
    found = _DATE.match(text)
    if not found:
        raise ValueError(f"no date: {text[:40]!r}")
    if len(found[1]) == 4:
        return date(int(found[1]), int(found[2]), int(found[4]))
    day, month = (found[1], found[2]) if day_before_month else (found[2], found[1])
    year = int(found[4])
    if year < 100:
        year += 2000 if found[3] or year < _PIVOT else 1900
    return date(year, int(month), int(day))
