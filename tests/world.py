"""A whole house under test: a migrated database, its schema, both execution paths and three users, asked in plain calls."""

import asyncio
import itertools
import json
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from graph.database import Database, Server
from graph.database.connecting import connect_owner
from graph.service import compose
from graph.settings import Settings
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from resolvers.schema import Built, build_schema
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared, migrate

T = TypeVar("T")
_NUMBERS = itertools.count(1)


class World:
    """Alice lives here, Bob too, and Carol who has nothing. `run` takes a coroutine to its end on the world's own loop."""

    def __init__(self, server: Server, name: str, built: Built) -> None:
        self._runner = asyncio.Runner()
        self.built = built
        self.catalog: Catalog = built.workshop.catalog
        self.addresses = server.dsn("lifeloom", name), server.dsn("lifeloom_service", name)
        self.database = Database.open(*self.addresses, pool_size=5)
        self.service = compose(Settings(), self.catalog, self.database)
        self.engine = Engine(built, self.service)
        self.loaders = Engine(built, self.service, compiled=False)
        self.owner = self.run(connect_owner(self.addresses[0]))
        names = ("alice", "bob", "carol")
        self.alice, self.bob, self.carol = (self._user(name) for name in names)

    def close(self) -> None:
        self.run(self.owner.close())
        self.run(self.database.__aexit__(None, None, None))
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _user(self, name: str) -> UUID:
        known = self.value("SELECT id FROM users WHERE preferred_username = $1", name)
        return UUID(
            int=(known or self.value("INSERT INTO users (preferred_username) VALUES ($1) RETURNING id", name)).int
        )

    # The owner's own connection, to look and to prepare

    def rows(self, sql: str, *arguments: object) -> list[Any]:
        return list(self.run(self.owner.fetch(sql, *arguments)))

    def value(self, sql: str, *arguments: object) -> Any:
        return self.run(self.owner.fetchval(sql, *arguments))

    def column(self, sql: str, *arguments: object) -> list[Any]:
        return [row[0] for row in self.rows(sql, *arguments)]

    def execute(self, sql: str) -> str:
        return self.run(self.owner.execute(sql))

    # The service's role, as a bare client of one user

    def as_service(self, user: UUID, sql: str, *arguments: object) -> list[Any]:
        async def work() -> list[Any]:
            connection = await connect_owner(self.addresses[1])  # a plain connection; only its role is another
            try:
                await connection.execute(f"SET app.user_id = '{user}'")
                return list(await connection.fetch(sql, *arguments))
            finally:
                await connection.close()

        return self.run(work())

    # GraphQL

    def body(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        user: UUID | None = None,
        engine: Engine | None = None,
        debug: bool = False,
    ) -> bytes:
        """The answer as it goes to the wire, Alice's unless told."""
        request = GraphQLRequest(query, variables, extensions={"debug": True} if debug else None)
        return self.run((engine or self.engine).execute(request, user or self.alice)).body

    def answer(self, query: str, user: UUID | None = None, **variables: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.body(query, variables, user=user))
        return answer

    def ask(self, query: str, user: UUID | None = None, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.answer(query, user, **variables)
        assert "errors" not in answer, (query, variables, answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def code(self, query: str, user: UUID | None = None, **variables: Any) -> str:
        """The code of an answer's only error."""
        answer = self.answer(query, user, **variables)
        assert len(answer.get("errors", ())) == 1, (query, variables, answer)
        code: str = answer["errors"][0]["extensions"]["code"]
        return code

    def snapshot(self, user: UUID, tables: Sequence[str] = ()) -> dict[str, str]:
        """A digest of everything of a user in every table (or these)."""
        names = tables or [name for name, entity in self.catalog.entities.items() if entity.kind in ("entity", "ledger")
                           and "user_id" in entity.by_name]  # fmt: skip
        digest = "SELECT '{0}', md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM \"{0}\" t WHERE user_id = $1"
        return {row[0]: row[1] for row in self.rows(" UNION ALL ".join(digest.format(name) for name in names), user)}


def new_world(server: Server, template: str, built: Built, extra: Path | None = None) -> Iterator[World]:
    """A world on a clone of the template, with the tables of `extra` beside ours, dropped at the end."""
    name = new_database(server, template, extra)
    world = World(server, name, built)
    try:
        yield world
    finally:
        world.close()
        asyncio.run(_on(server, "postgres", f"DROP DATABASE {name} WITH (FORCE)"))


def new_database(server: Server, template: str, extra: Path | None = None) -> str:
    """The name of a clone of the template, with the tables of `extra` beside ours."""
    name = f"world_{next(_NUMBERS)}"
    asyncio.run(_make(server, name, template, extra))
    return name


async def _make(server: Server, name: str, template: str, extra: Path | None) -> None:
    await _on(server, "postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    if extra:
        connection = await connect_owner(server.dsn("lifeloom", name))
        try:
            await migrate(connection, declared(extra), extra=extra)
        finally:
            await connection.close()


async def _on(server: Server, database: str, statement: str) -> None:
    connection = await connect_owner(server.dsn("lifeloom", database))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def built() -> Built:
    """The schema of the tables that ship, made once."""
    return build_schema(declared())


@pytest.fixture(scope="module")
def world(server: Server, template: str, built: Built) -> Iterator[World]:
    """One world for all tests of a file."""
    yield from new_world(server, template, built)
