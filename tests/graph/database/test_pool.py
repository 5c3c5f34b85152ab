"""The pool: one user's setting never serves another, whatever happens to tasks and connections; the line is kept."""

import asyncio
import contextlib
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Connection, Database, Server
from graph.errors import DatabaseUnavailable, LifeloomError

USERS = [UUID(int=number) for number in range(1, 5)]
WHO = "SELECT nullif(current_setting('app.user_id', true), '')::uuid"
WAYS = ["read", "text", "error", "aborted", "own error", "other error", "slow", "terminated", "open", "deep"]

Step = tuple[int, str, int]


class OwnError(LifeloomError):
    """One of ours."""


@pytest.fixture(scope="module")
def plain(server: Server) -> Iterator[Server]:
    """The server's first database with the service's role, which is all that a pool needs."""
    asyncio.run(_make_role(server))
    yield server


async def _make_role(server: Server) -> None:
    connection = await asyncpg.connect(server.owner_dsn)
    with contextlib.suppress(asyncpg.DuplicateObjectError):
        await connection.execute("CREATE ROLE lifeloom_service LOGIN")
    await connection.close()


def _open(server: Server, size: int) -> Database:
    return Database.open(server.owner_dsn, server.service_dsn, pool_size=size)


async def _use(database: Database, user: UUID, way: str) -> None:
    """One use of the database by one user, who first of all finds itself; only what comes after may fail."""
    if way == "text":
        assert await database.fetch_text(user, f"SELECT to_json(({WHO})::text)") == f'"{user}"'.encode()
        return
    found: UUID | None = None
    try:
        async with database.acting_as(user) as connection:
            found = await connection.fetchval(WHO)
            await _end(connection, way)
    except (asyncpg.PostgresError, LifeloomError, ValueError):
        assert found, "the connection came in a bad state"
    assert found == user


async def _end(connection: Connection, way: str) -> None:
    match way:
        case "error":
            await connection.execute("SELECT 1/0")
        case "aborted":
            await connection.execute("BEGIN; SELECT set_config('app.user_id', '', true); SELECT 1/0")
        case "own error":
            raise OwnError
        case "other error":
            raise ValueError
        case "slow":
            await connection.execute("SELECT pg_sleep(0.005)")
        case "terminated":
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        case "open":
            await connection.execute("BEGIN")
        case "deep":
            async with connection.transaction():
                await connection.execute(f"SET LOCAL app.user_id = '{UUID(int=99)}'")


async def _run(database: Database, step: Step) -> None:
    """Uses the database, and is cancelled after some milliseconds if it is not done by then."""
    who, way, milliseconds = step
    task = asyncio.ensure_future(_use(database, USERS[who], way))
    await asyncio.wait([task], timeout=milliseconds / 1000)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


steps = st.lists(
    st.tuples(st.integers(0, len(USERS) - 1), st.sampled_from(WAYS), st.sampled_from([0, 1, 2, 4, 8, 1000, 1000])),
    max_size=30,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, size=st.integers(1, 3))
def test_no_setting_of_one_user_ever_serves_another(plain: Server, steps: list[Step], size: int) -> None:
    async def story() -> None:
        async with _open(plain, size) as database:
            await asyncio.gather(*(_run(database, step) for step in steps))
            for user in USERS:
                await _use(database, user, "read")
            assert await _places(database, size) == size

    asyncio.run(story())


async def _places(database: Database, expected: int) -> int:
    """How many connections can be had at once: no place was lost on the way, and none was doubled."""
    inside: list[UUID] = []

    async def hold(user: UUID) -> None:
        async with database.acting_as(user):
            inside.append(user)
            await asyncio.sleep(10)

    tasks = [asyncio.ensure_future(hold(user)) for user in USERS]
    async with asyncio.timeout(10):
        while len(inside) < expected:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.03)  # one too many would come now
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return len(inside)


async def test_who_finds_no_connection_waits_in_line(plain: Server) -> None:
    order: list[int] = []

    async def use(number: int, user: UUID) -> None:
        async with database.acting_as(user) as connection:
            order.append(number)
            assert await connection.fetchval(WHO) == user

    async with _open(plain, 1) as database:
        async with database.acting_as(USERS[0]):
            tasks = [asyncio.ensure_future(use(number, USERS[number % 4])) for number in range(12)]
            await asyncio.sleep(0.02)
            assert order == []
            tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert order == list(range(1, 12))


async def test_a_user_keeps_the_connection_and_another_one_takes_the_oldest(plain: Server) -> None:
    async def backend(user: UUID) -> int:
        async with database.acting_as(user) as connection:
            number: int = await connection.fetchval("SELECT pg_backend_pid()")
            return number

    async with _open(plain, 2) as database:
        async with database.acting_as(USERS[0]), database.acting_as(USERS[1]):
            pass
        first, second = await backend(USERS[0]), await backend(USERS[1])
        assert first != second
        assert [await backend(user) for user in (USERS[0], USERS[1], USERS[2], USERS[2])] == [
            first,
            second,
            first,
            first,
        ]


async def test_closing_ends_the_wait_and_the_work(plain: Server) -> None:
    database = _open(plain, 1)
    holder = asyncio.ensure_future(_use(database, USERS[0], "read"))
    async with database, database.acting_as(USERS[0]):
        waiter = asyncio.ensure_future(_use(database, USERS[1], "read"))
        await asyncio.sleep(0.01)
        await database.__aexit__(None, None, None)
    for task in (holder, waiter):
        with contextlib.suppress(DatabaseUnavailable, AssertionError):
            await task
    with pytest.raises(DatabaseUnavailable, match="closing"):
        await database.fetch_text(USERS[0], WHO)
