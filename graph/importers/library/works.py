"""Works to cite, of whichever format, as rows: everything goes by way of CSL-JSON, of which columns are made here.

https://docs.citationstyles.org/en/stable/specification.html and csl-data.json of its schema. A reference list tells
what to cite, not what one reads: books in it are works of type book, and no rows of `books`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import storable, storable_json
from graph.importers.keys import digest, shortened
from graph.importers.library.dates import first_day
from graph.importers.library.names import name_text
from graph.importers.own import Names
from graph.importers.own import key as known

SOURCE = "bibliography"
"""One source for all reference lists: the work under a citation key is the same in BibTeX, RIS and CSL-JSON."""

_COUNTED = re.compile(r"(?:item|ref|reference|temp_id_|id|key|cite|b|r)?[-_ ]?[0-9]+|no_?(?:key|label)|unknown", re.I)
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.[0-9.]+/\S+)", re.IGNORECASE)
_TEXTS = {
    "title": "title",
    "container-title": "container_title",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "URL": "url",
    "language": "language",
    "abstract": "abstract",
}


@dataclass(frozen=True, slots=True)
class Work:
    """A work as CSL-JSON. `citation_key` is what texts cite it by, "" where nothing does; `raw` its source where CSL
    does not say all of it, `custom` what it says besides, `own` the id that an export of ours says."""

    csl: Mapping[str, Any]
    citation_key: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = ""
    warnings: tuple[str, ...] = ()
    own: str = ""


def items(found: Iterable[Work | Problem], format_: str, where: str) -> Iterator[Item | Problem]:
    """Each work once; others under the same key are kept under one of their own."""
    met: dict[str, set[str]] = {}
    names = Names()
    for work in found:
        if isinstance(work, Problem):
            yield work
            continue
        values = {**columns(work), "source": format_}
        id_ = names.take(work.own)
        key = known(id_) if id_ else _key(work, values)
        content = digest(orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS).decode())
        before = met.setdefault(key, set())
        if content in before:
            continue
        before.add(content)
        twin = len(before) > 1
        own = f"{key}#{content[:16]}" if twin else key
        called = work.citation_key or values["doi"] or values.get("title", "")
        warnings = (*work.warnings, f"another work has the same key: {called}") if twin else work.warnings
        yield Item(own, (Row("bibliography_items", own, values),), where, work.raw, work.media_type, warnings, own=id_)


def doi(written: Any) -> str | None:
    """A DOI in small letters, without the address of the resolver."""
    match = _DOI.fullmatch(_text(written) or "")
    return match[1].lower() if match and len(match[1].encode()) <= 1024 else None


def _key(work: Work, values: Mapping[str, Any]) -> str:
    """By the citation key, unless a program only counted; else by the DOI, or by who wrote what and when."""
    if work.citation_key and not _COUNTED.fullmatch(work.citation_key):
        return shortened(f"work:{work.citation_key}")
    if values["doi"]:
        return shortened(f"work:doi:{values['doi']}")
    first = next(iter(values["authors"]), "")
    title = " ".join(re.findall(r"\w+", str(values.get("title", "")).casefold()))
    year = str(values["issued"])[:4] if values["issued"] else ""
    said = (first.partition(",")[0].casefold(), title, year)
    return "work:" + (digest(*said) if any(said) else digest(orjson.dumps(storable_json(dict(work.csl))).decode()))


def columns(work: Work) -> dict[str, Any]:
    """What a row of `bibliography_items` says of it; texts that it does not have are left out."""
    csl = storable_json(dict(work.csl))
    notes = [note for name in ("annote", "note") if (note := _text(csl.get(name)))]
    key = storable(work.citation_key)
    numbers = [number for name in ("ISBN", "ISSN") for one in _several(csl.get(name)) if (number := _text(one))]
    values = {column: _text(csl.get(name)) for name, column in _TEXTS.items()}
    return {name: value for name, value in values.items() if value is not None} | {
        "citation_key": shortened(key) if key else None,
        "csl_type": _text(csl.get("type")) or "document",
        "authors": names(csl.get("author")),
        "editors": names(csl.get("editor")),
        "issued": first_day(csl.get("issued")),
        "doi": doi(csl.get("DOI")),
        "isbn": ", ".join(numbers) or None,
        "keywords": _keywords(csl.get("keyword")),
        "note": "\n\n".join(dict.fromkeys(notes)) or None,
        "csl": csl,
        "custom_fields": storable_json(dict(work.custom)),
    }


def names(given: Any) -> list[str]:
    """The names of a role, each as Family, Given."""
    return [name for one in _several(given) if (name := name_text(one))]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return storable(str(value)).strip() or None


def _keywords(value: Any) -> list[str]:
    """CSL has one text with commas, programs write lists too."""
    parts = value if isinstance(value, list) else re.split("[;,\n]", value) if isinstance(value, str) else ()
    return list(dict.fromkeys(word for part in parts if (word := _text(part))))
