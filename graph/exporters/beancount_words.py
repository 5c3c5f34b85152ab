"""Names, numbers and texts in the syntax of Beancount (https://beancount.github.io/docs/beancount_language_syntax.html)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from graph.importers.money.beancount_tokens import tokens
from graph.importers.money.books import component

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ESCAPED = re.compile(r'[\\"\n\t\r]')
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_KEY = re.compile(r"[a-z][\w-]*\Z")
_MARK = re.compile(r"[\w/.-]+\Z")


def quoted(text: str) -> str:
    """A text as a string on one line."""
    plain = _BREAKS.sub("\n", text)
    return '"' + _ESCAPED.sub(lambda sign: _ESCAPES[sign[0]], plain) + '"'


def number(amount: Decimal) -> str:
    """All digits, those too that are zeros at the end."""
    return f"{amount:f}"


def is_one(kind: str, text: str) -> bool:
    """Whether a text is one token of this kind: account, currency."""
    found = list(tokens(text))
    return len(found) == 1 and (found[0].kind, found[0].text) == (kind, text)


def is_mark(text: str) -> bool:
    """Whether a text can be a tag or a link."""
    return _MARK.match(text) is not None


def account(name: str, root: str) -> str:
    """A name as Beancount takes it: itself, or the like with capital letters and no blanks, below a root."""
    if is_one("account", name):
        return name
    parts = [component(part) for part in name.split(":") if part.strip()]
    made = ":".join(parts if len(parts) > 1 else [root, *parts])
    return made if is_one("account", made) else f"{root}:{component('X' + '-'.join(parts))}"


def currency(symbol: str) -> str:
    """A symbol as Beancount takes it: itself, or the like in capitals."""
    if is_one("currency", symbol):
        return symbol
    made = re.sub(r"[^A-Z0-9'._-]", "", symbol.upper()).strip("'._-")
    return made if is_one("currency", made) else f"X{made}X"


def apart(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """New names by the old ones, where two may have come out as one: the later then gets a number."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for old, new in sorted(wanted, key=lambda one: (one[0] != one[1], one)):
        name, count = new, 1
        while name in taken:
            count += 1
            name = f"{new}-{count}"
        found[old] = name
        taken.add(name)
    return found


def metadata(values: Mapping[str, object], indent: str) -> Iterator[str]:
    """The lines of metadata of what can be said so."""
    for key, value in sorted(values.items()):
        if is_metadata(key, value):
            yield f"{indent}{key}: {quoted(str(value))}\n"


def is_metadata(key: str, value: object) -> bool:
    """Whether this can be a line of metadata: the value is a text."""
    return isinstance(value, str) and _KEY.match(key) is not None
