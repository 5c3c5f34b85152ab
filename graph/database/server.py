"""The embedded PostgreSQL server of one data directory: started, found running, shared and stopped.

Three locks in `DATA/run` (flock, so they die with their process) keep processes apart: `start` is held while somebody
starts or stops the server, `users` is shared by all who use it (the last one stops it), `serve` belongs to the one
`lifeloom serve` and carries its process id.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.database.account import Account
from graph.database.cluster import OWNER, prepare, program, start_error
from graph.database.postmaster import Postmaster, fits, forget_dead, is_alive
from graph.errors import DatabaseStartFailed, DataDirectoryBusy, DataDirectoryUnusable
from graph.settings import SERVICE_ROLE

_START_SECONDS = 60.0


class Server:
    """The server of `data_dir`, running from `start` until the last of its users stops it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self.cluster = self.data_dir / "postgres"
        self.socket_dir = ""
        self._launched: int | None = None
        self._locks = contextlib.ExitStack()
        self._users: int | None = None

    @classmethod
    def start(cls, data_dir: Path, *, serving: bool = False) -> Self:
        """Finds the server of this directory running, or starts it (making what is missing). It blocks.

        `serving` claims the directory for one `lifeloom serve`: DataDirectoryBusy names the one that has it.
        Raises DataDirectoryUnusable, DatabaseVersionWrong, DatabaseFull or DatabaseStartFailed as well.
        """
        server = cls(data_dir)
        try:
            server._make_directories()
            if serving:
                server._claim()
            server.ensure_running()
        except OSError as error:
            server._locks.close()
            raise DataDirectoryUnusable(path=server.data_dir, reason=error.strerror or error) from error
        except BaseException:
            server._locks.close()
            raise
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def owner_dsn(self) -> str:
        """Where the owner's role connects."""
        return self.dsn(OWNER)

    @property
    def service_dsn(self) -> str:
        """Where the role of the service connects; `migrate` makes that role."""
        return self.dsn(SERVICE_ROLE)

    def dsn(self, role: str, database: str = OWNER) -> str:
        """The address of one database for one role."""
        return f"postgresql://{role}@/{database}?host={self.socket_dir}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it does not run."""
        found = Postmaster.find(self.cluster)
        return found.pid if found else None

    def ensure_running(self) -> None:
        """Starts the server again if it is gone (killed, out of memory); nothing to do while it runs."""
        with self._alone():
            if self._users is None:
                self._users = self._hold("users", fcntl.LOCK_SH)
            self._await_answer()

    def stop(self) -> None:
        """Leaves the server; its last user stops it (open transactions are rolled back). Twice is once."""
        if self._users is None:
            return
        with self._alone(), self._locks:
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                self._users = None
            if found := Postmaster.find(self.cluster):
                found.stop()

    @property
    def _log(self) -> Path:
        return self.data_dir / "postgres.log"

    def _make_directories(self) -> None:
        # Root's server runs as another user, who has to pass; everything inside is closed on its own.
        self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        (self.data_dir / "run").mkdir(mode=0o700, exist_ok=True)

    def _claim(self) -> None:
        try:
            held = self._hold("serve", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = (self.data_dir / "run" / "serve").read_text()
            raise DataDirectoryBusy(path=self.data_dir, pid=pid or "that is just starting") from None
        os.truncate(held, 0)
        os.pwrite(held, str(os.getpid()).encode(), 0)

    def _hold(self, name: str, kind: int) -> int:
        """Takes a lock and keeps it until this server is left."""
        held = _lock(self.data_dir / "run" / name, kind)
        self._locks.callback(os.close, held)
        return held

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        held = _lock(self.data_dir / "run" / "start", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(held)

    def _await_answer(self) -> None:
        """Waits until the server accepts connections, launching it where none runs."""
        self._launched = None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            found = Postmaster.find(self.cluster)
            if found and found.answers():
                self.socket_dir = found.socket_dir
                return
            if found is None and not (self._launched and is_alive(self._launched, self.cluster)):
                self._launch()
            time.sleep(0.005)
        raise DatabaseStartFailed(path=self.cluster, reason=f"it was not ready after {_START_SECONDS:.0f} seconds.")

    def _launch(self) -> None:
        """Launches the server. Children of a killed one may outlive it by a moment: then it is done once more."""
        if self._launched:
            log = self._log.read_text(errors="replace")
            if "shared memory block" not in log:
                raise start_error(self.cluster, log)
            time.sleep(0.1)
        account = prepare(self.cluster)
        socket_dir = self._socket_directory(account)
        forget_dead(self.cluster, socket_dir)
        command = [program("postgres"), "-D", str(self.cluster), "-k", socket_dir, "-h", ""]
        log_file = self._fresh_log()
        try:
            self._launched = account.launch(command, self.cluster, log_file)
        finally:
            os.close(log_file)

    def _fresh_log(self) -> int:
        """The log begins anew at each start; the one before is kept, in case it tells why it ended."""
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".log.1"))
        return os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _socket_directory(self, account: Account) -> str:
        """The cluster itself, or where its path is not fit for a socket, a private directory with a short one."""
        if fits(str(self.cluster)):
            return str(self.cluster)
        name = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:16]
        place = Path(f"/tmp/lifeloom-{account.uid}-{name}")
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o700)
            os.chown(place, account.uid, account.gid)
        status = place.lstat()
        if status.st_uid != account.uid or status.st_mode & 0o170077 != 0o040000:
            raise DataDirectoryUnusable(path=place, reason="it is not a private directory of the server's user.")
        return str(place)


def _lock(path: Path, kind: int) -> int:
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, kind)
    except BaseException:
        os.close(held)
        raise
    return held
