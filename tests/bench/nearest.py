"""Search by meaning alone, at a size: `python -m tests.bench.nearest 200000`. Real vectors (USE) of sentences put together
from the demonstration's notes; what the index finds beside what comparing everything finds, with and without filters.
"""

import asyncio
import random
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy

from graph import demo
from graph.accounts import create_user
from graph.database import Connection, Database
from graph.embedding import models, nearest
from graph.embedding.embedders.base import Vectors, as_text
from graph.embedding.embedders.use import Use
from tests.bench.house import inhabit, started

TYPES = ("note", "event", "task", "contact")
SHARES = (0.6, 0.3, 0.09, 0.01)
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
FILTERS = {
    "everything": (None, 0),
    "a tenth": (["task"], 0),
    "a hundredth": (["contact"], 0),
    "half by time": (None, 0.5),
}
SEARCH = "SELECT * FROM search_semantic($1, $2::text::vector, $3, $4, NULL, 50)"


def sentences() -> list[str]:
    vault = Path(demo.__file__).parent / "vault"
    text = "\n".join(path.read_text("utf-8") for path in sorted(vault.rglob("*.md")))
    return sorted({part.strip() for part in re.split(r"(?<=[.!?])\s+|\n", text) if 20 < len(part.strip()) < 200})


def embedded(count: int) -> Vectors:
    """Vectors of so many texts, three sentences each."""
    chance, parts, model = random.Random(1), sentences(), Use().load()
    texts = [" ".join(chance.sample(parts, 2)) for _ in range(count)]
    vectors = [model.encode(texts[n : n + 256]) for n in range(0, count, 256)]
    return numpy.concatenate(vectors)


async def fill(owner: Connection, user: UUID, model: UUID, vectors: Vectors) -> tuple[list[UUID], list[str]]:
    """Records and vectors, one second apart, the first the newest; past the triggers, which are not measured here."""
    ids = [uuid4() for _ in vectors]
    types = random.Random(2).choices(TYPES, SHARES, k=len(ids))
    await owner.execute("CREATE TEMP TABLE IF NOT EXISTS given (id uuid, type text, n int, vector text)")
    await owner.execute("TRUNCATE given")
    rows = (
        (id_, type_, n, as_text(vector)) for n, (id_, type_, vector) in enumerate(zip(ids, types, vectors, strict=True))
    )
    await owner.copy_records_to_table("given", records=rows)
    await owner.execute(
        f"INSERT INTO records SELECT '{user}', id, type, 'x', '{NEWEST}'::timestamptz - n * interval '1 second', now(), now() FROM given"
    )
    await owner.execute(
        "INSERT INTO embeddings (user_id, model_id, record_id, chunk_no, content_sha256, embedding, text) "
        f"SELECT '{user}', '{model}', id, 0, '\\x00', vector::vector, repeat('w', 600) FROM given")  # fmt: skip
    return ids, types


async def measure(
    database: Database, user: UUID, model: UUID, ids: list[UUID], types: list[str], vectors: Vectors
) -> None:
    place = {id_: n for n, id_ in enumerate(ids)}
    for name, passing, (kinds, share) in masks(types):
        times, hits = [], []
        for n in range(0, len(ids), max(1, len(ids) // 100)):
            async with database.acting_as(user) as connection:
                before = time.perf_counter()
                since = NEWEST - timedelta(seconds=share * len(ids)) if share else None
                rows = await connection.fetch(SEARCH, model, as_text(vectors[n]), kinds, since)
                times.append(1000 * (time.perf_counter() - before))
            scores = numpy.where(passing, vectors @ vectors[n], -2)
            wanted = min(10, int(passing.sum()))
            least = numpy.partition(scores, -wanted)[-wanted] - 1e-5
            hits.append(sum(bool(scores[place[row["id"]]] >= least) for row in rows[:wanted]) / wanted)
        times.sort()
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        print(f"  {name:15} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  recall@10 {sum(hits) / len(hits):.3f}")


def masks(types: list[str]) -> Iterator[tuple[str, "numpy.ndarray", tuple[list[str] | None, float]]]:
    for name, (kinds, share) in FILTERS.items():
        of_type = numpy.array([kinds is None or type_ in kinds for type_ in types])
        recent = numpy.arange(len(types)) <= (share * len(types) if share else len(types))
        yield name, of_type & recent, (kinds, share)


async def main(count: int) -> None:
    before = time.perf_counter()
    vectors = embedded(count + 200)
    print(f"{count} texts embedded in {time.perf_counter() - before:.0f} s")
    with started() as server:
        async with Database.open(server.owner_dsn, server.service_dsn, 4) as database:
            user = await inhabit(database)
            other = (await create_user(database, "other")).id
            async with database.acting_as(user) as connection:
                model = await models.register(connection, await Use().identify())
            async with database.owner() as owner:
                many = await fill(owner, user, model.id, vectors[:count])
                few = await fill(owner, other, model.id, vectors[count:])
                await owner.execute("VACUUM ANALYZE records, embeddings")
            print("comparing everything")
            await measure(database, user, model.id, *many, vectors[:count])
            before = time.perf_counter()
            await nearest.settle(database, user, model)
            print(f"by index, made in {time.perf_counter() - before:.0f} s")
            await measure(database, user, model.id, *many, vectors[:count])
            print("a user of 200 beside")
            await measure(database, other, model.id, *few, vectors[count:])
            async with database.owner() as owner:
                sizes = "SELECT pg_size_pretty(pg_relation_size('embeddings')), pg_size_pretty(pg_relation_size(to_regclass(nearest_index($1, $2))))"
                print("table and index:", *(await owner.fetchrow(sizes, user, model.id)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
