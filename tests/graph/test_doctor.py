"""The doctor: a fresh database is well, every kind of damage is found and told, and what can be mended is mended."""

from uuid import UUID

import pytest

from graph.database import Database
from graph.doctor import census, examine, mend, versions
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared

CURABLE = {
    "ALTER TABLE notes DISABLE ROW LEVEL SECURITY": "Table notes lacks row security.",
    "DROP POLICY own ON contacts": "Table contacts lacks policy own for *.",
    "REVOKE INSERT ON tasks FROM lifeloom_service": "Table tasks lacks right to insert.",
    "DROP TRIGGER track_update ON events": "Table events lacks trigger track_update.",
    "ALTER TABLE calendars DISABLE TRIGGER touch": "Table calendars lacks trigger touch.",
    "DELETE FROM records WHERE label = 'Lost'": "1 rows of notes are missing in records.",
    "UPDATE records SET label = 'Wrong' WHERE label = 'Right'": "2 rows of notes are told wrongly in records.",
    "UPDATE records SET type = 'martian' WHERE label = 'Green'":
        "records has 1 of the type martian, which is not declared (LIFELOOM_SCHEMA_PATH?).",
    "DELETE FROM record_texts WHERE body = 'silent words'": "1 rows of notes are not found by words.",
    "INSERT INTO records VALUES ($1, gen_random_uuid(), 'note', 'Ghost', now(), now(), now())":
        "records has 1 of notes that are gone.",
    "UPDATE entity_links SET target_type = 'contact' WHERE relation = 'ABOUT'":
        "1 links name the wrong type of record.",
    "UPDATE entity_links SET target_id = gen_random_uuid() WHERE relation = 'SUPPORTS'":
        "1 links have an end where no record is.",
    "INSERT INTO consumer_offsets VALUES ($1, 'ahead', 1000000)": "1 readers of the log stand behind its end.",
}  # fmt: skip
INCURABLE = {
    "ALTER TABLE notebooks ADD COLUMN extra text": "Column notebooks.extra is in the database, but not declared.",
    "CREATE POLICY open ON tags USING (true)": "Table tags has a policy open for * that was not declared.",
    "GRANT TRUNCATE ON tags TO lifeloom_service": "Table tags has a right to truncate that was not declared.",
    "UPDATE notes SET notebook_id = gen_random_uuid() WHERE title = 'Stray'":
        "1 rows of notes have a notebook_id that is not in notebooks.",
    "DELETE FROM change_log WHERE seq = 2": "The logs of 1 users have gaps.",
    "INSERT INTO parked_changes VALUES ($1, 'linker', 1, 'no')":
        "1 changes were set aside by a reader of the log that could not take them (table parked_changes).",
    "INSERT INTO consumer_offsets VALUES ($1, 'asleep', 0)":
        "1 readers of the log have left changes lying for more than 1 hour: start `lifeloom serve`.",
}  # fmt: skip
LIFE = """
INSERT INTO notes (user_id, title, content) VALUES
    ($1, 'Lost', ''), ($1, 'Right', ''), ($1, 'Silent', 'silent words'), ($1, 'Stray', ''), ($1, 'Green', '')
"""
LINKS = """
INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id)
SELECT a.user_id, 'note', a.id, relation, 'note', b.id
FROM notes a, notes b, unnest(ARRAY['ABOUT', 'SUPPORTS']) relation WHERE a.title = 'Right' AND b.title = 'Stray'
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return declared()


async def _hurt(database: Database, user: UUID) -> None:
    async with database.owner() as connection:
        await connection.execute(LIFE.replace("$1", f"'{user}'"))
        await connection.execute(LINKS)
        await connection.execute("UPDATE change_log SET occurred_at = now() - interval '2 hours'")
        await connection.execute("SET session_replication_role = replica")  # neither triggers nor keys stand in the way
        for statement in (*CURABLE, *INCURABLE):
            await connection.execute(statement.replace("$1", f"'{user}'"))


async def test_a_fresh_database_is_well(database: Database, catalog: Catalog) -> None:
    async with database.owner() as connection:
        assert await examine(connection, catalog) == []
        assert await census(connection, catalog) == []


async def test_all_damage_is_found_and_what_can_be_mended_is_mended(
    database: Database, catalog: Catalog, alice: UUID
) -> None:
    await _hurt(database, alice)
    async with database.owner() as connection:
        found = await examine(connection, catalog)
        told = {finding.what: finding for finding in found}
        assert set(CURABLE.values()) <= told.keys()
        assert set(INCURABLE.values()) <= told.keys()
        await mend(connection, found)
        left = {finding.what for finding in await examine(connection, catalog)}
    assert not left & set(CURABLE.values())
    assert set(INCURABLE.values()) <= left


async def test_what_was_mended_is_found_by_its_words_and_kept_by_its_triggers(
    database: Database, catalog: Catalog, alice: UUID
) -> None:
    await _hurt(database, alice)
    async with database.owner() as connection:
        await mend(connection, await examine(connection, catalog))
    async with database.acting_as(alice) as connection:
        found = await connection.fetchval("SELECT count(*) FROM search_lexical('silent words', NULL, NULL, NULL, 1, 9)")
        await connection.execute("UPDATE notes SET title = 'Found' WHERE title = 'Lost'")
        label = await connection.fetchval("SELECT label FROM records JOIN notes USING (id) WHERE title = 'Found'")
    assert (found, label) == (1, "Found")


async def test_the_census_counts_the_living_and_the_deleted(database: Database, catalog: Catalog, alice: UUID) -> None:
    async with database.owner() as connection:
        await connection.execute(LIFE.replace("$1", f"'{alice}'"))
        await connection.execute("UPDATE notes SET deleted_at = now() WHERE title = 'Lost'")
        counts = await census(connection, catalog)
    assert [(count.type, count.live, count.deleted) for count in counts] == [("note", 4, 1)]


async def test_the_versions_name_everything(database: Database) -> None:
    async with database.owner() as connection:
        told = await versions(connection)
    assert told["PostgreSQL"].startswith("18")
    assert {"lifeloom", "Python", "extension vector", "asyncpg", "graphql-core"} <= told.keys()
