"""The end of a backup file, which proves that it is whole.

The file begins as an archive of pg_dump in its custom format, which `pg_restore` reads by offsets, so that it never
sees what follows: a ZIP of the store of files, which programs for ZIP read from its end. The comment of the ZIP is the
seal: JSON after a marker. Backups of the first version have no ZIP, and a seal of all that is before it.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from graph.errors import BackupUnreadable

_MARK = b"\nLIFELOOM BACKUP "
_LONGEST = 1 << 16
"""What the comment of a ZIP may have."""
BROKEN = (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged ZIP raises."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup file: rows by table, the number of contents of files, and its size in bytes.

    `damaged` are contents of the store that were not what their digests say any more, and so are not in it.
    """

    path: Path
    rows: Mapping[str, int]
    files: int
    size: int
    damaged: tuple[str, ...] = field(default=(), compare=False)


def seal(archive: zipfile.ZipFile, length: int, sha256: str, rows: Mapping[str, int], files: int) -> None:
    """Proves what is in the archive, with the database before it, which has this length and digest."""
    told = {"sha256": sha256, "length": length, "listing": _listing(archive), "files": files, "rows": rows}
    comment = _MARK + orjson.dumps(told)
    if len(comment) >= _LONGEST:
        raise OSError(f"there are too many tables ({len(rows)}) for its seal")
    archive.comment = comment


def read(path: Path) -> Backup:
    """Reads a backup's seal, and checks the database and the list of files by it. Raises BackupUnreadable."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - _LONGEST))
            _, mark, line = file.read().rpartition(_MARK)
        if not mark:
            raise BackupUnreadable(path=path, reason="its end is missing, or it was made by something else.")
        told = orjson.loads(line)
        if checksum(path, told.get("length", size - len(line) - len(mark))) != told["sha256"]:
            raise BackupUnreadable(path=path, reason="its contents have changed since it was made.")
        files = _checked_files(path, told) if "length" in told else 0
        return Backup(path, told["rows"], files, size)
    except OSError as error:
        raise BackupUnreadable(path=path, reason=error.strerror) from error
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise BackupUnreadable(path=path, reason="its last line is damaged.") from error


def _checked_files(path: Path, told: Mapping[str, Any]) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            listing = _listing(archive)
    except BROKEN:
        listing = ""
    if listing != told["listing"]:
        raise BackupUnreadable(path=path, reason="the list of its files is damaged.")
    return int(told["files"])


def checksum(path: Path, length: int) -> str:
    """The SHA-256 of the first bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, 1 << 20))):
            digest.update(block)
            length -= len(block)
    return digest.hexdigest()


def _listing(archive: zipfile.ZipFile) -> str:
    members = "\n".join(f"{one.file_size} {one.filename}" for one in archive.infolist())
    return hashlib.sha256(members.encode("utf-8", "surrogateescape")).hexdigest()
