"""What the tests of the doors share."""

import pytest

pytest.register_assert_rewrite("tests.resolvers.matrix", "tests.world")

from tests.world import built, world  # noqa: E402

__all__ = ["built", "world"]
