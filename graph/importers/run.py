"""Importing what was named: every importer through one door, in batches, as one change set, with a report of it all.

A killed import goes on where it stopped: each batch is a transaction that also remembers its items.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from asyncpg.exceptions import PostgresError

from graph.changes.consumers import catch_up
from graph.database import Connection, Database
from graph.errors import BadArgument, BrokenReference, Conflict, LifeloomError
from graph.extraction.linker import Linker
from graph.importers import queries
from graph.importers.archives import first_part
from graph.importers.base import Among, Item, Problem
from graph.importers.batch import Batch
from graph.importers.decoding import path_text
from graph.importers.detection import Found, discover
from graph.importers.formats import IMPORTERS
from graph.importers.met import Met
from graph.importers.now import Leaving, Now
from graph.importers.report import Options, Progress, Report
from graph.importers.sources import Source
from graph.importers.tables.csv_tables import CsvTables
from graph.importers.vanished import Gone, Visit, missing, portions, prune
from graph.records.write import Records
from schema_sql.catalog import Catalog

T = TypeVar("T")

BATCH_ITEMS = 500
BATCH_BYTES = 4_000_000
ROW_BYTES = 200
"""What a row without texts counts: an item may have hundreds of points."""
KEPT_PROBLEMS = 1000
REFUSALS = (BadArgument, BrokenReference, Conflict, PostgresError, LookupError, TypeError, ValueError)
"""What concerns the values that were to be written; a database that is gone or full is none of these and stops all."""


class HasRooms(Protocol):
    """The part of the house that an import needs."""

    @property
    def database(self) -> Database: ...

    @property
    def records(self) -> Records: ...

    @property
    def catalog(self) -> Catalog: ...

    async def leave(self, user: UUID, format_: str, path: Path) -> bool: ...


class Import:
    """One run. Make it, then `await run(paths)`."""

    def __init__(self, rooms: HasRooms, user: UUID, options: Options, progress: Callable[[Progress], None]) -> None:
        self._records = rooms.records
        self._database = rooms.database
        self._catalog = rooms.catalog
        self._user = user
        self._options = options
        self._progress = progress
        self._leaving = Leaving(rooms.leave, user)
        self._importers = tuple(
            one.knowing(rooms.catalog, options.mappings) if isinstance(one, CsvTables) else one for one in IMPORTERS
        )
        self._done = 0
        self._formats: set[str] = set()
        self._paths: set[str] = set()
        self._taken: set[str] = set()
        self._visits: list[Visit] = []
        self._seen: dict[str, Met] = {}
        self.report = Report(change_set=None if options.dry_run else uuid4())

    async def run(self, paths: Sequence[Path]) -> Report:
        """Import everything that is found in the paths. Raises only what stops an import as a whole."""
        with self._leaving:
            await self._look(paths)
        await self._vanished()
        if not self._options.dry_run:
            await self._finish()
        return self.report

    async def _look(self, paths: Sequence[Path]) -> None:
        for path in _named(paths):
            visit = Visit(path_text(path))
            for found in discover(path, self._importers, self._taken):
                if isinstance(found, Problem):
                    self.report.problems.append(found)
                    visit.refuse(found.where)
                else:
                    await self._import(found, visit)
            if visit.found or path.is_dir():
                visit.identities |= {self._options.source or importer.source(path) for importer in self._importers}
                self._visits.append(visit)

    async def _import(self, found: Found, visit: Visit) -> None:
        format_, identity = found.importer.format, self._options.source or found.source()
        source = Source(self._user, identity, await self._connector(format_, identity, found.path))
        self._formats.add(format_)
        self._paths.add(visit.path)
        visit.identities.add(identity)
        visit.covered.add((identity, found.place))
        now = await self._leaving.now(found)
        for items in self._batches(found, visit, self._seen.setdefault(identity, Met())):
            self._progress(Progress(self._done, None, items[-1].where))
            await self._write(source, items, now)
            self._done += len(items)

    def _batches(self, found: Found, visit: Visit, seen: Met) -> Iterator[list[Item]]:
        items: list[Item] = []
        mine = Met()
        weight = 0
        alone = None if found.path.is_dir() else found.place
        for one in found.extract():
            if isinstance(one, Problem):
                # Of a file with parts nobody knows which part it was: all that came from it before stays.
                self.report.problems.append(one)
                visit.unread.add(one.where if found.path.is_dir() else found.place)
                continue
            visit.found = True
            if alone not in (None, one.where) and one.rows[0].table == "files":
                self._taken.add(one.where)
            first = self._first(one, mine, seen)
            if first is None:
                continue
            one = first
            items.append(one)
            weight += _weight(one)
            if len(items) >= BATCH_ITEMS or weight >= BATCH_BYTES:
                yield items
                items, weight = [], 0
        if items:
            yield items

    def _first(self, one: Item, mine: Met, seen: Met) -> Item | None:
        """The item where nothing of this source has its key yet. Of a later one at most its lists are taken.

        The first one of a run counts, or they would take turns for ever.
        """
        if not mine.add(f"mentioned {one.key}" if one.mentioned else one.key):
            self.report.warnings.append(Problem(one.where, f"came twice and was taken once: {one.key}"))
            if one.mentioned:
                return None
        if one.mentioned and one.key in seen:
            return None
        if one.mentioned or seen.add(one.key):
            self.report.warnings += [Problem(one.where, warning) for warning in one.warnings]
            return one
        if any(isinstance(value, Among) for value in one.rows[0].values.values()):
            return replace(one, rows=one.rows[:1], again=True)
        return None

    async def _connector(self, format_: str, identity: str, path: Path) -> UUID | None:
        """The source's connector; one that was deleted comes back, for with it comes what is known of its items."""
        async with self._database.acting_as(self._user) as connection:
            known = await connection.fetchrow(queries.FIND_CONNECTOR, self._user, identity)
        if self._options.dry_run or (known and not known["gone"]):
            return known["id"] if known else None

        async def make(connection: Connection) -> UUID:
            if known:
                await connection.execute(queries.RESTORE_CONNECTOR, self._user, known["id"])
            name = path_text(path.name or path)
            made = (self._user, format_, name, identity)
            id_: UUID = known["id"] if known else await connection.fetchval(queries.CONNECTOR, *made)
            return id_

        return await self._in_transaction(make)

    async def _in_transaction(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        return await self._records.write(self._user, work, origin="import", change_set=self.report.change_set)

    async def _write(self, source: Source, items: list[Item], now: Now) -> None:
        """One batch in one transaction; where something in it is refused, item by item, and the refused one is told."""
        batch = Batch(self._catalog, source, items, now, dry=self._options.dry_run)
        try:
            if self._options.dry_run:
                async with self._database.acting_as(self._user) as connection:
                    tally = await batch.write(connection)
            else:
                tally = await self._in_transaction(batch.write)
        except REFUSALS as refusal:
            if len(items) == 1:
                self.report.problems.append(Problem(items[0].where, _reason(refusal)))
                return
            for item in items:
                await self._write(source, [item], now)
            return
        batch.settle()
        self.report.add(tally)

    async def _vanished(self) -> None:
        """What came from these places before and is no more: told, and with `prune` deleted softly."""
        gone: dict[UUID, Gone] = {}
        for visit in self._visits:
            async with self._database.acting_as(self._user) as connection:
                found = await missing(connection, self._user, visit, self._seen)
            gone |= {one.mapping["record_id"]: one for one in found}
        for one in gone.values():
            pruned = self._options.prune and one.may_go
            self.report.add(Counter([(one.record_type, "deleted" if pruned else "vanished")]))
            self.report.gone.append(one.told)
        if self._options.prune and not self._options.dry_run:
            for mappings in portions(list(gone.values())):
                await self._in_transaction(partial(prune, catalog=self._catalog, user=self._user, mappings=mappings))

    async def _finish(self) -> None:
        """Make the links of what came in, and remember the run where it changed anything."""
        await catch_up(self._database, self._user, Linker(self._catalog))
        async with self._database.acting_as(self._user) as connection:
            self.report.links = await connection.fetchval(queries.MADE_LINKS, self._user, self.report.change_set)
            self.report.pending = await connection.fetchval(queries.STILL_PENDING, self._user)
        if not self.report.changes:
            return
        counts = {type_: asdict(counts) for type_, counts in self.report.counts.items()}
        problems = [asdict(problem) for problem in self.report.problems[:KEPT_PROBLEMS]]

        async def work(connection: Connection) -> None:
            formats, paths = ", ".join(sorted(self._formats)), "\n".join(sorted(self._paths))
            values = (self._user, formats, paths, counts, problems, self.report.change_set)
            await connection.execute(queries.FINISH, *values)

        await self._in_transaction(work)


async def import_paths(
    service: HasRooms, user: UUID, paths: Sequence[Path], options: Options, progress: Callable[[Progress], None]
) -> Report:
    """Import files and directories for a user and report on everything that was found in them."""
    return await Import(service, user, options, progress).run(paths)


def _named(paths: Sequence[Path]) -> list[Path]:
    """Each path once; the parts of an archive are one."""
    return list(dict.fromkeys(first_part(Path(os.path.realpath(path))) for path in paths))


def _reason(refusal: Exception) -> str:
    first = str(refusal).partition("\n")[0]
    return first if isinstance(refusal, LifeloomError) else f"{type(refusal).__name__}: {first}"


def _weight(item: Item) -> int:
    texts = sum(len(value) for row in item.rows for value in row.values.values() if isinstance(value, (str, bytes)))
    return texts + len(item.raw or b"") + ROW_BYTES * len(item.rows)
