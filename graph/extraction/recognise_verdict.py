"""From sightings to what is to be done: links that are sure, questions for the rest. Pure.

A first name beside a full one (or beside a link, or a person's decision) is that person. Whom a person has said no to,
or untied by hand, is neither linked nor asked about again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graph.extraction.recognise import Sighting

SURE = 0.9
"""From this confidence on a mention is a link."""
MAX_SPANS = 20
_AROUND = 90


@dataclass(slots=True)
class Standing:
    """What is known of one source: to whom others have linked it, and what a person said."""

    linked: set[UUID] = field(default_factory=set)
    accepted: set[UUID] = field(default_factory=set)
    refused: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Finding:
    """What a source says about one record, in all of its columns."""

    confidence: float = 0.0
    reason: str = ""
    spans: list[dict[str, Any]] = field(default_factory=list)
    passage: str = ""

    def add(self, seen: "Seen", confidence: float) -> None:
        sighting = seen.sighting
        if confidence > self.confidence:
            self.confidence, self.reason = confidence, sighting.reason
        if not self.spans:
            self.passage = passage_of(seen.text, sighting)
        if len(self.spans) < MAX_SPANS:
            span = {"column": seen.column, "start": sighting.start, "end": sighting.end, "text": sighting.text}
            self.spans.append(span)


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting with the column and its text."""

    column: str
    text: str
    sighting: Sighting


def verdict(
    source: UUID, seen: Sequence[Seen], standing: Standing
) -> tuple[Mapping[UUID, Finding], Mapping[UUID, Finding]]:
    """The links of a source and the suggestions, by their targets. What names the source itself says nothing."""
    links: dict[UUID, Finding] = {}
    open_: dict[UUID, Finding] = {}
    others = [one for one in seen if source not in dict(one.sighting.candidates)]
    known = standing.accepted | standing.linked | _sure(others)
    for one in others:
        candidates = dict(one.sighting.candidates)
        meant = candidates.keys() & known
        for id_ in meant - standing.linked - standing.refused:
            confidence = 1.0 if id_ in standing.accepted else candidates[id_]
            links.setdefault(id_, Finding()).add(one, confidence)
        for id_ in () if meant else candidates.keys() - standing.refused:
            open_.setdefault(id_, Finding()).add(one, candidates[id_])
    return links, open_


def _sure(seen: Iterable[Seen]) -> set[UUID]:
    only = (one.sighting.candidates[0] for one in seen if len(one.sighting.candidates) == 1)
    return {id_ for id_, confidence in only if confidence >= SURE}


def passage_of(text: str, sighting: Sighting) -> str:
    """The words around a sighting, on one line, for a person to decide by."""
    start, end = max(0, sighting.start - _AROUND), min(len(text), sighting.end + _AROUND)
    before = text[start : sighting.start].partition(" ")[2] if start else text[: sighting.start]
    after = text[sighting.end : end].rpartition(" ")[0] if end < len(text) else text[sighting.end :]
    return " ".join(f"{before}{sighting.text}{after}".split())
