"""mbox files (RFC 4155, mbox(5)) as every program writes them: mboxo, mboxrd, mboxcl with Content-Length, Thunderbird,
Takeout, with LF or CRLF. Streamed: at any time one message is in memory.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import Entry as File
from graph.importers.directories import reason, walk
from graph.importers.mail import headers, mailboxes, store
from graph.importers.mail.entries import LARGEST, Entry

_CHUNK = 1024 * 1024
_LOOK = 4096
_DATE = re.compile(
    rb"(?:[A-Z][a-z]{2},? +)?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2})[ ,].*\d{1,2}:\d\d.*(?:\d{4})?"
)
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_FIRST_FIELD = re.compile(
    rb"(?:return-path|received|delivered-to|envelope-to|x-[a-z0-9-]+|from|to|date|message-id|subject|status|mime-version"
    rb"|reply-to|sender|content-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ZONE = re.compile(r"[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d(?::\d\d)? +[+-]\d{4} +\d{4}")
_BESIDE = frozenset((".msf", ".dat"))
_BESIDE_NAMED = frozenset(("table_of_contents", "filterlog.html"))


class Mbox:
    """One mbox, or a folder in which there are only such and what Thunderbird and Apple Mail put beside them."""

    format: ClassVar[str] = "mbox"

    def identify(self, path: Path) -> bool:
        """A file by its From line, or by its suffix, so that a broken one is not passed over."""
        return _is_folder_of_them(path) if path.is_dir() else _is_mbox(path)

    def source(self, path: Path) -> str:
        return store.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The mails in their order. Raises nothing for bad content."""
        yield from store.extract(path_text(path), lambda: _entries(path))


def _is_mbox(path: Path) -> bool:
    if not path.is_file():
        return False
    if path.suffix.lower() in (".mbox", ".mbx"):
        return True
    try:
        with path.open("rb") as file:
            return _separates(file, 0)
    except OSError:
        return False


def _is_folder_of_them(path: Path) -> bool:
    some = False
    for file in walk(path):
        if isinstance(file, Problem):
            return False
        if _is_beside(file):
            continue
        if not _is_mbox(file.path):
            return False
        some = True
    return some


def _is_beside(file: File) -> bool:
    return file.size == 0 or file.path.suffix.lower() in _BESIDE or file.path.name.lower() in _BESIDE_NAMED


def _entries(path: Path) -> Iterator[Entry | Problem]:
    if not path.is_dir():
        yield from _file(path, mailboxes.of_file(path.resolve()))
        return
    for file in walk(path):
        if isinstance(file, Problem):
            yield file
        elif not _is_beside(file):
            yield from _file(file.path, mailboxes.of_file(file.path, path))


def _file(path: Path, mailbox: str) -> Iterator[Entry | Problem]:
    try:
        with path.open("rb") as file, path.open("rb") as ahead:
            start, some = 0, False
            for end in _ends(ahead):
                found = _entry(file, start, end, path, mailbox)
                some = some or found is not None
                if found:
                    yield found
                start = end
            if not some:
                yield Problem(path_text(path), "there is no mail in this file")
    except OSError as error:
        yield Problem(path_text(path), reason(error))


def _entry(file: IO[bytes], start: int, end: int, path: Path, mailbox: str) -> Entry | None:
    """The message between two offsets, without its From line and the empty line after it."""
    file.seek(start)
    envelope = b""
    if file.read(5) == b"From ":
        file.seek(start)
        envelope = file.readline(_CHUNK)
    size = end - start - len(envelope)
    file.seek(end - min(size, 4))
    tail = file.read(min(size, 4))
    size -= 2 if tail.endswith(b"\r\n\r\n") else 1 if tail.endswith(b"\n\n") else 0
    file.seek(start + len(envelope))
    raw = file.read(min(size, LARGEST))
    if not raw.strip():
        return None
    line = envelope.decode("utf-8", "replace").strip()
    return Entry(
        raw=raw,
        size=size,
        path=path,
        place=f"{path_text(path)}: byte {start}",
        mailbox=mailbox,
        envelope=line,
        delivered=_delivered(line),
        quoted=re.search(rb"^From ", raw, re.MULTILINE) is None,
    )


def _delivered(envelope: str) -> datetime | None:
    """The time of the From line where it has a zone (Takeout); without one the Received lines know better."""
    found = _ZONE.search(envelope)
    if not found:
        return None
    month, day, time, zone, year = found[0].split()
    return headers.date(f"{day} {month} {year} {time} {zone}")


def _ends(file: IO[bytes]) -> Iterator[int]:
    """Where each message ends: at the next From line, or where a true Content-Length says."""
    size = file.seek(0, 2)
    start = 0
    while start < size:
        end = _by_length(file, start, size) or _next(file, start + 1, size)
        yield end
        start = end


def _by_length(file: IO[bytes], start: int, size: int) -> int | None:
    """The end that Content-Length gives, if a From line or the end of the file is there."""
    file.seek(start)
    top = file.read(_CHUNK // 16)
    end = _HEAD_END.search(top)
    length = _LENGTH.search(top, 0, end.end()) if end else None
    if end is None or length is None:
        return None
    target = start + end.end() + int(length[1])
    if target > size:
        return None
    file.seek(target)
    after = file.read(_LOOK)
    blank = len(after) - len(after.lstrip(b"\r\n"))
    if not after.strip():
        return size if target + len(after) == size else None
    return target + blank if blank and after[blank:].startswith(b"From ") and _separates(file, target + blank) else None


def _next(file: IO[bytes], at: int, size: int) -> int:
    """The offset of the next From line that begins a message, or the end of the file."""
    while at < size:
        file.seek(at)
        chunk = file.read(_CHUNK)
        for found in re.finditer(rb"\nFrom ", chunk):
            if _separates(file, at + found.start() + 1):
                return at + found.start() + 1
        if len(chunk) < _CHUNK:
            return size
        at += len(chunk) - 5
    return size


def _separates(file: IO[bytes], at: int) -> bool:
    """Whether a message begins here: a From line as programs write it, after an empty line, before a head.

    Texts have lines that begin with From, too. Without the empty line, or without its date, a From line counts only if
    the head after it is beyond doubt.
    """
    file.seek(max(0, at - 4))
    before = file.read(min(at, 4))
    line, _, after = file.read(_LOOK).partition(b"\n")
    if not line.startswith(b"From "):
        return False
    blank = at == 0 or before.endswith((b"\n\n", b"\n\r\n")) or before == b"\r\n"
    dated = _DATE.search(line, 5) is not None
    if blank and dated:
        return not after.strip() or _FIELD.match(after) is not None or after.startswith((b"From ", b">From "))
    lone = re.fullmatch(rb"From \S*[ \t]*\r?", line) is not None
    return ((blank and lone) or dated) and _FIRST_FIELD.match(after) is not None
