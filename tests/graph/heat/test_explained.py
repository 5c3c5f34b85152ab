"""What the heat of a record consists of, touching, pinning, and what is left of it after a purge."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from resolvers.protocol import GraphQLRequest
from tests.graph.heat.exact import DAY
from tests.graph.heat.test_arithmetic import record, warm
from tests.world import World

OF = "query($id: ID!) { heatOf(id: $id) { value tier pinned halfLife times parts { access weight times lastAt share } } }"
TOUCH = "mutation($id: ID!, $access: AccessKind!) { touch(id: $id, access: $access) { id heat } }"


def of(world: World, id_: object, user: UUID | None = None) -> Any:
    return world.ask(OF, user, id=str(id_))["heatOf"]


def test_it_says_what_it_consists_of(world: World) -> None:
    id_, now = record(world), datetime.now(UTC)
    warm(world, id_, [("opened", now - 30 * DAY), ("opened", now - 60 * DAY), ("edited", now), ("agent", now)])
    heat = of(world, id_)
    shares = {part["access"]: part["share"] for part in heat["parts"]}
    assert shares == pytest.approx({"EDITED": 1 / 2.05, "OPENED": 0.75 / 2.05, "AGENT": 0.3 / 2.05}, abs=1e-4)
    assert [part["access"] for part in heat["parts"]] == ["EDITED", "OPENED", "AGENT"]
    assert [part["times"] for part in heat["parts"]] == [1, 2, 1]
    assert datetime.fromisoformat(heat["parts"][1]["lastAt"]) == now - 30 * DAY
    assert (heat["tier"], heat["pinned"], heat["halfLife"], heat["times"]) == ("HOT", False, 30, 4)
    assert heat["value"] == pytest.approx(0.8713, abs=1e-3)


@pytest.mark.parametrize(
    ("days", "tier"), [(0, "HOT"), (12, "HOT"), (17, "WARM"), (95, "WARM"), (100, "COLD"), (9000, "COLD")]
)
def test_tiers(world: World, days: int, tier: str) -> None:
    id_ = record(world)
    warm(world, id_, [("opened", datetime.now(UTC) - days * DAY)])
    assert of(world, id_)["tier"] == tier


def test_a_record_that_nobody_touched_is_cold(world: World) -> None:
    id_ = record(world)
    assert of(world, id_) == {"value": 0, "tier": "COLD", "pinned": False, "halfLife": 30, "times": 0, "parts": []}
    assert world.ask("query($id: ID!) { note(id: $id) { heat } }", id=str(id_)) == {"note": {"heat": 0}}


def test_a_type_without_heat_says_so(world: World) -> None:
    tag = world.value("INSERT INTO tags (user_id, name) VALUES ($1, 'heatless') RETURNING id", world.alice)
    assert (of(world, tag)["halfLife"], of(world, tag)["value"]) == (None, 0)
    assert world.code(TOUCH, id=str(tag), access="OPENED") == "BAD_ARGUMENT"
    assert world.code("mutation($id: ID!) { pin(id: $id) { id } }", id=str(tag)) == "BAD_ARGUMENT"


WEIGHTS = {
    "OPENED": 1,
    "FOLLOWED": 0.9,
    "EDITED": 1,
    "SEARCH_CLICK": 0.7,
    "AGENT": 0.3,
    "LINKED": 0.3,
    "SYNC": 0,
    "IMPORT": 0,
}


@pytest.mark.parametrize("access", WEIGHTS)
def test_each_kind_of_access_has_its_weight(world: World, access: str) -> None:
    id_, other = record(world), record(world)
    world.ask(TOUCH, id=str(id_), access=access)
    parts = of(world, id_)["parts"]
    assert [(part["access"], part["weight"]) for part in parts] == (
        [(access, WEIGHTS[access])] if WEIGHTS[access] else []
    )
    assert of(world, other)["value"] == 0


def test_touching_again_counts_again(world: World) -> None:
    id_ = str(record(world))
    heats = [world.ask("mutation($id: ID!) { touch(id: $id) { heat } }", id=id_)["touch"]["heat"] for _ in range(3)]
    assert heats == pytest.approx([0.6321, 0.8647, 0.9502], abs=1e-4)


def test_an_agent_touches_as_an_agent(world: World) -> None:
    id_ = record(world)
    request = GraphQLRequest(TOUCH, {"id": str(id_), "access": "OPENED"})
    world.run(world.engine.execute(request, world.alice, agent=True))
    assert [part["access"] for part in of(world, id_)["parts"]] == ["AGENT"]


def test_a_pin_holds_it_hot_until_it_is_unpinned(world: World) -> None:
    id_, old = record(world), datetime(2001, 1, 1, tzinfo=UTC)
    warm(world, id_, [("opened", old)])
    pin = "mutation($id: ID!, $p: Boolean!) { pin(id: $id, pinned: $p) { ... on Note { heat } } }"
    assert world.ask(pin, id=str(id_), p=True)["pin"] == {"heat": 1}
    assert (of(world, id_)["tier"], of(world, id_)["pinned"]) == ("HOT", True)
    assert world.ask(pin, id=str(id_), p=True)["pin"] == {"heat": 1}
    assert world.ask(pin, id=str(id_), p=False)["pin"] == {"heat": pytest.approx(0, abs=1e-9)}
    fresh = record(world)
    world.ask(pin, id=str(fresh), p=True)
    world.ask(pin, id=str(fresh), p=False)
    assert of(world, fresh)["value"] == 0
    world.ask(TOUCH, id=str(fresh), access="OPENED")
    assert of(world, fresh)["value"] == pytest.approx(0.632, abs=1e-3)


@pytest.mark.parametrize("mutation", ["touch(id: $id)", "pin(id: $id)", "pin(id: $id, pinned: false)"])
def test_what_is_not_there_is_refused(world: World, mutation: str) -> None:
    query = f"mutation($id: ID!) {{ {mutation} {{ id }} }}"
    deleted, bobs = (
        record(world),
        world.value("INSERT INTO notes (user_id, title) VALUES ($1, 'b') RETURNING id", world.bob),
    )
    world.execute(f"UPDATE notes SET deleted_at = now() WHERE id = '{deleted}'")
    before = world.snapshot(world.bob)
    assert {world.code(query, id=str(id_)) for id_ in (uuid4(), deleted, bobs)} == {"NOT_FOUND"}
    assert world.code(query, id="no id") == "BAD_ARGUMENT"
    assert world.snapshot(world.bob) == before
    assert world.ask(OF, id=str(bobs)) == world.ask(OF, id=str(uuid4())) == {"heatOf": None}


def test_a_purge_leaves_no_heat(world: World) -> None:
    id_ = record(world)
    world.ask("mutation($id: ID!) { touch(id: $id) { id } pin(id: $id) { id } }", id=str(id_))
    assert world.value("SELECT count(*) FROM record_heat WHERE id = $1", id_) == 1
    world.ask("mutation($id: ID!) { purge(id: $id) }", id=str(id_))
    left = "SELECT (SELECT count(*) FROM record_heat WHERE id = $1) + (SELECT count(*) FROM heat_parts WHERE id = $1)"
    assert world.value(left, id_) == 0


@pytest.mark.parametrize(
    "call",
    [
        "SELECT warm(acting_user(), ARRAY[gen_random_uuid()], '{opened}', ARRAY[now()], true)",
        "SELECT cool_what_is_ahead(acting_user(), '{}')",
        "SELECT set_half_lives('{note}', '{1}')",
        "INSERT INTO record_heat (user_id, id, type, half_life) VALUES (acting_user(), gen_random_uuid(), 'note', 1)",
        "UPDATE record_heat SET level = 1000",
        "DELETE FROM heat_parts",
        "UPDATE heat_types SET half_life = 1",
    ],
)
def test_the_service_writes_heat_through_its_functions_only(world: World, call: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        world.as_service(world.alice, call)
