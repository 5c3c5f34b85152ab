"""The tests of this floor that look at what GraphQL makes of it share a world."""

from tests.world import built, world

__all__ = ["built", "world"]
