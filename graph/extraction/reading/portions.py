"""What a record says as one text, and the portions of it that a model reads, cut where it pauses. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from graph.extraction.sources import Passage
from graph.lexicon.words import BY_CHARACTER

LONGEST = 3_000
"""Characters of a portion."""

MOST = 50
"""Portions of one record that are read."""

_PAUSES = ("\n\n", "\n", ". ", " ")
_BETWEEN = "\n\n"
_TRIES = 1_000
"""Places at which words are looked for that are parts of longer ones everywhere."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the whole text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def sha256(self) -> bytes:
        return sha256(self.text.encode()).digest()


class Whole:
    """The columns of a record, one after the other."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self.text = _BETWEEN.join(passage.text for passage in passages)

    def portions(self) -> Iterator[Portion]:
        """All parts that say anything, in order."""
        at = 0
        while at < len(self.text):
            end = _cut(self.text, at)
            if self.text[at:end].strip():
                yield Portion(at, self.text[at:end])
            at = end

    def place(self, start: int, end: int) -> tuple[Passage, int] | None:
        """The column that these characters stand in, and where it begins; None where they reach beyond it."""
        begin = 0
        for passage in self._passages:
            if begin <= start and end <= begin + len(passage.text):
                return passage, begin
            begin += len(passage.text) + len(_BETWEEN)
        return None


def _cut(text: str, at: int) -> int:
    """Where a portion that begins here ends: behind the last pause of its second half."""
    end = at + LONGEST
    if end >= len(text):
        return len(text)
    for pause in _PAUSES:
        place = text.rfind(pause, at + LONGEST // 2, end)
        if place >= 0:
            return place + len(pause)
    return end


def find_words(text: str, words: str, start: int, end: int) -> int:
    """Where these words stand between `start` and `end` without being parts of longer ones, or -1."""
    at = text.find(words, start, end)
    for _ in range(_TRIES):
        if at < 0 or not (_joined(text, at) or _joined(text, at + len(words))):
            return at
        at = text.find(words, at + 1, end)
    return -1


def _joined(text: str, at: int) -> bool:
    """Whether a word goes on across this place."""
    around = text[at - 1 : at + 1] if at else ""
    return len(around) == 2 and around.isalnum() and not BY_CHARACTER.search(around)
