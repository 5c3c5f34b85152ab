"""Paths in a vault: every one below it, none twice (on no file system), and names that all systems take."""

import re
from pathlib import PurePosixPath

_REFUSED = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
_LONGEST = 200
"""Bytes of a name without its suffix; file systems take 255."""


class Places:
    """Gives paths out, relative to the vault, with `/` between folders."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, folder: str, name: str, suffix: str) -> str:
        """A path of its own: with a number after the name where another file has it."""
        number, path = 1, _joined(folder, f"{name}{suffix}")
        while path.casefold() in self._taken:
            number += 1
            path = _joined(folder, f"{name} {number}{suffix}")
        self._taken.add(path.casefold())
        return path

    def take_for_day(self, folder: str, name: str, suffix: str) -> str:
        """A path of its own for a file whose name is a day and must stay it: in a numbered folder if need be."""
        number, path = 1, _joined(folder, f"{name}{suffix}")
        while path.casefold() in self._taken:
            number += 1
            path = _joined(_joined(folder, str(number)), f"{name}{suffix}")
        self._taken.add(path.casefold())
        return path


def safe_name(text: str) -> str:
    """A name for a file or a folder: no separators, no dot at its beginning, not too long, not nothing."""
    name = _REFUSED.sub("_", " ".join(text.split()))
    name = "_" + name[1:] if name.startswith(".") else name
    name = name.encode()[:_LONGEST].decode("utf-8", "ignore").strip()
    return name or "Untitled"


def safe_path(text: str) -> str:
    """A path below the vault, whatever it says: no part of it leads up, and none is hidden."""
    parts = (part for part in PurePosixPath(text.replace("\\", "/")).parts if part not in ("/", "..", "."))
    return "/".join(safe_name(part) for part in parts) or "Untitled"


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
