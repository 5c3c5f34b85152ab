"""The measures against values worked out by hand, and the textbook against its formula."""

import math
from pathlib import Path

import numpy
import pytest

from tests.quality.beir import Question, Record, load, plain
from tests.quality.metrics import found, ndcg, recall, reciprocal_rank
from tests.quality.textbook import BM25, nearest

JUDGED = {"a": 2, "b": 1, "c": 1}
LIFE = Path(__file__).parent / "life"


def test_ndcg_of_the_best_order_is_one() -> None:
    assert ndcg(JUDGED, ["a", "b", "c", "x"]) == 1.0


def test_ndcg_by_hand() -> None:
    # gains: x 0, b 1/log2(3), a 2/log2(4) = .6309 + 1; best: 2 + .6309 + .5
    assert ndcg(JUDGED, ["x", "b", "a"]) == pytest.approx((0.63093 + 1.0) / (2 + 0.63093 + 0.5), abs=1e-5)


def test_ndcg_looks_no_deeper() -> None:
    others = [f"x{number}" for number in range(10)]
    assert ndcg(JUDGED, [*others, "a", "b", "c"]) == 0.0
    assert ndcg(JUDGED, ["x", "a"], depth=2) == pytest.approx((2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_more_answers_than_places_can_still_be_perfect() -> None:
    judged = {f"a{number}": 1 for number in range(20)}
    assert ndcg(judged, [f"a{number}" for number in range(10)]) == 1.0


def test_recall() -> None:
    assert recall(JUDGED, ["b", "x", "c"]) == pytest.approx(2 / 3)
    assert recall(JUDGED, [*(f"x{n}" for n in range(50)), "a"]) == 0.0
    assert recall({}, ["a"]) == 0.0


def test_reciprocal_rank() -> None:
    assert reciprocal_rank(JUDGED, ["x", "y", "c", "a"]) == pytest.approx(1 / 3)
    assert reciprocal_rank(JUDGED, ["x"]) == 0.0


def test_found_means_the_best_grade() -> None:
    assert not found(JUDGED, ["b", "c", "x", "y", "z", "a"])
    assert found(JUDGED, ["b", "c", "x", "y", "a"])
    assert found({"b": 1}, ["b"])
    assert not found({}, ["b"])


def test_questions_lose_what_search_takes_for_an_operator() -> None:
    assert plain('what "of" -this or - that') == "what of this that"
    assert len(plain("word " * 1000)) <= 1000
    assert plain("word " * 1000).endswith("word")


def test_bm25_by_hand() -> None:
    """Two of three texts have `sea`; the shorter one is better, and a word with an accent is found without it."""
    records = [_note("1", "Sea and sand and shore and boats"), _note("2", "Sea"), _note("3", "Ça va")]
    textbook = BM25(records)
    assert textbook.ask(_asked("sea"), 10) == ["2", "1"]
    assert textbook.ask(_asked("ca"), 10) == ["3"]
    assert textbook.ask(_asked("mountain"), 10) == []


def test_nearest_takes_the_best_piece_of_each() -> None:
    vectors = numpy.array([[1, 0], [0, 1], [0.6, 0.8]], numpy.float32)
    assert nearest(["long", "long", "short"], vectors, numpy.array([0, 1], numpy.float32), 2) == ["long", "short"]


def test_our_set_is_whole() -> None:
    """300 records, 80 questions, at least 25 of them across languages, and nothing judged that is not there."""
    life = load(LIFE)
    ids = {record.id for record in life.records}
    assert (len(life.records), len(ids), len(life.questions)) == (300, 300, 80)
    languages = {record.id: record.language for record in life.records}
    for question in life.questions:
        assert question.judged.keys() <= ids
        answers = {languages[id_] for id_, grade in question.judged.items() if grade == 2}
        assert answers, question.text
        assert question.across == (question.language not in answers)
    assert sum(question.across for question in life.questions) >= 25


def _note(id_: str, text: str) -> Record:
    return Record(id_, "", text, "note", "en", None)


def _asked(text: str) -> Question:
    return Question("q", text, "en", False, {})
