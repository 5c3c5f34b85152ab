"""What is a name in a text, how sure it is, and what is left alone."""

from itertools import pairwise
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.extraction.recognise import Sighting, recognise
from graph.lexicon.forms import names_of_person
from graph.lexicon.lexicon import Lexicon
from graph.lexicon.trie import Name

_SPACE = UUID(int=7)


def id_of(who: str) -> UUID:
    return uuid5(_SPACE, who)


def lexicon(*names: tuple[str, str] | tuple[str, str, str]) -> Lexicon:
    """Names as (text, type) or (text, type, form); each is a record of its own."""
    made = Lexicon()
    made.keep(Name(text, id_of(text), type_, *(form or ["name"]), holder=id_of(text)) for text, type_, *form in names)
    return made


def person(given: str, family: str, prefix: str | None = None, fn: str | None = None) -> list[Name]:
    card = {"id": id_of(fn or f"{given} {family}"), "fn": fn or f"{given} {family}", "n_given": given,
            "n_family": family, "n_prefix": prefix}  # fmt: skip
    return [Name(str(card["fn"]), card["id"], "contact", holder=card["id"]), *names_of_person(card)]


PEOPLE = Lexicon()
PEOPLE.keep(person("Ana", "Horvat"))
PEOPLE.keep(person("Inés", "Navarro"))
PEOPLE.keep(person("Carmen", "Ferrer Lluch"))
PEOPLE.keep(person("Jürgen", "Groß", "Herr"))
PEOPLE.keep(person("Anne-Marie", "O'Brien"))


def said(text: str, names: Lexicon = PEOPLE, *, markdown: bool = True) -> dict[str, float]:
    """The surfaces and how sure the best of their candidates is."""
    return {one.text: one.candidates[0][1] for one in recognise(text, names, markdown=markdown)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Met Ana Horvat today.", {"Ana Horvat": 0.95}),
        ("Ana Horvat's boat", {"Ana Horvat": 0.95}),
        ("ANA HORVAT called", {"ANA HORVAT": 0.95}),
        ("Horvat, Ana was there", {"Horvat, Ana": 0.95}),
        ("Ana\nHorvat", {"Ana\nHorvat": 0.95}),
        ("with Ines Navarro", {"Ines Navarro": 0.92}),
        ("with Ine\u0301s Navarro", {"Ine\u0301s Navarro": 0.95}),
        ("and Carmen Ferrer came", {"Carmen Ferrer": 0.95}),
        ("and Carmen Ferrer Lluch came", {"Carmen Ferrer Lluch": 0.95}),
        ("Juergen Gross rief an", {"Juergen Gross": 0.92}),
        ("Herr Groß rief an", {"Herr Groß": 0.75}),
        ("Anne Marie O’Brien", {"Anne Marie O’Brien": 0.95}),
        ("saw ana horvat there", {"ana horvat": 0.7}),
        ("Then Ana came", {"Ana": 0.5}),
    ],
)
def test_people(text: str, found: dict[str, float]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "then ana came",
        "Anastasia Horvath",
        "Ana\n\nHorvat".replace("Ana", "X"),
        "[[Ana Horvat]] and [[Some note|Ana Horvat]]",
        "`Ana Horvat` and <b title='Ana Horvat'>x</b> <!-- Ana Horvat -->",
        "```\nAna Horvat\n```",
        "    Ana Horvat",
        "#Ana/Horvat",
        "[Ana Horvat](People/Ana.md)",
        "https://example.org/Ana-Horvat",
        "2026-03-14 17:00 1234567",
    ],
)
def test_no_names(text: str) -> None:
    assert said(text) == {}


def test_a_link_to_the_web_is_prose_around_its_address() -> None:
    assert said("see [Ana Horvat](https://example.org/Navarro)") == {"Ana Horvat": 0.95}
    assert said("<u>Ana Horvat</u> **Ana Horvat**") == {"Ana Horvat": 0.95}


def test_sentences_end_between_names() -> None:
    assert said("I saw Ana. Horvat was late.") == {"Ana": 0.5}
    assert said("- Ana\n- Horvat") == {"Ana": 0.5}


THINGS = lexicon(
    *[("Café Sal", "place"), ("Paris", "place"), ("UNO", "organization"), ("Alondra", "project"), ("京都", "place")],
    *[("東京タワー", "place"), ("The old yard in Gaarden", "graph_entity"), ("Oral history", "graph_entity")],
    *[("Voices of the Harbour", "project"), ("Home", "note", "title"), ("Graph View", "note", "title")],
    *[("2026-03-14", "diary_entry", "title"), ("Swim", "habit")],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met in Paris again.", {"Paris": 0.92}),
        ("Paris was cold.", {"Paris": 0.75}),
        ("It was cold. Paris was grey", {"Paris": 0.75}),
        ("## Alondra And Paris", {"Alondra": 0.75, "Paris": 0.75}),
        ("the paris of the east, to swim at home", {}),
        ("a talk at UNO", {"UNO": 0.7}),
        ("in cafe Sal", {"cafe Sal": 0.7}),
        ("in Cafe Sal", {"Cafe Sal": 0.92}),
        ("an oral history of it", {"oral history": 0.95}),
        ("voices of the harbour", {"voices of the harbour": 0.7}),
        ("the Voices of the Harbour", {"Voices of the Harbour": 0.95}),
        ("see Graph View, Home, graph view and 2026-03-14", {"Graph View": 0.6}),
        ("昨日東京タワーに行った", {"東京タワー": 0.95}),
        ("京都に行った", {"京都": 0.7}),
    ],
)
def test_things(text: str, found: dict[str, float]) -> None:
    assert said(text, THINGS) == found


def test_a_name_that_two_share_is_a_question() -> None:
    shared = Lexicon()
    first, second = id_of("one"), id_of("two")
    shared.keep(
        [Name("Ana Horvat", first, "contact", holder=first), Name("Ana Horvat", second, "contact", holder=second)]
    )
    (only,) = recognise("Ana Horvat", shared)
    assert dict(only.candidates) == {first: 0.57, second: 0.57}
    assert only.reason == "shared"


def test_what_many_share_says_nothing() -> None:
    crowd = Lexicon()
    crowd.keep(Name("Ana Horvat", UUID(int=n), "contact", holder=UUID(int=n)) for n in range(1, 6))
    assert recognise("Ana Horvat", crowd) == []


def test_the_longest_name_wins() -> None:
    names = lexicon(("Onda Llevant", "organization"), ("Onda Llevant studio", "place"), ("Ana Onda", "contact"))
    assert said("at Onda Llevant studio", names) == {"Onda Llevant studio": 0.95}
    assert said("at Onda Llevant, studio two", names) == {"Onda Llevant": 0.95}


def test_addresses() -> None:
    names = Lexicon()
    names.readdress([
        Name("Ana@Example.org", id_of("ana"), "contact", "email"), Name("+49 431 5512345", id_of("ana"), "contact", "phone"),
        Name("https://www.example.org/page/", id_of("page"), "bookmark", "url"),
    ])  # fmt: skip
    text = "Write to ana@example.org. (0431) 551 23 45, http://example.org/page#part), not 2026-03-14 nor ana@example.orgs."
    found = recognise(text, names)
    assert [(one.text, one.candidates) for one in found] == [
        ("ana@example.org", ((id_of("ana"), 0.99),)),
        ("(0431) 551 23 45", ((id_of("ana"), 0.97),)),
        ("http://example.org/page#part", ((id_of("page"), 0.99),)),
    ]
    assert said("<ana@example.org> 0431/5512346", names) == {"ana@example.org": 0.99}


_CHARACTERS = st.text(alphabet="AnaHorvt éß'-.\n`[]()#*<>!|\\$京都@1\u0301", max_size=60)


@given(st.lists(st.one_of(st.sampled_from(["Ana Horvat", "Inés Navarro", "Ana", " "]), _CHARACTERS)))
def test_spans_are_the_text_and_do_not_overlap(parts: list[str]) -> None:
    text = "".join(parts)
    for markdown in (True, False):
        found = recognise(text, PEOPLE, markdown=markdown)
        assert [one for one in found if text[one.start : one.end] != one.text] == []
        spans = sorted((one.start, one.end) for one in found)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert found == recognise(text, PEOPLE, markdown=markdown)


@given(st.lists(st.sampled_from([*PEOPLE.names_of([id_of("Ana Horvat")]), *person("Ana", "Horvat", fn="Ana")])))
def test_a_lexicon_forgets_what_it_learned(names: list[Name]) -> None:
    """Whatever was added and removed on the way, the same names are found as if they had never been there."""
    made = lexicon(("Ana Horvat Bay", "place"))
    made.keep(names)
    made.forget({name.holder for name in names if name.holder})
    assert said("Ana Horvat Bay, Ana Horvat and Ana", made) == {"Ana Horvat Bay": 0.95}


@pytest.mark.parametrize(
    "hostile",
    ["`" * 100_000, "".join("`" * n + " " for n in range(600)), "<!--" * 50_000, "<a" * 100_000, "Ana " * 50_000,
     "a.a@" * 50_000, "1 " * 100_000, "https://" * 20_000, "(" * 100_000, "\u0301" * 100_000, "[[" * 50_000, "\n " * 100_000],
)  # fmt: skip
def test_hostile_texts_take_no_longer_than_others(hostile: str) -> None:
    found: list[Sighting] = recognise(hostile, PEOPLE)
    assert all(one.text == "Ana" for one in found)


def test_a_title_hides_no_name_inside_it() -> None:
    names = lexicon(
        ("Paco Giner", "contact"),
        ("Interview with Paco Giner", "note", "title"),
        ("Café Sal", "place"),
        ("Café Sal", "note", "title"),
    )
    assert said("see Interview with Paco Giner at Café Sal", names) == {
        "Interview with Paco Giner": 0.6,
        "Paco Giner": 0.95,
        "Café Sal": 0.95,
    }
