"""The rows that exporters ask for, of one person at one moment."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from uuid import UUID

from graph.database import Connection
from graph.exporters.base import Row
from graph.files.files import Files, places
from schema_sql.machinery import quoted

_RAW = """
SELECT DISTINCT ON (record_id) record_id, payload FROM raw_records
WHERE user_id = $1 AND record_id = ANY ($2::uuid[]) ORDER BY record_id, received_at DESC, id
"""

_FILES = """
SELECT DISTINCT ON (f.sha256) f.* FROM files f
LEFT JOIN raw_records r ON r.user_id = f.user_id AND r.record_id = f.id
WHERE f.user_id = $1 AND f.sha256 = ANY ($2::bytea[]) AND f.deleted_at IS NULL
ORDER BY f.sha256, r.record_id NULLS LAST, f.id
"""


class DatabaseLife:
    """Over a connection that acts as the user, in a transaction that sees one moment."""

    def __init__(self, connection: Connection, user: UUID, files: Files) -> None:
        self._connection = connection
        self._user = user
        self._files = files

    async def rows(self, table: str, order: Sequence[str] = ("created_at",)) -> AsyncIterator[Row]:
        statement = f"SELECT * FROM {quoted(table)} WHERE user_id = $1 AND deleted_at IS NULL ORDER BY {_order(order)}"
        async for row in self._connection.cursor(statement, self._user, prefetch=500):
            yield dict(row)

    async def parts(
        self, table: str, column: str, ids: Iterable[UUID], order: Sequence[str] = ("created_at",)
    ) -> dict[UUID, list[Row]]:
        statement = (
            f"SELECT * FROM {quoted(table)} WHERE user_id = $1 AND {quoted(column)} = ANY ($2::uuid[]) "
            f"AND deleted_at IS NULL ORDER BY {_order(order)}"
        )
        found: dict[UUID, list[Row]] = {}
        for row in await self._connection.fetch(statement, self._user, list(ids)):
            found.setdefault(row[column], []).append(dict(row))
        return found

    async def series(self, table: str, order: Sequence[str], **of: UUID) -> AsyncGenerator[Row]:
        wanted = "".join(f" AND {quoted(column)} = ${place}" for place, column in enumerate(of, 2))
        statement = f"SELECT * FROM {quoted(table)} WHERE user_id = $1{wanted} ORDER BY {_order(order)}"
        async for row in self._connection.cursor(statement, self._user, *of.values(), prefetch=500):
            yield dict(row)

    async def by_id(self, table: str, ids: Iterable[UUID | None]) -> dict[UUID, Row]:
        statement = f"SELECT * FROM {quoted(table)} WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL"
        rows = await self._connection.fetch(statement, self._user, [id_ for id_ in ids if id_ is not None])
        return {row["id"]: dict(row) for row in rows}

    async def files(self, digests: Iterable[bytes]) -> dict[bytes, Row]:
        rows = await self._connection.fetch(_FILES, self._user, list(digests))
        return {row["sha256"]: dict(row) for row in rows}

    async def contents(self, digest: bytes) -> bytes | None:
        found = await places(self._connection, self._user, digest)
        held = await self._files.stored(self._user, digest, found)
        if held is None:
            return None
        try:
            return b"".join([piece async for piece in held.read(0, held.size)])
        finally:
            await held.close()

    async def raw(self, ids: Iterable[UUID]) -> dict[UUID, bytes]:
        rows = await self._connection.fetch(_RAW, self._user, list(ids))
        return {row["record_id"]: row["payload"] for row in rows}


def _order(columns: Sequence[str]) -> str:
    return ", ".join([*(f"{quoted(name)} NULLS FIRST" for name in columns), "id"])
