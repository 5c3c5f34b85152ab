"""The fields of an entry of BibTeX with nothing left to look up: strings put in, pieces joined, parents asked."""

import re
from collections.abc import Mapping

from bibtexparser.model import Entry

Fields = Mapping[str, str]

_LONGEST = 1_000_000
_DEEPEST = 5
_PARENTS = ("crossref", "xdata")
_OWN = frozenset((
    "title", "subtitle", "titleaddon", "shorttitle", "sorttitle", "author", "doi", "url", "urldate", "pages", "note",
    "abstract", "keywords", "file", "crossref", "xref", "xdata", "ids", "entryset", "annotation", "annote", "label",
    "booktitle", "booksubtitle", "pagetotal",
))  # fmt: skip
"""What an entry does not take from the one that it is in (biblatex, appendix B)."""

_AS_BOOK = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon", "author": "bookauthor"}
_CLOSING = {'"': '"', "{": "}"}
_BARE = re.compile(r"[^\s#{}\",]+")


class Strings:
    """The strings of a file (`@string`), and the months, which every style defines."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self._written = written
        self._known: dict[str, str] = {}

    def resolve(self, value: str, depth: int = 0) -> str:
        """A value with its quotes and braces off and its strings put in; an unknown name stays a name."""
        parts = [self._part(part, depth) for part in pieces(value)]
        return "".join(parts)[:_LONGEST]

    def _part(self, part: str, depth: int) -> str:
        if part[:1] in ('"', "{"):
            return part[1:-1] if part[-1] == _CLOSING[part[0]] and len(part) > 1 else part
        name = part.lower()
        if name not in self._written or depth >= _DEEPEST:
            return part
        if name not in self._known:
            self._known[name] = self.resolve(self._written[name], depth + 1)
        return self._known[name]


def pieces(value: str) -> list[str]:
    """What `#` joins: texts in quotes or braces, and bare words."""
    if "#" not in value:
        return [value.strip()] if value.strip() else []
    found, at = [], 0
    while at < len(value):
        if value[at] in ('"', "{"):
            end = _closing(value, at)
        else:
            bare = _BARE.match(value, at)
            end = bare.end() if bare else at + 1
            if bare is None:
                at = end
                continue
        found.append(value[at:end])
        at = end
    return found


def _closing(value: str, at: int) -> int:
    """Behind the quote or brace that closes the one at `at`."""
    depth, quoted = 0, value[at] == '"'
    position = at
    while position < len(value):
        sign = value[position]
        if sign == "\\":
            position += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0 and not quoted:
                return position + 1
        elif sign == '"' and quoted and depth == 0 and position > at:
            return position + 1
        position += 1
    return len(value)


def fields_of(entry: Entry, strings: Strings) -> dict[str, str]:
    """The fields by their names in small letters; a field that is said again is joined to the first."""
    found: dict[str, str] = {}
    for field in entry.fields:
        value = strings.resolve(str(field.value)).strip()
        name = field.key.lower()
        if name in found and value and value != found[name]:
            found[name] += ("; " if name not in ("author", "editor") else " and ") + value
        elif value:
            found.setdefault(name, value)
    return found


def inherited(fields: Fields, known: Mapping[str, Fields]) -> dict[str, str]:
    """With what the entries say that it refers to: a book's title is the book's, `xdata` gives all it has."""
    said = dict(fields)
    for name in ("xdata", "crossref"):
        for key in str(fields.get(name, "")).lower().split(","):
            for field, value in _given(known.get(key.strip(), {}), known, name).items():
                said.setdefault(field, value)
    return said


def _given(parent: Fields, known: Mapping[str, Fields], name: str) -> dict[str, str]:
    """What a parent gives; its own parent is asked once."""
    above = known.get(parent.get(name, "").lower(), {})
    full = {field: value for field, value in above.items() if field not in _OWN or name == "xdata"} | dict(parent)
    if name == "xdata":
        return {field: value for field, value in full.items() if field not in _PARENTS}
    given = {field: value for field, value in full.items() if field not in _OWN}
    book = {_AS_BOOK[field]: full[field] for field in _AS_BOOK if field in full}
    return given | book
