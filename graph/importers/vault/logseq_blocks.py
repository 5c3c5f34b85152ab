"""The blocks of a Logseq page, in Markdown or Org: their texts, properties, times and clocks.

https://docs.logseq.com; a block begins at a bullet (`- ` in Markdown, stars in Org) and has all lines up to the next.
What stands in a fence of code is text, whatever it looks like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BULLET = re.compile(r"(?P<indent>[ \t]*)-(?:[ ](?P<rest>.*))?\Z")
_STARS = re.compile(r"(?P<indent>\*+)[ ](?P<rest>.*)\Z")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_BEGIN, _END = re.compile(r"\s*#\+BEGIN_(\w+)", re.IGNORECASE), re.compile(r"\s*#\+END_(\w+)", re.IGNORECASE)
_CODE = frozenset(("SRC", "EXAMPLE", "QUERY", "EXPORT"))
_PROPERTY = re.compile(r"\s*(?P<name>[^\s:#`]+)::(?:[ \t]+(?P<value>.*?))?[ \t]*\Z")
_DRAWN = re.compile(r"\s*:(?P<name>[^\s:]+):(?:[ \t]+(?P<value>.*?))?[ \t]*\Z")
_KEYWORD = re.compile(r"#\+(?P<name>\w+):[ \t]*(?P<value>.*?)[ \t]*\Z")
_DRAWER = re.compile(r"\s*:(LOGBOOK|PROPERTIES|END):\s*\Z", re.IGNORECASE)
_PLANNED = re.compile(r"\s*(?:SCHEDULED|DEADLINE): <")


@dataclass(slots=True)
class Block:
    """One block. `depth` grows with the indentation; -1 is what stands before the first one."""

    depth: int
    text: list[str] = field(default_factory=list)
    properties: dict[str, list[str]] = field(default_factory=dict)
    planned: list[str] = field(default_factory=list)
    logbook: list[str] = field(default_factory=list)
    _drawer: str = ""

    def take(self, line: str, *, org: bool, code: bool) -> None:
        """One line more."""
        drawer = None if code else _DRAWER.match(line)
        if drawer:
            self._drawer = drawer[1].upper().replace("END", "")
        elif self._drawer == "LOGBOOK":
            self.logbook.append(line.strip())
        elif not code and _PLANNED.match(line):
            self.planned.append(line.strip())
        else:
            self._said(line, org=org, code=code)

    def _said(self, line: str, *, org: bool, code: bool) -> None:
        drawn = self._drawer == "PROPERTIES"
        pattern = _DRAWN if drawn else _KEYWORD if org and self.depth < 0 else _PROPERTY
        match = pattern.match(line) if not code and (drawn or not org or self.depth < 0) else None
        if match:
            self.properties.setdefault(match["name"], []).append(match["value"] or "")
        elif line.strip() or self.text:
            self.text.append(line)

    def given(self, *names: str) -> list[str]:
        """The values of properties; small letters and capitals are one to Logseq."""
        return [value for name, values in self.properties.items() if name.lower() in names for value in values]

    @property
    def id_(self) -> str:
        """What other blocks call it, "" where none does."""
        return next(iter(self.given("id")), "").strip()


def blocks(text: str, *, org: bool) -> Iterator[Block]:
    """All blocks in their order, what stands before the first one included."""
    block, closing = Block(-1), ""
    for line in text.splitlines():
        bullet = None if closing else (_STARS if org else _BULLET).match(line)
        if bullet:
            yield block
            block = Block(len(bullet["indent"].expandtabs(2)))
        said = (bullet["rest"] or "") if bullet else line
        before, closing = closing, _closing(said, closing)
        block.take(said, org=org, code=bool(before or closing))
    yield block


def _closing(line: str, closing: str) -> str:
    """What will end the code that goes on after this line, "" where none does."""
    if closing == "fence":
        return "" if _FENCE.match(line) else closing
    if closing:
        end = _END.match(line)
        return "" if end and end[1].upper() == closing else closing
    begin = _BEGIN.match(line)
    if begin:
        return begin[1].upper() if begin[1].upper() in _CODE else ""
    return "fence" if _FENCE.match(line) else ""
