"""What counts as an access: asking for one record by its id does, showing it among others does not."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import orjson
import pytest
from asyncpg import ForeignKeyViolationError

from graph.database import Database
from graph.heat import Access, Heat
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from tests.world import World

OPEN = "query($id: ID!) { node(id: $id) { label } }"


class Asking:
    """Asks through an engine that counts, and looks at what was counted."""

    def __init__(self, world: World, *, compiled: bool) -> None:
        self.world = world
        self.engine = Engine(world.built, world.service, compiled=compiled, opened=world.service.heat.opened)

    def ask(self, query: str, user: UUID | None = None, *, agent: bool = False, **variables: object) -> bytes:
        async def work() -> bytes:
            request = GraphQLRequest(query, variables)
            answer = await self.engine.execute(request, user or self.world.alice, agent=agent)
            await self.world.service.heat.flush()
            return answer.body

        return self.world.run(work())

    def note(self, user: UUID | None = None) -> str:
        insert = "INSERT INTO notes (user_id, title) VALUES ($1, 'heated') RETURNING id"
        return str(self.world.value(insert, user or self.world.alice))

    def counted(self, id_: str) -> list[tuple[str, int]]:
        rows = self.world.rows("SELECT kind::text, times FROM heat_parts WHERE id = $1 ORDER BY kind", UUID(id_))
        return [(row[0], row[1]) for row in rows]


@pytest.fixture(params=["compiled", "loaders"])
def asking(world: World, request: pytest.FixtureRequest) -> Iterator[Asking]:
    yield Asking(world, compiled=request.param == "compiled")


BY_ID = [
    OPEN,
    "query($id: ID!) { note(id: $id) { title } }",
    "query($id: ID!) { it: note(id: $id) { __typename } }",
    "query($id: ID!) { ...Root } fragment Root on Query { node(id: $id) { ... on Note { title } } }",
    "query($id: ID!, $yes: Boolean = true) { node(id: $id) @include(if: $yes) { id } }",
]


@pytest.mark.parametrize("query", BY_ID)
def test_asking_for_a_record_by_its_id_opens_it(asking: Asking, query: str) -> None:
    id_ = asking.note()
    asking.ask(query, id=id_)
    assert asking.counted(id_) == [("opened", 1)]


def test_an_id_in_the_text_of_the_query_is_one_too(asking: Asking) -> None:
    one, other = asking.note(), asking.note()
    asking.ask(f'{{ a: note(id: "{one}") {{ id }} b: node(id: "{other.upper()}") {{ id }} }}')
    assert asking.counted(one) == asking.counted(other) == [("opened", 1)]


NOT_BY_ID = [
    "query($id: ID!) { nodes(ids: [$id]) { id } }",
    "query($id: ID!) { notes(first: 1000, filter: {id: {eq: $id}}) { nodes { title heat } } }",
    "query($id: ID!) { timeline(first: 1000) { nodes { id } } changes(first: 3) { nodes { recordId } } "
    "  notes(filter: {id: {ne: $id}}, first: 1) { totalCount } }",
    "query($id: ID!) { hot(first: 1000) { nodes { id } } heatOf(id: $id) { value } }",
    'query($id: ID!) { search(query: "heated", mode: LEXICAL) { nodes { id } } notes(filter: {id: {eq: $id}}) { totalCount } }',
    "query($id: ID!, $no: Boolean = false) { node(id: $id) @include(if: $no) { id } __schema { types { name } } }",
    'mutation($id: ID!) { updateNote(id: $id, input: {title: "heated"}) { id } }',
]


@pytest.mark.parametrize("query", NOT_BY_ID)
def test_what_merely_shows_a_record_does_not_open_it(asking: Asking, query: str) -> None:
    id_ = asking.note()
    asking.ask(query, id=id_)
    assert asking.counted(id_) == []


def test_opening_a_record_does_not_open_what_it_leads_to(asking: Asking) -> None:
    id_, other = asking.note(), asking.note()
    world = asking.world
    world.ask('mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "WITH") { id } }', a=id_, b=other)
    asking.ask("query($id: ID!) { note(id: $id) { links { nodes { id label } } } }", id=id_)
    assert asking.counted(id_) == [("opened", 1)]
    assert asking.counted(other) == []


def test_an_agent_weighs_less(asking: Asking) -> None:
    mine, agents = asking.note(), asking.note()
    asking.ask(OPEN, id=mine)
    asking.ask(OPEN, agent=True, id=agents)
    assert asking.counted(agents) == [("agent", 1)]
    heat = "query($id: ID!) { heatOf(id: $id) { value } }"
    values = [orjson.loads(asking.ask(heat, id=id_))["data"]["heatOf"]["value"] for id_ in (mine, agents)]
    assert values == pytest.approx([0.632, 0.259], abs=1e-3)


def test_what_is_another_users_is_neither_shown_nor_warmed(asking: Asking) -> None:
    id_ = asking.note()
    assert orjson.loads(asking.ask(OPEN, asking.world.bob, id=id_)) == {"data": {"node": None}}
    asking.ask("mutation($id: ID!) { touch(id: $id) { id } }", asking.world.bob, id=id_)
    asking.ask("mutation($id: ID!) { pin(id: $id) { id } }", asking.world.bob, id=id_)
    assert asking.counted(id_) == []
    assert asking.world.rows("SELECT FROM record_heat WHERE id = $1", UUID(id_)) == []


@pytest.mark.parametrize("id_", ["no id", "", "00000000-0000-0000-0000-000000000000", "\U0001f600"])
def test_what_is_not_there_is_not_counted(asking: Asking, id_: str) -> None:
    before = asking.world.value("SELECT count(*) FROM record_heat")
    asking.ask(OPEN, id=id_)
    assert asking.world.value("SELECT count(*) FROM record_heat") == before


def test_deleted_and_heatless_records_are_opened_without_a_trace(asking: Asking) -> None:
    id_ = asking.note()
    asking.world.execute(f"UPDATE notes SET deleted_at = now() WHERE id = '{id_}'")
    tag = asking.world.value(
        "INSERT INTO tags (user_id, name) VALUES ($1, $2) RETURNING id", asking.world.alice, uuid4().hex
    )
    asking.ask(OPEN, id=id_)
    asking.ask(OPEN, id=str(tag))
    assert asking.counted(id_) == asking.counted(str(tag)) == []


async def test_many_openings_are_one_statement(database: Database, alice: UUID) -> None:
    async with database.acting_as(alice) as connection:
        rows = await connection.fetch(
            "INSERT INTO notes (title) SELECT n::text FROM generate_series(1, 50) n RETURNING id"
        )
    heat = Heat(database)
    for row in rows:
        heat.opened(alice, [row["id"]])
        heat.opened(alice, [row["id"]], Access.SEARCH_CLICK)
    async with asyncio.timeout(5), database.owner() as owner:
        while await owner.fetchval("SELECT count(*) FROM record_heat") < 50:
            await asyncio.sleep(0.05)
        assert await owner.fetchval("SELECT count(DISTINCT xmin::text) FROM record_heat") == 1
        assert await owner.fetchval("SELECT sum(opened) FROM record_heat") == 100


async def test_closing_counts_what_waits(database: Database, alice: UUID) -> None:
    async with database.acting_as(alice) as connection:
        id_ = await connection.fetchval("INSERT INTO notes (title) VALUES ('a') RETURNING id")
    heat = Heat(database)
    heat.opened(alice, [id_])
    await heat.close()
    async with database.owner() as owner:
        assert await owner.fetchval("SELECT opened FROM record_heat WHERE id = $1", id_) == 1


async def test_while_the_database_is_away_openings_wait(
    database: Database, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.acting_as(alice) as connection:
        id_ = await connection.fetchval("INSERT INTO notes (title) VALUES ('a') RETURNING id")
    heat = Heat(database)
    with monkeypatch.context() as away:
        away.setattr(database, "acting_as", lambda user: _Away())
        heat.opened(alice, [id_])
        await heat.flush()
        heat.opened(alice, [uuid4() for _ in range(20_000)])
        for _ in range(20_000):
            heat.opened(alice, [id_])
        await heat.flush()
        assert len(heat._waiting[alice]) == len(heat._heard) + 10_000 == 10_000
    await heat.close()
    async with database.owner() as owner:
        assert await owner.fetchval("SELECT opened FROM record_heat WHERE id = $1", id_) == 1


class _Away:
    async def __aenter__(self) -> None:
        raise ForeignKeyViolationError("gone")

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_what_is_open_all_day_is_told_once_a_sitting(
    database: Database, alice: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    heat, id_ = Heat(database), uuid4()
    told: list[int] = []

    async def count(user: UUID, accesses: object) -> None:
        told.append(len(accesses))  # type: ignore[arg-type]

    monkeypatch.setattr(heat, "_count", count)
    for later in (0, 0, 700):
        heat._sat_down -= later
        for _ in range(100):
            heat.opened(alice, [str(id_), "no id"])
        await heat.flush()
    assert told == [1, 1]
    await heat.close()
