"""Files on their way in: begun, continued at an offset, and at their end a record whose bytes are in the store."""

import asyncio
import base64
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from graph.database import Database
from graph.files.names import base_name, stated_type
from graph.files.refusals import UploadBusy, UploadTooLarge, UploadUnknown, WrongOffset
from graph.files.staging import Staging, Upload, Writing, digest_of
from graph.files.store import Store
from graph.records.write import Records
from schema_sql.catalog import Entity

logger = logging.getLogger(__name__)

LASTS = 7 * 24 * 3600.0
"""Seconds after which an upload to which nothing came is given up."""
SILENCE = 60.0
"""Seconds that a request may be silent before the upload is free for another one."""
_SWEEP_EVERY = 3600.0
ORIGIN = "upload"

UPLOADED = "SELECT name, media_type, byte_size FROM files WHERE user_id = $1 AND id = $2 AND storage_uri LIKE 'ni:%'"
"""The record that an upload became."""


class Uploads:
    """All uploads of an instance. `largest` is the most bytes of one file."""

    def __init__(self, records: Records, database: Database, files: Entity, store: Store, staging: Staging,
                 largest: int) -> None:  # fmt: skip
        self._records = records
        self._database = database
        self._files = files
        self._store = store
        self._staging = staging
        self._busy: set[UUID] = set()
        self._digests: dict[UUID, tuple[int, Any]] = {}
        self.largest = largest

    async def begin(self, user: UUID, name: str, media_type: str, length: int | None) -> Upload:
        """A new upload of `length` bytes, None where that will be seen. Raises UploadTooLarge and StorageFull."""
        if (length or 0) > self.largest:
            raise self._too_large(None)
        called = base_name(name)
        upload = Upload(uuid4(), called, stated_type(media_type, called), length)
        begun = await asyncio.to_thread(self._staging.begin, user, upload)
        return await self._ended(user, begun) if begun.whole else begun

    async def status(self, user: UUID, id_: UUID) -> Upload:
        """How far an upload is, also after its end. One that only lacked its record gets it. Raises UploadUnknown."""
        try:
            upload = await asyncio.to_thread(self._staging.load, user, id_)
        except UploadUnknown:
            return await self._done(user, id_)
        if not upload.whole or id_ in self._busy:
            return upload
        with self._alone(id_):
            return await self._ended(user, upload)

    async def append(
        self, user: UUID, id_: UUID, offset: int, pieces: AsyncIterator[bytes], *, last: bool = False
    ) -> Upload:
        """Add pieces at the offset where it stopped; what came in before an error stays. `last` ends it there.

        Raises UploadUnknown, UploadBusy, WrongOffset, UploadTooLarge and StorageFull.
        """
        with self._alone(id_):
            try:
                upload = await asyncio.to_thread(self._staging.load, user, id_)
            except UploadUnknown:
                upload = await self._done(user, id_)
                if offset == upload.offset:
                    return upload
            if offset != upload.offset:
                raise WrongOffset(wanted=upload.offset, given=offset)
            if not upload.whole:
                upload = await self._written(user, upload, pieces)
            if last and upload.length is None:
                upload = replace(upload, length=upload.offset)
            return await self._ended(user, upload) if upload.whole else upload

    async def abandon(self, user: UUID, id_: UUID) -> None:
        """Forget an upload that has not ended. Raises UploadUnknown and UploadBusy."""
        with self._alone(id_):
            await asyncio.to_thread(self._staging.load, user, id_)
            await self._forget(user, id_)

    async def expire(self, lasts: float = LASTS) -> int:
        """Give up what nobody went on with; returns how many."""
        old = await asyncio.to_thread(lambda: set(self._staging.older_than(time.time() - lasts)))
        free = [(user, id_) for user, id_ in old if id_ not in self._busy]
        for user, id_ in free:
            await self._forget(user, id_)
        return len(free)

    async def run(self) -> None:
        """Expire uploads until cancelled."""
        while True:
            try:
                await self.expire()
            except OSError:
                logger.warning("old uploads were not removed", exc_info=True)
            await asyncio.sleep(_SWEEP_EVERY)

    async def _written(self, user: UUID, upload: Upload, pieces: AsyncIterator[bytes]) -> Upload:
        most = self.largest if upload.length is None else upload.length
        offset = upload.offset
        known, digest = self._digests.pop(upload.id, (0, None))
        part = self._staging.part(user, upload.id)
        writing = await asyncio.to_thread(Writing, part, digest if known == offset else None)
        try:
            async for piece in pieces:
                if offset + len(piece) > most:
                    raise self._too_large(upload.length)
                await asyncio.to_thread(writing.write, piece)
                offset += len(piece)
        finally:
            await asyncio.to_thread(writing.close)
            self._digests[upload.id] = offset, writing.digest
        return replace(upload, offset=offset, changed=time.time())

    async def _ended(self, user: UUID, upload: Upload) -> Upload:
        """Whole: first its digest is noted, then the bytes get their name, then the record is made. Each step may be
        the last one of a killed process, and is then repeated."""
        part = self._staging.part(user, upload.id)
        if not upload.sha256:
            known, digest = self._digests.pop(upload.id, (0, None))
            if digest is None or known != upload.length:
                digest = await asyncio.to_thread(digest_of, part)
            upload = replace(upload, sha256=digest.hexdigest())
            await asyncio.to_thread(self._staging.save, user, upload)
        sha256 = bytes.fromhex(upload.sha256)
        if await asyncio.to_thread(part.exists):
            await self._store.keep(user, sha256, part)
        elif not await self._store.renew(user, sha256):
            raise UploadUnknown(what="upload", id=upload.id)
        await self._records.create(user, self._files, [row_of(upload, sha256)], origin=ORIGIN)
        await self._forget(user, upload.id)
        return upload

    async def _done(self, user: UUID, id_: UUID) -> Upload:
        async with self._database.acting_as(user) as connection:
            row = await connection.fetchrow(UPLOADED, user, id_)
        if row is None:
            raise UploadUnknown(what="upload", id=id_)
        return Upload(id_, row["name"], row["media_type"] or "", row["byte_size"], row["byte_size"], time.time())

    async def _forget(self, user: UUID, id_: UUID) -> None:
        self._digests.pop(id_, None)
        await asyncio.to_thread(self._staging.forget, user, id_)

    @contextlib.contextmanager
    def _alone(self, id_: UUID) -> Iterator[None]:
        if id_ in self._busy:
            raise UploadBusy(seconds=SILENCE)
        self._busy.add(id_)
        try:
            yield
        finally:
            self._busy.discard(id_)

    def _too_large(self, announced: int | None) -> UploadTooLarge:
        whose = "LIFELOOM_MAX_UPLOAD" if announced is None else "its announced length"
        return UploadTooLarge(limit=self.largest if announced is None else announced, whose=whose)


def row_of(upload: Upload, sha256: bytes) -> dict[str, object]:
    """The `files` row of a whole upload. Its address is the name of its content (RFC 6920)."""
    coded = base64.urlsafe_b64encode(sha256).decode().rstrip("=")
    return {
        "id": str(upload.id),
        "name": upload.name,
        "media_type": upload.media_type,
        "byte_size": upload.length,
        "sha256": base64.b64encode(sha256).decode(),
        "storage_uri": f"ni:///sha-256;{coded}",
    }
