"""What every write leaves behind, whoever writes: change sets and the log; who may write at all."""

import io
from uuid import uuid4

import asyncpg
import pytest

from graph.database import Connection
from tests.graph.watching import Watch, do, make
from tests.specimens import Specimens
from tests.world import World

# Change sets and the log


def test_a_mutation_is_one_change_set(world: World, watch: Watch) -> None:
    data = world.ask('mutation { createNotes(inputs: [{title: "a"}, {title: "b", pinned: true}]) { id } }')
    lines = watch.lines()
    assert [(line["operation"], str(line["record_id"])) for line in lines] == [
        ("insert", note["id"]) for note in data["createNotes"]
    ]
    assert len({line["change_set_id"] for line in lines}) == 1
    world.ask('mutation { createNote(input: {title: "in one statement"}) { id title } }')
    lines += watch.lines()
    assert (
        {line["origin"] for line in lines}
        == {"graphql"}
        == set(world.column("SELECT source FROM change_sets WHERE id = $1", lines[0]["change_set_id"]))
    )
    world.ask('mutation { a: createNote(input: {title: "c"}) { id } b: createNote(input: {title: "d"}) { id } }')
    assert len({line["change_set_id"] for line in watch.lines()}) == 2


def test_a_write_names_its_change_set_and_origin(world: World, watch: Watch) -> None:
    wanted = uuid4()

    async def work(connection: Connection) -> None:
        await connection.execute("INSERT INTO notes (title) VALUES ('one')")
        await connection.execute("UPDATE notes SET pinned = true WHERE title = 'one'")

    for _ in range(2):  # a long import is one change set of many transactions
        world.run(world.database.write(world.alice, work, origin="import", change_set=wanted))
    assert {(line["change_set_id"], line["origin"]) for line in watch.lines()} == {(wanted, "import")}


def test_what_fails_leaves_nothing(world: World, watch: Watch) -> None:
    before = world.snapshot(world.alice)

    async def work(connection: Connection) -> None:
        await connection.execute("INSERT INTO notes (title) VALUES ('gone')")
        await connection.execute("INSERT INTO notes (title, notebook_id) VALUES ('broken', gen_random_uuid())")

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        world.run(world.database.write(world.alice, work))
    assert world.snapshot(world.alice) == before
    assert watch.lines() == []


def test_the_log_says_what_changed_and_nothing_else(world: World, watch: Watch) -> None:
    id_ = make(world, "Note", title="A", content="text", customFields={"x": 1})
    ((_, _, before, after),) = watch.said()
    assert before is None
    assert (after["title"], after["content"], after["custom_fields"], after["pinned"]) == ("A", "text", {"x": 1}, False)
    assert not {"id", "user_id", "deleted_at", "notebook_id"} & after.keys(), "neither keys nor what is empty"
    world.ask(
        'mutation($id: ID!) { updateNote(id: $id, input: {title: "B", pinned: false, customFields: {y: 2}}) { id } }',
        id=id_,
    )
    assert watch.said() == [
        ("note", "update", {"title": "A", "custom_fields": {"x": 1}}, {"title": "B", "custom_fields": {"x": 1, "y": 2}})
    ]
    world.ask('mutation($id: ID!) { updateNote(id: $id, input: {title: "B"}) { id } }', id=id_)
    assert watch.said() == [], "nothing changed, nothing is said"
    do(world, "deleteNote(id: $id) { id }", id_)
    ((_, operation, before, after),) = watch.said()
    assert (operation, before, list(after)) == ("delete", {"deleted_at": None}, ["deleted_at"])
    do(world, "restore(id: $id) { id }", id_)
    ((_, operation, _, after),) = watch.said()
    assert (operation, after) == ("restore", {"deleted_at": None})


def test_quiet_columns_neither_touch_nor_log(world: World, watch: Watch) -> None:
    specimens = Specimens(world)
    for entity in world.catalog.records:
        for column in sorted(set(entity.tagged("volatile")) - set(entity.tagged("derived"))):
            id_ = specimens.create(entity, world.alice)
            was = world.rows(f"SELECT updated_at FROM {entity.name} WHERE id = $1", id_)[0][0]
            watch.lines()
            empty = "NULL" if entity.by_name[column].nullable else entity.by_name[column].default
            changed = world.execute(
                f"UPDATE {entity.name} SET {column} = {empty} WHERE id = '{id_}' AND {column} IS DISTINCT FROM {empty}"
            )
            assert changed == "UPDATE 1"
            assert world.value(f"SELECT updated_at FROM {entity.name} WHERE id = $1", id_) == was
            assert watch.lines() == [], (entity.name, column)


def test_secrets_are_never_logged(world: World, watch: Watch) -> None:
    specimens = Specimens(world)
    for entity in world.catalog.records:
        secrets = [column.name for column in entity.columns if column.secret]
        if secrets:
            id_ = specimens.create(entity, world.alice, specimens.variants(entity)[-1])
            world.rows(f"UPDATE {entity.name} SET deleted_at = now() WHERE id = $1", id_)
            for line in watch.lines():
                assert not set(secrets) & {*(line["before"] or ()), *(line["after"] or ())}


# Any writer is covered


def test_a_bare_service_client_is_covered(world: World, watch: Watch) -> None:
    (row,) = world.as_service(
        world.alice,
        "INSERT INTO notes (title, aliases, content) VALUES ('Bare', '{Naked}', 'unclothed') RETURNING id, user_id",
    )
    assert row["user_id"] == world.alice
    assert [(line["operation"], line["origin"]) for line in watch.lines()] == [("insert", "sql")]
    assert world.value("SELECT label FROM records WHERE id = $1", row["id"]) == "Bare"
    assert set(world.column("SELECT key FROM record_names WHERE id = $1", row["id"])) == {"bare", "naked"}
    assert {"id": str(row["id"])} in world.ask('{ search(query: "unclothed") { nodes { id } } }')["search"]["nodes"]
    upsert = "INSERT INTO tags (name, color) VALUES ('upserted', $1) ON CONFLICT (user_id, name) WHERE deleted_at IS NULL DO UPDATE SET color = excluded.color"
    for color in ("red", "red", "blue"):
        world.as_service(world.alice, upsert, color)
    assert [line["operation"] for line in watch.lines()] == ["insert", "update"]
    world.as_service(world.alice, "UPDATE notes SET title = title || '!' WHERE title LIKE 'Bare%'")
    assert [line["after"] for line in watch.lines()] == [{"title": "Bare!"}]
    world.as_service(world.alice, "DELETE FROM notes WHERE title = 'Bare!'")
    assert [line["operation"] for line in watch.lines()] == ["purge"]
    assert world.value("SELECT count(*) FROM records WHERE id = $1", row["id"]) == 0


@pytest.mark.parametrize("statement", [
    "INSERT INTO notes (user_id, title) VALUES ($1, 'planted')",
    "INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id) SELECT $1, type, id, 'X', type, id FROM records LIMIT 1",
    "UPDATE notes SET user_id = $1", "UPDATE notes SET id = gen_random_uuid()", "UPDATE records SET label = 'x' WHERE user_id <> $1",
    "INSERT INTO change_log SELECT * FROM change_log WHERE user_id <> $1", "DELETE FROM change_log WHERE user_id <> $1",
    "UPDATE user_clocks SET txid = '1' WHERE user_id <> $1", "DELETE FROM record_texts WHERE user_id <> $1", "DELETE FROM users WHERE id <> $1",
    "UPDATE users SET role = 'owner' WHERE id <> $1", "SELECT take_clock($1)", "SELECT last_seq($1)", "SELECT open_change_set($1, $1)",
    "INSERT INTO users (id, preferred_username) VALUES ($1, 'x')", "TRUNCATE notes", "CREATE TABLE mine (id uuid)",
])  # fmt: skip
def test_the_service_cannot_reach_beyond(world: World, statement: str) -> None:
    """Not another user's rows, not the ledgers, not the functions behind the triggers."""
    world.as_service(world.bob, "INSERT INTO notes (title) VALUES ('of Bob')")
    before = world.snapshot(world.alice), world.snapshot(world.bob)
    arguments = [world.alice] if "$1" in statement else []
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError)):
        world.as_service(world.bob, statement, *arguments)
    assert (world.snapshot(world.alice), world.snapshot(world.bob)) == before


def test_the_service_without_a_user_sees_nothing(world: World) -> None:
    make(world, "Note", title="hidden")

    async def work() -> tuple[int, int]:
        async with world.database.acting_as(world.alice) as connection, connection.transaction():
            await connection.execute("SET LOCAL app.user_id = ''")
            with pytest.raises(asyncpg.PostgresError):
                async with connection.transaction():
                    await connection.execute("INSERT INTO notes (title) VALUES ('nobody''s')")
            return await connection.fetchval("SELECT count(*) FROM notes"), await connection.fetchval(
                "SELECT count(*) FROM records"
            )

    assert world.run(work()) == (0, 0)


def test_the_owners_copy_is_covered(world: World, watch: Watch) -> None:
    bob = Watch(world, world.bob)
    rows = [(world.alice, uuid4(), f"copied {n}", f"body of copy {n}") for n in range(20)] + [
        (world.bob, uuid4(), "his", "copy of Bob")
    ]
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    world.run(
        world.owner.copy_to_table(
            "notes", source=io.BytesIO(text.encode()), columns=["user_id", "id", "title", "content"]
        )
    )
    lines = watch.lines()
    assert [line["record_id"] for line in lines] == [row[1] for row in rows[:-1]]
    assert len({line["change_set_id"] for line in lines}) == 1
    assert [line["record_id"] for line in bob.lines()] == [rows[-1][1]]
    assert (
        world.ask('{ search(query: "copy", types: [NOTE], first: 100) { totalCount } }')["search"]["totalCount"] == 20
    )
    assert world.value("SELECT count(*) FROM record_names WHERE id = ANY ($1)", [row[1] for row in rows]) == 21
