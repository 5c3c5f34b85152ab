"""The store of bytes by their SHA-256: `files/ab/cd/<sha256>` below the data directory, each content once.

An empty file `<sha256>.<user>` beside the bytes marks who brought them. Nobody else gets them: to know a digest is
no permission.
"""

import asyncio
import contextlib
import errno
import os
import shutil
from pathlib import Path
from typing import Protocol
from uuid import UUID

from graph.files.contents import Contents, OpenFile
from graph.files.refusals import room_needed


class Store(Protocol):
    """Where whole contents are kept for their users."""

    async def keep(self, user: UUID, sha256: bytes, part: Path) -> None:
        """Take over a complete local file whose digest this is; `part` is gone afterwards. Raises StorageFull."""
        ...

    async def open(self, user: UUID, sha256: bytes) -> Contents | None:
        """The content with this digest, if this user brought it."""
        ...


class DiskStore:
    """The store in a directory, which is made with the first content."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def keep(self, user: UUID, sha256: bytes, part: Path) -> None:
        await asyncio.to_thread(self._keep, user, sha256, part)

    async def open(self, user: UUID, sha256: bytes) -> Contents | None:
        return await asyncio.to_thread(self._open, user, sha256)

    def _place(self, sha256: bytes) -> Path:
        name = sha256.hex()
        return self._root / name[:2] / name[2:4] / name

    def _keep(self, user: UUID, sha256: bytes, part: Path) -> None:
        """The bytes are on the disk before they have their name, and the name before its mark."""
        place = self._place(sha256)
        with room_needed():
            place.parent.mkdir(parents=True, exist_ok=True)
            flush(part)
            if place.is_file() and place.stat().st_size == part.stat().st_size:
                part.unlink()
            else:
                _move(part, place)
            _mark(place, user).touch()
            for directory in (place.parent, place.parent.parent, self._root):
                flush(directory)

    def _open(self, user: UUID, sha256: bytes) -> Contents | None:
        place = self._place(sha256)
        if not _mark(place, user).exists():
            return None
        try:
            stream = place.open("rb")
        except FileNotFoundError:
            return None
        return OpenFile(stream, os.fstat(stream.fileno()).st_size)


def _move(part: Path, place: Path) -> None:
    """Give a file its final name, from another disk by way of a name beside it."""
    try:
        part.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        near = place.with_name(f"{place.name}.part")
        shutil.copyfile(part, near)
        flush(near)
        near.replace(place)
        part.unlink()


def _mark(place: Path, user: UUID) -> Path:
    return place.with_name(f"{place.name}.{user.hex}")


def flush(path: Path) -> None:
    """What was written to a file, or which names a directory has, survives a failure of the power."""
    try:
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:  # Windows opens no directory
        return
    try:
        with contextlib.suppress(OSError) if path.is_dir() else contextlib.nullcontext():
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
