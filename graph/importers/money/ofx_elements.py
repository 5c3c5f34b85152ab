"""Reads OFX 1 (SGML, where most end tags are missing) and OFX 2 (XML) as elements, one statement line at a time.

Banks write both so freely that one tolerant reader does for all: what has text is a value and ends with it, what has
none is an aggregate until its end tag, and an aggregate that ends without one had nothing in it.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from graph.importers.decoding import storable

LARGEST = 8_000_000
"""Characters of the longest text between two tags; a file with more is none of a bank."""

_DEEPEST = 100
_PIECE = 1 << 20
_HEADER = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:OFXHEADER|<OFX>|<\?OFX)", re.IGNORECASE
)
_TAG = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<[!?][^>]*>|<(?P<end>/?)(?P<name>[A-Za-z][\w.]*)\s*(?P<empty>/?)>", re.S
)
_ENCODING = re.compile(rb"""(ENCODING|CHARSET)\s*[:=]\s*["']?([\w.-]+)""", re.IGNORECASE)
_CHARSETS = {"1252": "cp1252", "ISO-8859-1": "cp1252", "8859-1": "cp1252", "UTF-8": "utf-8", "UNICODE": "utf-8"}


@dataclass(slots=True)
class Element:
    """`text` is the value of a leaf. Names are in capital letters."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def find(self, *names: str) -> "Element | None":
        """The first element on this path below."""
        found: Element | None = self
        for name in names:
            found = next((child for child in found.children if child.name == name), None) if found else None
        return found

    def value(self, *names: str) -> str:
        """The text of the first leaf on this path, or ""."""
        found = self.find(*names)
        return found.text if found else ""

    def written(self) -> str:
        """The element as XML."""
        inside = html.escape(self.text, quote=False) + "".join(child.written() for child in self.children)
        return f"<{self.name}>{inside}</{self.name}>"

    def first(self, name: str) -> "Element | None":
        """The first element of this name, however deep below."""
        for child in self.children:
            found = child if child.name == name else child.first(name)
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Ended:
    """An element that has ended, and the names of those around it, outermost first."""

    element: Element
    around: tuple[str, ...]

    @property
    def parent(self) -> str:
        return self.around[-1] if self.around else ""


def looks_like_ofx(path: Path) -> bool:
    """By the header or the first tag, which may come after some blank lines."""
    try:
        with path.open("rb") as file:
            head = file.read(2048)
    except OSError:
        return False
    return bool(_HEADER.match(head.replace(b"\0", b"")))


def elements(file: IO[bytes], kept: frozenset[str]) -> Iterator[Ended]:
    """Every element when it ends. Those whose parent is in `kept` are forgotten then, so that memory stays small."""
    stack = [Element("")]
    for tag, name, text in _events(file):
        if not tag:
            if len(stack) > 1 and text:
                stack[-1].text += text
        elif tag == "start":
            yield from _value(stack, kept) if len(stack) < _DEEPEST else _empty(stack, kept)
            stack.append(Element(name))
        elif any(element.name == name for element in stack[1:]):
            while stack[-1].name != name:
                yield from _empty(stack, kept)
            yield _end(stack, kept)
    while len(stack) > 1:
        yield from _empty(stack, kept)


def _value(stack: list[Element], kept: frozenset[str]) -> Iterator[Ended]:
    """A leaf ends where the next tag begins."""
    if stack[-1].text:
        yield _end(stack, kept)


def _empty(stack: list[Element], kept: frozenset[str]) -> Iterator[Ended]:
    """What ends without an end tag is a leaf: what seemed to be in it comes after it."""
    element = stack[-1]
    children, element.children = element.children, []
    yield _end(stack, kept)
    stack[-1].children += children


def _end(stack: list[Element], kept: frozenset[str]) -> Ended:
    element = stack.pop()
    if stack[-1].name not in kept:
        stack[-1].children.append(element)
    return Ended(element, tuple(one.name for one in stack[1:]))


def _events(file: IO[bytes]) -> Iterator[tuple[str, str, str]]:
    """("start", name, ""), ("end", name, "") and ("", "", text) in the order of the file."""
    rest = ""
    begun = False
    for piece in _texts(file):
        rest += piece
        place = 0
        for tag in _TAG.finditer(rest):
            if begun and (text := html.unescape(rest[place : tag.start()]).strip()):
                yield "", "", storable(text)
            place = tag.end()
            if tag["cdata"] and begun:
                yield "", "", storable(tag["cdata"])
            if tag["name"]:
                begun = True
                yield "end" if tag["end"] else "start", tag["name"].upper(), ""
            if tag["name"] and tag["empty"]:
                yield "end", tag["name"].upper(), ""
        rest = rest[place:][-LARGEST:]
    if begun and (text := html.unescape(rest.partition("<")[0]).strip()):
        yield "", "", storable(text)


def _texts(file: IO[bytes]) -> Iterator[str]:
    head = file.read(_PIECE)
    decoder = codecs.getincrementaldecoder(_encoding(head))("replace")
    while head:
        yield decoder.decode(head)
        head = file.read(_PIECE)
    yield decoder.decode(b"", final=True)


def _encoding(head: bytes) -> str:
    """What the header says if the first bytes agree: many a bank writes UTF-8 and says USASCII."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        named = {name.upper(): value.decode().upper() for name, value in _ENCODING.findall(head[:2048])}
        said = _CHARSETS.get(named.get(b"CHARSET", ""), "cp1252")
        return "cp1252" if said == "utf-8" else said
    return "utf-8"
