"""The vector of a question: from memory, in time, through the gate, or not at all with the reason."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.database import Database
from graph.embedding import Embeddings, Model, Piece, Unavailable, Wanted, chunks_of, embedding, models
from graph.embedding.embedders.base import EmbedderUnavailable, Identity
from graph.embedding.gate import Gate, Leaving, Recipient, TextStays
from graph.embedding.sources import Source, Sources
from graph.settings import Settings
from tests.graph.embedding.peers import fake_openai, server
from tests.graph.household import CATALOG, Household

ABROAD = Recipient("https://api.example/v1", "m")
ACTIVATE = "INSERT INTO user_models (model_id, state) VALUES ($1, 'active')"


@pytest.fixture
def peer() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server whose vectors say how long a text is."""
    with server(fake_openai(lambda text: [float(len(text)), 1.0])) as (address, bodies):
        yield f"openai:m@{address}", bodies


@asynccontextmanager
async def opened(database: Database, *specs: str, **settings: Any) -> AsyncIterator[Embeddings]:
    embeddings = Embeddings(database, Settings(embedders=specs, **settings))
    try:
        yield embeddings
    finally:
        await embeddings.close()


async def activate(database: Database, user: UUID, identity: Identity) -> Model:
    async with database.acting_as(user) as connection:
        model = await models.register(connection, identity)
        await connection.execute(ACTIVATE, model.id)
    return model


async def outbound(database: Database, user: UUID) -> list[tuple[Any, ...]]:
    wanted = "recipient, model, purpose, record_type, record_id, sensitivity, bytes, sha256"
    async with database.acting_as(user) as connection:
        return [tuple(row) for row in await connection.fetch(f"SELECT {wanted} FROM outbound_texts")]


async def test_a_question_is_asked_once(database: Database, alice: UUID, bob: UUID, peer: Any) -> None:
    spec, bodies = peer
    async with opened(database, spec) as embeddings:
        assert await embeddings.embed_query(alice, "tea") == Unavailable("No text has been embedded yet.")
        model = await activate(database, alice, await embeddings.identify(spec))
        first = await embeddings.embed_query(alice, "tea")
        assert isinstance(first, Wanted)
        assert first.model == model.id
        assert [float(value) for value in first.vector.strip("[]").split(",")] == pytest.approx(
            [0.9487, 0.3162], abs=1e-3
        )
        assert await embeddings.embed_query(alice, "  tea\n") == first
        assert [body["input"] for body in bodies] == [["Lifeloom"], ["tea"]]
        assert isinstance(await embeddings.embed_query(bob, "tea"), Unavailable)
    assert await outbound(database, alice) == []


@pytest.mark.parametrize("text", ["", " \n", "\0"])
async def test_nothing_is_no_question(database: Database, alice: UUID, peer: Any, text: str) -> None:
    async with opened(database, peer[0]) as embeddings:
        await activate(database, alice, await embeddings.identify(peer[0]))
        assert isinstance(await embeddings.embed_query(alice, text), Unavailable)


@pytest.mark.parametrize("text", ["a", "x" * 100_000, "🏖️", "שלום", "\ud800", '"((& | !'])
async def test_odd_questions_are_answered(database: Database, alice: UUID, peer: Any, text: str) -> None:
    async with opened(database, peer[0]) as embeddings:
        await activate(database, alice, await embeddings.identify(peer[0]))
        assert isinstance(await embeddings.embed_query(alice, text), Wanted)


async def test_a_slow_embedder_is_waited_for_so_long(
    database: Database, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "PATIENCE", 0.2)
    asked = []

    async def slowly(self: Any, texts: list[str], role: str) -> None:
        asked.append(texts)
        await asyncio.sleep(30)

    monkeypatch.setattr("graph.embedding.embedders.use.Use.embed", slowly)
    async with opened(database, "use") as embeddings:
        await activate(database, alice, await embeddings.identify("use"))
        first, second = [await embeddings.embed_query(alice, "tea") for _ in range(2)]
        assert isinstance(first, Unavailable)
        assert "seconds" in first.reason
        assert (second, len(asked)) == (first, 1), "it rests"
        monkeypatch.setattr(embedding, "REST", 0.0)
        await embeddings.embed_query(alice, "tea")
        assert len(asked) == 2


async def test_a_broken_embedder_gives_a_reason_and_no_error(database: Database, alice: UUID) -> None:
    answers = [(200, {"data": [{"index": 0, "embedding": [1.0, 1.0]}]}), (500, {})]

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        return answers[0 if body["input"] == ["Lifeloom"] else 1]

    with server(answer) as (address, _):
        async with opened(database, f"openai:m@{address}") as embeddings:
            await activate(database, alice, await embeddings.identify(f"openai:m@{address}"))
            found = await embeddings.embed_query(alice, "secret tea")
    assert isinstance(found, Unavailable)
    assert "500" in found.reason
    assert "secret" not in found.reason


async def test_other_weights_under_the_same_name_are_not_mixed(database: Database, alice: UUID, peer: Any) -> None:
    spec, _ = peer
    async with opened(database, spec) as embeddings:
        now = await embeddings.identify(spec)
        before = Identity(now.provider, now.name, "older", 3, now.address)
        await activate(database, alice, before)
        found = await embeddings.embed_query(alice, "tea")
    assert isinstance(found, Unavailable)
    assert "switch" in found.reason


async def test_only_what_the_settings_name_is_asked(database: Database, alice: UUID, peer: Any) -> None:
    spec, bodies = peer
    async with opened(database, "use") as embeddings:
        with pytest.raises(EmbedderUnavailable, match="LIFELOOM_EMBEDDER"):
            await embeddings.identify(spec)
        await activate(database, alice, Identity("openai", "m", "", 2, spec.partition("@")[2]))
        assert isinstance(await embeddings.embed_query(alice, "tea"), Unavailable)
    assert bodies == []


# The gate


async def test_what_leaves_is_written_down_before(database: Database, alice: UUID, bob: UUID) -> None:
    note = uuid4()
    texts = [Leaving("el mar 🌊", 1, "note", note), Leaving("low", 0, "place", note)]
    await Gate(database, 1).admit(alice, ABROAD, "document", texts)
    rows = sorted(await outbound(database, alice), key=lambda row: -row[6])
    digest = [sha256(each.text.encode()).digest() for each in texts]
    assert rows == [
        ("https://api.example/v1", "m", "document", "note", note, 1, 11, digest[0]),
        ("https://api.example/v1", "m", "document", "place", note, 0, 3, digest[1]),
    ]
    assert await outbound(database, bob) == []


@pytest.mark.parametrize(
    ("limit", "sensitivity", "goes"),
    [(0, 0, True), (0, 1, False), (1, 1, True), (1, 2, False), (2, 3, False), (3, 3, True)],
)
async def test_what_is_too_much_ones_own_stays(
    database: Database, alice: UUID, limit: int, sensitivity: int, goes: bool
) -> None:
    gate = Gate(database, limit)
    texts = [Leaving("harmless", 0), Leaving("a diagnosis", sensitivity)]
    assert gate.allows(ABROAD, sensitivity) is goes
    if goes:
        await gate.admit(alice, ABROAD, "extraction", texts)
    else:
        with pytest.raises(TextStays) as refusal:
            await gate.admit(alice, ABROAD, "extraction", texts)
        assert "diagnosis" not in str(refusal.value)
    assert len(await outbound(database, alice)) == 2 * goes


async def test_this_machine_may_have_everything(database: Database, alice: UUID) -> None:
    for address in ("", "http://localhost:11434"):
        await Gate(database, 0).admit(alice, Recipient(address, "m"), "document", [Leaving("a diagnosis", 3)])
    assert await outbound(database, alice) == []


async def test_nothing_reaches_an_embedder_around_the_gate(
    database: Database, alice: UUID, peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same server, taken for one abroad."""
    spec, bodies = peer
    monkeypatch.setattr("graph.embedding.gate.is_local", lambda address: False)
    async with opened(database, spec, share_up_to=0) as embeddings:
        model = await activate(database, alice, await embeddings.identify(spec))
        found = await embeddings.embed_query(alice, "tea")
        assert isinstance(found, Unavailable)
        assert "LIFELOOM_SHARE_UP_TO" in found.reason
        note = Source(uuid4(), "note", "L", "text", 1)
        with pytest.raises(TextStays):
            await embeddings.embed(alice, model, [Piece(note, chunks_of("L", "text")[0])])
        assert len(bodies) == 1
        low = Source(uuid4(), "place", "Beach", "", 0)
        assert len(await embeddings.embed(alice, model, [Piece(low, chunks_of("Beach", "")[0])])) == 1
    rows = await outbound(database, alice)
    assert [(row[2], row[4], row[7]) for row in rows] == [("document", low.record, sha256(b"Beach").digest())]


# What is embedded of a record


async def test_sources_of_all_types_and_how_much_they_are_ones_own(house: Household, bob: UUID) -> None:
    made = {
        await house.create("notes", title="A", content="body", sensitivity=3): "note",
        await house.create(
            "events", summary="Dinner", description="at Paco's", dtstart="2026-01-01T20:00:00Z"
        ): "event",
        await house.create("places", name="Beach"): "place",
        await house.create("tags", name="sea"): "tag",
    }
    sources = Sources(CATALOG)
    async with house.service.database.acting_as(house.user) as connection:
        found = {each.type: each for each in await sources.read(connection, house.user, made.items())}
    assert {type_: (each.label, each.sensitivity) for type_, each in found.items()} == {
        "note": ("A", 3),
        "event": ("Dinner", 0),
        "place": ("Beach", 0),
    }
    assert found["note"].text == "body"
    assert "at Paco's" in found["event"].text
    async with house.service.database.acting_as(bob) as connection:
        assert await sources.read(connection, bob, made.items()) == []
    assert {"title", "content", "sensitivity"} <= sources.telling("note")
    assert sources.telling("tag") == frozenset()
