"""Backup and restore: one file, whole or refused, and the old database serves until the new one is proven."""

import asyncio
import errno
import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from graph import backup as door
from graph.backup import contents, whole
from graph.backup.databases import dump
from graph.database import Connection, Database
from graph.errors import BackupFailed, BackupUnreadable, RestoreRefused
from graph.files.store import DiskStore
from tests.graph.storing import Shelves, digest


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> DiskStore:
    """A store without files."""
    return DiskStore(tmp_path_factory.mktemp("data") / "files")


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
    database: Database, store: DiskStore, alice: UUID, bob: UUID, tmp_path: Path
) -> None:
    await _add(database, alice, "kept")
    await _add(database, bob, "his own")
    made = await door.backup(database, store, tmp_path / "life.lifeloom")
    assert made.rows["users"] == 2
    assert _names(tmp_path) == ["life.lifeloom"]
    await _add(database, alice, "written later")
    with pytest.raises(RestoreRefused, match="--replace"):
        await door.restore(database, store, made.path)
    assert await _titles(database, alice) == ["kept", "written later"]
    restored = await door.restore(database, store, made.path, replace=True)
    assert restored == made
    assert await _titles(database, alice) == ["kept"]
    assert await _titles(database, bob) == ["his own"]
    await _add(database, alice, "life goes on")
    assert await _titles(database, alice) == ["kept", "life goes on"]


async def test_a_file_is_not_overwritten_unless_told_to(database: Database, store: DiskStore, tmp_path: Path) -> None:
    path = tmp_path / "life"
    path.write_text("something else")
    with pytest.raises(BackupFailed, match="exists"):
        await door.backup(database, store, path)
    assert path.read_text() == "something else"
    assert door.read((await door.backup(database, store, path, overwrite=True)).path).size == path.stat().st_size
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupFailed):
        await door.backup(database, store, tmp_path / "no such directory" / "life")


async def test_a_damaged_file_is_refused_and_nothing_is_touched(
    database: Database, store: DiskStore, alice: UUID, tmp_path: Path
) -> None:
    await _add(database, alice, "kept")
    whole = (await door.backup(database, store, tmp_path / "whole")).path.read_bytes()
    damaged = tmp_path / "damaged"
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 1
    for content in (b"", b"hello", whole[:-100], whole[: len(whole) // 2], bytes(flipped), whole + b"x"):
        damaged.write_bytes(content)
        with pytest.raises(BackupUnreadable):
            await door.restore(database, store, damaged, replace=True)
    with pytest.raises(BackupUnreadable):
        await door.restore(database, store, tmp_path / "nowhere", replace=True)
    assert await _titles(database, alice) == ["kept"]


# The bytes of files


def other(shelves: Shelves, name: str) -> Shelves:
    """The same database over another directory: as on a new machine."""
    return Shelves(shelves.database, DiskStore(shelves.store.root.with_name(name)))


async def save(shelves: Shelves, path: Path, **options: bool) -> door.Backup:
    return await door.backup(shelves.database, shelves.store, path, **options)


async def load(shelves: Shelves, path: Path) -> door.Backup:
    return await door.restore(shelves.database, shelves.store, path, replace=True)


async def test_the_bytes_of_files_come_back_with_their_records(
    shelves: Shelves, alice: UUID, bob: UUID, tmp_path: Path
) -> None:
    hers, his = await shelves.upload(alice, b"both"), await shelves.upload(bob, b"both")
    empty = await shelves.upload(alice, b"")
    made = await save(shelves, tmp_path / "life")
    assert (made.files, made.damaged) == (2, ())
    elsewhere = other(shelves, "new")
    left = elsewhere.store.root / "restoring-x"  # by a restore that was killed
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"bo")
    assert await load(elsewhere, made.path) == made
    assert [await elsewhere.read(alice, hers), await elsewhere.read(bob, his)] == [b"both", b"both"]
    assert await elsewhere.read(alice, empty) == b""
    assert not elsewhere.store.brought(bob, digest(b"")), "whose the bytes are comes back too"
    assert elsewhere.place(b"both").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in elsewhere.store.root.iterdir() if len(path.name) > 2) == [".lock"]


async def test_the_file_is_a_zip_of_the_store_as_well(shelves: Shelves, alice: UUID, tmp_path: Path) -> None:
    """Without us `pg_restore` reads the database in it, and any program for ZIP the files, under their places."""
    await shelves.upload(alice, b"bytes")
    made = await save(shelves, tmp_path / "life")
    assert made.path.read_bytes().startswith(b"PGDMP")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "data")
    unzipped = Shelves(shelves.database, DiskStore(tmp_path / "data" / "files"))
    assert unzipped.held() == {digest(b"bytes")}
    assert unzipped.store.brought(alice, digest(b"bytes"))


async def test_bytes_that_changed_in_the_backup_are_named_and_nothing_is_touched(
    shelves: Shelves, alice: UUID, tmp_path: Path
) -> None:
    await shelves.upload(alice, b"first bytes")
    await shelves.upload(alice, b"other bytes")
    made = await save(shelves, tmp_path / "life")
    sound = made.path.read_bytes()
    made.path.write_bytes(sound.replace(b"other bytes", b"wrong bytes"))
    await shelves.upload(alice, b"since then")
    elsewhere = other(shelves, "new")
    with pytest.raises(BackupUnreadable, match=digest(b"other bytes").hex()) as refusal:
        await load(elsewhere, made.path)
    assert digest(b"first bytes").hex() not in str(refusal.value)
    assert elsewhere.held() == set()
    assert [path.name for path in elsewhere.store.root.iterdir()] == []
    async with shelves.database.owner() as connection:
        assert await connection.fetchval("SELECT count(*) FROM files") == 3
    end = sound.rindex(b"PK\x01\x02")
    for damaged in (sound[:end] + sound[end + 60 :], sound.replace(digest(b"other bytes").hex().encode(), b"0" * 64)):
        made.path.write_bytes(damaged)
        with pytest.raises(BackupUnreadable):
            await load(elsewhere, made.path)


async def test_bytes_that_were_damaged_before_are_told_and_left_out(
    shelves: Shelves, alice: UUID, tmp_path: Path
) -> None:
    sound, broken = await shelves.upload(alice, b"sound"), await shelves.upload(alice, b"broken")
    first = await save(shelves, tmp_path / "first")
    shelves.place(b"broken").write_bytes(b"br0ken")
    second = await save(shelves, tmp_path / "second")
    assert (second.files, second.damaged) == (1, (digest(b"broken").hex(),))
    contents.bring(shelves.store, contents.unpack(first.path, shelves.store, tmp_path))
    assert [await shelves.read(alice, sound), await shelves.read(alice, broken)] == [b"sound", b"broken"], "mended"


async def test_what_is_purged_meanwhile_is_still_in_the_backup(
    shelves: Shelves, alice: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await shelves.upload(alice, b"purged")

    async def dumped(database: Database, path: Path) -> dict[str, int]:
        rows = await dump(database, path)
        await shelves.purge(alice, id_)
        assert await shelves.leftovers.sweep(0) == 0
        await shelves.upload(alice, b"since then")
        return rows

    monkeypatch.setattr(whole, "dump", dumped)
    made = await save(shelves, tmp_path / "life")
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read(f"files/{shelves.place(b'purged').relative_to(shelves.store.root)}") == b"purged"
    assert await shelves.leftovers.sweep(0) == len(b"purged")


async def test_a_full_disk_leaves_all_as_it_was(
    shelves: Shelves, alice: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await shelves.upload(alice, b"bytes")
    made = await save(shelves, tmp_path / "life")

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        with pytest.raises(BackupFailed, match="No space left"):
            await save(shelves, made.path, overwrite=True)
    assert door.read(made.path) == made
    elsewhere = other(shelves, "new")
    with monkeypatch.context() as patch:
        patch.setattr(contents, "_copied", full)
        with pytest.raises(RestoreRefused, match="No space left"):
            await load(elsewhere, made.path)
    assert elsewhere.held() == set()
    assert await shelves.read(alice, id_) == b"bytes"
    assert not any(name.endswith(".part") for name in _names(tmp_path))


async def test_a_backup_of_the_first_version_is_still_read(shelves: Shelves, alice: UUID, tmp_path: Path) -> None:
    await shelves.upload(alice, b"not in it")
    old = tmp_path / "old"
    rows = await dump(shelves.database, old)
    sealed = {"sha256": hashlib.sha256(old.read_bytes()).hexdigest(), "rows": rows}
    with old.open("ab") as file:
        file.write(b"\nLIFELOOM BACKUP " + orjson.dumps(sealed))
    assert (door.read(old).rows, door.read(old).files) == (rows, 0)
    old.write_bytes(old.read_bytes().replace(b"PGDMP", b"PGDMQ"))
    with pytest.raises(BackupUnreadable, match="have changed"):
        door.read(old)


async def test_an_upload_goes_on_while_a_backup_runs(shelves: Shelves, alice: UUID) -> None:
    with shelves.store.held():
        async with asyncio.timeout(5):
            await shelves.upload(alice, b"meanwhile")
    shutil.rmtree(shelves.store.root)
