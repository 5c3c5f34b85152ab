"""Lexical search in texts of several pieces: they are one text, and the piece that matches best is shown."""

import time
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.finding import FILLER, ids, purge, search, write
from tests.world import World


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("anfang", True), ("mitte", True), ("schluss", True), ("anfang schluss", True), ("titel schluss", True),
        ("anfang -schluss", False), ("anfang -nirgends", True), ("-nirgends", False), ("anfang nirgends", True), ('anfang "nirgends"', False),
        ("nirgends or anfang schluss", True), ("nirgends or anfang -schluss", False), ('"die mitte" anfang', True),
        ('"mitte die"', False), ('"schluss anfang"', False), ('anfang -"die mitte"', False), ("anfang schlu", True),
        ('"lorem ipsum dolor"', True), ('"ipsum lorem"', False),
    ],
)  # fmt: skip
def test_a_long_text_is_one_text(world: World, query: str, finds: bool) -> None:
    if not search(world, "langertitel", world.carol)["totalCount"]:
        write(world, "Langertitel Titel", f"Anfang {FILLER}. Die Mitte: {FILLER} Schluss", world.carol)
        write(world, "Short", "Schluss anders", world.carol)
    labels = [edge["node"]["label"] for edge in search(world, query, world.carol)["edges"]]
    assert ("Langertitel Titel" in labels) == finds


@pytest.mark.parametrize("unit", ["lorem ipsum ", "x", "x ", "é", "漢字", "🎉", "\n", "<b>", "word\u3000"])
def test_no_word_is_lost_where_a_text_is_cut(world: World, unit: str) -> None:
    body = "".join(f"{unit * (2000 // len(unit))} marker{n} stands{n} " for n in range(12))
    id_ = write(world, "Cut", body)
    for n in range(12):
        assert ids(search(world, f'"marker{n} stands{n}"')) == [id_]
    pieces = world.rows("SELECT octet_length(body), is_part FROM record_texts WHERE id = $1", UUID(id_))
    assert all(size <= 12_000 and is_part for size, is_part in pieces)
    purge(world, id_)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.text(st.sampled_from("ab é漢🎉\n "), max_size=40), st.integers(0, 3000))
def test_the_pieces_are_the_text(world: World, filler: str, times: int) -> None:
    text = "".join(f"{filler}{n};" for n in range(times))
    end = 0
    for piece in world.column("SELECT * FROM pieces_of($1)", text):
        start = text.index(piece, max(0, end - 400))
        assert start <= end
        end = start + len(piece)
    assert end == len(text)


def test_a_huge_note_is_written_and_found(world: World) -> None:
    """Of 8 MB here; one of 50 MB took 16 s and its searches 2 s."""
    body = " ".join(f"wort{n} und noch etwas mehr davon" for n in range(220_000))
    insert = "INSERT INTO notes (user_id, title, content) VALUES ($1, 'Riese', $2)"
    started = time.monotonic()
    world.run(world.owner.execute(insert, world.carol, body))
    assert time.monotonic() - started < 15
    started = time.monotonic()
    for query, count in (("wort7 wort219999", 1), ("riese wort700", 1), ("wort7 -wort219999", 0), ('"noch etwas"', 1)):
        assert search(world, query, world.carol)["totalCount"] == count
    assert time.monotonic() - started < 5
    world.execute("DELETE FROM notes WHERE title = 'Riese'")
