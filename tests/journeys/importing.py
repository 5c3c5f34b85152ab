"""An import in a process of its own, in small steps, so that a test can kill it: `OWNER SERVICE USER PATH...`.

Prints a line before each batch and after each step of the linker.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from graph.changes import consumers
from graph.database import Database
from graph.importers import run
from graph.importers.report import Options, Progress
from graph.importers.run import import_paths
from graph.service import compose
from graph.settings import Settings
from schema_sql.migrate import declared

SMALL = 12


async def main(owner: str, service: str, user: str, *paths: str) -> None:
    run.BATCH_ITEMS = consumers.BATCH = SMALL
    async with Database.open(owner, service, pool_size=2) as database:
        house = compose(Settings(), declared(), database)
        linking = asyncio.create_task(tell_links(database, UUID(user)))
        report = await import_paths(house, UUID(user), [Path(path) for path in paths], Options(), tell)
        linking.cancel()
        print(f"done {report.changes} {len(report.problems)}", flush=True)


def tell(progress: Progress) -> None:
    print(f"batch {progress.done}", flush=True)


async def tell_links(database: Database, user: UUID) -> None:
    """A line whenever the linker has come further."""
    before = 0
    while True:
        async with database.acting_as(user) as connection:
            seq = await connection.fetchval("SELECT seq FROM consumer_offsets")
        if seq and seq != before:
            print(f"linked {seq}", flush=True)
            before = seq
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
