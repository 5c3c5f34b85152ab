"""The running server of a data directory, as its files and the operating system tell of it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_SOCKET = ".s.PGSQL.5432"
_SOCKET_BYTES = 100  # a socket's path may have 103 bytes on macOS, 107 on Linux
_SSL_REQUEST = bytes.fromhex("00000008 04d2162f")  # the smallest question there is; on a Unix socket the answer is N
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]+")
_STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says; `socket_dir` is empty until the server has got that far."""

    cluster: Path
    pid: int
    socket_dir: str = ""
    ready: bool = False

    @classmethod
    def find(cls, cluster: Path) -> Self | None:
        """The server of this directory if it runs, starting and stopping included; not what a dead one left."""
        try:
            lines = (cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if not lines or not lines[0].isdigit() or not is_alive(int(lines[0]), cluster):
            return None
        if len(lines) < 8:
            return cls(cluster, int(lines[0]))
        return cls(cluster, int(lines[0]), lines[4].strip(), lines[7].strip() == "ready")

    def answers(self) -> bool:
        """True where the server speaks: a dying one still lets its socket be connected to."""
        if not self.ready:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(5)
            try:
                probe.connect(f"{self.socket_dir}/{_SOCKET}")
                probe.sendall(_SSL_REQUEST)
                return probe.recv(1) == b"N"
            except OSError:
                return False

    def stop(self) -> None:
        """Stops the server: sessions end, open transactions are rolled back, all is on disk when it returns."""
        deadline = time.monotonic() + _STOP_SECONDS
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
            while is_alive(self.pid, self.cluster):
                if time.monotonic() > deadline:
                    os.kill(self.pid, signal.SIGQUIT)  # safe like a crash: the next start replays the log
                    return
                time.sleep(0.005)


def is_alive(pid: int, cluster: Path) -> bool:
    """True where the process lives and is this directory's server, not a stranger who was given its number.

    A server's working directory is its data directory.
    """
    try:
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    except OSError:
        if Path("/proc/self/cwd").exists():
            return False
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(cluster) in shown.stdout


def forget_dead(cluster: Path, socket_dir: str) -> None:
    """Removes what a killed server left behind; PostgreSQL would take a stranger with its number for itself."""
    for name in ("postmaster.pid", f"{_SOCKET}.lock"):
        for directory in (str(cluster), socket_dir):
            Path(directory, name).unlink(missing_ok=True)


def fits(socket_dir: str) -> bool:
    """True where the socket's path is short enough for the operating system, and plain enough to stand in an address.

    PostgreSQL splits directories of sockets at commas, and who reads `host=` out of a URL takes a plus for a space.
    """
    path = f"{socket_dir}/{_SOCKET}"
    return len(os.fsencode(path)) <= _SOCKET_BYTES and _PLAIN.fullmatch(path) is not None
