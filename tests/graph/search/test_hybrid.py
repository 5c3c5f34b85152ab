"""Words, meaning and links as one list, and heat: what is found, why, in which order, page by page, for whom."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.search.shelf import Shelf, labels
from tests.world import World

BEACH, TAXES = "[1, 0, 0]", "[0, 1, 0]"
QUESTIONS = {
    "beach trip": "[1, 0.1, 0]", "tax return": "[0.1, 1, 0]", "ordinary": "[0, 0, 1]", "Marisol": "[0, 0, 1]",
    "zzz": "[0.5, 0.5, 0]",
}  # fmt: skip
HITS = {
    "Calor": ("Qué calor en Valencia, el agua estaba perfecta", BEACH),
    "Beach": ("A trip to the beach with <sand> everywhere", "[0.9, 0.2, 0]"),
    "Hacienda": ("Los impuestos de este año", TAXES),
    "Trip wires": ("How to trip a fuse", "[0, 0.1, 1]"),
    "Unrelated": ("Nothing of the kind", "[0, 0, 1]"),
}


@pytest.fixture(scope="module")
def shelf(world: World) -> Shelf:
    shelf = Shelf(world, QUESTIONS)
    for title, (content, vector) in HITS.items():
        shelf.write(title, content, vector)
    return shelf


def by_label(found: dict[str, Any]) -> dict[str, Any]:
    return {edge["node"]["label"]: edge for edge in found["edges"]}


def test_what_is_meant_is_found_beside_what_is_said(shelf: Shelf) -> None:
    found = by_label(shelf.search("beach trip"))
    assert next(iter(found)) == "Beach"
    assert "Calor" in list(found)[:3]
    assert found["Calor"]["explanation"]["lexicalRank"] is None
    assert found["Calor"]["snippet"] == "Qué calor en Valencia, el agua estaba perfecta"
    assert "<mark>beach</mark> with &lt;sand&gt;" in found["Beach"]["snippet"]


def test_each_mode_asks_its_own_signal(shelf: Shelf) -> None:
    words = by_label(shelf.search("beach trip", mode="LEXICAL"))
    assert set(words) == {"Beach", "Trip wires"}
    assert all(edge["explanation"]["semanticRank"] is None for edge in words.values())
    meaning = shelf.search("beach trip", mode="SEMANTIC")
    assert labels(meaning["edges"])[:2] == ["Calor", "Beach"]
    assert all(edge["explanation"]["lexicalRank"] is None for edge in meaning["edges"])
    assert meaning["edges"][0]["score"] == pytest.approx(1 / math.hypot(1, 0.1), rel=1e-3)


def test_what_the_question_names_is_found_with_its_links(shelf: Shelf) -> None:
    person = shelf.world.ask('mutation { createContact(input: {fn: "Marisol Vega"}) { id } }')["createContact"]["id"]
    note = shelf.write("Dinner", "At eight.")
    link = 'mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "ABOUT") { id } }'
    shelf.world.ask(link, a=note, b=person)
    found = by_label(shelf.search("when was dinner with Marisol Vega"))
    assert found["Marisol Vega"]["explanation"]["graphRank"] == 1
    assert found["Dinner"]["explanation"]["graphRank"] == 2


def test_a_misspelt_word_weighs_as_much_as_what_seems_to_be_meant(world: World, shelf: Shelf) -> None:
    shelf.write("Harbour notebook", "About the quays.")
    world.as_service(world.alice, "SELECT count_terms()")
    shelf.questions = {**QUESTIONS, "notbook": "[0, 0.1, 1]"}
    assert "Harbour notebook" in shelf.labels("notbook", first=2)


@pytest.mark.parametrize("mode", ["HYBRID", "LEXICAL", "SEMANTIC"])
@given(weight=st.floats(0, 1))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_explanation_adds_up(shelf: Shelf, mode: str, weight: float) -> None:
    found = shelf.search("beach trip", mode=mode, heat=weight)
    assert found["edges"]
    for place, edge in enumerate(found["edges"], 1):
        why = edge["explanation"]
        shares = sum(why[f"{signal}Share"] or 0 for signal in ("lexical", "semantic", "graph"))
        assert edge["score"] == pytest.approx(shares * why["heatFactor"], rel=1e-5)
        assert why["heatFactor"] == pytest.approx(1 + weight * why["heat"], rel=1e-9)
        assert 0 <= why["heat"] <= 1
        assert 1 <= why["heatFactor"] <= 1 + weight
        assert why["rank"] == place


def test_heat_lifts_and_what_it_pushes_out_can_be_asked_for(world: World, shelf: Shelf) -> None:
    cold, warm = shelf.write("Cold quince", "quince"), shelf.write("Warm", "a quince and something more besides")
    shelf.heat(warm, 6)
    assert shelf.labels("quince", mode="LEXICAL", heat=0, first=1) == ["Cold quince"]
    assert shelf.search("quince", mode="LEXICAL", heat=0, first=1)["pushedOut"] == []
    found = shelf.search("quince", mode="LEXICAL", heat=1, first=2)
    assert {edge["node"]["id"] for edge in found["edges"]} == {cold, warm}
    lifted = by_label(found)["Warm"]
    assert lifted["explanation"]["heatFactor"] > 1.9
    if lifted["explanation"]["rank"] == 1:
        pushed = shelf.search("quince", mode="LEXICAL", heat=1, first=1)["pushedOut"]
        assert labels(pushed) == ["Cold quince"]
        assert pushed[0]["explanation"] == {"rank": 2, "rankWithoutHeat": 1}


def test_a_note_of_a_second_ago_is_not_hidden(shelf: Shelf) -> None:
    hot = [shelf.write(f"Medlar {n}", "medlar") for n in range(5)]
    for id_ in hot:
        shelf.heat(id_, 3)
    shelf.write("Just now", "medlar")
    assert "Just now" in shelf.labels("medlar", heat=1, first=10)


def test_filters_hold_for_every_signal(world: World, shelf: Shelf) -> None:
    here = shelf.write("Tagged", "Sand and sea. #holiday/sea", BEACH)
    near = shelf.write("Linked", "Salt on the skin", BEACH)
    tag = world.ask('mutation { createTag(input: {name: "holiday/sea"}) { id } }')["createTag"]["id"]
    world.ask(
        "mutation($i: CreateRecordTagInput!) { createRecordTag(input: $i) { id } }",
        i={"tagId": tag, "subjectType": "note", "subjectId": here},
    )
    world.ask('mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "ABOUT") { id } }', a=near, b=here)
    for mode in ("HYBRID", "SEMANTIC"):
        assert shelf.labels("beach trip", mode=mode, tags=["#Holiday"]) == ["Tagged"]
        assert shelf.labels("beach trip", mode=mode, linked=[here]) == ["Linked"]
        assert shelf.labels("beach trip", mode=mode, tags=["holiday"], linked=[here]) == []
        assert shelf.labels("beach trip", mode=mode, types=["EVENT"]) == []
        assert shelf.labels("beach trip", mode=mode, until="2001-01-01T00:00:00Z") == []
    assert shelf.search("sand", mode="LEXICAL", tags=["holiday/sea"])["totalCount"] == 1
    assert shelf.labels("beach trip", tags=["holi"]) == []


def walk(shelf: Shelf, query: str, size: int, between: Any = None, **arguments: Any) -> list[str]:
    seen: list[str] = []
    after = None
    while True:
        page = shelf.search(query, first=size, after=after, **arguments)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]
        if between:
            between()


@pytest.mark.parametrize("mode", ["HYBRID", "LEXICAL", "SEMANTIC"])
def test_pages_are_one_list_whatever_is_written_meanwhile(shelf: Shelf, mode: str) -> None:
    made = {shelf.write(f"Sloe {n}", "sloe " * (n % 5), f"[{n}, 1, {n % 3}]") for n in range(23)}
    shelf.questions = {**QUESTIONS, "sloe": "[1, 0.2, 0]"}
    whole = [edge["node"]["id"] for edge in shelf.search("sloe", mode=mode, first=500)["edges"]]
    assert made <= set(whole)
    walked = walk(shelf, "sloe", 4, lambda: shelf.write("Sloe late", "sloe sloe", "[1, 0.2, 0]"), mode=mode)
    assert walked == whole
    backwards = shelf.search("sloe", mode=mode, last=500)
    assert len(backwards["edges"]) >= len(whole)


@pytest.mark.parametrize("mode", ["HYBRID", "SEMANTIC"])
def test_without_an_embedder_words_answer_and_it_is_said(shelf: Shelf, mode: str) -> None:
    found = shelf.search("nothing fuse", mode=mode)
    assert set(labels(found["edges"])) == {"Trip wires", "Unrelated"}
    assert found["notices"] == ["Found by words only: nobody told what this means."]
    assert shelf.search("nothing fuse", mode="LEXICAL")["notices"] == []


def test_without_an_embedder_a_search_is_not_cut_to_what_it_would_fuse(world: World, shelf: Shelf) -> None:
    fill = "INSERT INTO notes (user_id, title) SELECT $1, 'loganberry ' || n FROM generate_series(1, 160) n"
    world.run(world.owner.execute(fill, world.alice))
    assert len(shelf.search("loganberry", first=500)["edges"]) == 160
    shelf.questions = {**shelf.questions, "loganberry": BEACH}
    assert 100 <= len(shelf.search("loganberry", first=500)["edges"]) < 160


@pytest.mark.parametrize("query", ["", " ", "\t\n", "-", '""', "🎉", "‏שלום‏", "(((:*&|!", "a" * 1000, "the of and"])
@pytest.mark.parametrize("mode", ["HYBRID", "LEXICAL", "SEMANTIC"])
def test_whatever_is_typed_is_answered(shelf: Shelf, mode: str, query: str) -> None:
    shelf.search(query, mode=mode)


@pytest.mark.parametrize(
    "arguments", [{"q": "a" * 1001}, {"heat": 1.1}, {"heat": -0.1}, {"linked": ["x"]}, {"first": 1001}]
)
def test_what_cannot_be_meant_is_refused(world: World, arguments: dict[str, Any]) -> None:
    query = """query($q: String!, $heat: Float, $linked: [ID!], $first: Int) {
        search(query: $q, heatWeight: $heat, linkedTo: $linked, first: $first) { totalCount nodes { id } } }"""
    assert world.code(query, **{"q": "x", **arguments}) == "BAD_ARGUMENT"


def test_nothing_of_another_user_is_seen_or_moves_anything(shelf: Shelf) -> None:
    bob = shelf.world.bob
    before = shelf.search("beach trip", first=50)
    theirs = shelf.write("Beach trip of Bob", "beach trip " * 50, BEACH, user=bob)
    shelf.heat(theirs, 9, user=bob)
    assert shelf.search("beach trip", first=50) == before
    assert shelf.labels("beach trip", bob) == ["Beach trip of Bob"]


def test_what_is_like_a_record(shelf: Shelf) -> None:
    query = """query($id: ID!) { note(id: $id) { similar(types: [NOTE], first: 3) {
        totalCount edges { score snippet node { id label } explanation { rank similarity heatFactor } } } } }"""
    one = shelf.write("Kaki", "persimmon", "[-1, 0.5, 0.5]")
    other = shelf.write("Sharon", "a fruit", "[-1, 0.5, 0.45]")
    ways = [shelf.world.body(query, {"id": one}, engine=engine) for engine in shelf.engines]
    assert json.loads(ways[0]) == json.loads(ways[1])
    found = shelf.world.ask(query, id=one)["note"]["similar"]
    assert found["edges"][0]["node"] == {"id": other, "label": "Sharon"}
    assert found["edges"][0]["score"] > 0.99
    assert one not in [edge["node"]["id"] for edge in found["edges"]]
    assert shelf.world.ask(query, shelf.world.bob, id=one)["note"] is None
