"""SQL written in a test becomes files, and an empty database of the real server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from graph.database import Connection, Server
from graph.database.connecting import connect_owner
from schema_sql import migrate as migrating
from schema_sql.catalog import Catalog
from schema_sql.parse import load
from tests.schema_sql.brewery import BEERS, GROUND, TEMPLATES, Brewery
from tests.schema_sql.housing import House

_NUMBERS = count(1)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Catalog]:
    """`read("CREATE TABLE ...")`: the Catalog of the templates and of one file each with the texts given."""

    def load_texts(*texts: str) -> Catalog:
        files = [tmp_path / f"own{number}.sql" for number, _ in enumerate(texts, 1)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return load([TEMPLATES, *files])

    return load_texts


@pytest.fixture
async def empty(server: Server) -> AsyncIterator[Connection]:
    """The owner's connection to a database with nothing in it."""
    name = f"empty_{next(_NUMBERS)}"
    control = await connect_owner(server.dsn("lifeloom", "postgres"))
    await control.execute(f"CREATE DATABASE {name}")
    connection = await connect_owner(server.dsn("lifeloom", name))
    yield connection
    await connection.close()
    await control.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await control.close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(migrating, "HERE", tmp_path)
    return House(tmp_path)


@pytest.fixture(scope="session")
def brewery(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brewery]:
    with asyncio.Runner() as runner:
        control = runner.run(connect_owner(server.dsn("lifeloom", "postgres")))
        runner.run(control.execute("CREATE DATABASE brewery"))
        connection = runner.run(connect_owner(server.dsn("lifeloom", "brewery")))
        runner.run(connection.execute(GROUND + TEMPLATES.read_text() + BEERS))
        yield Brewery(runner, connection, tmp_path_factory.mktemp("brewery"))
        runner.run(connection.close())
        runner.run(control.execute("DROP DATABASE brewery WITH (FORCE)"))
        runner.run(control.close())
