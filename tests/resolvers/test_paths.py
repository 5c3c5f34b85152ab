"""Both execution paths give one answer: for generated questions over all types, on a life with values at every edge.

`LIFELOOM_CASES=5000 pytest tests/resolvers/test_paths.py` asks as many as it says instead of 120.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from graph.database import Server
from graph.plan.columns import base_type
from resolvers.inputs import visible
from resolvers.names import camel, many
from resolvers.scalars import scalar_of
from resolvers.schema import Built
from tests.life import Life, Lived
from tests.resolvers.questions import Pool, Question, questions
from tests.world import World, new_world

EXAMPLES = int(os.environ.get("LIFELOOM_CASES", "120"))
_WORDS = [
    "title",
    "note nr",
    "é",
    "É",
    "%",
    "_",
    "",
    "\\",
    "'",
    '"',
    "ß",
    "zz",
    "name -nr",
    "Ünïcödé",
    '"nr 3"',
    "OR",
    "a OR b",
    "-",
    "100%_off",
]


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


@pytest.fixture(scope="module")
def pool(world: World, life: Life) -> Pool:
    """Values to ask with: those that are there, and some that are not."""
    found: dict[str, list[Any]] = {
        "String": _WORDS, "ID": [], "Int": [0, 1, -1, 2147483647], "Float": [0.1, 0, -1.5, 1e308], "Boolean": [True, False],
        "BigInt": ["0", "9223372036854775807"], "Decimal": ["1.50", "0", "1e-30"], "DateTime": ["2021-03-04T05:06:07Z", "0001-01-01T00:00:00Z"],
        "Date": ["2020-01-01"], "Time": ["10:00"], "Duration": ["P1D", "-PT3H"],
    }  # fmt: skip
    for entity in world.catalog.records:
        name = many(entity)
        fields = {camel(column.name): column for column in visible(entity) if not column.is_array}
        data = world.ask(f"{{ {name}(first: 3, deleted: INCLUDE) {{ nodes {{ {' '.join(fields)} }} }} }}")
        for node in data[name]["nodes"]:
            for shown, column in fields.items():
                scalar = scalar_of(base_type(column.type))
                kind = {str: "String", int: "Int", float: "Float", bool: "Boolean"}.get(
                    scalar, getattr(scalar, "__name__", "")
                )  # type: ignore[call-overload]
                if (
                    node[shown] is not None
                    and kind in found
                    and column.type not in world.catalog.enums
                    and column.type != "bytea"
                ):
                    found[kind].append(node[shown])
    found["ID"] = [*map(str, life.everything[::3]), "00000000-0000-4000-8000-000000000000"]
    return found


@dataclass
class Tally:
    """How many answers came by which path, with what."""

    paths: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    filled: int = 0

    def count(self, answer: dict[str, Any], path: str, body: bytes) -> None:
        errors = answer.get("errors", [])
        self.paths["error" if errors else path] += 1
        self.codes.update(dict(dict(error)["extensions"])["code"] for error in errors)
        self.filled += b"[{" in body


def answers(world: World, question: Question, variables: dict[str, Any]) -> tuple[bytes, Any, Any]:
    """The compiling engine's answer as it came; its and the loaders' answer with keys in their order."""
    body = world.body(question.text, variables, debug=True)
    ours, theirs = (
        json.loads(text, parse_int=float, object_pairs_hook=list)
        for text in (body, world.body(question.text, variables, engine=world.loaders))
    )
    return body, ours, theirs


def path_of(answer: dict[str, Any]) -> str:
    return str(dict(dict(answer.get("extensions", [])).get("lifeloom", [])).get("path", "refused"))


def cursors_of(answer: Any, key: str) -> Iterator[str]:
    """The cursors in the lists under a key of an answer."""
    for name, value in answer if isinstance(answer, list) else ():
        if name == key:
            yield from _cursors_in(value)
        yield from (cursor for part in _parts(value) for cursor in cursors_of(part, key))


def _parts(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        return []
    return [value] if isinstance(value[0], tuple) else value


def _cursors_in(connection: Any) -> Iterator[str]:
    """Those of the connection's own pageInfo and edges, not of what lies deeper."""
    below = [part for _, value in connection or () for part in _parts(value)]
    yield from (
        value
        for part in below
        if part and not isinstance(part, str)
        for _, value in part
        if isinstance(value, str) and value.startswith("Wy")
    )


def test_generated_questions(world: World, pool: Pool) -> None:
    tally = Tally()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(questions(world.built.core, pool), st.integers(0, 5))
    def agree(question: Question, which: int) -> None:
        note(question.text)
        variables = question.variables
        for _ in range(2 if question.cursors else 1):
            note(json.dumps(variables))
            body, ours, theirs = answers(world, question, variables)
            assert [pair for pair in ours if pair[0] != "extensions"] == theirs
            tally.count(dict(ours), path_of(dict(ours)), body)
            found = {
                variable: [*cursors_of(dict(ours).get("data") or [], key)] for variable, key in question.cursors.items()
            }
            variables = {**variables, **{variable: some[which % len(some)] for variable, some in found.items() if some}}

    agree()
    assert not tally.codes.keys() - {"BAD_ARGUMENT", "BAD_CURSOR", "TOO_MUCH"}, tally
    assert tally.paths["error"] < 0.35 * tally.paths.total(), tally
    assert tally.paths["loaders"] < 0.01 * tally.paths.total(), "nearly everything is compiled"
    assert tally.filled > 0.15 * tally.paths.total(), "many a question has an answer with something in it"
