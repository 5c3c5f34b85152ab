"""Texts come back as they were given, whatever escapes they seem to have; a moment is written in one way only."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.scalars import shown
from tests.world import World

MICROSECONDS = st.sampled_from([0, 1, 10, 970_860, 500_000, 999_999, 100]) | st.integers(0, 999_999)


@settings(max_examples=50, deadline=None, database=None)
@given(st.lists(MICROSECONDS, min_size=20, max_size=20))
def test_a_moment_is_written_as_postgresql_does(world: World, fractions: list[int]) -> None:
    moments = [datetime(2026, 5, 4, 12, 30, 10, fraction, UTC) for fraction in fractions]
    written = "SELECT m::text FROM json_array_elements_text(to_json($1::timestamptz[])) m"
    assert [shown(moment) for moment in moments] == world.column(written, moments)


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "a\\ud800b", "\\x00 %00 &#0;", "\u2400"])
def test_what_looks_like_an_escape_is_a_text(world: World, text: str) -> None:
    note = world.ask(
        "mutation($input: CreateNoteInput!) { createNote(input: $input) { id title customFields } }",
        input={"title": text, "customFields": {text: text}},
    )["createNote"]
    assert (note["title"], note["customFields"]) == (text, {text: text})
    found = world.ask("query($t: String!) { notes(filter: {title: {eq: $t}}) { nodes { id } } }", t=text)
    assert found["notes"]["nodes"] == [{"id": note["id"]}]


@pytest.mark.parametrize("text", ["\0", "a\0b"])
def test_the_character_itself_is_refused(world: World, text: str) -> None:
    create = "mutation($input: CreateNoteInput!) { createNote(input: $input) { id } }"
    assert world.code(create, input={"title": text}) == "BAD_ARGUMENT"
    assert world.code(create, input={"title": "x", "customFields": {"a": [text]}}) == "BAD_ARGUMENT"
    assert world.code("query($t: String!) { search(query: $t) { totalCount } }", t=text) == "BAD_ARGUMENT"
