"""Which importer reads what was named: a file by its content, a directory as a whole, file by file, or both."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.importers.base import Importer, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason, walk


@dataclass(frozen=True, slots=True)
class Found:
    """Something to import and who can."""

    importer: Importer
    path: Path


def detect(path: Path, importers: Sequence[Importer]) -> Importer | None:
    """The first importer that knows the file or directory."""
    return next((importer for importer in importers if importer.identify(path)), None)


def discover(path: Path, importers: Sequence[Importer]) -> Iterator[Found | Problem]:
    """Everything in `path` that somebody reads: a vault as one, the calendars and address books in it one by one.

    Files that nobody knows are attachments where a vault is around them, else they are counted in one Problem a folder.
    """
    try:
        path.stat()
    except OSError as error:
        yield Problem(path_text(path), reason(error))
        return
    whole = detect(path, importers)
    if whole:
        yield Found(whole, path)
    elif not path.is_dir():
        yield Problem(path_text(path), "no importer knows this kind of file")
    if path.is_dir():
        yield from _single_files(path, whole, importers)


def _single_files(root: Path, whole: Importer | None, importers: Sequence[Importer]) -> Iterator[Found | Problem]:
    unknown: dict[Path, Counter[str]] = {}
    for entry in walk(root):
        if isinstance(entry, Problem):
            if whole is None:
                yield entry
            continue
        if whole and whole.identify(entry.path):
            continue
        importer = detect(entry.path, importers)
        if importer is None:
            unknown.setdefault(entry.path.parent, Counter())[entry.path.suffix.lower() or "no suffix"] += 1
        else:
            yield Found(importer, entry.path)
    if whole is None:
        yield from (Problem(path_text(folder), _listed(kinds)) for folder, kinds in unknown.items())


def _listed(kinds: Counter[str]) -> str:
    counts = ", ".join(f"{count} {path_text(kind)}" for kind, count in sorted(kinds.items()))
    return f"no importer knows these files: {counts}"
