"""Bookmarks as browsers and bookmarking services export them: a Netscape bookmark file, or Pocket's page of links.

A bookmark is known by its address and its folder, a folder by the names above it, whichever browser says so. When it
was added and what else a service writes stands in `custom_fields`; icons are kept raw.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import decode, path_text
from graph.importers.directories import reason
from graph.importers.keys import digest
from graph.importers.web.netscape import Level, Mark, TooLong, marks
from graph.importers.whole import beginning

_KNOWN = re.compile(
    rb"\s*<!DOCTYPE\s+NETSCAPE-Bookmark-file"
    rb"|\s*<[^\0]*(?:<title>\s*Pocket Export\s*</title>|<DL>\s*<p>\s*<DT>\s*<[AH])",
    re.IGNORECASE,
)
_READ = "Read Archive"
_UNKNOWN_TIME = "when it was read is not in the file: the time when it was added stands for it"
_TIMES = {"added_at": ("add_date", "time_added"), "modified_at": ("last_modified",)}
_SAID = frozenset(("href", "tags", "icon", *(name for names in _TIMES.values() for name in names)))


class Bookmarks:
    """Reads bookmark files."""

    format: ClassVar[str] = "bookmarks"

    def identify(self, path: Path) -> bool:
        """By the doctype of Netscape's, a list like its, or Pocket's title."""
        return _KNOWN.match(beginning(path)) is not None

    def source(self, path: Path) -> str:
        """One source for all files: the same page in the same folder is the same bookmark."""
        return "bookmarks"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Folders before what is in them, in the file's order, one line at a time."""
        reading = _Reading(path_text(path))
        try:
            with path.open("rb") as file:
                yield from reading.items(marks(reading.text(line) for line in file))
        except OSError as error:
            yield Problem(path_text(path), reason(error))
            return
        except TooLong as error:
            yield Problem(path_text(path), str(error))
        if not reading.found:
            yield Problem(path_text(path), "there is no bookmark in this file")


@dataclass(slots=True)
class _Folder:
    """An open list: the key of its folder, "" where it has none, and how many folders were met in it."""

    key: str
    count: int = 0


@dataclass(slots=True)
class _Reading:
    """One file while its bookmarks come out."""

    where: str
    found: bool = False
    open: list[_Folder] = field(default_factory=lambda: [_Folder("")])
    next: str = ""
    met: Counter[str] = field(default_factory=Counter)
    mended: list[str] = field(default_factory=list)
    pocket_list: str = ""

    def text(self, line: bytes) -> str:
        decoded = decode(line)
        self.mended += decoded.warnings
        return decoded.text

    def items(self, found: Iterator[Mark | Level]) -> Iterator[Item | Problem]:
        for one in found:
            if isinstance(one, Level):
                self._level(one.step)
            elif one.tag == "h3":
                self.found = True
                yield self._folder(one)
            elif one.tag == "h1":
                self.pocket_list = one.text
            else:
                self.found = True
                yield self._bookmark(one)

    def _level(self, step: int) -> None:
        if step > 0:
            self.open.append(_Folder(self.next or self.open[-1].key))
            self.next = ""
        elif len(self.open) > 1:
            self.open.pop()

    def _once(self, key: str) -> str:
        """The key, with an ordinal where it was met before."""
        self.met[key] += 1
        return key if self.met[key] == 1 else f"{key}#{self.met[key]}"

    def _warnings(self) -> list[str]:
        mended, self.mended = self.mended, []
        return list(dict.fromkeys(mended))

    def _folder(self, mark: Mark) -> Item:
        above = self.open[-1]
        above.count += 1
        key = self.next = self._once("bookmark_folder:" + digest(above.key, mark.text))
        values: dict[str, object] = {
            "title": mark.text,
            "parent_id": To(above.key) if above.key else None,
            "sort_order": float(above.count),
        }
        warnings = self._warnings()
        if mark.description:
            warnings.append(f"the description of the folder {mark.text!r} is only kept raw")
        return self._item(Row("bookmark_folders", key, values), mark, warnings)

    def _bookmark(self, mark: Mark) -> Item | Problem:
        url = mark.attributes.get("href", "").strip()
        if not url:
            return Problem(f"{self.where}: line {mark.line}", f"a bookmark without an address: {mark.text[:100]!r}")
        folder = self.open[-1].key
        fields = _custom_fields(mark)
        values: dict[str, object] = {
            "url": url,
            "title": mark.text,
            "description": mark.description or None,
            "folder_id": To(folder) if folder else None,
            "custom_fields": fields,
            "source": Bookmarks.format,
        }
        warnings = self._warnings()
        added = _moment(mark.attributes.get("time_added", ""))
        if self.pocket_list == _READ and added:
            values["read_at"] = added
            warnings.append(_UNKNOWN_TIME)
        row = Row("bookmarks", self._once("bookmark:" + digest(folder, url)), values)
        return self._item(row, mark, warnings)

    def _item(self, row: Row, mark: Mark, warnings: list[str]) -> Item:
        """With the tag itself where it says what has no column."""
        whole = row.table == "bookmarks" and "icon" not in mark.attributes and not warnings
        raw = None if whole else f"{mark.raw}\n{mark.text}\n{mark.description}".encode("utf-8", "replace")
        return Item(row.key, (row,), self.where, raw, "" if whole else "text/html", tuple(warnings))


def _custom_fields(mark: Mark) -> dict[str, object]:
    """Tags, times, and by their own names all attributes that browsers and services add."""
    fields: dict[str, object] = {}
    tags = [tag.strip() for tag in mark.attributes.get("tags", "").split(",")]
    if any(tags):
        fields["tags"] = list(dict.fromkeys(filter(None, tags)))
    for name, attributes in _TIMES.items():
        written = next((mark.attributes[one] for one in attributes if mark.attributes.get(one, "0") != "0"), "")
        if written:
            moment = _moment(written)
            fields[name] = moment.isoformat() if moment else written
    more = {name: value for name, value in mark.attributes.items() if name not in _SAID}
    return fields | ({"netscape": more} if more else {})


def _moment(written: str) -> datetime | None:
    """Seconds since 1970, in some files milliseconds or microseconds."""
    if not re.fullmatch("[0-9]{1,17}", written, re.ASCII):
        return None
    number = int(written)
    for unit in (1, 1000, 1_000_000):
        if number // unit < 10**11:
            return datetime.fromtimestamp(min(number // unit, 253402300799), UTC)
    return None
