"""How a model is asked, and what of its answer is believed."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.extraction.reading import chat
from graph.extraction.reading.answers import MOST, Mention, mentions_in
from graph.extraction.reading.portions import LONGEST, Whole, find_words
from graph.extraction.reading.sightings import read_sightings
from graph.extraction.sources import Passage
from graph.lexicon.lexicon import Lexicon
from graph.lexicon.trie import Name
from graph.settings import Settings
from tests.graph.embedding.peers import server
from tests.graph.extraction.reading import TEXT


def test_nobody_reads_unless_the_settings_name_one() -> None:
    assert chat.open_chat(Settings()) is None
    for settings, kind, address in (
        (Settings(reader="ollama:llama3"), chat.Ollama, "http://127.0.0.1:11434"),
        (Settings(reader="openai:m"), chat.OpenAI, "https://api.openai.com/v1"),
        (Settings(reader="openai:m", embedders=("use", "openai:e@http://h:1/v1")), chat.OpenAI, "http://h:1/v1"),
        (Settings(reader="openai:m@http://i/v1", embedders=("openai:e@http://h/v1",)), chat.OpenAI, "http://i/v1"),
    ):
        made = chat.open_chat(settings)
        assert (type(made), made.address, made.model) == (kind, address, settings.reader[7:].partition("@")[0])  # type: ignore[union-attr,index]


async def test_openai_by_its_own_protocol() -> None:
    def answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        assert (path, body["temperature"], body["response_format"]) == (
            "/v1/chat/completions",
            0,
            {"type": "json_object"},
        )
        said = '```json\n{"mentions": [{"quote": "Londres", "name": "London"}]}\n```'
        return 200, {"choices": [{"message": {"content": said}}]}

    with server(answer) as (address, _):
        made = chat.OpenAI("m", f"{address}/v1", "key")
        assert await made.identify() == f"openai:m@{address}/v1"
        assert await made.mentions(TEXT) == [Mention("Londres", "London")]
        await made.close()


def test_portions_are_the_text_and_quotes_are_found_in_it() -> None:
    passages = [
        Passage("title", "T", False),
        Passage("content", ("word\n\n" * 300 + "x" * 500) * 9 + "é\U0001f600", True),
    ]
    whole = Whole(passages)
    portions = list(whole.portions())
    assert "".join(portion.text for portion in portions) == whole.text
    assert max(len(portion.text) for portion in portions) <= LONGEST
    assert [portion.start for portion in portions[1:]] == [portion.end for portion in portions[:-1]]
    assert whole.place(0, 1) == (passages[0], 0)
    assert whole.place(3, 5) == (passages[1], 3)
    assert (whole.place(0, 4), whole.place(len(whole.text), len(whole.text) + 1)) == (None, None)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [("Banana Ana", "Ana", 7), ("Anarchy", "Ana", -1), ("我见王伟了", "王伟", 2), ("(Ana)", "Ana", 1), ("Ana", "Ana", 0),
     ("x Ana's", "Ana", 2), ("", "Ana", -1)],
)  # fmt: skip
def test_words_stand_alone(text: str, words: str, place: int) -> None:
    assert find_words(text, words, 0, len(text)) == place


WORDS = st.lists(
    st.sampled_from(["Ana", "Ana Horvat", "London", "x", ".", "\n\n", "é", "`", "[[", "]]", "王", "A\u0301"])
)
SAID = st.dictionaries(st.sampled_from(["mentions", "quote", "name"]), st.none() | st.text() | st.lists(st.text()))


@given(
    WORDS,
    st.lists(st.tuples(st.text(max_size=9) | WORDS.map(" ".join), st.sampled_from(["London", "Rome", "x"]))),
    st.text(),
)
def test_only_verbatim_quotes_of_known_names_come_of_an_answer(
    words: list[str], pairs: list[tuple[str, str]], other: str
) -> None:
    lexicon = Lexicon()
    lexicon.keep([Name("London", UUID(int=1), "place", holder=UUID(int=1))])
    passages = [Passage("content", " ".join(words), True), Passage("note", other, False)]
    whole = Whole(passages)
    readings: dict[bytes, list[Mention]] = {b"of an older text": [Mention(*pair) for pair in pairs if pair[0]]}
    for portion in whole.portions():
        said = json.dumps({"mentions": [{"quote": quote, "name": name} for quote, name in pairs]})
        readings[portion.sha256] = mentions_in(said, portion.text) or []
    for one in read_sightings(passages, readings, lexicon, []):
        assert one.text[one.sighting.start : one.sighting.end] == one.sighting.text
        assert one.text == {passage.column: passage.text for passage in passages}[one.column]
        assert one.sighting.candidates == ((UUID(int=1), 0.7),)


@given(st.text() | st.recursive(st.none() | st.text() | SAID, st.lists).map(json.dumps), st.text())
def test_any_answer_is_read(answer: str, text: str) -> None:
    for one in mentions_in(answer, text) or []:
        assert one.quote in text


def test_no_more_mentions_than_there_may_be() -> None:
    text = " ".join(f"N{n}" for n in range(500))
    said = json.dumps({"mentions": [{"quote": f"N{n}", "name": "A"} for n in range(500)] * 2})
    assert len(mentions_in(said, text) or []) == MOST
    assert find_words("a" * 1_000_000, "a", 0, 1_000_000) == -1
