"""`lifeloom export`: a whole life in one open archive, or a part of it in the format that other programs read."""

import sys
from pathlib import Path

import click

from graph.archive.packing import Packed, pack
from graph.exporters.base import Exporter
from graph.exporters.formats import EXPORTERS
from graph.exporters.run import Exported, export
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import first_user
from resolvers.cli.printing import console, shown
from resolvers.cli.running import run, with_settings

ARCHIVE = "archive"
PARTLY = 1
LISTED = 50
"""Losses that are printed one by one."""


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "format_",
    type=click.Choice([ARCHIVE, *(exporter.format for exporter in EXPORTERS)]),
    help="The format; what the name's ending says unless told, else the archive.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@with_settings("user")
def export_command(settings: Settings, target: Path, format_: str | None, overwrite: bool) -> None:
    """Write everything of yours into one open archive (ZIP of JSON Lines), or a part of it in another format.

    `lifeloom import` brings each of them in elsewhere. Exit status: 0 all is in it, 1 what is damaged or the format
    has no words for is not.
    """
    exporter = chosen(target, format_)
    if exporter is None:
        whole(settings, target, overwrite)
        return

    async def work(service: Service) -> Exported:
        user = await first_user(service)
        with console(stderr=True).status("Looking") as status:
            count = lambda done: status.update(f"{done:,}")  # noqa: E731
            rooms = service.database, service.files
            return await export(*rooms, user.id, exporter, target, count, overwrite=overwrite)

    done = run(settings, work)
    click.echo(f"Exported {done.records:,} records: {done.path}")
    for lost in done.lost[:LISTED]:
        click.echo(f"  {shown(lost.label)}: {shown(lost.reason)}", err=True)
    if len(done.lost) > LISTED:
        click.echo(f"  and {len(done.lost) - LISTED:,} more.", err=True)
    sys.exit(PARTLY if done.lost else 0)


def chosen(target: Path, format_: str | None) -> Exporter | None:
    """Who writes it; None for the archive."""
    for exporter in EXPORTERS:
        if exporter.format == format_ or (format_ is None and target.suffix.lower() in exporter.suffixes):
            return exporter
    return None


def whole(settings: Settings, target: Path, overwrite: bool) -> None:
    """The archive of everything."""

    async def work(service: Service) -> Packed:
        user = await first_user(service)
        with console(stderr=True).status("Looking") as status:
            return await pack(
                service.database,
                service.catalog,
                user.id,
                target,
                status.update,
                store=service.store,
                overwrite=overwrite,
            )

    done = run(settings, work)
    told = f"{done.records:,} records ({done.rows:,} rows, {done.files:,} files, {done.size / 1e6:,.1f} MB)"
    click.echo(f"Exported {told}: {done.path}")
    for digest in done.damaged:
        click.echo(f"Damaged in the store of files, and not in the archive: {digest}", err=True)
    sys.exit(PARTLY if done.damaged else 0)
