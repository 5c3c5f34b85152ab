"""Indexes of neighbours: one for each user and model with so many vectors that comparing with all of them takes long.

`search_semantic` looks whether there is one. Only the owner of the tables may make it; all others go on meanwhile.
"""

from uuid import UUID

from graph.database import Connection, Database
from graph.embedding import queries
from graph.embedding.models import Model

FEW = 5000
"""Vectors that are compared one by one."""

WIDEST = 4000
"""Dimensions that such an index can hold; wider vectors are compared one by one."""

_MEMORY = "SET maintenance_work_mem = '512MB'; SET max_parallel_maintenance_workers = 0"
_LOCK = "SELECT pg_try_advisory_lock(hashtext($1))"


async def settle(database: Database, user: UUID, model: Model) -> bool:
    """Make the index where it has come to pay; True where it was made. Best when nothing waits to be embedded.

    What an interrupted making left is made anew; where another process makes it, that one does.
    """
    if model.identity.dimensions > WIDEST:
        return False
    async with database.owner() as connection:
        if not await connection.fetchval(queries.MANY, user, model.id, FEW):
            return False
        index = await connection.fetchrow(queries.INDEX, user, model.id)
        if index is None or index["sound"] or not await connection.fetchval(_LOCK, index["name"]):
            return False
        await _make(connection, index["name"], user, model)
        return True


async def drop(database: Database, user: UUID, model: UUID) -> None:
    """Remove the index, before its vectors go."""
    async with database.owner() as connection:
        name = await connection.fetchval("SELECT nearest_index($1, $2)", user, model)
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


async def _make(connection: Connection, name: str, user: UUID, model: Model) -> None:
    await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    await connection.execute(_MEMORY)
    await connection.execute(
        f"CREATE INDEX CONCURRENTLY {name} ON embeddings"
        f" USING hnsw ((embedding::halfvec({model.identity.dimensions})) halfvec_ip_ops)"
        f" WHERE user_id = '{UUID(int=user.int)}' AND model_id = '{UUID(int=model.id.int)}'"
    )
