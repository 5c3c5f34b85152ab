"""What the tests of extraction share: a house whose texts a model reads."""

import pytest

pytest.register_assert_rewrite("tests.graph.extraction.reading")

from tests.graph.extraction.reading import there  # noqa: E402

__all__ = ["there"]
