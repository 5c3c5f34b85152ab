"""What the planner makes of our statements for the service's role: under row security, before it knows a value.

`LIFELOOM_EXPLAIN_RECORDS=100000 pytest tests/graph/test_explain.py` asks at the size of the bench instead of 12,000.
"""

import os
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from graph.database import Database
from graph.extraction import queries, recognise_queries
from graph.plan.read import compile_read
from resolvers.arguments import as_slots
from resolvers.selection import Planner
from tests.bench.life import Life
from tests.bench.questions import QUESTIONS
from tests.world import World

RECORDS = int(os.environ.get("LIFELOOM_EXPLAIN_RECORDS", "12000"))
LINKS = 2 * RECORDS
FARS = {"notes_pkey", "contacts_pkey", "events_pkey", "tasks_pkey", "records_pkey"}
ENDS = {"entity_links_source_idx", "entity_links_target_idx"}
NEWEST = "notes_user_id_created_at_id_idx"

BENCH = {question.name: question.graphql for question in QUESTIONS}
EXPECTED = {
    "list": (BENCH["list"], {NEWEST}),
    "one": (BENCH["one"], {"notes_pkey"}),
    "keys": (
        BENCH["keys"],
        {"events_starts_at_idx", "event_attendees_event_id_idx", "contacts_pkey", "contact_emails_contact_id_idx"},
    ),
    "links": (BENCH["links"], {NEWEST} | ENDS | FARS),
    "hops": (BENCH["hops"], ENDS | {"records_pkey"}),
    "page": (BENCH["page"], {"notes_updated_at_idx"}),
    "backwards": ("{ notes(last: 5) { edges { cursor } pageInfo { startCursor } } }", {NEWEST}),
    "node": ("query($id: ID!) { node(id: $id) { id ... on Note { title } } }", {"records_pkey", "notes_pkey"}),
    "nodes": ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"records_pkey"}),
    "backlinks": (
        "query($id: ID!) { note(id: $id) { links(direction: IN, types: [EVENT]) { nodes { label } } } }",
        {"notes_pkey", "entity_links_target_idx", "records_pkey"},
    ),
    "timeline": ("{ timeline(first: 20) { nodes { label } } }", {"records_at_idx"}),
    "log": ("query($after: String) { changes(after: $after, first: 20) { nodes { seq } } }", {"change_log_pkey"}),
    "history": (
        "query($id: ID!) { note(id: $id) { history(first: 5) { nodes { seq } } } }",
        {"notes_pkey", "change_log_record_idx", "record_merges_current_idx"},
    ),
}
"""A query, and the indexes that its plan uses: these and no other, and no table is read from end to end."""

MERGES = """
INSERT INTO record_merges (user_id, merge_id, absorbed_id, survivor_id, current_id, record_type)
SELECT user_id, gen_random_uuid(), id, id, id, type FROM records WHERE user_id = $1 LIMIT 2000
"""

LARGE = {"contacts", "entity_links", "events", "notes", "record_names", "record_texts", "records", "tasks"}
LINKING = {
    name: sql
    for name, sql in (*vars(queries).items(), *vars(recognise_queries).items())
    if isinstance(sql, str) and sql.lstrip().startswith(("SELECT", "WITH"))
}

VALUES: dict[str, Any] = {"id": "x", "ids": ["x"], "since": "x", "after": "x", "pinned": True}


@pytest.fixture(scope="module")
def life(world: World) -> Iterator[Life]:
    """Alice's records and links, enough of them that it pays to look things up."""
    life = Life(world.alice, RECORDS, LINKS)
    world.run(life.load(world.owner))
    world.rows(MERGES, world.alice)
    world.execute("ANALYZE record_merges")
    yield life


def statement(world: World, query: str) -> str:
    """The SQL of a query, its variables open."""
    definitions = parse(query).definitions
    operation = next(one for one in definitions if isinstance(one, OperationDefinitionNode))
    fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
    names = [definition.variable.name.value for definition in operation.variable_definitions or ()]
    slots = {name: as_slots(VALUES[name], (name,)) for name in names}
    planner = Planner(world.built.core, world.built.workshop.meanings, operation, fragments, slots)
    return compile_read(world.catalog, planner.query()).sql


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


async def explained(database: Database, user: UUID, sql: str) -> dict[str, Any]:
    """The plan that every request runs with, whatever its values are."""
    nothing = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", sql))))
    async with database.acting_as(user) as connection:
        await connection.execute(f"PREPARE explained AS {sql}")
        text = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained ({nothing})")
        await connection.execute("DEALLOCATE explained")
    plan: dict[str, Any] = orjson.loads(text)[0]["Plan"]
    return plan


@pytest.mark.parametrize("name", EXPECTED)
def test_every_query_finds_its_rows_by_an_index(world: World, life: Life, name: str) -> None:
    query, indexes = EXPECTED[name]
    found = list(nodes(world.run(explained(world.database, world.alice, statement(world, query)))))
    assert not [node for node in found if node["Node Type"] in ("Seq Scan", "Materialize", "Hash")]
    assert {node["Index Name"] for node in found if "Index Name" in node} == indexes
    sorted_by = {key.split(".")[-1] for node in found if node["Node Type"] == "Sort" for key in node["Sort Key"]}
    assert not sorted_by & {"created_at", "updated_at", "starts_at", "at", "weight"}, "the index gives the order"


@pytest.mark.parametrize("name", LINKING)
def test_the_linker_looks_up_what_it_needs(world: World, life: Life, name: str) -> None:
    """It asks for many texts at once: a plan that reads a table for each of them grows with the square."""
    plan = world.run(explained(world.database, world.alice, LINKING[name]))
    read = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
    assert not read & LARGE


def test_who_is_acting_is_asked_once_and_not_for_each_row(world: World, life: Life) -> None:
    """The policy is inlined: beside the condition on the user it is a filter that is decided before any row is read."""
    plan = world.run(explained(world.database, world.alice, statement(world, BENCH["links"])))
    assert "acting_user" not in str(plan)
    assert not [node for node in nodes(plan) if "current_setting" in node.get("Filter", "")]
    assert [node for node in nodes(plan) if "current_setting" in node.get("One-Time Filter", "")]


def test_a_list_that_several_types_share_is_planned_once(world: World, life: Life) -> None:
    """Without the fence PostgreSQL copies the inner list into the arm of every type: 911 plans of one."""
    types = ("Note", "Contact", "Event", "Task")
    arms = " ".join(f"... on {type_} {{ links {{ nodes {{ label }} }} }}" for type_ in types)
    query = f"{{ notes(first: 5) {{ nodes {{ links {{ nodes {{ {arms} }} }} }} }} }}"
    plan = world.run(explained(world.database, world.alice, statement(world, query)))
    assert sum(node.get("Index Name") == "entity_links_source_idx" for node in nodes(plan)) == 2


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ('{ search(query: "x", mode: LEXICAL) { notices } }', 0),
        ("{ timeline(first: 5) { __typename } }", 0),
        ("{ notes(first: 5) { totalCount } }", 1),
    ],
)
def test_a_page_that_nobody_looks_into_is_checked_and_not_read(
    world: World, life: Life, query: str, reads: int
) -> None:
    plan = world.run(explained(world.database, world.alice, statement(world, query)))
    assert len([node for node in nodes(plan) if node["Node Type"].endswith("Scan")]) == reads


def test_words_are_found_in_their_index(world: World, life: Life) -> None:
    """Row security keeps the planner from the text index; the function that looks there for the service does use it."""
    count = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'record_texts_tsv_idx'"
    scans = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'record_texts'"
    before = world.value(count), world.value(scans)
    assert world.as_service(world.alice, "SELECT * FROM search_lexical($1, NULL, NULL, NULL, 1, 9)", life.words[7])
    world.as_service(world.alice, "SELECT pg_stat_force_next_flush()")
    world.as_service(world.alice, "SELECT 1")
    assert world.value(count) > before[0]
    assert world.value(scans) == before[1]


@pytest.mark.parametrize("table", ["notes", "records"])
async def test_a_record_of_a_newborn_table_is_looked_up_by_its_key(database: Database, alice: UUID, table: str) -> None:
    """Nobody has analyzed it; without what it was told at birth the planner would read all rows of the user."""
    async with database.acting_as(alice) as connection:
        await connection.execute("INSERT INTO notes (title) SELECT n::text FROM generate_series(1, 500) n")
    sql = f"SELECT * FROM {table} WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL"
    plan = await explained(database, alice, sql)
    assert [node.get("Index Name") for node in nodes(plan)][-1] == f"{table}_pkey"
