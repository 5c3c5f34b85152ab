"""Fixtures of every floor: one embedded server a session, one migrated template, and a fresh clone a test."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.life", "tests.world")

from graph.database import Database, Server  # noqa: E402
from graph.database.connecting import connect_owner  # noqa: E402
from schema_sql.migrate import declared, migrate  # noqa: E402
from tests.life import life, lived  # noqa: E402
from tests.world import built, world  # noqa: E402

__all__ = ["built", "life", "lived", "world"]

_CLONES = count(1)
_MEMORY = Path("/dev/shm")
_PLENTY = 4 * 1024**3

# What is generated is the same in every run, so that what fails in one place fails in the other.
# LIFELOOM_CASES, which asks the great generated tests for more, draws anew each time.
settings.register_profile("same", derandomize=True, database=None)
if "LIFELOOM_CASES" not in os.environ:
    settings.load_profile("same")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One embedded server in a directory of its own, stopped and removed at the end."""
    with directory() as place, Server.start(place) as running:
        asyncio.run(hurry(running))
        yield running


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A new data directory in a place with a short name, removed after the test; stop its server yourself."""
    with directory() as place:
        yield place / "data"


@contextlib.contextmanager
def directory() -> Iterator[Path]:
    """A directory with a short name that the server's user may enter, removed at the end.

    It is in memory where there is plenty: the suite makes thousands of files for each of hundreds of databases.
    """
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _PLENTY
    with tempfile.TemporaryDirectory(prefix="lifeloom-", dir=_MEMORY if in_memory else None) as name:
        place = Path(name)
        place.chmod(0o711)  # where root runs the tests, the server's user has to pass
        yield place


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """The name of a migrated database that nobody is connected to, ready to be cloned."""
    asyncio.run(_make_template(server))
    return "template_lifeloom"


@pytest.fixture
async def clone(server: Server, template: str) -> AsyncIterator[str]:
    """The name of a fresh copy of the template, dropped after the test."""
    name = f"clone_{next(_CLONES)}"
    await _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield name
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def addresses(server: Server, clone: str) -> tuple[str, str]:
    """Where the owner and the service connect to this test's database."""
    return server.dsn("lifeloom", clone), server.dsn("lifeloom_service", clone)


@pytest.fixture
async def database(addresses: tuple[str, str]) -> AsyncIterator[Database]:
    """A Database on a fresh clone: service role with row security, owner through `database.owner()`."""
    async with Database.open(*addresses, pool_size=5) as opened:
        yield opened


@pytest.fixture
async def alice(database: Database) -> UUID:
    """A user."""
    return await _insert_user(database, "alice")


@pytest.fixture
async def bob(database: Database) -> UUID:
    """Another user, who must never see what is Alice's."""
    return await _insert_user(database, "bob")


async def _insert_user(database: Database, name: str) -> UUID:
    async with database.owner() as connection:
        id: UUID = await connection.fetchval("INSERT INTO users (preferred_username) VALUES ($1) RETURNING id", name)
        return id


async def hurry(server: Server) -> None:
    """Tests need no protection against a power failure."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        await _execute(server, f"ALTER SYSTEM SET {setting} = off")
    await _execute(server, "SELECT pg_reload_conf()")


async def _make_template(server: Server) -> None:
    await _execute(server, "CREATE DATABASE template_lifeloom")
    connection = await connect_owner(server.dsn("lifeloom", "template_lifeloom"))
    try:
        await migrate(connection, declared(), extra=None)
    finally:
        await connection.close()


async def _execute(server: Server, statement: str) -> None:
    connection = await connect_owner(server.dsn("lifeloom", "postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
