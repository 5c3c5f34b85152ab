"""What every exporter keeps to; a test class gives it an exporter, a name and a life, and inherits the rest."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from graph.exporters.base import Exporter
from graph.exporters.run import Exported, ExportRefused, export
from graph.importers.own import LIST
from graph.importers.report import Counts
from tests.graph.household import BOOKKEEPING, CATALOG, Household

_RECORDS = f"FROM records WHERE deleted_at IS NULL AND type NOT IN ({', '.join(map(repr, sorted(BOOKKEEPING)))})"
_LIVING = f"SELECT id {_RECORDS} ORDER BY id"
_STATE = f"SELECT (id, label, updated_at)::text {_RECORDS} ORDER BY id"


async def out(house: Household, exporter: Exporter, path: Path) -> Exported:
    """The export of a household's life."""
    return await export(house.service.database, house.service.files, house.user, exporter, path, lambda done: None)


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of all files below a directory, by their names in it; but for the list of their ids."""
    files = sorted(one for one in path.rglob("*") if one.is_file() and one.name != LIST) if path.is_dir() else [path]
    return {str(one.relative_to(path)): one.read_bytes() for one in files}


def edit(path: Path, old: bytes, new: bytes) -> int:
    """Write something else in the file of an export that says it; how often it was there."""
    files = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
    count = 0
    for one in files:
        data = one.read_bytes()
        count += data.count(old)
        one.write_bytes(data.replace(old, new))
    return count


class RoundTrip:
    """Subclasses set `exporter`, `name` (of the file or directory), `tables` and write `fill`."""

    exporter: ClassVar[Exporter]
    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    """Whose rows must be as many after the way out and in."""
    edits: ClassVar[Mapping[bytes, bytes]]
    """What may be written instead of what in an export, each of them in one record: that of an importer, one by hand."""

    async def fill(self, house: Household, directory: Path) -> None:
        """Make a life that the format can say, with everything that is odd in it."""
        raise NotImplementedError

    async def test_out_and_in_and_out_is_the_same(self, house: Household, bob: UUID, tmp_path: Path) -> None:
        await self.fill(house, tmp_path)
        (tmp_path / "one").mkdir()
        (tmp_path / "two").mkdir()
        first, other = tmp_path / "one" / self.name, house.as_of(bob)
        done = await out(house, self.exporter, first)
        assert (done.lost, done.records > 0) == ([], True)
        report = await other.bring(first)
        assert (report.problems, report.warnings) == ([], [])
        for table in self.tables:
            is_series = CATALOG.entities[table].kind == "ledger"
            count = f"SELECT count(*) FROM {table}{'' if is_series else ' WHERE deleted_at IS NULL'}"
            assert await house.value(count) == await other.value(count) > 0, table
        second = tmp_path / "two" / self.name
        assert (await out(other, self.exporter, second)).records == done.records
        assert contents(first) == contents(second)
        assert (await other.bring(first)).changes == 0
        await self._comes_home(house, other, first, tmp_path)

    async def _comes_home(self, house: Household, other: Household, first: Path, tmp_path: Path) -> None:
        """Into the life that it is of: nothing changes, and an edit changes that record alone, for nobody else."""
        before, theirs = await house.column(_LIVING), await other.column(_STATE)
        end = await house.end_of_log()
        for options in ({"dry_run": True}, {}):
            report = await house.bring(first, **options)
            assert (report.changes, report.problems, report.warnings) == (0, [], []), report.counts
            assert sum(counts.unchanged for counts in report.counts.values()) > 0
        assert await house.log(end) == []
        for number, (old, new) in enumerate(self.edits.items()):
            copy = tmp_path / f"edit {number}" / self.name
            copy.parent.mkdir()
            await out(house, self.exporter, copy)
            assert edit(copy, old, new), old
            report = await house.bring(copy)
            changed = [
                (kind, counts) for kind, counts in report.counts.items() if replace(counts, unchanged=0) != Counts()
            ]
            assert [(counts.created, counts.updated, counts.deleted) for _, counts in changed] == [(0, 1, 0)], changed
            assert (await house.bring(copy)).changes == 0
            after = tmp_path / f"after {number}" / self.name
            after.parent.mkdir()
            await out(house, self.exporter, after)
            assert any(new in data for data in contents(after).values()), new
            assert not any(old in data for data in contents(after).values()), old
        assert await house.column(_LIVING) == before
        assert await other.column(_STATE) == theirs

    async def test_nothing_is_an_export_too(self, house: Household, tmp_path: Path) -> None:
        assert (await out(house, self.exporter, tmp_path / self.name)).records == 0
        assert (tmp_path / self.name).exists()
        with pytest.raises(ExportRefused, match="exists already"):
            await out(house, self.exporter, tmp_path / self.name)
