"""Questions about the schema are answered once and kept, the same as graphql-core answers them."""

import asyncio
import gzip
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from graphql import ExecutionResult, execute_sync, get_introspection_query, parse

from resolvers import introspection
from resolvers.execution import Engine
from resolvers.introspection import Introspection, asks_schema_alone
from resolvers.protocol import Answer, GraphQLRequest
from tests.resolvers.real import doors
from tests.world import World

WHOLE = get_introspection_query(input_value_deprecation=True)
TYPE = "query T($name: String!) { __type(name: $name) { ...Named } __typename } fragment Named on __Type { name kind }"


def asked(world: World, text: str, engine: Engine | None = None, **variables: Any) -> Answer:
    request = GraphQLRequest(text, variables)
    return world.run((engine or world.engine).execute(request, uuid4()))


def test_the_first_answer_is_graphql_cores_and_the_second_the_first_itself(world: World) -> None:
    first = asked(world, WHOLE)
    expected = execute_sync(world.built.core, parse(WHOLE))
    assert isinstance(expected, ExecutionResult)
    assert json.loads(first.body) == {"data": expected.data}
    assert gzip.decompress(first.gzipped or b"") == first.body
    assert asked(world, WHOLE) is first


def test_variables_are_part_of_the_question(world: World) -> None:
    for name in ("Note", "Task", "Note", "NoSuchType"):
        told = json.loads(asked(world, TYPE, name=name).body)["data"]
        assert told["__type"] == (None if name == "NoSuchType" else {"name": name, "kind": "OBJECT"})
        assert told["__typename"] == "Query"


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("{ __schema { description } }", True),
        ("{ ... { a: __type(name: \"Note\") { name } } }", True),
        ("{ __typename }", False),
        ("{ __schema { description } notes { totalCount } }", False),
        ("mutation { __schema { description } }", False),
    ],
)  # fmt: skip
def test_only_questions_about_the_schema_alone_are_kept(text: str, alone: bool) -> None:
    document = parse(text)
    assert asks_schema_alone(document, document.definitions[0]) is alone  # type: ignore[arg-type]


def test_what_was_not_asked_for_longest_is_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = {name: parse(f'{{ __type(name: "{name}") {{ name }} }}') for name in ("Note", "Task", "Event")}
    kept = Introspection(world.built.core)

    def ask(name: str) -> Answer | None:
        return asyncio.run(kept.answer((name, None), documents[name], {}))

    note, task = ask("Note"), ask("Task")
    assert note is not None
    monkeypatch.setattr(introspection, "KEPT_BYTES", 2 * (len(note.body) + len(note.gzipped or b"") + 60))
    assert ask("Note") is note
    ask("Event")
    assert ask("Note") is note
    assert ask("Task") is not task


def test_it_comes_compressed_over_http(world: World) -> None:
    with doors(world) as house, httpx.Client(headers=house.headers) as client:
        answers = [client.post(house.url, json={"query": WHOLE}) for _ in range(2)]
    for answer in answers:
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"
    assert answers[0].headers["content-length"] == answers[1].headers["content-length"]
