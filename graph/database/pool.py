"""The pool of the service's connections, each bound to the user it last served.

The setting `app.user_id` changes only when the user does, so a user's next read costs no round trip before it.
Nothing is reset on release; in return a connection is closed on any doubt about its state.
"""

import asyncio
from collections import deque
from uuid import UUID

from asyncpg import exceptions as failures
from asyncpg.prepared_stmt import PreparedStatement

from graph.database.connecting import Connection, Service, broken, unavailable
from graph.errors import DatabaseUnavailable, LifeloomError

_PLAIN = (failures.PostgresError, LifeloomError)
_STATEMENTS = 200  # prepared and kept on one connection


class Bound:
    """A connection and the user (as an integer) whose rows it sees; `user` is None while that is not certain."""

    __slots__ = ("connection", "statements", "user")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.user: int | None = None
        self.statements: dict[str, PreparedStatement] = {}

    async def bind(self, user: UUID) -> None:
        """One round trip outside any transaction, where no rollback can revert it."""
        self.user = None
        await self.connection.execute(f"SET app.user_id = '{UUID(int=user.int)}'")
        self.user = user.int

    async def statement(self, sql: str) -> PreparedStatement:
        """The prepared statement of this text, kept for the next time."""
        found = self.statements.get(sql)
        if found is None:
            if len(self.statements) >= _STATEMENTS:
                del self.statements[next(iter(self.statements))]
            found = self.statements[sql] = await self.connection.prepare(sql)
        return found

    def sound(self, error: BaseException | None) -> bool:
        """True where the connection can serve the next one: open, idle, and no error but an ordinary one."""
        if self.connection.is_closed() or self.connection.is_in_transaction() or self.user is None:
            return False
        return error is None or (isinstance(error, _PLAIN) and not broken(error, self.connection))


class Pool:
    """At most `size` connections, the most recently used first; who finds none free waits in line."""

    def __init__(self, service: Service, size: int) -> None:
        self.service = service
        self._idle: list[Bound] = []
        self._busy: set[Bound] = set()
        self._places = size  # not taken by a connection, open or being opened
        self._waiting: deque[asyncio.Future[Bound | None]] = deque()
        self._closed = False

    async def acquire(self, user: UUID) -> Bound:
        """A connection bound to this user. Raises DatabaseUnavailable or DatabaseRefused."""
        bound = self._take(user.int)
        if bound is None:
            bound = await self._take_any(user)
        self._busy.add(bound)
        return bound

    def release(self, bound: Bound, error: BaseException | None = None) -> None:
        """Takes a connection back; `error` is what ended its use."""
        self._busy.discard(bound)
        if bound.sound(error) and not self._closed:
            self._hand_on(bound)
        else:
            self._discard(bound)

    def forget_idle(self) -> None:
        """Closes every idle connection: one was found dead, so the others are likely to be."""
        while self._idle:
            self._discard(self._idle.pop())

    async def close(self) -> None:
        """Closes all connections, those in use too; who still waits gets DatabaseUnavailable."""
        self._closed = True
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(self._closing())
        idle, self._idle = self._idle, []
        for bound in self._busy:
            bound.connection.terminate()
        await asyncio.gather(*(bound.connection.close(timeout=5) for bound in idle), return_exceptions=True)

    def _closing(self) -> DatabaseUnavailable:
        return unavailable(self.service.dsn, "Lifeloom is closing its connections.")

    def _take(self, user: int) -> Bound | None:
        idle = self._idle
        for index in range(len(idle) - 1, -1, -1):
            if idle[index].user == user:
                bound = idle.pop(index)
                if not bound.connection.is_closed():
                    return bound
                self._discard(bound)
        return None

    async def _take_any(self, user: UUID) -> Bound:
        while True:
            if self._closed:
                raise self._closing()
            bound = await self._next_free() or await self._open()
            try:
                if bound.user != user.int:
                    await bound.bind(user)
                return bound
            except BaseException as error:
                retry = broken(error, bound.connection)
                self._discard(bound)
                if not retry:
                    raise

    async def _next_free(self) -> Bound | None:
        """An idle connection, or None with a place for a new one: the caller's to fill or to give back."""
        while self._idle:
            bound = self._idle.pop(0)
            if not bound.connection.is_closed():
                return bound
            self._discard(bound)
        if self._places:
            self._places -= 1
            return None
        waiter: asyncio.Future[Bound | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._pass_on(waiter)
            raise

    def _pass_on(self, waiter: "asyncio.Future[Bound | None]") -> None:
        """What a cancelled waiter had been given goes to the next one."""
        if not waiter.done() or waiter.cancelled() or waiter.exception() is not None:
            return
        bound = waiter.result()
        if bound is None:
            self._free_place()
        elif self._closed:
            self._discard(bound)
        else:
            self._hand_on(bound)

    async def _open(self) -> Bound:
        try:
            return Bound(await self.service.connect())
        except BaseException:
            self._free_place()
            raise

    def _hand_on(self, bound: Bound) -> None:
        if not self._give(bound):
            self._idle.append(bound)

    def _discard(self, bound: Bound) -> None:
        bound.user = None
        bound.connection.terminate()
        self._free_place()

    def _free_place(self) -> None:
        if not self._give(None):
            self._places += 1

    def _give(self, thing: Bound | None) -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(thing)
                return True
        return False
