"""For every table that is read, generated from the Catalog: its whole life, its lists, its surroundings, and what others see."""

import pytest

from schema_sql.catalog import Entity
from schema_sql.migrate import declared
from tests.resolvers.matrix import Matrix
from tests.world import World

every_type = pytest.mark.parametrize("entity", declared().records, ids=lambda entity: entity.record_type)

every_series = pytest.mark.parametrize("entity", declared().series, ids=lambda entity: entity.record_type)
every_list = pytest.mark.parametrize(
    "entity", (*declared().records, *declared().series), ids=lambda entity: entity.record_type
)


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


@every_type
def test_its_records_live_and_die(matrix: Matrix, entity: Entity) -> None:
    matrix.is_managed(entity)
    if not entity.managed:
        matrix.lives(entity)


@every_type
def test_its_records_come_in_batches_and_by_key(matrix: Matrix, entity: Entity) -> None:
    matrix.batches(entity)
    matrix.upserts(entity)


@every_list
def test_it_is_filtered_by_every_column(matrix: Matrix, entity: Entity) -> None:
    matrix.filters(entity)


@every_list
def test_it_is_ordered_by_every_column(matrix: Matrix, entity: Entity) -> None:
    matrix.orders(entity)


@every_type
def test_its_records_are_linked_found_and_remembered(matrix: Matrix, entity: Entity) -> None:
    matrix.surroundings(entity)


@every_type
def test_others_see_and_change_nothing_of_it(matrix: Matrix, entity: Entity) -> None:
    matrix.strangers(entity)


@every_series
def test_its_rows_are_read_beside_what_they_point_at(matrix: Matrix, entity: Entity) -> None:
    matrix.series(entity)
