"""Fills an empty instance with the life of Nora Behrens: her files through the importers, the rest as records."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from graph.changes.consumers import catch_up
from graph.database import Connection
from graph.demo.domains.all import tell_all
from graph.demo.life import Life, demo_id
from graph.errors import BadArgument
from graph.extraction.linker import Linker
from graph.importers.report import Options, Progress
from graph.importers.run import import_paths
from graph.importers.vault.markdown import MarkdownVault
from graph.links.write import tie
from graph.records.write import insert_rows
from graph.service import Service

HERE = Path(__file__).parent
FILES = (HERE / "vault", HERE / "people.vcf", HERE / "life.ics")

ORIGIN = "demo"

_EMPTY = """
SELECT NOT EXISTS (SELECT FROM records WHERE user_id = $1 AND type <> 'api_token')
    OR EXISTS (SELECT FROM sync_connectors WHERE user_id = $1 AND identity = $2)
        AND NOT EXISTS (SELECT FROM change_sets WHERE user_id = $1 AND source = $3)
"""
_FIND = "SELECT id FROM records WHERE user_id = $1 AND type = $2 AND label = $3 AND deleted_at IS NULL"

_FOUND = "SELECT type, label, id FROM records WHERE user_id = $1 AND label IS NOT NULL AND deleted_at IS NULL"


async def is_empty(service: Service, user: UUID) -> bool:
    """Whether a user has no records but the keys to the door, or those of a demo that was stopped half-way."""
    async with service.database.acting_as(user) as connection:
        return bool(await connection.fetchval(_EMPTY, user, MarkdownVault().source(FILES[0]), ORIGIN))


async def load_demo(service: Service, user: UUID) -> None:
    """Load the demo for a user whose instance is empty. Raises BadArgument where it is not.

    Stopped anywhere, it goes on at the next call: what its files do not say comes last, in one piece.
    """
    if not await is_empty(service, user):
        raise BadArgument("the demo is for an empty instance, and this one holds records already")
    await import_paths(service, user, FILES, Options(), _silently)
    more = orjson.loads((HERE / "more.json").read_bytes())
    await service.records.write(user, _Rest(service, user, more).write, origin=ORIGIN)
    await catch_up(service.database, user, Linker(service.catalog))


def _silently(progress: Progress) -> None:
    """The demo is too small for a progress bar."""


class _Rest:
    """Records and links of more.json, then what the domains tell; a record is known by its key there, or by its type and label."""

    def __init__(self, service: Service, user: UUID, more: Mapping[str, Any]) -> None:
        self._service = service
        self._user = user
        self._more = more

    def _id(self, key: str) -> UUID:
        return demo_id(self._user, key)

    async def write(self, connection: Connection) -> None:
        for record in self._more["records"]:
            entity = self._service.catalog.by_type[record["type"]]
            values = {name: await self._value(connection, value) for name, value in record["values"].items()}
            await insert_rows(connection, self._user, entity, [{"id": str(self._id(record["key"])), **values}])

        for link in self._more["links"]:
            ends = (await self._find(connection, link["source"]), await self._find(connection, link["target"]))
            more = {"weight": 1.0, "confidence": 1.0, "properties": link.get("properties")}
            await tie(connection, self._user, ends, link["relation"], more)
        await self._tell(connection)

    async def _tell(self, connection: Connection) -> None:
        """What happened in ten years, in all domains."""
        found = {(row["type"], row["label"]): row["id"] for row in await connection.fetch(_FOUND, self._user)}
        life = Life(self._user, self._service.catalog, found)
        tell_all(life)
        await life.write(connection)

    async def _value(self, connection: Connection, value: Any) -> Any:
        is_reference = isinstance(value, dict) and value.keys() == {"ref"}
        return str(await self._find(connection, value["ref"])) if is_reference else value

    async def _find(self, connection: Connection, wanted: Any) -> UUID:
        if isinstance(wanted, str):
            return self._id(wanted)
        found: UUID | None = await connection.fetchval(_FIND, self._user, wanted["type"], wanted["label"])
        if found is None:
            raise BadArgument(f"the demo speaks of a {wanted['type']} {wanted['label']}, which is not in its files")
        return found
