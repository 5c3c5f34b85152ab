"""Texts get their vectors a moment after they were written, whatever the embedder does; nothing is lost and nothing lies."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from graph.embedding import batch, filling
from graph.embedding.switch import begin
from graph.settings import Settings
from tests.graph.embedding.pretending import Meaning, Pretended, Pretending
from tests.graph.household import Household

SECTION = "word " * 190


@pytest.fixture
def small() -> Pretending:
    return Pretending()


@pytest.fixture
def meaning(house: Household, small: Pretending) -> Meaning:
    return Meaning(house, Pretended(house.service.database, small))


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rests or waits for a second try does so for a moment."""
    monkeypatch.setattr(filling, "REST", 0.0)
    monkeypatch.setattr(filling, "LONGEST_REST", 0.0)
    monkeypatch.setattr(batch, "LATER", 0.0)


def text_of(*words: str) -> str:
    return "\n\n".join(f"# {word}\n\n{SECTION}" for word in words)


async def parked(house: Household) -> list[tuple[str, str]]:
    sql = "SELECT r.label, p.reason FROM parked_texts p JOIN records r ON r.id = p.record_id ORDER BY 1"
    return [tuple(row) for row in await house.rows(sql)]


async def chunks(house: Household) -> list[tuple[int, str]]:
    rows = await house.rows("SELECT chunk_no, text FROM embeddings ORDER BY record_id, chunk_no")
    return [(row[0], row[1].split()[1]) for row in rows]


async def waiting(house: Household) -> int:
    n: int = await house.value("SELECT count(*) FROM embedding_queue")
    return n


async def test_what_is_written_is_found_by_its_meaning(meaning: Meaning, bob: UUID) -> None:
    house = meaning.house
    await house.create("notes", title="Beach", content="hot sand and water")
    await house.create("contacts", fn="Ana Torres")
    await house.create("notes", title="Tax", content="forms and numbers")
    await house.as_of(bob).create("notes", title="Of Bob", content="hot sand and water")
    await meaning.follow()
    assert (await meaning.found("water and hot sand"))[0] == "Beach"
    assert "Of Bob" not in await meaning.found("hot sand")
    (one,) = await meaning.progress()
    assert (one.state, one.done, one.total, one.caught_up, one.problem) == ("active", 3, 3, True, None)
    other = Meaning(house.as_of(bob), meaning.embeddings)
    await other.follow()
    assert await other.found("hot sand") == ["Of Bob"]


async def test_nobody_gets_a_model_who_has_no_texts(meaning: Meaning) -> None:
    await meaning.house.create("tags", name="t")
    await meaning.follow()
    assert await meaning.progress() == []


async def test_none_leaves_texts_without_vectors(house: Household, small: Pretending) -> None:
    meaning = Meaning(house, Pretended(house.service.database, small), usual="none")
    await house.create("notes", title="A")
    await meaning.follow()
    assert (await meaning.progress(), small.embedded) == ([], [])


async def test_only_pieces_that_changed_are_embedded_again(meaning: Meaning, small: Pretending) -> None:
    note = await meaning.house.create("notes", title="Long", content=text_of("one", "two", "three"))
    await meaning.follow()
    assert len(small.embedded) == 3
    await meaning.house.change("notes", note, content=text_of("one", "new", "two", "three"))
    await meaning.follow()
    assert len(small.embedded) == 4
    assert await chunks(meaning.house) == [(0, "one"), (1, "new"), (2, "two"), (3, "three")]
    await meaning.house.change("notes", note, content=text_of("two"))
    await meaning.house.change("notes", note, pinned=True)
    await meaning.follow()
    assert (len(small.embedded), await chunks(meaning.house)) == (4, [(0, "two")])
    for vector in await meaning.house.rows("SELECT text, embedding::text AS v FROM embeddings"):
        fresh = await small.embed([f"Long\n{vector['text']}"], "document")
        assert [round(float(x), 4) for x in vector["v"].strip("[]").split(",")] == [
            round(float(x), 4) for x in fresh[0]
        ]


async def test_what_is_deleted_has_no_vectors_and_what_is_restored_has(meaning: Meaning) -> None:
    house = meaning.house
    note = await house.create("notes", title="A", content="text")
    gone = await house.create("notes", title="B", content="text")
    await meaning.follow()
    await house.delete(note)
    await house.service.records.purge(house.user, gone)
    assert await house.value("SELECT count(*) FROM embeddings") == 1  # a purge does not wait for the worker
    await meaning.follow()
    assert await house.value("SELECT count(*) FROM embeddings") == 0
    await house.restore(note)
    await meaning.follow()
    assert await meaning.found("text") == ["A"]


async def test_what_is_deleted_while_it_waits_waits_no_more(meaning: Meaning, small: Pretending) -> None:
    note = await meaning.house.create("notes", title="A", content="secret")
    await meaning.follow()
    await meaning.house.change("notes", note, content="other")
    await meaning.notice()
    await meaning.house.delete(note)
    await meaning.follow()
    assert (await waiting(meaning.house), small.embedded) == (0, ["A\nsecret"])


async def test_a_text_that_changes_while_it_is_embedded(meaning: Meaning, small: Pretending) -> None:
    note = await meaning.house.create("notes", title="A", content="old")

    async def meanwhile(texts: Sequence[str]) -> None:
        small.before = None
        await meaning.house.change("notes", note, content="new")
        await meaning.notice()

    small.before = meanwhile
    await meaning.follow()
    assert small.embedded == ["A\nold", "A\nnew"]
    assert await meaning.house.column("SELECT text FROM embeddings") == ["new"]


async def test_poison_is_parked_and_the_others_go_on(meaning: Meaning, small: Pretending) -> None:
    house = meaning.house
    small.poison = {"arsenic"}
    bad = await house.create("notes", title="Bad", content=text_of("one", "arsenic", "three"))
    for number in range(40):
        await house.create("notes", title=f"Note {number}", content="harmless")
    await meaning.follow()
    assert await parked(house) == [
        ("Bad", "No vector for piece 2 of 3: The embedder small gave a wrong answer: it chokes.")
    ]
    assert await house.value("SELECT count(*) FROM embeddings") == 42
    assert await waiting(house) == 0
    (one,) = await meaning.progress()
    assert (one.done, one.parked, one.caught_up) == (41, 1, True)
    await house.change("notes", bad, content="antidote")
    await meaning.follow()
    assert (await parked(house), await meaning.found("antidote"))[1][0] == "Bad"
    assert await parked(house) == []


async def test_an_embedder_that_is_down_parks_nothing(meaning: Meaning, small: Pretending) -> None:
    await meaning.house.create("notes", title="A")
    await meaning.follow()
    small.down = True
    await meaning.house.create("notes", title="B")
    for _ in range(8):
        await meaning.follow()
    (one,) = await meaning.progress()
    assert (one.problem, one.total - one.done) == ("The embedder small cannot be asked: it is down.", 1)
    assert (await parked(meaning.house), await waiting(meaning.house)) == ([], 1)
    small.down = False
    await meaning.follow()
    (one,) = await meaning.progress()
    assert (one.problem, one.caught_up) == (None, True)
    assert sorted(await meaning.found("a b")) == ["A", "B"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda vectors: [[float("nan")] * 64 for _ in vectors],
        lambda vectors: [vector[:-1] for vector in vectors],
        lambda vectors: vectors[: len(vectors) // 2],
        lambda vectors: [[0.0] * 64 for _ in vectors],
    ],
    ids=["NaN", "wrong dimensions", "half a batch", "zeros"],
)
async def test_wrong_answers_are_not_believed(meaning: Meaning, small: Pretending, spoil: object) -> None:
    for number in range(4):
        await meaning.house.create("notes", title=f"Note {number}")
    small.spoil = spoil  # type: ignore[assignment]
    for _ in range(8):
        await meaning.follow()
    assert await meaning.house.value("SELECT count(*) FROM embeddings") == 0
    assert (await parked(meaning.house), await waiting(meaning.house)) == ([], 4)
    small.spoil = lambda vectors: vectors
    await meaning.follow()
    assert await meaning.house.value("SELECT count(*) FROM embeddings") == 4


async def test_another_embedder_under_the_same_name_adds_nothing(meaning: Meaning, small: Pretending) -> None:
    await meaning.house.create("notes", title="A")
    await meaning.follow()
    await meaning.house.create("notes", title="B")
    await Meaning(meaning.house, Pretended(meaning.house.service.database, Pretending(version="2"))).follow()
    (one,) = await meaning.progress()
    assert "switch to it anew" in (one.problem or "")
    await meaning.follow()
    assert sorted(await meaning.found("a b")) == ["A", "B"]


async def test_a_million_pieces_in_one_record(meaning: Meaning, small: Pretending) -> None:
    """The first 2,000 are embedded, a batch at a time, so that a new note goes before them; and that is said."""
    paragraph = " ".join(f"w{number}" for number in range(250))
    await meaning.house.create("notes", title="Endless", content=f"{paragraph}\n\n" * 2100)
    await meaning.notice()
    await meaning.filler.round()
    await meaning.filler.round()
    await meaning.filler.round()
    await meaning.house.create("notes", title="Short")
    await meaning.notice()
    await meaning.filler.round()
    assert "Short" in small.embedded[-32:], small.embedded[-40:]
    assert len(small.embedded) < 200
    while await waiting(meaning.house):
        await meaning.filler.round()
    assert await meaning.house.value("SELECT count(*) FROM embeddings") == 2001
    assert await parked(meaning.house) == [
        ("Endless", "Only the first 2,000 pieces have vectors: the text is longer than that.")
    ]


async def test_what_may_not_leave_is_parked_and_loses_what_had_left(house: Household) -> None:
    far = Pretending("far", address="https://elsewhere.example")
    embeddings = Pretended(
        house.service.database, far, settings=Settings(embedders=(far.identity.spec,), share_up_to=1)
    )
    meaning = Meaning(house, embeddings, usual=far.identity.spec)
    note = await house.create("notes", title="Open", content="weather")
    await house.create("notes", title="Closed", content="diagnosis", sensitivity=2)
    await meaning.follow()
    assert far.embedded == ["Open\nweather"]
    ((label, reason),) = await parked(house)
    assert (label, "LIFELOOM_SHARE_UP_TO" in reason) == ("Closed", True)
    await house.change("notes", note, sensitivity=3)
    await meaning.follow()
    assert await house.value("SELECT count(*) FROM embeddings") == 0
    assert len(await parked(house)) == 2
    sent = await house.rows("SELECT recipient, purpose, sensitivity, bytes FROM outbound_texts")
    assert [tuple(row) for row in sent] == [("https://elsewhere.example", "document", 1, 12)]


async def test_a_users_first_model_is_searched_while_it_fills(meaning: Meaning, small: Pretending) -> None:
    for number in range(3):
        await meaning.house.create("notes", title=f"Note {number}")
    await begin(meaning.house.service.database, meaning.house.user, small.identity)
    (one,) = await meaning.progress()
    assert (one.state, one.caught_up) == ("active", False)
    await meaning.follow()
    assert len(await meaning.found("note")) == 3
