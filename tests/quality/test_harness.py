"""The harness itself: a small life is moved in, asked every way that needs no embedder, and models remember."""

from collections.abc import Sequence
from pathlib import Path

import numpy

from tests.quality.beir import LabelledSet, load
from tests.quality.home import moved_in
from tests.quality.rankings import rankings
from tests.quality.remembering import Remembering
from tests.quality.table import show
from tests.quality.textbook import Vectors

LIFE = Path(__file__).parent / "life"


async def test_every_type_moves_in_and_is_found(tmp_path: Path) -> None:
    """All 300 records of ours, of ten types; a number that one of them has is found first, each way."""
    life = load(LIFE)
    some = LabelledSet(
        "some", life.records, tuple(q for q in life.questions if "TDS" in q.text or "24-99107" in q.text)
    )
    async with moved_in(some, "none", tmp_path) as home:
        answers = await rankings(home, some, semantic=False)
    assert [ranking.name for ranking in answers] == ["BM25, textbook", "lexical, equal weights", "lexical"]
    for ranking in answers:
        assert [ranking.answers[question.id][0] for question in some.questions] == [
            "bristol-flat-deposit",
            "in-seguro-techo",
        ]
    show(some, answers)


class _Model:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        self.asked += texts
        return numpy.array([[len(text), is_query] for text in texts], numpy.float32)


def test_a_model_is_asked_once_for_each_text_and_role(tmp_path: Path) -> None:
    model, file = _Model(), tmp_path / "new" / "model.npz"
    first = Remembering(model, file)
    assert first.encode(["a", "bb", "a"], is_query=False).tolist() == [[1, 0], [2, 0], [1, 0]]
    assert first.encode(["a"], is_query=True).tolist() == [[1, 1]]
    first.keep()
    again = Remembering(model, file)
    assert again.encode(["bb", "ccc"], is_query=False).tolist() == [[2, 0], [3, 0]]
    assert model.asked == ["a", "bb", "a", "ccc"]
