"""The one place where everything is composed: settings in, a house with all its rooms out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from graph.accounts.users import User, find_oneself
from graph.database import Database, Server
from graph.embedding import Embeddings
from graph.exporters.formats import EXPORTERS
from graph.exporters.run import export
from graph.extraction.suggestions import Suggestions
from graph.files.files import Files
from graph.files.leftovers import Leftovers
from graph.files.staging import Staging
from graph.files.store import DiskStore
from graph.files.uploads import Uploads
from graph.heat import Heat
from graph.links.write import Links
from graph.merging.duplicates import Duplicates
from graph.merging.merge import Merging
from graph.records.write import Records
from graph.search.readings import Readings, meaning_by
from graph.settings import Settings
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared, migrate


@dataclass(frozen=True, slots=True)
class Service:
    """The rooms, opened by `open_service`."""

    settings: Settings
    catalog: Catalog
    database: Database
    records: Records
    links: Links
    suggestions: Suggestions
    embedding: Embeddings
    heat: Heat
    readings: Readings
    merging: Merging
    duplicates: Duplicates
    store: DiskStore
    files: Files
    uploads: Uploads
    leftovers: Leftovers

    async def user(self, id_: UUID) -> User:
        """Who has this id, as they see themself. Raises UnknownUser."""
        return await find_oneself(self.database, id_)

    async def leave(self, user: UUID, format_: str, path: Path) -> bool:
        """Write what of a person's life leaves in this format; whether there is such a one. Raises OSError."""
        exporter = next((one for one in EXPORTERS if one.format == format_), None)
        if exporter:
            await export(self.database, self.files, user, exporter, path, lambda done: None)
        return exporter is not None


def compose(settings: Settings, catalog: Catalog, database: Database) -> Service:
    """The rooms over an open database."""
    records, embedding = Records(database, catalog), Embeddings(database, settings)
    place = settings.data_dir / "files"
    store, staging = DiskStore(place), Staging(place / "uploads")
    return Service(
        settings,
        catalog,
        database,
        records,
        links=Links(records),
        suggestions=Suggestions(database, records),
        embedding=embedding,
        heat=Heat(database),
        readings=Readings(database, meaning_by(embedding)),
        merging=Merging(database, records, catalog),
        duplicates=Duplicates(database, records, catalog),
        store=store,
        files=Files(database, store),
        leftovers=Leftovers(database, store),
        uploads=Uploads(records, database, catalog.entities["files"], store, staging, settings.max_upload),
    )


@contextlib.asynccontextmanager
async def open_service(settings: Settings, *, serving: bool = False) -> AsyncIterator[Service]:
    """Open the house: start or find the database, migrate it, and close what was opened at the end.

    Raises DatabaseErrors, MigrationRefused and SchemaErrors, each naming what to do.
    """
    catalog = declared(settings.schema_path)
    async with contextlib.AsyncExitStack() as stack:
        owner, service, revive = settings.database_url, settings.service_url(), None
        if owner is None:
            server = await asyncio.to_thread(Server.start, settings.data_dir, serving=serving)
            stack.push_async_callback(asyncio.to_thread, server.stop)
            owner, service, revive = server.owner_dsn, server.service_dsn, server.ensure_running
        assert service is not None
        opened = Database.open(owner, service, settings.pool_size, settings.statement_timeout, revive=revive)
        database = await stack.enter_async_context(opened)
        async with database.owner() as connection:
            await migrate(connection, catalog, extra=settings.schema_path)
        if settings.database_url and not settings.service_database_url:
            await database.admit_service()
        composed = compose(settings, catalog, database)
        stack.push_async_callback(composed.heat.close)
        stack.push_async_callback(composed.embedding.close)
        yield composed
