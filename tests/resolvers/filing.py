"""A world with files behind its real doors, for the tests of /files and /uploads."""

import base64
import hashlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from graph.accounts import create_token
from graph.settings import Settings
from tests.resolvers.real import doors
from tests.world import World

LIMIT = 3_000_000
TUS = {"tus-resumable": "1.0.0"}
ADD = (
    "INSERT INTO files (user_id, name, media_type, byte_size, sha256, storage_uri) VALUES ($1, $2, $3, $4, $5, $6)"
    " RETURNING id"
)

FOUND = "INSERT INTO found_files (user_id, record_id, uri, sha256) VALUES ($1, $2, $3, $4)"


@dataclass(frozen=True)
class Filing:
    """Alice's client and Bob's, and the directory of the instance."""

    world: World
    alice: httpx.Client
    bob: httpx.Client
    data: Path

    def post(self, content: bytes, name: str = "a.bin", kind: str = "") -> dict[str, Any]:
        headers = {"content-disposition": f'attachment; filename="{name}"'.encode()}
        if kind:
            headers["content-type"] = kind.encode()
        answer = self.alice.post("/files", content=content, headers=headers)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def begin(self, length: int, **metadata: str) -> str:
        """The address of a new upload."""
        told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = TUS | {"upload-length": str(length)} | ({"upload-metadata": told} if told else {})
        answer = self.alice.post("/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return f"/{answer.headers['location']}"

    def patch(self, upload: str, offset: int, content: Any, **headers: str) -> httpx.Response:
        said = TUS | {"content-type": "application/offset+octet-stream", "upload-offset": str(offset)} | headers
        return self.alice.patch(upload, content=content, headers=said)

    def head(self, upload: str) -> httpx.Response:
        return self.alice.head(upload, headers=TUS)

    def imported(self, name: str, kind: str, content: bytes, uri: str | None) -> UUID:
        """A file record as an importer makes it."""
        digest = hashlib.sha256(content).digest()
        id_: UUID = self.world.value(ADD, self.world.alice, name, kind, len(content), digest, uri)
        if uri:
            self.world.rows(FOUND, self.world.alice, id_, uri, digest)
        return id_

    def stored(self) -> list[Path]:
        """Everything below the directory of files that is no directory."""
        return sorted(path for path in (self.data / "files").rglob("*") if path.is_file())


@contextmanager
def filing(world: World, data: Path) -> Iterator[Filing]:
    token = world.run(create_token(world.database, world.bob, f"bob {os.urandom(4).hex()}"))
    with doors(world, Settings(data_dir=data, max_upload=LIMIT)) as door:
        base = door.url.removesuffix("/graphql")
        with (
            httpx.Client(base_url=base, headers=door.headers, timeout=30) as alice,
            httpx.Client(base_url=base, headers={"authorization": f"Bearer {token}"}, timeout=30) as bob,
        ):
            yield Filing(world, alice, bob, data)


def unfinished(files: Filing) -> list[Path]:
    return [path for path in files.stored() if "uploads" in path.parts]


def leave(files: Filing, head: bytes, body: bytes) -> None:
    """Sends a request whose body breaks off, and closes the connection when some of it has come in."""
    url = files.alice.base_url
    with socket.create_connection((url.host, url.port or 80)) as line:
        token = files.alice.headers["authorization"]
        line.sendall(head + f"host: {url.host}:{url.port}\r\nauthorization: {token}\r\n\r\n".encode() + body)
        assert soon(lambda: any(path.suffix == ".part" and path.stat().st_size for path in unfinished(files)))


def soon(holds: Any) -> bool:
    until = time.monotonic() + 10
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
