"""The tree of errors: each one has a code of its own and a message that its fields fill."""

import string
from collections.abc import Iterator

from graph.errors import LifeloomError


def _all(kind: type[LifeloomError]) -> Iterator[type[LifeloomError]]:
    for each in kind.__subclasses__():
        if each.__module__ == "graph.errors":
            yield each
            yield from _all(each)


def test_every_error_has_its_own_code_and_a_message() -> None:
    kinds = list(_all(LifeloomError))
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        names = {name for _, name, _, _ in string.Formatter().parse(kind.__doc__ or "") if name}
        message = str(kind(**dict.fromkeys(names, 1)))
        assert message
        assert "\n" not in message
        assert "{" not in message
