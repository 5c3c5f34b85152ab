"""What runs as the owner: a function is locked, or a known door that looks at the acting user itself."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from graph.database import Server
from resolvers.schema import Built
from tests.life import Life, Lived
from tests.world import World, new_world

ROLE = "lifeloom_service"
DENIED = asyncpg.InsufficientPrivilegeError
FOR_THE_SERVICE = {
    "begin_change": "takes the acting user's own clock",
    "count_accesses": "warms the acting user's own records",
    "count_edits": "warms what the acting user's own log tells",
    "count_terms": "counts the acting user's own words",
    "derived_under": "ids of the acting user's own edges",
    "keep_vectors": "of the acting user's own texts",
    "lexical_matches": "of the acting user",
    "lexical_words": "of the acting user",
    "model_caught_up": "goes by another model of the acting user's own",
    "passage": "of the acting user's own text",
    "pin_record": "of the acting user",
    "queue_records": "of the acting user",
    "records_within": "of the acting user",
    "register_model": "adds a model to those everybody may use, and changes none",
    "search_lexical": "of the acting user",
    "search_named": "of the acting user",
    "search_records": "of the acting user",
    "search_semantic": "of the acting user",
    "settle_texts": "of the acting user",
    "similar_records": "of the acting user",
    "snippet": "of the acting user's own text",
    "texts_changed": "of the acting user",
    "touch_record": "of the acting user",
    "users_behind": "ids of users, for the worker, which acts as each of them in turn",
    "users_to_count": "ids of users, for the counter of words, which acts as each of them in turn",
    "users_to_embed": "ids of users and models, for the embedding task, which acts as each of them in turn",
    "users_to_read": "ids of users, for the reader of names, which acts as each of them in turn",
}
"""Functions that run as the owner and that the service may call: each is a door, and says why it is one."""


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


def test_what_runs_as_the_owner_is_locked_or_a_known_door(world: World) -> None:
    functions = world.rows("""
        SELECT p.proname::text AS name, p.proconfig AS settings, has_function_privilege($1, p.oid, 'EXECUTE') AS open
        FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace""", ROLE)  # fmt: skip
    assert {row["name"] for row in functions if row["open"]} == set(FOR_THE_SERVICE)
    for row in functions:
        assert "search_path=public, pg_temp" in (row["settings"] or ()), row["name"]


def test_no_trigger_function_is_for_tables_of_ones_own(world: World) -> None:
    """On a temporary table of an attacker they would write what it says into anybody's log, as the owner."""
    opened = world.column("""
        SELECT p.proname::text FROM pg_proc p WHERE p.prorettype = 'trigger'::regtype
        AND p.pronamespace = 'public'::regnamespace AND has_function_privilege($1, p.oid, 'EXECUTE')""",
        ROLE,
    )  # fmt: skip
    assert opened == []

    async def work() -> None:
        async with world.database.acting_as(world.bob) as connection, connection.transaction():
            await connection.execute("CREATE TEMP TABLE trap (LIKE notes) ON COMMIT DROP")
            await connection.execute("""
                CREATE TRIGGER track_insert AFTER INSERT ON trap REFERENCING NEW TABLE AS new_rows
                FOR EACH STATEMENT EXECUTE FUNCTION track_insert('note', 'title', '', '', '', '', '', '1', '')""")

    with pytest.raises(DENIED):
        world.run(work())


def test_names_of_ones_own_do_not_come_before_ours(world: World, life: Life) -> None:
    """What a function of the owner calls is ours, though the session has temporary things of the same names."""

    async def work() -> list[asyncpg.Record]:
        async with world.database.acting_as(world.bob) as connection, connection.transaction():
            await connection.execute(f"""
                CREATE FUNCTION pg_temp.acting_user() RETURNS uuid LANGUAGE sql RETURN '{world.alice}'::uuid;
                CREATE TEMP TABLE records ON COMMIT DROP AS SELECT * FROM public.records;
                CREATE TEMP TABLE user_clocks (user_id uuid PRIMARY KEY, txid xid8, change_set_id uuid) ON COMMIT DROP;
                SET LOCAL search_path = pg_temp, public""")
            await connection.execute(
                "SELECT begin_change(NULL, 'graphql'); INSERT INTO notes (title) VALUES ('Trap zyx')"
            )
            assert await connection.fetch("SELECT FROM pg_temp.user_clocks") == []
            return list(await connection.fetch("SELECT r.user_id FROM search_lexical('zyx', NULL, NULL, NULL, 1, 9) s "
                                               "JOIN public.records r USING (id)"))  # fmt: skip

    assert [row[0] for row in world.run(work())] == [world.bob]


def test_the_setting_that_leaves_out_the_log_is_the_owners(world: World) -> None:
    id_: UUID = world.as_service(world.bob, "INSERT INTO notes (title) VALUES ('Kept') RETURNING id")[0][0]

    async def work() -> None:
        async with world.database.acting_as(world.bob) as connection, connection.transaction():
            await connection.execute("SET LOCAL app.purging_account = 'on'")
            await connection.execute("DELETE FROM notes WHERE id = $1", id_)

    world.run(work())
    assert world.value("SELECT count(*) FROM records WHERE id = $1", id_) == 0
    log = world.column("SELECT operation FROM change_log WHERE record_id = $1 ORDER BY seq", id_)
    assert log == ["insert", "purge"]


def test_what_a_session_says_of_itself_lands_in_its_own_log(world: World, life: Life) -> None:
    """Origins and change sets are the session's word, but they name nothing of anybody else."""
    hers: UUID = world.value("SELECT id FROM change_sets WHERE user_id = $1 LIMIT 1", world.alice)
    before = world.snapshot(world.alice)

    async def work() -> None:
        async with world.database.acting_as(world.bob) as connection, connection.transaction():
            await connection.execute("SELECT begin_change($1, $2)", hers, "x'; DROP TABLE notes; --")
            await connection.execute("INSERT INTO notes (title) VALUES ('Forged')")

    world.run(work())
    assert world.snapshot(world.alice) == before
    assert world.value("SELECT count(*) FROM change_sets WHERE id = $1 AND user_id = $2", hers, world.bob) == 1


def test_nothing_is_linked_to_what_is_anothers(world: World, life: Life) -> None:
    mine: UUID = world.value("SELECT id FROM records WHERE user_id = $1 LIMIT 1", world.bob)
    link = """INSERT INTO entity_links (source_type, source_id, relation, target_type, target_id)
              VALUES ('note', $1, 'LINKS_TO', 'note', $2)"""
    told = []
    for target in (life.everything[0], uuid4()):
        with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
            world.as_service(world.bob, link, mine, target)
        told.append(str(refused.value))
    assert told[0] == told[1], "an id of Alice's and one of nobody's give the same answer"
