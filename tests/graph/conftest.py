"""What the tests of this floor share: a house to work in, and a world of what GraphQL makes of it."""

from uuid import UUID

import pytest

from graph.database import Database

pytest.register_assert_rewrite("tests.life", "tests.world", "tests.graph.household", "tests.graph.watching")

from tests.graph.household import Household  # noqa: E402
from tests.graph.watching import Watch  # noqa: E402
from tests.life import life, lived  # noqa: E402
from tests.world import World, built, world  # noqa: E402

__all__ = ["built", "house", "life", "lived", "world"]


@pytest.fixture
def house(database: Database, alice: UUID) -> Household:
    """Alice's house on a fresh database."""
    return Household.over(database, alice)


@pytest.fixture
def watch(world: World) -> Watch:
    """What the log says of Alice from here on."""
    return Watch(world, world.alice)
