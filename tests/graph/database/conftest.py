"""What the tests of the database share: ways to break a connection from outside."""

from collections.abc import Awaitable, Callable

import pytest

from graph.database import Database

EndSessions = Callable[[], Awaitable[None]]


@pytest.fixture
def end_sessions(database: Database) -> EndSessions:
    """Ends every session of the service's role in this test's database, as a restart would."""

    async def end() -> None:
        async with database.owner() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = 'lifeloom_service'"
            )

    return end
