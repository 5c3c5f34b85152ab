"""`lifeloom serve` as a process, and other commands beside it, as a user starts them."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds until a test gives up; what a user waits is measured in the processor's time, whatever else runs here."""


@dataclass
class Serving:
    """A running `lifeloom serve`."""

    process: "subprocess.Popen[str]"
    data: Path
    url: str = ""

    @property
    def address(self) -> str:
        return self.url.partition("/start")[0]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def lifeloom(*arguments: str, data: Path, **env: str) -> "subprocess.Popen[str]":
    """Starts the command line as a user does, with none of our own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIFELOOM_")}
    command = [sys.executable, "-m", "resolvers", *arguments, "--data", str(data)]
    return subprocess.Popen(
        command, cwd=ROOT, env=kept | env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def done(*arguments: str, data: Path) -> tuple[int, str, str]:
    """Runs a command to its end: status, standard output, standard error."""
    process = lifeloom(*arguments, data=data)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


@contextlib.contextmanager
def serving(data: Path, *arguments: str, **env: str) -> Iterator[Serving]:
    process = lifeloom("serve", "--port", "0", *arguments, data=data, **env)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert "http://" in line, process.communicate()
        yield Serving(process, data, line.split()[-1])
    finally:
        process.kill()
        process.communicate()


def ask(address: str, token: str, query: str) -> dict[str, object]:
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(f"{address}/graphql", json={"query": query}, headers=headers, timeout=PATIENCE)
    data: dict[str, object] = answer.json()["data"]
    return data
