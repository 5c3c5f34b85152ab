"""Suggestions through GraphQL: the list, yes and no."""

from graph.changes.worker import Worker
from graph.extraction.linker import Linker
from graph.extraction.recogniser import Recogniser
from tests.world import World

LIST = """query ($after: String, $state: SuggestionState, $source: ID) {
  suggestions(first: 2, after: $after, state: $state, source: $source) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
    nodes { id relation state confidence reason passage spans { column start end text } createdAt decidedAt
            source { label recordType ... on Note { content } } target { id label links { totalCount } } } } }"""
DECIDE = "mutation ($id: ID!) { %sSuggestion(id: $id) { id state decidedAt source { links { nodes { label } } } } }"


def _prepare(world: World) -> str:
    create = 'mutation ($n: [CreateNoteInput!]!) { createContact(input: {fn: "Ana Horvat", nGiven: "Ana"}) { id } createNotes(inputs: $n) { id } }'
    notes = [{"title": f"Day {n}", "content": f"On day {n} Ana came."} for n in range(3)]
    made = world.ask(create, n=notes)
    world.run(Worker(world.database, [Linker(world.catalog), Recogniser(world.catalog)]).round())
    id_: str = made["createNotes"][0]["id"]
    return id_


def test_a_person_decides(world: World) -> None:
    note = _prepare(world)
    page = world.ask(LIST)["suggestions"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"], len(page["nodes"])) == (3, True, 2)
    rest = world.ask(LIST, after=page["pageInfo"]["endCursor"])["suggestions"]
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
    assert len({edge["node"]["id"] for edge in page["edges"] + rest["edges"]}) == 3
    (mine,) = world.ask(LIST, source=note)["suggestions"]["nodes"]
    assert (mine["relation"], mine["state"], mine["confidence"], mine["reason"]) == (
        "MENTIONS",
        "OPEN",
        0.5,
        "first name",
    )
    assert mine["passage"] == mine["source"]["content"] == "On day 0 Ana came."
    assert mine["spans"] == [{"column": "content", "start": 9, "end": 12, "text": "Ana"}]
    assert (mine["target"]["label"], mine["target"]["links"]["totalCount"]) == ("Ana Horvat", 0)

    accepted = world.ask(DECIDE % "accept", id=mine["id"])["acceptSuggestion"]
    assert (accepted["state"], accepted["source"]["links"]["nodes"]) == ("ACCEPTED", [{"label": "Ana Horvat"}])
    rejected = world.ask(DECIDE % "reject", id=mine["id"])["rejectSuggestion"]
    assert (rejected["state"], rejected["source"]["links"]["nodes"]) == ("REJECTED", [])
    assert world.ask(LIST)["suggestions"]["totalCount"] == 2
    assert world.ask(LIST, state="REJECTED")["suggestions"]["nodes"][0]["id"] == mine["id"]


def test_nobody_else_sees_or_decides(world: World) -> None:
    (id_, *_) = world.column("SELECT id FROM suggestions WHERE state = 'open'")
    assert world.ask(LIST, user=world.bob)["suggestions"]["totalCount"] == 0
    before = world.snapshot(world.alice)
    for decision in ("accept", "reject"):
        assert world.code(DECIDE % decision, user=world.bob, id=str(id_)) == "NOT_FOUND"
        assert world.code(DECIDE % decision, id="00000000-0000-0000-0000-000000000000") == "NOT_FOUND"
        assert world.code(DECIDE % decision, id="nonsense") == "BAD_ARGUMENT"
    assert world.snapshot(world.alice) == before
    mine = "UPDATE suggestions SET state = 'accepted', decided_at = now() RETURNING id"
    assert world.as_service(world.bob, mine) == []


def test_bad_pages(world: World) -> None:
    assert world.code(LIST, after="nonsense") == "BAD_CURSOR"
    for first in ("-1", "100001"):
        assert world.code("{ suggestions(first: %s) { totalCount } }" % first) == "BAD_ARGUMENT"
    assert world.ask("{ suggestions(first: 0) { totalCount nodes { id } } }")["suggestions"]["nodes"] == []
