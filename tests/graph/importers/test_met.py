"""The keys that were met are a set."""

from hypothesis import given
from hypothesis import strategies as st

from graph.importers.met import Met


@given(st.lists(st.text(max_size=3), max_size=400))
def test_it_is_a_set(keys: list[str]) -> None:
    met, known = Met(), set[str]()
    for key in keys:
        assert met.add(key) is (key not in known)
        known.add(key)
    assert len(met) == len(known)
    assert all(key in met for key in known)
    assert "another key" not in met


def test_it_grows() -> None:
    met = Met()
    assert sum(met.add(str(number)) for number in range(20_000)) == 20_000
    assert not any(met.add(str(number)) for number in range(20_000))
