"""`lifeloom backup` and `lifeloom restore`: everything in one file, and back."""

import sys
from pathlib import Path

import click

from graph.backup import Backup, backup, restore
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.running import run, with_settings

PARTLY = 1
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@with_settings()
def backup_command(settings: Settings, file: Path, overwrite: bool) -> None:
    """Write everything into one file, checked: the database, and the files that were uploaded. The instance may go on.

    Files that an import found stay where they are. Exit status: 0 all is in it, 1 what was damaged before is not,
    2 nothing done.
    """

    async def work(service: Service) -> Backup:
        return await backup(service.database, service.store, file, overwrite=overwrite)

    done = run(settings, work)
    click.echo(f"Backed up {_told(done)}")
    for digest in done.damaged:
        click.echo(f"Damaged in the store of files, and not in the backup: {digest}", err=True)
    sys.exit(PARTLY if done.damaged else 0)


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Give up what the instance holds now.")
@with_settings()
def restore_command(settings: Settings, file: Path, replace: bool) -> None:
    """Put a backup in the place of the database and bring its files, all at once or not at all."""

    async def work(service: Service) -> Backup:
        return await restore(service.database, service.store, file, replace=replace)

    click.echo(f"Restored {_told(run(settings, work))}")
    run(settings, _current)


async def _current(service: Service) -> None:
    """Opening the house brought an older backup up to date."""


def _told(done: Backup) -> str:
    records = done.rows.get("records", 0)
    held = f"{sum(done.rows.values()):,} rows, {done.files:,} files, {done.size / 1e6:,.1f} MB"
    return f"{records:,} records ({held}): {done.path}"
