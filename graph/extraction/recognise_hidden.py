"""What of a Markdown passage is no prose: code spans, HTML tags and comments. Pure, and linear in the passage."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

_SPECIAL = re.compile(r"`++|<!--|<(?=[A-Za-z/])")
_BACKTICKS = re.compile(r"`++")
_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")


def hidden(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of a passage that are not read, from left to right."""
    runs: dict[int, list[int]] | None = None
    last_comment = text.rfind("-->", start, end)
    at = start
    while special := _SPECIAL.search(text, at, end):
        opening, mark = special.start(), special.group()
        at = special.end()
        if mark == "<!--":
            at = text.find("-->", at, end) + 3 if last_comment >= at else at
        elif mark == "<":
            tag = _TAG.match(text, opening, end)
            at = tag.end() if tag and "@" not in tag.group() and "://" not in tag.group() else at
        else:
            runs = _runs(text, start, end) if runs is None else runs
            at = _closed(runs, len(mark), at)
        if at > special.end():
            yield opening, at


def _runs(text: str, start: int, end: int) -> dict[int, list[int]]:
    """Where runs of backticks begin, by their length."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _BACKTICKS.finditer(text, start, end):
        runs[run.end() - run.start()].append(run.start())
    return runs


def _closed(runs: dict[int, list[int]], length: int, after: int) -> int:
    """Behind the run that closes a code span, or `after` where none does."""
    alike = runs[length]
    place = bisect_left(alike, after)
    return alike[place] + length if place < len(alike) else after
