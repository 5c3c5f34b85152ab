"""Bytes in the store that belong to no file any more: found, waited for, and then removed.

A content belongs to a user as long as a file of theirs, a version of one, or what the log says of either has its
digest; a purge ends all three. What belongs to nobody is removed when that was so for WAITS seconds: a database that
is not the one of this directory, or an older one that came back, must not cost the bytes of the right one.
`unclaimed.json` in the store says since when.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson

from graph.database import Database
from graph.errors import DatabaseUnavailable
from graph.files.store import Content, DiskStore, flush

logger = logging.getLogger(__name__)

WAITS = 7 * 24 * 3600.0
FRESH = 3600.0
"""Seconds in which bytes may be on the way to their record."""
_SWEEP_EVERY = 6 * 3600.0

CLAIMED = """
SELECT d FROM unnest($2::bytea[]) d
WHERE d IN (SELECT sha256 FROM files WHERE user_id = $1 AND sha256 IS NOT NULL)
    OR d IN (SELECT sha256 FROM file_versions WHERE user_id = $1 AND sha256 IS NOT NULL)
"""
"""Which of these digests files of the user have, deleted ones too: they can be restored."""

LOGGED = """
SELECT DISTINCT decode(substr(said, 3), 'hex') FROM change_log l,
    unnest(ARRAY[l.before ->> 'sha256', l.after ->> 'sha256']) said
WHERE l.user_id = $1 AND l.record_type IN ('file', 'file_version') AND said = ANY ($2::text[])
"""
"""Which of these digests files of the user once had."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A content that `users` brought and do not need any more, and its size; that is 0 where others need it."""

    sha256: bytes
    users: list[UUID]
    size: int


class Leftovers:
    """Keeps the store free of what nobody needs."""

    def __init__(self, database: Database, store: DiskStore) -> None:
        self._database = database
        self._store = store

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except DatabaseUnavailable as error:
                logger.warning("leftovers in the store of files wait: %s", error)
            except Exception:
                logger.exception("leftovers in the store of files were not removed")
            await asyncio.sleep(_SWEEP_EVERY)

    async def find(self) -> list[Leftover]:
        """What belongs to nobody now. A backup or an upload may still need it."""
        contents = await asyncio.to_thread(lambda: list(self._store.contents()))
        claimed = await self._claimed(contents)
        young = time.time() - FRESH
        found = []
        for one in contents:
            users = [user for user, brought in one.users.items() if brought < young and one.sha256 not in claimed[user]]
            whole = len(users) == len(one.users) and one.changed < young
            if users or whole:
                found.append(Leftover(one.sha256, users, one.size or 0 if whole else 0))
        return found

    async def sweep(self, waits: float = WAITS) -> int:
        """Remove what belonged to nobody all the time since; returns how many bytes that gave back."""
        found = [(one.sha256, user) for one in await self.find() for user in (*one.users, None)]
        return await asyncio.to_thread(self._remove, found, waits)

    def _remove(self, found: Sequence[tuple[bytes, UUID | None]], waits: float) -> int:
        now, notes = time.time(), self._store.root / "unclaimed.json"
        noted = _read(notes)
        since = {_name(*one): min(now, noted.get(_name(*one), now)) for one in found}
        leaving: dict[bytes, list[UUID]] = {}
        for sha256, user in found:
            if since[_name(sha256, user)] <= now - waits:
                leaving.setdefault(sha256, []).extend([user] if user else [])
        if since or noted:
            _write(notes, since)
        return self._store.drop(leaving, before=now - waits) if leaving else 0

    async def _claimed(self, contents: Iterable[Content]) -> dict[UUID, set[bytes]]:
        brought: dict[UUID, list[bytes]] = {}
        for one in contents:
            for user in one.users:
                brought.setdefault(user, []).append(one.sha256)
        claimed = {}
        for user, digests in brought.items():
            async with self._database.acting_as(user) as connection:
                has = {row[0] for row in await connection.fetch(CLAIMED, user, digests)}
                if left := [f"\\x{digest.hex()}" for digest in digests if digest not in has]:
                    has |= {row[0] for row in await connection.fetch(LOGGED, user, left)}
            claimed[user] = has
        return claimed


def _name(sha256: bytes, user: UUID | None) -> str:
    return f"{sha256.hex()}.{user.hex}" if user else sha256.hex()


def _read(notes: Path) -> dict[str, float]:
    """Since when which leftover is one. Notes that are lost or damaged only make them wait anew."""
    try:
        said = orjson.loads(notes.read_bytes())
        return {name: float(noted) for name, noted in said.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(notes: Path, since: Mapping[str, float]) -> None:
    new = notes.with_suffix(".new")
    new.write_bytes(orjson.dumps(since))
    flush(new)
    new.replace(notes)
