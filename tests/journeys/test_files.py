"""Files through the doors of a running `lifeloom serve`: large ones in little memory, and a process killed midway."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import directory
from tests.journeys.serving import PATIENCE, Serving, ask, done, serving

MB = 1024 * 1024
SIZE = 160 * MB
PIECE = os.urandom(MB)
OTHER = PIECE[::-1]
TUS = {"tus-resumable": "1.0.0"}
PART = TUS | {"content-type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with directory() as place:
        yield place / "data"


def client_of(house: Serving) -> httpx.Client:
    status, out, _ = done("token", "create", "--name", os.urandom(4).hex(), data=house.data)
    assert status == 0
    token = out.splitlines()[-1]
    return httpx.Client(base_url=house.address, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE)


class Memory:
    """The most memory that a process has while the block runs, beyond what it had before, in MB."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.most = 0.0

    def __enter__(self) -> "Memory":
        self._before = self._process.memory_info().rss
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            self.most = max(self.most, (self._process.memory_info().rss - self._before) / MB)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def test_a_large_file_passes_in_little_memory(data: Path) -> None:
    with serving(data) as house, client_of(house) as client:
        client.post("/files", content=b"warm")
        with Memory(house.process.pid) as taken:
            sent = client.post("/files", content=(PIECE for _ in range(SIZE // MB))).json()
        digest = hashlib.sha256()
        with Memory(house.process.pid) as given, client.stream("GET", f"/{sent['downloadUrl']}") as answer:
            for piece in answer.iter_bytes():
                digest.update(piece)
        assert sent["byteSize"] == SIZE
        assert sent["sha256"] == digest.hexdigest()
        assert taken.most < 64, taken.most
        assert given.most < 64, given.most
        assert house.end() == 0


def test_a_server_that_is_killed_midway_goes_on_after_its_start(data: Path) -> None:
    with serving(data) as house, client_of(house) as client:
        there = _large(data)
        begun = client.post("/uploads", headers=TUS | {"upload-length": str(SIZE)})
        upload = f"/{begun.headers['location']}"

        def pieces() -> Iterator[bytes]:
            for n in range(SIZE // MB):
                if n == 40:
                    while not (offset := _offset(client, upload)):
                        time.sleep(0.01)
                    assert offset <= 40 * MB
                    house.process.send_signal(signal.SIGKILL)
                    house.process.wait(PATIENCE)
                yield OTHER

        with pytest.raises(httpx.HTTPError):
            client.patch(upload, content=pieces(), headers=PART | {"upload-offset": "0"})
    assert _large(data) == there
    with serving(data) as house, client_of(house) as client:
        offset = _offset(client, upload)
        assert 0 < offset <= 40 * MB
        rest = SIZE - offset

        def more() -> Iterator[bytes]:
            yield OTHER[offset % MB :]
            yield from (OTHER for _ in range((rest - 1) // MB))

        ended = client.patch(upload, content=more(), headers=PART | {"upload-offset": str(offset)})
        assert (ended.status_code, ended.headers.get("upload-offset")) == (204, str(SIZE)), ended.text
        files = ask(house.address, client.headers["authorization"].removeprefix("Bearer "), "{ files { totalCount } }")
        assert files == {"files": {"totalCount": 3}}
        assert len(_large(data) - there) == 1
        assert not list((data / "files" / "uploads").glob("*/*"))
        assert house.end() == 0


def _offset(client: httpx.Client, upload: str) -> int:
    return int(httpx.head(f"{client.base_url}{upload}", headers=dict(client.headers) | TUS).headers["upload-offset"])


def _large(data: Path) -> set[str]:
    """The names of large contents in the store."""
    stored = (path for path in (data / "files").rglob("*") if "uploads" not in path.parts)
    return {path.name for path in stored if path.is_file() and path.stat().st_size > 100}
