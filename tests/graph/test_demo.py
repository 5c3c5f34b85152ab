"""The demo is a whole small life: nothing in it is refused or unfinished, and everything hangs together."""

from uuid import UUID

import pytest

from graph.database import Connection
from graph.demo import load
from graph.demo.load import FILES, is_empty, load_demo
from graph.errors import BadArgument
from tests.graph.household import CATALOG, Household

PLANS = {"Episode 6 – Lighthouse keepers", "Winter plans"}
"""Notes that Nora means to write: links to what does not exist yet."""


async def test_the_demo_is_whole_and_hangs_together(house: Household) -> None:
    report = await house.bring(*FILES, dry_run=True)
    assert (report.problems, report.warnings) == ([], [])
    assert await is_empty(house.service, house.user)
    await load_demo(house.service, house.user)
    types = set(await house.column("SELECT DISTINCT type FROM records WHERE deleted_at IS NULL"))
    assert {
        "note",
        "diary_entry",
        "contact",
        "event",
        "task",
        "project",
        "place",
        "organization",
        "goal",
        "bookmark",
    } <= types
    assert len(types) > 30
    assert await house.waiting() == PLANS
    assert await house.rows("SELECT * FROM parked_changes") == []
    kinds = dict(await house.rows("SELECT kind::text, count(*) FROM entity_links WHERE deleted_at IS NULL GROUP BY 1"))
    assert kinds.keys() == {"manual", "extracted", "structural"}
    assert min(kinds.values()) > 50
    pairs = await house.value(
        "SELECT count(DISTINCT (source_type, target_type)) FROM entity_links WHERE deleted_at IS NULL"
    )
    assert pairs > 40


async def test_everybody_in_it_knows_somebody(house: Household) -> None:
    """From the project in the middle every person, note, event and task is a few steps away."""
    await load_demo(house.service, house.user)
    reached = await house.column(
        "WITH RECURSIVE near(id) AS (SELECT id FROM records WHERE type = 'contact' AND label LIKE 'Nora%' UNION"
        " SELECT CASE WHEN l.source_id = near.id THEN l.target_id ELSE l.source_id END FROM near"
        " JOIN entity_links l ON near.id IN (l.source_id, l.target_id) AND l.deleted_at IS NULL) SELECT id FROM near"
    )
    main = await house.column("SELECT id FROM records WHERE type IN ('contact', 'note', 'event', 'project', 'place')")
    assert len(set(main) & set(reached)) > 0.9 * len(main)


async def test_it_is_loaded_once_and_only_into_an_empty_instance(house: Household, bob: UUID) -> None:
    await load_demo(house.service, house.user)
    before = await house.end_of_log()
    assert not await is_empty(house.service, house.user)
    with pytest.raises(BadArgument):
        await load_demo(house.service, house.user)
    assert (await house.bring(*FILES)).changes == 0
    assert await house.end_of_log() == before
    other = house.as_of(bob)
    assert await is_empty(other.service, bob)
    await other.create("notes", title="mine")
    assert not await is_empty(other.service, bob)


async def test_stopped_half_way_it_goes_on(house: Household, bob: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(self: object, connection: Connection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(load._Rest, "write", stop)
        with pytest.raises(KeyboardInterrupt):
            await load_demo(house.service, house.user)
    assert await is_empty(house.service, house.user)
    await load_demo(house.service, house.user)
    other = house.as_of(bob)
    await load_demo(other.service, bob)
    counts = [
        {name: await one.value(f"SELECT count(*) FROM {name}") for name in (*CATALOG.entities, ) if name not in ("import_batches",)
         and "user_id" in CATALOG.entities[name].by_name and CATALOG.entities[name].kind == "entity"}
        for one in (house, other)
    ]  # fmt: skip
    assert counts[0] == counts[1]
    assert await house.edges() == await other.edges()
