"""The lines of a WhatsApp chat as text: where a message begins, when it was sent, who sent it, and all its lines.

The telephone writes dates as its language does, and the file does not say which language that was. Three orders of day,
month and year are tried on the whole file: the one that makes it run forward, and over the shortest time, is meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from graph.importers.decoding import decode

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Marks of writing direction, as they stand in a set of an expression: iOS puts them before what is not typed."""

_M = f"[{MARKS}]*"
_HEAD = re.compile(
    rf"{_M}(?P<ios>\[)?{_M}(?P<a>\d{{1,4}}){_M}(?P<dot>\s?[./-]\s?|[年년]\s?){_M}(?P<b>\d{{1,2}}){_M}"
    rf"(?:\s?[./-]\s?|[月월]\s?){_M}(?P<c>\d{{1,4}})(?P<before>[^\d\[\]\n]{{1,18}}?)"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?P<after>[^\d\[\]:\n]{0,14}?)"
    rf"(?(ios)\][ ]?|{_M}(?:\s[-\u2013]|:){_M}\s)"
)
_SENDER = re.compile(rf"{_M}(?P<name>[^:\n\"“”«»]{{1,200}}?){_M}:(?:[ ]|\Z)")
_WORDS = re.compile(r"[\s,]+")
_FORENOON = frozenset(re.split(" ", "am vorm öö sa pg de πμ ص قظ 上午 早上 凌晨 午前 오전 पूर्वाह्न"))
_AFTERNOON = frozenset(re.split(" ", "pm nachm ös ch ptg du μμ م بظ 下午 中午 晚上 午後 오후 अपराह्न"))
_ORDERS = ("dmy", "mdy", "ymd")
_FIRST_YEAR, _LAST_YEAR = 2009, 2200
_BUDDHIST = 543


@dataclass(slots=True)
class Said:
    """A message as the file has it; `sender` is empty for what WhatsApp says itself."""

    sent_at: datetime
    sender: str
    text: str


@dataclass(slots=True)
class _Head:
    parts: tuple[int, int, int]
    clock: tuple[int, int, int]
    shape: tuple[object, ...]
    rest: str

    def day(self, order: str) -> date | None:
        year, month, day = (self.parts[order.index(letter)] for letter in "ymd")
        year = year + 2000 if year < 100 else year - _BUDDHIST if year > _LAST_YEAR else year
        try:
            return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
        except ValueError:
            return None


@dataclass(slots=True)
class _Trial:
    """How well an order of day, month and year fits: days that do not exist, steps back, days from first to last."""

    first: date | None = None
    last: date | None = None
    wrong: int = 0
    back: int = 0

    def take(self, day: date | None) -> None:
        if day is None:
            self.wrong += 1
            return
        self.first = self.first or day
        self.back += self.last is not None and day < self.last
        self.last = day

    @property
    def cost(self) -> tuple[int, int, int]:
        span = abs((self.last - self.first).days) if self.first and self.last else 0
        return self.wrong, self.back, span


@dataclass(slots=True)
class Chat:
    """One file. `begin` looks at the whole of it and must come first; `messages` streams. Both raise OSError."""

    path: Path
    order: str = "dmy"
    warnings: list[str] = field(default_factory=list)
    _shape: tuple[object, ...] | None = None

    def begin(self) -> None:
        """Find out how dates are written."""
        trials = {order: _Trial() for order in _ORDERS}
        for line in self._lines():
            head = self._head(line)
            if head:
                self._shape = self._shape or head.shape
                for order, trial in trials.items():
                    trial.take(head.day(order))
        american = self._shape is not None and self._shape[1:] == ("/", True)
        usual = ("mdy", "dmy", "ymd") if american else _ORDERS
        self.order = min(usual, key=lambda order: trials[order].cost)

    def messages(self) -> Iterator[Said | str]:
        """Every message with all its lines; a text is what stands before the first one."""
        said: Said | None = None
        lines: list[str] = []
        for line in self._lines():
            head = self._head(line)
            day = head.day(self.order) if head else None
            if head is None or day is None:
                lines.append(line)
                continue
            yield from _ended(said, lines)
            sender = _SENDER.match(head.rest)
            said = Said(datetime(day.year, day.month, day.day, *head.clock, tzinfo=UTC), _name(sender), "")
            lines = [head.rest[sender.end() :] if sender else head.rest]
        yield from _ended(said, lines)

    def _lines(self) -> Iterator[str]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                decoded = decode(line.rstrip(b"\r\n"))
                told = [f"line {number}: {warning}" for warning in decoded.warnings]
                self.warnings += [warning for warning in told if warning not in self.warnings]
                yield decoded.text

    def _head(self, line: str) -> _Head | None:
        """The beginning of a message, written as the first one in the file was."""
        match = _HEAD.match(line)
        clock = _clock(match) if match else None
        if match is None or clock is None:
            return None
        shape = (match["ios"], match["dot"].strip(), bool(_half(match)))
        if self._shape not in (None, shape):
            return None
        return _Head((int(match["a"]), int(match["b"]), int(match["c"])), clock, shape, line[match.end() :])


def is_message(line: str) -> bool:
    """Whether a message begins here."""
    match = _HEAD.match(line)
    return match is not None and _clock(match) is not None


def _ended(said: Said | None, lines: list[str]) -> Iterator[Said | str]:
    text = "\n".join(lines)
    if said:
        said.text = text
        yield said
    elif text.strip():
        yield text


def _name(sender: re.Match[str] | None) -> str:
    """The sender; a tilde before it says that it is the name that someone unknown gave themselves."""
    return re.sub(f"[{MARKS}]", "", sender["name"]).strip().removeprefix("~").strip() if sender else ""


def _half(match: re.Match[str]) -> str:
    """`am`, `pm`, or nothing where the clock has 24 hours."""
    for word in _WORDS.split(f"{match['before']} {match['after']}"):
        letters = re.sub(r"[^\w\u0900-\u097f]", "", word).casefold()
        if letters in _FORENOON or letters in _AFTERNOON:
            return "am" if letters in _FORENOON else "pm"
    spelled = re.sub(r"[\W_]", "", match["after"]).casefold()
    return spelled if spelled in ("am", "pm") else ""


def _clock(match: re.Match[str]) -> tuple[int, int, int] | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = _half(match)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
