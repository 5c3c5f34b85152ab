"""A file that says more than the books hold, kept whole beside them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.files import file_item

LARGEST = 64 * 1024 * 1024


def kept_whole(path: Path, media_type: str, unbooked: Iterable[str]) -> Item | Problem:
    """The file with its bytes and a warning that names what is not booked. Raises OSError."""
    names = ", ".join(unbooked)
    if path.stat().st_size > LARGEST:
        return Problem(path_text(path), f"not booked, and the file is too large to be kept for it: {names}")
    item = file_item(path.read_bytes(), media_type, path_text(path.name), path_text(path))
    return replace(item, warnings=(f"not booked, the file is kept for it: {names}",))
