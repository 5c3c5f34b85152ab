"""SQL written in a test becomes files, and an empty database of the real server."""

from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from graph.database import Connection, Server
from graph.database.connecting import connect_owner
from schema_sql.catalog import Catalog
from schema_sql.parse import load

_NUMBERS = count(1)

TEMPLATES = Path(__file__).parents[2] / "schema_sql" / "system" / "10_templates.sql"


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
