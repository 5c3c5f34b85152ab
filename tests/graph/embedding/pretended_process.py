"""What a server's embedder does, in a process that may be killed: `python -m ... OWNER SERVICE USER`."""

import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

from graph.database import Database
from graph.embedding.filling import Filler
from graph.embedding.switch import progress
from tests.graph.embedding.pretending import Pretended, Pretending
from tests.graph.household import CATALOG


async def say(texts: Sequence[str]) -> None:
    """Each text on a line, before it is embedded."""
    sys.stdout.write("".join(text.replace("\n", " ") + "\n" for text in texts))
    sys.stdout.flush()


async def main(owner: str, service: str, user: str) -> None:
    """Fill until the switch is complete."""
    large = Pretending("large", 96)
    large.before = say
    async with Database.open(owner, service) as database:
        embeddings = Pretended(database, Pretending("small", 64), large)
        task = asyncio.create_task(Filler(database, CATALOG, embeddings, "small").run())
        while any(one.state == "filling" for one in await progress(database, UUID(user))):
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
