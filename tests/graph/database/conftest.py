"""What the tests of the database share: a data directory used before, and a way to end sessions from outside."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from graph.database import Database, Server
from tests.conftest import directory

EndSessions = Callable[[], Awaitable[None]]


@pytest.fixture(scope="session")
def used_dir() -> Iterator[Path]:
    """A data directory that has been in use before. Whoever takes it leaves it whole and its server stopped."""
    with directory() as place:
        Server.start(place / "data").stop()
        yield place / "data"


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
