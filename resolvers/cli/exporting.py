"""`lifeloom export`: a whole life in one open archive."""

from pathlib import Path

import click

from graph.archive.packing import Packed, pack
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import first_user
from resolvers.cli.printing import console
from resolvers.cli.running import run, with_settings


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@with_settings("user")
def export_command(settings: Settings, file: Path, overwrite: bool) -> None:
    """Write everything of yours into one open archive (ZIP of JSON Lines); `lifeloom import` brings it in elsewhere."""

    async def work(service: Service) -> Packed:
        user = await first_user(service)
        with console(stderr=True).status("Looking") as status:
            return await pack(service.database, service.catalog, user.id, file, status.update, overwrite=overwrite)

    done = run(settings, work)
    told = f"{done.records:,} records ({done.rows:,} rows, {done.files:,} files, {done.size / 1e6:,.1f} MB)"
    click.echo(f"Exported {told}: {done.path}")
