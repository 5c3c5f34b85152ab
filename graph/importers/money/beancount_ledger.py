"""One Beancount ledger with all files that it includes: its directives in the order in which they are booked."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.importers.base import Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.money.beancount_entries import Said, said, strings
from graph.importers.money.beancount_files import Entry, entries, matching
from graph.importers.money.beancount_tokens import Cursor
from graph.importers.money.books import ROOTS

_ORDER = {"open": -2, "balance": -1, "document": 1, "close": 2}
"""Within a day, as Beancount sorts."""

_KEPT = ("option", "plugin")


@dataclass(slots=True)
class Ledger:
    """`folder` is that of its first file, `unbooked` what has no place in the tables, as it is written, by file."""

    folder: Path
    said: list[Said] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    unbooked: dict[Path, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    @property
    def roots(self) -> dict[str, str]:
        """The account types by the names that this ledger gives to the five roots."""
        return {self.options.get(f"name_{type_}", name): type_ for name, type_ in ROOTS.items()}

    @property
    def rounding(self) -> str:
        equity = self.options.get("name_equity", "Equity")
        return f"{equity}:{self.options.get('account_rounding', 'Rounding')}"

    def sorted(self) -> list[Said]:
        return sorted(self.said, key=lambda one: (one.day, _ORDER.get(one.kind, 0), one.order))


@dataclass(slots=True)
class _Pushed:
    """What `pushtag` and `pushmeta` say of all that follows in a file."""

    tags: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Ledger:
    """The ledger that begins with this file. What cannot be understood is a problem and stays unbooked."""
    ledger = Ledger(path.resolve().parent)
    waiting, met = [path.resolve()], set[Path]()
    while waiting:
        current = waiting.pop()
        if current in met:
            continue
        met.add(current)
        try:
            found, ledger.warnings[current] = entries(current)
        except OSError as error:
            ledger.problems.append(Problem(path_text(current), reason(error)))
            continue
        pushed = _Pushed()
        below = [one for entry in found for one in _entry(ledger, entry, pushed)]
        waiting += reversed(below)
    return ledger


def _entry(ledger: Ledger, entry: Entry, pushed: _Pushed) -> Iterator[Path]:
    """Takes one entry into the ledger; yields the files that it includes."""
    word = entry.head.split(None, 1)[0]
    try:
        if word[0].isdigit():
            _dated(ledger, entry, pushed)
        elif word == "include":
            yield from _include(ledger, entry)
        elif word in _KEPT:
            ledger.unbooked.setdefault(entry.path, []).append(entry.raw)
            _option(ledger, entry)
        elif word in ("pushtag", "poptag", "pushmeta", "popmeta"):
            _push(pushed, word, Cursor.over(entry.head.partition(" ")[2]), entry.head)
        elif word[0] not in "*:#!&?%;-=|" and not _is_heading(word):
            raise ValueError("neither a directive nor a comment")
    except (ValueError, ArithmeticError) as error:
        ledger.problems.append(Problem(entry.where, f"{error}; kept as it is: {entry.raw[:300]}"))
        ledger.unbooked.setdefault(entry.path, []).append(entry.raw)


def _is_heading(word: str) -> bool:
    return word.startswith(("//", "~", "<", ">", "`", "'", "(", "[", "+", "_"))


def _dated(ledger: Ledger, entry: Entry, pushed: _Pushed) -> None:
    found = said(entry, len(ledger.said))
    if found is None:
        ledger.unbooked.setdefault(entry.path, []).append(entry.raw)
        return
    found.tags += [tag for tag in pushed.tags if tag not in found.tags]
    found.meta = pushed.meta | found.meta
    ledger.said.append(found)


def _include(ledger: Ledger, entry: Entry) -> Iterator[Path]:
    for pattern in strings(entry):
        found = matching(entry.path, pattern)
        if not found:
            ledger.problems.append(Problem(entry.where, f"nothing to include: {pattern}"))
        yield from found


def _option(ledger: Ledger, entry: Entry) -> None:
    words = list(strings(entry))
    if entry.head.startswith("option") and len(words) == 2:
        ledger.options.setdefault(words[0], words[1])


def _push(pushed: _Pushed, word: str, cursor: Cursor, head: str) -> None:
    if word == "pushtag":
        pushed.tags.append(cursor.take("tag"))
    elif word == "poptag":
        tag = cursor.take("tag")
        pushed.tags[:] = [one for one in pushed.tags if one != tag]
    elif word == "pushmeta":
        key = cursor.take("key")
        pushed.meta[key] = " ".join(token.text for token in reversed(cursor.rest))
    else:
        pushed.meta.pop(head.split(None, 1)[1].rstrip(": ") if " " in head else "", None)


def merged(written: list[Said]) -> dict[str, tuple[Said, Said | None]]:
    """Each account's first `open` (or, without one, its `close`) and its `close`, by name."""
    opened: dict[str, tuple[Said, Said | None]] = {}
    for one in written:
        if one.kind == "open":
            opened.setdefault(one.accounts[0], (one, None))
        elif one.kind == "close":
            before = opened.get(one.accounts[0])
            opened[one.accounts[0]] = (before[0] if before else replace(one), one)
    return opened
