"""Uploads on the disk while they are not whole: `uploads/<user>/<id>.part` with the bytes, `<id>.json` with the rest.

The size of the part is the offset, so a process that was killed left nothing to mend.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from graph.files.contents import PIECE
from graph.files.refusals import StorageFull, UploadUnknown, room_needed
from graph.files.store import flush


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in. Its id becomes that of the record. `length` is None while nobody knows it.

    `changed` is when bytes last came in (seconds since 1970); `sha256` is known (in hexadecimal) when it is whole.
    """

    id: UUID
    name: str
    media_type: str
    length: int | None
    offset: int = 0
    changed: float = 0.0
    sha256: str = ""

    @property
    def whole(self) -> bool:
        return self.offset == self.length


class Staging:
    """Reads and writes that directory. Blocking: call it in threads."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def part(self, user: UUID, id_: UUID) -> Path:
        return self._root / user.hex / f"{id_}.part"

    def begin(self, user: UUID, upload: Upload) -> Upload:
        """Make room for a new upload. Raises StorageFull where what it announces has none."""
        part = self.part(user, upload.id)
        with room_needed():
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (upload.length or 0) > shutil.disk_usage(part.parent).free:
                raise StorageFull
            part.touch(mode=0o600, exist_ok=False)
            self.save(user, upload)
        return replace(upload, changed=time.time())

    def save(self, user: UUID, upload: Upload) -> None:
        place = self.part(user, upload.id).with_suffix(".json")
        new = place.with_suffix(".new")
        with room_needed():
            new.write_bytes(orjson.dumps(asdict(upload)))
            flush(new)
            new.replace(place)

    def load(self, user: UUID, id_: UUID) -> Upload:
        """Raises UploadUnknown."""
        part = self.part(user, id_)
        try:
            place = part.with_suffix(".json")
            upload = Upload(**orjson.loads(place.read_bytes()) | {"id": id_})
            if upload.sha256 and not part.exists():  # it is in the store and lacks its record only
                return replace(upload, offset=upload.length or 0, changed=place.stat().st_mtime)
            known = part.stat()
        except (OSError, ValueError, TypeError):
            raise UploadUnknown(what="upload", id=id_) from None
        return replace(upload, offset=known.st_size, changed=known.st_mtime)

    def forget(self, user: UUID, id_: UUID) -> None:
        for suffix in (".part", ".new", ".json"):
            self.part(user, id_).with_suffix(suffix).unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[tuple[UUID, UUID]]:
        """The users and ids of uploads to which nothing was added since."""
        for path in self._root.glob("*/*.*"):
            try:
                user, id_ = UUID(path.parent.name), UUID(path.stem)
                newest = max(one.stat().st_mtime for one in path.parent.glob(f"{id_}.*"))
            except (ValueError, OSError):
                continue
            if newest < moment:
                yield user, id_


class Writing:
    """The end of a part, open to be written on, and the digest of all that is before it. Blocking."""

    def __init__(self, part: Path, digest: Any = None) -> None:
        self._descriptor = os.open(part, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self.digest = digest or digest_of(part)

    def write(self, piece: bytes) -> None:
        """Raises StorageFull; what fitted stays."""
        view = memoryview(piece)
        with room_needed():
            while view:
                view = view[os.write(self._descriptor, view) :]
        self.digest.update(piece)

    def close(self) -> None:
        with room_needed():
            try:
                os.fsync(self._descriptor)
            finally:
                os.close(self._descriptor)


def digest_of(path: Path) -> Any:
    """The SHA-256 of a file, to go on with."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest
