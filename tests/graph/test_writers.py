"""Writers of one user at full speed: no deadlock reaches them, the log has no gap, and a row costs what a row costs."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from graph.database import Connection, Database
from graph.records.write import Records
from resolvers.schema import Built

SECONDS = 3.0
PIECES, PIECE = 8, 400
STEEPER = 2.5
"""How much more the last pieces may cost than the first, disturbances included; what is quadratic is far beyond."""

SEQUENCE = "SELECT count(*), min(seq), max(seq) FROM change_log WHERE user_id = $1"
TOGETHER = """
WITH c AS (INSERT INTO contacts (fn) SELECT * FROM unnest($1::text[]) RETURNING id, fn)
INSERT INTO contact_emails (contact_id, email) SELECT id, fn FROM c
"""
INVITED = """
WITH e AS (INSERT INTO events (summary, dtstart) SELECT name, now() FROM unnest($1::text[]) name RETURNING id, summary)
INSERT INTO event_attendees (event_id, cal_address) SELECT id, 'mailto:' || summary FROM e
"""
EDGES = "SELECT count(*) FROM entity_links WHERE relation = 'ATTENDED_BY' AND kind = 'structural'"
NEWS = "SELECT seq FROM change_log WHERE user_id = $1 AND seq > $2 ORDER BY seq"
TURN = "UPDATE notes SET pinned = NOT pinned WHERE user_id = $1 AND id = $2"


async def until_the_end(work: Callable[[int], Awaitable[Any]]) -> int:
    """Repeats `work` with a new number for some seconds and says how often."""
    deadline = time.monotonic() + SECONDS
    for number in itertools.count():
        if time.monotonic() > deadline:
            return number
        await work(number)
    raise AssertionError


async def test_writers_of_one_user_never_meet_a_deadlock_and_the_log_has_no_gap(
    database: Database, built: Built, alice: UUID
) -> None:
    """Each locks the same rows in an order of its own: by GraphQL's door, by a bare client's statements, by hand."""
    catalog = built.workshop.catalog
    records, notes = Records(database, catalog), catalog.entities["notes"]
    shared = await records.create(alice, notes, [{"title": f"shared {n}"} for n in range(6)])

    async def by_the_door(number: int) -> None:
        for id_ in shared if number % 2 else reversed(shared):
            await records.update(alice, notes, id_, {"content": f"door {number}"})
        await records.create(alice, notes, [{"title": f"new {number}"}])

    async def many_at_once(number: int) -> None:
        async def work(connection: Connection) -> None:
            for id_ in shared if number % 3 else reversed(shared):
                await connection.execute(TURN, alice, id_)

        await database.write(alice, work)

    async def bare(number: int) -> None:
        async with database.acting_as(alice) as connection:
            await connection.execute("UPDATE notes SET language = $1", f"x-{number}")
            await connection.execute("INSERT INTO tasks (summary) VALUES ($1)", f"task {number}")

    counts = await asyncio.gather(*(until_the_end(writer) for writer in (by_the_door, by_the_door, many_at_once, bare)))
    assert min(counts) > 3
    async with database.owner() as owner:
        (row,) = await owner.fetch(SEQUENCE, alice)
        assert (row["min"], row["max"]) == (1, row["count"])
        assert await owner.fetchval("SELECT count(*) FROM notes WHERE user_id = $1", alice) == 6 + counts[0] + counts[1]
        assert await owner.fetchval("SELECT count(*) FROM tasks WHERE user_id = $1", alice) == counts[3]


async def test_a_reader_of_the_log_misses_nothing_while_others_write(
    database: Database, built: Built, alice: UUID
) -> None:
    """What commits later has a greater number: who asks for what follows the last one seen is told everything."""
    catalog = built.workshop.catalog
    records, notes = Records(database, catalog), catalog.entities["notes"]
    seen: list[int] = []

    async def read(_: int) -> None:
        async with database.acting_as(alice) as connection:
            after = seen[-1] if seen else 0
            rows = await connection.fetch(NEWS, alice, after)
        seen.extend(row[0] for row in rows)

    async def write(number: int) -> None:
        await records.create(alice, notes, [{"title": f"{number}.{n}"} for n in range(number % 7 + 1)])

    await asyncio.gather(until_the_end(read), until_the_end(write), until_the_end(write))
    await read(0)
    assert seen == list(range(1, len(seen) + 1)) and len(seen) > 20


async def test_one_statement_with_many_rows_costs_the_same_for_each(database: Database, alice: UUID) -> None:
    async with database.owner() as owner:

        async def copy(rows: list[tuple[UUID, str, str]]) -> None:
            await owner.copy_records_to_table("notes", columns=["user_id", "title", "content"], records=rows)

        text = " ".join(f"word{n}" for n in range(100))
        seconds = await pieces(lambda: copy([(alice, f"note {n}", text) for n in range(PIECE)]))
    assert steepness(seconds) < STEEPER


async def test_many_small_statements_of_one_transaction_cost_the_same_each(database: Database, alice: UUID) -> None:
    async def work(connection: Connection) -> list[float]:
        async def insert() -> None:
            for number in range(PIECE):
                await connection.execute("INSERT INTO notes (title) VALUES ($1)", f"note {number}")

        return await pieces(insert)

    assert steepness(await database.write(alice, work)) < STEEPER


async def test_many_edges_of_a_rule_cost_the_same_each(database: Database, alice: UUID) -> None:
    """Attendees meet contacts by their address: one more of them is not compared with all the others."""
    numbers = itertools.count()

    async def insert() -> None:
        values = [f"{next(numbers)}@example.org" for _ in range(PIECE)]
        async with database.acting_as(alice) as connection:
            await connection.execute(TOGETHER, values)
            await connection.execute(INVITED, values)

    seconds = await pieces(insert)
    async with database.owner() as owner:
        assert await owner.fetchval(EDGES) == PIECES * PIECE
    assert steepness(seconds) < STEEPER


async def pieces(write: Callable[[], Awaitable[None]]) -> list[float]:
    """The seconds of each piece of the work."""
    seconds = []
    for _ in range(PIECES):
        started = time.perf_counter()
        await write()
        seconds.append(time.perf_counter() - started)
    return seconds


def steepness(seconds: list[float]) -> float:
    """The cheapest of the last three pieces by the cheapest of the first three: what disturbs is on neither side."""
    return min(seconds[-3:]) / min(seconds[:3])
