"""The one tree of errors: every error a caller is meant to see.

An error's docstring is its message (its fields are filled from the keyword arguments), `code` is what machines read.
Rooms that need an error of their own subclass `LifeloomError` beside the code that raises it.
"""

from typing import ClassVar


class LifeloomError(Exception):
    """Something went wrong inside Lifeloom."""

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self._message())

    def _message(self) -> str:
        text = " ".join((type(self).__doc__ or type(self).__name__).split())
        return text.format(**self.fields)


class SettingInvalid(LifeloomError):
    """The setting {name} cannot be {value}: {reason}."""

    code = "SETTING_INVALID"


class DatabaseError(LifeloomError):
    """The database failed: {reason}"""

    code = "DATABASE_ERROR"


class DatabaseUnavailable(DatabaseError):
    """The database {where} cannot be reached: {reason}"""

    code = "DATABASE_UNAVAILABLE"


class DatabaseRefused(DatabaseError):
    """The database {where} refuses the login: {reason} (`lifeloom migrate` sets up the service's role.)"""

    code = "DATABASE_REFUSED"


class DatabaseVersionWrong(DatabaseError):
    """The database {where} is PostgreSQL {found}, but this version of Lifeloom needs {needed}. {advice}"""

    code = "DATABASE_VERSION"


class DatabaseFull(DatabaseError):
    """The disk of the database is full, so nothing was written. Make room and try again: {reason}"""

    code = "DATABASE_FULL"


class DataDirectoryBusy(DatabaseError):
    """The data directory {path} is already served by the process {pid}. Stop that one first or choose another
    directory with --data."""

    code = "DATA_DIRECTORY_BUSY"


class DataDirectoryUnusable(DatabaseError):
    """The data directory {path} cannot be used: {reason}"""

    code = "DATA_DIRECTORY_UNUSABLE"


class DatabaseStartFailed(DatabaseError):
    """The database in {path} did not start: {reason}"""

    code = "DATABASE_START"


class ReadTooLong(DatabaseError):
    """The query took longer than the {seconds:g} seconds that LIFELOOM_STATEMENT_TIMEOUT allows and was stopped."""

    code = "TIMEOUT"


class WriteLost(DatabaseError):
    """Nothing was written: an earlier statement of the same transaction had failed, unnoticed."""

    code = "WRITE_LOST"


class BackupFailed(LifeloomError):
    """The backup {path} was not made: {reason}"""

    code = "BACKUP_FAILED"


class BackupUnreadable(LifeloomError):
    """The file {path} is not a whole Lifeloom backup: {reason}"""

    code = "BACKUP_UNREADABLE"


class RestoreRefused(LifeloomError):
    """The backup {path} was not restored: {reason}"""

    code = "RESTORE_REFUSED"


class BadArgument(LifeloomError):
    """{reason}"""

    code = "BAD_ARGUMENT"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class BadCursor(LifeloomError):
    """This cursor does not belong to this list in this order: ask for the list again without it."""

    code = "BAD_CURSOR"


class NotFound(LifeloomError):
    """There is no {what} {id}."""

    code = "NOT_FOUND"


class BrokenReference(LifeloomError):
    """{reason}"""

    code = "BROKEN_REFERENCE"


class Conflict(LifeloomError):
    """{reason}"""

    code = "CONFLICT"
