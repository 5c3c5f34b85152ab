"""Golden triples: a question, the one statement it becomes, and its answer. Both paths must give that answer.

Renew them after a change that is meant: `LIFELOOM_RENEW_GOLDEN=1 pytest tests/resolvers/test_golden.py`, and read the diff.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from graph.plan.values import Compiled
from resolvers.arguments import shape_of
from resolvers.schema import Built
from tests.world import World, new_world

GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = sorted(GOLDEN.glob("*.graphql"))
RENEW = bool(os.environ.get("LIFELOOM_RENEW_GOLDEN"))


def number(last: int) -> str:
    return f"00000000-0000-4000-8000-{last:012}"


@pytest.fixture(scope="module")
def world(server: Any, template: str, built: Built) -> Iterator[World]:
    for made in new_world(server, template, built):
        _settle(made)
        yield made


def _settle(world: World) -> None:
    """A life of ten records, each under an id of its own."""
    create = "mutation($input: Create{0}Input!) {{ create{0}(input: $input) {{ id }} }}"

    def add(kind: str, last: int, **values: Any) -> None:
        world.ask(create.format(kind), input={"id": number(last), **values})

    add("Notebook", 1, title="Boats")
    add("Notebook", 2, title="Kitchen", parentId=number(1))
    add(
        "Note",
        11,
        title="Harbour notebook",
        content="The *harbour* at low tide",
        notebookId=number(1),
        aliases=["Port"],
    )
    add("Note", 12, title="Harbour songs", content="Sung on the quay", notebookId=number(1), pinned=True)
    add("Note", 13, title="Soup", content="Leek, from the market at the harbour", notebookId=number(2))
    add("Note", 14, title="Bread", content="Rye", notebookId=number(2))
    add("Contact", 21, fn="Pau Soler")
    add("Place", 31, name="Harbour", lat=39.45, lon=-0.32)
    tie = "mutation($s: ID!, $t: ID!, $r: String!, $w: Float!) { link(source: $s, target: $t, relation: $r, weight: $w) { id } }"
    for source, relation, target, weight in (
        (11, "MENTIONS", 21, 3),
        (11, "LOCATED_IN", 31, 2),
        (12, "MENTIONS", 21, 1),
    ):
        world.ask(tie, s=number(source), t=number(target), r=relation, w=weight)
    change = 'mutation($id: ID!) { updateNote(id: $id, input: {content: "Sung at sea"}) { id } }'
    world.ask(change, id=number(12))


def _variables(question: Path) -> dict[str, Any] | None:
    given = question.with_suffix(".variables.json")
    return json.loads(given.read_text("utf-8")) if given.exists() else None


def _statement(world: World, text: str, variables: dict[str, Any] | None) -> str:
    prepared = world.engine._prepared[text, None]
    shape = tuple((name, shape_of(value)) for name, value in (variables or {}).items())
    compiled = prepared.shapes[shape].statement
    assert isinstance(compiled, Compiled)
    (tree,) = sqlglot.parse(compiled.sql, dialect="postgres")
    assert tree is not None
    return tree.sql(dialect="postgres", pretty=True) + ";\n"


@pytest.mark.parametrize("question", QUESTIONS, ids=[path.stem for path in QUESTIONS])
def test_question(world: World, question: Path) -> None:
    text, variables = question.read_text("utf-8"), _variables(question)
    answer = json.loads(world.body(text, variables))
    assert json.loads(world.body(text, variables, engine=world.loaders)) == answer
    found = {
        ".json": json.dumps(answer, indent=2, ensure_ascii=False) + "\n",
        ".sql": _statement(world, text, variables),
    }
    for suffix, content in found.items():
        golden = question.with_suffix(suffix)
        if RENEW:
            golden.write_text(content, "utf-8")
        assert golden.read_text("utf-8") == content
