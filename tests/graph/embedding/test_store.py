"""What rests in the tables of meaning: pieces and passages, similar records, and whose they are."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.graph.embedding.vectors import keep, model_of, notes_of, unit
from tests.world import World

SEARCH = "SELECT id, chunk, similarity FROM search_semantic($1, $2::text::vector, NULL, NULL, NULL, $3)"


@pytest.fixture(scope="module")
def model(world: World) -> UUID:
    return model_of(world, world.alice, "small", 3)


@pytest.fixture
def notes(world: World, model: UUID) -> list[UUID]:
    """Three notes; the first has two pieces."""
    world.as_service(world.alice, "DELETE FROM notes")
    ids = [uuid4() for _ in range(3)]
    notes_of(world, world.alice, ["A", "B", "C"], ids)
    keep(world, world.alice, model, [ids[0], *ids], unit([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]), [0, 1, 0, 0])
    return ids


def test_a_record_counts_once_with_its_best_piece(world: World, model: UUID, notes: list[UUID]) -> None:
    rows = [tuple(row) for row in world.as_service(world.alice, SEARCH, model, "[0,1,0]", 2)]
    assert rows == [(notes[0], 1, 1.0), (notes[1], 0, pytest.approx(0.7071, abs=1e-4))]
    assert world.as_service(world.alice, "SELECT passage($1, 1)", notes[0])[0][0] == "piece 1 &lt;of&gt; a &amp; b"
    assert world.as_service(world.alice, "SELECT passage($1, 7)", notes[0])[0][0] is None


def test_similar_records_are_those_near_the_middle_of_its_pieces(world: World, model: UUID, notes: list[UUID]) -> None:
    similar = "SELECT id, similarity FROM similar_records($1, NULL, $2)"
    rows = [tuple(row) for row in world.as_service(world.alice, similar, notes[0], 5)]
    assert rows == [(notes[1], pytest.approx(1.0, abs=1e-5)), (notes[2], pytest.approx(0.0, abs=1e-5))]
    assert world.as_service(world.alice, similar, uuid4(), 5) == []
    assert len(world.as_service(world.alice, similar, notes[0], 1)) == 1


@pytest.mark.parametrize(
    ("wanted", "depth"), [("[1,0]", 5), ("[1,0,0,0]", 5), ("[1,0,0]", 0), ("[1,0,0]", -1), (None, 5)]
)
def test_what_cannot_be_found_is_nothing(
    world: World, model: UUID, notes: list[UUID], wanted: str | None, depth: int
) -> None:
    assert world.as_service(world.alice, SEARCH, model, wanted, depth) == []
    assert world.as_service(world.alice, SEARCH, uuid4(), "[1,0,0]", 5) == []


def test_a_purge_takes_the_vectors_along_at_once(world: World, model: UUID, notes: list[UUID]) -> None:
    world.as_service(world.alice, "INSERT INTO embedding_queue (model_id, record_id) VALUES ($1, $2)", model, notes[0])
    world.as_service(world.alice, "DELETE FROM notes WHERE id = $1", notes[0])
    for table in ("embeddings", "embedding_queue"):
        assert world.value(f"SELECT count(*) FROM {table} WHERE record_id = $1", notes[0]) == 0


def test_one_model_is_active_and_one_is_filling(world: World, model: UUID) -> None:
    other = model_of(world, world.alice, "filling", 3, "filling")
    for state in ("active", "filling"):
        third = world.as_service(world.alice, "SELECT register_model('use', 'third', 'v', '', 3, '', '', 1)")[0][0]
        with pytest.raises(asyncpg.UniqueViolationError):
            world.as_service(world.alice, "INSERT INTO user_models (model_id, state) VALUES ($1, $2)", third, state)
    assert world.as_service(world.alice, "SELECT active_model()")[0][0] == model
    assert world.as_service(world.bob, "SELECT active_model()")[0][0] is None
    world.as_service(world.alice, "DELETE FROM user_models WHERE model_id = $1", other)


def test_a_known_model_is_changed_by_nobody(world: World, model: UUID) -> None:
    again = "SELECT register_model('use', 'small', 'v', '', 3, '', '', 7)"
    assert world.as_service(world.bob, again)[0][0] == model
    assert world.value("SELECT weight FROM embedding_models WHERE id = $1", model) == 0.5
    elsewhere = "SELECT register_model('use', 'small', 'v', 'http://elsewhere', 3, '', '', 1)"
    assert world.as_service(world.bob, elsewhere)[0][0] != model
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        world.as_service(world.bob, "UPDATE embedding_models SET address = 'http://elsewhere'")


@pytest.mark.parametrize(
    "call",
    [
        "nearest_of_all($1, $2, '[1,0,0]', NULL, NULL, NULL, 5)",
        "nearest_of_these($1, $2, '[1,0,0]', ARRAY[$1]::uuid[], 5)",
        "nearest_by_index($1, $2, '[1,0,0]', NULL, NULL, NULL, 5)",
    ],
)
def test_what_asks_for_any_user_is_not_the_services(world: World, model: UUID, call: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        world.as_service(world.bob, f"SELECT * FROM {call}", world.alice, model)


def test_what_left_is_never_changed(world: World) -> None:
    world.as_service(world.alice, """INSERT INTO outbound_texts (recipient, model, purpose, sensitivity, bytes, sha256)
                                     VALUES ('http://x', 'm', 'query', 1, 3, '\\x00')""")  # fmt: skip
    for statement in ("DELETE FROM outbound_texts", "UPDATE outbound_texts SET recipient = ''"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            world.as_service(world.alice, statement)
    assert world.as_service(world.bob, "SELECT * FROM outbound_texts") == []
