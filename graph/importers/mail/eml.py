"""Single messages (RFC 5322) in files of their own, .eml or by what they look like, and folders of such."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason, walk
from graph.importers.mail import mailboxes, store
from graph.importers.mail.entries import LARGEST, Entry

_LOOK = 16_384
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_USUAL = frozenset((b"from", b"to", b"date", b"subject", b"reply-to", b"cc", b"sender"))
_ONLY_MAIL = frozenset((b"message-id", b"received", b"return-path", b"delivered-to", b"mime-version"))


class Eml:
    """One message, or a folder in which there are only .eml files: with its name it is a mailbox."""

    format: ClassVar[str] = "eml"

    def identify(self, path: Path) -> bool:
        """A file by its suffix or by its head; a folder by the suffixes of all that is in it."""
        if path.is_dir():
            return _is_folder_of_them(path)
        return path.is_file() and (_is_named(path) or _looks_like_mail(path))

    def source(self, path: Path) -> str:
        return store.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The message, or all of a folder in the order of their names. Raises nothing for bad content."""
        yield from store.extract(path_text(path), lambda: _entries(path))


def _is_named(path: Path) -> bool:
    return path.suffix.lower() == ".eml"


def _is_folder_of_them(path: Path) -> bool:
    some = False
    for file in walk(path):
        if isinstance(file, Problem) or not _is_named(file.path):
            return False
        some = True
    return some


def _looks_like_mail(path: Path) -> bool:
    """Whether it begins with header fields, three of mail and one that nothing else has."""
    try:
        with path.open("rb") as file:
            top = file.read(_LOOK)
    except OSError:
        return False
    names: set[bytes] = set()
    for line in top.splitlines():
        if line[:1] in (b" ", b"\t") and names:
            continue
        field = _FIELD.match(line)
        if field is None:
            break
        names.add(field[1].lower())
    return len(names & (_USUAL | _ONLY_MAIL)) > 2 and bool(names & _ONLY_MAIL)


def _entries(path: Path) -> Iterator[Entry | Problem]:
    if not path.is_dir():
        yield _entry(path, "")
        return
    name = path_text(path.resolve().name)
    for file in walk(path):
        if isinstance(file, Problem):
            yield file
        else:
            folder = file.relative.rpartition("/")[0]
            yield _entry(file.path, "/".join(filter(None, (name, folder))))


def _entry(path: Path, mailbox: str) -> Entry | Problem:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            raw = file.read(min(size, LARGEST))
    except OSError as error:
        return Problem(path_text(path), reason(error))
    if not raw.strip():
        return Problem(path_text(path), "the file is empty")
    return Entry(raw, size, path, path_text(path), mailboxes.of_label(mailbox) if mailbox else "")
