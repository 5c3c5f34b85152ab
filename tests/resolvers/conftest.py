"""What the tests of the doors share."""

import pytest

pytest.register_assert_rewrite("tests.resolvers.matrix", "tests.resolvers.refusing")

from tests.world import World  # noqa: E402


@pytest.fixture(scope="module")
def note(world: World) -> dict[str, str]:
    made: dict[str, str] = world.ask('mutation { createNote(input: {title: "here"}) { id updatedAt } }')["createNote"]
    return made


@pytest.fixture(scope="module")
def tag(world: World) -> str:
    return str(world.ask('mutation { createTag(input: {name: "taken"}) { id } }')["createTag"]["id"])
