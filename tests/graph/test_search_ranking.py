"""How lexical search ranks: BM25 as in the textbook, by the user's own words, in the languages of their texts."""

import math
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.search.terms import TermCounter
from tests.graph.finding import ids, search, write
from tests.world import World

BEST = "SELECT r.label, s.score FROM search_lexical($1, NULL, NULL, NULL, $2::real, 50) s JOIN records r USING (id)"
FILL = "INSERT INTO notes (user_id, title, content) SELECT $1, t, c FROM unnest($2::text[], $3::text[]) n(t, c)"


def settle(world: World, user: UUID, texts: dict[str, str]) -> None:
    """Let these be all notes of a user, and count them."""
    world.rows("DELETE FROM notes WHERE user_id = $1", user)
    world.rows("DELETE FROM user_texts WHERE user_id = $1", user)
    world.rows(FILL, user, list(texts), list(texts.values()))
    world.as_service(user, "SELECT count_terms()")


def best(world: World, user: UUID, query: str, title_weight: float = 0) -> list[str]:
    return [row[0] for row in world.as_service(user, BEST, query, title_weight)]


def textbook(texts: dict[str, list[str]], query: list[str]) -> dict[str, float]:
    """BM25 (Robertson and Zaragoza 2009) with k1 1.2, b 0.75 and the idf of Lucene."""
    average = sum(map(len, texts.values())) / len(texts)
    df = Counter(word for text in texts.values() for word in set(text))
    scores = {}
    for name, text in texts.items():
        times, relative = Counter(text), 1.2 * (0.25 + 0.75 * len(text) / average)
        scores[name] = sum(
            math.log(1 + (len(texts) - df[word] + 0.5) / (df[word] + 0.5))
            * times[word]
            * 2.2
            / (times[word] + relative)
            for word in query
            if times[word]
        )
    return {name: score for name, score in scores.items() if score}


WORDS = st.sampled_from([f"{a}{b}x" for a in "bdgk" for b in "aeiou"])
TEXTS = st.lists(
    st.lists(WORDS, max_size=80) | st.lists(WORDS, min_size=1, max_size=2).map(lambda w: w * 30),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(TEXTS, st.lists(WORDS, min_size=1, max_size=6))
def test_the_score_is_that_of_the_textbook(world: World, texts: list[list[str]], query: list[str]) -> None:
    named = {f"n{n}": " ".join(text) for n, text in enumerate(texts)}
    settle(world, world.carol, named)
    wanted = textbook({name: [name, *text.split()] for name, text in named.items()}, query)
    found = dict(world.as_service(world.carol, BEST, " ".join(query) + " ", 0))
    assert found == pytest.approx(wanted, rel=1e-4)
    assert [*found] == sorted(found, key=lambda name: -found[name])


def test_a_rare_word_outweighs_a_common_one(world: World) -> None:
    settle(world, world.bob, {f"Common {n}": "boat harbour" for n in range(20)} | {"Rare": "kraken and more of it"})
    assert best(world, world.bob, "boat harbour kraken ")[0] == "Rare"


def test_nobody_elses_words_move_a_rank(world: World) -> None:
    settle(world, world.bob, {"One": "boat boat", "Two": "harbour", "Three": "quay"})
    before = world.as_service(world.bob, BEST, "boat harbour ", 1)
    settle(world, world.alice, {f"n{n}": "harbour harbour" for n in range(100)})
    assert world.as_service(world.bob, BEST, "boat harbour ", 1) == before
    assert world.as_service(world.alice, "SELECT * FROM user_terms WHERE user_id <> $1", world.alice) == []


def test_before_anything_is_counted_a_rare_word_counts_more(world: World) -> None:
    world.rows("DELETE FROM user_texts WHERE user_id = $1", world.bob)
    world.rows("DELETE FROM notes WHERE user_id = $1", world.bob)
    world.rows(FILL, world.bob, [f"C{n}" for n in range(9)] + ["R"], ["boat"] * 9 + ["kraken"])
    assert best(world, world.bob, "boat kraken ")[0] == "R"


LANGUAGES = {
    "en": ("The boats are in the harbour and we are sailing on the sea with you", "boat sailing", "sail"),
    "es": ("Las playas de Valencia están en la costa y el agua estaba muy bien con los niños", "playa", "nino"),
    "de": ("Die Häuser sind auf dem Berg und ich wohne nicht mit den Kindern", "haus", "kind"),
    "fr": ("Les chevaux sont dans le pré et nous avons une maison avec du vin pour ce soir", "maisons", "vins"),
    "pt": ("Os meninos foram ao mercado e eu comprei uma casa com o meu irmão", "menino", "casas"),
    "it": ("Il gatto è sulla sedia e non è con i gatti della vicina che ho visto nel giardino", "gatti", "sedie"),
    "nl": ("Het huis van mijn broer is niet op de berg en de boeken zijn ook een cadeau", "boek", "huis"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_found_in_the_forms_of_its_language(world: World, language: str) -> None:
    settle(world, world.bob, {code: text for code, (text, *_) in LANGUAGES.items()})
    spoken = world.value("SELECT language FROM record_texts JOIN records USING (user_id, id) WHERE user_id = $1 AND label = $2",
                         world.bob, language)  # fmt: skip
    assert spoken == language
    for query in LANGUAGES[language][1:]:
        assert language in best(world, world.bob, query + " "), query


def test_what_is_too_short_to_tell_is_in_the_users_own_language(world: World) -> None:
    settle(world, world.bob, {code: text for code, (text, *_) in LANGUAGES.items() if code == "es"})
    world.rows(FILL, world.bob, ["Comprar manzanas"], [""])
    assert best(world, world.bob, "manzana ") == ["Comprar manzanas"]


def test_a_misspelt_word_finds_what_is_near_below_what_is_exact(world: World) -> None:
    settle(world, world.bob, {"Falcon": "a wanderfalke there", "Other": "nothing of this kind"})
    assert best(world, world.bob, "wanderflake ") == ["Falcon"]
    world.rows(FILL, world.bob, ["Exact"], ["wanderflake"])
    assert best(world, world.bob, "wanderflake ")[0] == "Exact", "found at once, counted or not"
    assert best(world, world.bob, "zzzzzz ") == []


def test_an_unfinished_word_counts_less_than_the_whole(world: World) -> None:
    settle(world, world.bob, {"Whole": "one sail here", "Begun": "one sailmaker here", "None": "one other here"})
    assert best(world, world.bob, "sail") == ["Whole", "Begun"]
    assert best(world, world.bob, "sail ") == ["Whole"]
    assert best(world, world.bob, "sailm") == ["Begun"]


def test_what_all_have_or_what_is_found_late_is_found(world: World) -> None:
    """Past 4,000 texts not all can be ranked: the rare word, the pair of common ones and the newest are among the best."""
    fill = """INSERT INTO notes (user_id, title, content, created_at) SELECT $1, 'Note ' || n,
              CASE WHEN n % 2 = 0 THEN 'alder ' ELSE '' END || CASE WHEN n % 3 = 0 THEN 'birch ' ELSE '' END || 'tree w' || n,
              now() - n * interval '1 hour' FROM generate_series(1, 9000) n"""
    settle(world, world.carol, {})
    world.rows(fill, world.carol)
    world.as_service(world.carol, "SELECT count_terms()")
    assert best(world, world.carol, "alder tree w4711 ")[0] == "Note 4711"
    assert set(best(world, world.carol, "alder birch ")) <= {f"Note {n}" for n in range(0, 9001, 6)}
    assert set(best(world, world.carol, "tree ")) <= {f"Note {n}" for n in range(1, 501)}
    assert (
        world.as_service(world.carol, "SELECT count(*) FROM lexical_matches('alder birch', NULL, NULL, NULL)")[0][0]
        == 6000
    )
    every = "SELECT count(*) FROM search_lexical('tree', NULL, NULL, NULL, 1, 1000000)"
    assert world.as_service(world.carol, every)[0][0] == 9000


def test_words_are_counted_when_it_is_due_and_forgotten_with_their_record(world: World) -> None:
    settle(world, world.bob, {"Kept": "shared words", "Gone": "shared secretword"})
    counter = TermCounter(world.database)
    world.run(counter.round())
    assert world.as_service(world.alice, "SELECT users_to_count()") == []
    df = "SELECT term, df FROM user_terms WHERE user_id = $1 AND term IN ('shared', 'secretword')"
    assert dict(world.rows(df, world.bob)) == {"shared": 2, "secretword": 1}
    world.rows("DELETE FROM notes WHERE user_id = $1 AND title = 'Gone'", world.bob)
    assert dict(world.rows(df, world.bob)) == {"shared": 1}
    for n in range(60):
        write(world, f"New {n}", "shared novelty", user=world.bob)
    assert ids(search(world, "novelty", world.bob)), "found before it is counted"
    assert world.run(counter.round()) == 1
    assert dict(world.rows(df, world.bob)) == {"shared": 61}
