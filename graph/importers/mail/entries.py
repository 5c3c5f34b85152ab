"""One message as it lies in an mbox, a Maildir or a file of its own, before it is read."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.importers.decoding import path_text

LARGEST = 64 * 1024 * 1024
"""Bytes of a message that are read; servers take 50 MB at most. Of more the beginning is read, and none kept raw."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`raw` are its bytes, the first of them if it is longer than `LARGEST`, `size` is how many there are.

    `place` says where it is for people, `mailbox` the path of the mailbox that it is in, if it is in one, `envelope`
    the From line of an mbox, `keywords` and `delivered` what the store itself knows.
    """

    raw: bytes
    size: int
    path: Path
    place: str
    mailbox: str = ""
    envelope: str = ""
    keywords: tuple[str, ...] = ()
    delivered: datetime | None = None
    quoted: bool = False

    @property
    def where(self) -> str:
        return path_text(self.path)

    @property
    def is_cut(self) -> bool:
        return self.size > len(self.raw)
