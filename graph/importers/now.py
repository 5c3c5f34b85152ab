"""Our own exports come back: what in them is as it would leave now changes nothing, whatever it looks like here.

A file says less than the records that it was written from, and other things of itself: names without blanks around
them, the size of a mail, a calendar for what is in none. So a file of ours is not compared with the records but with
what the same export would say of them at this moment, as the importer reads it.
"""

import pickle
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID

from graph.importers.base import Among, Item, Row, To
from graph.importers.decoding import path_text
from graph.importers.detection import Found
from graph.importers.own import LIST
from graph.importers.stored import beginning
from graph.importers.values import fingerprint

VAULT = "vault"
_NAMES: Mapping[str, tuple[str, ...]] = {"emails": ("message_id",)}
_WORD = b"lifeloom"
_HEAD = 4096

Leave = Callable[[UUID, str, Path], Awaitable[bool]]
"""Writes what would leave of a person's life in a format; whether that format can be written."""


class Now:
    """The items of an export of this moment, by their keys. They lie on the disk, for a life has many.

    `aside` are those that the file says as well and that are no records: the calendar of what is in none. Such a thing
    is made only where something comes to be in it.
    """

    def __init__(self) -> None:
        self.aside: dict[str, Item] = {}
        self._places: dict[str, tuple[bytes, int]] = {}
        self._called: dict[tuple[str, object], str | None] = {}
        self._spool: Path | None = None

    @classmethod
    def of(cls, items: Iterable[Item], spool: Path) -> Self:
        """These items, of two with one key the first. The file `spool` stays with whoever has it made."""
        now = cls()
        now._spool = spool
        with spool.open("wb") as file:
            for item in items:
                if _name(item) not in now._places:
                    now._places[_name(item)] = fingerprint(item), file.tell()
                    now._called |= {called: None if called in now._called else item.key for called in _called(item)}
                    pickle.dump(item.rows, file)
        return now

    def __contains__(self, item: Item) -> bool:
        return self._place(item) is not None

    @property
    def is_told(self) -> bool:
        """Whether the file is an export of ours at all."""
        return self._spool is not None

    def says(self, item: Item, mark: bytes) -> bool:
        """Whether it has this item, with this fingerprint."""
        return self._places.get(_name(item), (b"", 0))[0] == mark

    def rows(self, item: Item) -> dict[str, Row]:
        """The rows under the key of this item, by their own keys."""
        place = self._place(item)
        if place is None or self._spool is None:
            return {}
        with self._spool.open("rb") as file:
            file.seek(self._places[place][1])
            rows = _rows(pickle.load(file), [] if place == _name(item) else [(place, item.key)])
        return {row.key: row for row in rows}

    def _place(self, item: Item) -> str | None:
        """The key that the item has there: its own, or where that follows from what it says that of its namesake."""
        name = _name(item)
        return name if name in self._places else next(filter(None, map(self._called.get, _called(item))), None)


class Leaving:
    """Makes the exports of this moment that an import needs, each once; they are gone at its end."""

    def __init__(self, leave: Leave, user: UUID) -> None:
        self._leave = leave
        self._user = user
        self._made: dict[Path, Path | None] = {}
        self._count = 0
        self._stack = ExitStack()
        self._folder = Path()

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="lifeloom-"))).resolve()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    async def now(self, found: Found) -> Now:
        """What of an export of ours would be the same now; nothing where the file is none."""
        root = _ours(found.path)
        if root is None:
            return Now()
        if root not in self._made:
            self._made[root] = await self._export(root, VAULT if root.is_dir() else found.importer.format)
        made = self._made[root]
        path = made and made / found.path.relative_to(root)
        if made is None or path is None or not path.exists():
            return Now()
        ways = [(made.as_uri(), root.as_uri()), (path_text(made), path_text(root))]
        items = (one for one in replace(found, path=path).extract() if isinstance(one, Item))
        self._count += 1
        spool = self._folder / f"now {self._count}"
        moved = (replace(item, key=_moved(item.key, ways), rows=_rows(item.rows, ways)) for item in items)
        return Now.of(moved, spool)

    async def _export(self, root: Path, format_: str) -> Path | None:
        """Under the same name, for some things are called what their file is."""
        path = self._folder / str(len(self._made)) / root.name
        path.parent.mkdir()
        return path if await self._leave(self._user, format_, path) else None


def _ours(path: Path) -> Path | None:
    """The file, or the vault that it is in or is, if it says at its beginning that it is an export of ours."""
    vault = next((folder for folder in (path, *path.parents) if (folder / LIST).is_file()), None)
    return vault or (path if _WORD in beginning(path, _HEAD).lower() else None)


def _name(item: Item) -> str:
    return f"mentioned {item.key}" if item.mentioned else item.key


def _called(item: Item) -> list[tuple[str, object]]:
    """The name of a thing whose key follows from more than that."""
    table, values = item.rows[0].table, item.rows[0].values
    return [(table, values[column]) for column in _NAMES.get(table, ()) if values.get(column)]


def _rows(rows: Iterable[Row], ways: list[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row(row.table, _moved(row.key, ways), _moved(row.values, ways)) for row in rows)


def _moved(value: Any, ways: list[tuple[str, str]]) -> Any:
    """A value as it would be if the export lay where the file lies."""
    if isinstance(value, str):
        for old, new in ways:
            value = value.replace(old, new)
        return value
    if isinstance(value, To):
        return To(_moved(value.key, ways))
    if isinstance(value, Among):
        return Among(_moved(value.place, ways), tuple(To(_moved(to.key, ways)) for to in value.members))
    if isinstance(value, Mapping):
        return {name: _moved(part, ways) for name, part in value.items()}
    return [_moved(part, ways) for part in value] if isinstance(value, list) else value
