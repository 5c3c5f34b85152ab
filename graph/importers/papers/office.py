"""Word, Excel and PowerPoint (ECMA-376) and OpenDocument (ISO/IEC 26300) as text, right from their XML.

Of tables cells are separated by tabs and rows by lines. Numbers of spreadsheets stay as they are stored, so that a date
in Excel is a number of days. What was deleted with changes tracked is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph.importers.papers.packages import Package
from graph.importers.papers.reading import Paper, Unreadable, phrase

MOST_STRINGS = 2_000_000
MOST_CHARACTERS = 40_000_000
_LARGEST_FIELD = 10_000
_WORD_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_NUMBER = re.compile(r"\d+")


def read_office(path: Path) -> Paper:
    """Raises OSError and Unreadable."""
    paper = Paper()
    with Package(path) as package:
        _about(package, paper)
        if "word/document.xml" in package.names:
            for name in _WORD_PARTS:
                package.read(name, Words(paper))
        elif "xl/workbook.xml" in package.names:
            _workbook(package, paper)
        elif "ppt/presentation.xml" in package.names:
            _slides(package, paper)
        elif "content.xml" in package.names:
            package.read("content.xml", OpenText(paper))
        else:
            raise Unreadable("no document of a known kind is in it")
    return paper


@dataclass(slots=True)
class Words:
    """Text of Word and PowerPoint: what stands in `t`. The second telling of an alternative is passed over."""

    paper: Paper
    inside: bool = False
    skipped: int = 0

    @property
    def done(self) -> bool:
        return self.paper.full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.skipped += name == "Fallback"
        if self.skipped:
            return
        self.inside = name == "t"
        if name in ("tab", "br", "cr"):
            self.paper.write("\t" if name == "tab" else "\n")

    def end(self, name: str) -> None:
        self.inside = False
        if name == "Fallback":
            self.skipped -= 1
        elif name == "p" and not self.skipped:
            self.paper.write("\n")

    def text(self, data: str) -> None:
        if self.inside and not self.skipped:
            self.paper.write(data)


_PARAGRAPHS = frozenset(("p", "h"))
_LEFT_OUT = frozenset(("tracked-changes", "sequence-decls", "forms"))


@dataclass(slots=True)
class OpenText:
    """Text of OpenDocument: what stands in paragraphs and headings."""

    paper: Paper
    paragraphs: int = 0
    skipped: int = 0
    cells: int = 0

    @property
    def done(self) -> bool:
        return self.paper.full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.skipped += name in _LEFT_OUT
        self.paragraphs += name in _PARAGRAPHS
        self.cells += name == "table-cell"
        if self.skipped or not self.paragraphs:
            return
        if name == "s":
            count = attributes.get("c", "1")
            self.paper.write(" " * (int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1))
        elif name in ("tab", "line-break"):
            self.paper.write("\t" if name == "tab" else "\n")

    def end(self, name: str) -> None:
        self.skipped -= name in _LEFT_OUT
        self.paragraphs -= name in _PARAGRAPHS
        self.cells -= name == "table-cell"
        if self.skipped:
            return
        if name == "table-cell":
            self.paper.write("\t")
        elif name in ("table-row", "page") or (name in _PARAGRAPHS and not self.cells):
            self.paper.write("\n")

    def text(self, data: str) -> None:
        if self.paragraphs and not self.skipped:
            self.paper.write(data)


@dataclass(slots=True)
class Strings:
    """The texts that the cells of a workbook share."""

    found: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    inside: bool = False
    phonetic: int = 0
    size: int = 0

    @property
    def done(self) -> bool:
        return len(self.found) >= MOST_STRINGS or self.size >= MOST_CHARACTERS

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.phonetic += name == "rPh"
        self.inside = name == "t" and not self.phonetic

    def end(self, name: str) -> None:
        self.inside = False
        self.phonetic -= name == "rPh"
        if name == "si":
            self.found.append("".join(self.pieces))
            self.pieces.clear()

    def text(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)
            self.size += len(data)


@dataclass(slots=True)
class Sheet:
    """The rows of one sheet of a workbook."""

    paper: Paper
    strings: list[str]
    kind: str = ""
    inside: bool = False
    value: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.paper.full

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.inside = name in ("v", "t")
        if name == "c":
            self.kind = attributes.get("t", "")

    def end(self, name: str) -> None:
        self.inside = False
        if name == "c":
            self.paper.write(self._cell("".join(self.value)) + "\t")
            self.value.clear()
        elif name == "row":
            self.paper.write("\n")

    def text(self, data: str) -> None:
        if self.inside:
            self.value.append(data)

    def _cell(self, value: str) -> str:
        if self.kind != "s" or not (value.isascii() and value.isdigit()) or len(value) > 9:
            return value
        number = int(value)
        return self.strings[number] if number < len(self.strings) else ""


@dataclass(slots=True)
class Fields:
    """The texts of elements by their names, and the attributes of those in `of`: for what is small."""

    found: dict[str, list[str]] = field(default_factory=dict)
    attributes: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    name: str = ""

    @property
    def done(self) -> bool:
        return len(self.attributes) + sum(map(len, self.found.values())) > _LARGEST_FIELD

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        if attributes:
            self.attributes.append((name, attributes))

    def end(self, name: str) -> None:
        self.name = ""

    def text(self, data: str) -> None:
        if self.name:
            self.found.setdefault(self.name, []).append(data[:_LARGEST_FIELD])


def _workbook(package: Package, paper: Paper) -> None:
    strings, sheets = Strings(), Fields()
    package.read("xl/sharedStrings.xml", strings)
    package.read("xl/workbook.xml", sheets)
    titles = [given.get("name", "") for name, given in sheets.attributes if name == "sheet"]
    parts = _numbered(package, "xl/worksheets/sheet")
    paper.pages = len(parts)
    for number, part in enumerate(parts):
        if number < len(titles):
            paper.write(titles[number] + "\n")
        package.read(part, Sheet(paper, strings.found))
        paper.write("\n")


def _slides(package: Package, paper: Paper) -> None:
    slides = _numbered(package, "ppt/slides/slide")
    paper.pages = len(slides)
    for part in slides:
        package.read(part, Words(paper))
        paper.write("\n")
    for part in _numbered(package, "ppt/notesSlides/notesSlide"):
        package.read(part, Words(paper))


def _numbered(package: Package, start: str) -> list[str]:
    names = [name for name in package.names if name.startswith(start) and name.endswith(".xml")]
    return sorted(names, key=lambda name: [int(digits[:9]) for digits in _NUMBER.findall(name)])


def _about(package: Package, paper: Paper) -> None:
    about = Fields()
    for name in ("docProps/core.xml", "docProps/app.xml", "meta.xml"):
        package.read(name, about)

    def first(*names: str) -> str | None:
        texts = (phrase("".join(about.found.get(name, ()))) for name in names)
        return next((text for text in texts if text), None)

    paper.title, paper.creator = first("title"), first("initial-creator", "creator")
    paper.description, paper.language = first("description", "subject"), first("language")
    words = first("keywords") or ",".join(about.found.get("keyword", ()))
    paper.keywords = [word for word in (phrase(part) for part in re.split("[,;]", words)) if word]
    paper.created = _moment(first("created", "creation-date"))
    counts = [given.get("page-count") for name, given in about.attributes if name == "document-statistic"]
    pages = first("Pages", "Slides") or next((count for count in counts if count), None)
    if pages and pages.isascii() and pages.isdigit() and int(pages[:9]) > 0:
        paper.pages = int(pages[:9])


def _moment(value: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
