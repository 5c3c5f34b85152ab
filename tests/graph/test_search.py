"""Lexical search: what is found by which words, in which order, shown how, for whom, whatever is typed or written."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.finding import SEARCH, ids, purge, search, write
from tests.world import World

NOTES = {
    "kitchen": ("Kitchen/bathroom", "By 2024-05-12, ask john.smith@example.org or call +34-612. R&D <b>bold</b>move"),
    "zürich": ("Zürich", "Café crème, naïve ŒUVRE, Straße, Ångström, Łódź, e\u0301cole, ΣΟΦΟΣ, ﬁnal ＷＩＤＥ"),
    "boats": ("Boats", "The quick brown fox jumps over the lazy dog. #harbour/quay [[Old sail]] don't l’eau"),
    "scripts": ("שלום עולם", "السلام عليكم, Привет мир, 東京都に行く, 한국어를 배우다, हिन्दी भाषा, party 🎉 over 🎂"),
    "list": ("Shopping", "apples and pears; x"),
}
FOUND = {
    "kitchen": {"kitchen"}, "bathroom": {"kitchen"}, "kitchen/bathroom": {"kitchen"}, "KITCHEN": {"kitchen"},
    "2024-05-12": {"kitchen"}, "2024-05": {"kitchen"}, "12": {"kitchen"}, "612": {"kitchen"}, "smith": {"kitchen"},
    "john.smith@exam": {"kitchen"}, "example ": {"kitchen"}, "exampl ": set(), "R&D": {"kitchen"}, "bold": {"kitchen"},
    "move": {"kitchen"}, "john smith": {"kitchen"}, "smith john": {"kitchen"}, '"smith john"': set(),
    "zurich": {"zürich"}, "ZÜRICH": {"zürich"}, "cafe creme": {"zürich"}, "CAFÉ": {"zürich"}, "oeuvre": {"zürich"},
    "strasse": {"zürich"}, "angstrom": {"zürich"}, "lodz": {"zürich"}, "école": {"zürich"}, "ecole": {"zürich"},
    "E\u0301COLE": {"zürich"}, "σοφος": {"zürich"}, "final": {"zürich"}, "wide": {"zürich"}, "ｗｉｄｅ": {"zürich"},
    "qui bro": {"boats"}, "quick bro": {"boats"}, '"quick brown"': {"boats"}, '"brown quick"': set(), '"quick fox"': set(),
    '"Quick Brown" lazy': {"boats"}, '"quick brow"': set(), '"quick brow': {"boats"}, "harbour": {"boats"},
    "#harbour": {"boats"}, "quay": {"boats"}, "sail": {"boats"}, "don't": {"boats"}, "don t": {"boats"},
    "eau": {"boats"},
    "fox -dog": set(), "fox -cat": {"boats"}, 'fox -"lazy dog"': set(), 'fox -"dog lazy"': {"boats"}, "-fox": set(),
    "fox or zurich": {"boats", "zürich"}, "fox OR zurich -dog": {"boats", "zürich"}, "-dog fox or zurich": {"zürich"},
    "nothing or zurich": {"zürich"}, "fox or -zurich": {"boats"}, "fox or": {"boats"}, "fox or nothing": {"boats"},
    "שלום": {"scripts"}, "עול": {"scripts"}, "السلام": {"scripts"}, "привет": {"scripts"}, "東京": {"scripts"},
    "京": {"scripts"}, "東京都に行く": {"scripts"}, "京東": set(), "都 東": {"scripts"}, "한국": {"scripts"},
    "हिन्दी": {"scripts"},
    "party 🎉 over": {"scripts", "boats"}, "fox zurich": {"boats", "zürich"}, "fox nothing": {"boats"}, 'fox "lazy cat"': set(), "🎉": set(), "x": {"list"}, "a": set(), "ap": {"list"}, "and pears": {"list"},
}  # fmt: skip
"""What is asked, and the notes that answer. A character of Chinese or Japanese is a word; an emoji is none."""


@pytest.fixture(scope="module")
def notes(world: World) -> dict[str, str]:
    """Bob's, by the id of each: what the others write must not disturb the table above."""
    return {write(world, *texts, user=world.bob): name for name, texts in NOTES.items()}


@pytest.mark.parametrize("query", FOUND)
def test_what_is_asked_finds_what_is_written(world: World, notes: dict[str, str], query: str) -> None:
    found = search(world, query, world.bob)
    assert {notes[id_] for id_ in ids(found)} == FOUND[query]
    assert found["totalCount"] == len(FOUND[query])


NOTHING = ["", " ", "-", '"', '""', "- -", '"" -""', "-a -b", "🎉🎂", "!&|()<->:*", "\\", "'", "%_", "\u200f", "\ufeff"]


@pytest.mark.parametrize("query", NOTHING)
def test_where_nothing_is_asked_nothing_is_found(world: World, notes: dict[str, str], query: str) -> None:
    assert search(world, query, world.bob) == {
        "totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None},
    }  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.text(
        st.sampled_from("ab\"- '\\:*&|!()<>%orORé東🎉\u0301\u200f\n")
        | st.characters(exclude_characters="\0", codec="utf-8")
    )
)
def test_whatever_is_typed_is_answered(world: World, notes: dict[str, str], query: str) -> None:
    search(world, query, world.bob)


def test_what_nobody_would_ask_is_refused(world: World) -> None:
    assert world.code(SEARCH, q="a" * 100_000) == "BAD_ARGUMENT"
    assert world.code(SEARCH, q="nul\0") == "BAD_ARGUMENT"
    assert world.code(SEARCH, q="fox", after="forged") == "BAD_CURSOR"
    for query in ("a" * 1000, "a " * 500, '"' * 1000, "-" * 1000, "a or " * 200, "\U0001f600" * 1000, "\ufdfa" * 1000):
        started = time.monotonic()
        search(world, query)
        assert time.monotonic() - started < 2


LETTERS = st.text(st.characters(categories=["L"], codec="utf-8"), min_size=1, max_size=20)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(LETTERS, min_size=1, max_size=5))
def test_every_word_that_is_written_is_found(world: World, words: list[str]) -> None:
    id_ = write(world, "A property", " ".join(words))
    for query in (*words, " ".join(reversed(words)), f'"{" ".join(words)}"'):
        if query.lower() != "or":
            assert id_ in ids(search(world, query, first=1000)), query
    purge(world, id_)


def test_records_of_all_types_are_found_and_can_be_narrowed(world: World) -> None:
    others = """mutation {
      CONTACT: createContact(input: {fn: "Ana Wanderfalke"}) { id }
      TASK: createTask(input: {summary: "Wanderfalke beringen"}) { id }
      BOOKMARK: createBookmark(input: {url: "https://example.org", title: "Der Wanderfalke"}) { id } }"""
    made = {type_: record["id"] for type_, record in world.ask(others).items()} | {"NOTE": write(world, "Wanderfalke")}
    found = search(world, "wanderfalke")
    assert {edge["node"]["recordType"]: edge["node"]["id"] for edge in found["edges"]} == made
    assert set(ids(search(world, "wanderfalke", t=["NOTE", "TASK"]))) == {made["NOTE"], made["TASK"]}
    assert search(world, "wanderfalke", t=[])["totalCount"] == 0


def test_what_is_found_can_be_narrowed_by_its_time(world: World) -> None:
    event = 'mutation { m: createEvent(input: {summary: "Zugvogel", dtstart: "1998-03-01T10:00:00+00:00"}) { id } }'
    id_ = world.ask(event)["m"]["id"]
    write(world, "Zugvogel")
    assert search(world, "zugvogel")["totalCount"] == 2
    day = {"since": "1998-03-01T00:00:00Z", "until": "1998-03-02T00:00:00Z"}
    assert ids(search(world, "zugvogel", **day)) == ids(search(world, "zugvogel", until=day["until"])) == [id_]
    assert ids(search(world, "zugvogel", since=day["until"], t=["EVENT"])) == []
    assert ids(search(world, "zugvogel", until="1998-03-01T10:00:00Z")) == [], "until is not included"
    assert world.code(SEARCH, q="x", since="yesterday") == "BAD_REQUEST"


@pytest.mark.parametrize(
    "body", ["Kormoran", "Kormoran " * 1000, "word " * 2000 + "Kormoran", "x " * 50_000 + "Kormoran"]
)
def test_a_title_outweighs_every_text(world: World, body: str) -> None:
    """By its full weight: no text adds more than k1 + 1 times the rarity of a word."""
    texts = [write(world, "Bird", body), write(world, "Birds", "The Kormoran, a bird")]
    titles = [write(world, "Kormoran"), write(world, "What the Kormoran eats", "Fish. " * 3000)]
    found = world.as_service(world.alice, "SELECT * FROM search_lexical('kormoran', NULL, NULL, NULL, 2.2, 9)")
    assert {str(hit["id"]) for hit in found[:2]} == set(titles)
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)
    purge(world, *texts, *titles)


def test_the_index_follows_the_record(world: World) -> None:
    def found(*queries: str) -> list[list[str]]:
        return [ids(search(world, query)) for query in queries]

    id_ = write(world, "Eisvogel", "am Bach " + "und weiter " * 3000)
    assert found("eisvogel", "bach") == [[id_], [id_]]
    change = "mutation($id: ID!, $n: UpdateNoteInput!) { updateNote(id: $id, input: $n) { id } }"
    world.ask(change, id=id_, n={"content": "am Teich"})
    assert found("eisvogel", "bach", "teich") == [[id_], [], [id_]]
    world.ask(change, id=id_, n={"title": "Blauracke"})
    assert found("eisvogel", "blauracke", "teich") == [[], [id_], [id_]]
    world.ask("mutation($id: ID!) { delete(id: $id) { id } }", id=id_)
    assert found("blauracke", "teich") == [[], []]
    world.ask("mutation($id: ID!) { restore(id: $id) { id } }", id=id_)
    assert found("blauracke", "teich") == [[id_], [id_]]
    purge(world, id_)
    assert found("blauracke", "teich") == [[], []]
    assert world.value("SELECT count(*) FROM record_texts WHERE id = $1", UUID(id_)) == 0


def test_nobody_finds_what_is_anothers(world: World) -> None:
    id_ = write(world, "Geheimnis", "Niemandsland")
    cursor = search(world, "geheimnis")["edges"][0]["cursor"]
    for query, after in (("geheimnis", None), ("niemandsland", None), ("geheimnis", cursor), ("geheim", None)):
        found = search(world, query, world.carol, after=after)
        assert (found["edges"], found["totalCount"]) == ([], 0)
    peek = "SELECT snippet($1, 0, 'niemandsland'::tsquery)"
    assert world.as_service(world.alice, peek, UUID(id_))[0][0] == "<mark>Niemandsland</mark>"
    assert world.as_service(world.carol, peek, UUID(id_))[0][0] is None
    for function in (
        "lexical_matches('geheimnis', NULL, NULL, NULL)",
        "search_lexical('geheimnis', NULL, NULL, NULL, 1, 9)",
    ):
        assert len(world.as_service(world.alice, f"SELECT * FROM {function}")) == 1
        assert world.as_service(world.carol, f"SELECT * FROM {function}") == []
    purge(world, id_)


# Pages


def pages(world: World, query: str, size: int, between: Callable[[int], None] = lambda _: None) -> list[str]:
    seen: list[str] = []
    after = None
    while True:
        page = search(world, query, first=size, after=after)
        seen += ids(page)
        if not page["pageInfo"]["hasNextPage"]:
            return seen
        after = page["pageInfo"]["endCursor"]
        between(len(seen))


def test_pages_lose_and_repeat_nothing_while_others_are_written(world: World) -> None:
    made = {write(world, f"Graugans {n}", "Graugans " * (n % 7)) for n in range(40)}
    late: list[str] = []

    def between(_: int) -> None:
        late.append(write(world, "Late", "Graugans"))

    seen = pages(world, "graugans", 7, between)
    assert len(seen) == len(set(seen))
    assert made <= set(seen) <= made | set(late)
    assert search(world, "graugans", first=0)["totalCount"] == len(made) + len(late)


def test_of_very_many_none_is_left_out(world: World) -> None:
    fill = """INSERT INTO notes (user_id, title, content, created_at)
              SELECT $1, 'Star', 'Spatz ' || n, now() - n * interval '1 minute' FROM generate_series(1, 10030) n"""
    world.run(world.owner.execute(fill, world.alice))
    newest = write(world, "Spatz")
    seen = pages(world, "spatz", 1000)
    assert seen[0] == newest
    assert len(seen) == len(set(seen)) == 10_031
