"""The database as the rooms above see it: reads and writes of one user, and the owner's own connection."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from asyncpg import exceptions as failures

from graph.database.connecting import Connection, Service, broken, connect_owner, unavailable
from graph.database.pool import Bound, Pool
from graph.errors import DatabaseFull, WriteLost
from graph.settings import SERVICE_ROLE, as_service

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[T]]

_ATTEMPTS = 5
_CHANGED = (failures.InvalidCachedStatementError, failures.OutdatedSchemaCacheError)
_COLLISIONS = (failures.DeadlockDetectedError, failures.SerializationError, *_CHANGED)


class Database:
    """The only way to a connection. `async with Database.open(...)` closes them all at its end."""

    def __init__(self, owner_dsn: str, service: Service, pool_size: int) -> None:
        self.owner_dsn = owner_dsn
        self._service = service
        self._pool = Pool(service, pool_size)

    @classmethod
    def open(
        cls,
        owner_dsn: str,
        service_dsn: str,
        pool_size: int = 10,
        statement_timeout: float = 30.0,
        revive: Callable[[], None] | None = None,
    ) -> Self:
        """Connects when first used. `statement_timeout` limits each read (seconds, 0 for none).

        `revive` (`server.ensure_running`) starts an embedded server again that died under us.
        """
        return cls(owner_dsn, Service(service_dsn, statement_timeout, revive), pool_size)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    def acting_as(self, user: UUID) -> "Acting":
        """`async with db.acting_as(user) as connection:` reads of this user, each statement on its own.

        The connection is yours inside the block only. Raises DatabaseUnavailable, DatabaseRefused or ReadTooLong.
        """
        return Acting(self._pool, user)

    async def fetch_text(self, user: UUID, sql: str, *arguments: object) -> bytes | None:
        """The first value of the first row as it came (json: its text in bytes), or None: the fastest read there is.

        A connection that turns out dead is replaced and the read done once more. Errors as in `acting_as`.
        """
        bound = await self._pool.acquire(user)
        try:
            rows = await (await bound.statement(sql)).fetch(*arguments)
        except BaseException as error:
            if not self._may_repeat(bound, error):
                self._service.explain(error, bound.connection)
                raise
        else:
            self._pool.release(bound)
            return rows[0][0] if rows else None
        async with self.acting_as(user) as connection:
            value: bytes | None = await connection.fetchval(sql, *arguments)
            return value

    def _may_repeat(self, bound: Bound, error: BaseException) -> bool:
        """Takes the connection of a failed read back; True where another connection may do better."""
        if broken(error, bound.connection):
            self._pool.release(bound, error)
            self._pool.forget_idle()
            return True
        if isinstance(error, _CHANGED):
            bound.statements.clear()
            self._pool.release(bound)
            return True
        self._pool.release(bound, error)
        return False

    async def write(self, user: UUID, work: Work[T], *, origin: str = "graphql", change_set: UUID | None = None) -> T:
        """Runs `work` in one transaction as this user and returns what it returns: all of it is written, or nothing.

        `work` may run several times (deadlock, serialization failure, a connection lost before the commit), so it
        must do nothing but talk to its connection. A part that may fail alone goes into `savepoint(connection)`.
        Raises DatabaseFull, DatabaseUnavailable, WriteLost, and what `work` raises.
        """
        begin = _begin(origin, change_set)
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._write(user, begin, work)
            except _COLLISIONS:
                await asyncio.sleep(random.uniform(0, 0.005 * 2**attempt))
            except _LostBeforeCommit:
                self._pool.forget_idle()
        try:
            return await self._write(user, begin, work)
        except _LostBeforeCommit as lost:
            raise unavailable(self._service.dsn, lost.__cause__) from lost.__cause__

    async def _write(self, user: UUID, begin: str, work: Work[T]) -> T:
        bound = await self._pool.acquire(user)
        try:
            result = await _transact(bound.connection, begin, work)
        except BaseException as error:
            # An ordinary error was followed by ROLLBACK, whose answer leaves no doubt about the connection.
            certain = isinstance(error, Exception) and not isinstance(error, _LostBeforeCommit)
            gone = broken(error, bound.connection)
            self._pool.release(bound, None if certain and not gone else error)
            if gone:
                raise unavailable(self._service.dsn, error) from error
            raise
        self._pool.release(bound)
        return result

    @contextlib.asynccontextmanager
    async def owner(self) -> AsyncIterator[Connection]:
        """A connection of the owner's role, for migrate, doctor and backup."""
        connection = await connect_owner(self.owner_dsn)
        try:
            yield connection
        except Exception as error:
            if broken(error, connection):
                raise unavailable(self.owner_dsn, error) from error
            raise
        finally:
            if not connection.is_closed():
                await connection.close(timeout=5)

    async def admit_service(self) -> None:
        """Gives the service's role its derived password, where the owner logs in with one. `migrate` made the role."""
        password = urlsplit(self._service.dsn).password
        if password and self._service.dsn == as_service(self.owner_dsn):
            async with self.owner() as connection:
                await connection.execute(f"ALTER ROLE {SERVICE_ROLE} PASSWORD '{password}'")


class Acting:
    """`async with` a connection that sees one user's rows."""

    __slots__ = ("_bound", "_pool", "_user")

    def __init__(self, pool: Pool, user: UUID) -> None:
        self._pool = pool
        self._user = user
        self._bound: Bound | None = None

    async def __aenter__(self) -> Connection:
        self._bound = bound = await self._pool.acquire(self._user)
        return bound.connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        bound, self._bound = self._bound, None
        if bound is None:
            return
        if error is None:
            self._pool.release(bound)
            return
        try:
            self._pool.service.explain(error, bound.connection)
        finally:
            self._pool.release(bound, error)


class _LostBeforeCommit(Exception):
    """The connection broke (see the cause) when nothing of the transaction can have been written."""


def _begin(origin: str, change_set: UUID | None) -> str:
    """BEGIN and the user's clock in one round trip; a write waits for its turn as long as it takes."""
    identity = "NULL" if change_set is None else f"'{UUID(int=change_set.int)}'"
    quoted = origin.replace("'", "''")
    return f"BEGIN; SET LOCAL statement_timeout = 0; SELECT begin_change({identity}, '{quoted}')"


async def _transact(connection: Connection, begin: str, work: Work[T]) -> T:
    try:
        await connection.execute(begin)
        result = await work(connection)
    except Exception as error:
        if broken(error, connection):
            raise _LostBeforeCommit from error
        await connection.execute("ROLLBACK")
        if isinstance(error, failures.DiskFullError):
            raise DatabaseFull(reason=error) from error
        raise
    # COMMIT of a transaction in which something failed rolls back and calls it a success.
    if await connection.execute("COMMIT") != "COMMIT":
        raise WriteLost
    return result


@contextlib.asynccontextmanager
async def savepoint(connection: Connection) -> AsyncIterator[None]:
    """A part of a write that fails alone: an error inside undoes this part and goes on up."""
    await connection.execute("SAVEPOINT part")
    try:
        yield
    except Exception:
        await connection.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
        raise
    await connection.execute("RELEASE SAVEPOINT part")
