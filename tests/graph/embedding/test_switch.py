"""From one model to the next without a gap: both are searched meanwhile, any interruption is survived, one call goes back."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from graph.database import Database
from graph.embedding import filling
from graph.embedding.switch import (
    ModelInUse,
    ModelNeeded,
    NoWayBack,
    SwitchUnderWay,
    UnknownModel,
    begin,
    drop,
    roll_back,
)
from tests.graph.embedding.pretending import Meaning, Pretended, Pretending
from tests.graph.household import CATALOG, Household

ROOT = Path(__file__).parents[3]


@pytest.fixture
def small() -> Pretending:
    return Pretending("small", 64)


@pytest.fixture
def large() -> Pretending:
    return Pretending("large", 96)


@pytest.fixture
def meaning(house: Household, small: Pretending, large: Pretending) -> Meaning:
    return Meaning(house, Pretended(house.service.database, small, large))


async def start(meaning: Meaning, embedder: Pretending) -> None:
    await begin(meaning.house.service.database, meaning.house.user, embedder.identity)


async def states(meaning: Meaning) -> list[tuple[str, str]]:
    return [(one.model.identity.name, one.state) for one in await meaning.progress()]


async def notes(house: Household, count: int) -> None:
    rows = [{"title": f"Note {number}", "content": f"about {number % 10}"} for number in range(count - 1)]
    rows.append({"title": "Lighthouse", "content": "at Finisterre the keeper of the"})
    await house.service.records.create(house.user, CATALOG.entities["notes"], rows)


async def test_a_switch_and_the_way_back(meaning: Meaning, small: Pretending, large: Pretending) -> None:
    house, database = meaning.house, meaning.house.service.database
    await notes(house, 100)
    await meaning.follow()
    await start(meaning, large)
    for _ in range(3):
        await meaning.filler.round()
        assert await as_ever(meaning)  # by the old one, as well as ever
        assert await meaning.found("lighthouse", large) != []
        assert await states(meaning) == [("small", "active"), ("large", "filling")]
    (_, one) = await meaning.progress()
    assert (one.done, one.total, one.eta is not None, one.caught_up) == (96, 100, True, False)
    await meaning.follow()
    assert await states(meaning) == [("large", "active"), ("small", "retired")]
    assert await as_ever(meaning)
    await house.create("notes", title="New one", content="about nothing")
    await meaning.follow()
    assert "New one" not in small.embedded[-1]
    count = len(small.embedded)
    assert (await roll_back(database, meaning.embeddings, house.user)).identity == small.identity
    assert await as_ever(meaning)  # at once
    await meaning.follow()
    assert await meaning.found("new nothing") == ["New one", *(await meaning.found("new nothing"))[1:]]
    assert len(small.embedded) - count < 10  # the question and what changed since, not all of it again
    assert await states(meaning) == [("small", "active"), ("large", "retired")]
    assert (await drop(database, house.user, "large")).model.identity == large.identity
    assert await states(meaning) == [("small", "active")]
    assert await house.value("SELECT count(DISTINCT model_id) FROM embeddings") == 1
    with pytest.raises(NoWayBack):
        await roll_back(database, meaning.embeddings, house.user)


async def test_what_is_refused(meaning: Meaning, small: Pretending, large: Pretending) -> None:
    database, user = meaning.house.service.database, meaning.house.user
    with pytest.raises(NoWayBack):
        await roll_back(database, meaning.embeddings, user)
    await notes(meaning.house, 3)
    await meaning.follow()
    with pytest.raises(ModelInUse):
        await start(meaning, small)
    await start(meaning, large)
    for embedder in (large, Pretending("third", 32)):
        with pytest.raises(SwitchUnderWay, match="large"):
            await start(meaning, embedder)
    for name, state in (("small", "active"), ("large", "filling")):
        with pytest.raises(ModelNeeded, match=state):
            await drop(database, user, name)
    with pytest.raises(UnknownModel):
        await drop(database, user, "nobody")
    assert (await roll_back(database, meaning.embeddings, user)).identity == small.identity
    assert await states(meaning) == [("small", "active"), ("large", "retired")]
    await drop(database, user, "large")


async def test_two_switches_in_the_same_moment(meaning: Meaning, large: Pretending) -> None:
    await notes(meaning.house, 3)
    await meaning.follow()
    begun = await asyncio.gather(start(meaning, large), start(meaning, Pretending("third", 32)), return_exceptions=True)
    assert [type(one) for one in begun if one is not None] == [SwitchUnderWay]


async def test_a_switch_concerns_one_user(meaning: Meaning, large: Pretending, bob: UUID) -> None:
    other = Meaning(meaning.house.as_of(bob), meaning.embeddings)
    await notes(meaning.house, 3)
    await notes(other.house, 3)
    await other.notice()
    await meaning.follow()
    await start(meaning, large)
    await meaning.follow()
    assert await states(other) == [("small", "active")]
    assert await states(meaning) == [("large", "active"), ("small", "retired")]
    with pytest.raises(UnknownModel):
        await drop(meaning.house.service.database, bob, "large")
    await drop(meaning.house.service.database, meaning.house.user, "small")
    assert len(await other.found("note")) == 3


async def test_the_hot_and_the_new_come_first(meaning: Meaning, large: Pretending, database: Database) -> None:
    house = meaning.house
    for year in (2021, 2023, 2022, 2020):
        await house.create("diary_entries", entry_date=f"{year}-05-01", content=f"year {year}")
    await meaning.follow()
    hot = await house.value("SELECT id FROM diary_entries WHERE content = 'year 2021'")
    async with database.owner() as connection:
        await connection.execute("INSERT INTO record_heat (user_id, id, type, level, half_life, pinned)"
                                 " VALUES ($1, $2, 'diary_entry', 0, 30, true)", house.user, hot)  # fmt: skip
    await start(meaning, large)
    await meaning.follow()
    assert [text[-4:] for text in large.embedded] == ["2021", "2023", "2022", "2020"]


async def test_what_changes_during_a_switch_is_in_both(meaning: Meaning, small: Pretending, large: Pretending) -> None:
    await notes(meaning.house, 40)
    await meaning.follow()
    await start(meaning, large)
    await meaning.filler.round()
    late = await meaning.house.create("notes", title="Late", content="comet")
    gone = await meaning.house.id_of("Note 3")
    await meaning.house.delete(gone)
    await meaning.follow()
    for model in (small, large):
        assert (await meaning.found("comet late", model))[0] == "Late"
    counts = "SELECT count(*) FILTER (WHERE record_id = $1), count(*) FILTER (WHERE record_id = $2) FROM embeddings"
    assert [tuple(row) for row in await meaning.house.rows(counts, late, gone)] == [(2, 0)]


async def test_a_model_that_vanishes_in_the_middle(
    meaning: Meaning, large: Pretending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "REST", 0.0)
    monkeypatch.setattr(filling, "LONGEST_REST", 0.0)
    await notes(meaning.house, 50)
    await meaning.follow()
    await start(meaning, large)
    await meaning.filler.round()
    large.down = True
    await meaning.house.create("notes", title="Fresh", content="meanwhile")
    await meaning.follow()
    assert (await meaning.found("fresh meanwhile"))[0] == "Fresh"
    (_, one) = await meaning.progress()
    assert (one.state, one.done, one.problem) == ("filling", 32, "The embedder large cannot be asked: it is down.")
    large.down = False
    await meaning.follow()
    assert await states(meaning) == [("large", "active"), ("small", "retired")]


async def test_a_model_that_can_do_less_does_not_take_over(
    meaning: Meaning, large: Pretending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.embedding.batch.LATER", 0.0)
    await notes(meaning.house, 50)
    await meaning.follow()
    large.poison = {"about 7"}
    await start(meaning, large)
    await meaning.follow()
    (_, one) = await meaning.progress()
    assert (one.state, one.parked, (one.problem or "")[:22]) == ("filling", 5, "5 more texts are parke")
    await roll_back(meaning.house.service.database, meaning.embeddings, meaning.house.user)
    large.poison = set()
    await start(meaning, large)
    await meaning.follow()
    assert await states(meaning) == [("large", "active"), ("small", "retired")]


async def test_killed_twice_in_the_middle(meaning: Meaning, large: Pretending, addresses: tuple[str, str]) -> None:
    """Another process fills and is killed, twice; a third one ends it. No piece is lost, and none but a batch repeated."""
    house = meaning.house
    await notes(house, 3000)
    await meaning.follow()
    await start(meaning, large)
    embedded: list[str] = []
    for least in (700, 1900):
        embedded += await killed_after(addresses, house, least, meaning)
    embedded += await output(await filler(addresses, house.user))
    assert await states(meaning) == [("large", "active"), ("small", "retired")]
    assert await house.value("SELECT count(*) FROM embeddings") == 6000
    assert len(set(embedded)) == 3000
    assert 3000 <= len(embedded) <= 3000 + 2 * 32
    assert await as_ever(meaning)


async def as_ever(meaning: Meaning) -> bool:
    """Whether a question is answered as well as ever."""
    return (await meaning.found("the keeper of the lighthouse at Finisterre"))[0] == "Lighthouse"


async def killed_after(addresses: tuple[str, str], house: Household, least: int, meaning: Meaning) -> Sequence[str]:
    process = await filler(addresses, house.user)
    counted = "SELECT done FROM user_models WHERE state = 'filling'"
    async with asyncio.timeout(60):
        while await house.value(counted) < least:
            assert await as_ever(meaning)
            await asyncio.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    said = await output(process)
    assert await house.value(counted) < 3000
    return said


async def filler(addresses: tuple[str, str], user: UUID) -> asyncio.subprocess.Process:
    """A process that fills until nothing waits, and prints each text before it is embedded."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.graph.embedding.pretended_process", *addresses, str(user),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def output(process: asyncio.subprocess.Process) -> Sequence[str]:
    out, _ = await process.communicate()
    return out.decode().splitlines()
