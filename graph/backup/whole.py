"""The whole of an instance into one file, and back, while it runs."""

import asyncio
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from asyncpg import PostgresError

from graph.backup.contents import bring, pack, unpack
from graph.backup.databases import ToolFailed, dump, filled, holds_users
from graph.backup.seal import Backup, checksum, read, seal
from graph.database import Database
from graph.errors import BackupFailed, RestoreRefused
from graph.files.store import DiskStore, flush

_UNPACKING = "restoring-"


async def backup(database: Database, store: DiskStore, path: Path, *, overwrite: bool = False) -> Backup:
    """Writes all of the database as it is at one moment, and the store of files; the instance may go on running.

    Meanwhile nothing is removed from the store. The file appears under its name when it is whole and checked, and only
    its owner may read it.
    Raises BackupFailed.
    """
    if not overwrite and await asyncio.to_thread(path.exists):
        raise BackupFailed(path=path, reason="a file of that name exists already.")
    part = path.with_name(f"{path.name}.part")
    try:
        with store.held():
            part.unlink(missing_ok=True)  # of a run that was killed
            await asyncio.to_thread(part.touch, 0o600)
            rows = await dump(database, part)
            return await asyncio.to_thread(_finish, part, path, rows, store)
    except (ToolFailed, OSError) as error:
        raise BackupFailed(path=path, reason=error) from error
    finally:
        part.unlink(missing_ok=True)


def _finish(part: Path, path: Path, rows: Mapping[str, int], store: DiskStore) -> Backup:
    length = part.stat().st_size
    sha256 = checksum(part, length)
    with part.open("r+b") as stream:
        stream.seek(length)
        with zipfile.ZipFile(stream, "w", strict_timestamps=False) as archive:
            files, damaged = pack(store, archive)
            seal(archive, length, sha256, rows, files)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    flush(path.absolute().parent)
    return Backup(path, rows, files, path.stat().st_size, tuple(damaged))


async def restore(database: Database, store: DiskStore, path: Path, *, replace: bool = False) -> Backup:
    """Puts the backup in the place of the database, all at once: until then the old one serves, untouched.

    The bytes of files are checked before and come into the store beside those that are there. A database with users in
    it is given up only if `replace` says so. Older backups need `migrate` afterwards.
    Raises BackupUnreadable (broken or cut off), RestoreRefused and StorageFull.
    """
    found = await asyncio.to_thread(read, path)
    if not replace and await holds_users(database):
        raise RestoreRefused(path=path, reason="the database holds data; say that it is to be replaced (--replace).")
    try:
        with _folder(store) as folder:
            coming = await asyncio.to_thread(unpack, path, store, folder) if found.files else []
            async with filled(database, path, found.rows):
                await asyncio.to_thread(bring, store, coming)
    except (ToolFailed, PostgresError, OSError) as error:
        raise RestoreRefused(path=path, reason=error) from error
    return found


@contextmanager
def _folder(store: DiskStore) -> Iterator[Path]:
    """Where bytes wait until all are checked: beside their places, so that they only change their names."""
    store.root.mkdir(parents=True, exist_ok=True)
    for left in store.root.glob(f"{_UNPACKING}*"):  # by a restore that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=store.root, prefix=_UNPACKING) as name:
        yield Path(name)
