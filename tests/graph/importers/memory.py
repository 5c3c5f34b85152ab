"""How much memory something takes while it runs."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def little_memory(limit: float) -> Iterator[None]:
    """Fails where Python's objects of what runs inside take as many bytes as that together at any time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit
