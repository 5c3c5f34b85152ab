"""What the triggers cost: many notes by the owner's COPY beside the same COPY into a table that has the same indexes and no
triggers, and many by createNotes; and whether the cost of a row stays the same while a table grows."""

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from graph.accounts import create_user
from graph.database import Connection, Database, Server
from graph.service import compose
from graph.settings import Settings
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from resolvers.schema import build_schema
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared, migrate
from tests.bench.house import hurry
from tests.bench.life import Life

PIECES = 10
DEARER = 2.0
STEEPER = 1.3
PLAIN = """
CREATE TABLE plain (LIKE notes INCLUDING ALL, tsv tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('lifeloom', title), 'A') || to_tsvector('lifeloom', content)) STORED);
CREATE INDEX ON plain USING gin (user_id, tsv) WITH (fastupdate = on, gin_pending_list_limit = 2048);
"""
CREATE = "mutation Create($inputs: [CreateNoteInput!]!) { createNotes(inputs: $inputs) { id } }"

Rows = list[tuple[UUID, UUID, str, str]]


async def loading(quick: bool) -> bool:
    """Prints the seconds of each tenth; True where both limits hold."""
    copied, created = (10_000, 5_000) if quick else (100_000, 50_000)
    with tempfile.TemporaryDirectory(prefix="lifeloom-bench-") as name:
        Path(name).chmod(0o711)
        with Server.start(Path(name)) as server:
            async with Database.open(server.owner_dsn, server.service_dsn, 2) as database:
                catalog = declared(None)
                async with database.owner() as owner:
                    await hurry(owner)
                    await migrate(owner, catalog, extra=None)
                    await owner.execute(PLAIN)
                user = (await create_user(database, "bench")).id
                return await _measured(database, catalog, Life(user, 0, 0), (copied, created))


async def _measured(database: Database, catalog: Catalog, life: Life, sizes: tuple[int, int]) -> bool:
    copied, created = sizes
    engine = Engine(build_schema(catalog), compose(Settings(data_dir=Path()), catalog, database))

    async def create(rows: Rows) -> None:
        for first in range(0, len(rows), 500):
            inputs = [{"id": str(id_), "title": title, "content": text} for _, id_, title, text in rows[first : first + 500]]
            answer = await engine.execute(GraphQLRequest(CREATE, {"inputs": inputs}, None, None, False), life.user)
            assert b'"errors"' not in answer.body, answer.body[:500]

    async with database.owner() as owner:
        plain = await _pieces("COPY, no triggers", copied, life, lambda rows: _copy(owner, "plain", rows))
        tracked = await _pieces("COPY", copied, life, lambda rows: _copy(owner, "notes", rows))
    made = await _pieces("createNotes", created, life, create)
    dearer = sum(tracked) / sum(plain)
    print(f"COPY with all triggers takes {dearer:.2f} times the time without (limit {DEARER})")
    return dearer <= DEARER and max(steepness(tracked), steepness(made)) <= STEEPER


async def _pieces(what: str, count: int, life: Life, write: Callable[[Rows], Awaitable[Any]]) -> list[float]:
    seconds = []
    for _ in range(PIECES):
        rows = notes(life, count // PIECES)
        started = time.perf_counter()
        await write(rows)
        seconds.append(time.perf_counter() - started)
    rate = count / sum(seconds)
    shown = " ".join(f"{second:.2f}" for second in seconds)
    print(f"{what:18} {rate:8,.0f} notes/s   last tenth by first: {steepness(seconds):.2f}   seconds: {shown}", flush=True)
    return seconds


def steepness(seconds: list[float]) -> float:
    """What the last piece costs by what the first one cost."""
    return seconds[-1] / seconds[0]


def notes(life: Life, count: int) -> Rows:
    """Notes of about one kilobyte of text."""
    return [(life.user, uuid4(), life.text(4), life.text(155)) for _ in range(count)]


async def _copy(owner: Connection, table: str, rows: Rows) -> None:
    await owner.copy_records_to_table(table, columns=["user_id", "id", "title", "content"], records=rows)
