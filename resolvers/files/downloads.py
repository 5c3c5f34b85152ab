"""GET and HEAD of /files/{id}: the bytes of a file record, whole or in part."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.errors import NotFound
from graph.files.files import Held
from resolvers.auth import Doorkeeper, Gate, cookie_name
from resolvers.files.headers import RangeUnsatisfiable, is_known, of_file, range_of, wants_part
from resolvers.files.rooms import FileRooms
from resolvers.protocol import Headers

_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Downloads:
    """Gives each user their own files. An address with `sha256` is that of one state, and never changes."""

    def __init__(self, gate: Gate, doorkeeper: Doorkeeper, rooms: FileRooms) -> None:
        self._gate = gate
        self._doorkeeper = doorkeeper
        self._files = rooms.files

    async def answer(self, request: Request) -> Response:
        headers = dict(request.headers.raw)
        identity = await self._gate.admit(headers, request.method, cookie_name(request.scope))
        await self._doorkeeper.note_use(identity)
        id_: UUID = request.path_params["id"]
        held = await self._files.open(identity.user, id_, _state(request, id_))
        try:
            return _given(held, headers, request)
        except BaseException:
            await held.contents.close()
            raise


def _state(request: Request, id_: UUID) -> bytes | None:
    wanted = request.query_params.get("sha256")
    if wanted is None:
        return None
    if not _DIGEST.fullmatch(wanted):
        raise NotFound(what="file", id=id_)
    return bytes.fromhex(wanted)


def _given(held: Held, headers: Headers, request: Request) -> Response:
    etag = f'"{held.sha256.hex()}"'
    said = {"etag": etag, "cache-control": _FOR_EVER if "sha256" in request.query_params else _ASK_AGAIN}
    if is_known(headers.get(b"if-none-match"), etag.encode()):
        return FileAnswer(held, None, 304, said)
    said |= of_file(held.name, held.media_type)
    size = held.contents.size
    if request.method == "HEAD":
        return FileAnswer(held, None, 200, said | {"content-length": str(size)})
    try:
        part = range_of(headers.get(b"range"), size) if wants_part(headers.get(b"if-range"), etag.encode()) else None
    except RangeUnsatisfiable as refusal:
        refusal.headers = ((b"content-range", b"bytes */%d" % size),)  # type: ignore[misc]
        raise
    if part is None:
        return FileAnswer(held, (0, size), 200, said | {"content-length": str(size)})
    start, end = part
    said |= {"content-length": str(end - start), "content-range": f"bytes {start}-{end - 1}/{size}"}
    return FileAnswer(held, part, 206, said)


class FileAnswer(StreamingResponse):
    """Streams a part of a file (none: only its headers) and closes it, whenever the client leaves."""

    def __init__(self, held: Held, part: tuple[int, int] | None, status: int, headers: dict[str, str]) -> None:
        self._contents = held.contents
        pieces: AsyncIterator[Any] = held.contents.read(*part) if part else _nothing()
        super().__init__(pieces, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._contents.close()


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
