"""A Netscape bookmark file as a stream of folders that open and close, and of pages with all that was said of them.

There is no standard but what browsers do: https://learn.microsoft.com/en-us/previous-versions/windows/internet-explorer/
ie-developer/platform-apis/aa753582(v=vs.85). DT, DD and DL are rarely closed; Pocket writes H1, UL and LI instead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

LONGEST_TAG = 4 * 1024 * 1024
"""Characters; a tag that is still open then was never closed."""

_AT_ONCE = 64 * 1024
"""Characters; the parser looks through an open tag anew each time that it gets some."""

_KEPT = ("h1", "h3", "a", "dd")


@dataclass(slots=True)
class Mark:
    """A page (`tag` is a) or a heading (h1, h3): what its tag says, its text, and the description after it."""

    tag: str
    attributes: dict[str, str]
    raw: str
    line: int
    text: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A list begins (1) or ends (-1)."""

    step: int


class TooLong(ValueError):
    """A tag that never ends."""


def marks(lines: Iterable[str]) -> Iterator[Mark | Level]:
    """What a file says, in its order. Raises TooLong where it is no such file any more."""
    reader = _Reader()
    for piece in _pieces(lines):
        reader.feed(piece.replace("<![", "&lt;!["))  # at which html.parser may raise
        if len(reader.rawdata) > LONGEST_TAG:
            raise TooLong("a tag that never ends")
        yield from reader.taken()
    if not reader.rawdata.startswith("<"):  # a tag that never ended is none
        reader.close()
    reader.finish()
    yield from reader.taken()


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Whole lines, many together."""
    together: list[str] = []
    size = 0
    for line in lines:
        together.append(line)
        size += len(line)
        if size >= _AT_ONCE:
            yield "".join(together)
            together, size = [], 0
    yield "".join(together)


@dataclass(slots=True)
class _Text:
    """Where text goes: nowhere, into a title or into a description."""

    mark: Mark | None = None
    place: str = ""
    parts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._done: list[Mark | Level] = []
        self._last: Mark | None = None
        self._open = _Text()

    def taken(self) -> list[Mark | Level]:
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        self._settle()
        if self._last is not None:
            self._done.append(self._last)
            self._last = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("dl", "ul"):
            self._level(1)
        elif tag == "dd" and self._last is not None:
            self._settle()
            self._open = _Text(self._last, "description")
        elif tag in _KEPT and tag != "dd":
            self.finish()
            given = {name: value or "" for name, value in reversed(attrs)}
            self._last = Mark(tag, dict(reversed(given.items())), self.get_starttag_text() or "", self.getpos()[0])
            self._open = _Text(self._last, "text")
        elif tag in ("dt", "li", "hr"):
            self.finish()
        elif tag == "br":
            self._open.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("dl", "ul"):
            self._level(-1)
        elif tag in _KEPT:
            self._settle()

    def handle_data(self, data: str) -> None:
        if self._open.mark is not None:
            self._open.parts.append(data)

    def _level(self, step: int) -> None:
        self.finish()
        self._done.append(Level(step))

    def _settle(self) -> None:
        mark, text = self._open.mark, "".join(self._open.parts).strip()
        if mark is not None and self._open.place == "text":
            mark.text = " ".join(text.split())
        elif mark is not None:
            mark.description = "\n".join(filter(None, (mark.description, text)))
        self._open = _Text()
