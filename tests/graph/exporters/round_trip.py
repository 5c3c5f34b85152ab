"""What every exporter keeps to; a test class gives it an exporter, a name and a life, and inherits the rest."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest

from graph.exporters.base import Exporter
from graph.exporters.run import Exported, ExportRefused, export
from tests.graph.household import CATALOG, Household


async def out(house: Household, exporter: Exporter, path: Path) -> Exported:
    """The export of a household's life."""
    return await export(house.service.database, house.user, exporter, path, lambda done: None)


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of all files below a directory, by their names in it."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return {str(one.relative_to(path)): one.read_bytes() for one in files}


class RoundTrip:
    """Subclasses set `exporter`, `name` (of the file or directory), `tables` and write `fill`."""

    exporter: ClassVar[Exporter]
    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    """Whose rows must be as many after the way out and in."""

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

    async def test_nothing_is_an_export_too(self, house: Household, tmp_path: Path) -> None:
        assert (await out(house, self.exporter, tmp_path / self.name)).records == 0
        assert (tmp_path / self.name).exists()
        with pytest.raises(ExportRefused, match="exists already"):
            await out(house, self.exporter, tmp_path / self.name)
