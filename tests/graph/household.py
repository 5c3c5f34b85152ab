"""A house under test for what is imported and linked: files in, rows, edges and the log out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from graph.changes.consumers import catch_up
from graph.database import Database
from graph.extraction.linker import Linker
from graph.importers.report import Options, Report
from graph.importers.run import import_paths
from graph.service import Service, compose
from graph.settings import Settings
from schema_sql.migrate import declared

CATALOG = declared()
BOOKKEEPING = frozenset(("sync_connector", "import_batch"))

_EDGES = """
SELECT s.label, l.relation, t.label FROM entity_links l
JOIN records s ON s.user_id = $1 AND s.id = l.source_id AND s.deleted_at IS NULL
JOIN records t ON t.user_id = $1 AND t.id = l.target_id AND t.deleted_at IS NULL
WHERE l.user_id = $1 AND l.deleted_at IS NULL AND l.kind <> 'structural' OR l.relation = ANY ($2) AND l.deleted_at IS NULL
"""


def write(root: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Files below `root` with these contents; None removes one."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@dataclass(frozen=True)
class Household:
    """One user's house. `as_of(other)` is the same house for another user."""

    service: Service
    user: UUID

    @classmethod
    def over(cls, database: Database, user: UUID) -> "Household":
        return cls(compose(Settings(), CATALOG, database), user)

    def as_of(self, user: UUID) -> "Household":
        return Household(self.service, user)

    async def bring(self, *paths: Path, **options: Any) -> Report:
        return await import_paths(self.service, self.user, paths, Options(**options), lambda progress: None)

    async def create(self, table: str, **values: Any) -> UUID:
        """A record, as a mutation creates it."""
        (id_,) = await self.service.records.create(self.user, CATALOG.entities[table], [values])
        return id_

    async def change(self, table: str, id_: UUID, **values: Any) -> None:
        await self.service.records.update(self.user, CATALOG.entities[table], id_, values)

    async def delete(self, id_: UUID) -> None:
        await self.service.records.delete(self.user, id_)

    async def restore(self, id_: UUID) -> None:
        await self.service.records.restore(self.user, id_)

    async def follow(self) -> int:
        """Let the linker read the log to its end."""
        return await catch_up(self.service.database, self.user, Linker(CATALOG))

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        """As this user; `$1` is not filled in."""
        async with self.service.database.acting_as(self.user) as connection:
            return list(await connection.fetch(sql, *arguments))

    async def column(self, sql: str, *arguments: object) -> list[Any]:
        return [row[0] for row in await self.rows(sql, *arguments)]

    async def value(self, sql: str, *arguments: object) -> Any:
        (only,) = await self.column(sql, *arguments)
        return only

    async def id_of(self, label: str) -> UUID:
        id_: UUID = await self.value("SELECT id FROM records WHERE label = $1", label)
        return id_

    async def living(self, table: str, column: str = "title") -> list[Any]:
        return await self.column(f"SELECT {column} FROM {table} WHERE deleted_at IS NULL ORDER BY 1")

    async def edges(self, *structural: str) -> set[tuple[str, str, str]]:
        """Living edges by the labels of their ends; of the structural ones only these relations."""
        return {tuple(row) for row in await self.rows(_EDGES, self.user, list(structural))}

    async def waiting(self) -> set[str]:
        return set(await self.column("SELECT target FROM pending_links"))

    async def tagged(self) -> set[tuple[str, str]]:
        """(record, tag)."""
        sql = (
            "SELECT r.label, t.name FROM record_tags x JOIN tags t ON t.id = x.tag_id JOIN records r ON r.id = x.subject_id"
            " WHERE x.deleted_at IS NULL AND t.deleted_at IS NULL AND r.deleted_at IS NULL"
        )
        return {tuple(row) for row in await self.rows(sql)}

    async def log(self, after: int = 0) -> list[tuple[str, str]]:
        """(operation, type) of each line after this one, without bookkeeping."""
        rows = await self.rows("SELECT operation, record_type FROM change_log WHERE seq > $1 ORDER BY seq", after)
        return [(row[0], row[1]) for row in rows if row[1] not in BOOKKEEPING]

    async def end_of_log(self) -> int:
        seq: int = await self.value("SELECT coalesce(max(seq), 0) FROM change_log")
        return seq
