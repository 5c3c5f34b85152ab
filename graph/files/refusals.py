"""What can be wrong with a file that comes in."""

import contextlib
import errno
from collections.abc import Iterator

from graph.errors import Conflict, LifeloomError, NotFound

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StorageFull(LifeloomError):
    """There is no room for this file on the disk of the instance. Make room and try again."""

    code = "STORAGE_FULL"


class UploadBusy(LifeloomError):
    """Another request is writing to this upload. Wait for its end, or until it was silent for {seconds:g} seconds."""

    code = "UPLOAD_BUSY"


class UploadTooLarge(LifeloomError):
    """The file is larger than the {limit} bytes that {whose} allows."""

    code = "UPLOAD_TOO_LARGE"


class UploadUnknown(NotFound):
    """There is no upload {id}; it may have expired. Begin a new one."""

    code = "UPLOAD_UNKNOWN"


class WrongOffset(Conflict):
    """The upload goes on at byte {wanted}, not at {given}."""

    code = "WRONG_OFFSET"


@contextlib.contextmanager
def room_needed() -> Iterator[None]:
    """Turns the system's ways to say that a disk or a quota is full into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise
