"""What people write warms what they write about; what machines write does not."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from graph.changes.consumers import catch_up
from graph.heat import Warmer
from tests.world import World


def follow(world: World, user: UUID | None = None) -> int:
    return world.run(catch_up(world.database, user or world.alice, Warmer(world.catalog)))


def counted(world: World, id_: object) -> list[tuple[str, int]]:
    rows = world.rows("SELECT kind::text, times FROM heat_parts WHERE id = $1 ORDER BY kind", UUID(str(id_)))
    return [(row[0], row[1]) for row in rows]


def written(world: World, origin: str, statement: str, *arguments: object) -> UUID:
    """The id that a statement returns, run by Alice with this origin."""

    async def work() -> UUID:
        async def insert(connection: object) -> UUID:
            return await connection.fetchval(statement, *arguments)  # type: ignore[attr-defined,no-any-return]

        return await world.database.write(world.alice, insert, origin=origin)

    return world.run(work())


NOTE = "INSERT INTO notes (title) VALUES ('written') RETURNING id"


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("graphql", 1), ("cli", 1), ("sql", 1), ("import", 0), ("sync", 0), ("linker", 0), ("extractor", 0), ("demo", 0)],
)
def test_who_wrote_it(world: World, origin: str, expected: int) -> None:
    id_ = written(world, origin, NOTE)
    follow(world)
    assert counted(world, id_) == [("edited", 1)] * expected


def test_a_bare_client_is_a_person_too(world: World) -> None:
    (row,) = world.as_service(world.alice, NOTE)
    follow(world)
    assert counted(world, row["id"]) == [("edited", 1)]


def test_saving_every_second_is_one_edit(world: World) -> None:
    note = world.ask('mutation { createNote(input: {title: "a"}) { id } }')["createNote"]["id"]
    for title in "bcdef":
        world.ask("mutation($id: ID!, $t: String) { updateNote(id: $id, input: {title: $t}) { id } }", id=note, t=title)
        follow(world)
    follow(world)
    assert counted(world, note) in ([("edited", 1)], [("edited", 2)])  # two where ten minutes of the clock end just now
    assert follow(world) == 0


def test_heat_itself_is_nothing_that_the_log_tells(world: World) -> None:
    note = world.ask('mutation { createNote(input: {title: "a"}) { id } }')["createNote"]["id"]
    follow(world)
    before = world.value("SELECT max(seq) FROM change_log")
    world.ask("mutation($id: ID!) { touch(id: $id) { id } pin(id: $id) { id } }", id=note)
    assert world.value("SELECT max(seq) FROM change_log") == before
    assert follow(world) == 0


def test_a_link_made_by_hand_warms_both_ends_a_little(world: World) -> None:
    one, other = (str(written(world, "import", NOTE)) for _ in range(2))
    link = world.ask(
        'mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "WITH") { id } }', a=one, b=other
    )
    follow(world)
    assert counted(world, one) == counted(world, other) == [("linked", 1)]
    heat = world.ask("query($id: ID!) { heatOf(id: $id) { value tier } }", id=one)["heatOf"]
    assert heat == {"value": pytest.approx(0.259, abs=1e-3), "tier": "WARM"}
    world.ask("mutation($id: ID!) { unlink(id: $id) }", id=link["link"]["id"])
    follow(world)
    assert counted(world, one) == [("linked", 1)]


def test_a_link_that_a_text_or_a_connector_made_warms_nothing(world: World) -> None:
    one, other = (written(world, "import", NOTE) for _ in range(2))
    insert = (
        "INSERT INTO entity_links (source_type, source_id, relation, target_type, target_id, kind) "
        "VALUES ('note', $1, 'WITH', 'note', $2, 'extracted') RETURNING id"
    )
    written(world, "graphql", insert, one, other)
    follow(world)
    assert counted(world, one) == counted(world, other) == []


@pytest.mark.parametrize(("number", "warm"), [(100, 100), (101, 0), (1200, 0)])
def test_what_a_script_writes_at_once_is_nobodys_attention(world: World, number: int, warm: int) -> None:
    title = uuid4().hex
    inputs: Sequence[dict[str, str]] = [{"title": title}] * number
    world.ask("mutation($i: [CreateNoteInput!]!) { createNotes(inputs: $i) { id } }", inputs=inputs, i=inputs)
    follow(world)
    sql = "SELECT count(*) FROM heat_parts JOIN notes USING (user_id, id) WHERE title = $1"
    assert world.value(sql, title) == warm


def test_types_without_the_flag_have_no_heat(world: World) -> None:
    tag = world.ask("mutation($n: String!) { createTag(input: {name: $n}) { id } }", n=uuid4().hex)["createTag"]["id"]
    follow(world)
    assert counted(world, tag) == []


def test_the_log_of_one_user_warms_nothing_of_another(world: World) -> None:
    note = world.ask('mutation { createNote(input: {title: "mine"}) { id } }')["createNote"]["id"]
    seqs = world.column("SELECT seq FROM change_log WHERE user_id = $1", world.alice)
    world.as_service(world.bob, "SELECT count_edits($1::bigint[])", seqs)
    world.as_service(world.bob, "SELECT count_accesses(ARRAY[$1::uuid], '{opened}', '{0}')", UUID(note))
    assert counted(world, note) == []
    follow(world, world.bob)
    assert counted(world, note) == []
    follow(world)
    assert counted(world, note) == [("edited", 1)]


def test_reading_the_log_again_from_its_beginning_counts_by_its_own_times(world: World) -> None:
    """The log of a house that is older than heat: what was written long ago is warm by what is left of it."""
    note = written(world, "graphql", NOTE)
    world.execute(f"UPDATE change_log SET occurred_at = now() - interval '30 days' WHERE record_id = '{note}'")
    follow(world)
    (heat,) = world.column("SELECT heat_at(level, half_life, pinned, now()) FROM record_heat WHERE id = $1", note)
    assert heat == pytest.approx(0.3935, abs=1e-3)
