"""OPML files: lists of subscriptions become feeds in their folders, any other outline becomes one note with a list.

OPML 2.0 (http://opml.org/spec2.opml) and what OmniOutliner, Workflowy, Dynalist and Logseq write. A feed that stands in
several folders is one feed in the first of them and says the others in `custom_fields`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import orjson

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.keys import digest
from graph.importers.web.feed_rows import LONGEST_URL, SOURCE, feed_key, feed_row, feed_type
from graph.importers.web.outlines import Document, Outline, document, markdown
from graph.importers.whole import beginning, is_markup, whole

_FOLDER = frozenset(("text", "title", "isOpen", "isComment", "isBreakpoint"))
_FEED = frozenset(("text", "title", "xmlUrl", "htmlUrl", "description", "type", "language", "version"))
_LINK = frozenset(("text", "title", "url", "htmlUrl", "description", "type"))


class Opml:
    """Reads OPML files."""

    format: ClassVar[str] = "opml"

    def identify(self, path: Path) -> bool:
        """By the name of the root element, or the suffix."""
        start = beginning(path)
        return (is_markup(start) and b"<opml" in start.replace(b"\0", b"")) or (
            bool(start) and path.suffix.lower() == ".opml"
        )

    def source(self, path: Path) -> str:
        return SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Folders before the feeds in them; a file that is broken somewhere gives what stands before."""
        where, data = path_text(path), whole(path)
        if isinstance(data, Problem):
            yield data
            return
        found = document(data)
        if found.broken:
            yield Problem(where, found.broken)
        if any("xmlUrl" in outline.attributes for outline in found.outlines):
            yield from _Subscriptions(where, list(found.warnings)).items(found)
        elif found.outlines:
            yield _note(found, path, data)
        elif not found.broken:
            yield Problem(where, "there is no outline in this file")


def _note(found: Document, path: Path, data: bytes) -> Item:
    """The outline as nested list in a note, known by the file's place."""
    where = path_text(path.resolve())
    fields = {name: value for name, value in found.head.items() if name != "title"}
    values: dict[str, object] = {
        "title": found.head.get("title") or path_text(path.stem),
        "content": markdown(found.outlines),
        "content_format": "markdown",
        "custom_fields": {"opml": fields} if fields else {},
        "source": Opml.format,
    }
    key = "outline:" + digest(where)
    return Item(key, (Row("notes", key, values),), path_text(path), data, "text/x-opml", found.warnings)


@dataclass(slots=True)
class _Subscriptions:
    """One list while its feeds come out. `folders` has the key of each folder by the names above it and its own."""

    where: str
    mended: list[str]
    folders: dict[tuple[str, ...], str] = field(default_factory=dict)
    siblings: dict[tuple[str, ...], int] = field(default_factory=dict)

    def items(self, found: Document) -> Iterator[Item | Problem]:
        feeds: dict[str, list[Outline]] = {}
        links: dict[str, Outline] = {}
        for outline in found.outlines:
            url = outline.attributes.get("xmlUrl", "").strip()
            if url:
                feeds.setdefault(url, []).append(outline)
            elif "xmlUrl" in outline.attributes:
                yield Problem(self.where, f"a feed without an address: {outline.name!r}")
            elif outline.attributes.get("url"):
                links.setdefault(outline.attributes["url"], outline)
            else:
                yield from self._folder(outline)
        for url, outlines in feeds.items():
            yield self._feed(url, outlines)
        yield from (self._link(url, outline) for url, outline in links.items())

    def _warnings(self) -> tuple[str, ...]:
        mended, self.mended = self.mended, []
        return tuple(mended)

    def _folder(self, outline: Outline) -> Iterator[Item]:
        """A folder; two of the same name in the same place are one."""
        place = (*outline.above, outline.name)
        if place in self.folders:
            return
        key = self.folders[place] = "feed_folder:" + digest(*place)
        count = self.siblings[outline.above] = self.siblings.get(outline.above, 0) + 1
        values = {
            "title": outline.name,
            "parent_id": self._to(outline.above),
            "sort_order": float(count),
            "source": Opml.format,
        }
        more = outline.besides(_FOLDER)
        raw = orjson.dumps(more) if more else None
        yield Item(
            key,
            (Row("feed_folders", key, values),),
            self.where,
            raw,
            "application/json" if more else "",
            self._warnings(),
        )

    def _to(self, folder: tuple[str, ...]) -> To | None:
        return To(self.folders[folder]) if folder in self.folders else None

    def _feed(self, url: str, outlines: list[Outline]) -> Item | Problem:
        if len(url.encode()) > LONGEST_URL:
            return Problem(self.where, f"the address of a feed is longer than {LONGEST_URL} bytes: {url[:100]}")
        first = outlines[0]
        said = {name: value for name, value in first.attributes.items() if value}
        type_ = said.get("type", "") if said.get("type", "").lower() != "rss" else ""  # as which any feed is listed
        fields: dict[str, object] = {"opml": more} if (more := first.besides(_FEED)) else {}
        if others := sorted({"/".join(one.above) for one in outlines} - {"/".join(first.above)}):
            fields["folders"] = others
        values = {
            "title": first.name,
            "html_url": said.get("htmlUrl"),
            "description": said.get("description"),
            "language": said.get("language"),
            "type": feed_type(said.get("version", "")) or feed_type(type_),
            "custom_fields": fields,
        }
        row = feed_row(url, values, Opml.format)
        row = Row(row.table, row.key, {**row.values, "feed_folder_id": self._to(first.above)})
        return Item(feed_key(url), (row,), self.where, warnings=self._warnings(), partial=True)

    def _link(self, url: str, outline: Outline) -> Item:
        """A page in a list of feeds (type link or include): a bookmark."""
        values: dict[str, object] = {
            "url": url,
            "title": outline.name,
            "description": outline.attributes.get("description") or None,
            "custom_fields": {"opml": more} if (more := outline.besides(_LINK)) else {},
            "source": Opml.format,
        }
        key = "bookmark:" + digest(url)
        return Item(key, (Row("bookmarks", key, values),), self.where, warnings=self._warnings())
