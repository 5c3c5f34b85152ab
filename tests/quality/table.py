"""The rankings as a table, and the questions that stay without their answer."""

from collections.abc import Callable, Sequence
from statistics import mean

from tests.quality.beir import LabelledSet, Question
from tests.quality.metrics import found, ndcg, recall, reciprocal_rank
from tests.quality.rankings import Ranking

HEAD = f"{'':24} {'nDCG@10':>8} {'of BM25':>8} {'recall@50':>10} {'MRR':>7} {'ms':>7}"
ACROSS = f"{'nDCG same':>11} {'across':>8} {'in first 5':>12}"


def show(labelled: LabelledSet, answers: Sequence[Ranking]) -> None:
    """Print a line for each ranking; where a set has questions across languages, those apart."""
    across = [question for question in labelled.questions if question.across]
    same = [question for question in labelled.questions if not question.across]
    print(f"{labelled.name}: {len(labelled.records):,} records, {len(labelled.questions)} questions")
    print(HEAD + (ACROSS if across else ""))
    usual = _mean(answers[0], labelled.questions, ndcg)
    for ranking in answers:
        print(_line(ranking, labelled.questions, usual) + (_apart(ranking, same, across) if across else ""))


def misses(labelled: LabelledSet, answers: Sequence[Ranking]) -> None:
    """Print the questions whose best answer `hybrid` does not have in the first five, and what stands there."""
    hybrid = next(ranking for ranking in answers if ranking.name == "hybrid")
    for question in labelled.questions:
        ranked = hybrid.answers[question.id]
        if not found(question.judged, ranked):
            places = {id_: ranked.index(id_) + 1 if id_ in ranked else None for id_ in question.judged}
            print(f"{question.id} {'across' if question.across else ''} {question.text[:80]!r}")
            print(f"     wanted {places}")
            print(f"     first {', '.join(ranked[:5])}")


def _line(ranking: Ranking, questions: Sequence[Question], usual: float) -> str:
    quality = _mean(ranking, questions, ndcg)
    whole = f"{quality:8.4f} {quality / usual:8.1%} {_mean(ranking, questions, recall):10.4f}"
    return f"{ranking.name:24} {whole} {_mean(ranking, questions, reciprocal_rank):7.4f} {ranking.milliseconds:7.1f}"


def _apart(ranking: Ranking, same: Sequence[Question], across: Sequence[Question]) -> str:
    early = sum(found(question.judged, ranking.answers[question.id]) for question in across)
    share = f"{early} of {len(across)}"
    return f"{_mean(ranking, same, ndcg):11.4f} {_mean(ranking, across, ndcg):8.4f} {share:>12}"


def _mean(ranking: Ranking, questions: Sequence[Question], measure: Callable[..., float]) -> float:
    return mean(measure(question.judged, ranking.answers[question.id]) for question in questions)
