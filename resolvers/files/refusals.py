"""What is refused at the doors of files, and the HTTP status of each error of the rooms behind them."""

from graph.errors import BadArgument, Conflict, DatabaseFull, LifeloomError, NotFound
from graph.files.refusals import StorageFull, UploadBusy, UploadTooLarge
from resolvers.endpoint import Reply, masked, refused
from resolvers.protocol import Headers, Refused


class EncodingRefused(Refused):
    """Send the file itself: a content-encoding is not undone, and forms (multipart/form-data) are not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class HeaderWrong(Refused):
    """The header {name} must be {expected}."""

    code = "BAD_HEADER"


class OffsetTypeNeeded(Refused):
    """The bytes of an upload are sent as application/offset+octet-stream."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class TooSilent(Refused):
    """Nothing came for {seconds:g} seconds."""

    code = "REQUEST_TIMEOUT"
    status = 408


class VersionUnknown(Refused):
    """This is tus 1.0.0 (https://tus.io/protocols/resumable-upload): say so in the header Tus-Resumable."""

    code = "TUS_VERSION"
    status = 412
    headers = ((b"tus-version", b"1.0.0"),)


_STATUSES: tuple[tuple[type[LifeloomError], int], ...] = (
    (BadArgument, 400),
    (NotFound, 404),
    (Conflict, 409),
    (UploadTooLarge, 413),
    (UploadBusy, 423),
    (StorageFull, 507),
)


def told(error: LifeloomError, headers: Headers, method: str) -> Reply:
    """The answer to a request that failed so; what a client can do nothing about is masked."""
    if isinstance(error, DatabaseFull):
        error = StorageFull()
    if isinstance(error, Refused):
        return refused(error, headers, method)
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return refused(_Told(error), headers, method)._replace(status=status)
    return masked(error)


class _Told(Refused):
    """{reason}"""

    def __init__(self, error: LifeloomError) -> None:
        super().__init__(reason=error)
        self.code = error.code  # type: ignore[misc]
