"""Bad input of every kind: a clear error with a code, nothing half-written, and nothing of the inside shows."""

import base64
import json
from typing import Any

import pytest

from tests.resolvers.refusing import CREATE, HOSTILE, NOTES, UNKNOWN, refused
from tests.world import World

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


@pytest.mark.parametrize("seen", ["totalCount", "__typename", "notices", "nodes { id }", "pageInfo { hasNextPage }"])
def test_searches_that_cannot_be(world: World, seen: str) -> None:
    """Each argument is looked at, whether or not what is asked of the page needs it."""
    for arguments in ("heatWeight: -1.5", "heatWeight: 2", 'linkedTo: ["x"]', 'tags: ["\\u0000"]'):
        refused(world, f'{{ search(query: "x", mode: LEXICAL, {arguments}) {{ {seen} }} }}', "BAD_ARGUMENT")
    refused(
        world, f"query($q: String!) {{ search(query: $q, mode: LEXICAL) {{ {seen} }} }}", "BAD_ARGUMENT", q="x" * 1001
    )


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
