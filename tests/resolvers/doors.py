"""A small real GraphQL engine and a real server around the doors, for the tests that need no database."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
import orjson
import strawberry
import uvicorn
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from graph.accounts import Identity
from resolvers.app import Doors, DoorSettings, create_app
from resolvers.auth import Doorkeeper, StartKeys
from resolvers.protocol import Answer, GraphQLRequest, MutationByGet

ALICE = UUID("a11ce000-0000-4000-8000-000000000000")
TOKEN = f"ll_{ALICE.hex}_{'s' * 43}"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def blob(self, size: int) -> str:
        return "x" * size

    @strawberry.field
    def broken(self) -> str | None:
        raise GraphQLError("told to fail")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def double(self, number: int) -> int:
        return 2 * number


SCHEMA = strawberry.Schema(Query, Mutation)._schema


class SmallEngine:
    """Executes by graphql-core what the door hands it, and keeps who asked. `fails` is raised in its stead."""

    def __init__(self) -> None:
        self.users: list[UUID] = []
        self.fails: Exception | None = None

    async def execute(self, request: GraphQLRequest, user: UUID, *, agent: bool = False) -> Answer:
        self.users.append(user)
        if self.fails:
            raise self.fails
        try:
            document = parse(request.query)
        except GraphQLError as error:
            return answer(ExecutionResult(None, [error]), executed=False)
        if errors := validate(SCHEMA, document):
            return answer(ExecutionResult(None, errors), executed=False)
        operation = get_operation_ast(document, request.operation_name)
        if request.queries_only and operation and operation.operation is not OperationType.QUERY:
            raise MutationByGet
        variables = dict(request.variables) if request.variables else None
        result = execute(SCHEMA, document, variable_values=variables, operation_name=request.operation_name)
        assert isinstance(result, ExecutionResult)
        known = result.data is not None or any(error.path for error in result.errors or ())
        return answer(result, executed=known)


def answer(result: ExecutionResult, *, executed: bool) -> Answer:
    body = dict(result.formatted)
    if not executed:
        body.pop("data", None)
    return Answer(orjson.dumps(body), executed)


@dataclass
class OneToken:
    """Knows one token of one user, and keeps what it was asked."""

    noted: list[Identity] = field(default_factory=list)
    fails: Exception | None = None

    async def authenticate(self, token: str) -> Identity | None:
        if self.fails:
            raise self.fails
        return Identity(ALICE, uuid4(), "app", ()) if token == TOKEN else None

    async def note_use(self, identity: Identity) -> None:
        self.noted.append(identity)

    async def sign_in_browser(self, user: UUID) -> str:
        assert user == ALICE
        return TOKEN


@dataclass
class House:
    """The application and what stands around it; `client` speaks to it without a network."""

    engine: SmallEngine = field(default_factory=SmallEngine)
    doorkeeper: Doorkeeper = field(default_factory=OneToken)
    keys: StartKeys = field(default_factory=StartKeys)
    settings: DoorSettings = field(default_factory=DoorSettings)
    ill: Exception | None = None

    async def health(self) -> None:
        if self.ill:
            raise self.ill

    @property
    def app(self) -> Doors:
        return create_app(self.engine, self.doorkeeper, self.keys, self.settings, self.health)

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:8321", headers=headers)

    def signed_in(self, **headers: str) -> httpx.AsyncClient:
        return self.client(**BEARER, **headers)


@contextmanager
def served(app: Doors, log_level: str = "warning") -> Iterator[str]:
    """The base URL of a real server for this application, on a free port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level=log_level, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
