"""What every write leaves behind, whoever writes: change sets, the log, the texts and names, what is owned, what is scrubbed."""

import io
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import Connection
from tests.specimens import Specimens
from tests.world import World

LOG = "SELECT seq, record_type, record_id, operation, before, after, origin, change_set_id FROM change_log WHERE user_id = $1 AND seq > $2 ORDER BY seq"
_NOTHING_OF = {"users", "link_types", "schema_migrations", "user_clocks", "change_sets"}


class Watch:
    """What the log says from here on."""

    def __init__(self, world: World, user: UUID) -> None:
        self._world, self._user = world, user
        self._from = world.value("SELECT coalesce(max(seq), 0) FROM change_log WHERE user_id = $1", user)

    def lines(self) -> list[Any]:
        found = self._world.rows(LOG, self._user, self._from)
        assert [row["seq"] for row in found] == list(range(self._from + 1, self._from + 1 + len(found))), "no gap"
        self._from += len(found)
        return found

    def said(self) -> list[tuple[str, str, Any, Any]]:
        return [(row["record_type"], row["operation"], row["before"], row["after"]) for row in self.lines()]


@pytest.fixture
def watch(world: World) -> Watch:
    return Watch(world, world.alice)


def make(world: World, type_: str, **values: Any) -> str:
    query = f"mutation($i: Create{type_}Input!) {{ made: create{type_}(input: $i) {{ id }} }}"
    return str(world.ask(query, i=values)["made"]["id"])


def do(world: World, call: str, id_: str) -> Any:
    return world.ask(f"mutation($id: ID!) {{ {call} }}", id=id_)


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
        for column in entity.tagged("volatile"):
            id_ = specimens.create(entity, world.alice)
            was = world.rows(f"SELECT updated_at FROM {entity.name} WHERE id = $1", id_)[0][0]
            watch.lines()
            changed = world.execute(
                f"UPDATE {entity.name} SET {column} = NULL WHERE id = '{id_}' AND {column} IS NOT NULL"
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


# Deleting and restoring


def alive(world: World, *ids: str) -> list[bool]:
    return [world.value("SELECT deleted_at IS NULL FROM records WHERE id = $1", UUID(id_)) for id_ in ids]


def test_what_is_owned_goes_along_and_comes_back(world: World, watch: Watch) -> None:
    book = make(world, "AddressBook", displayName="all")
    contact = make(world, "Contact", fn="Ana", addressBookId=book)
    kept, gone_before = (
        make(world, "ContactEmail", contactId=contact, email=f"{name}@x.org") for name in ("kept", "gone")
    )
    project = make(world, "Project", name="not owned")
    remark = make(world, "Annotation", body="about Ana", subjectId=contact, subjectType="contact")
    do(world, "deleteContactEmail(id: $id) { id }", gone_before)
    watch.lines()
    do(world, "deleteAddressBook(id: $id) { id }", book)
    lines = watch.lines()
    assert alive(world, book, contact, kept, gone_before, remark, project) == [False] * 5 + [True]
    assert {(line["record_type"], line["operation"]) for line in lines} == {
        (t, "delete") for t in ("address_book", "contact", "contact_email", "annotation")
    }
    assert len({line["change_set_id"] for line in lines}) == 1
    assert len(lines) == 4
    do(world, "restore(id: $id) { id }", book)
    assert alive(world, book, contact, kept, gone_before, remark) == [True, True, True, False, True], (
        "that set, and no more"
    )
    assert [line["operation"] for line in watch.lines()] == ["restore"] * 4


def test_a_loop_of_remarks_goes_once(world: World) -> None:
    one = make(world, "Annotation", body="one", targetUrl="https://x.org")
    two = make(world, "Annotation", body="two", subjectId=one, subjectType="annotation")
    world.ask(
        'mutation($a: ID!, $b: ID!) { updateAnnotation(id: $a, input: {subjectId: $b, subjectType: "annotation"}) { id } }',
        a=one,
        b=two,
    )
    do(world, "delete(id: $id) { id }", one)
    assert alive(world, one, two) == [False, False]
    do(world, "restore(id: $id) { id }", one)
    assert alive(world, one, two) == [True, True]
    do(world, "purge(id: $id)", one)
    assert world.value("SELECT count(*) FROM records WHERE id = $1 OR id = $2", UUID(one), UUID(two)) == 0


def test_a_living_twin_is_in_the_way(world: World) -> None:
    calendar = make(world, "Calendar", displayName="c")
    event = make(world, "Event", dtstart="2024-01-01T10:00:00Z", calendarId=calendar, uid="same", summary="first")
    guest = make(world, "EventAttendee", eventId=event, calAddress="mailto:a@x.org")
    do(world, "delete(id: $id) { id }", event)
    twin = make(world, "Event", dtstart="2024-01-01T10:00:00Z", calendarId=calendar, uid="same", summary="second")
    before = world.snapshot(world.alice)
    for restore in ("restore", "restoreEvent"):
        assert world.code(f"mutation($id: ID!) {{ {restore}(id: $id) {{ id }} }}", id=event) == "CONFLICT"
    assert world.snapshot(world.alice) == before
    do(world, "delete(id: $id) { id }", twin)
    do(world, "restore(id: $id) { id }", event)
    assert alive(world, event, guest, twin) == [True, True, False]


def test_a_change_to_what_is_deleted_is_refused(world: World) -> None:
    id_ = make(world, "Note", title="deleted")
    do(world, "delete(id: $id) { id }", id_)
    assert world.code('mutation($id: ID!) { updateNote(id: $id, input: {title: "x"}) { id } }', id=id_) == "NOT_FOUND"


# Purging


def everywhere(world: World, word: str) -> set[str]:
    """The tables in which a word stands anywhere."""
    tables = [
        name
        for name in world.column(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    ]
    return {
        table
        for table in tables
        if table not in _NOTHING_OF
        and world.value(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE strpos(t::text, $1) > 0)', word)
    }


def test_a_purge_leaves_nothing(world: World, watch: Watch) -> None:
    """Of the record and all it owns nothing is left: neither in the tables nor in the log, the edges, the raw copies."""
    word = "xyzzyplugh"
    contact = make(world, "Contact", fn=f"Ana {word}", note=word, customFields={"a": word})
    email = make(world, "ContactEmail", contactId=contact, email=f"{word}@x.org")
    other = make(world, "Note", title="stays")
    connector = make(world, "SyncConnector", connectorType="vcard", displayName="v", identity="vcard:x")
    link = 'mutation($a: ID!, $b: ID!, $p: JSON) { link(source: $a, target: $b, relation: "KNOWS", properties: $p) { id } }'
    world.ask(link, a=contact, b=other, p={"how": word})
    undone = world.ask(link, a=other, b=email, p={"how": word})["link"]["id"]
    do(world, "unlink(id: $id)", undone)
    raw = "INSERT INTO raw_records (record_id, media_type, payload, sha256) VALUES ($1, 'text/vcard', $2, sha256($2))"
    world.as_service(world.alice, raw, UUID(contact), word.encode())
    mapping = "INSERT INTO sync_mappings (connector_id, remote_id, record_type, record_id, base) VALUES ($1, 'r', 'contact', $2, $3)"
    world.as_service(world.alice, mapping, UUID(connector), UUID(contact), {"fn": word})
    pending = "INSERT INTO pending_links (source_id, relation, key, target) VALUES ($1, 'LINKS_TO', 'k', $2)"
    world.as_service(world.alice, pending, UUID(contact), word)
    world.ask('mutation($id: ID!) { updateContact(id: $id, input: {fn: "renamed"}) { id } }', id=contact)
    assert {
        "contacts",
        "contact_emails",
        "change_log",
        "record_texts",
        "entity_links",
        "sync_mappings",
        "pending_links",
    } <= everywhere(world, word)
    watch.lines()
    do(world, "purge(id: $id)", contact)
    assert everywhere(world, word) == set()
    assert world.value("SELECT count(*) FROM raw_records") == 0
    operations = {(line["record_type"], line["operation"]) for line in watch.lines()}
    assert operations == {("contact", "purge"), ("contact_email", "purge"), ("entity_link", "unlink")}
    assert {row[0] for row in world.rows("SELECT operation FROM change_log WHERE record_id = $1", UUID(contact))} == {
        "insert",
        "update",
        "purge",
    }
    assert alive(world, other) == [True]


def test_what_referred_to_the_purged_lets_go(world: World, watch: Watch) -> None:
    notebook = make(world, "Notebook", title="gone")
    inside, below = (
        make(world, "Note", title="in it", notebookId=notebook),
        make(world, "Notebook", title="below", parentId=notebook),
    )
    watch.lines()
    do(world, "purge(id: $id)", notebook)
    data = world.ask(
        "query($a: ID!, $b: ID!) { note(id: $a) { notebookId notebook { id } } notebook(id: $b) { parentId } }",
        a=inside,
        b=below,
    )
    assert data == {"note": {"notebookId": None, "notebook": None}, "notebook": {"parentId": None}}
    assert [operation for _, operation, _, _ in watch.said()] == ["update", "update", "purge"]


def test_what_cannot_let_go_is_in_the_way(world: World) -> None:
    waiting, needed = make(world, "Task", summary="waits"), make(world, "Task", summary="first")
    make(world, "TaskDependency", taskId=waiting, dependsOnId=needed)
    before = world.snapshot(world.alice)
    assert world.code("mutation($id: ID!) { purge(id: $id) }", id=needed) == "BROKEN_REFERENCE"
    assert world.snapshot(world.alice) == before
    do(world, "purge(id: $id)", waiting)
    do(world, "purge(id: $id)", needed)


# Custom fields, edges, texts, names

values = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé\"\\", max_size=3),
                      lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abé"), inner, max_size=3), max_leaves=6)  # fmt: skip
objects = st.dictionaries(st.sampled_from("abcé"), values, max_size=4)


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as it is written there."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(objects, st.lists(objects, max_size=3))
def test_custom_fields_merge(world: World, first: dict[str, Any], patches: list[dict[str, Any]]) -> None:
    id_ = make(world, "Note", customFields=first)
    wanted: Any = first
    for patch in patches:
        wanted = merged(wanted, patch)
        query = "mutation($id: ID!, $p: JSON) { updateNote(id: $id, input: {customFields: $p}) { customFields } }"
        assert world.ask(query, id=id_, p=patch)["updateNote"]["customFields"] == wanted


def test_edges_are_logged(world: World, watch: Watch) -> None:
    one, two = make(world, "Note", title="one"), make(world, "Note", title="two")
    link = 'mutation($a: ID!, $b: ID!, $w: Float!) { link(source: $a, target: $b, relation: "WITH", weight: $w, properties: {k: 1}) { id } }'
    watch.lines()
    edge = world.ask(link, a=one, b=two, w=0.5)["link"]["id"]
    assert world.ask(link, a=one, b=two, w=0.75)["link"]["id"] == edge
    do(world, "unlink(id: $id)", edge)
    said = watch.said()
    assert [(type_, operation, after["weight"]) for type_, operation, _, after in said] == [
        ("entity_link", "link", 0.5), ("entity_link", "relink", 0.75), ("entity_link", "unlink", 0.75)]  # fmt: skip
    assert {**said[0][3], "weight": 0} == {"source_type": "note", "source_id": one, "relation": "WITH", "target_type": "note", "target_id": two,
                                           "kind": "manual", "confidence": 1, "weight": 0, "properties": {"k": 1}}  # fmt: skip
    assert world.ask(link, a=one, b=two, w=1)["link"]["id"] != edge
    watch.lines()
    world.as_service(world.alice, "DELETE FROM entity_links WHERE source_id = $1", UUID(one))
    assert watch.said() == [("entity_link", "unlink", None, None)]


def test_structural_edges_are_no_ones_to_edit(world: World, watch: Watch) -> None:
    tag, note = make(world, "Tag", name="structural"), make(world, "Note", title="tagged")
    given_ = make(world, "RecordTag", tagId=tag, subjectId=note, subjectType="note")
    query = 'query($id: ID!) { note(id: $id) { links(relations: ["TAGGED"]) { edges { id kind node { id } } } } }'
    (edge,) = world.ask(query, id=note)["note"]["links"]["edges"]
    assert (edge["kind"], edge["node"]["id"]) == ("STRUCTURAL", tag)
    assert world.code("mutation($id: ID!) { unlink(id: $id) }", id=edge["id"]) == "BAD_ARGUMENT"
    do(world, "delete(id: $id) { id }", given_)
    assert world.ask(query, id=note)["note"]["links"]["edges"] == []
    do(world, "restore(id: $id) { id }", given_)
    assert len(world.ask(query, id=note)["note"]["links"]["edges"]) == 1
    assert "entity_link" not in {type_ for type_, *_ in watch.said()}


def test_texts_and_names_follow_the_record(world: World) -> None:
    id_ = make(
        world,
        "Note",
        title="  Crème\n brûlée ",
        aliases=["Dessert", "DESSERT", "a/b/Nested.md", "", "x" * 2000],
        content="first words",
    )

    def state() -> tuple[str, list[str], list[str]]:
        uuid = UUID(id_)
        names = "SELECT DISTINCT key FROM record_names WHERE id = $1 ORDER BY key"
        return (world.value("SELECT label FROM records WHERE id = $1", uuid), world.column(names, uuid),
                world.column("SELECT body FROM record_texts WHERE id = $1 ORDER BY chunk", uuid))  # fmt: skip

    def update(**given: Any) -> None:
        world.ask("mutation($id: ID!, $i: UpdateNoteInput!) { updateNote(id: $id, input: $i) { id } }", id=id_, i=given)

    def found(word: str) -> bool:
        return {"id": id_} in world.ask("query($q: String!) { search(query: $q) { nodes { id } } }", q=word)["search"][
            "nodes"
        ]

    assert state()[:2] == ("Crème brûlée", ["a/b/nested", "crème brûlée", "dessert", "nested"])
    assert found("words")
    update(aliases=[], content="second version")
    assert state() == ("Crème brûlée", ["crème brûlée"], ["second version"])
    assert (found("first"), found("second"), found("creme")) == (False, True, True)
    update(title="", content="")
    assert (state()[0], state()[1]) == ("Note", [])
    assert not found("second")
    update(content="only content, in\nmany   lines " + "z" * 400)
    assert state()[0].startswith("only content, in many lines zzz")
    assert len(state()[0]) <= 200
    do(world, "delete(id: $id) { id }", id_)
    assert not found("content")
    do(world, "restore(id: $id) { id }", id_)
    assert found("content")


def test_long_texts_stand_in_pieces(world: World) -> None:
    words = " ".join(f"w{n}" for n in range(60_000))
    id_ = make(world, "Note", title="long", content=words)
    assert world.value("SELECT count(*) FROM record_texts WHERE id = $1", UUID(id_)) > 1
    found = world.ask('{ search(query: "w59999", types: [NOTE]) { totalCount nodes { id } edges { snippet } } }')[
        "search"
    ]
    assert (found["totalCount"], found["nodes"]) == (1, [{"id": id_}])
    assert "w59999" in found["edges"][0]["snippet"]
    both = world.ask('{ search(query: "long", types: [NOTE]) { totalCount } }')["search"]
    assert both["totalCount"] == 1, "a record is found once, however many pieces it has"


def test_what_a_row_becomes_in_the_records(world: World) -> None:
    """The moment on the timeline is the column of the type, else the creation; whoever changes it."""
    event = make(world, "Event", startDate="2024-05-06", summary="day")
    note = make(world, "Note", title="undated")
    at = "SELECT at::text FROM records WHERE id = $1"
    assert world.value(at, UUID(event)) == "2024-05-06 00:00:00+00"
    world.ask(
        'mutation($id: ID!) { updateEvent(id: $id, input: {startDate: null, dtstart: "2025-01-02T03:04:05+01:00"}) { id } }',
        id=event,
    )
    assert world.value(at, UUID(event)) == "2025-01-02 02:04:05+00"
    world.rows("UPDATE notes SET created_at = '2001-01-01' WHERE id = $1", UUID(note))
    assert world.value(at, UUID(note)) == "2001-01-01 00:00:00+00"
    assert (
        json.dumps(world.ask("query($id: ID!) { node(id: $id) { createdAt } }", id=note))
        == '{"node": {"createdAt": "2001-01-01T00:00:00+00:00"}}'
    )
