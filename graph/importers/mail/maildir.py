"""Maildir (https://cr.yp.to/proto/maildir.html) with its folders: Maildir++ (`.Sent.2023`) or folders in folders."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.mail import flags, mailboxes, store
from graph.importers.mail.entries import LARGEST, Entry

_DELIVERED = re.compile(r"(\d{9,10})\.")


class Maildir:
    """A folder with cur and new inside, its subfolders too; or one message in such a folder."""

    format: ClassVar[str] = "maildir"

    def identify(self, path: Path) -> bool:
        """By the folders; what is in cur and new is a message whatever it is called."""
        return _is_maildir(path) if path.is_dir() else _is_message(path)

    def source(self, path: Path) -> str:
        return store.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The mails of the inbox, then those of the folders. Raises nothing for bad content."""
        yield from store.extract(path_text(path), lambda: _entries(path))


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _is_message(path: Path) -> bool:
    folder = path.absolute().parent
    return folder.name in ("cur", "new") and path.is_file() and _is_maildir(folder.parent)


def _entries(path: Path) -> Iterator[Entry | Problem]:
    if not path.is_dir():
        yield _message(path, _mailbox_around(path.absolute().parent.parent))
        return
    try:
        folders = _folders(path, "")
    except OSError as error:
        yield Problem(path_text(path), reason(error))
        return
    for folder, mailbox in folders:
        for name in ("cur", "new"):
            yield from _messages(folder / name, mailbox)


def _mailbox_around(folder: Path) -> str:
    """What `_folders` calls this folder when it begins at the outermost Maildir."""
    if not _is_maildir(folder.parent):
        return "INBOX"
    outer = _mailbox_around(folder.parent)
    return _inner("" if outer == "INBOX" else outer, folder.name)


def _folders(path: Path, name: str) -> list[tuple[Path, str]]:
    """This Maildir and those in it, each with the path of its mailbox."""
    found = [(path, name or "INBOX")] if _is_maildir(path) else []
    for inner in sorted(path.iterdir()):
        if inner.name in ("cur", "new", "tmp") or inner.is_symlink() or not _is_maildir(inner):
            continue
        found += _folders(inner, _inner(name, inner.name))
    return found


def _inner(outer: str, name: str) -> str:
    own = path_text(name)
    return mailboxes.of_label(f"{outer}/{own.lstrip('.').replace('.', '/') if own.startswith('.') else own}")


def _messages(folder: Path, mailbox: str) -> Iterator[Entry | Problem]:
    try:
        files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError as error:
        if folder.exists():
            yield Problem(path_text(folder), reason(error))
        return
    for file in files:
        yield _message(file, mailbox)


def _message(file: Path, mailbox: str) -> Entry | Problem:
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            raw = stream.read(min(size, LARGEST))
    except OSError as error:
        return Problem(path_text(file), reason(error))
    if not raw.strip():
        return Problem(path_text(file), "the file is empty")
    return Entry(
        raw=raw,
        size=size,
        path=file,
        place=path_text(file),
        mailbox=mailbox,
        keywords=tuple(flags.of_maildir(file.name)),
        delivered=_delivered(file.name),
    )


def _delivered(name: str) -> datetime | None:
    """The seconds since 1970 with which the name of a delivered file begins."""
    found = _DELIVERED.match(name)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None
