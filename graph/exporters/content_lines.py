"""Content lines, as iCalendar (RFC 5545, 6868) and vCard 4 (RFC 6350) are written: `graph.importers.lines` reads them.

What an importer kept raw of a component is written again: in place of our own line where it says the same and more,
else after our own lines.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from graph.exporters.base import Lost, Row
from graph.importers.lines.contentlines import Line, read_line, unfold

WIDTH = 75
"""Octets of the longest physical line."""

_ESCAPES = {"\\": "\\\\", "\n": "\\n", ",": "\\,", ";": "\\;"}
_CARETS = {"^": "^^", "\n": "^n", '"': "^'"}
_SIMPLE = re.compile(r"[^\s\",:;^][^\",:;^]*(?<!\s)\Z")

Params = Mapping[str, str | Sequence[str]]


def escaped(text: str, signs: str = ",;") -> str:
    """A TEXT value; of the signs that may part values only these are escaped."""
    return re.sub(
        r"[\\\n,;]", lambda found: _ESCAPES[found[0]] if found[0] not in ",;" or found[0] in signs else found[0], text
    )


def content_line(name: str, value: str, params: Params, group: str = "") -> str:
    """One unfolded line of a value that is escaped already."""
    said = "".join(f";{key}={','.join(_param(one) for one in _listed(given))}" for key, given in params.items())
    return f"{group}.{name}{said}:{value}" if group else f"{name}{said}:{value}"


def folded(lines: Iterable[str]) -> bytes:
    """Physical lines: no character is cut in two, and no continuation is blank, which readers pass over."""
    return b"".join(_fold(line) for line in lines)


def _fold(line: str) -> bytes:
    if len(line) < WIDTH and line.isascii():
        return line.encode() + b"\r\n"
    if line.isascii() and "  " not in line and not line.endswith(" "):
        octets = line.encode()
        rest = range(WIDTH, len(octets), WIDTH - 1)
        return b"\r\n ".join([octets[:WIDTH], *(octets[at : at + WIDTH - 1] for at in rest)]) + b"\r\n"
    pieces = [bytearray()]
    for character in line:
        octets = character.encode()
        if len(pieces[-1]) + len(octets) > WIDTH and pieces[-1].strip():
            pieces.append(bytearray(b" "))
        pieces[-1] += octets
    if len(pieces) > 1 and not pieces[-1].strip():
        pieces[-2:] = [pieces[-2] + pieces[-1][1:]]
    return b"\r\n".join(pieces) + b"\r\n"


def _listed(given: str | Sequence[str]) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def _param(value: str) -> str:
    text = re.sub(r"[\^\n\"]", lambda found: _CARETS[found[0]], value)
    return text if not text or _SIMPLE.match(text) else f'"{text}"'


class Sheet:
    """The lines of one component while it is written, and what of its record could not be said.

    `raw` is what an importer kept of it: lines, and whole components inside it (which come out in `parts`).
    """

    def __init__(self, label: str, raw: object = ()) -> None:
        self.label = label
        self.lines: list[str] = []
        self.parts: list[list[str]] = []
        self.lost: list[Lost] = []
        self._raw: list[Line] = []
        self._divide(raw if isinstance(raw, list) else [])

    def lose(self, reason: str) -> None:
        """Say what the format has no words for."""
        self.lost.append(Lost(self.label, reason))

    def lose_columns(self, row: Row, *columns: str) -> None:
        """Say which of these columns have a value."""
        for name in columns:
            if row[name] not in (None, False, [], {}, ""):
                self.lose(f"{name} = {row[name]}")

    def lose_fields(self, row: Row, *understood: str) -> None:
        """Say which custom fields are the owner's own."""
        own = sorted(name for name in row["custom_fields"] if name not in understood)
        if own:
            self.lose(f"custom fields: {', '.join(own)}")

    def add(
        self,
        name: str,
        value: str,
        params: Params | None = None,
        group: str = "",
        same: Callable[[Line], bool] | None = None,
    ) -> None:
        """Write a property whose value is escaped. `same` tells whether a raw line says it as well."""
        text = content_line(name, value, params or {}, group)
        mine = read_line(text.encode())
        if mine is None or list(unfold(text.encode())) != [text.encode()]:
            self.lose(f"{name} cannot be written: {value[:60]!r}")
            return
        for kept in self._raw:
            if kept.name == mine.name and kept.group == mine.group and (same or _says(mine))(kept):
                self._raw.remove(kept)
                self.lines.append(kept.raw)
                return
        self.lines.append(text)

    def text(
        self, name: str, value: str | None, params: Params | None = None, group: str = "", signs: str = ",;"
    ) -> None:
        """Write a TEXT property that has a value. `signs` are empty for addresses (URI), which have no escapes."""
        if value is None:
            return
        clean = self.clean(name, value)
        if clean:
            self.add(name, escaped(clean, signs), params, group)

    def clean(self, name: str, value: str) -> str:
        """The text as it can be written: without blanks at its ends, its lines ended by line feeds alone."""
        clean = re.sub(r"\r\n?", "\n", value).strip()
        if clean != value:
            self.lose(f"{name}: blanks at its ends, or carriage returns")
        return clean

    def kept(self, name: str) -> list[Line]:
        """The raw lines of a name that have not been written yet."""
        return [line for line in self._raw if line.name == name]

    def drop(self, line: Line) -> None:
        """Leave out a raw line that our own says as well."""
        self._raw.remove(line)

    @property
    def groups(self) -> set[str]:
        """The groups of the raw lines, in small letters."""
        return {line.group.lower() for line in self._raw if line.group}

    def rest(self) -> None:
        """Write the raw lines that are left."""
        self.lines += [line.raw for line in self._raw]
        self._raw.clear()

    def _divide(self, raw: list[object]) -> None:
        depth = 0
        for text in raw:
            line = read_line(text.encode()) if isinstance(text, str) and _whole(text) else None
            if line is None:
                self.lose(f"a raw line that is no content line: {str(text)[:60]!r}")
                continue
            if line.name == "BEGIN" and depth == 0:
                self.parts.append([])
            if depth or line.name == "BEGIN":
                self.parts[-1].append(line.raw)
                depth += {"BEGIN": 1, "END": -1}.get(line.name, 0)
            elif line.name != "END":
                self._raw.append(line)
        if depth:
            self.lose("a raw part without its end")
            self.parts.pop()


def _whole(text: str) -> bool:
    octets = text.encode("utf-8", "replace")
    return list(unfold(octets)) == [octets]


def _says(mine: Line) -> Callable[[Line], bool]:
    """Whether a line has the same text and at least the same parameters."""
    return lambda kept: kept.text.strip() == mine.text.strip() and mine.params.items() <= dict(kept.params).items()
