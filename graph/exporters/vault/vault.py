"""A vault of Markdown (a directory): notebooks as folders, notes and diary entries, the files that they show.

Each file is below the folder of its notebook under the name of its note; diary entries stay where they came from, new
ones are in `Diary`. A canvas leaves as the JSON that it was. A hidden list says the id of what is at each path, so that
no text is touched for it.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import ClassVar
from urllib.parse import unquote
from uuid import UUID

import orjson

from graph.exporters.base import Life, Lost, Row
from graph.exporters.batches import batches
from graph.exporters.stored import bytes_of
from graph.exporters.vault.pages import page
from graph.exporters.vault.places import Places, safe_name, safe_path
from graph.importers.own import LIST

DIARY = "Diary"

_DAY = re.compile(r"[0-9]{4}([-_])[0-9]{2}\1[0-9]{2}\Z")
_SHOWN = re.compile(r"!\[\[([^\]|#\n]+)|\]\(<?([^)>\s]+)")
_NOTES = (".md", ".markdown")
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS


class MarkdownDirectory:
    """Writes vaults."""

    format: ClassVar[str] = "vault"
    suffixes: ClassVar[tuple[str, ...]] = ()

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Notes, diary entries and files count as records."""
        await asyncio.to_thread(target.mkdir, 0o700)
        writing = _Writing(life, target)
        for part in (writing.notebooks(), writing.diary(), writing.notes(), writing.files()):
            async for said in part:
                yield said
        await asyncio.to_thread((target / LIST).write_bytes, orjson.dumps(writing.ids, option=_OPTIONS))


class _Writing:
    """One export while its files are written."""

    def __init__(self, life: Life, target: Path) -> None:
        self._life = life
        self._target = target
        self._places = Places()
        self._folders: dict[UUID | None, str] = {None: ""}
        self._shown: set[str] = set()
        self._written: dict[str, bytes] = {}
        self._bare: dict[str, str] = {}
        self.ids: dict[str, dict[str, str]] = {}

    async def notebooks(self) -> AsyncIterator[Lost]:
        """Where each notebook is. The only one that is a vault's own directory is this directory."""
        rows = {row["id"]: row async for row in self._life.rows("notebooks", ("title", "source_path", "created_at"))}
        tops = [row for row in rows.values() if row["parent_id"] is None and row["source_path"] == ""]
        self._folders |= {tops[0]["id"]: ""} if len(tops) == 1 else {}
        for id_ in rows:
            self._list(self._folder(id_, rows, ()), "notebooks", id_)
        for id_, row in rows.items():
            for name in ("icon", "sort_order", "sensitivity", "custom_fields"):
                if row[name] not in (None, {}):
                    yield Lost(row["title"], f"{name} = {row[name]}")
            if self._folders[id_]:
                self._bare[self._folders[id_]] = row["title"]
                if self._folders[id_].rpartition("/")[2] != row["title"]:
                    yield Lost(row["title"], f"its name: its folder is {self._folders[id_]}")

    async def diary(self) -> AsyncIterator[Lost | int]:
        """Entries of calendars are left to iCalendar."""
        async for rows in batches(self._life, "diary_entries", ("entry_date", "title", "content")):
            own = [row for row in rows if not row["calendar_id"]]
            for row in own:
                for lost in self._page(row, _diary_path(self._places, row)):
                    yield lost
            yield len(own)

    async def notes(self) -> AsyncIterator[Lost | int]:
        async for rows in batches(self._life, "notes", ("title", "content")):
            raw = await self._life.raw([row["id"] for row in rows if row["source"] == "canvas"])
            for row in rows:
                folder = self._folders.get(row["notebook_id"], "")
                if row["id"] in raw and row["title"].lower().endswith(".canvas"):
                    path = self._places.take(folder, safe_name(row["title"][:-7]), row["title"][-7:])
                    self._put(path, raw[row["id"]])
                    self._list(path, "notes", row["id"])
                    continue
                for lost in self._page(row, self._note_path(row, folder)):
                    yield lost
            yield len(rows)

    async def files(self) -> AsyncIterator[Lost | int]:
        """Files with a path, as those of a vault have, and those that a text shows."""
        async for row in self._life.rows("files", ("path", "name", "sha256")):
            if not row["path"] and row["name"].casefold() not in self._shown:
                continue
            data = await bytes_of(self._life, row)
            if data is None:
                yield Lost(row["name"], "its bytes are not here")
                continue
            for lost in self._file(row, data):
                yield lost
            yield 1
        for folder, title in self._bare.items():
            await asyncio.to_thread((self._target / folder).mkdir, parents=True, exist_ok=True)
            if not any(path.startswith(f"{folder}/") and path.lower().endswith(_NOTES) for path in self._written):
                yield Lost(title, "a notebook without notes: its folder is empty")

    def _folder(self, id_: UUID, rows: Mapping[UUID, Row], below: Sequence[UUID]) -> str:
        """The folder of a notebook. A circle of parents, which the tables allow, is cut where it closes."""
        if id_ not in self._folders:
            row = rows[id_]
            inside = row["parent_id"] in rows and row["parent_id"] not in below
            folder = self._folder(row["parent_id"], rows, (*below, id_)) if inside else ""
            self._folders[id_] = self._places.take(folder, safe_name(row["title"]), "")
        return self._folders[id_]

    def _note_path(self, row: Row, folder: str) -> str:
        """The name is the title; one that looks like a day would make a diary entry of the note."""
        name = safe_name(row["title"])
        suffix = PurePosixPath(row["source_path"] or "").suffix
        name = f"{name} (note)" if _DAY.match(name) else name
        return self._places.take(folder, name, suffix if suffix.lower() in _NOTES else ".md")

    def _page(self, row: Row, path: str) -> list[Lost]:
        data, lost = page(row, path)
        shown = (found[1] or unquote(found[2]) for found in _SHOWN.finditer(row["content"]))
        self._list(path, "diary_entries" if "entry_date" in row else "notes", row["id"])
        self._shown |= {text.strip().rpartition("/")[2].casefold() for text in shown}
        self._put(path, data)
        return lost

    def _file(self, row: Row, data: bytes) -> list[Lost]:
        wanted = safe_path(row["path"] or row["name"])
        if self._written.get(wanted) == sha256(data).digest():
            self._file_is(wanted, row)
            return []
        folder, _, name = wanted.rpartition("/")
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        # a text among the files would be read as a note
        path = self._places.take(folder, stem, f"{suffix}.txt" if suffix.lower() in _NOTES else suffix)
        self._put(path, data)
        self._file_is(path, row)
        if path not in (row["path"], row["name"]):
            return [Lost(row["name"], f"its path: here it is {path}")]
        return []

    def _file_is(self, path: str, row: Row) -> None:
        self._list(path, "files", row["id"])
        os.utime(self._target / path, ((row["modified_at"] or row["created_at"]).timestamp(),) * 2)

    def _list(self, path: str, table: str, id_: UUID) -> None:
        """What is at a path is this record; of several the first."""
        self.ids.setdefault(path, {}).setdefault(table, str(id_))

    def _put(self, path: str, data: bytes) -> None:
        place = self._target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self._written[path] = sha256(data).digest()


def _diary_path(places: Places, row: Row) -> str:
    """Where it came from, if that is a day's name, else one in `Diary`."""
    folder, name, suffix = DIARY, str(row["entry_date"]), ".md"
    if row["source_path"]:
        inside, _, last = safe_path(row["source_path"]).rpartition("/")
        stem, ending = PurePosixPath(last).stem, PurePosixPath(last).suffix
        if stem.replace("_", "-") == name and ending.lower() in _NOTES:
            folder, name, suffix = inside, stem, ending
    return places.take_for_day(folder, name, suffix)
