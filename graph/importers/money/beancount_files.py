"""The files of a Beancount ledger: entries with the lines that belong to them, and the files that they include."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.importers.decoding import decode, path_text

SUFFIXES = (".beancount", ".bean")
LONGEST_STRING = 200
"""Lines of one string; a quotation mark that is closed nowhere costs no more than its own line."""

_INCLUDE = re.compile(r'^include\s+"([^"\n]+)"', re.MULTILINE)
_QUOTES = re.compile(r'"(?:\\.|[^"\\])*"|;[^\n]*|(")', re.DOTALL)
_HIGHEST = 4
_SIBLINGS = 500


@dataclass(slots=True)
class Entry:
    """A directive as it stands: its first line, and the indented ones below it with their numbers."""

    path: Path
    line: int
    head: str
    body: list[tuple[int, str]] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"{path_text(self.path)}: line {self.line}"

    @property
    def raw(self) -> str:
        return "\n".join((self.head, *(line for _, line in self.body)))


def entries(path: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries of one file in its order, and what was mended while decoding. Raises OSError."""
    decoded = decode(path.read_bytes())
    found: list[Entry] = []
    for number, line in _logical(decoded.text.splitlines()):
        if not line.strip():
            continue
        if line[0] not in " \t":
            found.append(Entry(path, number, line))
        elif found:
            found[-1].body.append((number, line))
        else:
            found.append(Entry(path, number, line.strip()))
    return found, decoded.warnings


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; those that a string goes over as one."""
    place = 0
    while place < len(lines):
        line, until = lines[place], place + 1
        if '"' in line and _open(line):
            for end in range(place + 1, min(place + LONGEST_STRING, len(lines))):
                if '"' in lines[end] and not _open("\n".join(lines[place : end + 1])):
                    line, until = "\n".join(lines[place : end + 1]), end + 1
                    break
        yield place + 1, line
        place = until


def _open(text: str) -> bool:
    return any(found[1] for found in _QUOTES.finditer(text))


def included(path: Path) -> list[Path]:
    """The files that a file includes by name or pattern, in order. Raises nothing."""
    try:
        text = decode(path.read_bytes()).text
    except OSError:
        return []
    return [found for pattern in _INCLUDE.findall(text) for found in matching(path, pattern)]


def matching(path: Path, pattern: str) -> list[Path]:
    """The files that `include "pattern"` in this file means."""
    folder = path.parent
    try:
        if not any(sign in pattern for sign in "*?["):
            return [(folder / pattern).resolve()]
        start = Path(pattern)
        root = Path(start.anchor) if start.is_absolute() else folder
        relative = start.relative_to(start.anchor) if start.is_absolute() else start
        return sorted(found.resolve() for found in root.glob(str(relative)) if found.is_file())
    except (OSError, ValueError, NotImplementedError):
        return []


def ledger_of(path: Path) -> Path:
    """The file that includes all others of the ledger of this file: itself, if no one near it includes it."""
    current, met = path.resolve(), {path.resolve()}
    while above := next((found for found in _near(current) if current in included(found) and found not in met), None):
        met.add(above)
        current = above
    return current


def _near(path: Path) -> Iterator[Path]:
    for folder in path.parents[:_HIGHEST]:
        try:
            files = sorted(one for one in folder.iterdir() if one.suffix.lower() in SUFFIXES)[:_SIBLINGS]
        except OSError:
            continue
        yield from (one for one in files if one != path)
