"""BibTeX and BibLaTeX files (.bib) as works to cite.

bibtexparser splits the file; strings, `#`, months, `crossref` and `xdata` are resolved here (`bibtex_fields`), and
fields become CSL (`bibtex_csl`). BibLaTeX: https://ctan.org/pkg/biblatex, chapter 2. Every entry is kept raw, for
braces and formulas say more than a plain text does.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from bibtexparser.library import Library
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock
from bibtexparser.splitter import Splitter

from graph.importers.base import Item, Problem
from graph.importers.decoding import Decoded, decode, path_text
from graph.importers.library import works
from graph.importers.library.bibtex_csl import csl
from graph.importers.library.bibtex_fields import Strings, fields_of, inherited
from graph.importers.library.works import Work
from graph.importers.own import ID
from graph.importers.whole import beginning, whole

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(rb"^\s*@(?:[A-Za-z]+\s*[{(]\s*[^\s,{}]+\s*,|(?:string|comment|preamble)\s*[{(])", re.MULTILINE)
_ENDINGS = (".bib", ".bibtex")


class BibTex:
    """Reads .bib files."""

    format: ClassVar[str] = "bibtex"

    def identify(self, path: Path) -> bool:
        """By the suffix, or an entry at the start of a text."""
        start = beginning(path)
        if path.suffix.lower() in _ENDINGS:
            return bool(start)
        return path.suffix.lower() in ("", ".txt") and start.lstrip()[:1] == b"@" and _ENTRY.match(start) is not None

    def source(self, path: Path) -> str:
        return works.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The entries in the file's order."""
        where, data = path_text(path), whole(path)
        if isinstance(data, Problem):
            yield data
            return
        yield from works.items(read(decode(data), where), self.format, where)


def read(decoded: Decoded, where: str) -> Iterator[Work | Problem]:
    """The entries of a text in their order; raises nothing."""
    try:
        library = Splitter(decoded.text.replace("\r\n", "\n").replace("\r", "\n")).split()
    except Exception as error:  # whatever a broken file does to the parser is no reason to stop an import
        yield Problem(where, f"cannot be read as BibTeX: {type(error).__name__}")
        return
    entries = list(_entries(library))
    strings = Strings({string.key.lower(): str(string.value) for string in library.strings})
    read = [(entry, fields_of(entry, strings)) for entry in entries]
    known = {entry.key.lower(): fields for entry, fields in reversed(read)}
    mended = decoded.warnings
    for entry, fields in read:
        said, rest = csl(entry.entry_type.lower(), inherited(fields, known))
        custom: dict[str, object] = {"bibtex": rest} if rest else {}
        raw = (entry.raw or "").encode("utf-8", "replace")
        yield Work({"id": entry.key, **said}, entry.key, custom, raw, "application/x-bibtex", mended, rest.get(ID, ""))
        mended = ()
    yield from _failures(library, where)
    if not entries and not library.failed_blocks:
        yield Problem(where, "there is no entry in this file")


def _entries(library: Library) -> Iterator[Entry]:
    """Those too that say a key or a field again."""
    for block in library.blocks:
        one = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock) else block
        if isinstance(one, Entry):
            yield one


def _failures(library: Library, where: str) -> Iterator[Problem]:
    for block in library.failed_blocks:
        if isinstance(block, ParsingFailedBlock) and not isinstance(block.ignore_error_block, Entry):
            said = " ".join((block.raw or "").split())[:100]
            yield Problem(f"{where}: line {(block.start_line or 0) + 1}", f"no valid entry of BibTeX: {said}")
