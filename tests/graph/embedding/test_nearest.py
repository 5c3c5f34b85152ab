"""Search by meaning in SQL: exact for the few, by an index for the many, the same either way, and nobody else's."""

import random
from collections.abc import Iterator
from uuid import UUID, uuid4

import numpy
import pytest

from graph.embedding import nearest
from graph.embedding.embedders.base import Vectors, as_text
from graph.embedding.embedders.use import Use
from graph.embedding.models import find
from schema_sql.introspect import differences, introspect
from tests.graph.embedding.vectors import keep, model_of, notes_of, unit
from tests.world import World

SEARCH = "SELECT * FROM search_semantic($1, $2::text::vector, $3, $4, $5, $6)"
WHO = ("Ana", "my brother", "the old captain", "a neighbour", "our choir", "Grandmother", "the dentist", "Paco")
DOES = (
    "repairs",
    "paints",
    "sells",
    "remembers",
    "photographs",
    "dreams of",
    "carries",
    "writes about",
    "cooks",
    "forgets",
)
WHAT = ("the boat", "a red door", "plum cake", "the harbour", "letters from Cádiz", "the cello", "winter tyres", "a tax form",
        "fish soup", "the garden wall", "an old radio", "school photographs")  # fmt: skip
WHERE = (
    "in Valencia",
    "before breakfast",
    "on a rainy Sunday",
    "with great care",
    "for the last time",
    "at the market",
)


@pytest.fixture(scope="module")
def corpus() -> tuple[list[str], Vectors]:
    """2,000 pieces of text and what USE makes of them: real vectors, few of them far from all others."""
    chance = random.Random(3)
    texts = [" ".join(map(chance.choice, (WHO, DOES, WHAT, WHERE))) + f" {n % 97}" for n in range(2000)]
    distinct = sorted(set(texts))
    model = Use().load()
    vectors = numpy.concatenate([model.encode(distinct[n : n + 256]) for n in range(0, len(distinct), 256)])
    place = {text: n for n, text in enumerate(distinct)}
    return texts, unit(vectors[[place[text] for text in texts]])


class Many:
    """Alice's notes with their vectors, and some of Bob's that lie nearest to everything."""

    def __init__(self, world: World, texts: list[str], vectors: Vectors) -> None:
        self.world, self.vectors = world, vectors
        self.ids = [uuid4() for _ in texts]
        self.model = model_of(world, world.alice, "many", vectors.shape[1])
        notes_of(world, world.alice, texts, self.ids)
        keep(world, world.alice, self.model, self.ids, vectors)
        self.bobs = [uuid4() for _ in range(200)]
        model_of(world, world.bob, "many", vectors.shape[1])
        notes_of(world, world.bob, texts[:200], self.bobs)
        keep(world, world.bob, self.model, self.bobs, vectors[:200])

    def search(
        self, wanted: Vectors, depth: int = 10, user: UUID | None = None, types: list[str] | None = None
    ) -> list[UUID]:
        arguments = (self.model, as_text(wanted), types, None, None, depth)
        return [row["id"] for row in self.world.as_service(user or self.world.alice, SEARCH, *arguments)]


@pytest.fixture(scope="module", autouse=True)
def fewer() -> Iterator[None]:
    """What counts as many is 1,000 here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "FEW", 1000)
        yield


@pytest.fixture(scope="module")
def many(world: World, corpus: tuple[list[str], Vectors]) -> Iterator[Many]:
    yield Many(world, *corpus)


QUESTIONS = list(range(0, 2000, 80))


def scores(many: Many, ids: list[UUID], wanted: Vectors) -> list[float]:
    place = {id_: n for n, id_ in enumerate(many.ids)}
    return [round(float(many.vectors[place[id_]] @ wanted), 4) for id_ in ids]


def test_the_index_comes_when_it_pays_and_finds_what_comparing_all_finds(world: World, many: Many) -> None:
    compared = [many.search(many.vectors[n]) for n in QUESTIONS]
    for n, found in zip(QUESTIONS, compared, strict=True):
        best = sorted(many.vectors @ many.vectors[n], reverse=True)[:10]
        assert scores(many, found, many.vectors[n]) == [pytest.approx(float(value), abs=2e-4) for value in best]
    model = world.run(find(world.owner, many.model))
    assert model is not None
    assert world.run(nearest.settle(world.database, world.bob, model)) is False
    assert world.run(nearest.settle(world.database, world.alice, model)) is True
    assert world.run(nearest.settle(world.database, world.alice, model)) is False
    shares = []
    for n, before in zip(QUESTIONS, compared, strict=True):
        now, then = scores(many, many.search(many.vectors[n]), many.vectors[n]), scores(many, before, many.vectors[n])
        shares.append(sum(value >= then[-1] - 1e-3 for value in now) / 10)
    assert sum(shares) / len(shares) >= 0.97


def test_the_index_is_used_by_its_user_only_and_not_for_few(world: World, many: Many) -> None:
    scans = (
        "SELECT coalesce(sum(idx_scan), 0)::int FROM pg_stat_user_indexes WHERE indexrelname LIKE 'embeddings_near%'"
    )

    def used(user: UUID, types: list[str] | None = None) -> int:
        before = world.value(scans)
        many.search(many.vectors[5], user=user, types=types)
        world.as_service(user, "SELECT pg_stat_force_next_flush()")
        world.as_service(user, "SELECT 1")
        return int(world.value(scans)) - before

    assert used(world.alice) == 1
    assert used(world.bob) == 0
    assert used(world.alice, ["contact"]) == 0


def test_the_doctor_takes_the_index_for_sound(world: World, many: Many) -> None:
    assert world.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'embeddings_near%'") == 1
    assert list(differences(world.catalog, world.run(introspect(world.owner)))) == []


def test_a_filter_leaves_out_and_nothing_else(world: World, many: Many) -> None:
    wanted = as_text(many.vectors[0])
    newest = world.as_service(world.alice, "SELECT created_at FROM notes ORDER BY created_at DESC LIMIT 1")[0][0]
    cut = world.as_service(world.alice, "SELECT created_at FROM notes ORDER BY created_at DESC OFFSET 300 LIMIT 1")[0][
        0
    ]
    since = world.as_service(world.alice, SEARCH, many.model, wanted, ["note"], cut, None, 400)
    assert len(since) == 301
    assert {row["id"] for row in since} == set(many.ids[:301])
    until = world.as_service(world.alice, SEARCH, many.model, wanted, None, None, newest, 5)
    assert many.ids[0] not in [row["id"] for row in until]
    assert world.as_service(world.alice, SEARCH, many.model, wanted, ["task"], None, None, 5) == []


def test_the_index_filters_as_it_goes(world: World, many: Many) -> None:
    """What many records pass is asked of the index; here of it directly, because these are few."""
    cut = world.as_service(world.alice, "SELECT created_at FROM notes ORDER BY created_at DESC OFFSET 199 LIMIT 1")[0][
        0
    ]
    call = "SELECT id FROM nearest_by_index($1, $2, $3::text::vector, $4, $5, NULL, 10)"
    shares = []
    for n in QUESTIONS:
        wanted = as_text(many.vectors[n])
        found = world.column(call, world.alice, many.model, wanted, ["note", "task"], cut)
        compared = world.as_service(world.alice, SEARCH, many.model, wanted, None, cut, None, 10)
        assert set(found) <= set(many.ids[:200])
        least = round(compared[-1]["similarity"], 3)
        shares.append(sum(value >= least - 1e-3 for value in scores(many, found, many.vectors[n])) / 10)
    assert sum(shares) / len(shares) >= 0.97


def test_deep_lists_and_what_is_deleted(world: World, many: Many) -> None:
    deep = many.search(many.vectors[9], depth=500)
    assert len(deep) == len(set(deep)) == 500
    gone = deep[0]
    world.as_service(world.alice, "UPDATE notes SET deleted_at = now() WHERE id = $1", gone)
    assert gone not in many.search(many.vectors[9], depth=500)
    world.as_service(world.alice, "UPDATE notes SET deleted_at = NULL WHERE id = $1", gone)
    assert many.search(many.vectors[9], depth=500)[0] == gone


def test_nobody_else_is_found_or_heard(world: World, many: Many) -> None:
    assert set(many.search(many.vectors[3], depth=300, user=world.bob)) == set(many.bobs)
    assert many.search(many.vectors[3], user=world.carol) == []
    assert not set(many.search(many.vectors[3], depth=300)) & set(many.bobs)
    hers = many.ids[0]
    assert world.as_service(world.bob, "SELECT * FROM similar_records($1, NULL, 5)", hers) == []
    assert world.as_service(world.bob, "SELECT passage($1, 0)", hers)[0][0] is None
    before = many.search(many.vectors[3])
    world.as_service(world.bob, "DELETE FROM embeddings")
    assert many.search(many.vectors[3]) == before


def test_an_index_left_by_an_interrupted_making_is_made_anew(world: World, many: Many) -> None:
    model = world.run(find(world.owner, many.model))
    assert model is not None
    world.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text LIKE 'embeddings_near%'")
    assert len(many.search(many.vectors[4])) == 10
    assert world.run(nearest.settle(world.database, world.alice, model)) is True
    world.run(nearest.drop(world.database, world.alice, many.model))
    assert world.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'embeddings_near%'") == 0
    assert len(many.search(many.vectors[4])) == 10
