"""The tests of this floor that look at what GraphQL makes of it share a world."""

import pytest

pytest.register_assert_rewrite("tests.world")

from tests.world import built, world  # noqa: E402

__all__ = ["built", "world"]
