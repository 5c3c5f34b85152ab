"""What every importer of files keeps to; a test class gives it an importer and samples and inherits the rest."""

from pathlib import Path
from uuid import UUID, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.importers.base import Importer, Item, Problem, Row, To
from schema_sql.migrate import declared

_SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def run(importer: Importer, path: Path, content: str | bytes) -> list[Item | Problem]:
    """What comes out of a file of this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(importer.extract(path))


def items(found: list[Item | Problem]) -> dict[str, Item]:
    return {one.key: one for one in found if isinstance(one, Item)}


def problems(found: list[Item | Problem]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Problem)]


def rows(found: list[Item | Problem], table: str) -> list[Row]:
    return [row for one in found if isinstance(one, Item) for row in one.rows if row.table == table]


def values(found: list[Item | Problem], table: str) -> dict[str, object]:
    """The columns of the only row of a table, those that are empty left out."""
    (row,) = rows(found, table)
    return {name: value for name, value in row.values.items() if value not in (None, "", [], {})}


class Conformance:
    """Subclasses set `importer` and `samples`: contents by file name, odd ones too."""

    importer: Importer
    samples: dict[str, str]

    def found(self, directory: Path, name: str) -> list[Item | Problem]:
        return run(self.importer, directory / name, self.samples[name])

    def test_samples_are_identified(self, tmp_path: Path) -> None:
        for name, content in self.samples.items():
            (tmp_path / name).write_text(content)
            assert self.importer.identify(tmp_path / name)
        (tmp_path / "note.md").write_text("# Note")
        assert not self.importer.identify(tmp_path / "note.md")
        assert not self.importer.identify(tmp_path)

    def test_two_runs_are_alike_and_keys_are_unique(self, tmp_path: Path) -> None:
        for name in self.samples:
            found = self.found(tmp_path, name)
            assert found == self.found(tmp_path, name)
            keys = [row.key for one in found if isinstance(one, Item) for row in one.rows]
            assert len(keys) == len(set(keys))
            assert max(len(key.encode()) for key in keys) < 2600
            assert all(one.key == one.rows[0].key for one in found if isinstance(one, Item))

    def test_every_value_has_a_column(self, tmp_path: Path) -> None:
        tables = {entity.name: entity for entity in declared().entities.values()}
        for name in self.samples:
            for row in [row for item in items(self.found(tmp_path, name)).values() for row in item.rows]:
                assert row.values.keys() <= tables[row.table].by_name.keys(), row.table

    async def test_the_database_takes_every_row(self, tmp_path: Path, database: Database, alice: UUID) -> None:
        for name in self.samples:
            found = self.found(tmp_path, name)
            async with database.owner() as connection, connection.transaction():
                await connection.execute("SELECT set_config('app.user_id', $1, true)", str(alice))
                for row in [row for item in items(found).values() for row in item.rows]:
                    await connection.execute(*_insert(name, row))
                await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_a_file_cut_anywhere_ends_in_rows_or_problems(self, tmp_path: Path) -> None:
        for name, content in self.samples.items():
            data = content.encode()
            for end in range(0, len(data), max(1, len(data) // 60)):
                assert run(self.importer, tmp_path / name, data[:end])

    def test_a_file_that_is_gone_is_a_problem(self, tmp_path: Path) -> None:
        (found,) = self.importer.extract(tmp_path / "gone.txt")
        assert isinstance(found, Problem)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_damaged_samples_never_raise(self, tmp_path: Path, data: st.DataObject) -> None:
        """Lines are dropped, doubled, moved and filled with anything; what comes out is text that can be stored."""
        name = data.draw(st.sampled_from(sorted(self.samples)))
        lines = self.samples[name].encode().splitlines(keepends=True)
        for _ in range(data.draw(st.integers(1, 6))):
            number = data.draw(st.integers(0, len(lines) - 1))
            cut = data.draw(st.integers(0, len(lines[number])))
            filling = data.draw(st.binary(max_size=30) | st.text("0123456789:;,=\"\\-TPZ\n \0", max_size=20).map(str.encode))
            lines[number] = lines[number][:cut] + filling + data.draw(st.sampled_from((b"\n", lines[number][cut:])))
            lines.insert(data.draw(st.integers(0, len(lines))), lines[data.draw(st.integers(0, len(lines) - 1))])
        found = run(self.importer, tmp_path / name, b"".join(lines))
        assert found
        text = repr([(one.rows, one.warnings) for one in found if isinstance(one, Item)])
        assert "\\x00" not in text.replace("\\\\x00", "").split("raw=")[0]
        text.encode()


def _insert(space: str, row: Row) -> tuple[object, ...]:
    given = {"id": To(row.key), **row.values}
    columns = ", ".join(f'"{name}"' for name in given)
    places = ", ".join(f"${number + 1}" for number in range(len(given)))
    ids = (uuid5(_SPACE, f"{space}/{value.key}") if isinstance(value, To) else value for value in given.values())
    return f"INSERT INTO {row.table} ({columns}) VALUES ({places})", *ids
