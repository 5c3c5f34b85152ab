"""One card while it becomes rows: labels, types and preferences of its properties, and the rows of its parts."""

import re
from collections import Counter
from collections.abc import Mapping

from graph.importers.base import Item, Row, To
from graph.importers.keys import digest
from graph.importers.lines.contentlines import Component, Line
from graph.importers.lines.draft import Draft

_SAID = frozenset(("TYPE", "PREF", "VALUE", "ENCODING", "CHARSET"))
_NOISE = frozenset(("pref", "internet"))
"""Types that say nothing of a kind: preference has its column, and every address is of the Internet today."""
_APPLE = re.compile(r"_\$!<(.*)>!\$_\Z", re.DOTALL)


class Card:
    """The draft of a card, under its `key`. `parts` are the rows beside the card's own, `files` what it carries."""

    def __init__(self, component: Component, key: str) -> None:
        self.key = key
        self.draft = Draft(component)
        self.parts: list[Row] = []
        self.files: list[Item] = []
        self._names: Counter[str] = Counter()
        self._labels = self._by_group("X-ABLABEL")
        self._countries = self._by_group("X-ABADR")

    def add(self, table: str, kind: str, name: str, values: Mapping[str, object]) -> None:
        """A row that belongs to the card. It stays the same row as long as its `name`, mostly its value, does."""
        key = f"{self.key}/{kind}:{digest(name)[:16]}"
        self._names[key] += 1
        if self._names[key] > 1:
            key = f"{key}#{self._names[key]}"
        self.parts.append(Row(table, key, {"contact_id": To(self.key), **values}))

    def describe(self, line: Line) -> dict[str, object]:
        """The columns `type`, `pref`, `caption` and `parameters` of a property; the line is done with."""
        self.draft.accept(line)
        types = [word for word in types_of(line) if word not in _NOISE]
        return {
            "type": types,
            "pref": preference(line),
            "caption": self.label(line) or None,
            "parameters": parameters(line),
        }

    def label(self, line: Line) -> str:
        """The owner's own word for a property (Apple's X-ABLabel of the same group), or nothing."""
        label = self._labels.get(line.group)
        if label is None or not line.group:
            return ""
        self.draft.accept(label)
        text = label.text.strip()
        own = _APPLE.match(text)
        return own[1] if own else text

    def country(self, line: Line) -> str | None:
        """The ISO code of an address: parameter CC (RFC 8605) or Apple's X-ABADR of the same group."""
        apple = self._countries.get(line.group) if line.group else None
        code = (line.param("CC") or (apple.text if apple else "")).strip().upper()
        if not re.fullmatch(r"[A-Z]{2}", code):
            return None
        if apple:
            self.draft.accept(apple)
        return code

    def _by_group(self, name: str) -> dict[str, Line]:
        lines = self.draft.every(name)
        for line in lines:
            self.draft.keep(line)
        return {line.group: line for line in lines}


def types_of(line: Line) -> list[str]:
    """All TYPEs in small letters, each once; vCard 4 quotes several as one: TYPE="home,voice"."""
    words = (word.strip().lower() for value in line.params.get("TYPE", ()) for word in value.split(","))
    return list(dict.fromkeys(word for word in words if word))


def preference(line: Line) -> int | None:
    """PREF, where 1 is preferred most; vCard 3 only knows TYPE=pref."""
    text = line.param("PREF")
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 100:
        return int(text)
    return 1 if "pref" in types_of(line) else None


def typed_parameters(line: Line, *said: str) -> dict[str, object]:
    """The `parameters` of a row that has no column for TYPE; of the types those that are not `said` otherwise."""
    left = [word for word in types_of(line) if word not in _NOISE and word not in said]
    return parameters(line) | ({"TYPE": left} if left else {})


def parameters(line: Line, *said: str) -> dict[str, object]:
    """The parameters that have no column of their own, and the group."""
    found: dict[str, object] = {"group": line.group.lower()} if line.group else {}
    for name, values in line.params.items():
        if name not in _SAID and name not in said:
            found[name] = values[0] if len(values) == 1 else list(values)
    return found
