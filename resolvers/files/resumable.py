"""/uploads: tus 1.0.0 (https://tus.io/protocols/resumable-upload) with creation, creation-with-upload, expiration and
termination.

It was chosen over draft-ietf-httpbis-resumable-upload, whose headers still change from draft to draft, because clients
for every platform speak it. The id of an upload is that of the file it becomes.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from graph.errors import LifeloomError
from graph.files.staging import Upload
from graph.files.uploads import LASTS
from resolvers.auth import Doorkeeper, Gate, cookie_name
from resolvers.files.headers import whole_number
from resolvers.files.refusals import HeaderWrong, OffsetTypeNeeded, VersionUnknown, told
from resolvers.files.rooms import FileRooms
from resolvers.files.uploading import CLIENT_LEFT, check_coding, pieces
from resolvers.protocol import ClientGone, Headers, MethodRefused

VERSION = b"1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
_BYTES = b"application/offset+octet-stream"
Step = Callable[[UUID, Request, Headers], Awaitable[Response]]

_NAMES, _TYPES = ("filename", "name"), ("filetype", "type")


class ResumableUploads:
    """Takes files in parts, over as many requests and days as it needs."""

    def __init__(self, gate: Gate, doorkeeper: Doorkeeper, rooms: FileRooms) -> None:
        self._gate = gate
        self._doorkeeper = doorkeeper
        self._rooms = rooms
        self._uploads = rooms.uploads

    async def collection(self, request: Request) -> Response:
        """Begin an upload, or ask what is spoken here."""
        return await self._answered(request, {"POST": self._begin})

    async def one(self, request: Request) -> Response:
        """Go on with an upload, ask how far it is, or give it up."""
        steps = {"HEAD": self._status, "PATCH": self._append, "DELETE": self._abandon}
        return await self._answered(request, steps)

    async def _answered(self, request: Request, steps: Mapping[str, Step]) -> Response:
        headers: Headers = dict(request.headers.raw)
        try:
            response = await self._step(request, headers, steps)
        except ClientGone:
            response = Response(status_code=CLIENT_LEFT)
        except LifeloomError as error:
            reply = told(error, headers, request.method)
            response = Response(reply.body, reply.status)
            response.raw_headers[:] = [*reply.headers, (b"content-length", b"%d" % len(reply.body))]
        response.headers["tus-resumable"] = VERSION.decode()
        return response

    async def _step(
        self,
        request: Request,
        headers: Headers,
        steps: Mapping[str, Step],
    ) -> Response:
        if request.method == "OPTIONS":
            self._gate.check_place(headers)
            limits = {"tus-version": VERSION.decode(), "tus-extension": EXTENSIONS}
            return Response(status_code=204, headers=limits | {"tus-max-size": str(self._uploads.largest)})
        identity = await self._gate.admit(headers, request.method, cookie_name(request.scope))
        await self._doorkeeper.note_use(identity)
        if headers.get(b"tus-resumable") != VERSION:
            raise VersionUnknown
        method = request.method
        if method == "POST":
            method = headers.get(b"x-http-method-override", b"POST").decode("latin-1").upper()
        if method not in steps:
            raise MethodRefused
        return await steps[method](identity.user, request, headers)

    async def _begin(self, user: UUID, request: Request, headers: Headers) -> Response:
        length = whole_number(headers, b"upload-length")
        if length is None:
            raise HeaderWrong(name="Upload-Length", expected="the number of bytes of the file")
        told_of = metadata(headers.get(b"upload-metadata", b""))
        name = next((told_of[key] for key in _NAMES if told_of.get(key)), "")
        kind = next((told_of[key] for key in _TYPES if told_of.get(key)), "")
        upload = await self._uploads.begin(user, name, kind, length)
        said = {"location": f"uploads/{upload.id}"}
        if headers.get(b"content-type", b"").lower() == _BYTES and not upload.whole:
            check_coding(headers)
            upload = await self._uploads.append(user, upload.id, 0, pieces(request.receive))
        return self._went(upload, 201, said)

    async def _append(self, user: UUID, request: Request, headers: Headers) -> Response:
        if headers.get(b"content-type", b"").lower() != _BYTES:
            raise OffsetTypeNeeded
        check_coding(headers)
        offset = whole_number(headers, b"upload-offset")
        if offset is None:
            raise HeaderWrong(name="Upload-Offset", expected="the byte where this part begins")
        upload = await self._uploads.append(user, request.path_params["id"], offset, pieces(request.receive))
        return self._went(upload, 204, {})

    async def _status(self, user: UUID, request: Request, headers: Headers) -> Response:
        upload = await self._uploads.status(user, request.path_params["id"])
        return self._went(upload, 200, {"upload-length": str(upload.length), "upload-metadata": described(upload)})

    async def _abandon(self, user: UUID, request: Request, headers: Headers) -> Response:
        await self._uploads.abandon(user, request.path_params["id"])
        return Response(status_code=204)

    def _went(self, upload: Upload, status: int, said: dict[str, str]) -> Response:
        said |= {"upload-offset": str(upload.offset), "cache-control": "no-store"}
        if upload.whole:
            self._rooms.wrote()
        else:
            said["upload-expires"] = formatdate(upload.changed + LASTS, usegmt=True)
        return Response(status_code=status, headers=said)


def metadata(header: bytes) -> dict[str, str]:
    """Upload-Metadata: keys and values in base64, with commas between. Raises HeaderWrong."""
    found = {}
    for pair in filter(None, (pair.strip() for pair in header.split(b","))):
        key, _, value = pair.partition(b" ")
        try:
            found[key.decode("ascii")] = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, UnicodeDecodeError):
            raise HeaderWrong(name="Upload-Metadata", expected="keys and their values in base64") from None
    return found


def described(upload: Upload) -> str:
    """The Upload-Metadata of an upload."""
    values = {"filename": upload.name, "filetype": upload.media_type}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())
