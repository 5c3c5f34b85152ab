"""A language model beside a running server finds a name in another language, and a person says yes."""

import json
import time
from typing import Any

from tests.conftest import directory
from tests.graph.embedding.peers import server
from tests.journeys.serving import PATIENCE, ask, done, serving

MADE = """mutation { createPlace(input: {name: "London"}) { id }
  createNote(input: {title: "Diary", content: "Un viaje a Londres en mayo."}) { id } }"""
ASKED = "{ suggestions { nodes { id reason source { label } target { label } spans { text } } } }"
ACCEPT = 'mutation { acceptSuggestion(id: "%s") { state source { links { nodes { label } } } } }'


def _answer(path: str, body: dict[str, Any]) -> tuple[int, Any]:
    if path == "/api/tags":
        return 200, {"models": [{"name": "m:latest", "digest": "1"}]}
    quote = "Londres" if "Londres" in body["messages"][-1]["content"] else "nothing"
    return 200, {"message": {"content": json.dumps({"mentions": [{"quote": quote, "name": "London"}]})}}


def test_what_a_model_finds_is_a_question_to_a_person() -> None:
    with server(_answer) as (address, _), directory() as place:
        env = {"LIFELOOM_READER": f"ollama:m@{address}", "LIFELOOM_EMBEDDER": "none", "LIFELOOM_USER": "ana"}
        with serving(place / "data", **env) as house:
            token = done("token", "create", "--name", "test", data=house.data)[1].splitlines()[-1]
            ask(house.address, token, MADE)
            asked: Any = []
            deadline = time.monotonic() + PATIENCE
            while not asked and time.monotonic() < deadline:
                time.sleep(0.05)
                asked = ask(house.address, token, ASKED)["suggestions"]["nodes"]  # type: ignore[index]
            (one,) = asked
            assert (one["reason"], one["source"], one["target"], one["spans"]) == (
                "model", {"label": "Diary"}, {"label": "London"}, [{"text": "Londres"}],
            )  # fmt: skip
            answer: Any = ask(house.address, token, ACCEPT % one["id"])["acceptSuggestion"]
            assert answer == {"state": "ACCEPTED", "source": {"links": {"nodes": [{"label": "London"}]}}}
            assert house.end() == 0
