"""`lifeloom backup` and `lifeloom restore`: everything in one file, and back."""

from pathlib import Path

import click

from graph.backup import Backup, backup, restore
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.running import run, with_settings

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@with_settings()
def backup_command(settings: Settings, file: Path, overwrite: bool) -> None:
    """Write everything into one file, checked; the instance may go on running."""

    async def work(service: Service) -> Backup:
        return await backup(service.database, file, overwrite=overwrite)

    click.echo(f"Backed up {_told(run(settings, work))}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Give up what the instance holds now.")
@with_settings()
def restore_command(settings: Settings, file: Path, replace: bool) -> None:
    """Put a backup in the place of the database, all at once or not at all."""

    async def work(service: Service) -> Backup:
        return await restore(service.database, file, replace=replace)

    click.echo(f"Restored {_told(run(settings, work))}")
    run(settings, _current)


async def _current(service: Service) -> None:
    """Opening the house brought an older backup up to date."""


def _told(done: Backup) -> str:
    records = done.rows.get("records", 0)
    return f"{records:,} records ({sum(done.rows.values()):,} rows, {done.size / 1e6:,.1f} MB): {done.path}"
