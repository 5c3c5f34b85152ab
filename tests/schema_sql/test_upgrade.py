"""A database of the first version comes to this one: equal in all that is declared, with its rows and their edges.

`first_version.sql.xz` is that version whole: its `system/` and `tables/` one after the other, then what its `machinery`
attached and the one line of its ledger.
"""

import lzma
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.database import Connection
from graph.database.connecting import connect_owner
from schema_sql.introspect import differences, introspect
from schema_sql.migrate import MigrationRefused, declared, migrate
from tests.schema_sql.housing import BEERS, BREWERIES, House, ledger

MIGRATIONS = ["0001_whole_life", "0002_found_files", "0003_second_wave", "0004_edges_one_by_one"]
FIRST = Path(__file__).with_name("first_version.sql.xz")
ROWS = """
INSERT INTO users (id, preferred_username) VALUES ('00000000-0000-4000-8000-000000000001', 'ana'),
    ('00000000-0000-4000-8000-000000000002', 'bo');
INSERT INTO notebooks (user_id, title) SELECT id, 'Sea' FROM users;
INSERT INTO notes (user_id, title, notebook_id)
    SELECT user_id, 'Note ' || n, id FROM notebooks CROSS JOIN generate_series(1, 1500) n;
INSERT INTO notes (user_id, title) SELECT id, 'Loose' FROM users;
INSERT INTO bookmarks (user_id, url) SELECT id, 'https://www.example.org/a/?utm_source=x#top' FROM users;
INSERT INTO files (user_id, name, sha256) SELECT id, name, sha256('same') FROM users, unnest(ARRAY['a', 'b']) name;
INSERT INTO annotations (user_id, subject_type, subject_id, body)
    SELECT user_id, 'note', id, 'Well said' FROM notes WHERE title = 'Loose';
INSERT INTO tags (user_id, name) SELECT id, 'blue' FROM users;
INSERT INTO record_tags (user_id, tag_id, subject_type, subject_id)
    SELECT t.user_id, t.id, 'note', n.id FROM tags t JOIN notes n USING (user_id) WHERE n.title = 'Loose';
"""
SIX = """
CREATE FUNCTION six() RETURNS int LANGUAGE sql AS 'SELECT 6';
REVOKE EXECUTE ON FUNCTION six() FROM PUBLIC;
"""
LIKED = BEERS.replace("abv numeric", "abv numeric, like_id uuid")
LIKE_KEY = """
CREATE INDEX beers_like_id_idx ON beers (user_id, like_id) WHERE deleted_at IS NULL;
ALTER TABLE beers ADD FOREIGN KEY (user_id, like_id) REFERENCES beers DEFERRABLE INITIALLY DEFERRED;
"""
EVERYTHING = """
SELECT 'function ' || p.oid::regprocedure AS what, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')
    || pg_get_function_result(p.oid) || p.provolatile::text || p.prosecdef::text || coalesce(p.proconfig::text, '')
    || coalesce(array_to_string(array(SELECT unnest(p.proacl)::text ORDER BY 1), ' '), '') AS how
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) || coalesce(obj_description(oid), '')
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'view ' || c.oid::regclass, pg_get_viewdef(c.oid) || coalesce(obj_description(c.oid), '')
FROM pg_class c WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL SELECT 'policy ' || tablename || ' ' || policyname, qual || coalesce(with_check, '') FROM pg_policies
UNION ALL SELECT 'rights ' || oid::regclass, coalesce(array_to_string(array(SELECT unnest(relacl)::text ORDER BY 1), ' '), '')
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL SELECT 'link type ' || name, t::text FROM link_types t
"""


async def everything(connection: Connection) -> dict[str, str]:
    """All that a database holds besides rows, tables and columns, in words that two databases have in common."""
    return {row["what"]: row["how"] for row in await connection.fetch(EVERYTHING)}


@pytest.fixture
async def first(empty: Connection) -> Connection:
    """A database of the first version, with rows of two people."""
    await empty.execute(lzma.decompress(FIRST.read_bytes()).decode())
    await empty.execute(ROWS)
    return empty


@pytest.fixture
async def fresh(addresses: tuple[str, str]) -> AsyncIterator[Connection]:
    """A database that was made by this version."""
    connection = await connect_owner(addresses[0])
    yield connection
    await connection.close()


async def count(connection: Connection, what: str) -> int:
    return int(await connection.fetchval(f"SELECT count(*) FROM {what}"))


async def test_a_database_of_the_first_version_becomes_one_of_this(first: Connection, fresh: Connection) -> None:
    catalog = declared()
    assert await migrate(first, catalog) == MIGRATIONS
    assert differences(catalog, await introspect(first)) == []
    wanted, there = await everything(fresh), await everything(first)
    assert {what: how for what, how in there.items() if wanted.get(what) != how} == {}
    assert wanted.keys() == there.keys()
    assert {name for name, _, _ in await ledger(first)} == {name for name, _, _ in await ledger(fresh)}
    assert await migrate(first, catalog) == []


async def test_its_rows_stay_as_they_were_and_nothing_is_logged(first: Connection) -> None:
    seen = (
        "SELECT * FROM records ORDER BY id",
        "SELECT * FROM notes ORDER BY id",
        "SELECT * FROM change_log ORDER BY seq",
    )
    before = [await first.fetch(sql) for sql in seen]
    await migrate(first, declared())
    assert [await first.fetch(sql) for sql in seen] == before
    assert await count(first, "bookmarks WHERE url_key = 'example.org/a'") == 2


FOUND = """
INSERT INTO change_log (user_id, seq, change_set_id, record_type, record_id, operation, after, origin, occurred_at)
SELECT user_id, $2, $3, 'file', id, 'update', jsonb_build_object('storage_uri', $4::text, 'sha256', sha256), $5, now()
FROM files WHERE user_id = $1 AND name = 'a'
"""


async def test_only_what_an_import_said_of_a_place_is_still_opened(first: Connection) -> None:
    ana, bo = [row[0] for row in await first.fetch("SELECT id FROM users ORDER BY id")]
    for user, origin, format_ in ((ana, "import", "markdown"), (bo, "graphql", "markdown"), (bo, "import", "csv")):
        batch = "INSERT INTO import_batches (user_id, format, path, change_set_id) VALUES ($1, $2, '', gen_random_uuid()) RETURNING change_set_id"
        change_set = await first.fetchval(batch, user, format_)
        last = await first.fetchval("SELECT max(seq) FROM change_log WHERE user_id = $1", user)
        await first.execute(FOUND, user, last + 1, change_set, "file:///a", origin)
    await first.execute("UPDATE files SET storage_uri = 'file:///a' WHERE name = 'a'")
    await migrate(first, declared())
    found = await first.fetch("SELECT f.user_id, f.uri, f.sha256 = sha256('same') FROM found_files f")
    assert [tuple(row) for row in found] == [(ana, "file:///a", True)]


async def test_its_rows_have_the_edges_that_follow_from_them(first: Connection) -> None:
    await migrate(first, declared())
    edges = "entity_links WHERE kind = 'structural' AND"
    assert await count(first, f"{edges} relation = 'NOTEBOOK'") == 3000
    assert (
        await count(first, f"{edges} relation = 'SUBJECT' AND source_type = 'annotation' AND target_type = 'note'") == 2
    )
    assert await count(first, f"{edges} relation = 'DUPLICATE_OF'") == 2
    assert await count(first, f"{edges} relation = 'TAGGED'") == 2
    crossed = f"{edges} NOT EXISTS (SELECT FROM records r WHERE (r.user_id, r.id) = (entity_links.user_id, target_id))"
    assert await count(first, crossed) == 0
    links = await first.fetch("SELECT * FROM entity_links ORDER BY id")
    await first.execute("DELETE FROM schema_migrations WHERE name IN ('machinery', 'functions', 'comments')")
    assert await migrate(first, declared()) == []
    assert await first.fetch("SELECT * FROM entity_links ORDER BY id") == links, "once more adds nothing"


async def test_what_was_tied_by_hand_stays(first: Connection) -> None:
    await first.execute("""
        INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind)
        SELECT user_id, 'note', id, 'NOTEBOOK', 'notebook', notebook_id, 'manual' FROM notes WHERE title = 'Note 7'""")
    await migrate(first, declared())
    assert await count(first, "entity_links WHERE relation = 'NOTEBOOK' AND kind = 'manual'") == 2
    assert await count(first, "entity_links WHERE relation = 'NOTEBOOK'") == 3000


async def test_where_the_migration_fails_nothing_of_it_is_left(first: Connection) -> None:
    await first.execute("CREATE TABLE reservations (id int)")
    tables = await count(first, "pg_class WHERE relkind = 'r'")
    with pytest.raises(MigrationRefused, match=r"0001_whole_life: relation .reservations. already exists"):
        await migrate(first, declared())
    assert await count(first, "pg_class WHERE relkind = 'r'") == tables
    await first.execute("DROP TABLE reservations")
    assert await migrate(first, declared()) == MIGRATIONS


# In small, with files of the test's own


async def test_a_new_file_is_taken_in_as_it_stands(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    house.write("tables/020_breweries.sql", BREWERIES)
    house.write("migrations/0001_more.sql", "\\i tables/020_breweries.sql\nSELECT 1;")
    assert await house.migrate(empty) == ["0001_more"]
    assert differences(declared(), await introspect(empty)) == []
    house.write("tables/020_breweries.sql", BREWERIES.replace("Who brews", "Whoever brews"))
    assert await house.migrate(empty) == [], "what it includes may change; a comment follows"
    assert differences(declared(), await introspect(empty)) == []


async def test_a_file_that_is_not_there_cannot_be_taken_in(empty: Connection, house: House) -> None:
    house.write("migrations/0001_more.sql", "\\i tables/020_none.sql")
    with pytest.raises(MigrationRefused, match=r"includes tables/020_none.sql: No such file"):
        await house.migrate(empty)


async def test_functions_follow_their_files_before_migrations_run(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    house.write("system/99_more.sql", SIX)
    house.write("migrations/0001_six.sql", "SELECT 1 / (6 - six() + 1);")
    assert await house.migrate(empty) == ["0001_six"]
    assert await empty.fetchval("SELECT has_function_privilege('lifeloom_service', 'six()', 'EXECUTE')") is False
    house.write("system/99_more.sql", SIX.replace("6", "3 + 3 + 1"))
    assert await house.migrate(empty) == []
    assert await empty.fetchval("SELECT six()") == 7


async def test_a_key_that_a_table_gets_later_gives_edges_to_its_rows(empty: Connection, house: House) -> None:
    await house.migrate(empty)
    await empty.execute("INSERT INTO users (preferred_username) VALUES ('ana')")
    await empty.execute("INSERT INTO beers (user_id, name) SELECT id, 'Kolsch' FROM users")
    house.write("tables/010_beers.sql", LIKED + LIKE_KEY)
    house.write(
        "migrations/0001_like.sql",
        "ALTER TABLE beers ADD like_id uuid;"
        + LIKE_KEY
        + """
        INSERT INTO beers (user_id, name) SELECT id, 'Alt' FROM users;
        UPDATE beers SET like_id = (SELECT id FROM beers WHERE name = 'Alt') WHERE name = 'Kolsch';""",
    )
    assert await house.migrate(empty) == ["0001_like"]
    assert await count(empty, "entity_links WHERE relation = 'LIKE' AND evidence ->> 'column' = 'like_id'") == 1
