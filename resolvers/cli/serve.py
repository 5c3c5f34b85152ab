"""`lifeloom serve`: the database, the doors and the worker under one roof, from the command to Ctrl-C."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol
from uuid import UUID

import click
import uvicorn
import uvloop

from graph.accounts import Authenticator, User
from graph.changes.consumers import Consumer
from graph.changes.worker import Worker
from graph.demo.load import is_empty, load_demo
from graph.embedding.consumer import TextWatch
from graph.embedding.filling import Filler
from graph.errors import LifeloomError
from graph.extraction.linker import Linker
from graph.extraction.reading.reader import reader_of
from graph.extraction.reading.watch import ReadingWatch
from graph.extraction.recogniser import Recogniser
from graph.heat import Warmer
from graph.search.terms import TermCounter
from graph.service import Service, open_service
from graph.settings import Settings
from resolvers.app import Doors, DoorSettings, create_app
from resolvers.auth import StartKeys
from resolvers.cli.acting import first_user
from resolvers.cli.running import refusals, with_settings
from resolvers.execution import Engine
from resolvers.files.rooms import FileRooms
from resolvers.schema import build_schema

GRACE = 5
"""Seconds in which requests have to end once the server was told to stop."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where a browser on this machine finds a server that listens on all addresses."""


class AddressTaken(LifeloomError):
    """The server cannot listen on {host}, port {port}: {reason}. Choose another port with --port."""

    code = "ADDRESS_TAKEN"


@click.command("serve")
@click.option("--demo", is_flag=True, help="Fill an empty instance with the small life of somebody who does not exist.")
@with_settings("host", "port", "user", "schema_path")
def serve_command(settings: Settings, demo: bool) -> None:
    """Start the server and print the address that signs your browser in."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with refusals(), listening(settings) as listener:
        uvloop.run(serve(settings, listener, demo))


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket, taken before anything is started: who connects early waits. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise AddressTaken(host=settings.host, port=settings.port, reason=_reason(error)) from None
    with listener:
        yield listener


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).partition(" (while attempting")[0]  # what follows repeats the address


async def serve(settings: Settings, listener: socket.socket, demo: bool) -> None:
    """Serves until SIGINT or SIGTERM. A second one does not wait for what is under way."""
    stopping = Stopping()
    async with open_service(settings, serving=True) as service:
        user = await first_user(service)
        if demo:
            await fill(service, user)
        keys = StartKeys()

        def announce() -> None:
            _settle()
            url = start_url(listener, keys.issue(user.id))
            click.echo(f"Lifeloom serves {user.username}. Sign your browser in (once, within the hour): {url}")

        reader = reader_of(service.database, service.catalog, service.embedding.gate, service.settings)
        consumers: list[Consumer] = [kind(service.catalog) for kind in (Linker, TextWatch, Recogniser, Warmer)]
        if reader:
            consumers.append(ReadingWatch(service.catalog))
        worker = Worker(service.database, consumers)
        stopping.server = server = Server(doors(service, keys, worker), announce)
        if not stopping.asked:
            filler = Filler(service.database, service.catalog, service.embedding, service.settings.embedders[0])
            files = service.uploads, service.leftovers
            async with beside(worker, filler, TermCounter(service.database), *files, *([reader] if reader else [])):
                await server.serve([listener])


async def fill(service: Service, user: User) -> None:
    """The demonstration, unless this user has a life already."""
    if await is_empty(service, user.id):
        await load_demo(service, user.id)
    else:
        click.echo("This instance holds records already: the demonstration is left out.", err=True)


class Keeper(Protocol):
    """What runs until it is cancelled."""

    async def run(self) -> None: ...


@contextlib.asynccontextmanager
async def beside(*keepers: Keeper) -> AsyncIterator[None]:
    """The worker and its like beside the server: what follows from a change is there a moment later."""
    tasks = [asyncio.create_task(keeper.run()) for keeper in keepers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def doors(service: Service, keys: StartKeys, worker: Worker) -> Doors:
    """The application of this house."""

    async def health() -> None:
        async with service.database.acting_as(UUID(int=0)) as connection:
            await connection.execute("SELECT")

    engine = Engine(build_schema(service.catalog), service, wrote=worker.wake, opened=service.heat.opened)
    told = DoorSettings(service.settings.allowed_hosts)
    rooms = FileRooms(service.files, service.uploads, worker.wake)
    return create_app(engine, Authenticator(service.database), keys, told, health, rooms)


def start_url(listener: socket.socket, key: str) -> str:
    """Where the key signs a browser in: on this machine, wherever the server listens."""
    host, port = listener.getsockname()[:2]
    host = EVERYWHERE.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/start?key={key}"


class Stopping:
    """Hears SIGINT and SIGTERM from the beginning: what is being opened is opened, and then closed in order."""

    def __init__(self) -> None:
        self.asked = False
        self.server: Server | None = None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._ask)

    def _ask(self) -> None:
        if self.server is not None:
            self.server.force_exit = self.asked
            self.server.should_exit = True
        self.asked = True


class Server(uvicorn.Server):
    """uvicorn on a socket that is ours, and with signals that are ours: its own would end us with the house open."""

    def __init__(self, application: Doors, started: Callable[[], None]) -> None:
        config = uvicorn.Config(
            application,
            http="httptools",
            loop="none",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _settle() -> None:
    """What is loaded by now stays: the collector need not look at it again, and seldom at what follows."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()
