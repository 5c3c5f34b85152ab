"""What PostgreSQL refuses, in the words of who asked. Only the SQLSTATE decides: names differ on shards."""

import re

from asyncpg import exceptions as failures
from asyncpg.exceptions import PostgresError

from graph.errors import BadArgument, BrokenReference, Conflict, DatabaseFull, LifeloomError

_KEY = re.compile(r"Key \(user_id, ([^)]*)\)=\([^,)]*, ?(.*)\) (.*)\.", re.DOTALL)


def explained(error: PostgresError) -> LifeloomError | None:
    """The error to show for what the database refused, or None where it is ours and not the caller's."""
    if isinstance(error, failures.UniqueViolationError):
        return Conflict(reason=f"There is one already: {_twin(error)}")
    if isinstance(error, failures.ForeignKeyViolationError):
        return BrokenReference(reason=f"A reference leads nowhere or is still needed: {_detail(error)}")
    if isinstance(error, failures.NotNullViolationError):
        return BadArgument(f"{error.column_name} must be given")
    if isinstance(error, failures.CheckViolationError):
        return BadArgument(f"a value is not allowed ({error.constraint_name})")
    if isinstance(error, failures.IntegrityConstraintViolationError):
        return BadArgument(str(error))
    if isinstance(error, failures.DataError):
        return BadArgument(str(error).splitlines()[0])
    if isinstance(error, (failures.DeadlockDetectedError, failures.SerializationError)):
        return Conflict(reason="Others were writing the same; try again.")
    if isinstance(error, failures.QueryCanceledError):
        return BadArgument("this took too long and was stopped: ask for less")
    if isinstance(error, failures.ProgramLimitExceededError):
        return BadArgument(str(error).splitlines()[0])
    return DatabaseFull(reason=str(error)) if isinstance(error, failures.DiskFullError) else None


def _twin(error: PostgresError) -> str:
    """What the two have in common; row security hides their values from the message."""
    if error.detail or not error.constraint_name:
        return _detail(error)
    columns = error.constraint_name.removeprefix(f"{error.table_name}_").removesuffix("_key")
    return f"{error.table_name} with the same {columns}"


def _detail(error: PostgresError) -> str:
    """The key without the user's own id."""
    found = _KEY.search(error.detail or "")
    return f"{found[1]} {found[2]} {found[3]}" if found else (error.detail or str(error)).splitlines()[0]
