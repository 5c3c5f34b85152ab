"""Custom fields, texts and names: what a row becomes in the records."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.watching import do, make
from tests.world import World

values = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé\"\\", max_size=3),
                      lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abé"), inner, max_size=3), max_leaves=6)  # fmt: skip
objects = st.dictionaries(st.sampled_from("abcé"), values, max_size=4)


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as it is written there."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(objects, st.lists(objects, max_size=3))
def test_custom_fields_merge(world: World, first: dict[str, Any], patches: list[dict[str, Any]]) -> None:
    id_ = make(world, "Note", customFields=first)
    wanted: Any = first
    for patch in patches:
        wanted = merged(wanted, patch)
        query = "mutation($id: ID!, $p: JSON) { updateNote(id: $id, input: {customFields: $p}) { customFields } }"
        assert world.ask(query, id=id_, p=patch)["updateNote"]["customFields"] == wanted


def test_texts_and_names_follow_the_record(world: World) -> None:
    id_ = make(
        world,
        "Note",
        title="  Crème\n brûlée ",
        aliases=["Dessert", "DESSERT", "a/b/Nested.md", "", "x" * 2000],
        content="first words",
    )

    def state() -> tuple[str, list[str], list[str]]:
        uuid = UUID(id_)
        names = "SELECT DISTINCT key FROM record_names WHERE id = $1 ORDER BY key"
        return (world.value("SELECT label FROM records WHERE id = $1", uuid), world.column(names, uuid),
                world.column("SELECT body FROM record_texts WHERE id = $1 ORDER BY chunk", uuid))  # fmt: skip

    def update(**given: Any) -> None:
        world.ask("mutation($id: ID!, $i: UpdateNoteInput!) { updateNote(id: $id, input: $i) { id } }", id=id_, i=given)

    def found(word: str) -> bool:
        return {"id": id_} in world.ask("query($q: String!) { search(query: $q) { nodes { id } } }", q=word)["search"][
            "nodes"
        ]

    assert state()[:2] == ("Crème brûlée", ["a/b/nested", "crème brûlée", "dessert", "nested"])
    assert found("words")
    update(aliases=[], content="second version")
    assert state() == ("Crème brûlée", ["crème brûlée"], ["second version"])
    assert (found("first"), found("second"), found("creme")) == (False, True, True)
    update(title="", content="")
    assert (state()[0], state()[1]) == ("Note", [])
    assert not found("second")
    update(content="only content, in\nmany   lines " + "z" * 400)
    assert state()[0].startswith("only content, in many lines zzz")
    assert len(state()[0]) <= 200
    do(world, "delete(id: $id) { id }", id_)
    assert not found("content")
    do(world, "restore(id: $id) { id }", id_)
    assert found("content")


def test_long_texts_stand_in_pieces(world: World) -> None:
    words = " ".join(f"w{n}" for n in range(60_000))
    id_ = make(world, "Note", title="long", content=words)
    assert world.value("SELECT count(*) FROM record_texts WHERE id = $1", UUID(id_)) > 1
    found = world.ask('{ search(query: "w59999", types: [NOTE]) { totalCount nodes { id } edges { snippet } } }')[
        "search"
    ]
    assert (found["totalCount"], found["nodes"]) == (1, [{"id": id_}])
    assert "w59999" in found["edges"][0]["snippet"]
    both = world.ask('{ search(query: "long", types: [NOTE]) { totalCount } }')["search"]
    assert both["totalCount"] == 1, "a record is found once, however many pieces it has"


def test_what_a_row_becomes_in_the_records(world: World) -> None:
    """The moment on the timeline is the column of the type, else the creation; whoever changes it."""
    event = make(world, "Event", startDate="2024-05-06", summary="day")
    note = make(world, "Note", title="undated")
    at = "SELECT at::text FROM records WHERE id = $1"
    assert world.value(at, UUID(event)) == "2024-05-06 00:00:00+00"
    world.ask(
        'mutation($id: ID!) { updateEvent(id: $id, input: {startDate: null, dtstart: "2025-01-02T03:04:05+01:00"}) { id } }',
        id=event,
    )
    assert world.value(at, UUID(event)) == "2025-01-02 02:04:05+00"
    world.rows("UPDATE notes SET created_at = '2001-01-01' WHERE id = $1", UUID(note))
    assert world.value(at, UUID(note)) == "2001-01-01 00:00:00+00"
    assert (
        json.dumps(world.ask("query($id: ID!) { node(id: $id) { createdAt } }", id=note))
        == '{"node": {"createdAt": "2001-01-01T00:00:00+00:00"}}'
    )
