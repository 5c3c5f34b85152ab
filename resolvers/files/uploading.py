"""POST of /files: one file as the body of one request, with its name in Content-Disposition."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from graph.errors import LifeloomError
from graph.files.staging import Upload
from graph.files.uploads import SILENCE
from resolvers.auth import Doorkeeper, Gate, cookie_name
from resolvers.files.headers import name_of, type_of, whole_number
from resolvers.files.refusals import EncodingRefused, TooSilent
from resolvers.files.rooms import FileRooms
from resolvers.protocol import ClientGone, Headers

CLIENT_LEFT = 499
"""Nobody reads it: the status that nginx logs."""


class PlainUploads:
    """Takes whole files. What does not come to its end leaves nothing."""

    def __init__(self, gate: Gate, doorkeeper: Doorkeeper, rooms: FileRooms) -> None:
        self._gate = gate
        self._doorkeeper = doorkeeper
        self._rooms = rooms

    async def answer(self, request: Request) -> Response:
        headers = dict(request.headers.raw)
        identity = await self._gate.admit(headers, request.method, cookie_name(request.scope))
        await self._doorkeeper.note_use(identity)
        check_coding(headers)
        try:
            upload = await self._taken(identity.user, headers, request.receive)
        except ClientGone:
            return Response(status_code=CLIENT_LEFT)
        self._rooms.wrote()
        place = f"files/{upload.id}"
        told = {
            "id": str(upload.id),
            "name": upload.name,
            "mediaType": upload.media_type,
            "byteSize": upload.length,
            "sha256": upload.sha256,
            "downloadUrl": f"{place}?sha256={upload.sha256}",
        }
        return JSONResponse(told, 201, {"location": place, "cache-control": "no-store"})

    async def _taken(self, user: UUID, headers: Headers, receive: Receive) -> Upload:
        uploads = self._rooms.uploads
        length = whole_number(headers, b"content-length")
        name = name_of(headers.get(b"content-disposition", b""))
        upload = await uploads.begin(user, name, type_of(headers), length)
        if upload.whole:
            return upload
        try:
            return await uploads.append(user, upload.id, 0, pieces(receive), last=True)
        except BaseException:
            with suppress(LifeloomError):
                await uploads.abandon(user, upload.id)
            raise


def check_coding(headers: Headers) -> None:
    """Raises EncodingRefused for a body that is not the file itself."""
    coded = headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity")
    if coded or type_of(headers).startswith("multipart/form-data"):
        raise EncodingRefused


async def pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ClientGone, and TooSilent where nothing comes."""
    more = True
    while more:
        try:
            async with asyncio.timeout(SILENCE):
                message = await receive()
        except TimeoutError:
            raise TooSilent(seconds=SILENCE) from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        if piece := message.get("body", b""):
            yield piece
        more = message.get("more_body", False)
