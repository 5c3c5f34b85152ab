"""Backup and restore: one file, whole or refused, and the old database serves until the new one is proven."""

from pathlib import Path
from uuid import UUID

import pytest

from graph import backup as door
from graph.database import Connection, Database
from graph.errors import BackupFailed, BackupUnreadable, RestoreRefused


async def _add(database: Database, user: UUID, title: str) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute("INSERT INTO notes (title, content) VALUES ($1, 'café [[there]]')", title)

    await database.write(user, work)


def _names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


async def _titles(database: Database, user: UUID) -> list[str]:
    async with database.acting_as(user) as connection:
        return [row["title"] for row in await connection.fetch("SELECT title FROM notes ORDER BY title")]


async def test_what_was_backed_up_comes_back_while_the_instance_runs(
    database: Database, alice: UUID, bob: UUID, tmp_path: Path
) -> None:
    await _add(database, alice, "kept")
    await _add(database, bob, "his own")
    made = await door.backup(database, tmp_path / "life.lifeloom")
    assert made.rows["users"] == 2
    assert _names(tmp_path) == ["life.lifeloom"]
    await _add(database, alice, "written later")
    with pytest.raises(RestoreRefused, match="--replace"):
        await door.restore(database, made.path)
    assert await _titles(database, alice) == ["kept", "written later"]
    restored = await door.restore(database, made.path, replace=True)
    assert restored == made
    assert await _titles(database, alice) == ["kept"]
    assert await _titles(database, bob) == ["his own"]
    await _add(database, alice, "life goes on")
    assert await _titles(database, alice) == ["kept", "life goes on"]


async def test_a_file_is_not_overwritten_unless_told_to(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "life"
    path.write_text("something else")
    with pytest.raises(BackupFailed, match="exists"):
        await door.backup(database, path)
    assert path.read_text() == "something else"
    assert door.read((await door.backup(database, path, overwrite=True)).path).size == path.stat().st_size
    with pytest.raises(BackupFailed):
        await door.backup(database, tmp_path / "no such directory" / "life")


async def test_a_damaged_file_is_refused_and_nothing_is_touched(
    database: Database, alice: UUID, tmp_path: Path
) -> None:
    await _add(database, alice, "kept")
    whole = (await door.backup(database, tmp_path / "whole")).path.read_bytes()
    damaged = tmp_path / "damaged"
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 1
    for content in (b"", b"hello", whole[:-100], whole[: len(whole) // 2], bytes(flipped), whole + b"x"):
        damaged.write_bytes(content)
        with pytest.raises(BackupUnreadable):
            await door.restore(database, damaged, replace=True)
    with pytest.raises(BackupUnreadable):
        await door.restore(database, tmp_path / "nowhere", replace=True)
    assert await _titles(database, alice) == ["kept"]
