"""XML files, element by element: constant memory, no entities, nothing fetched, the good part of a broken file.

Names are taken as written, without prefix: files in the wild use prefixes that they never declare. A document type
is blanked before it is parsed (some of Apple's own are malformed), so nothing can be declared that expands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest element that is read as a whole."""

_HEAD = 256 * 1024
_CHUNK = 32 * 1024
_DEEPEST = 100
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_VISIBLE = re.compile(rb"[^\r\n]")


class BrokenXml(ValueError):
    """The file cannot be read beyond a line."""


@dataclass(slots=True)
class Element:
    """A whole element. `name` is without prefix; `text` is what stands before the first child and between them."""

    name: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def child(self, name: str) -> "Element | None":
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def every(self, name: str) -> list["Element"]:
        """All children of this name."""
        return [child for child in self.children if child.name == name]

    def said(self, name: str) -> str:
        """The text of the first child of this name, without blanks around it."""
        child = self.child(name)
        return child.text.strip() if child else ""

    def written(self) -> str:
        """The element as XML again."""
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        if not self.children and not self.text:
            return f"<{self.name}{attributes}/>"
        inner = escape(self.text if not self.children else self.text.strip())
        return f"<{self.name}{attributes}>{inner}{''.join(one.written() for one in self.children)}</{self.name}>"


@dataclass(frozen=True, slots=True)
class Opened:
    """A container begins; its first byte is at `offset`."""

    name: str
    attributes: dict[str, str]
    offset: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A container has ended; its closing tag begins at `offset`."""

    name: str
    offset: int


Part = Opened | Closed | Element


def parts(file: IO[bytes], containers: frozenset[str]) -> Iterator[Part]:
    """What is in the file, in order: containers are opened and closed, all that stands in them comes whole.

    Raises BrokenXml where the file cannot be read further, after everything that came before.
    """
    beginning = _without_doctype(file.read(_HEAD))
    blank = len(beginning) - len(beginning.lstrip())  # the declaration of XML must stand at the very beginning
    walk = _Walk(containers, blank)
    for chunk in _chunks(beginning[blank:], file):
        broken = walk.feed(chunk)
        yield from walk.found
        walk.found.clear()
        if broken:
            raise BrokenXml(broken)


def _chunks(beginning: bytes, file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces, the last one empty."""
    for start in range(0, len(beginning), _CHUNK):
        yield beginning[start : start + _CHUNK]
    while chunk := file.read(_CHUNK):
        yield chunk
    yield b""


def _without_doctype(head: bytes) -> bytes:
    """The same with blanks in place of a document type, so that lines and offsets stay what they are."""
    match = _DOCTYPE.match(
        head, max(head.find(b"<!DOCTYPE"), 0)
    )  # there is only one, and no search for the end of each
    if match is None:
        return head
    return head[: match.start()] + _VISIBLE.sub(b" ", match[0]) + head[match.end() :]


class _Walk:
    """The parser and what it has found. `_open` are containers, `_inside` the elements of the one being read."""

    def __init__(self, containers: frozenset[str], skipped: int) -> None:
        self.found: list[Part] = []
        self._skipped = skipped
        self._containers = containers
        self._open: list[str] = []
        self._inside: list[Element] = []
        self._began = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity

    def feed(self, chunk: bytes) -> str:
        """Parse some bytes, none at the end; returns what is wrong with them, or nothing."""
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            return f"line {error.lineno}: {expat.ErrorString(error.code)}"
        except (BrokenXml, LookupError, UnicodeError, ValueError) as error:
            return f"line {self._parser.CurrentLineNumber}: {error}"
        return ""

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        inside = self._inside
        if not inside and name in self._containers:
            self._open.append(name)
            self.found.append(Opened(name, attributes, self._skipped + self._parser.CurrentByteIndex))
            return
        element = Element(name, attributes)
        if inside:
            inside[-1].children.append(element)
            if len(inside) > _DEEPEST:
                raise BrokenXml(f"{inside[0].name} is nested deeper than {_DEEPEST} levels")
            if self._parser.CurrentByteIndex - self._began > LARGEST:
                raise BrokenXml(f"{inside[0].name} is too large to be read")
        else:
            self._began = self._parser.CurrentByteIndex
        inside.append(element)

    def _end(self, _: str) -> None:
        if not self._inside:
            self.found.append(Closed(self._open.pop(), self._skipped + self._parser.CurrentByteIndex))
            return
        element = self._inside.pop()
        if not self._inside:
            self.found.append(element)

    def _text(self, text: str) -> None:
        if self._inside:
            element = self._inside[-1]
            element.text = element.text + text if element.text else text
            if len(element.text) > LARGEST:
                raise BrokenXml(f"{self._inside[0].name} is too large to be read")

    def _entity(self, name: str, *_: object) -> None:
        raise BrokenXml(f"it declares an entity ({name}), which is not read")
