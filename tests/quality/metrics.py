"""How good a ranking is, by the judgements. Each takes the grades of the records and the ids in their order, best first."""

import math
from collections.abc import Mapping, Sequence

Judged = Mapping[str, int]


def ndcg(judged: Judged, ranked: Sequence[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain: the gain is the grade, the discount log2(rank + 1), as trec_eval has it."""
    gained = _dcg([judged.get(id_, 0) for id_ in ranked[:depth]])
    best = _dcg(sorted(judged.values(), reverse=True)[:depth])
    return gained / best if best else 0.0


def recall(judged: Judged, ranked: Sequence[str], depth: int = 50) -> float:
    """The share of what answers that is among the first `depth`."""
    answers = {id_ for id_, grade in judged.items() if grade > 0}
    return len(answers & set(ranked[:depth])) / len(answers) if answers else 0.0


def reciprocal_rank(judged: Judged, ranked: Sequence[str]) -> float:
    """One by the rank of the first record that answers; 0 where none does."""
    ranks = (rank for rank, id_ in enumerate(ranked, 1) if judged.get(id_, 0) > 0)
    return 1 / next(ranks, math.inf)


def found(judged: Judged, ranked: Sequence[str], depth: int = 5) -> bool:
    """Whether one of the records with the best grade of this question is among the first `depth`."""
    best = max(judged.values(), default=0)
    return any(judged.get(id_, 0) == best > 0 for id_ in ranked[:depth])


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
