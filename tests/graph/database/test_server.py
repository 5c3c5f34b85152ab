"""The embedded server: started, shared, found running, recovered after kill -9, and refused when it must be."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.database import Server
from graph.database.cluster import start_error
from graph.database.connecting import connect_owner
from graph.database.postmaster import fits, is_alive
from graph.errors import (
    DatabaseFull,
    DatabaseStartFailed,
    DatabaseVersionWrong,
    DataDirectoryBusy,
    DataDirectoryUnusable,
)

_SERVE = """
import sys, time
from pathlib import Path
from graph.database import Server
server = Server.start(Path(sys.argv[1]), serving=True)
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def serving(used_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that serves `data_dir`; its first line is the server's process id."""
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(used_dir)], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()
    Server.start(used_dir).stop()


def _first_line(process: "subprocess.Popen[str]") -> int:
    assert process.stdout
    return int(process.stdout.readline())


_SHAPE = """
    SELECT concat_ws(' ', current_user, datname, datlocprovider, datlocale, current_setting('listen_addresses'),
        current_setting('timezone'), pg_encoding_to_char(encoding))
    FROM pg_database WHERE datname = current_database()
"""


def _remove(directory: Path) -> None:
    directory.rmdir()


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def _execute(server: Server, *statements: str) -> object:
    connection = await connect_owner(server.owner_dsn)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def test_a_new_directory_becomes_a_database_that_only_its_user_enters(data_dir: Path) -> None:
    deep = data_dir / "100% home+work, Jo's? #1 & co"
    with Server.start(deep) as server, Server.start(deep) as second:
        assert second.socket_dir == server.socket_dir != str(server.cluster)
        assert await _execute(server, _SHAPE) == "lifeloom lifeloom b C.UTF-8  UTC UTF8"
        assert [_mode(Path(server.socket_dir)), _mode(server.cluster), _mode(deep / "postgres.log")] == [
            0o700,
            0o700,
            0o600,
        ]
    assert server.pid is None
    _remove(Path(server.socket_dir))


@pytest.mark.parametrize(
    "path", ["/home/jo/" + "deep/" * 20, "/home/a+b", "/home/a,b", "/home/a b", "/home/é", "/home/%41"]
)
def test_a_path_that_no_socket_can_have_is_known(path: str) -> None:
    assert not fits(path)
    assert fits("/home/jo_1/.local/share/life-loom~/postgres")


def test_the_last_user_stops_it(used_dir: Path) -> None:
    first = Server.start(used_dir, serving=True)
    second = Server.start(used_dir)
    assert first.pid == second.pid is not None
    first.stop()
    assert second.pid is not None
    second.stop()
    second.stop()
    assert second.pid is None


def test_many_who_start_at_once_after_an_interrupted_first_start_share_one_server(data_dir: Path) -> None:
    (data_dir / "postgres.new").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    (data_dir / "postgres").mkdir()
    with ThreadPoolExecutor(4) as threads:
        servers = list(threads.map(Server.start, [data_dir] * 4))
    assert len({server.pid for server in servers}) == 1
    for server in servers:
        server.stop()
    assert servers[0].pid is None


def test_one_serves_and_the_next_is_told_who(serving: "subprocess.Popen[str]", used_dir: Path) -> None:
    pid = _first_line(serving)
    with pytest.raises(DataDirectoryBusy, match=f"process {serving.pid}"):
        Server.start(used_dir, serving=True)
    with Server.start(used_dir) as command:
        assert command.pid == pid
    assert is_alive(pid, used_dir / "postgres")


def test_a_killed_service_leaves_a_server_that_the_next_one_takes_over(
    serving: "subprocess.Popen[str]", used_dir: Path
) -> None:
    pid = _first_line(serving)
    serving.kill()
    serving.wait()
    with Server.start(used_dir, serving=True) as server:
        assert server.pid == pid
    assert server.pid is None


async def test_what_was_committed_survives_kill_9(used_dir: Path) -> None:
    server = Server.start(used_dir)
    await _execute(server, "CREATE TABLE kept AS SELECT 42 AS answer", "SELECT 1")
    for _ in range(2):
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        server.ensure_running()
        assert await _execute(server, "SELECT answer FROM kept") == 42
    await _execute(server, "DROP TABLE kept", "SELECT 1")
    server.stop()


def test_a_stranger_with_the_number_of_a_dead_server_is_no_obstacle(used_dir: Path) -> None:
    with Server.start(used_dir) as server:
        assert server.pid
        left_behind = (server.cluster / "postmaster.pid").read_text().split("\n", 1)[1]
        owner = server.cluster.stat().st_uid
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (server.cluster / name).write_text(f"{stranger.pid}\n{left_behind}")
    with Server.start(used_dir) as again:
        assert again.pid not in (None, stranger.pid)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_files_that_are_no_database_are_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataDirectoryUnusable):
        Server.start(data_dir)
    assert (data_dir / "postgres" / "thesis.txt").read_text() == "years of work"


def test_a_file_is_no_data_directory(data_dir: Path) -> None:
    data_dir.write_text("")
    with pytest.raises(DataDirectoryUnusable, match=r"File exists|Not a directory"):
        Server.start(data_dir)


def test_another_version_and_a_broken_start_say_why(used_dir: Path) -> None:
    configuration, version = used_dir / "postgres/postgresql.conf", used_dir / "postgres/PG_VERSION"
    sound = configuration.read_text()
    configuration.write_text("shared_buffers = a lot\n")
    began = time.monotonic()
    with pytest.raises(DatabaseStartFailed, match=r"postgresql\.conf"):
        Server.start(used_dir)
    assert time.monotonic() - began < 10
    configuration.write_text(sound)
    version.write_text("17\n")
    with pytest.raises(DatabaseVersionWrong, match=r"PostgreSQL 17, .* needs 18"):
        Server.start(used_dir)
    version.write_text("18\n")
    assert isinstance(start_error(used_dir, "initdb: error: No space left on device"), DatabaseFull)
