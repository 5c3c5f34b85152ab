"""Files that can only be read whole: their beginning, to tell what they are, and all of them within a bound."""

from pathlib import Path

from graph.importers.base import Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason

LARGEST = 64 * 1024 * 1024
"""Bytes; what is parsed takes several times as much memory."""


def beginning(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file without a byte order mark of UTF-8; none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(size).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return b""


def is_markup(start: bytes) -> bool:
    """Whether a text begins with a tag, a comment or a declaration, in whichever encoding."""
    return start.lstrip(b"\xff\xfe\0 \t\r\n")[:1] == b"<"


def whole(path: Path, largest: int = LARGEST) -> bytes | Problem:
    """All bytes of a file, or why they are not read."""
    try:
        if path.stat().st_size > largest:
            return Problem(path_text(path), f"larger than {largest >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        return Problem(path_text(path), reason(error))
