"""RIS files as works to cite, with Reference Manager's tags of 2001 and those of 2011.

https://en.wikipedia.org/wiki/RIS_(file_format). Read line by line; what CSL does not say stays in `custom_fields`
under its tag.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import decode, path_text
from graph.importers.directories import reason
from graph.importers.library import works
from graph.importers.library.ris_csl import Tags, csl
from graph.importers.library.works import Work
from graph.importers.whole import beginning

LONGEST = 4 * 1024 * 1024
"""Characters of one work; what comes after them is left out."""

_START = re.compile(rb"\s*(?:[0-9]+\.?\s*)?TY {1,2}- ?[A-Z0-9]*")
_NUMBERED = re.compile(r"[0-9]+\.?")
_LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|\s*)", re.DOTALL)


class Ris:
    """Reads RIS files."""

    format: ClassVar[str] = "ris"

    def identify(self, path: Path) -> bool:
        """By the tag with which a work begins, or the suffix."""
        start = beginning(path)
        return bool(start) and (path.suffix.lower() == ".ris" or _START.match(start) is not None)

    def source(self, path: Path) -> str:
        return works.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The works in the file's order."""
        where = path_text(path)
        try:
            with path.open("rb") as file:
                yield from works.items(_works(_lines(file), where), self.format, where)
        except OSError as error:
            yield Problem(where, reason(error))


def _lines(file: Iterable[bytes]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Lines with their numbers, and what was mended in them; old Macs end them with a carriage return."""
    number = 0
    for piece in file:
        decoded = decode(piece)
        for line in decoded.text.rstrip("\r\n").split("\r"):
            number += 1
            yield number, line, decoded.warnings


def _works(lines: Iterator[tuple[int, str, tuple[str, ...]]], where: str) -> Iterator[Work | Problem]:
    """A work is what stands from TY to ER; one without an end is taken as far as it goes."""
    tags: Tags = []
    begun, size, stray, found = 0, 0, 0, False
    mended: list[str] = []
    for number, line, warnings in lines:
        mended += warnings
        match = _LINE.fullmatch(line)
        tag, text = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        size += len(line)
        if tag == "TY":
            yield from _cut(tags, f"{where}: line {begun}", mended)
            tags, begun, size, mended, found = [(tag, text)], number, 0, [], True
        elif tag == "ER" and tags:
            yield _work(tags, mended)
            tags, mended = [], []
        elif tags and size <= LONGEST:
            _add(tags, tag, text)
        elif text and not stray and not _NUMBERED.fullmatch(text):
            stray = number
    yield from _cut(tags, f"{where}: line {begun}", mended)
    if stray:
        yield Problem(f"{where}: line {stray}", "text outside of any work, or too much in one, was left out")
    elif not found:
        yield Problem(where, "there is no work in this file")


def _add(tags: Tags, tag: str, text: str) -> None:
    """A line without a tag goes on with the one before."""
    if tag:
        tags.append((tag, text))
    elif text:
        name, before = tags[-1]
        tags[-1] = (name, f"{before}\n{text}" if name in ("AB", "N1", "N2", "RN") else f"{before} {text}")


def _work(tags: Tags, mended: list[str]) -> Work:
    said, rest, key = csl(tags)
    custom: dict[str, object] = {"ris": rest} if rest else {}
    return Work({"id": key, **said} if key else said, key, custom, warnings=tuple(dict.fromkeys(mended)))


def _cut(tags: Tags, where: str, mended: list[str]) -> Iterator[Work | Problem]:
    if len(tags) > 1:
        yield _work(tags, [*mended, "the work has no end (ER)"])
    elif tags:
        yield Problem(where, "the work says nothing but its type")
