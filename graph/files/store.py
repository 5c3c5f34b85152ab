"""The store of bytes by their SHA-256: `files/ab/cd/<sha256>` below the data directory, each content once.

An empty file `<sha256>.<user>` beside the bytes marks who brought them. Nobody else gets them: to know a digest is
no permission. A mark is as old as the last time that its user brought the bytes.

Whoever adds something, or needs all to stay, shares the lock of the directory; who removes something has it alone.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from graph.files.contents import Contents, OpenFile
from graph.files.refusals import room_needed

_NAME = re.compile(r"([0-9a-f]{64})(?:\.([0-9a-f]{32}))?")
_FOLDERS = "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"


class Store(Protocol):
    """Where whole contents are kept for their users."""

    async def keep(self, user: UUID, sha256: bytes, part: Path) -> None:
        """Take over a complete local file whose digest this is; `part` is gone afterwards. Raises StorageFull."""
        ...

    async def renew(self, user: UUID, sha256: bytes) -> bool:
        """This user, who brought the content, still means it; False where it is not here any more."""
        ...

    async def open(self, user: UUID, sha256: bytes) -> Contents | None:
        """The content with this digest, if this user brought it."""
        ...


@dataclass(slots=True)
class Content:
    """What the store has of one digest: the bytes, and who brought them when (seconds since 1970).

    `size` is None where there are marks alone, and `changed` is when the bytes came.
    """

    sha256: bytes
    size: int | None = None
    changed: float = 0.0
    users: dict[UUID, float] = field(default_factory=dict)


class DiskStore:
    """The store in a directory, which is made with the first content. What is not `async` blocks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def keep(self, user: UUID, sha256: bytes, part: Path) -> None:
        await asyncio.to_thread(self.take, (user,), sha256, part)

    async def renew(self, user: UUID, sha256: bytes) -> bool:
        return await asyncio.to_thread(self._renew, user, sha256)

    async def open(self, user: UUID, sha256: bytes) -> Contents | None:
        return await asyncio.to_thread(self._open, user, sha256)

    def place(self, sha256: bytes) -> Path:
        """Where these bytes are, or would be."""
        name = sha256.hex()
        return self.root / name[:2] / name[2:4] / name

    def brought(self, user: UUID, sha256: bytes) -> bool:
        """Whether this user brought the content."""
        return _mark(self.place(sha256), user).exists()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is removed inside the block."""
        with self._lock(fcntl.LOCK_SH):
            yield

    def contents(self) -> Iterator[Content]:
        """All that is here, in the order of digests."""
        for folder in sorted(self.root.glob(_FOLDERS)):
            found: dict[str, Content] = {}
            with os.scandir(folder) as entries:
                for entry in entries:
                    if (name := _NAME.fullmatch(entry.name)) and entry.is_file():
                        one = found.setdefault(name[1], Content(bytes.fromhex(name[1])))
                        _add(one, name[2], entry.stat())
            yield from (one for _, one in sorted(found.items()))

    def take(self, users: Iterable[UUID], sha256: bytes, part: Path | None) -> None:
        """Keep the file `part`, or what is here already, for these users. Raises StorageFull.

        The bytes are on the disk before they have their name, and the name before its marks.
        """
        place = self.place(sha256)
        with self.held(), room_needed():
            place.parent.mkdir(parents=True, exist_ok=True)
            if part is not None:
                part.chmod(0o600)
                flush(part)
                _move(part, place)  # also over what is there, which may have been damaged since
            for user in users:
                _mark(place, user).touch(mode=0o600)
            for directory in (place.parent, place.parent.parent, self.root):
                flush(directory)

    def drop(self, leaving: Mapping[bytes, Iterable[UUID]], before: float) -> int:
        """Remove the marks of these users where they are older than that moment, and bytes that nobody has then.

        Returns how many bytes that gave back; nothing is removed while somebody holds the store.
        """
        freed = 0
        with contextlib.suppress(BlockingIOError), self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB):
            for sha256, users in leaving.items():
                place = self.place(sha256)
                for user in users:
                    _remove(_mark(place, user), before)
                if not any(_NAME.fullmatch(one.name) for one in place.parent.glob(f"{place.name}.*")):
                    freed += _remove(place, before)
            for part in self.root.glob(f"{_FOLDERS}/*.part"):  # of a process that was killed
                freed += _remove(part, before)
        return freed

    @contextlib.contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        with room_needed():
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)

    def _renew(self, user: UUID, sha256: bytes) -> bool:
        with self.held():
            place = self.place(sha256)
            if place.is_file():
                _mark(place, user).touch()
                return True
            return False

    def _open(self, user: UUID, sha256: bytes) -> Contents | None:
        if not self.brought(user, sha256):
            return None
        place = self.place(sha256)
        try:
            stream = place.open("rb")
        except FileNotFoundError:
            return None
        return OpenFile(stream, os.fstat(stream.fileno()).st_size)


def _add(content: Content, user: str | None, known: os.stat_result) -> None:
    if user is None:
        content.size, content.changed = known.st_size, known.st_mtime
    else:
        content.users[UUID(user)] = known.st_mtime


def _remove(path: Path, before: float) -> int:
    """The size of a file that is gone now; 0 where there is none, or a newer one."""
    try:
        known = path.stat()
        if known.st_mtime >= before:
            return 0
        path.unlink()
    except FileNotFoundError:
        return 0
    return known.st_size


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
