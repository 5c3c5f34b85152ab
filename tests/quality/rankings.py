"""The ways of searching that are compared, and what each of them answers to every question of a set."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.quality.beir import LabelledSet, Question
from tests.quality.home import DEPTH, Home
from tests.quality.textbook import BM25, Vectors, nearest

Way = Callable[[Question], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one way of searching answered, by the id of the question, and the milliseconds that an answer took."""

    name: str
    answers: Mapping[str, Sequence[str]]
    milliseconds: float


async def rankings(home: Home, labelled: LabelledSet, *, semantic: bool) -> list[Ranking]:
    """The house's ways and the textbook's. Heat comes last: it stays."""
    ways: dict[str, Way] = {"BM25, textbook": _by_textbook(BM25(labelled.records))}
    ways["lexical, equal weights"] = lambda question: home.lexical(question.text)
    ways["lexical"] = _by(home, "LEXICAL")
    if semantic:
        ways["exact neighbours"] = _by_neighbours(home, *await home.vectors())
        ways["semantic"] = _by(home, "SEMANTIC")
        ways["hybrid"] = _by(home, "HYBRID")
    answered = [await _answered(name, way, labelled.questions) for name, way in ways.items()]
    if semantic:
        await home.warm()
        for weight in (0.3, 1.0):
            name = f"hybrid, heat {weight}"
            answered.append(await _answered(name, _by(home, "HYBRID", weight), labelled.questions))
    return answered


async def _answered(name: str, way: Way, questions: Sequence[Question]) -> Ranking:
    started = time.perf_counter()
    answers = {question.id: await way(question) for question in questions}
    return Ranking(name, answers, (time.perf_counter() - started) / len(questions) * 1000)


def _by(home: Home, mode: str, heat: float = 0.0) -> Way:
    return lambda question: home.search(question.text, mode, heat)


def _by_textbook(textbook: BM25) -> Way:
    async def way(question: Question) -> list[str]:
        return textbook.ask(question, DEPTH)

    return way


def _by_neighbours(home: Home, owners: Sequence[str], vectors: Vectors) -> Way:
    async def way(question: Question) -> list[str]:
        return nearest(owners, vectors, await home.wanted(question.text), DEPTH)

    return way
