"""An OPML document as a flat list of outlines that know what is above them, and such a list as Markdown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from graph.importers.decoding import storable

_BARE = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)")
_MENDED = "the file is no valid XML: & was taken for &amp;"
_DEEPEST = 100
"""Levels; what is nested deeper stands beside what it is inside of."""

_DONE = ("_complete", "_status", "complete", "checked")


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline: its attributes by name, and the names of the outlines that it is inside of."""

    attributes: Mapping[str, str]
    above: tuple[str, ...]

    @property
    def name(self) -> str:
        """The title where there is one, else the text."""
        return (self.attributes.get("title") or self.attributes.get("text") or "").strip()

    def besides(self, said: frozenset[str]) -> dict[str, str]:
        """The attributes that are not among these and not empty."""
        return {name: value for name, value in self.attributes.items() if value and name not in said}


@dataclass(frozen=True, slots=True)
class Document:
    """What the head says by name, and all outlines, those above first. `broken` is why it ended early."""

    head: Mapping[str, str]
    outlines: Sequence[Outline]
    warnings: tuple[str, ...] = ()
    broken: str = ""


def document(data: bytes) -> Document:
    """Reads a document; bare ampersands, which many programs write, are mended."""
    root, error = _tree(data)
    warnings: tuple[str, ...] = ()
    if error and _BARE.search(data):
        mended, still = _tree(_BARE.sub(b"&amp;", data))
        if mended is not None:
            root, error, warnings = mended, still, (_MENDED,)
    if root is None:
        return Document({}, (), warnings, error)
    fields = {one.tag: storable((one.text or "").strip()) for one in _children(root.find("head"))}
    outlines = _flat(root)
    return Document({name: text for name, text in fields.items() if text}, outlines, warnings, error)


def _tree(data: bytes) -> tuple[ElementTree.Element | None, str]:
    """The root as far as the file goes, and why it does not go on. Of entities a hundred times as much could come."""
    if b"<!ENTITY" in data.replace(b"\0", b""):
        return None, "it declares entities, which are not read"
    builder = ElementTree.TreeBuilder()
    roots: list[ElementTree.Element] = []
    parser = ElementTree.XMLParser(target=_Remembering(builder, roots))
    try:
        parser.feed(data)
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError, AssertionError) as wrong:
        return (roots[0] if roots else None), f"no valid XML: {wrong}"
    return roots[0], ""


class _Remembering:
    """Builds a tree and keeps its root, which TreeBuilder itself gives only of a whole document."""

    def __init__(self, builder: ElementTree.TreeBuilder, roots: list[ElementTree.Element]) -> None:
        self._roots = roots
        self._start = builder.start
        self.end = builder.end
        self.data = builder.data

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = self._start(tag, attributes)
        if not self._roots:
            self._roots.append(element)

    def close(self) -> None:
        """The tree is in `roots`."""


def _flat(root: ElementTree.Element) -> list[Outline]:
    """Without recursion, for a file may nest as deep as it likes."""
    found: list[Outline] = []
    body = root.find("body")
    waiting: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(one, ()) for one in reversed(_children(body))]
    while waiting:
        element, above = waiting.pop()
        if element.tag != "outline":
            continue
        outline = Outline({name: storable(value) for name, value in element.attrib.items()}, above)
        found.append(outline)
        inside = (*above, outline.name) if len(above) < _DEEPEST else above
        waiting += [(child, inside) for child in reversed(element)]
    return found


def _children(element: ElementTree.Element | None) -> list[ElementTree.Element]:
    return [] if element is None else list(element)


def markdown(outlines: Sequence[Outline]) -> str:
    """A nested list; notes of an outline stand below it, what is done has its box checked."""
    return "".join(_bullet(outline) for outline in outlines)


def _bullet(outline: Outline) -> str:
    indent = "  " * min(len(outline.above), 100)
    said = outline.attributes
    text = (said.get("text") or said.get("title") or "").strip()
    url = said.get("url") or said.get("htmlUrl")
    words = f"[{text}]({url})" if url else text
    status = next((said[name].lower() for name in _DONE if said.get(name)), "")
    box = {"": "", "true": "[x] ", "checked": "[x] ", "unchecked": "[ ] ", "false": "[ ] "}.get(status, "")
    lines = [f"{box}{words}", *(said.get("_note") or "").strip().split("\n")]
    first, *more = [line for part in lines for line in part.split("\n")]
    return f"{indent}- {first}\n" + "".join(f"{indent}  {line}\n" for line in more if line.strip())
