"""CSL-JSON files, as Zotero, Mendeley and Pandoc write them, as works to cite.

https://github.com/citation-style-language/schema, csl-data.json. The column `csl` has the whole item.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import orjson

from graph.importers.base import Item, Problem
from graph.importers.decoding import decode, path_text
from graph.importers.library import works
from graph.importers.library.works import Work
from graph.importers.whole import beginning, whole

_HEAD = 64 * 1024
_TYPES = (
    rb"article(?:-journal|-magazine|-newspaper)?|bill|book|broadcast|chapter|classic|collection|dataset|document|"
    rb"entry(?:-dictionary|-encyclopedia)?|event|figure|graphic|hearing|interview|legal_case|legislation|manuscript|map|"
    rb"motion_picture|musical_score|pamphlet|paper-conference|patent|performance|periodical|personal_communication|"
    rb"post(?:-weblog)?|regulation|report|review(?:-book)?|software|song|speech|standard|thesis|treaty|webpage"
)
_TYPE = re.compile(rb'"type"\s*:\s*"(?:' + _TYPES + rb')"')
_WORDS = re.compile(rb'"(?:issued|container-title|DOI|ISBN|publisher-place|citation-key|family|date-parts)"\s*:')
_START = re.compile(rb'\s*(?:\[\s*\{|\{\s*"(?:items|references)"\s*:\s*\[)')
_ADDRESS = re.compile(r"[a-z]+://|[0-9]+/[A-Z0-9]{8}\Z", re.IGNORECASE)


class CslJson:
    """Reads CSL-JSON files."""

    format: ClassVar[str] = "csl-json"

    def identify(self, path: Path) -> bool:
        """By a list of objects that speak CSL: one of its types, and words that only it has."""
        start = beginning(path, _HEAD)
        return _START.match(start) is not None and _TYPE.search(start) is not None and bool(_WORDS.search(start))

    def source(self, path: Path) -> str:
        return works.SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The items in the file's order."""
        where, data = path_text(path), whole(path)
        if isinstance(data, Problem):
            yield data
            return
        yield from works.items(_works(data, where), self.format, where)


def _works(data: bytes, where: str) -> Iterator[Work | Problem]:
    decoded = decode(data)
    try:
        content = orjson.loads(decoded.text)
    except orjson.JSONDecodeError as error:
        yield Problem(where, f"no valid JSON: {error}")
        return
    given = content.get("items", content.get("references")) if isinstance(content, dict) else content
    if not isinstance(given, list) or not given:
        yield Problem(where, "there is no list of works in this file")
        return
    for number, one in enumerate(given, 1):
        if isinstance(one, dict):
            yield Work(one, _citation_key(one), warnings=decoded.warnings if number == 1 else ())
        else:
            yield Problem(f"{where}: item {number}", "a work is an object")


def _citation_key(item: dict[str, Any]) -> str:
    """The key by which texts cite it; an address that a program gave as id is none."""
    written = next((str(item[name]).strip() for name in ("citation-key", "id") if item.get(name)), "")
    return "" if _ADDRESS.match(written) else written
