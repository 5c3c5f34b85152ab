"""Bad input of every kind: a clear error with a code, nothing half-written, and nothing of the inside shows."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest

from tests.world import World

UNKNOWN = "00000000-0000-4000-8000-000000000000"
HOSTILE = [
    "'; DROP TABLE notes; --",
    '"; --',
    "$1",
    "%s",
    "{row}",
    "${x}",
    "\\'",
    "E'\\x41'",
    "a\nb",
    "/*",
    "🧨",
    "\u202e",
    "NULL",
    "ⓝ",
]
NOTES = "query($f: NoteFilter, $n: Int, $l: Int, $a: String, $b: String) { notes(filter: $f, first: $n, last: $l, after: $a, before: $b) { totalCount nodes { id } } }"
CREATE = "mutation($i: CreateNoteInput!) { createNote(input: $i) { id } }"


@pytest.fixture(scope="module")
def note(world: World) -> dict[str, str]:
    made: dict[str, str] = world.ask('mutation { createNote(input: {title: "here"}) { id updatedAt } }')["createNote"]
    return made


@pytest.fixture(scope="module")
def tag(world: World) -> str:
    return str(world.ask('mutation { createTag(input: {name: "taken"}) { id } }')["createTag"]["id"])


def refused(world: World, query: str, code: str, **variables: Any) -> str:
    """Both paths refuse with this code and the same words; nothing is written, nothing of the inside shows. Gives the words."""
    writes = query.startswith("mutation")
    before = world.snapshot(world.alice) if writes else {}
    answers = [json.loads(world.body(query, variables, engine=engine)) for engine in (world.engine, world.loaders)]
    assert not writes or world.snapshot(world.alice) == before
    assert answers[0] == answers[1]
    assert [error["extensions"]["code"] for error in answers[0]["errors"]] == [code], answers[0]
    words: str = answers[0]["errors"][0]["message"]
    for inside in (
        "Traceback",
        "asyncpg",
        "SELECT",
        "INSERT",
        "UPDATE",
        "/work",
        'relation "',
        str(world.alice),
        "violates",
    ):
        assert inside not in words
    return words


# Ids


@pytest.mark.parametrize(
    "id_", ["", "x", "5", "' OR 1=1 --", "00000000-0000-4000-8000-00000000000", "0" * 10_000, "\x00", "ａ" * 32]
)
def test_what_is_no_id(world: World, id_: str) -> None:
    for query in ("note(id: $i) { id }", "node(id: $i) { id }", "nodes(ids: [$i]) { id }"):
        assert "is no id" in refused(world, f"query($i: ID!) {{ {query} }}", "BAD_ARGUMENT", i=id_)
    for do in ("delete(id: $i) { id }", "restore(id: $i) { id }", "purge(id: $i)", "unlink(id: $i)", "deleteNote(id: $i) { id }",
               "updateNote(id: $i, input: {}) { id }", 'link(source: $i, target: $i, relation: "X") { id }'):  # fmt: skip
        refused(world, f"mutation($i: ID!) {{ {do} }}", "BAD_ARGUMENT", i=id_)


def test_ids_of_nobody_and_of_another_type(world: World, tag: str) -> None:
    for id_ in (UNKNOWN, tag):
        assert world.ask("query($i: ID!) { note(id: $i) { id } }", i=id_) == {"note": None}
        for do in (
            "deleteNote(id: $i) { id }",
            "restoreNote(id: $i) { id }",
            'updateNote(id: $i, input: {title: "x"}) { id }',
        ):
            assert refused(world, f"mutation($i: ID!) {{ {do} }}", "NOT_FOUND", i=id_) == f"There is no note {id_}."
    assert (
        world.ask("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=[UNKNOWN, tag, UNKNOWN, tag])["nodes"]
        == [None, {"id": tag}] * 2
    )
    refused(world, "query($i: [ID!]!) { nodes(ids: $i) { id } }", "BAD_ARGUMENT", i=[UNKNOWN] * 1001)


# Pages and cursors


@pytest.mark.parametrize("size", [-1, 1001, -(2**31), 2**31 - 1])
def test_pages_of_no_size(world: World, note: dict[str, str], size: int) -> None:
    """Whatever of the page is looked at, and wherever it stands."""
    page = f"(first: {size})"
    for seen in (
        "totalCount",
        "nodes { id }",
        "edges { cursor }",
        "pageInfo { hasPreviousPage }",
        "pageInfo { endCursor }",
        "__typename",
    ):
        refused(world, f"{{ notes{page} {{ {seen} }} }}", "BAD_ARGUMENT" if size < 250_000 else "TOO_MUCH")
    refused(world, NOTES, "BAD_ARGUMENT" if size < 250_000 else "TOO_MUCH", n=size)
    refused(world, NOTES, "BAD_ARGUMENT" if size < 250_000 else "TOO_MUCH", l=size)
    if size < 250_000:
        refused(
            world,
            f'{{ notebooks {{ nodes {{ id }} }} node(id: "{note["id"]}") {{ links{page} {{ nodes {{ id }} }} }} }}',
            "BAD_ARGUMENT",
        )
        refused(world, f"{{ timeline{page} {{ nodes {{ id }} }} }}", "BAD_ARGUMENT")
        refused(world, f'{{ search(query: "x", first: {size}) {{ nodes {{ id }} }} }}', "BAD_ARGUMENT")
        refused(world, f"{{ changes{page} {{ nodes {{ seq }} }} }}", "BAD_ARGUMENT")


def test_pages_asked_for_in_two_ways(world: World) -> None:
    refused(world, "{ notes(first: 1, last: 1) { totalCount } }", "BAD_ARGUMENT")
    refused(world, NOTES, "BAD_ARGUMENT", n=1, l=1)
    assert "errors" not in world.answer(NOTES, n=1, l=None)
    for size in ("99999999999", '"1"', "1.5", "true", "[1]"):
        refused(world, f"{{ notes(first: {size}) {{ totalCount }} }}", "BAD_REQUEST")


def forged(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def test_forged_cursors(world: World, note: dict[str, str]) -> None:
    cursor = world.ask("{ notes { pageInfo { endCursor } } }")["notes"]["pageInfo"]["endCursor"]
    mark, moment, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    junk = ["junk", "", "é", "=", cursor[:-4], forged(), forged(mark), forged(mark, moment), forged(mark, moment, None), forged(mark, 5, id_),
            forged(mark, moment, id_, id_), forged("other", moment, id_), forged(mark, moment, "\x00"), base64.b64encode(b"[" * 100_000).decode(),
            base64.b64encode(b"{}").decode(), base64.b64encode(b"\xff").decode(), "A" * 1_000_000]  # fmt: skip
    for each in junk:
        for bound in ("a", "b"):
            refused(world, NOTES, "BAD_CURSOR", **{bound: each})
    for bad in (
        forged(mark, "not a date", id_),
        forged(mark, moment, "no id"),
        forged(mark, moment, f"{id_}'; DROP TABLE notes; --"),
    ):
        refused(world, NOTES, "BAD_ARGUMENT", a=bad)
    refused(
        world, "query($c: String) { notes(orderBy: [TITLE_ASC], after: $c) { totalCount } }", "BAD_CURSOR", c=cursor
    )
    refused(world, "query($c: String) { changes(after: $c) { totalCount } }", "BAD_CURSOR", c=cursor)
    refused(world, "query($c: String) { timeline(after: $c) { totalCount } }", "BAD_CURSOR", c=cursor)
    refused(world, 'query($c: String) { search(query: "here", after: $c) { nodes { id } } }', "BAD_CURSOR", c=cursor)


# Filters


def test_filters_that_say_nothing(world: World) -> None:
    for bad in ({"title": None}, {"title": {"eq": None}}, {"title": {"in": None}}, {"title": {"isNull": None}}, {"or": None}, {"not": None},
                {"aliases": {"has": None}}, {"notebook": None}, {"and": [{"title": {"ne": None}}]}):  # fmt: skip
        assert "null" in refused(world, NOTES, "BAD_ARGUMENT", f=bad)
        literal = json.dumps(bad).replace('"', "")
        refused(world, f"{{ notes(filter: {literal}) {{ totalCount }} }}", "BAD_ARGUMENT")
    everything = world.ask(NOTES)
    for good in (None, {}, {"and": []}, {"not": {"or": []}}, {"title": {}}):
        assert world.ask(NOTES, f=good) == everything
    for none in ({"or": []}, {"not": {}}, {"title": {"in": []}}):
        assert world.ask(NOTES, f=none)["notes"]["totalCount"] == 0


def test_filters_with_values_that_are_none(world: World) -> None:
    for bad in ({"id": {"eq": "no id"}}, {"id": {"in": [UNKNOWN, "no id"]}}, {"title": {"eq": "a\0"}}, {"title": {"contains": "\ud800"}},
                {"sensitivity": {"eq": 70_000}}, {"createdAt": {"lt": "9999-12-31T23:59:59-23:59"}}, {"aliases": {"overlaps": ["\0"]}}):  # fmt: skip
        refused(world, NOTES, "BAD_ARGUMENT", f=bad)
    for bad in ({"sensitivity": {"eq": 2**31}}, {"createdAt": {"gt": "yesterday"}}, {"createdAt": {"gt": "2020-02-30"}}, {"createdAt": {"gt": 5}},
                {"title": {"in": [None]}}, {"title": {"like": "x"}}, {"nope": {"eq": 1}}, {"title": "x"}, {"userId": {"eq": UNKNOWN}}):  # fmt: skip
        refused(world, NOTES, "BAD_REQUEST", f=bad)
    refused(world, 'query { files(filter: {sha256: {eq: "!!"}}) { totalCount } }', "BAD_ARGUMENT")
    refused(world, 'query { files(filter: {sha256: {contains: "a"}}) { totalCount } }', "BAD_REQUEST")
    refused(world, "query { files(filter: {byteSize: {eq: 9223372036854775808}}) { totalCount } }", "BAD_REQUEST")
    refused(
        world, "query($s: TaskStatus) { tasks(filter: {status: {eq: $s}}) { totalCount } }", "BAD_REQUEST", s="NOPE"
    )
    refused(world, "{ tasks(filter: {status: {eq: needs_action}}) { totalCount } }", "BAD_REQUEST")


def test_filters_without_end(world: World) -> None:
    refused(world, NOTES, "BAD_ARGUMENT", f={"or": [{"title": {"eq": str(n)}} for n in range(300)]})
    deep: dict[str, Any] = {"title": {"eq": "x"}}
    for _ in range(150):
        deep = {"not": deep}
    assert world.ask(NOTES, f=deep)["notes"]["totalCount"] == 0
    assert world.ask(NOTES, f={"title": {"in": [str(n) for n in range(20_000)]}})["notes"]["totalCount"] == 0
    refused(world, "{ notes(orderBy: [%s]) { totalCount } }" % ("TITLE_ASC " * 9), "BAD_ARGUMENT")
    refused(world, "{ notes(orderBy: [NOPE_ASC]) { totalCount } }", "BAD_REQUEST")


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_only_texts(world: World, text: str) -> None:
    """What looks like SQL or a pattern is found as it was written, and breaks nothing."""
    id_ = world.ask(CREATE, i={"title": text, "content": text, "aliases": [text], "customFields": {text: text}})[
        "createNote"
    ]["id"]
    for condition in ({"title": {"eq": text}}, {"title": {"in": [text]}}, {"title": {"contains": text}}, {"content": {"startsWith": text}},
                      {"aliases": {"has": text}}, {"aliases": {"overlaps": [text]}}):  # fmt: skip
        assert {"id": id_} in world.ask(NOTES, f=condition)["notes"]["nodes"], condition
    literal = f"{{ notes(filter: {{title: {{eq: {json.dumps(text)}}}}}) {{ nodes {{ id customFields }} }} }}"
    assert world.ask(literal)["notes"]["nodes"] == [{"id": id_, "customFields": {text: text}}]
    for where in ({"title": {"contains": "%%"}}, {"title": {"startsWith": "_"}}):
        assert world.ask(NOTES, f=where)["notes"]["totalCount"] == 0, "no wildcards"
    assert "errors" not in world.answer("query($q: String!) { search(query: $q) { totalCount nodes { id } } }", q=text)
    alias = "".join(c if c.isascii() and c.isalnum() else "_" for c in text)
    assert world.ask(f"{{ a{alias}select: notes {{ __typename }} }}")


# Too much at once


def test_operations_that_ask_for_too_much(world: World, note: dict[str, str]) -> None:
    nested = "notes(first: 1000) { nodes { links(first: 1000) { nodes { id } } } }"
    for query in (f"{{ {nested} }}", "{ " + " ".join(f"a{n}: {nested.replace('1000', '100')}" for n in range(100)) + " }",
                  "query F { ...A ...B } fragment A on Query { x: %s } fragment B on Query { y: %s }" % (nested, nested)):  # fmt: skip
        refused(world, query, "TOO_MUCH")
    for depth, code in ((30, "TOO_MUCH"), (50, "TOO_MUCH"), (3000, "BAD_REQUEST")):
        query = "{ node(id: $i) { " + "links { nodes { " * depth + "id" + "} }" * depth + " } }"
        refused(world, query.replace("$i", json.dumps(note["id"])), code)
    many = "{ " + " ".join(f"a{n}: notes(first: 1) {{ nodes {{ ...F }} }}" for n in range(400)) + " } fragment F on Note { " + " ".join(
        f"b{n}: title" for n in range(20)) + " }"  # fmt: skip
    refused(world, many, "TOO_MUCH")
    refused(world, "{ " + "notes { totalCount } " * 8000 + " }", "BAD_REQUEST")
    hundred = world.ask("{ " + " ".join(f"a{n}: notes(first: 1) {{ nodes {{ id }} }}" for n in range(100)) + " }")
    assert len(hundred) == 100
    refused(world, "query A { ...F } fragment F on Query { ...F }", "BAD_REQUEST")


def test_operations_that_are_none(world: World) -> None:
    for query in ("", "{", "{ nope }", "{ note }", "{ notes { nodes } }", "subscription { x }", "fragment F on Note { id }", "{ notes { nodes { id(x: 1) } } }",
                  "query A { viewer { id } } query B { viewer { id } }", "query($x: Nope) { viewer { id } }", "{ notes(first: $x) { totalCount } }"):  # fmt: skip
        answer = world.answer(query)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}, query
        assert "data" not in answer
    refused(world, "query($n: Int!) { notes(first: $n) { totalCount } }", "BAD_REQUEST")
    refused(world, "query($n: Int!) { notes(first: $n) { totalCount } }", "BAD_REQUEST", n="1")


# Writing


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
