"""Tables of one's own come later and live like ours; every table has its machinery, and gets it again when it changed."""

import pytest

from graph.database import Connection
from schema_sql.catalog import Catalog
from schema_sql.introspect import differences, introspect
from schema_sql.machinery import key_edges, tracking_arguments
from schema_sql.migrate import MigrationRefused, declared, migrate
from tests.schema_sql.housing import BEERS, BREWERIES, House, contents

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
    facts |= {f"track_{event}": tracking_arguments(entity, catalog) for event in ("insert", "update", "delete")}
    keys = key_edges(entity, catalog)
    edges = {f"key_edges_{event}": (entity.record_type, keys) for event in ("insert", "update")}
    return facts | edges if keys else facts


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
