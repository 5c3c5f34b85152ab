"""Cuts calendar and address files into components without reading them whole.

iCalendar and vCard files are text between `BEGIN:X` and `END:X`. `blocks` walks such a file once, holds one component
at a time and says where it lies, so that a reader can come back to it with `reread`.
"""

import codecs
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from graph.importers.base import Problem

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest component that is read; anything bigger is reported and passed over."""

_CHUNK = 1024 * 1024
_EDGE = re.compile(rb"(BEGIN|END):[ \t]*([A-Za-z0-9-]+)[ \t]*[\r\n]*\Z", re.IGNORECASE)
_AGENT = re.compile(rb"(?:[\w-]+\.)?AGENT[^:]*:\s*\Z", re.IGNORECASE)
_WHOLE = frozenset(
    ("VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE", "VFREEBUSY", "VAVAILABILITY", "VCARD"),
)
"""Components that never stand inside another one: their BEGIN means that the one before was not closed."""


@dataclass(frozen=True, slots=True)
class Block:
    """One component as it lies in the file, from BEGIN to END; `container` counts the VCALENDARs before it.

    The lines of a VCALENDAR itself come as blocks named `VCALENDAR`, once for each run between its components.
    """

    name: str
    raw: bytes
    line: int
    offset: int
    container: int


@dataclass(slots=True)
class _Open:
    """What is being collected: the names that are open, outermost first, and the lines so far."""

    line: int
    offset: int
    names: list[str]
    raw: bytearray = field(default_factory=bytearray)
    too_big: bool = False

    def add(self, piece: bytes) -> None:
        if not self.too_big:
            self.raw += piece
            self.too_big = len(self.raw) > LARGEST


@contextmanager
def readable(path: Path) -> Iterator[IO[bytes]]:
    """The file as seekable bytes with line feeds in an ASCII superset.

    UTF-16 (old Outlook) and bare carriage returns (old Macintosh) are rewritten into a temporary file first.
    Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not utf16 and (b"\r" not in head or b"\n" in head):
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            decoder = codecs.getincrementaldecoder("utf-16" if utf16 else "latin-1")("replace")
            while chunk := file.read(_CHUNK):
                text = decoder.decode(chunk)
                text = text if utf16 else text.replace("\r", "\n")
                copy.write(text.encode("utf-8" if utf16 else "latin-1", "replace"))
            copy.seek(0)
            yield copy


def blocks(file: IO[bytes]) -> Iterator[Block | Problem]:
    """The components of the file in order, and a Problem (its `where` is `line N`) for what is not one."""
    return _Cutter().cut(file)


def reread(file: IO[bytes], offset: int, size: int) -> bytes:
    """The raw bytes of a block that was seen before; the file's own position is put back."""
    here = file.tell()
    file.seek(offset)
    raw = file.read(size)
    file.seek(here)
    return raw


def looks_like(path: Path, begin: bytes) -> bool:
    """Whether the file begins with `begin` (upper case, such as BEGIN:VCARD), in 8 or 16 bits, after blanks at most."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().upper().startswith(begin)


class _Cutter:
    """The state of one walk. `_header` is the open VCALENDAR's own lines, `_inner` the component inside it."""

    def __init__(self) -> None:
        self._container = -1
        self._header: _Open | None = None
        self._inner: _Open | None = None
        self._opened = 0
        self._last = b""
        self._stray = -1

    def cut(self, file: IO[bytes]) -> Iterator[Block | Problem]:
        line, fresh = 0, True
        offset = 3 if file.read(3) == codecs.BOM_UTF8 else 0
        file.seek(offset)
        while piece := file.readline(_CHUNK):
            line += fresh
            edge = _EDGE.match(piece) if fresh and piece[:1] in b"BbEe" else None
            if edge:
                name = edge[2].decode("ascii").upper()
                step = self._begin if edge[1][:1] in b"Bb" else self._end
                yield from step(name, piece, line, offset)
            else:
                yield from self._text(piece, line, offset)
            fresh = piece.endswith(b"\n")
            offset += len(piece)
            self._last = piece
        yield from self._unclosed()

    def _begin(self, name: str, piece: bytes, line: int, offset: int) -> Iterator[Block | Problem]:
        agent = name == "VCARD" and _AGENT.match(self._last) is not None
        if self._inner is not None and (name not in _WHOLE or agent):
            self._inner.names.append(name)
            self._inner.add(piece)
            return
        yield from self._unclosed() if name == "VCALENDAR" else self._unclosed_inner()
        yield from self._flush_header()
        self._stray = -1
        if name == "VCALENDAR":
            self._container += 1
            self._opened = line
            self._header = _Open(line, offset, [name])
        else:
            self._inner = _Open(line, offset, [name])
            self._inner.add(piece)

    def _end(self, name: str, piece: bytes, line: int, offset: int) -> Iterator[Block | Problem]:
        inner = self._inner
        if inner is not None and name in inner.names:
            inner.add(piece)
            while inner.names.pop() != name:
                pass
            if not inner.names:
                self._inner = None
                yield self._block(inner, name)
        elif name == "VCALENDAR" and self._header is not None:
            yield from self._unclosed_inner()
            yield from self._flush_header()
            self._header = None
        else:
            yield from self._text(piece, line, offset)

    def _text(self, piece: bytes, line: int, offset: int) -> Iterator[Problem]:
        if self._inner is not None:
            self._inner.add(piece)
        elif self._header is not None:
            if not self._header.raw:
                self._header.line, self._header.offset = line, offset
            self._header.add(piece)
        elif piece.strip() and line != self._stray + 1:
            yield Problem(f"line {line}", "text outside of any component was left out")
            self._stray = line
        elif piece.strip():
            self._stray = line

    def _block(self, done: _Open, name: str) -> Block | Problem:
        if done.too_big:
            return Problem(f"line {done.line}", f"{name} is larger than {LARGEST >> 20} MiB and was left out")
        return Block(name, bytes(done.raw), done.line, done.offset, max(self._container, 0))

    def _flush_header(self) -> Iterator[Block | Problem]:
        header = self._header
        if header is not None and header.raw:
            yield self._block(header, "VCALENDAR")
            self._header = _Open(0, 0, header.names)

    def _unclosed_inner(self) -> Iterator[Problem]:
        if self._inner is not None:
            name = self._inner.names[0]
            yield Problem(f"line {self._inner.line}", f"{name} is cut off: END:{name} is missing")
            self._inner = None

    def _unclosed(self) -> Iterator[Block | Problem]:
        yield from self._unclosed_inner()
        if self._header is not None:
            yield from self._flush_header()
            yield Problem(f"line {self._opened}", "VCALENDAR is cut off: END:VCALENDAR is missing")
            self._header = None
