"""Pages lose and repeat nothing while rows come and go between them: lists, links, the timeline, the log; both ways, with ties and nulls."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

_ORDERS = {
    "PRIORITY_ASC": "priority ASC, id ASC", "PRIORITY_DESC": "priority DESC, id DESC",
    "PRIORITY_ASC, SUMMARY_DESC": "priority ASC, summary DESC, id DESC", "SUMMARY_ASC, PRIORITY_DESC": "summary ASC, priority DESC, id DESC",
    "DUE_AT_DESC, PRIORITY_ASC, CREATED_AT_ASC": "due_at DESC, priority ASC, created_at ASC, id ASC", "ID_ASC": "id ASC",
    "SORT_ORDER_ASC": "sort_order ASC, id ASC", "SORT_ORDER_DESC, PRIORITY_ASC": "sort_order DESC, priority ASC, id ASC",
}  # fmt: skip
_PAGE = "{ edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"

rows = st.tuples(st.sampled_from([None, 0, 1, 9]), st.sampled_from(["", "a", "Ä"]), st.sampled_from([None, "2020-01-01", "0001-01-01"]),
                 st.sampled_from([None, 0.1, float("nan"), float("inf"), float("-inf"), 1e-300]))  # fmt: skip
happenings = st.lists(st.lists(st.one_of(rows, st.integers(0, 30)), max_size=3), max_size=12)
"""What happens after each page: a row comes, or the n-th of those that are there goes."""


@dataclass
class Shelf:
    """Rows that one walk goes through; `lasting` are there from its beginning to its end."""

    world: World
    mark: str = field(default_factory=lambda: uuid4().hex)
    alive: list[UUID] = field(default_factory=list)
    lasting: set[UUID] = field(default_factory=set)

    def add(self, row: tuple[int | None, str, str | None, float | None]) -> None:
        sql = "INSERT INTO tasks (user_id, priority, summary, due_date, sort_order, location) VALUES ($1, $2, $3, $4::text::date, $5, $6) RETURNING id"
        self.alive.append(self.world.value(sql, self.world.alice, *row, self.mark))

    def remove(self, number: int) -> None:
        if self.alive:
            id_ = self.alive.pop(number % len(self.alive))
            self.lasting.discard(id_)
            self.world.rows("UPDATE tasks SET deleted_at = now() WHERE id = $1", id_)

    def happen(self, things: list[Any]) -> None:
        for thing in things:
            if isinstance(thing, int):
                self.remove(thing)
            else:
                self.add(thing)

    def in_order(self, order: str) -> list[UUID]:
        """All rows that ever were, as plain SQL orders them."""
        return self.world.column(f"SELECT id FROM tasks WHERE location = $1 ORDER BY {_ORDERS[order]}", self.mark)


def walk(shelf: Shelf, ask: Any, script: list[list[Any]], *, backward: bool) -> list[UUID]:
    """All pages, one after the other, while the script happens between them; the rows in the order of the list."""
    seen: list[UUID] = []
    cursor = None
    for things in itertools.chain(script, itertools.repeat([])):
        page = ask(cursor)
        ids = [UUID(node["id"]) for node in page["nodes"]]
        assert [UUID(edge["node"]["id"]) for edge in page["edges"]] == ids
        assert set(ids) <= set(shelf.alive), "only what is there is shown"
        seen = ids + seen if backward else seen + ids
        info = page["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == (
            (page["edges"][0]["cursor"], page["edges"][-1]["cursor"]) if ids else (None, None)
        )
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            break
        cursor = info["startCursor" if backward else "endCursor"]
        shelf.happen(things)
    return seen


def check(shelf: Shelf, seen: list[UUID]) -> None:
    assert len(seen) == len(set(seen)), "nothing is repeated"
    assert shelf.lasting <= set(seen), "nothing is lost"


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(rows, max_size=9), happenings, st.sampled_from(list(_ORDERS)), st.integers(1, 4), st.booleans())
def test_lists(world: World, first: list[Any], script: list[list[Any]], order: str, size: int, backward: bool) -> None:
    shelf = Shelf(world)
    shelf.happen(first)
    shelf.lasting = set(shelf.alive)
    bounds = "last: $n, before: $c" if backward else "first: $n, after: $c"
    query = f"query($m: String!, $n: Int!, $c: String) {{ tasks(filter: {{location: {{eq: $m}}}}, orderBy: [{order}], {bounds}) {_PAGE} }}"
    seen = walk(
        shelf, lambda cursor: world.ask(query, m=shelf.mark, n=size, c=cursor)["tasks"], script, backward=backward
    )
    check(shelf, seen)
    wanted = shelf.in_order(order)
    assert seen == [id_ for id_ in wanted if id_ in set(seen)], "the order of all pages is that of the list"


class Around(Shelf):
    """The rows that a note is linked with, some from both sides and some of equal weight."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.note = world.value("INSERT INTO notes (user_id, title) VALUES ($1, 'middle') RETURNING id", world.alice)

    def add(self, row: tuple[int | None, str, str | None, float | None]) -> None:
        super().add(row)
        there, back = (self.note, self.alive[-1]) if row[1] else (self.alive[-1], self.note)
        self.world.rows(
            "INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, weight) "
            "VALUES ($1, 'x', $2, 'NEAR', 'x', $3, $4)", self.world.alice, there, back, float(row[0] or 0.1),
        )  # fmt: skip


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(rows, max_size=9), happenings, st.sampled_from(["BOTH", "OUT", "IN"]), st.integers(1, 4), st.booleans())
def test_links(
    world: World, first: list[Any], script: list[list[Any]], direction: str, size: int, backward: bool
) -> None:
    shelf = Around(world)
    shelf.happen(first)
    shelf.lasting = set(shelf.alive)
    bounds = "last: $n, before: $c" if backward else "first: $n, after: $c"
    query = f"query($id: ID!, $n: Int!, $c: String) {{ node(id: $id) {{ links(direction: {direction}, {bounds}) {_PAGE} }} }}"
    seen = walk(
        shelf,
        lambda cursor: world.ask(query, id=str(shelf.note), n=size, c=cursor)["node"]["links"],
        script,
        backward=backward,
    )
    side = {"OUT": "source_id", "IN": "target_id"}
    if direction != "BOTH":
        shelf.lasting &= set(
            world.column(
                f"SELECT unnest(ARRAY[source_id, target_id]) FROM entity_links WHERE {side[direction]} = $1", shelf.note
            )
        )
    check(shelf, seen)
    wanted = world.column(
        "SELECT CASE source_id WHEN $1 THEN target_id ELSE source_id END FROM entity_links WHERE $1 IN (source_id, target_id) "
        "ORDER BY weight DESC, id",
        shelf.note,
    )
    assert seen == [id_ for id_ in wanted if id_ in set(seen)], "the heaviest first"


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(rows, max_size=9), happenings, st.integers(1, 4), st.booleans())
def test_the_timeline(world: World, first: list[Any], script: list[list[Any]], size: int, backward: bool) -> None:
    shelf = Shelf(world)
    world.rows("DELETE FROM tasks")
    shelf.happen(first)
    shelf.lasting = set(shelf.alive)
    bounds = "last: $n, before: $c" if backward else "first: $n, after: $c"
    query = f"query($n: Int!, $c: String) {{ timeline(types: [TASK], {bounds}) {_PAGE} }}"
    seen = walk(shelf, lambda cursor: world.ask(query, n=size, c=cursor)["timeline"], script, backward=backward)
    check(shelf, seen)


def test_the_log_is_followed_without_a_gap(world: World) -> None:
    shelf = Shelf(world)
    query = "query($n: Int!, $c: String) { changes(first: $n, after: $c) { nodes { seq } pageInfo { endCursor hasNextPage } } }"
    seen: list[int] = []
    cursor = None
    for number in range(40):
        page = world.ask(query, n=1 + number % 7, c=cursor)["changes"]
        seen += [int(change["seq"]) for change in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"] or cursor
        shelf.happen([(number % 10, "a", None, 0.1)] if number % 3 else [0, (None, "", None, None)])
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 40
