"""Whether files have the bytes that they speak of, and whether the store has bytes that no file speaks of."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.database import Connection
from graph.doctor.findings import Finding
from graph.files.elsewhere import Elsewhere
from graph.files.leftovers import Leftovers
from graph.files.staging import digest_of
from graph.files.store import DiskStore

_AT_ONCE = 500
_NAMED = 20

_FILES = """
SELECT u.preferred_username AS owner, f.id, f.name, f.user_id, f.sha256, f.byte_size,
    f.storage_uri LIKE 'ni:%' AS uploaded,
    ARRAY(SELECT p.uri FROM found_files p WHERE p.user_id = f.user_id AND p.sha256 = f.sha256 ORDER BY p.uri) AS places
FROM files f JOIN users u ON u.id = f.user_id
WHERE f.sha256 IS NOT NULL AND NOT EXISTS (
    SELECT FROM raw_records r WHERE r.user_id = f.user_id AND r.record_id = f.id AND r.sha256 = f.sha256)
ORDER BY owner, f.name, f.id
"""
"""Files that have their bytes outside of the database, deleted ones too: they can be restored."""

GONE = "The bytes of {n} files are gone: {files}."
WRONG = "The bytes of {n} files are not those that their records tell of: {files}."
AWAY = "{n} files are not where an import found them; import them again from where they are now: {files}."


async def examine_bytes(
    connection: Connection, store: DiskStore, leftovers: Leftovers, *, deep: bool = False
) -> list[Finding]:
    """What is wrong between files and their bytes, by existence and size; with `deep` by their digests.

    Of a file that was neither uploaded here nor found by an import nobody expects bytes.
    """
    look = _Look(store, deep)
    told: dict[str, list[str]] = {WRONG: [], GONE: [], AWAY: []}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        files = await connection.cursor(_FILES)
        while rows := await files.fetch(_AT_ONCE):
            for row, what in zip(rows, await asyncio.to_thread(look.all, rows), strict=True):
                if what:
                    told[what].append(f"{row['name']} ({row['id']} of {row['owner']})")
    found = [Finding(what.format(n=f"{len(files):,}", files=_some(files))) for what, files in told.items() if files]
    return found + await _left(leftovers)


async def _left(leftovers: Leftovers) -> list[Finding]:
    left = await leftovers.find()
    if not left:
        return []
    size = sum(one.size for one in left) / 1e6
    digests = _some([one.sha256.hex() for one in left])
    what = f"{len(left):,} contents of the store belong to no file and go within days while `lifeloom serve` runs"
    return [Finding(f"{what} ({size:,.1f} MB): {digests}.", passing=True)]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")


class _Look:
    """Looks after the bytes of rows of `_FILES`. Blocking."""

    def __init__(self, store: DiskStore, deep: bool) -> None:
        self._store = store
        self._deep = deep
        self._elsewhere = Elsewhere()

    def all(self, rows: Sequence[Any]) -> list[str]:
        """What is wrong with each, by the sentences above; empty where nothing is."""
        return [self._one(row) for row in rows]

    def _one(self, row: Mapping[str, Any]) -> str:
        place = self._store.place(row["sha256"])
        brought = self._store.brought(row["user_id"], row["sha256"])
        if brought and place.is_file():
            same = place.stat().st_size == row["byte_size"] or row["byte_size"] is None
            return "" if same and self._same(row, place) else WRONG
        if row["places"]:
            return "" if any(self._is_at(uri, row) for uri in row["places"]) else AWAY
        return GONE if brought or row["uploaded"] else ""

    def _same(self, row: Mapping[str, Any], place: Path) -> bool:
        """Whether bytes of the right size are the right ones; without `deep` they are believed."""
        if not self._deep:
            return True
        try:
            return bool(digest_of(place).digest() == row["sha256"])
        except OSError:
            return False

    def _is_at(self, uri: str, row: Mapping[str, Any]) -> bool:
        if not self._deep:
            size = self._elsewhere.size(uri)
            return size is not None and row["byte_size"] in (size, None)
        contents = self._elsewhere.open(uri, row["sha256"])
        if contents is None:
            return False
        contents.shut()
        return True
