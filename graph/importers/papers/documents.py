"""Plain text, PDF and Office files as documents with their text; what has none to read is a document all the same.

A document is known by its folder and name, so that an edited one stays the same. Pictures of paper are not read (no
character recognition here): such a document comes without text, and a warning tells it.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, OfFiles, Problem, Row, To
from graph.importers.decoding import decode, path_text
from graph.importers.directories import reason
from graph.importers.keys import shortened
from graph.importers.papers.office import read_office
from graph.importers.papers.pdf import read_pdf
from graph.importers.papers.reading import LARGEST_TEXT, Paper, Unreadable
from graph.importers.stored import beginning, file_values

_TEXT = frozenset((".txt", ".text", ".rst", ".org", ".tex", ".log", ".adoc"))
_OFFICE = frozenset(
    (".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".pptx", ".pptm", ".ppsx", ".odt", ".ods", ".odp", ".ott"),
)
_SHUT = frozenset((".doc", ".xls", ".ppt", ".rtf"))
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Documents(OfFiles):
    """Reads documents of many formats."""

    format: ClassVar[str] = "documents"

    def identify(self, path: Path) -> bool:
        """PDF by its first bytes; the others by suffix, a text only where it is one."""
        suffix = path.suffix.lower()
        start = beginning(path, 4096)
        if not start:
            return False
        if suffix in _TEXT:
            return b"\0" not in start or start[:2] in (b"\xff\xfe", b"\xfe\xff")
        return suffix in _OFFICE | _SHUT or suffix == ".pdf" or start.startswith(b"%PDF-")

    def source(self, path: Path) -> str:
        """The folder: a document keeps its identity while it is edited, and loses it when it is moved."""
        return f"{self.format}:{path_text(path.resolve().parent)}"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """One document with its file. Raises nothing for bad content."""
        try:
            yield _item(path)
        except OSError as error:
            yield Problem(path_text(path), reason(error))


def _item(path: Path) -> Item:
    file = file_values(path)
    try:
        paper = _read(path)
    except Unreadable as error:
        paper = Paper(warnings=[f"kept without its text: {error}"])
    name = path_text(path.name)
    key, file_key = shortened(f"document:{name}"), shortened(f"file:{name}")
    file |= {
        "title": paper.title,
        "creator": paper.creator,
        "language": paper.language,
        "text_content": paper.text or None,
        "page_count": paper.pages,
        "source": Documents.format,
    }
    values: dict[str, object] = {
        "file_id": To(file_key),
        "title": paper.title or path_text(path.stem),
        "description": paper.description,
        "issued": _day(paper),
        "custom_fields": {"keywords": paper.keywords} if paper.keywords else {},
    }
    rows = (Row("documents", key, values), Row("files", file_key, file, found=True))
    return Item(key, rows, path_text(path), warnings=tuple(paper.warnings))


def _read(path: Path) -> Paper:
    suffix, start = path.suffix.lower(), beginning(path, 8)
    if start == _OLD_OFFICE:
        raise Unreadable("protected by a password" if suffix in _OFFICE else "a format of Office before 2007")
    if start.startswith(b"%PDF-") or suffix == ".pdf":
        return read_pdf(path)
    if suffix in _OFFICE:
        return read_office(path)
    if suffix in _SHUT:
        raise Unreadable("nothing here reads this format")
    return _plain(path)


def _plain(path: Path) -> Paper:
    """As much of the file as a text may be long; a cut in the middle of a character is no damage."""
    paper = Paper()
    with path.open("rb") as stream:
        data = stream.read(4 * LARGEST_TEXT)
        if stream.read(1):
            data = data[: data.rfind(b"\n") + 1] or data
    decoded = decode(data)
    paper.warnings += decoded.warnings
    paper.write(decoded.text)
    return paper


def _day(paper: Paper) -> date | None:
    """Dates from before there were computers are the faults of programs."""
    day = paper.created.date() if paper.created else None
    return day if day and day.year > 1970 else None
