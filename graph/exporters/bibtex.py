"""Works to cite as BibTeX: each as it came where that still says what the record says, else built from its columns.

What is built is read again as our importer reads it; what would come back otherwise is told as lost.
"""

import re
import unicodedata
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

from graph.exporters.base import Life, Lost, Row
from graph.exporters.bibtex_entry import entry
from graph.exporters.streams import Out, portions
from graph.importers.decoding import Decoded
from graph.importers.library import works
from graph.importers.library.bibtex import read
from graph.importers.library.works import Work
from graph.importers.own import ID

_TEXTS = {
    "title": "title", "container_title": "container-title", "publisher": "publisher", "volume": "volume",
    "issue": "issue", "pages": "page", "url": "URL", "language": "language", "abstract": "abstract", "doi": "DOI",
    "csl_type": "type", "note": "note",
}  # fmt: skip
_EMPTY: dict[str, Any] = {"authors": [], "editors": [], "keywords": [], "title": ""}
_UNKEYED = re.compile(r"[\s,{}()\"#%~\\'=]+")
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")
_CROSS = frozenset(("crossref", "xdata"))
_BESIDE = frozenset(("csl", "custom_fields", "citation_key"))


class BibTex:
    """Writes one .bib file, its entries by their keys."""

    format: ClassVar[str] = "bibtex"
    suffixes: ClassVar[tuple[str, ...]] = (".bib",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """All works; one without a citation key gets one from who wrote it and when."""
        taken: set[str] = set()
        written: list[tuple[str, str]] = []
        for named in (True, False):
            async for rows in portions(life.rows("bibliography_items", ("citation_key", "title", "issued"))):
                mine = [row for row in rows if bool(row["citation_key"]) == named]
                raws = await life.raw([row["id"] for row in mine])
                for row in mine:
                    key = _free(_key(row), taken)
                    text, lost = _written(row, key, raws.get(row["id"]))
                    written.append((key, text))
                    for one in lost:
                        yield one
        async with Out(target) as out:
            await out.add(
                "@comment{Lifeloom}\n\n" if written else "",
                "\n\n".join(text for _, text in sorted(written)),
                "\n" if written else "",
            )
        yield len(written)


def _written(row: Row, key: str, raw: bytes | None) -> tuple[str, list[Lost]]:
    """The entry, and what of the work it does not say."""
    label = row["title"] or key
    lost = [Lost(label, f"its citation key {row['citation_key']}: it became {key}")]
    lost = lost if row["citation_key"] not in (None, key) else []
    lost += [Lost(label, "its file")] if row["file_id"] else []
    lost += [Lost(label, f"its field {name}") for name in row["custom_fields"] if name != "bibtex"]
    if raw and key == row["citation_key"] and _says(raw, row):
        return raw.decode("utf-8"), lost
    further = row["custom_fields"].get("bibtex")
    given = {name: value for name, value in further.items() if name not in _CROSS} if isinstance(further, dict) else {}
    given |= {} if row["citation_key"] or ID in given else {ID: str(row["id"])}
    csl = _csl(row)
    text = entry(key, csl, given)
    return text, [*lost, *(Lost(label, reason) for reason in _unsaid(text, row, csl, given))]


def _read(text: str) -> Work | None:
    """The one work that is in a text."""
    found = list(read(Decoded(text), ""))
    return found[0] if len(found) == 1 and isinstance(found[0], Work) else None


def _says(raw: bytes, row: Row) -> bool:
    """Whether the source, read by itself, says what the columns say now: no string or parent of its file is needed."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    work = _read(text) if text.lstrip().startswith("@") else None
    if work is None:
        return False
    said = works.columns(work)
    others = (name for name in _TEXTS if name not in said)
    custom = {name: value for name, value in row["custom_fields"].items() if name == "bibtex"}
    own = said.pop("custom_fields")
    return own == custom and all(row[name] == value for name, value in said.items()) and not any(map(row.get, others))


def _csl(row: Row) -> dict[str, Any]:
    """The item of CSL that the columns say: as it came, but for what was changed since."""
    csl = dict(row["csl"])
    said = works.columns(Work(csl))
    changed = {name for name in said.keys() | _TEXTS if _differs(name, said.get(name), row) and name not in _BESIDE}
    for column, name in _TEXTS.items():
        if column in changed:
            csl[name] = row[column]
    if "note" in changed:
        csl.pop("annote", None)
    csl |= {name: list(map(_name, row[f"{name}s"])) for name in ("author", "editor") if f"{name}s" in changed}
    csl |= {"keyword": ", ".join(row["keywords"])} if "keywords" in changed else {}
    if "issued" in changed:
        day = row["issued"]
        csl["issued"] = {"date-parts": [[day.year, day.month, day.day]]} if day else None
    if "isbn" in changed:
        number = row["isbn"] or ""
        is_issn = _ISSN.fullmatch(number) is not None
        csl |= {"ISBN": None if is_issn else number, "ISSN": number if is_issn else None}
    return {name: value for name, value in csl.items() if value not in (None, "", [], {})}


def _differs(name: str, said: Any, row: Row) -> bool:
    return (said or _EMPTY.get(name)) != (row.get(name) or _EMPTY.get(name))


def _name(written: str) -> dict[str, str]:
    """A name of the columns, Family, Given, Suffix, in the words of CSL."""
    parts = [part.strip() for part in written.split(",", 2)]
    if len(parts) == 1 or not all(parts):
        return {"literal": written}
    return dict(zip(("family", "given", "suffix"), parts, strict=False))


def _unsaid(text: str, row: Row, csl: dict[str, Any], further: dict[str, Any]) -> Iterator[str]:
    """What comes back otherwise than it is here: columns, variables of CSL, fields of one's own."""
    work = _read(text)
    if work is None:
        yield "it cannot be read as BibTeX"
        return
    said = works.columns(work)
    columns = [name for name in (said.keys() | _TEXTS) - _BESIDE if _differs(name, said.get(name), row)]
    yield from (f"its {name} as it is" for name in sorted(columns))
    named = {_TEXTS.get(name, name.removesuffix("s")) for name in columns}
    yield from (f"its {name}" for name in sorted(csl.keys() - work.csl.keys() - named - {"id"}))
    kept = work.custom.get("bibtex", {})
    yield from (f"its field {name}" for name in sorted(further.keys() - kept.keys()))


def _key(row: Row) -> str:
    """The citation key as BibTeX takes it, or one of the first author, the year and the first long word."""
    if own := _UNKEYED.sub("", row["citation_key"] or ""):
        return own
    first = next(iter(row["authors"]), "").partition(",")[0]
    year = str(row["issued"].year) if row["issued"] else ""
    word = next((word for word in re.findall(r"\w+", _plain(row["title"])) if len(word) > 3), "")
    return "".join(re.findall(r"\w+", _plain(first))) + year + word or "work"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _free(key: str, taken: set[str]) -> str:
    """The key, with a letter or number after it if another work has it. Case tells no keys apart."""
    ends = ("", *"abcdefghijklmnopqrstuvwxyz")
    free = next((f"{key}{end}" for end in ends if f"{key}{end}".lower() not in taken), f"{key}-{len(taken)}")
    taken.add(free.lower())
    return free
