"""What every importer of files keeps to; a test class gives it an importer and samples and inherits the rest."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.database.connecting import Connection
from graph.importers.base import Among, Importer, Item, Problem, Row, To
from schema_sql.migrate import declared

_SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
_SIGNS = '0123456789:;,="\\-TPZ\n \0'


_Statement = tuple[str, list[object]]


class _Undone(Exception):
    """Everything was taken and goes back."""


def run(importer: Importer, path: Path, content: str | bytes) -> list[Item | Problem]:
    """What comes out of a file of this content; written only where it has another, so that it stays as old as it is."""
    if not path.exists() or path.read_bytes() != encoded(content):
        path.write_bytes(encoded(content))
    return list(importer.extract(path))


def encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def items(found: list[Item | Problem]) -> dict[str, Item]:
    return {one.key: one for one in found if isinstance(one, Item)}


def problems(found: list[Item | Problem]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Problem)]


def rows(found: list[Item | Problem], table: str) -> list[Row]:
    return [row for one in found if isinstance(one, Item) for row in one.rows if row.table == table]


def values(found: list[Item | Problem], table: str) -> dict[str, Any]:
    """The columns of the only row of a table, those that are empty left out."""
    (only,) = filled(found, table)
    return only


def filled(found: list[Item | Problem], table: str) -> list[dict[str, Any]]:
    """The columns of all rows of a table, those that are empty left out."""
    empty: tuple[object, ...] = (None, "", [], {})
    return [{name: value for name, value in row.values.items() if value not in empty} for row in rows(found, table)]


class Conformance:
    """Subclasses set `importer` and `samples`: contents by file name, odd ones too."""

    importer: ClassVar[Importer]
    samples: ClassVar[Mapping[str, str | bytes]]

    def found(self, directory: Path, name: str) -> list[Item | Problem]:
        return run(self.importer, directory / name, self.samples[name])

    def test_samples_are_identified(self, tmp_path: Path) -> None:
        for name, content in self.samples.items():
            (tmp_path / name).write_bytes(encoded(content))
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
        tables = declared().entities
        for name in self.samples:
            for row in [row for item in items(self.found(tmp_path, name)).values() for row in item.rows]:
                assert row.values.keys() <= tables[row.table].by_name.keys(), row.table

    async def test_the_database_takes_every_row(self, tmp_path: Path, database: Database, alice: UUID) -> None:
        """All columns, checks and references of all samples, each by itself: two may speak of the same currency."""
        for name in self.samples:
            found = items(self.found(tmp_path, name)).values()
            statements = [_insert(name, row) for item in found for row in item.rows]

            async def store(connection: Connection, statements: Sequence[_Statement] = statements) -> None:
                for statement, ids in statements:
                    await connection.execute(statement, *ids)
                await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                raise _Undone

            with pytest.raises(_Undone):
                await database.write(alice, store)

    def test_a_file_cut_anywhere_ends_in_rows_or_problems(self, tmp_path: Path) -> None:
        for name, content in self.samples.items():
            data = encoded(content)
            for end in range(0, len(data), max(1, len(data) // 60)):
                assert run(self.importer, tmp_path / name, data[:end])

    def test_a_file_that_is_gone_is_a_problem(self, tmp_path: Path) -> None:
        (found,) = self.importer.extract(tmp_path / "gone.txt")
        assert isinstance(found, Problem)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_damaged_samples_never_raise(self, tmp_path: Path, data: st.DataObject) -> None:
        """Lines are cut, doubled, moved and filled with anything; what comes out can be stored as text."""
        name = data.draw(st.sampled_from(sorted(self.samples)))
        lines = encoded(self.samples[name]).splitlines(keepends=True)
        for _ in range(data.draw(st.integers(1, 6))):
            number = data.draw(st.integers(0, len(lines) - 1))
            cut = data.draw(st.integers(0, len(lines[number])))
            filling = data.draw(st.binary(max_size=20) | st.text(_SIGNS, max_size=20).map(str.encode))
            lines[number] = lines[number][:cut] + filling + data.draw(st.sampled_from((b"\n", lines[number][cut:])))
            lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(lines)))
        found = run(self.importer, tmp_path / name, b"".join(lines))
        assert found
        for text in texts([[row.key, *row.values.values()] for item in items(found).values() for row in item.rows]):
            assert "\0" not in text
            text.encode()


def texts(value: object) -> Iterator[str]:
    """All texts inside a value, names of a mapping too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from texts([*value, *value.values()])
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from texts(one)


def _insert(space: str, row: Row) -> _Statement:
    given = {"id": To(row.key), **row.values}
    columns = ", ".join(f'"{name}"' for name in given)
    places = ", ".join(f"${number + 1}" for number in range(len(given)))
    return f"INSERT INTO {row.table} ({columns}) VALUES ({places})", [_with_ids(space, one) for one in given.values()]


def _with_ids(space: str, value: object) -> object:
    if isinstance(value, Among):
        return [_with_ids(space, member) for member in value.members]
    return uuid5(_SPACE, f"{space}/{value.key}") if isinstance(value, To) else value
