"""Readers of the log: every change once and in order, whoever stumbles, stops or reads beside them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from graph.changes import consumers
from graph.changes.consumers import Change, catch_up
from graph.changes.worker import Worker
from graph.database import Connection, Database
from graph.extraction.linker import Linker
from tests.graph.household import CATALOG, Household, write


class Listener:
    """Remembers what it was told, in the database, and may be told to fail or to wait."""

    name: ClassVar[str] = "listener"
    operations: ClassVar[tuple[str, ...]] = ("insert", "update", "delete", "restore", "purge")

    def __init__(self, *poison: UUID, error: Exception | None = None) -> None:
        self.poison, self.error = poison, error
        self.batches: list[Sequence[Change]] = []

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        self.batches.append(changes)
        for change in changes:
            tag = f"{change.operation} {change.record_type} {change.seq}"
            await connection.execute("INSERT INTO tags (user_id, name) VALUES ($1, $2)", user, tag)
            if change.record_id in self.poison:
                raise self.error or ValueError("poison")

    @property
    def told(self) -> list[Change]:
        return [change for batch in self.batches for change in batch]


class Notes(Listener):
    """Ignores the tags that it makes itself."""

    async def take(self, connection: Connection, user: UUID, changes: Sequence[Change]) -> None:
        await super().take(connection, user, [change for change in changes if change.origin != self.name])


async def heard(house: Household) -> list[str]:
    return sorted(await house.column("SELECT name FROM tags WHERE name LIKE '% note %'"))


async def test_what_a_consumer_is_told(house: Household) -> None:
    note = await house.create("notes", title="A", content="text")
    await house.change("notes", note, title="B", pinned=True)
    await house.delete(note)
    await house.restore(note)
    await house.service.records.purge(house.user, note)
    listener = Notes()
    await catch_up(house.service.database, house.user, listener)
    assert [(change.operation, change.columns) for change in listener.told] == [
        ("insert", frozenset()),
        ("update", frozenset()),  # a purge takes the words out of the log
        ("delete", frozenset()),
        ("restore", frozenset()),
        ("purge", frozenset()),
    ]
    other = await house.create("notes", title="A")
    await house.change("notes", other, title="B", pinned=True)
    await catch_up(house.service.database, house.user, listener)
    assert listener.told[-1].columns == {"title", "pinned"}
    assert {change.record_type for change in listener.told} == {"note"}


async def test_each_change_counts_once_with_two_readers_at_once(house: Household, addresses: tuple[str, str]) -> None:
    ids = [await house.create("notes", title=str(number)) for number in range(60)]
    async with Database.open(*addresses, pool_size=2) as second:
        readers = (house.service.database, second, house.service.database)
        await asyncio.gather(*(catch_up(database, house.user, Notes()) for database in readers))
    assert len(await heard(house)) == len(ids)


async def test_poison_is_parked_and_the_rest_goes_on(house: Household) -> None:
    ids = [await house.create("notes", title=str(number)) for number in range(20)]
    listener = Notes(ids[7], ids[12], error=RecursionError("too deep\0"))
    await catch_up(house.service.database, house.user, listener)
    seqs = await house.column("SELECT seq FROM change_log WHERE record_id = ANY ($1) ORDER BY seq", [ids[7], ids[12]])
    parked = await house.rows("SELECT seq, error FROM parked_changes WHERE consumer = 'listener' ORDER BY seq")
    assert [tuple(row) for row in parked] == [(seq, "RecursionError: too deep") for seq in seqs]
    assert len(await heard(house)) == 18  # what the poisoned ones wrote before they failed is undone
    assert await catch_up(house.service.database, house.user, listener) == 0


async def test_a_failure_of_the_moment_parks_nothing(house: Household) -> None:
    note = await house.create("notes", title="A")
    with pytest.raises(ConnectionResetError):
        await catch_up(house.service.database, house.user, Notes(note, error=ConnectionResetError()))
    assert await house.rows("SELECT * FROM parked_changes") == []
    await catch_up(house.service.database, house.user, Notes())
    assert len(await heard(house)) == 1


async def test_a_text_that_cannot_be_linked_holds_up_no_other(house: Household, database: Database) -> None:
    """The database itself refuses every edge from one note; the others are linked, those that come upon it too."""
    bad = await house.create("notes", title="Bad", content="[[Good]] [[Late]]")
    async with database.owner() as connection:
        await connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON entity_links FOR EACH ROW "
            f"WHEN (NEW.source_id = '{bad}' AND NEW.relation = 'LINKS_TO') EXECUTE FUNCTION refuse()"
        )
    await house.create("notes", title="Good", content="[[Bad]]")
    await house.follow()
    assert await house.edges() == {("Good", "LINKS_TO", "Bad")}
    assert await house.column("SELECT error FROM parked_changes") == ["RaiseError: no"]
    await house.create("notes", title="Late", content="[[Good]] [[Bad]]")
    await house.follow()
    assert {("Late", "LINKS_TO", "Good"), ("Late", "LINKS_TO", "Bad")} < await house.edges()
    assert len(await house.rows("SELECT * FROM parked_changes")) == 1


async def test_what_follows_from_an_action_is_of_its_change_set(house: Household, tmp_path: Path) -> None:
    """An import's links are the import's, though other changes stand before and behind it in the log."""
    await house.create("notes", title="Before", content="[[A]]")
    report = await house.bring(write(tmp_path, {"A.md": "[[B]] #tag", "B.md": "[[A]]"}))
    await house.create("notes", title="After", content="[[A]]")
    await house.follow()
    sql = "SELECT l.change_set_id FROM change_log l JOIN records r ON r.id = (l.after ->> 'source_id')::uuid WHERE r.label = $1"
    assert {*await house.column(sql, "A"), *await house.column(sql, "B")} == {report.change_set}
    own = "SELECT change_set_id FROM change_log JOIN records r ON r.id = record_id WHERE r.label = $1"
    for name in ("Before", "After"):
        assert set(await house.column(sql, name)) == set(await house.column(own, name)) != {report.change_set}
    tags = "SELECT DISTINCT change_set_id FROM change_log WHERE record_type IN ('tag', 'record_tag')"
    assert await house.column(tags) == [report.change_set]


async def test_a_log_longer_than_a_step(house: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "BATCH", 7)
    rows = [{"title": str(number), "content": f"[[{number + 1}]]"} for number in range(40)]
    await house.service.records.create(house.user, CATALOG.entities["notes"], rows)
    await house.follow()
    assert len(await house.edges()) == 39
    assert await house.waiting() == {"40"}
    assert await house.follow() == 0


async def test_the_worker_catches_up_after_a_restart(house: Household, bob: UUID) -> None:
    other = house.as_of(bob)
    worker = Worker(house.service.database, [Linker(CATALOG)])
    await house.create("notes", title="A", content="[[B]]")
    await worker.round()
    for one in (house, other):  # nobody reads now
        await one.create("notes", title="B", content="[[A]]")
        await one.create("notes", title="A")
    worker = Worker(house.service.database, [Linker(CATALOG)])
    assert await worker.round() > 0
    assert len(await house.edges()) == 2
    assert await other.edges() == {("B", "LINKS_TO", "A")}
    assert await worker.round() == 0


async def test_the_running_worker_follows_what_it_is_woken_for(house: Household) -> None:
    worker = Worker(house.service.database, [Linker(CATALOG)])
    task = asyncio.create_task(worker.run())
    try:
        await house.create("notes", title="A", content="[[B]]")
        await house.create("notes", title="B")
        worker.wake()
        async with asyncio.timeout(5):
            while not await house.edges():
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_one_log_that_fails_does_not_stop_the_others(house: Household, bob: UUID) -> None:
    other = house.as_of(bob)
    note = await house.create("notes", title="A")
    await other.create("notes", title="A")
    worker = Worker(house.service.database, [Notes(note, error=OSError("gone"))])
    await worker.round()
    await worker.round()
    assert (await heard(house), len(await heard(other))) == ([], 1)


async def test_nobody_is_behind_who_wrote_nothing(house: Household) -> None:
    assert await catch_up(house.service.database, uuid4(), Notes()) == 0
