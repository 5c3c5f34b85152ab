"""From what a model said of a text to sightings of the user's own records, none of them sure. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.extraction.mentions import mentions
from graph.extraction.reading.answers import Mention
from graph.extraction.reading.portions import LONGEST, MOST, Whole, find_words
from graph.extraction.recognise import MOST_ALIKE, sighting_of
from graph.extraction.recognise_verdict import Seen
from graph.extraction.sources import Passage
from graph.lexicon.lexicon import Lexicon
from graph.lexicon.words import words_of

Readings = Mapping[bytes, Sequence[Mention]]
"""What was said of portions of a text, by their hashes."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Words of a column that a person agreed mean this record."""

    target: UUID
    column: str
    quote: str


_SURE = {"name": 0.7, "formal": 0.6, "given": 0.4}
"""Below SURE, all of them."""


def read_sightings(
    passages: Sequence[Passage], readings: Readings, lexicon: Lexicon, seen: Sequence[Seen]
) -> list[Seen]:
    """What a model found beside what is `seen` without it, and outside of links."""
    if not readings:
        return []
    taken = {passage.column: list(_linked(passage)) for passage in passages}
    for one in seen:
        taken[one.column].append((one.sighting.start, one.sighting.end))
    found: list[Seen] = []
    for passage, start, end, name in _placed(Whole(passages), readings):
        sure = _meant(name, lexicon)
        if not sure or any(start < stop and first < end for first, stop in taken[passage.column]):
            continue
        taken[passage.column].append((start, end))
        found.append(Seen(passage.column, passage.text, sighting_of(passage.text, (start, end), sure, "model")))
    return found


def accepted_sightings(
    passages: Sequence[Passage], accepted: Sequence[Accepted], seen: Sequence[Seen]
) -> Iterator[Seen]:
    """What a person agreed to and nobody else says any more, where its words still stand."""
    named = {id_ for one in seen for id_, _ in one.sighting.candidates}
    texts = {passage.column: passage.text for passage in passages}
    for one in accepted:
        text = texts.get(one.column, "")
        at = find_words(text, one.quote, 0, len(text)) if one.target not in named else -1
        if at >= 0:
            span = (at, at + len(one.quote))
            yield Seen(one.column, text, sighting_of(text, span, {one.target: _SURE["name"]}, "model"))


def _linked(passage: Passage) -> Iterator[tuple[int, int]]:
    """What Markdown links and tags say is left to others."""
    return (one.span for one in mentions(passage.text)) if passage.markdown else iter(())


def _placed(whole: Whole, readings: Readings) -> Iterator[tuple[Passage, int, int, str]]:
    """Column, place and name of what stands in the text as it is now.

    A portion that changed since is no portion any more: until it is read again, its words count wherever they are.
    """
    where = {portion.sha256: (portion.start, portion.end) for portion in whole.portions()}
    for sha256, said in sorted(readings.items(), key=lambda one: where.get(one[0], (len(whole.text), 0))):
        first, last = where.get(sha256, (0, LONGEST * MOST))
        for one in said:
            at = find_words(whole.text, one.quote, first, last)
            place = whole.place(at, at + len(one.quote)) if at >= 0 else None
            if place:
                yield place[0], at - place[1], at - place[1] + len(one.quote), one.name


def _meant(name: str, lexicon: Lexicon) -> dict[UUID, float]:
    """The records with exactly this name, with how sure each is."""
    count = len(list(words_of(name)))
    sure: dict[UUID, float] = {}
    for hit in lexicon.hits(name):
        for one in hit.spelled if len(hit.words) == count else ():
            confidence = _SURE.get(one.name.form, 0.0) * one.name.weight
            if confidence > sure.get(one.name.record, 0.0):
                sure[one.name.record] = confidence
    return sure if len(sure) <= MOST_ALIKE else {}
