"""A database comes to what is declared, once, wholly or not at all; what a person has to settle is refused by name."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from graph.database import Connection, Server
from graph.database.connecting import connect_owner
from schema_sql.introspect import differences, introspect
from schema_sql.migrate import MigrationRefused, declared, migrate
from tests.schema_sql.housing import ADD_HOPS, BEERS, BREWERIES, SLOW, WITH_HOPS, House, contents, ledger

Connect = Callable[[], Awaitable[Connection]]


@pytest.fixture
async def connect(server: Server, empty: Connection) -> AsyncIterator[Connect]:
    """Opens another connection of the owner to the empty database."""
    name = await empty.fetchval("SELECT current_database()")
    opened: list[Connection] = []

    async def again() -> Connection:
        opened.append(await connect_owner(server.dsn("lifeloom", name)))
        return opened[-1]

    yield again
    for connection in opened:
        await connection.close()


# A new database, and one that is up to date


async def test_a_new_database_is_made_once(empty: Connection) -> None:
    catalog = declared()
    assert await migrate(empty, catalog) == ["ground"]
    assert differences(catalog, await introspect(empty)) == []
    before = await ledger(empty), await contents(empty)
    assert await migrate(empty, catalog) == []
    assert (await ledger(empty), await contents(empty)) == before


async def test_two_at_once_make_it_once(empty: Connection, connect: Connect, house: House) -> None:
    house.write("own/beer_cellars.sql", BREWERIES)
    others = [await connect() for _ in range(3)]
    done = await asyncio.gather(*(house.migrate(connection, own=True) for connection in (empty, *others)))
    assert sorted(done) == [[], [], [], ["ground", "own/beer_cellars.sql"]]


@pytest.mark.parametrize("slow", ["tables/900_slow.sql", "own/slow.sql", "migrations/0001_slow.sql"])
async def test_killed_in_the_middle_it_leaves_nothing_half(
    empty: Connection, connect: Connect, house: House, slow: str
) -> None:
    if not slow.startswith("tables"):
        await house.migrate(empty)
    before = await contents(empty)
    house.write(slow, BREWERIES + SLOW)
    victim = await connect()
    work = asyncio.create_task(migrate(victim, declared(), extra=house.own))
    while not await empty.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
        assert not work.done(), work.result()
        await asyncio.sleep(0.01)
    await empty.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, MigrationRefused)):
        await work
    assert await contents(empty) == before
    house.write(slow, BREWERIES)
    assert await migrate(empty, declared(house.own), extra=house.own)
    assert await migrate(empty, declared(house.own), extra=house.own) == []
    assert "breweries" in await contents(empty)


@pytest.mark.parametrize("broken", ["tables/900_broken.sql", "own/broken.sql", "migrations/0001_broken.sql"])
async def test_what_fails_is_undone_and_named(empty: Connection, house: House, broken: str) -> None:
    catalog = declared()
    if not broken.startswith("tables"):
        await house.migrate(empty)
    before = await contents(empty)
    house.write(broken, BREWERIES + "SELECT 1 / 0;")
    with pytest.raises(MigrationRefused, match=f"{Path(broken).stem}.*division by zero"):
        await migrate(empty, catalog, extra=house.own)
    assert await contents(empty) == before


# Databases that are not ours


@pytest.mark.parametrize(
    "foreign",
    [
        "CREATE TABLE customers (id int)",
        "CREATE TABLE users (id int)",
        "CREATE VIEW customers AS SELECT 1 AS id",
        "CREATE TABLE customers (id int) PARTITION BY LIST (id)",
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE customers (id int)",
    ],
)
async def test_a_database_of_something_else_is_left_alone(empty: Connection, house: House, foreign: str) -> None:
    await empty.execute(foreign)
    before = await contents(empty)
    with pytest.raises(MigrationRefused, match=r"something else .*(customers|users).*: give Lifeloom an empty one"):
        await house.migrate(empty)
    assert await contents(empty) == before


async def test_what_extensions_and_other_schemas_hold_is_nothing_else(empty: Connection, house: House) -> None:
    await empty.execute("CREATE EXTENSION pg_stat_statements; CREATE SCHEMA theirs; CREATE TABLE theirs.users (id int)")
    assert await house.migrate(empty) == ["ground"]


# Migrations


async def test_the_tables_are_what_all_migrations_make(empty: Connection, connect: Connect, house: House) -> None:
    """A database of the first day and one of today are the same, whatever happened in between."""
    await house.migrate(empty)
    await empty.execute("INSERT INTO users (preferred_username) VALUES ('ana')")
    await empty.execute("INSERT INTO beers (user_id, name) SELECT id, 'Kolsch' FROM users")
    house.write("migrations/0001_hops.sql", ADD_HOPS)
    house.write("migrations/0002_fill.sql", "UPDATE beers SET hops = 'Hallertau';")
    house.write("migrations/notes.txt", "no migration")
    house.write("tables/010_beers.sql", WITH_HOPS)
    assert await house.migrate(empty) == ["0001_hops", "0002_fill"]
    assert await house.migrate(empty) == []
    assert differences(declared(), await introspect(empty)) == []
    assert await empty.fetchval("SELECT hops FROM beers") == "Hallertau"
    assert await empty.fetchval("SELECT operation FROM change_log ORDER BY seq DESC") == "update", "it is logged too"


async def test_a_migration_that_forgets_something_shows(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    house.write("migrations/0001_hops.sql", "ALTER TABLE beers ADD hop text;")
    house.write("tables/010_beers.sql", WITH_HOPS)
    await house.migrate(empty)
    told = " ".join(differences(declared(), await introspect(empty)))
    assert "beers.hops is declared, but not in the database" in told
    assert "beers.hop is in the database, but not declared" in told


async def test_a_database_of_an_earlier_version_is_refused_by_name(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    house.write("tables/020_wines.sql", BEERS.replace("beers", "wines"))
    before = await contents(empty)
    with pytest.raises(MigrationRefused, match="earlier Lifeloom and lacks wines, and no migration"):
        await house.migrate(empty)
    assert await contents(empty) == before


async def test_a_new_database_needs_no_migrations(empty: Connection, house: House) -> None:
    house.write("migrations/0001_hops.sql", ADD_HOPS)
    house.write("tables/010_beers.sql", WITH_HOPS)
    assert await house.migrate(empty) == ["ground"]
    assert [name for name, _, _ in await ledger(empty)] == ["0001_hops", "comments", "functions", "machinery"]
    assert differences(declared(), await introspect(empty)) == []


async def test_a_migration_changed_after_the_fact_is_refused(empty: Connection, house: House) -> None:
    house.write("migrations/0002_hops.sql", "SELECT 1;")
    await house.migrate(empty)
    house.write("migrations/0002_hops.sql", "SELECT 2;")
    house.write("migrations/0001_late.sql", BREWERIES)
    before = await contents(empty)
    with pytest.raises(MigrationRefused, match=r"0002_hops was changed after it was applied"):
        await house.migrate(empty)
    assert await contents(empty) == before, "nothing at all is done where something is refused"


async def test_a_migration_that_only_the_database_knows_is_refused(empty: Connection, house: House) -> None:
    house.write("migrations/0007_from_the_future.sql", "SELECT 1;")
    await house.migrate(empty)
    (house.root / "migrations/0007_from_the_future.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"0007_from_the_future .* older Lifeloom"):
        await house.migrate(empty)


async def test_line_ends_are_no_change(empty: Connection, house: House) -> None:
    (house.root / "migrations/0001_x.sql").write_bytes(b"SELECT 1;\nSELECT 2;\n")
    await house.migrate(empty)
    (house.root / "migrations/0001_x.sql").write_bytes(b"SELECT 1;\r\nSELECT 2;\r\n")
    assert await house.migrate(empty) == []
