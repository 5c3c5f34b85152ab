"""A merge followed by its split restores every row and every edge of every type, but for `updated_at` and the log."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from graph.database import Server
from graph.merging.merge import Merging
from resolvers.schema import Built
from tests.graph.merging.snapshots import Rows, differences, everything
from tests.life import Lived
from tests.specimens import Specimens
from tests.world import World, built, new_world

TYPES = sorted(entity.name for entity in built.__wrapped__().workshop.catalog.records if not entity.managed)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


def merging(world: World) -> Merging:
    return world.service.merging


def living(world: World, table: str) -> list[UUID]:
    return world.column(f'SELECT id FROM "{table}" WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id', world.alice)


class Standing:
    """What Alice has between two tests: where a split restores everything, that is looked at once a test."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.look()

    def look(self) -> Rows:
        self.rows = everything(self._world, self._world.alice)
        return self.rows


@pytest.fixture(scope="module")
def standing(world: World) -> Standing:
    return Standing(world)


@pytest.mark.parametrize("table", TYPES)
def test_a_split_restores_every_row(world: World, standing: Standing, table: str) -> None:
    ids, specimens = living(world, table), Specimens(world)
    while len(ids) < 3:
        specimens.create(world.catalog.entities[table], world.alice)
        ids = living(world, table)
        standing.look()
    before, bobs = standing.rows, world.snapshot(world.bob)
    merged = world.run(merging(world).merge(world.alice, ids[1:], ids[0]))
    assert living(world, table) == ids[:1] or not set(living(world, table)) & set(ids[1:])
    split = world.run(merging(world).split(world.alice, merged.merge.id))
    assert list(split.remainders) == []
    assert differences(before, standing.look()) == []
    assert world.snapshot(world.bob) == bobs
