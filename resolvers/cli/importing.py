"""`lifeloom import`: files in, with a bar while it runs and an account of everything at its end."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from graph.archive.unpacking import Unpacked, is_archive, unpack
from graph.importers.base import Problem
from graph.importers.keys import digest
from graph.importers.report import Options, Progress, Report
from graph.importers.run import import_paths
from graph.importers.tables.mapping import Mapping, read
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import first_user
from resolvers.cli.printing import console, put, shown
from resolvers.cli.running import run, with_settings

PARTLY, NOTHING = 1, 2
OUTCOMES = ("created", "updated", "unchanged", "deleted", "vanished", "kept_deleted")
LISTED = 50
"""Problems that are printed one by one; all of them are kept with the import."""


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would happen and write nothing.")
@click.option("--prune", is_flag=True, help="Delete the records of files that are gone (they can be restored).")
@click.option("--source", metavar="NAME", help="Name the source, so that a moved directory stays the same one.")
@click.option(
    "--map",
    "mapping",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the columns of CSV files are (TOML); remembered for files with the same headers.",
)
@with_settings("user")
def import_command(settings: Settings, paths: tuple[Path, ...], mapping: Path | None, **how: Any) -> None:
    """Bring in files and directories: notes, people, calendars, mail, chats, photos, documents, money, health, places,
    tables; README lists the formats.

    An archive of `lifeloom export` comes into an empty life, with the same ids.

    Importing again changes only what has changed. Exit status: 0 all in, 1 some items could not be read,
    2 nothing done.
    """
    if any(map(is_archive, paths)):
        if len(paths) > 1 or mapping or any(how.values()):
            raise click.UsageError("An archive of `lifeloom export` comes in by itself and as it is, without options.")
        bring_archive(settings, paths[0])
        return
    saved = settings.data_dir / "mappings"
    options = Options(**how, mappings=mappings(mapping, saved))

    async def work(service: Service) -> Report:
        user = await first_user(service)
        with Meter() as meter:
            return await import_paths(service, user.id, paths, options, meter.show)

    report = run(settings, work)
    if mapping and report.counts and not options.dry_run:
        save(options.mappings[0], saved)
    account(report, options.dry_run)
    sys.exit(0 if not report.problems else PARTLY if report.counts else NOTHING)


def bring_archive(settings: Settings, path: Path) -> None:
    """A whole life from an archive; on standard error what names people who are not here."""

    async def work(service: Service) -> Unpacked:
        user = await first_user(service)
        with console(stderr=True).status("Looking") as status:
            return await unpack(service.database, service.catalog, user.id, path, status.update, store=service.store)

    done = run(settings, work)
    click.echo(f"Imported {done.records:,} records ({done.rows:,} rows).")
    for table, count in done.left_out.items():
        click.echo(f"{count:,} rows of {table} name people who are not here, and were left out.", err=True)
    sys.exit(PARTLY if done.left_out else 0)


def mappings(given: Path | None, saved: Path) -> tuple[Mapping, ...]:
    """The given mapping, then those that were saved, the newest first."""
    found = []
    if given:
        try:
            found.append(read(given))
        except (ValueError, OSError) as error:
            raise click.UsageError(f"{given} is no mapping: {error}") from None
    for path in sorted(saved.glob("*.toml"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        with suppress(ValueError, OSError):
            found.append(read(path))
    return tuple(found)


def save(mapping: Mapping, saved: Path) -> None:
    """Keep a mapping that was given; it takes the place of one for the same table and headers."""
    saved.mkdir(parents=True, exist_ok=True)
    name = f"{mapping.table}-{digest(*sorted(mapping.headers))[:16]}.toml"
    (saved / name).write_text(mapping.text, "utf-8")


class Meter:
    """The bar on standard error, where that is a terminal."""

    def __init__(self) -> None:
        what = TextColumn("{task.description}", markup=False)
        columns = (SpinnerColumn(), what, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        err = console(stderr=True)
        self._bar = Bar(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._bar.add_task("Looking", total=None)

    def __enter__(self) -> "Meter":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        where = shown(Path(progress.where).name)[:40]
        self._bar.update(self._task, completed=progress.done, total=progress.total, description=where)


def account(report: Report, dry_run: bool) -> None:
    """What happened, by type; then, on standard error, what could not be read and what was mended."""
    used = [name for name in OUTCOMES if any(getattr(counts, name) for counts in report.counts.values())]
    if report.counts:
        by_type = sorted(report.counts.items())
        rows = [(type_, *(getattr(counts, name) or None for name in used)) for type_, counts in by_type]
        put(["type", *(name.replace("_", " ") for name in used)], rows, numbers=used)
    click.echo(summary(report, dry_run))
    _list("gone from where they were", report.gone)
    _list("mended", report.warnings)
    _list("could not be read", report.problems)


def summary(report: Report, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was written: this was a dry run."
    waiting = f", {report.pending:,} wait for their targets" if report.pending else ""
    change_set = f" Change set {report.change_set}." if report.changes else ""
    return f"{report.links:,} new links{waiting}.{change_set}"


def _list(what: str, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    click.echo(f"\n{len(problems):,} {what}:", err=True)
    for problem in problems[:LISTED]:
        click.echo(f"  {shown(problem.where)}: {shown(problem.reason)}", err=True)
    if len(problems) > LISTED:
        click.echo(f"  and {len(problems) - LISTED:,} more.", err=True)
