"""The store of files into the ZIP of a backup, under the names that it has on the disk, and back."""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from graph.backup.seal import BROKEN
from graph.errors import BackupUnreadable
from graph.files.staging import digest_of
from graph.files.store import DiskStore

_MEMBER = re.compile(r"files/../../([0-9a-f]{64})(?:\.([0-9a-f]{32}))?")
_BLOCK = 1 << 20
_NAMED = 10


@dataclass(slots=True)
class Coming:
    """A content on its way into the store, and whose it is. `part` has the bytes where the store lacks them."""

    sha256: bytes
    users: list[UUID] = field(default_factory=list)
    part: Path | None = None


def pack(store: DiskStore, archive: zipfile.ZipFile) -> tuple[int, list[str]]:
    """Writes everything that somebody has; returns how many contents, and the digests of those that are damaged."""
    count, damaged = 0, []
    for one in store.contents():
        if one.size is None or not one.users:
            continue
        place = store.place(one.sha256)
        if not _is(place, one.sha256):
            damaged.append(one.sha256.hex())
            continue
        name = f"files/{place.relative_to(store.root).as_posix()}"
        archive.write(place, name)
        for user in sorted(one.users):
            archive.writestr(f"{name}.{user.hex}", b"")
        count += 1
    return count, damaged


def unpack(path: Path, store: DiskStore, folder: Path) -> list[Coming]:
    """Reads and checks all contents of a backup; those that the store lacks are then in `folder`.

    Raises BackupUnreadable, which names what is damaged.
    """
    found: dict[str, Coming] = {}
    damaged = []
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = _MEMBER.fullmatch(info.filename)
            if name is None:
                continue
            one = found.setdefault(name[1], Coming(bytes.fromhex(name[1])))
            if name[2]:
                one.users.append(UUID(name[2]))
                continue
            held = _is(store.place(one.sha256), one.sha256)
            one.part = None if held else folder / name[1]
            if _copied(archive, info, one.part) != name[1]:
                damaged.append(info.filename)
    if damaged:
        more = f" and {len(damaged) - _NAMED:,} more" if len(damaged) > _NAMED else ""
        raise BackupUnreadable(path=path, reason=f"damaged: {', '.join(damaged[:_NAMED])}{more}.")
    return list(found.values())


def bring(store: DiskStore, contents: Iterable[Coming]) -> None:
    """What was unpacked goes to its place. Raises StorageFull."""
    for one in contents:
        store.take(one.users, one.sha256, one.part)


def _is(place: Path, sha256: bytes) -> bool:
    """Whether a file is there, can be read and has this digest."""
    try:
        return bool(digest_of(place).digest() == sha256)
    except OSError:
        return False


def _copied(archive: zipfile.ZipFile, info: zipfile.ZipInfo, part: Path | None) -> str:
    """The digest of a member that is copied (or only read); empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with archive.open(info) as member, part.open("wb") if part else nullcontext() as out:
            while block := member.read(_BLOCK):
                digest.update(block)
                if out:
                    out.write(block)
    except BROKEN:
        return ""
    return digest.hexdigest()
