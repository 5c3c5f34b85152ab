"""The hottest records: by an index alone, in pages that stand still, of the types one asks for."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.graph.heat.exact import DAY
from tests.graph.heat.test_arithmetic import record, warm
from tests.graph.test_explain import explained, nodes, statement
from tests.world import World

MANY = 200_000
HOT = "query($n: Int, $after: String, $types: [RecordType!]) { hot(first: $n, after: $after, types: $types) " \
      "{ nodes { id heat recordType } edges { cursor } pageInfo { endCursor hasNextPage } totalCount } }"  # fmt: skip


def hot(world: World, user: UUID | None = None, **variables: Any) -> dict[str, Any]:
    body: dict[str, Any] = world.ask(HOT, user, **variables)["hot"]
    return body


def pages(world: World, size: int, **variables: Any) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = hot(world, n=size, after=after, **variables)
        yield page
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


@pytest.fixture(scope="module")
def life(world: World) -> list[UUID]:
    """Sixty records of three types, accessed at all times, some of them alike."""
    ids = [record(world, table) for table in ("notes", "contacts", "events") for _ in range(20)]
    now = datetime.now(UTC)
    for number, id_ in enumerate(ids):
        warm(world, id_, [("opened", now - (number * 7 % 50) * DAY), ("edited", now - (number % 3) * DAY)])
    always = [("opened", now - n * DAY / 2) for n in range(60)]
    for id_ in ids[:5]:
        warm(world, id_, [*always] * 3)  # as hot as a number can say
    world.as_service(world.alice, "SELECT pin_record($1, true), pin_record($2, true)", ids[7], ids[47])
    return ids


def test_the_hottest_come_first(world: World, life: list[UUID]) -> None:
    page = hot(world, n=100)
    heats = [node["heat"] for node in page["nodes"]]
    assert heats == sorted(heats, reverse=True)
    assert {node["id"] for node in page["nodes"][:2]} == {str(life[7]), str(life[47])}
    assert page["totalCount"] == len(page["nodes"]) == len(life)


def test_pages_are_the_list(world: World, life: list[UUID]) -> None:
    whole = [node["id"] for node in hot(world, n=100)["nodes"]]
    for size in (1, 7, 30):
        assert [node["id"] for page in pages(world, size) for node in page["nodes"]] == whole
    backwards = world.ask("{ hot(last: 100) { nodes { id } } }")["hot"]["nodes"]
    assert [node["id"] for node in backwards] == whole
    last = world.ask("query($c: String) { hot(last: 5, before: $c) { nodes { id } pageInfo { hasPreviousPage } } }",
                     c=hot(world, n=20)["edges"][19]["cursor"])["hot"]  # fmt: skip
    assert [node["id"] for node in last["nodes"]] == whole[14:19]
    assert last["pageInfo"] == {"hasPreviousPage": True}


def test_a_page_stands_where_it_stood_though_all_cools(
    world: World, life: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events cool faster than contacts, so a year later the order is another: but not that of a list one is reading."""
    whole = [node["id"] for node in hot(world, n=100)["nodes"]]
    after = hot(world, n=10)["pageInfo"]["endCursor"]
    monkeypatch.setattr("graph.plan.hot._NOW", "(date_trunc('minute', now()) + interval '300 days')")
    rest = world.ask("query($c: String) { hot(first: 90, after: $c) { nodes { id } } }", c=after)["hot"]["nodes"]
    assert [node["id"] for node in rest] == whole[10:]
    later = [node["id"] for node in world.ask("{ hot(first: 99) { nodes { id } } }")["hot"]["nodes"]]
    assert later != whole
    assert sorted(later) == sorted(whole)


def test_only_the_types_one_asks_for(world: World, life: list[UUID]) -> None:
    for types in (["EVENT"], ["NOTE", "CONTACT"], []):
        page = hot(world, n=100, types=types)
        assert {node["recordType"] for node in page["nodes"]} == set(types)
        assert page["totalCount"] == len(page["nodes"]) == 20 * len(types)


def test_both_paths_give_the_same(world: World, life: list[UUID]) -> None:
    query = (
        "{ hot(first: 30) { nodes { id heat ... on Contact { fn heat } } edges { cursor node { heat } } totalCount } }"
    )
    timeline = (
        "{ timeline(first: 60) { nodes { id heat } } notes(first: 60) { nodes { id heat links { nodes { heat } } } } }"
    )
    for text in (query, timeline):
        for _ in range(2):  # a minute may end between the two
            answers = [orjson.loads(world.body(text, engine=engine)) for engine in (world.engine, world.loaders)]
            if answers[0] == answers[1]:
                break
        assert answers[0] == answers[1]
    assert b'"path":"compiled"' in world.body(query, debug=True)


def test_deleted_records_and_those_of_others_are_not_there(world: World, life: list[UUID]) -> None:
    assert hot(world, world.bob, n=10) == {
        "nodes": [], "edges": [], "pageInfo": {"endCursor": None, "hasNextPage": False}, "totalCount": 0,
    }  # fmt: skip
    world.execute(f"UPDATE notes SET deleted_at = now() WHERE id = '{life[7]}'")
    assert str(life[7]) not in {node["id"] for node in hot(world, n=100)["nodes"]}
    world.execute(f"UPDATE notes SET deleted_at = NULL WHERE id = '{life[7]}'")
    assert str(life[7]) in {node["id"] for node in hot(world, n=2)["nodes"]}


@pytest.mark.parametrize("argument", ["first: 1001", "first: -1", 'after: "x"', "first: 1, last: 1"])
def test_bad_bounds_are_refused(world: World, argument: str) -> None:
    assert world.code(f"{{ hot({argument}) {{ nodes {{ id }} }} }}") in ("BAD_ARGUMENT", "BAD_CURSOR")


def test_the_hottest_50_of_200_000_are_found_by_index_only(world: World) -> None:
    fill = """
        SET session_replication_role = replica;
        INSERT INTO records (user_id, id, type, label, at, created_at, updated_at)
            SELECT '{user}', gen_random_uuid(), (ARRAY['note', 'event', 'contact'])[1 + n % 3], 'x', now(), now(), now()
            FROM generate_series(1, {many}) n;
        INSERT INTO record_heat (user_id, id, type, level, half_life)
            SELECT r.user_id, r.id, r.type, 200 + 50 * random(), t.half_life FROM records r JOIN heat_types t USING (type)
            WHERE r.user_id = '{user}';
        SET session_replication_role = origin;
    """
    world.execute(fill.format(user=world.carol, many=MANY))
    for table in ("records", "record_heat"):
        world.execute(f"VACUUM ANALYZE {table}")
    plan = world.run(
        explained(world.database, world.carol, statement(world, "{ hot(first: 50) { nodes { id heat } } }"))
    )
    found = list(nodes(plan))
    ranked = [node for node in found if node.get("Index Name") == "record_heat_rank_idx"]
    assert [node["Node Type"] for node in ranked] == ["Index Only Scan"]
    assert {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"} <= {"heat_types"}
    keys = [key for node in found if "Sort" in node["Node Type"] for key in node["Sort Key"]]
    assert [key for key in keys if re.match(r"\w+\.rank\b", key)] == [], "the index gives the order"
    assert len(hot(world, world.carol, n=50)["nodes"]) == 50
