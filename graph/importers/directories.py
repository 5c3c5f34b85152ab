"""What is in a directory: its files in a fixed order, each folder once whatever the symbolic links say.

A vault below is a place of its own: its files are not of the directory, unless that is a vault itself.
Names that begin with a dot are passed over (`.obsidian`, `.trash`, `.git`), as Obsidian does, and Logseq's own backups.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.importers.base import Problem
from graph.importers.decoding import path_text
from graph.importers.own import LIST

_BACKUPS = frozenset(("logseq/bak", "logseq/version-files"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A readable regular file. `relative` is its path below the root, with `/` between folders, as text."""

    path: Path
    relative: str
    size: int
    modified: float


def is_vault(folder: Path) -> bool:
    """Whether Obsidian, Logseq or an export of ours says that this folder is a vault."""
    marks = (folder / ".obsidian", folder / "logseq" / "config.edn", folder / LIST)
    return any(mark.exists() for mark in marks)


def walk(root: Path) -> Iterator[Entry | Problem]:
    """Every file below `root`, folder by folder in the order of names; what cannot be read is a Problem.

    Linked folders come after real ones, and a folder that was met already is not entered again: no cycle, no doubles.
    """
    return (found for found in _walk(root) if not isinstance(found, Path))


def vaults_below(root: Path) -> Iterator[Path]:
    """The vaults that a walk over `root` does not enter."""
    return (found for found in _walk(root) if isinstance(found, Path))


def _walk(root: Path) -> Iterator[Entry | Problem | Path]:
    whole = is_vault(root)
    met: set[tuple[int, int]] = set()
    real, linked = [(root, "")], list[tuple[Path, str]]()
    while real or linked:
        folder, relative = real.pop() if real else linked.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in met:
                yield Problem(path_text(folder), "a link to a folder that was read already")
                continue
            met.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Problem(path_text(folder), reason(error))
            continue
        folders: list[tuple[Path, str]] = []
        for entry in found:
            name = relative + path_text(entry.name)
            if entry.name.startswith(".") or name in _BACKUPS:
                continue
            if _is_folder(entry):
                if not whole and is_vault(Path(entry.path)):
                    yield Path(entry.path)
                    continue
                (linked if entry.is_symlink() else folders).append((Path(entry.path), name + "/"))
            else:
                yield _entry(Path(entry.path), name)
        real.extend(reversed(folders))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _entry(path: Path, relative: str) -> Entry | Problem:
    try:
        status = path.stat()
    except OSError as error:
        return Problem(path_text(path), "a link to nothing" if path.is_symlink() else reason(error))
    if not stat.S_ISREG(status.st_mode):
        return Problem(path_text(path), "neither a file nor a folder")
    return Entry(path, relative, status.st_size, status.st_mtime)


def single(path: Path, root: Path) -> Entry | Problem:
    """One file, named as it would be in a walk over `root`."""
    return _entry(path, path_text(path.relative_to(root)).replace(os.sep, "/"))


def reason(error: OSError) -> str:
    """Why a file could not be read, in the system's words."""
    return f"cannot be read: {error.strerror or error}"
