"""What the triggers cost: many notes by the owner's COPY beside the same COPY into a table with the same indexes and
no triggers, and many by createNotes; and whether the cost of a row stays the same while a table grows."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from graph.database import Connection, Database
from graph.service import compose
from graph.settings import Settings
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from resolvers.schema import build_schema
from schema_sql.migrate import declared
from tests.bench.house import inhabit, started
from tests.bench.life import Life

PIECES = 10
BATCH = 500
DEARER = 2.0
STEEPER = 1.3
PLAIN = """
CREATE TABLE plain (LIKE notes INCLUDING ALL, tsv tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('lifeloom_en', parted(title)), 'A') || to_tsvector('lifeloom_en', parted(content))) STORED);
CREATE INDEX ON plain USING gin (user_id, tsv) WITH (fastupdate = on, gin_pending_list_limit = 2048);
"""
SMALL = ("the", "and", "of", "to", "is", "it", "you", "that", "was", "for", "on", "with")
CREATE = "mutation Create($inputs: [CreateNoteInput!]!) { createNotes(inputs: $inputs) { id } }"

Rows = list[tuple[UUID, UUID, str, str]]


async def loading(quick: bool) -> bool:
    """Prints the seconds of each tenth; True where both limits hold."""
    copied, created = (10_000, 5_000) if quick else (100_000, 50_000)
    with started() as server:
        async with Database.open(server.owner_dsn, server.service_dsn, 2) as database:
            life = Life(await inhabit(database), 0, 0)
            async with database.owner() as owner:
                await owner.execute(PLAIN)
            return await _measured(database, life, copied, created)


async def _measured(database: Database, life: Life, copied: int, created: int) -> bool:
    catalog = declared(None)
    engine = Engine(build_schema(catalog), compose(Settings(data_dir=Path()), catalog, database))

    async def create(rows: Rows) -> None:
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            inputs = [{"id": str(id_), "title": title, "content": text} for _, id_, title, text in batch]
            answer = await engine.execute(GraphQLRequest(CREATE, {"inputs": inputs}, None, None, False), life.user)
            assert b'"errors"' not in answer.body, answer.body[:500]

    async with database.owner() as owner:
        plain, tracked = await _pieces(
            life, copied // PIECES, lambda rows: _copy(owner, "plain", rows), lambda rows: _copy(owner, "notes", rows)
        )
    (made,) = await _pieces(life, created // PIECES, create)
    _shown("COPY, no triggers", copied, plain)
    _shown("COPY", copied, tracked)
    _shown("createNotes", created, made)
    dearer = sum(tracked) / sum(plain)
    print(f"COPY with all triggers takes {dearer:.2f} times the time without (limit {DEARER})")
    return dearer <= DEARER and max(steepness(tracked), steepness(made)) <= STEEPER


async def _pieces(life: Life, count: int, *writers: Callable[[Rows], Awaitable[Any]]) -> list[list[float]]:
    """The seconds of each piece for each writer, who take turns: what else the machine does falls on all of them."""
    seconds: list[list[float]] = [[] for _ in writers]
    for _ in range(PIECES):
        rows = notes(life, count)
        for write, taken in zip(writers, seconds, strict=True):
            started_at = time.perf_counter()
            await write(rows)
            taken.append(time.perf_counter() - started_at)
    return seconds


def _shown(what: str, count: int, seconds: list[float]) -> None:
    shown = f"last pieces by first: {steepness(seconds):.2f}   seconds: {' '.join(f'{one:.2f}' for one in seconds)}"
    print(f"{what:18} {count / sum(seconds):8,.0f} notes/s   {shown}", flush=True)


def steepness(seconds: list[float]) -> float:
    """What the last pieces cost by what the first ones cost: of three the cheapest, which nothing else disturbed."""
    return min(seconds[-3:]) / min(seconds[:3])


def notes(life: Life, count: int) -> Rows:
    """Notes of about one kilobyte, in what the index takes for English: a third of a text is its small words."""
    return [(life.user, uuid4(), life.text(4), _english(life)) for _ in range(count)]


def _english(life: Life) -> str:
    return " ".join(f"{life.text(2)} {life.random.choice(SMALL)}" for _ in range(57))


async def _copy(owner: Connection, table: str, rows: Rows) -> None:
    await owner.copy_records_to_table(table, columns=["user_id", "id", "title", "content"], records=rows)
