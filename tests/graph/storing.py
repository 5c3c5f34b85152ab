"""A store of files beside a test's database, and files in it as uploads leave them."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from graph.database import Connection, Database
from graph.files.files import Files
from graph.files.leftovers import Leftovers
from graph.files.store import DiskStore

HOUR = 3600.0
ADD = "INSERT INTO files (name, byte_size, sha256, storage_uri) VALUES ($1, $2, $3, 'ni:///sha-256;x') RETURNING id"


@dataclass(frozen=True)
class Shelves:
    """The store of one instance."""

    database: Database
    store: DiskStore

    @property
    def leftovers(self) -> Leftovers:
        return Leftovers(self.database, self.store)

    async def upload(self, user: UUID, content: bytes, name: str = "a.bin") -> UUID:
        """A file whose bytes came two days ago."""
        await self.keep(user, content)

        async def work(connection: Connection) -> UUID:
            id_: UUID = await connection.fetchval(ADD, name, len(content), digest(content))
            return id_

        return await self.database.write(user, work)

    async def keep(self, user: UUID, content: bytes) -> None:
        """The bytes without a record."""
        self.store.root.mkdir(exist_ok=True)
        part = self.store.root / "a part"
        part.write_bytes(content)
        await self.store.keep(user, digest(content), part)
        self.age(48 * HOUR)

    async def purge(self, user: UUID, id_: UUID) -> None:
        await self.say(user, "DELETE FROM files WHERE id = $1", id_)

    async def say(self, user: UUID, sql: str, *arguments: object) -> None:
        async def work(connection: Connection) -> None:
            await connection.execute(sql, *arguments)

        await self.database.write(user, work)

    async def read(self, user: UUID, id_: UUID) -> bytes:
        held = await Files(self.database, self.store).open(user, id_)
        try:
            return b"".join([piece async for piece in held.contents.read(0, held.contents.size)])
        finally:
            await held.contents.close()

    def age(self, seconds: float) -> None:
        """As if everything had come that long ago."""
        moment = time.time() - seconds
        for path in self.store.root.glob("??/??/*"):
            os.utime(path, (moment, moment))

    def place(self, content: bytes) -> Path:
        return self.store.place(digest(content))

    def held(self) -> set[bytes]:
        """All contents that are here."""
        return {one.sha256 for one in self.store.contents() if one.size is not None}


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
