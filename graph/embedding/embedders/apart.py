"""Takes the language out of vectors. multilingual-e5 puts texts of one language together first and those of one
meaning second: of a question, the notes of its own language come before those that answer it.

Removed are the mean of a role's vectors and the directions in which the means of the languages differ (Yang et al.
2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual Representations"). Made smaller
are the directions in which sentences differ from their translations (within-class covariance normalization, Hatch et
al. 2006). `languages.npz` holds them; `python -m graph.embedding.embedders.languages` makes it.
"""

from functools import cache
from pathlib import Path

import numpy

from graph.embedding.embedders.base import Role, Vectors

KEPT = Path(__file__).with_name("languages.npz")
VERSION = "apart2"
"""Part of the identity of a model whose vectors are made so: another file is another model."""


def apart(vectors: Vectors, role: Role) -> Vectors:
    """Vectors of length one, of a role, without what only tells their language; of any length but zero."""
    mean, directions, removed = _learnt(role)
    centred = vectors - mean
    return numpy.asarray(centred - (centred @ directions.T * removed) @ directions, numpy.float32)


@cache
def _learnt(role: Role) -> tuple[Vectors, Vectors, Vectors]:
    """The mean (width), the directions (count x width, orthonormal) and how much of each is removed (count), 0 to 1."""
    kept = numpy.load(KEPT)
    return kept[f"mean_{role}"], kept["directions"], kept["removed"]
