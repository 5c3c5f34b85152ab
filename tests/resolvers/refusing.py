"""What every refusal has in common, and values that nobody should trust."""

import json
from pathlib import Path
from typing import Any

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
        str(Path(__file__).parents[2]),
        'relation "',
        str(world.alice),
        "violates",
    ):
        assert inside not in words
    return words
