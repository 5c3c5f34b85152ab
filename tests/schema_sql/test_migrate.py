"""A database comes to what is declared, once, wholly or not at all; what a person has to settle is refused by name."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from graph.database import Connection, Server
from graph.database.connecting import connect_owner
from schema_sql import migrate as migrating
from schema_sql.catalog import Catalog
from schema_sql.introspect import differences, introspect
from schema_sql.machinery import tracking_arguments
from schema_sql.migrate import MigrationRefused, declared, migrate

SQL = Path(migrating.__file__).parent
BREWERIES = """
CREATE TABLE breweries (LIKE entity INCLUDING ALL, name text NOT NULL);
COMMENT ON TABLE breweries IS 'Who brews. @flags C @label name';
COMMENT ON COLUMN breweries.name IS 'What it is called. @title';
"""
BEERS = """
CREATE TABLE beers (LIKE described INCLUDING ALL, name text NOT NULL, abv numeric);
COMMENT ON TABLE beers IS 'A beer one had. @flags CEH @label name';
COMMENT ON COLUMN beers.name IS 'What it is called. @title';
"""
WITH_HOPS = BEERS.replace("abv numeric", "abv numeric, hops text")
ADD_HOPS = "ALTER TABLE beers ADD hops text;"
SLOW = "SELECT pg_sleep(30);"


class House:
    """Declared files of one's own making, in place of those that ship: the machinery, and one table or more."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(SQL / "system", root / "system")
        for name in ("tables", "migrations", "own"):
            (root / name).mkdir()
        self.write("tables/010_beers.sql", BEERS)

    @property
    def own(self) -> Path:
        return self.root / "own"

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")

    async def migrate(self, connection: Connection, *, own: bool = False) -> list[str]:
        extra = self.own if own else None
        return await migrate(connection, declared(extra), extra=extra)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(migrating, "HERE", tmp_path)
    return House(tmp_path)


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


async def ledger(connection: Connection) -> list[tuple[Any, ...]]:
    rows = await connection.fetch("SELECT name, checksum, applied_at FROM schema_migrations ORDER BY 1")
    return [tuple(row) for row in rows]


async def contents(connection: Connection) -> list[str]:
    """The names of everything that a migration may leave behind."""
    found = await connection.fetch("""
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT extname FROM pg_extension
        UNION ALL SELECT typname FROM pg_type WHERE typtype = 'e' ORDER BY 1""")
    return [row[0] for row in found]


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
    assert [name for name, _, _ in await ledger(empty)] == ["0001_hops", "machinery"]
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


# Tables of one's own


async def test_own_tables_come_later_and_live_like_ours(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    house.write("own/breweries.sql", BREWERIES)
    assert await house.migrate(empty, own=True) == ["own/breweries.sql"]
    assert await house.migrate(empty, own=True) == []
    assert await machinery_of(empty, "breweries") == expected(declared(house.own), "breweries")
    ana = await empty.fetchval("INSERT INTO users (preferred_username) VALUES ('ana') RETURNING id")
    await empty.execute("INSERT INTO breweries (user_id, name) VALUES ($1, 'Augustiner')", ana)
    assert await empty.fetchrow("SELECT type, label FROM records") == ("brewery", "Augustiner")
    assert await empty.fetchval("SELECT count(*) FROM change_log WHERE record_type = 'brewery'") == 1
    assert await house.migrate(empty) == [], "whoever does not name the directory leaves its tables alone"
    assert await machinery_of(empty, "breweries") == expected(declared(house.own), "breweries")


async def test_an_own_file_that_changed_is_refused(empty: Connection, house: House) -> None:
    house.write("own/breweries.sql", BREWERIES)
    await house.migrate(empty, own=True)
    house.write("own/breweries.sql", BREWERIES.replace("name text NOT NULL", "name text"))
    with pytest.raises(MigrationRefused, match=r"own/breweries\.sql was changed after it was applied"):
        await house.migrate(empty, own=True)
    house.write("own/breweries.sql", BREWERIES)
    house.write("own/breweries_2.sql", "ALTER TABLE breweries ADD COLUMN city text;")
    assert await house.migrate(empty, own=True) == ["own/breweries_2.sql"]
    assert differences(declared(house.own), await introspect(empty)) == []


async def test_an_own_file_that_is_gone_is_refused(empty: Connection, house: House) -> None:
    house.write("own/breweries.sql", BREWERIES)
    await house.migrate(empty, own=True)
    (house.own / "breweries.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"own/breweries\.sql was applied to this database, but is not among"):
        await house.migrate(empty, own=True)


async def test_a_directory_that_is_not_there_is_refused(empty: Connection, house: House) -> None:
    house.own.rmdir()
    with pytest.raises(MigrationRefused, match=r"own tables does not exist: .*/own"):
        declared(house.own)
    with pytest.raises(MigrationRefused, match=r"own tables does not exist: .*/own"):
        await migrate(empty, declared(), extra=house.own)
    assert await contents(empty) == ["plpgsql"]


# The machinery


Facts = dict[str, tuple[str, ...]]


def expected(catalog: Catalog, table: str) -> Facts:
    """The triggers of an entity table and their arguments, by name; of the policy its condition."""
    entity = catalog.entities[table]
    made = [column.name for column in entity.columns if column.generated]
    facts: Facts = {"policy own": ("(user_id = acting_user())", "(user_id = acting_user())"), "clock_first": ()}
    facts["touch"] = (",".join([*entity.tagged("volatile"), *made]),)
    return facts | {f"track_{event}": tracking_arguments(entity, catalog) for event in ("insert", "update", "delete")}


async def machinery_of(connection: Connection, table: str) -> Facts:
    facts: Facts = {}
    for row in await connection.fetch(
        """SELECT t.tgname::text AS name, p.proname::text AS function, t.tgargs, t.tgenabled FROM pg_trigger t
           JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal""", f'"{table}"',
    ):  # fmt: skip
        assert row["tgenabled"] == b"O"
        if not row["name"].startswith("z_"):  # the edges' own
            assert row["name"] == row["function"]
            facts[row["name"]] = tuple(row["tgargs"].decode().split("\0")[:-1])
    for row in await connection.fetch(
        """SELECT polname::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), polcmd,
           polpermissive, polroles
           FROM pg_policy JOIN pg_class c ON c.oid = polrelid AND c.relrowsecurity WHERE polrelid = $1::regclass""",
        f'"{table}"',
    ):  # fmt: skip
        assert tuple(row)[3:] == (b"*", True, [0])
        facts[f"policy {row[0]}"] = (row[1], row[2])
    return facts


async def test_every_table_has_its_machinery(empty: Connection) -> None:
    catalog = declared()
    await migrate(empty, catalog)
    for entity in catalog.records:
        assert await machinery_of(empty, entity.name) == expected(catalog, entity.name)


async def test_machinery_that_changed_is_attached_again(
    empty: Connection, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.migrate(empty)
    await empty.execute("""
        DROP TRIGGER track_update ON beers; DROP POLICY own ON beers; ALTER TABLE beers DISABLE ROW LEVEL SECURITY;
        GRANT ALL ON beers TO lifeloom_service""")
    assert await house.migrate(empty) == []
    assert "track_update" not in await machinery_of(empty, "beers"), "to look at what did not change is the doctor's"
    house.write("tables/010_beers.sql", BEERS.replace("called. @title", "called. @title @name"))
    await house.migrate(empty)
    assert await machinery_of(empty, "beers") == expected(declared(), "beers")
    assert "name" in expected(declared(), "beers")["track_insert"][4]
    assert not await empty.fetchval("SELECT has_table_privilege('lifeloom_service', 'beers', 'TRUNCATE')")
