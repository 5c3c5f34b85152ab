"""What the tests of this floor share: a house to work in, and a world of what GraphQL makes of it."""

from pathlib import Path
from uuid import UUID

import pytest

from graph.database import Database
from graph.files.store import DiskStore

pytest.register_assert_rewrite("tests.graph.household", "tests.graph.storing", "tests.graph.watching")

from tests.graph.household import Household  # noqa: E402
from tests.graph.storing import Shelves  # noqa: E402
from tests.graph.watching import Watch  # noqa: E402
from tests.world import World  # noqa: E402


@pytest.fixture
def house(database: Database, alice: UUID) -> Household:
    """Alice's house on a fresh database."""
    return Household.over(database, alice)


@pytest.fixture
def shelves(database: Database, tmp_path: Path) -> Shelves:
    """An empty store of files beside a fresh database."""
    return Shelves(database, DiskStore(tmp_path / "files"))


@pytest.fixture
def watch(world: World) -> Watch:
    """What the log says of Alice from here on."""
    return Watch(world, world.alice)
