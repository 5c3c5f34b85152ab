"""How a name in a text finds its record: one key for every spelling of a name, and Obsidian's choice among paths.

Obsidian's rule, as far as it is known (its documentation is silent): an exact path from the vault's root wins;
else the paths that end in the target, those below the source's own folder first, shorter ones first. Records without a
path (a contact, a note written here) are found by name alone, after the paths.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname, normpath
from unicodedata import normalize
from uuid import UUID

_WHITESPACE = re.compile("[\t-\r\x1c- \x85\u1680\u2028\u2029]+")
"""What NFKC leaves of Unicode's white space; the SQL twin of `name_key` folds the same characters."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record a name may mean. `path` is relative to the vault, with the file's suffix; "" outside of any vault."""

    id: UUID
    path: str
    name: str


def name_key(name: str) -> str:
    """The key under which a name or the target of a link is looked up: that of the last part, where it is a path.

    NFKC, casefolded, white space folded, a final `.md` dropped. Accents count: `résumé` and `resume` are two names.
    """
    return _folded(name.rpartition("/")[2])


@lru_cache(maxsize=1 << 16)
def _folded(path: str) -> str:
    """All spellings of a path as one, folders included."""
    folded = normalize("NFKC", normalize("NFKC", path).casefold())
    return _WHITESPACE.sub(" ", folded).strip(" ").removesuffix(".md").rstrip(" ")


def resolve(target: str, source_path: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate that `target` means in the file `source_path`, or None, whatever the order of the candidates.

    Candidates are the records found under `name_key(target)`, once for each of their names.
    """
    wanted, rooted = _wanted(target, source_path)
    if not wanted:
        return None
    folder = _folded(dirname(source_path) + "/") if "/" in source_path else ""
    best: tuple[tuple[int, int, int, str, str], Candidate] | None = None
    for candidate in candidates:
        kind = _kind(candidate, wanted, folder)
        if kind is None or (rooted and kind > 0):
            continue
        near = -_shared(candidate.path, source_path)
        rank = (kind, len(candidate.path), near, candidate.path, str(candidate.id))
        if best is None or rank < best[0]:
            best = (rank, candidate)
    return best[1] if best else None


def _wanted(target: str, source_path: str) -> tuple[str, bool]:
    """The key of the path that is looked for, and whether it counts from the root only."""
    if target.startswith("/"):
        return _folded(target.strip("/")), True
    if not target.startswith(("./", "../")):
        return _folded(target), False
    joined = normpath(f"{dirname(source_path)}/{target}").lstrip("/")
    return ("", True) if joined.startswith("..") else (_folded(joined), True)


def _kind(candidate: Candidate, wanted: str, folder: str) -> int | None:
    """0 the very path, 1 a path's end below `folder`, 2 a path's end elsewhere, 3 the name; None is no match."""
    if candidate.path:
        key = _folded(candidate.path)
        if key == wanted:
            return 0
        if key.endswith("/" + wanted):
            return 1 if key.startswith(folder) else 2
    return 3 if _folded(candidate.name) == wanted else None


def _shared(path: str, source_path: str) -> int:
    """How many folders two paths have in common, from the root."""
    count = 0
    for mine, other in zip(path.split("/")[:-1], source_path.split("/")[:-1], strict=False):
        if mine != other:
            break
        count += 1
    return count
