"""`lifeloom migrate` and `lifeloom doctor`: the database brought to what is declared, examined and mended."""

import asyncio
import contextlib
import sys

import click

from graph.database import Database, Server
from graph.doctor import Census, Finding, census, examine, examine_bytes, mend, versions
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.printing import put
from resolvers.cli.running import refusals, run, with_settings
from schema_sql.migrate import declared, migrate

ILL = 1


@click.command("migrate")
@with_settings("schema_path")
def migrate_command(settings: Settings) -> None:
    """Bring the database to this version of Lifeloom; every other command does it too."""
    with refusals():
        applied = asyncio.run(_migrated(settings))
    run(settings, _nothing)
    for name in applied:
        click.echo(f"Applied {name}.")
    if not applied:
        click.echo("Up to date.")


async def _migrated(settings: Settings) -> list[str]:
    catalog = declared(settings.schema_path)
    with contextlib.ExitStack() as stack:
        dsn = settings.database_url or stack.enter_context(Server.start(settings.data_dir)).owner_dsn
        async with Database.open(dsn, dsn) as database, database.owner() as connection:
            return await migrate(connection, catalog, extra=settings.schema_path)


async def _nothing(service: Service) -> None:
    """Opening the house gives the service's role its password."""


@click.command("doctor")
@click.option("--deep", is_flag=True, help="Read all bytes of files too, and compare them with their digests.")
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@with_settings("schema_path")
def doctor_command(settings: Settings, deep: bool, fix: bool) -> None:
    """Compare the database with its declaration, what is derived with what it is derived from, and files with their
    bytes.

    Exit status: 0 all is well (or was mended), 1 something is not.
    """

    async def work(service: Service) -> tuple[list[Finding], list[Finding], list[Census], dict[str, str]]:
        async with service.database.owner() as connection:
            found = await examine(connection, service.catalog)
            if fix and any(finding.cure for finding in found):
                await mend(connection, found)
            left = await examine(connection, service.catalog) if fix and found else found
            of_files = await examine_bytes(connection, service.store, service.leftovers, deep=deep)
            found, left = found + of_files, left + of_files
            return found, left, await census(connection, service.catalog), await versions(connection)

    found, left, counts, parts = run(settings, work)
    put(["part", "version"], list(parts.items()))
    click.echo()
    rows = [(count.type, count.live, count.deleted or None) for count in counts]
    put(["type", "records", "deleted"], rows, numbers=["records", "deleted"])
    click.echo()
    _tell(found, left)
    sys.exit(ILL if any(not finding.passing for finding in left) else 0)


def _tell(found: list[Finding], left: list[Finding]) -> None:
    remaining = {finding.what for finding in left}
    for finding in found:
        mended = "mended: " if finding.what not in remaining else ""
        curable = " (--fix mends it)" if finding.cure and not mended else ""
        click.echo(f"{mended}{finding.what}{curable}")
    if not found:
        click.echo("All is well.")
