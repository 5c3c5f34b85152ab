"""The real doors before a world's database, served on a port of their own by a thread with a loop of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from graph.accounts import Authenticator, create_token
from graph.database import Database
from graph.service import compose
from graph.settings import Settings
from resolvers.app import DoorSettings, create_app
from resolvers.auth import StartKeys
from resolvers.execution import Engine
from resolvers.files.rooms import FileRooms
from tests.world import World


@dataclass(frozen=True)
class Doors:
    """Where the world is served, and what Alice shows there."""

    url: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


@contextmanager
def doors(world: World, settings: Settings | None = None) -> Iterator[Doors]:
    """Serves the world until the end of the block; its files are where the settings say."""
    token = world.run(create_token(world.database, world.alice, "test"))
    database = Database.open(*world.addresses, pool_size=5)
    service = compose(settings or Settings(), world.catalog, database)
    rooms = FileRooms(service.files, service.uploads)
    app = create_app(Engine(world.built, service), Authenticator(database), StartKeys(), DoorSettings(), _well, rooms)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, log_level="warning", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(_serve(database, server, listener)))
        thread.start()
        try:
            yield Doors(f"http://127.0.0.1:{listener.getsockname()[1]}/graphql", token)
        finally:
            server.should_exit = True
            thread.join()


async def _serve(database: Database, server: uvicorn.Server, listener: socket.socket) -> None:
    async with database:
        await server.serve([listener])


async def _well() -> None:
    return None
