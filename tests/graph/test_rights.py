"""What an attacker with the service's own connection may do, acting as Bob: nothing to Alice, nothing behind the log.

Whoever speaks SQL as the service can name any user as the acting one; that lies in the design. But they stay within
what the policies, the grants and the triggers allow to that user, and so does any mistake in a statement of ours.
"""

from collections.abc import Iterator

import asyncpg
import pytest

from graph.database import Server
from resolvers.schema import Built
from schema_sql.machinery import quoted
from tests.life import Life, Lived
from tests.world import World, new_world

ROLE = "lifeloom_service"
DENIED = asyncpg.InsufficientPrivilegeError
WRITTEN_BY_TRIGGERS = {
    "change_log",
    "change_sets",
    "record_names",
    "record_texts",
    "records",
    "user_clocks",
    "user_terms",
    "user_texts",
}


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


def tables(world: World) -> list[str]:
    """All tables with rows of users."""
    return [name for name, entity in world.catalog.entities.items() if entity.kind in ("entity", "ledger")]


def rights(world: World, table: str) -> set[str]:
    names = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
    granted = world.rows(
        "SELECT n FROM unnest($1::text[]) n WHERE has_table_privilege($2, $3, n)", list(names), ROLE, quoted(table)
    )
    return {row[0] for row in granted}


# Who the role is


def test_the_role_is_nobody(world: World) -> None:
    role = world.rows("SELECT * FROM pg_roles WHERE rolname = $1", ROLE)[0]
    mighty = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")
    assert not any(role[name] for name in mighty)
    assert world.rows("SELECT FROM pg_auth_members WHERE member = $1", role["oid"]) == []
    owned = "SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1 AND deptype = 'o'"
    assert world.rows(owned, role["oid"]) == []


FORBIDDEN = [
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION pg_stat_statements",
    "ALTER TABLE notes DISABLE TRIGGER ALL",
    "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY own ON notes",
    "CREATE POLICY mine ON notes USING (true)",
    "DROP TRIGGER track_update ON notes",
    "CREATE TRIGGER mine AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger()",
    "TRUNCATE notes",
    "SET session_replication_role = replica",
    "SET ROLE lifeloom",
    "SET SESSION AUTHORIZATION lifeloom",
    "COPY notes TO PROGRAM 'cat'",
    "COPY notes FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT stavalues1 FROM pg_statistic",
    "SELECT * FROM schema_migrations",
    "INSERT INTO users (preferred_username) VALUES ('mallory')",
    "DELETE FROM users",
    "UPDATE users SET role = 'owner'",
    "UPDATE users SET active = true",
    "UPDATE users SET id = gen_random_uuid()",
    "INSERT INTO link_types (name, description) VALUES ('MINE', '')",
    "SELECT * FROM entity",
    "SELECT take_clock(acting_user())",
    "SELECT last_seq(acting_user())",
    "SELECT open_change_set(acting_user(), gen_random_uuid())",
    "SELECT keep_edges_tagged(acting_user(), '{}')",
    "SELECT make_edges_rule('edges_tagged', 'X', 'uuid')",
    "SELECT derive_edges('edges_tagged', 'X', 'notes', 'id')",
    "SELECT regain_edge(acting_user(), 'TAGGED', acting_user(), acting_user())",
    "SELECT presume_statistics('notes')",
    "SET row_security = off; SELECT * FROM notes",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_is_not_the_services_is_denied(world: World, life: Life, statement: str) -> None:
    async def work() -> None:
        async with world.database.acting_as(world.bob) as connection:
            await connection.execute(statement)

    with pytest.raises(DENIED):
        world.run(work())


# Tables


def test_rights_are_those_of_the_kind_of_table(world: World) -> None:
    for name, entity in world.catalog.entities.items():
        found = rights(world, name)
        if entity.kind == "entity":
            assert found == {"SELECT", "INSERT", "UPDATE", "DELETE"}, name
        elif entity.kind == "template":
            assert found == set(), name
        elif entity.kind == "reference" or name in WRITTEN_BY_TRIGGERS:
            assert found <= {"SELECT"}, name
        else:
            assert found <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, name


def test_whatever_else_the_schema_holds_is_not_the_services(world: World) -> None:
    known = {name for name, entity in world.catalog.entities.items() if entity.kind != "template"}
    others = world.column("""
        SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')""")
    assert {name for name in others if name not in known and rights(world, name)} == set()


def test_row_security_stands_on_every_table_of_users(world: World) -> None:
    bare = world.column("""
        SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity""")
    assert {name for name in bare if rights(world, name)} == set()
    policies = world.rows("SELECT tablename::text, cmd, permissive, roles::text, qual, with_check FROM pg_policies")
    mine = "(user_id = acting_user())"
    assert {tuple(row)[1:] for row in policies if row[0] != "users"} == {("ALL", "PERMISSIVE", "{public}", mine, mine)}
    assert sorted(row[0] for row in policies) == sorted([*tables(world), "users"])


def test_every_foreign_key_stays_with_its_user(world: World) -> None:
    """Else a row of Bob's could point at one of Alice's, and an error would tell which ids she has."""
    keys = world.rows("""
        SELECT conname, conrelid::regclass::text AS source, confrelid::regclass::text AS target,
            (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY k(c, n)
             JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.c) AS near,
            (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(confkey) WITH ORDINALITY k(c, n)
             JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.c) AS far
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace""")
    assert keys
    for key in keys:
        common = (key["target"], key["far"]) in (("users", ["id"]), ("embedding_models", ["id"]))
        assert common or (key["near"][0], key["far"][0]) == ("user_id", "user_id"), key


def test_nothing_of_alice_is_seen_or_changed_as_bob(world: World, life: Life) -> None:
    before = world.snapshot(world.alice)
    empty = set()
    for name in tables(world):
        table, allowed = quoted(name), rights(world, name)
        if not world.value(f"SELECT count(*) FROM {table} WHERE user_id = $1", world.alice):
            empty.add(name)
        if "SELECT" not in allowed:
            continue
        for user in (world.bob, world.carol):
            assert world.as_service(user, f"SELECT FROM {table} WHERE user_id <> acting_user()") == [], name
            assert world.as_service(user, f"SELECT FROM {table} WHERE user_id = $1", world.alice) == [], name
            if "UPDATE" in allowed:
                taken = f"UPDATE {table} SET user_id = acting_user() WHERE user_id = $1 RETURNING 1"
                assert world.as_service(user, taken, world.alice) == [], name
            if "DELETE" in allowed:
                assert (
                    world.as_service(user, f"DELETE FROM {table} WHERE user_id = $1 RETURNING 1", world.alice) == []
                ), name
    assert not empty & {entity.name for entity in world.catalog.records}
    assert world.snapshot(world.alice) == before


def test_bob_can_give_alice_nothing(world: World, life: Life) -> None:
    before = world.snapshot(world.alice)
    for name in tables(world):
        allowed, table = rights(world, name), quoted(name)
        if "INSERT" not in allowed or not world.value(f"SELECT count(*) FROM {table} WHERE user_id = $1", world.bob):
            continue
        generated = [column.name for column in world.catalog.entities[name].columns if column.generated]
        columns = [
            quoted(column) for column in world.catalog.entities[name].by_name if column not in (*generated, "user_id")
        ]
        moved = (
            f"INSERT INTO {table} (user_id, {', '.join(columns)}) SELECT $1::uuid, {', '.join(columns)} FROM {table}"
        )
        with pytest.raises(DENIED, match="row-level security"):
            world.as_service(world.bob, moved, world.alice)
        if "UPDATE" in allowed:
            # What keeps a record with its owner says so before the policy does.
            with pytest.raises((DENIED, asyncpg.IntegrityConstraintViolationError)):
                world.as_service(world.bob, f"UPDATE {table} SET user_id = $1", world.alice)
    assert world.snapshot(world.alice) == before


def test_whoever_acts_as_nobody_sees_and_writes_nothing(world: World, life: Life) -> None:
    async def work() -> None:
        async with world.database.acting_as(world.bob) as connection, connection.transaction():
            await connection.execute("SET LOCAL app.user_id = ''")
            for name in tables(world):
                if "SELECT" in rights_of[name]:
                    assert await connection.fetch(f"SELECT FROM {quoted(name)}") == [], name
            assert await connection.fetch("SELECT FROM users") == []
            assert await connection.fetch("SELECT FROM search_lexical('a', NULL, NULL, NULL, 1, 9)") == []
            with pytest.raises((DENIED, asyncpg.NotNullViolationError)):
                await connection.execute("INSERT INTO notes (title) VALUES ('nobody''s')")

    rights_of = {name: rights(world, name) for name in tables(world)}
    world.run(work())


def test_nothing_is_written_behind_the_triggers(world: World, life: Life) -> None:
    """Not even one's own: the log, the records and what is found are the triggers' alone."""
    before = world.snapshot(world.bob)
    for name in sorted(WRITTEN_BY_TRIGGERS):
        for statement in (
            f"INSERT INTO {name} SELECT * FROM {name}",
            f"UPDATE {name} SET user_id = user_id",
            f"DELETE FROM {name}",
        ):
            with pytest.raises(DENIED):
                world.as_service(world.bob, statement)
    assert world.snapshot(world.bob) == before


def test_of_users_one_sees_oneself(world: World) -> None:
    assert [row[0] for row in world.as_service(world.bob, "SELECT id FROM users")] == [world.bob]
    assert world.as_service(world.bob, "UPDATE users SET email = 'x' WHERE id = $1 RETURNING 1", world.alice) == []
    assert world.as_service(world.bob, "UPDATE users SET email = 'bob@example.org' RETURNING id")[0][0] == world.bob


@pytest.fixture(scope="module", autouse=True)
def untouched(world: World) -> Iterator[None]:
    """Whatever was tried in this file, the house is in order afterwards."""
    yield
    lost = """SELECT count(*) FROM records r WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = r.user_id)"""
    assert world.value(lost) == 0
