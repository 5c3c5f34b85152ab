"""Texts come back as they were given, whatever escapes they seem to have in them."""

import pytest

from tests.world import World


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
