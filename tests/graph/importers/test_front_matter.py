"""Front matter: cut off exactly, read as JSON values, and bombs refused while their text is kept."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.vault.front_matter import FrontMatterRefused, names, parse, split

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\na: 1\n---\nText", ("a: 1", "Text")),
        ("---\r\na: 1\r\n---\r\nText", ("a: 1", "Text")),
        ("---\na: 1\nb: 2\n---", ("a: 1\nb: 2", "")),
        ("---\n---\n", ("", "")),
        ("--- \na: 1\n---\t\n---\n", ("a: 1", "---\n")),
        ("---\na: 1\nText", (None, "---\na: 1\nText")),
        ("----\na: 1\n---\n", (None, "----\na: 1\n---\n")),
        ("\n---\na: 1\n---\n", (None, "\n---\na: 1\n---\n")),
        ("", (None, "")),
    ],
)
def test_split(text: str, expected: tuple[str | None, str]) -> None:
    assert split(text) == expected


@given(st.text("a: -\n#", max_size=30), st.text(max_size=30))
def test_nothing_is_lost_by_splitting(raw: str, content: str) -> None:
    kept, rest = split(f"---\n{raw}\n---\n{content}")
    assert kept is not None
    assert f"---\n{kept}\n---\n{rest}" == f"---\n{raw}\n---\n{content}" or "---" in raw


def test_values_are_plain_json() -> None:
    fields = parse(
        "title: 'No: yes'\ndate: 2024-05-17\ntime: 2024-05-17T10:00:00Z\ndone: true\nno: no\nempty:\nrating: 4.5\n"
        "count: -12\nzip: 01234\nhuge: 123456789012345678901\nnan: .nan\n12:30: 12:30\n? 7\n: {a: [1, {b: ~}]}\n"
        'text: |\n  two\n  lines\nby: &x {n: 1}\nagain: *x\ntag: !!python/object:os.system x\nnul: "a\\0b"'
    )
    assert fields == {
        "title": "No: yes",
        "date": "2024-05-17",
        "time": "2024-05-17T10:00:00Z",
        "done": True,
        "no": "no",
        "empty": None,
        "rating": 4.5,
        "count": -12,
        "zip": "01234",
        "huge": "123456789012345678901",
        "nan": ".nan",
        "12:30": "12:30",
        "7": {"a": [1, {"b": None}]},
        "text": "two\nlines\n",
        "by": {"n": 1},
        "again": {"n": 1},
        "tag": "x",
        "nul": "ab",
    }
    assert parse("# a comment alone") == {}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("a: [b", "no valid YAML, line"),
        ("a: b: c", "no valid YAML, line 2"),
        ("a: \x01", "no valid YAML"),
        ("{{title}}", "a name that is a list or a mapping"),
        ("just words", "no mapping"),
        ("- a\n- b", "no mapping"),
        ("a: 1\n... \nb: 2", "no valid YAML"),
        (LAUGHS, "expand to too much"),
        ("a: &a [*a]", "nested deeper"),
        ("a: " + "[" * 100_000, "no valid YAML|nested deeper"),
        ("a: " + "{a: " * 900 + "}" * 900, "no valid YAML|nested deeper"),
        ("- " * 100_000, "nested deeper|no valid YAML"),
        ("a: &a " + "x" * 200_000 + "\nb: [" + "*a, " * 1000 + "]", "expand to too much"),
        ("a: " + "x" * 300_000, "longer than"),
    ],
)
def test_refused_with_a_reason_and_at_once(raw: str, reason: str) -> None:
    start = time.process_time()
    with pytest.raises(FrontMatterRefused, match=reason):
        parse(raw)
    assert time.process_time() - start < 2


@given(st.text(max_size=200) | st.text("abc: -[]{}&*!|>'\"\n #,?%@`\\0", max_size=60))
def test_any_text_is_json_or_refused(raw: str) -> None:
    try:
        fields = parse(raw)
    except FrontMatterRefused:
        return
    assert json.loads(json.dumps(fields, allow_nan=False)) == fields


def test_names_of_lists_and_of_one_text() -> None:
    assert names("a, b,,c", ",") == ["a", "b", "c"]
    assert names(["a", 2, None, {"x": 1}, "a"], ",") == ["a", "2"]
    assert names(None, ",") == names(True, ",") == names({}, ",") == []
    assert names(1984, ",") == ["1984"]
