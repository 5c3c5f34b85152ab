"""Whatever is written in whatever order, and whoever fills when: in the end there are the vectors of what is there now."""

import contextlib
import random
from collections.abc import Sequence

import pytest

from graph.embedding import batch
from graph.embedding.chunks import chunks_of
from graph.embedding.switch import begin
from graph.errors import NotFound
from tests.graph.embedding.pretending import Meaning, Pretended, Pretending
from tests.graph.household import CATALOG, Household

WORDS = ("sea", "hill", "rain", "bread")


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_of_things_does_not_matter(
    house: Household, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LATER", 0.0)
    chance = random.Random(seed)
    small, large = Pretending("small", 64), Pretending("large", 96)
    meaning = Meaning(house, Pretended(house.service.database, small, large))
    rows = [{"title": f"N{number}", "content": words(chance)} for number in range(12)]
    ids = await house.service.records.create(house.user, CATALOG.entities["notes"], rows)

    async def something() -> None:
        id_ = chance.choice(ids)
        with contextlib.suppress(NotFound):  # what is deleted cannot be changed
            match chance.randrange(4):
                case 0 | 1:
                    await house.change("notes", id_, content=words(chance))
                case 2:
                    await house.delete(id_)
                case _:
                    await house.restore(id_)

    async def meanwhile(texts: Sequence[str]) -> None:
        if chance.random() < 0.5:
            await something()
            await meaning.notice()

    small.before = large.before = meanwhile
    for step in range(25):
        await something()
        if chance.random() < 0.4:
            await meaning.notice()
        if chance.random() < 0.4:
            await meaning.filler.round()
        if step == 12:
            await meaning.follow()
            await begin(house.service.database, house.user, large.identity)
    small.before = large.before = None
    await meaning.follow()
    assert [one.state for one in await meaning.progress()] == ["active", "retired"]
    sql = "SELECT e.content_sha256, e.chunk_no FROM embeddings e JOIN user_models m USING (model_id) WHERE m.state = 'active'"
    stored = sorted(tuple(row) for row in await house.rows(sql))
    there = await house.rows("SELECT title, content FROM notes WHERE deleted_at IS NULL")
    wanted = [chunk for row in there for chunk in chunks_of(row["title"], row["content"])]
    assert stored == sorted((chunk.sha256, chunk.no) for chunk in wanted)
    assert await house.value("SELECT count(*) FROM embedding_queue") == 0


def words(chance: random.Random) -> str:
    """One to four sections, each a piece."""
    return "\n\n".join(f"# {chance.choice(WORDS)}\n\n{chance.choice(WORDS) * 250}" for _ in range(chance.randint(1, 4)))


async def test_one_process_fills_at_a_time(house: Household) -> None:
    embeddings = Pretended(house.service.database, Pretending())
    one, other = Meaning(house, embeddings).filler, Meaning(house, embeddings).filler
    async with one.alone() as mine:
        assert mine is not None
        async with other.alone() as theirs:
            assert theirs is None
    async with other.alone() as theirs:
        assert theirs is not None
