"""What is read of a document, whatever its format: its text up to a bound, and what it says of itself."""

from dataclasses import dataclass, field
from datetime import datetime

from graph.importers.decoding import storable

LARGEST_TEXT = 10_000_000
"""Characters that are kept of a text: enough for any book, and little enough for the indexes of the column."""


class Unreadable(Exception):
    """There is no text to be had: the message says why."""


@dataclass(slots=True)
class Paper:
    """The text comes in pieces; more than fits is left out and told."""

    title: str | None = None
    creator: str | None = None
    description: str | None = None
    language: str | None = None
    keywords: list[str] = field(default_factory=list)
    created: datetime | None = None
    pages: int | None = None
    warnings: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _size: int = 0

    @property
    def full(self) -> bool:
        """Whether nothing more fits."""
        return self._size >= LARGEST_TEXT

    def write(self, piece: str) -> None:
        """Add to the text what still fits."""
        if self.full:
            return
        piece = piece[: LARGEST_TEXT - self._size]
        self._pieces.append(piece)
        self._size += len(piece)
        if self.full:
            self.warnings.append(f"only the first {LARGEST_TEXT} characters of the text are kept")

    @property
    def text(self) -> str:
        """The text as it can be stored, without what stands around it."""
        return storable("".join(self._pieces)).strip()


def phrase(value: object) -> str | None:
    """A line of what a document says of itself."""
    if not isinstance(value, str):
        return None
    return " ".join(storable(value).split())[:1000] or None
