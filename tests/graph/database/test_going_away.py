"""A database that goes away and comes back, and one that is not ours: somewhere else, with passwords."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from graph.database import Database, Server
from graph.database.account import account_for
from graph.database.cluster import program
from graph.database.connecting import connect_owner
from graph.errors import DatabaseRefused, DatabaseUnavailable
from graph.settings import Settings
from schema_sql.migrate import declared, migrate

USER = UUID(int=1)
ONE = "SELECT to_json(1)"
PASSWORD = "s3cret/with:odd@characters"
QUOTED = "s3cret%2Fwith%3Aodd%40characters"


async def _make_role(dsn: str) -> None:
    connection = await connect_owner(dsn)
    with contextlib.suppress(asyncpg.DuplicateObjectError):
        await connection.execute("CREATE ROLE lifeloom_service LOGIN")
    await connection.close()


async def test_a_server_that_stops_is_reported_and_one_that_returns_is_used(used_dir: Path) -> None:
    server = Server.start(used_dir)
    await _make_role(server.owner_dsn)
    async with Database.open(server.owner_dsn, server.service_dsn) as database:
        assert await database.fetch_text(USER, ONE) == b"1"
        server.stop()
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match="cannot be reached") as failure:
                await database.fetch_text(USER, ONE)
            assert failure.value.code == "DATABASE_UNAVAILABLE"
        with Server.start(used_dir):
            answers = await asyncio.gather(*(database.fetch_text(UUID(int=n), ONE) for n in range(20)))
            assert answers == [b"1"] * 20


async def test_a_killed_server_is_revived_by_those_who_use_it(used_dir: Path) -> None:
    with Server.start(used_dir) as server:
        await _make_role(server.owner_dsn)
        async with Database.open(server.owner_dsn, server.service_dsn, revive=server.ensure_running) as database:
            assert await database.fetch_text(USER, ONE) == b"1"
            assert server.pid
            os.kill(server.pid, signal.SIGKILL)
            answers = await asyncio.gather(*(database.fetch_text(UUID(int=n), ONE) for n in range(20)))
            assert answers == [b"1"] * 20


async def test_a_database_without_the_service_role_says_what_to_do(server: Server) -> None:
    async with Database.open(server.owner_dsn, server.dsn("nobody_of_that_name")) as database:
        with pytest.raises(DatabaseRefused, match="lifeloom migrate"):
            await database.fetch_text(USER, ONE)
    async with Database.open(server.owner_dsn, server.dsn("lifeloom", "no_such_database")) as database:
        with pytest.raises(DatabaseRefused, match="no_such_database"):
            await database.fetch_text(USER, ONE)


@pytest.fixture
def external(used_dir: Path) -> Iterator[str]:
    """The owner's URL of a server that is not run by us: on a TCP port, with a password for everybody."""
    with Server.start(used_dir) as server:
        asyncio.run(_protect(server.owner_dsn))
        cluster = server.cluster
    rules = used_dir / "pg_hba.conf"
    rules.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    account = account_for(cluster)
    command = [
        program("postgres"),
        "-D",
        str(cluster),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-k",
        "",
        "-c",
        f"hba_file={rules}",
    ]
    with subprocess.Popen(
        command,
        stderr=subprocess.DEVNULL,
        user=account.uid if account.switch else None,
        group=account.gid if account.switch else None,
    ) as process:
        _wait_for(port)
        yield f"postgresql://lifeloom:{QUOTED}@127.0.0.1:{port}/lifeloom"
        process.send_signal(signal.SIGINT)


async def _protect(dsn: str) -> None:
    connection = await connect_owner(dsn)
    await connection.execute(f"ALTER ROLE lifeloom PASSWORD '{PASSWORD}'")
    await connection.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)


async def test_a_database_elsewhere_is_used_with_a_password_for_each_role(external: str) -> None:
    settings = Settings.from_environment({"LIFELOOM_DATABASE_URL": external})
    owner, service = settings.database_url, settings.service_url()
    assert owner
    assert service
    async with Database.open(owner, service) as database:
        async with database.owner() as connection:
            await migrate(connection, declared())
        with pytest.raises(DatabaseRefused) as failure:
            await database.fetch_text(USER, ONE)
        assert (urlsplit(service).password or "?") not in str(failure.value)
        await database.admit_service()
        assert await database.fetch_text(USER, "SELECT to_json(current_user)") == b'"lifeloom_service"'
        assert await database.write(USER, lambda connection: connection.fetchval("SELECT acting_user()")) == USER
