"""Reads a CSV file as it comes: its encoding, its delimiter, where its header is; then row by row."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from graph.importers.tables.mapping import named

LARGEST_FIELD = 64 * 1024 * 1024
DELIMITERS = ",;\t|"
_HEAD = 256 * 1024
_ROWS = 30
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

csv.field_size_limit(LARGEST_FIELD)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written. `rows` are its first ones."""

    encoding: str
    delimiter: str
    rows: tuple[tuple[str, ...], ...]

    def header(self, wanted: frozenset[str]) -> int | None:
        """The number of the row that has all these headers; banks write some lines before it."""
        return next((n for n, row in enumerate(self.rows) if wanted <= {named(cell) for cell in row}), None)

    @property
    def likely_header(self) -> tuple[str, ...]:
        """The first row with as many filled cells as any has."""
        filled = [sum(bool(cell.strip()) for cell in row) for row in self.rows]
        return self.rows[filled.index(max(filled))] if filled else ()


def shape(path: Path, delimiter: str | None = None, encoding: str | None = None) -> Shape:
    """How this file is written, where it is not told. Raises OSError and ValueError."""
    encoding = encoding or _encoding(path)
    with path.open("rb") as file:
        head = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(_HEAD)).replace("\0", "")
    every = [(one, _rows(head, one)) for one in ([delimiter] if delimiter else DELIMITERS)]
    best, rows = max(every, key=lambda one: _regular(one[1]))
    return Shape(encoding, best, rows)


def _rows(head: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    try:
        reader = csv.reader(head.splitlines(keepends=True), delimiter=delimiter)
        return tuple(tuple(row) for _, row in zip(range(_ROWS), reader, strict=False))
    except csv.Error:
        return ()


def _regular(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rows have as many cells as most others, and how many cells these are."""
    widths = [len(row) for row in rows if len(row) > 1]
    if not widths:
        return 0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(usual), usual


def _encoding(path: Path) -> str:
    """UTF-8 if all of it is, what a byte order mark says, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(_HEAD)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        try:
            while head:
                decoder.decode(head)
                head = file.read(_HEAD)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def rows(file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the numbers of their last lines, blank ones left out. Raises csv.Error."""
    reader = csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, row
