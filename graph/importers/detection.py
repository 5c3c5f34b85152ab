"""Which importer reads what was named: a file by its content, a directory as a whole, file by file, or both.

An archive is a directory: what is in it is handed to whoever reads it, and told of the archive.
"""

import logging
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph.importers.archives import Shelf, first_part, is_archive, moved, unpacked
from graph.importers.base import Importer, Item, OfFiles, Problem, SharesFiles
from graph.importers.decoding import path_text, storable
from graph.importers.directories import is_vault, reason, vaults_below, walk

logger = logging.getLogger(__name__)

DEEPEST = 3
"""Archives within archives; there are some that have themselves inside."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something to import and who can. `shelves` are the archives that it was unpacked from, the inmost first.

    What was unpacked is there until the next one is asked for. `among` is the path that notes around a file call it by.
    """

    importer: Importer
    path: Path
    shelves: tuple[Shelf, ...] = ()
    among: str | None = None

    @property
    def place(self) -> str:
        """The path, for a part of an archive one that begins with the archive's."""
        return moved(Problem(path_text(self.path), ""), self.shelves).where

    def source(self) -> str:
        """Identity of the source."""
        identity = self.importer.source(self.path)
        for shelf in self.shelves:
            identity = shelf.source(identity)
        return identity

    def extract(self) -> Iterator[Item | Problem]:
        """What the importer reads there. What it did not foresee ends this file, and not all others with it."""
        found = self._told()
        if self.among:
            found = (_called(one, self.among) for one in found)
        return (moved(one, self.shelves) for one in found)

    def _told(self) -> Iterator[Item | Problem]:
        try:
            yield from self.importer.extract(self.path)
        except Exception as error:  # files are made by anybody
            logger.exception("%s cannot read %s", self.importer.format, path_text(self.path))
            yield Problem(
                path_text(self.path), storable(f"cannot be read further: {type(error).__name__}: {error}"[:250])
            )


def _called(one: Item | Problem, path: str) -> Item | Problem:
    if isinstance(one, Problem):
        return one
    rows = (replace(row, values={"path": path, **row.values}) if row.table == "files" else row for row in one.rows)
    return replace(one, rows=tuple(rows))


def detect(path: Path, importers: Sequence[Importer]) -> Importer | None:
    """The first importer that knows the file or directory."""
    return next((importer for importer in importers if importer.identify(path)), None)


def discover(
    path: Path, importers: Sequence[Importer], taken: Container[str] = (), depth: int = 0
) -> Iterator[Found | Problem]:
    """Everything in `path` that somebody reads: a vault as one, the calendars and address books in it one by one.

    In a vault pictures, recordings and documents are attachments. Files that nobody knows are attachments where notes
    are around them, else they are counted in one Problem a folder,
    without those in `taken`: what came in with another file in the meantime. `depth` says in how many archives the path
    is.
    """
    try:
        path.stat()
    except OSError as error:
        yield Problem(path_text(path), reason(error))
        return
    whole = detect(path, importers)
    if whole:
        yield Found(whole, path)
    elif is_archive(path):
        yield from _archive(first_part(path), importers, taken, depth)
    elif not path.is_dir():
        yield Problem(path_text(path), "no importer knows this kind of file")
    if path.is_dir():
        yield from _single_files(path, whole, importers, taken, depth)
        for vault in vaults_below(path):
            yield from discover(vault, importers, taken, depth)


def _archive(path: Path, importers: Sequence[Importer], taken: Container[str], depth: int) -> Iterator[Found | Problem]:
    if depth >= DEEPEST:
        yield Problem(path_text(path), f"an archive within {DEEPEST} others is not unpacked")
        return
    for portion in unpacked(path):
        if isinstance(portion, Problem):
            yield portion
            continue
        for found in discover(portion.path, importers, taken, depth + 1):
            if isinstance(found, Found):
                yield replace(found, shelves=(*found.shelves, portion.shelf))
            else:
                yield moved(found, (portion.shelf,))


def _single_files(
    root: Path, whole: Importer | None, importers: Sequence[Importer], taken: Container[str], depth: int
) -> Iterator[Found | Problem]:
    unknown: dict[Path, list[Path]] = {}
    later: list[Found] = []  # files that may come in with others, as the pictures beside a chat
    shared = isinstance(whole, SharesFiles) and not is_vault(root)
    offered = importers if shared or not whole else [one for one in importers if not isinstance(one, OfFiles)]
    for entry in walk(root):
        if isinstance(entry, Problem):
            if whole is None:
                yield entry
            continue
        if whole and whole.identify(entry.path):
            continue
        importer = detect(entry.path, offered)
        if importer is None and (shared or not whole) and is_archive(entry.path):
            if first_part(entry.path) == entry.path:
                yield from _archive(entry.path, importers, taken, depth)
        elif importer is None:
            unknown.setdefault(entry.path.parent, []).append(entry.path)
        elif isinstance(importer, OfFiles):
            later.append(Found(importer, entry.path, among=entry.relative if shared else None))
        else:
            yield Found(importer, entry.path)
    yield from (found for found in later if found.place not in taken)
    for folder, paths in unknown.items() if whole is None else ():
        kinds = Counter(path.suffix.lower() or "no suffix" for path in paths if path_text(path) not in taken)
        if kinds:
            yield Problem(path_text(folder), _listed(kinds))


def _listed(kinds: Counter[str]) -> str:
    counts = ", ".join(f"{count} {path_text(kind)}" for kind, count in sorted(kinds.items()))
    return f"no importer knows these files: {counts}"
