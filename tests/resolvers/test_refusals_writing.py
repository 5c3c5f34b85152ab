"""Writing what cannot be, and searching for anything: an error that says what and where, and nothing is changed."""

from uuid import uuid4

from tests.resolvers.refusing import CREATE, UNKNOWN, refused
from tests.world import World


def test_values_that_are_none(world: World) -> None:
    for bad in ({"title": "a\0b"}, {"title": "\udc00"}, {"aliases": ["\0"]}, {"customFields": {"a": "\0"}}, {"customFields": {"\ud800": 1}},
                {"customFields": {"n": 10**400}}, {"customFields": [1]}, {"customFields": "x"}, {"sensitivity": 4}, {"sensitivity": 70_000},
                {"contentFormat": "nope"}, {"id": "no id"}, {"id": "x" * 10_000}, {"notebookId": "no id"}):  # fmt: skip
        refused(world, CREATE, "BAD_ARGUMENT", i=bad)
    for bad in (
        {"title": 5},
        {"title": ["x"]},
        {"pinned": "yes"},
        {"sensitivity": 1.5},
        {"userId": UNKNOWN},
        {"createdAt": "2020-01-01"},
        {"nope": 1},
        None,
    ):
        refused(world, CREATE, "BAD_REQUEST", i=bad)
    event = "mutation($i: CreateEventInput!) { createEvent(input: $i) { id } }"
    for given in ({}, {"dtstart": "2020-01-01", "startDate": "2020-01-01"}, {"dtstart": "2020-01-01", "lat": 91},
                  {"dtstart": "2020-01-01", "duration": "P999999999999Y"}):  # fmt: skip
        refused(world, event, "BAD_ARGUMENT", i=given)
    for given in (
        {"dtstart": "soon"},
        {"startDate": "2020-13-01"},
        {"dtstart": "2020-01-01", "duration": "an hour"},
        {"status": "CONFIRMED!"},
    ):
        refused(world, event, "BAD_REQUEST", i=given)


def test_references_that_lead_nowhere(world: World, note: dict[str, str], tag: str) -> None:
    for id_ in (UNKNOWN, note["id"], tag):
        refused(world, CREATE, "BROKEN_REFERENCE", i={"notebookId": id_})
        refused(
            world,
            "mutation($n: ID!, $b: ID!) { updateNote(id: $n, input: {notebookId: $b}) { id } }",
            "BROKEN_REFERENCE",
            n=note["id"],
            b=id_,
        )
    refused(world, "mutation($i: [CreateNoteInput!]!) { createNotes(inputs: $i) { id } }", "BROKEN_REFERENCE",
            i=[{"title": "good"}, {"title": "bad", "notebookId": UNKNOWN}, {"title": "good"}])  # fmt: skip
    self_ = str(uuid4())
    refused(
        world,
        "mutation($i: CreateTagInput!) { createTag(input: $i) { id } }",
        "BAD_ARGUMENT",
        i={"id": self_, "name": "own", "parentId": self_},
    )


def test_ids_that_are_taken(world: World, note: dict[str, str], tag: str) -> None:
    refused(world, CREATE, "CONFLICT", i={"id": tag, "title": "a note with the id of a tag"})
    for id_ in (note["id"], note["id"].upper(), note["id"].replace("-", ""), f"{{{note['id']}}}"):
        assert world.ask(CREATE, i={"id": id_, "title": "again"})["createNote"]["id"] == note["id"]
    assert world.ask("query($i: ID!) { note(id: $i) { title } }", i=note["id"]) == {"note": {"title": "here"}}
    world.ask("mutation($i: ID!) { deleteNote(id: $i) { id } }", i=note["id"])
    assert world.ask("mutation($i: CreateNoteInput!) { createNote(input: $i) { deletedAt } }", i={"id": note["id"]})[
        "createNote"
    ]["deletedAt"]
    world.ask("mutation($i: ID!) { restoreNote(id: $i) { id } }", i=note["id"])


def test_keys_that_are_taken(world: World, tag: str) -> None:
    create = "mutation($i: CreateTagInput!) { createTag(input: $i) { id } }"
    assert "name" in refused(world, create, "CONFLICT", i={"name": "taken"})
    refused(
        world,
        "mutation($i: [CreateTagInput!]!) { createTags(inputs: $i) { id } }",
        "CONFLICT",
        i=[{"name": "x"}, {"name": "y"}, {"name": "x"}],
    )
    other = world.ask(create, i={"name": "other"})["createTag"]["id"]
    refused(world, 'mutation($i: ID!) { updateTag(id: $i, input: {name: "taken"}) { id } }', "CONFLICT", i=other)
    refused(world, 'mutation { upsertTag(key: {name: "other"}, input: {name: "taken"}) { id } }', "CONFLICT")
    for key in ({"name": None}, {}, {"name": "x", "nope": 1}):
        refused(world, "mutation($k: TagKey!) { upsertTag(key: $k, input: {}) { id } }", "BAD_REQUEST", k=key)
    refused(world, "mutation($k: TagKey!) { upsertTag(key: $k, input: {}) { id } }", "BAD_ARGUMENT", k={"name": ""})
    refused(world, "mutation($k: TagKey!) { upsertTag(key: $k, input: {}) { id } }", "BAD_ARGUMENT", k={"name": "\0"})


def test_changes_to_what_has_changed(world: World, note: dict[str, str]) -> None:
    update = "mutation($i: ID!, $at: DateTime, $v: UpdateNoteInput!) { updateNote(id: $i, input: $v, ifUpdatedAt: $at) { updatedAt } }"
    at = world.ask("query($i: ID!) { note(id: $i) { updatedAt } }", i=note["id"])["note"]["updatedAt"]
    now = world.ask(update, i=note["id"], at=at, v={"pinned": True})["updateNote"]["updatedAt"]
    assert now > at
    assert "meanwhile" in refused(world, update, "CONFLICT", i=note["id"], at=at, v={"pinned": False})
    refused(world, update, "CONFLICT", i=note["id"], at="2020-01-01", v={})
    refused(world, update, "NOT_FOUND", i=UNKNOWN, at=now, v={})
    refused(world, update, "BAD_REQUEST", i=note["id"], at="now", v={})
    same = now.replace("+00:00", "Z")
    assert world.ask(update, i=note["id"], at=same, v={"pinned": False})["updateNote"]["updatedAt"] > now
    refused(world, update, "BAD_ARGUMENT", i=note["id"], v={"title": None})


def test_links_that_cannot_be(world: World, note: dict[str, str], tag: str) -> None:
    link = "mutation($s: ID!, $t: ID!, $r: String!, $w: Float! = 1, $c: Float! = 1) { link(source: $s, target: $t, relation: $r, weight: $w, confidence: $c) { id } }"
    ends = {"s": note["id"], "t": tag}
    for relation in ("lower", "A-B", "", " ", "A" * 64, "É", "1A", "A;DROP", "A\0"):
        refused(world, link, "BAD_ARGUMENT", **ends, r=relation)
    for number in ({"w": -1}, {"c": 2}, {"c": -0.5}):
        refused(world, link, "BAD_ARGUMENT", **ends, r="A", **number)
    for number in ({"w": None}, {"w": "1"}):
        refused(world, link, "BAD_REQUEST", **ends, r="A", **number)
    for bad in ({"s": UNKNOWN, "t": tag}, {"s": note["id"], "t": UNKNOWN}):
        refused(world, link, "NOT_FOUND", **bad, r="A")
    world.ask("mutation($i: ID!) { delete(id: $i) { id } }", i=tag)
    refused(world, link, "NOT_FOUND", **ends, r="A")
    world.ask("mutation($i: ID!) { restore(id: $i) { id } }", i=tag)
    edge = world.ask(link, **ends, r="A")["link"]["id"]
    world.ask("mutation($i: ID!) { unlink(id: $i) }", i=edge)
    refused(world, "mutation($i: ID!) { unlink(id: $i) }", "NOT_FOUND", i=edge)
    refused(world, "mutation($i: ID!) { unlink(id: $i) }", "NOT_FOUND", i=note["id"])


def test_searches_for_anything(world: World) -> None:
    query = "query($q: String!, $m: [RecordType!]) { search(query: $q, types: $m) { totalCount nodes { id } edges { snippet } } }"
    for nothing in (
        "",
        " ",
        "-",
        '"',
        '""',
        "& | ! <-> ( ' :* \\",
        "-here",
        "a" * 1000,
        "()" * 400,
        '" OR "',
        "'",
        ":*",
        "\\",
        "🧨",
    ):
        assert "errors" not in world.answer(query, q=nothing), nothing
    for bad in ("a\0", "\ud800", "a" * 100_000):
        refused(world, query, "BAD_ARGUMENT", q=bad)
    refused(world, query, "BAD_REQUEST", q="x", m=["NOPE"])
    refused(world, '{ search(query: "x", since: "long ago") { totalCount } }', "BAD_REQUEST")


def test_errors_of_the_inside_are_masked(world: World) -> None:
    """What nobody foresaw is logged and not shown."""
    world.execute("ALTER TABLE habits RENAME COLUMN rrule TO gone")
    try:
        answer = world.answer("{ habits { nodes { name rrule } } }")
        assert [error["extensions"] for error in answer["errors"]] == [{"code": "INTERNAL_ERROR"}]
        assert "habits" not in answer["errors"][0]["message"]
        assert answer["data"] is None
    finally:
        world.execute("ALTER TABLE habits RENAME COLUMN gone TO rrule")
