"""What the tests of the doors share."""

import pytest

pytest.register_assert_rewrite("tests.life", "tests.resolvers.matrix", "tests.resolvers.refusing", "tests.world")

from tests.life import life, lived  # noqa: E402
from tests.world import World, built, world  # noqa: E402

__all__ = ["built", "life", "lived", "world"]


@pytest.fixture(scope="module")
def note(world: World) -> dict[str, str]:
    made: dict[str, str] = world.ask('mutation { createNote(input: {title: "here"}) { id updatedAt } }')["createNote"]
    return made


@pytest.fixture(scope="module")
def tag(world: World) -> str:
    return str(world.ask('mutation { createTag(input: {name: "taken"}) { id } }')["createTag"]["id"])
