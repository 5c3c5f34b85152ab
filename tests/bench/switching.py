"""`python -m tests.bench.switching`: a switch of models over 50,000 short texts with a quick embedder, killed twice.

While another process fills, questions are asked of the old model: how long each takes, and how much of what an exact
comparison finds is found. At the end: what was lost, and what was embedded more than once.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from uuid import UUID

from graph.database import Database
from graph.embedding.switch import Progress, begin, progress
from graph.service import compose
from graph.settings import Settings
from tests.bench.house import inhabit, started
from tests.graph.embedding.pretending import Meaning, Pretended, Pretending
from tests.graph.household import CATALOG, Household

WORDS = [f"word{number}" for number in range(3000)]
BATCH = 2000
QUESTIONS = 20
DEPTH = 10
EXACT = "SELECT (-(embedding <#> $3::text::vector))::real FROM embeddings WHERE user_id = $1 AND model_id = $2 ORDER BY 1 DESC LIMIT $4"
FOUND = "SELECT similarity FROM search_semantic($1, $2::text::vector, NULL, NULL, NULL, $3)"


@dataclass
class Watch:
    """Asks the old model again and again."""

    database: Database
    user: UUID
    model: UUID
    questions: Sequence[str]
    exact: Sequence[float] = ()
    times: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)

    async def begin(self) -> None:
        """What an exact comparison finds; nothing of it changes while a switch is under way."""
        async with self.database.owner() as owner:
            rows = [await owner.fetch(EXACT, self.user, self.model, one, DEPTH) for one in self.questions]
        self.exact = [found[-1][0] - 1e-6 for found in rows]

    async def ask(self) -> float:
        """One round of all questions; the share of the nearest that was found."""
        hits = 0
        for question, least in zip(self.questions, self.exact, strict=True):
            began = time.perf_counter()
            async with self.database.acting_as(self.user) as connection:
                found = await connection.fetch(FOUND, self.model, question, DEPTH)
            self.times.append(1000 * (time.perf_counter() - began))
            hits += sum(row[0] >= least for row in found)
        self.recalls.append(hits / DEPTH / len(self.questions))
        return self.recalls[-1]


async def switching(records: int) -> bool:
    """Prints the figures; True where nothing was lost and no more than a batch repeated for each kill."""
    with started() as server:
        addresses = (server.owner_dsn, server.service_dsn)
        async with Database.open(*addresses, 4) as database:
            user = await inhabit(database)
            small, large = Pretending("small", 64), Pretending("large", 96)
            meaning = Meaning(
                Household(compose(Settings(), CATALOG, database), user), Pretended(database, small, large)
            )
            await _load(meaning, records)
            watch = await _watch(meaning, small)
            await begin(database, user, large.identity)
            embedded = await _killed_twice(meaning, addresses, records, watch)
            return await _told(meaning, records, embedded, watch)


async def _load(meaning: Meaning, records: int) -> None:
    chance, began = random.Random(1), time.perf_counter()
    texts = [" ".join(chance.choices(WORDS, k=12)) for _ in range(records)]
    for first in range(0, records, BATCH):
        rows = [{"title": f"Note {first + n}", "content": text} for n, text in enumerate(texts[first : first + BATCH])]
        await meaning.house.service.records.create(meaning.house.user, CATALOG.entities["notes"], rows)
    written = time.perf_counter()
    await meaning.follow()
    took = time.perf_counter() - written
    print(f"{records:,} texts written in {written - began:.0f} s, filled in {took:.0f} s ({records / took:,.0f}/s)")


async def _watch(meaning: Meaning, small: Pretending) -> Watch:
    chance = random.Random(2)
    texts = [" ".join(chance.choices(WORDS, k=6)) for _ in range(QUESTIONS)]
    vectors = [str(vector.tolist()) for vector in await small.embed(texts, "query")]
    (one,) = await meaning.progress()
    watch = Watch(meaning.house.service.database, meaning.house.user, one.model.id, vectors)
    await watch.begin()
    print(f"before: recall {await watch.ask():.3f}, p50 {quantiles(watch.times, n=20)[9]:.1f} ms")
    watch.times.clear()
    return watch


async def _killed_twice(meaning: Meaning, addresses: Sequence[str], records: int, watch: Watch) -> list[str]:
    embedded: list[str] = []
    began = time.perf_counter()
    for share in (0.3, 0.6, None):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.graph.embedding.pretended_process", *addresses, str(meaning.house.user),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        reading = asyncio.create_task(process.communicate())
        while (one := await _filling(meaning)) and (share is None or one.done < share * records):
            await watch.ask()
        if share is not None:
            os.kill(process.pid, signal.SIGKILL)
            print(f"killed at {one.done if one else 0:,}, the end was foreseen for {one.eta if one else None}")
        embedded += (await reading)[0].decode().splitlines()
    print(f"complete after {time.perf_counter() - began:.0f} s in all, three starts of a process included")
    return embedded


async def _filling(meaning: Meaning) -> Progress | None:
    found = await progress(meaning.house.service.database, meaning.house.user)
    return next((one for one in found if one.state == "filling"), None)


async def _told(meaning: Meaning, records: int, embedded: Sequence[str], watch: Watch) -> bool:
    counted = await meaning.house.rows("SELECT count(*) FROM embeddings GROUP BY model_id")
    lost, repeated = 2 * records - sum(row[0] for row in counted), len(embedded) - len(set(embedded))
    cuts = quantiles(watch.times, n=20)
    print(f"lost {lost}, embedded twice {repeated}; {len(watch.times):,} questions meanwhile: p50 {cuts[9]:.1f} ms,"
          f" p95 {cuts[18]:.1f} ms; recall of the old model {min(watch.recalls):.3f} at least")  # fmt: skip
    searched = (await meaning.progress())[0].model.identity.name
    print(f"searched now: {searched}")
    kept = min(watch.recalls[1:]) >= watch.recalls[0] - 0.005
    return lost == 0 and repeated <= 64 and searched == "large" and kept


def main() -> int:
    """The exit status: 0 where all of it holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.switching", description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    return 0 if asyncio.run(switching(parser.parse_args().records)) else 1


if __name__ == "__main__":
    sys.exit(main())
