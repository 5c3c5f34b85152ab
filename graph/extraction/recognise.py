"""The user's own names in one text, how sure each is, and why. Pure: the same text and names give the same answer.

Measured on labelled texts (SEARCH.md): full names are sure, first names alone are noise. So a full name is worth a
link, and what could be something else (a first name, one word at the start of a sentence, a title, a name that two
share) is worth a question at most. Dates and numbers are no names.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from graph.extraction.mentions import mentions
from graph.extraction.passages import passages
from graph.extraction.recognise_hidden import hidden
from graph.lexicon.addresses import addresses
from graph.lexicon.lexicon import Lexicon
from graph.lexicon.trie import Hit, Spelled
from graph.lexicon.words import BY_CHARACTER, WORD, same_accents

LONGEST_TEXT = 2_000_000
"""Characters of one column that are read; what comes after is left alone."""

MOST_ALIKE = 4
"""A name that more than this many share says nothing."""

_SURE = {"name": 0.95, "title": 0.6, "given": 0.5, "formal": 0.75}
_ADDRESS = {"email": 0.99, "phone": 0.97, "url": 0.99}
_SHARED = 0.6
_LONG_WORD = 4
_OPENING = " \t\r\n*_\"'\u201c\u201e\u00ab\u2018\u00bf\u00a1(["
_GOING_ON = frozenset(",;)]%&/'\"\u2019\u201d\u00bb-\u2013")
_BEFORE = 40
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n\S]*[^\n\s][^\n]*)*")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place of a text that names one of these records, with the confidence of each; `reason` says why so sure."""

    start: int
    end: int
    text: str
    candidates: tuple[tuple[UUID, float], ...]
    reason: str


def recognise(text: str, lexicon: Lexicon, *, markdown: bool = True) -> list[Sighting]:
    """What a text names, from left to right. What Markdown links, code and tags say is left to others."""
    text = text[:LONGEST_TEXT]
    found: list[Sighting] = []
    said = [one.span for one in mentions(text)] if markdown else []
    for start, end in passages(text) if markdown else _paragraphs(text):
        links = said[bisect_left(said, (start, 0)) : bisect_left(said, (end, 0))]
        covered = [*links, *hidden(text, start, end)] if markdown else []
        found += _Passage(text, start, end, lexicon).sightings(covered)
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _PARAGRAPH.finditer(text))


class _Passage:
    """A paragraph, a heading or a row of a table."""

    def __init__(self, text: str, start: int, end: int, lexicon: Lexicon) -> None:
        self.text, self.start, self.end = text, start, end
        self._lexicon = lexicon

    def sightings(self, covered: list[tuple[int, int]]) -> Iterator[Sighting]:
        """Addresses and names where nothing covers them."""
        for start, end in list(_left(self.start, self.end, covered)):
            for first, last, key in addresses(self.text, start, end):
                covered.append((first, last))
                reached = self._lexicon.at(key, self.text[first:last])
                if reached and len({one.record for one in reached}) <= MOST_ALIKE:
                    sure = {one.record: _ADDRESS[one.form] for one in reached}
                    yield sighting_of(self.text, (first, last), sure, "address")
        for start, end in _left(self.start, self.end, covered):
            for hit in self._lexicon.hits(self.text, start, end):
                sure, reason = _weigh(self, hit)
                if sure:
                    yield sighting_of(self.text, (hit.start, hit.end), sure, reason)

    def begins_sentence(self, at: int) -> bool:
        """Whether a sentence begins here, as far as one can see: then a capital says nothing."""
        before = self.text[max(self.start, at - _BEFORE) : at].rstrip(_OPENING)
        return not before or not (before[-1].isalnum() or before[-1] in _GOING_ON)

    @cached_property
    def is_headline(self) -> bool:
        """Whether every longer word is capital, so that a capital says nothing."""
        words = (match.group() for match in WORD.finditer(self.text, self.start, self.end))
        return all(word[0].isupper() for word in words if len(word) >= _LONG_WORD)


def _left(at: int, end: int, covered: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of a passage that are not covered."""
    for start, stop in sorted(covered):
        if start > at:
            yield at, min(start, end)
        at = max(at, stop)
    if at < end:
        yield at, end


def sighting_of(text: str, span: tuple[int, int], sure: dict[UUID, float], reason: str) -> Sighting:
    """The sighting at a place that may mean these records, so sure of each; each alone is less sure beside others."""
    if len(sure) > 1:
        sure, reason = {id_: confidence * _SHARED for id_, confidence in sure.items()}, "shared"
    candidates = tuple(sorted(((id_, round(confidence, 3)) for id_, confidence in sure.items()), key=_best_first))
    return Sighting(*span, text[slice(*span)], candidates, reason)


def _best_first(candidate: tuple[UUID, float]) -> tuple[float, str]:
    return -candidate[1], str(candidate[0])


def _weigh(passage: _Passage, hit: Hit) -> tuple[dict[UUID, float], str]:
    """The records that a hit may mean, with how sure each is, and why."""
    sure: dict[UUID, float] = {}
    reasons: dict[UUID, str] = {}
    for spelled in hit.spelled:
        confidence, reason = _confidence(passage, hit, spelled)
        if confidence > sure.get(spelled.name.record, 0.0):
            sure[spelled.name.record], reasons[spelled.name.record] = confidence, reason
    of_titles = any(one.name.form == "title" for one in hit.spelled)
    if not sure or len(sure) > (1 if of_titles else MOST_ALIKE):
        return {}, ""
    return sure, reasons[max(sure, key=lambda id_: (sure[id_], str(id_)))]


def _confidence(passage: _Passage, hit: Hit, spelled: Spelled) -> tuple[float, str]:
    form, confidence = spelled.name.form, _SURE[spelled.name.form] * spelled.name.weight
    if BY_CHARACTER.match(spelled.words[0]):
        if len(spelled.words) > 2:
            return confidence, form
        return min(confidence, 0.7), "short"
    if len(spelled.words) == 1:
        return _of_one_word(passage, hit, spelled)
    if not _cased(hit.words, spelled.words):
        return (0.0, "") if form in ("title", "formal") else (min(confidence, 0.7), "case")
    if not all(map(same_accents, hit.words, spelled.words)):
        return confidence - 0.03, "accents"
    return confidence, form


def _of_one_word(passage: _Passage, hit: Hit, spelled: Spelled) -> tuple[float, str]:
    """One word is sure only where nothing but a name is written so: capital inside a sentence, no first name."""
    (word,), (name,) = hit.words, spelled.words
    form = spelled.name.form
    if form == "title" or len(name) < 2 or not (name[0].isupper() and word[0].isupper()):
        return 0.0, ""
    if form == "given" or spelled.name.type == "contact":
        return 0.5 * spelled.name.weight, "first name"
    confidence = 0.92 * spelled.name.weight
    if len(name) < _LONG_WORD:
        return min(confidence, 0.7), "short"
    if word != name:
        return min(confidence, 0.75), "accents" if word.upper() != name.upper() else "case"
    if passage.begins_sentence(hit.start) or passage.is_headline:
        return min(confidence, 0.75), "beginning"
    return confidence, form


def _cased(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether what is capital in the name is so in the text; little words, and the first of a title, need not be."""
    capital = [(word, own) for word, own in zip(words, name, strict=True) if own[0].isupper()]
    telling = [(word, own) for word, own in capital if len(own) >= _LONG_WORD or own is not name[0]]
    if len(capital) == 1 and capital[0][1] is name[0]:
        return True
    return all(word[0].isupper() for word, _ in telling)
