"""What the tests of the doors share."""

from tests.world import built, world

__all__ = ["built", "world"]
