"""What the bench stands on: an embedded database with a made-up life in it, and the three server processes over it."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psutil

from graph.accounts import create_token, create_user
from graph.database import Database, Server
from schema_sql.migrate import declared, migrate
from tests.bench.life import Life

KINDS = ("hand", "compiled", "loaders")
_HURRY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '4GB'")


@dataclass(frozen=True, slots=True)
class House:
    """A running database with one user, and a token of theirs."""

    server: Server
    database: Database
    life: Life
    token: str


@contextlib.asynccontextmanager
async def built(records: int, links: int) -> AsyncIterator[House]:
    """A new house with one inhabitant and their life, gone at the end."""
    with started() as server:
        async with Database.open(server.owner_dsn, server.service_dsn, 4) as database:
            life = Life(await inhabit(database), records, links)
            async with database.owner() as owner:
                await life.load(owner)
            yield House(server, database, life, await create_token(database, life.user, "bench"))


@contextlib.contextmanager
def started() -> Iterator[Server]:
    """An empty database server, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="lifeloom-bench-") as name:
        Path(name).chmod(0o711)
        with Server.start(Path(name)) as server:
            yield server


async def inhabit(database: Database) -> UUID:
    """Make the tables and a user. The disk is not what is measured: nothing waits for it."""
    async with database.owner() as owner:
        for setting in _HURRY:
            await owner.execute(f"ALTER SYSTEM SET {setting}")
        await owner.execute("SELECT pg_reload_conf()")
        await migrate(owner, declared(None), extra=None)
    return (await create_user(database, "bench")).id


@dataclass(frozen=True, slots=True)
class Running:
    """A server process of the bench and its port."""

    kind: str
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def serving(house: House) -> Iterator[dict[str, Running]]:
    """The server processes by their kind; they end with the block."""
    with contextlib.ExitStack() as stack:
        yield {kind: stack.enter_context(_process(house, kind)) for kind in KINDS}


@contextlib.contextmanager
def _process(house: House, kind: str) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = [str(port), str(house.life.user), house.server.owner_dsn, house.server.service_dsn]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.serve", kind, *where])
    try:
        _await(port, process)
        yield Running(kind, port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise RuntimeError("a server of the bench did not start")
