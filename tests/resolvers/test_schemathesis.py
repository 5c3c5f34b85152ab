"""schemathesis against the real server: no operation of the schema, whatever it is given, makes the server fail.

`LIFELOOM_CASES=1000 pytest tests/resolvers/test_schemathesis.py` runs as many cases as it says instead of 150.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from uuid import UUID

import pytest
import schemathesis
from graphql import (
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation

from graph.database import Server
from resolvers.schema import Built
from tests.life import Life, Lived
from tests.resolvers.real import Doors, doors
from tests.world import World, new_world

CASES = int(os.environ.get("LIFELOOM_CASES", "150"))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: StringValueNode(value=text))
NUMBERS = st.integers(-(2**70), 2**70) | st.decimals().map(str)
DURATIONS = ("P1D", "PT0S", "-P1Y2M", "P", "1 day", "P99999999999Y", "PT1.5S")


def _json(inner: "st.SearchStrategy[ValueNode]") -> "st.SearchStrategy[ValueNode]":
    fields = st.dictionaries(st.sampled_from(["a", "b", "constructor"]), inner, max_size=3)
    objects = fields.map(
        lambda given: ObjectValueNode(
            fields=tuple(ObjectFieldNode(name=NameNode(value=name), value=value) for name, value in given.items())
        )
    )
    return objects | st.lists(inner, max_size=3).map(lambda values: ListValueNode(values=tuple(values)))


def texts(values: "st.SearchStrategy[object]") -> "st.SearchStrategy[ValueNode]":
    return values.map(lambda value: StringValueNode(value=str(value)))


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


@pytest.fixture(scope="module")
def alices(life: Life) -> list[UUID]:
    """Ids that lead somewhere: what refuses every id is not much of a server."""
    return life.everything


@pytest.fixture(scope="module")
def door(world: World, alices: list[UUID]) -> Iterator[Doors]:
    with doors(world) as opened:
        yield opened


@pytest.fixture(scope="module")
def operations(door: Doors, alices: list[UUID]) -> list[APIOperation]:
    """Every root field of the schema as schemathesis reads it from the server, with scalars of ours made known."""
    nulls = st.just(NullValueNode())
    schemathesis.graphql.scalar("JSON", st.recursive(TEXTS | nulls, _json, max_leaves=5))
    schemathesis.graphql.scalar("BigInt", texts(NUMBERS) | st.integers().map(lambda n: IntValueNode(value=str(n))))
    schemathesis.graphql.scalar("Decimal", texts(NUMBERS))
    schemathesis.graphql.scalar("Duration", texts(st.sampled_from(DURATIONS)))
    schemathesis.graphql.scalar("ID", texts(st.sampled_from(alices) | st.uuids()) | TEXTS)
    schema = schemathesis.graphql.from_url(door.url, headers=door.headers)
    return [operation.ok() for operation in schema.get_all_operations()]


def test_the_schema_is_read_whole(world: World, operations: list[APIOperation]) -> None:
    core = world.built.core
    assert core.query_type
    assert core.mutation_type
    assert len(operations) == len(core.query_type.fields) + len(core.mutation_type.fields)


def test_nothing_makes_the_server_fail(
    door: Doors, operations: list[APIOperation], caplog: pytest.LogCaptureFixture
) -> None:
    codes: dict[str, int] = {}

    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        case = data.draw(data.draw(st.sampled_from(operations), "operation").as_strategy(), "case")
        response = case.call_and_validate(headers=door.headers, checks=[not_a_server_error])
        answer = response.json()
        for code in {error["extensions"]["code"] for error in answer.get("errors", ())} or {"OK"}:
            codes[code] = codes.get(code, 0) + 1

    with caplog.at_level(logging.ERROR), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of hypothesis, on what schemathesis does with it
        run()
    print(codes)
    assert "INTERNAL_ERROR" not in codes
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert codes["OK"] > CASES / 30, "most is refused, but not all"
