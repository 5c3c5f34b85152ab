"""Vaults of Markdown notes (Obsidian, Logseq, any folder of .md files): notebooks, notes, diary entries, files.

Texts stay as they are written; links and tags in them are found later, by whoever reads the log (`graph.extraction`).
A folder with notes in or below it is a notebook, a file named like a day is a diary entry, any other file is registered
by name, size and hash and stays where it is. In a graph of Logseq pages may be in Org, and whiteboards are notes too.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row, SharesFiles, To
from graph.importers.decoding import path_text
from graph.importers.directories import Entry, is_vault, reason, single, walk
from graph.importers.own import LIST, Listed
from graph.importers.stored import file_values
from graph.importers.vault import notes

LARGEST_NOTE = 256 * 1024 * 1024
"""Bytes; a text beyond it would not fit a column of PostgreSQL with room for its indexes."""

_SUFFIXES = (".md", ".markdown")
_LOGSEQ_SUFFIXES = (".org", ".edn")


class MarkdownVault(SharesFiles):
    """A directory with Markdown files, or one such file by itself.

    `leaves` says which files of a directory that is no vault others read.
    """

    format: ClassVar[str] = "markdown"

    def __init__(self, leaves: Callable[[Path], bool] = lambda path: False) -> None:
        self._leaves = leaves

    def identify(self, path: Path) -> bool:
        """A Markdown file by its suffix; a directory that is a vault or by the first Markdown file inside."""
        if not path.is_dir():
            return _is_note(path.name) or (path.suffix.lower() in _LOGSEQ_SUFFIXES and _is_page(path))
        if (path / ".obsidian").is_dir() or (path / LIST).is_file():
            return True
        return any(isinstance(entry, Entry) and _is_note(entry.relative) for entry in walk(path))

    def source(self, path: Path) -> str:
        """The vault's directory; a single file belongs to the vault around it, so that it is the same note there."""
        return f"markdown:{path_text(vault_of(path))}"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Notebooks before their notes; the files of a directory in the order of their names. One text at a time."""
        root = vault_of(path)
        logseq = _is_logseq(root)
        found: list[Entry] = []
        for entry in walk(root) if path.is_dir() else (single(path.resolve(), root),):
            if isinstance(entry, Problem):
                yield entry
            else:
                found.append(entry)
        texts = {entry.relative for entry in found if _is_note(entry.relative) or (logseq and _is_page(entry.path))}
        folders = _notebooks(texts)
        shared = path.is_dir() and not is_vault(root)
        ids = Listed.of(root)
        yield from (ids.with_id(folder, notebook(root, folder)) for folder in folders)
        for entry in found:
            if shared and entry.relative not in texts and self._leaves(entry.path):
                continue
            try:
                one = _note(entry, logseq) if entry.relative in texts else _file(entry)
                yield ids.with_id(entry.relative, one) if isinstance(one, Item) else one
            except OSError as error:
                yield Problem(path_text(entry.path), reason(error))


def _is_note(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _is_page(path: Path) -> bool:
    """A page in Org or a whiteboard of a graph of Logseq."""
    folders = {".org": ("pages", "journals"), ".edn": ("whiteboards",)}.get(path.suffix.lower(), ())
    absolute = path.resolve()
    return absolute.parent.name in folders and _is_logseq(absolute.parent.parent)


def _is_logseq(root: Path) -> bool:
    return (root / "logseq" / "config.edn").is_file()


def vault_of(path: Path) -> Path:
    """The directory itself, or for a file the nearest vault around it, else its folder."""
    absolute = path.resolve()
    if absolute.is_dir():
        return absolute
    return next(filter(is_vault, absolute.parents), absolute.parent)


def _notebooks(texts: set[str]) -> list[str]:
    """The folders that hold notes, directly or below, parents first; "" is the vault itself."""
    found = {""}
    for relative in texts:
        folder = relative.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)


def notebook(root: Path, folder: str) -> Item:
    values: dict[str, object] = {"title": path_text(root.name), "source_path": folder}
    if folder:
        parent, _, name = folder.rpartition("/")
        values |= {"title": name, "parent_id": To(f"notebook:{parent}")}
    key = f"notebook:{folder}"
    return Item(key, (Row("notebooks", key, values),), path_text(root / folder))


def _note(entry: Entry, logseq: bool) -> Item | Problem:
    if entry.size > LARGEST_NOTE:
        return Problem(path_text(entry.path), f"larger than {LARGEST_NOTE // 1024**2} MB")
    return notes.item(entry, entry.path.read_bytes(), logseq)


def _file(entry: Entry) -> Item:
    key = f"file:{entry.relative}"
    values = file_values(entry.path) | {"path": entry.relative}
    return Item(key, (Row("files", key, values, found=True),), path_text(entry.path))
