"""The load: keep-alive connections that each send a request as soon as the last one is answered.

Plain sockets and one epoll loop, so that it takes a few microseconds a request. Run as a process of its own with a
`Load` as JSON on its standard input; a `Result` comes out as JSON.
"""

import dataclasses
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from itertools import cycle


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """`requests` are whole HTTP requests, sent in turn by all clients."""

    port: int
    clients: int
    seconds: float
    requests: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """Answers and seconds; latencies in milliseconds; `failures` are answers that are no 200 or tell of errors."""

    answers: int
    failures: int
    seconds: float
    p50: float
    p99: float


def run(load: Load) -> Result:
    """Sends until the time is over and every answer on its way has come."""
    selector = selectors.DefaultSelector()
    requests = cycle([request.encode() for request in load.requests])
    for _ in range(load.clients):
        connection = socket.create_connection(("127.0.0.1", load.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, [b"", 0.0])
    for key in selector.get_map().values():
        _send(key, requests)
    latencies, failures, started = _serve(selector, requests, load.seconds)
    seconds = time.perf_counter() - started
    latencies.sort()
    count = len(latencies)
    return Result(count, failures, seconds, latencies[count // 2] * 1000, latencies[count * 99 // 100] * 1000)


def _send(key: selectors.SelectorKey, requests: Iterator[bytes]) -> None:
    assert isinstance(key.fileobj, socket.socket)
    key.data[0], key.data[1] = b"", time.perf_counter()
    key.fileobj.sendall(next(requests))


def _serve(
    selector: selectors.BaseSelector, requests: Iterator[bytes], seconds: float
) -> tuple[list[float], int, float]:
    latencies: list[float] = []
    failures, started = 0, time.perf_counter()
    deadline = started + seconds
    waiting = len(selector.get_map())
    while waiting:
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            data = key.data[0] + key.fileobj.recv(262144)
            if not _whole(data):
                key.data[0] = data
                continue
            now = time.perf_counter()
            latencies.append(now - key.data[1])
            failures += data[9:12] != b"200" or b'"errors":[{' in data
            if now < deadline:
                _send(key, requests)
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                waiting -= 1
    return latencies, failures, started


def _whole(data: bytes) -> bool:
    """Whether a response is there to its last byte. A connection that was closed ends the run with an error."""
    if not data:
        raise ConnectionError("the server closed a connection")
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = data.find(b"content-length: ")
    length = int(data[at + 16 : data.find(b"\r\n", at)])
    return len(data) >= head + 4 + length


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(run(Load(**json.load(sys.stdin))))))
