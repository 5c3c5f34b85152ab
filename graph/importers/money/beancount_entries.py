"""What the entries of a Beancount ledger say, before anything is booked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from graph.importers.decoding import storable
from graph.importers.money.beancount_files import Entry
from graph.importers.money.beancount_tokens import Cursor

FLAGS = re.compile(r"[*!#&?%A-Z]\Z")


@dataclass(slots=True)
class Cost:
    """What stands in braces. `total` is that of `{{...}}` or after #; what is not said is None."""

    number: Decimal | None = None
    total: Decimal | None = None
    currency: str | None = None
    day: date | None = None
    label: str | None = None


@dataclass(slots=True)
class Written:
    """A posting as it is written: what is left out is None. `price` of an empty @ is no number but is `priced`."""

    account: str
    flag: str | None = None
    units: Decimal | None = None
    currency: str | None = None
    cost: Cost | None = None
    priced: str = ""
    price: Decimal | None = None
    price_currency: str | None = None
    comment: str = ""
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Said:
    """One directive: its strings (`words`) and accounts in their order, its amounts (`number`, `other`)."""

    kind: str
    day: date
    entry: Entry
    order: int
    words: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    number: Decimal | None = None
    other: Decimal | None = None
    flag: str = "*"
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    postings: list[Written] = field(default_factory=list)


_SHAPES = {
    "open": "account currencies string?",
    "close": "account",
    "commodity": "currency",
    "pad": "account account",
    "note": "account string",
    "document": "account string",
    "price": "currency number currency",
    "balance": "account number tolerance currency",
}


def said(entry: Entry, order: int) -> Said | None:
    """The directive of a dated entry; None for a kind that has no rows (event, query, custom). Raises ValueError."""
    cursor = Cursor.over(entry.head)
    found = Said("txn", cursor.day(), entry, order)
    if cursor.kind == "word" and cursor.text != "txn":
        found.kind = cursor.take("word")
        if found.kind not in _SHAPES:
            return None
        for part in _SHAPES[found.kind].split():
            _part(found, part, cursor)
    else:
        found.flag = _flag(cursor)
        while cursor.kind == "string":
            found.words.append(storable(cursor.take("string")))
            cursor.sign("|")
    _marks(found, cursor)
    cursor.end()
    _body(found)
    return found


def _part(found: Said, part: str, cursor: Cursor) -> None:
    if part == "account":
        found.accounts.append(cursor.take("account"))
    elif part == "currency":
        found.currencies.append(cursor.take("currency"))
    elif part == "currencies":
        while cursor.kind == "currency":
            found.currencies.append(cursor.take("currency"))
            cursor.sign(",")
    elif part == "number":
        found.number = cursor.number()
    elif part == "tolerance":
        found.other = cursor.number() if cursor.sign("~") else None
    elif part == "string" or cursor.kind == "string":
        found.words.append(storable(cursor.take("string")))


def _flag(cursor: Cursor) -> str:
    if cursor.kind == "word":
        cursor.take("word")
        return "*"
    flag = cursor.rest.pop().text if cursor.kind in ("sign", "currency") else ""
    if not FLAGS.match(flag):
        raise ValueError("neither a directive nor a flag after the date")
    return flag


def _marks(found: Said, cursor: Cursor) -> None:
    while cursor.kind in ("tag", "link"):
        marks = found.tags if cursor.kind == "tag" else found.links
        marks.append(cursor.rest.pop().text)


def _body(found: Said) -> None:
    """Metadata, tags and links, and the postings of a transaction with theirs."""
    about = found.meta
    for number, line in found.entry.body:
        cursor = Cursor.over(line)
        try:
            if not cursor.rest:
                continue
            if cursor.kind == "key":
                key = cursor.take("key")
                about.setdefault(key, _value(line))
            elif cursor.kind in ("tag", "link"):
                _marks(found, cursor)
                cursor.end()
            elif found.kind == "txn":
                found.postings.append(_posting(cursor))
                about = found.postings[-1].meta
            else:
                raise ValueError(f"not understood: {line.strip()[:80]}")
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None


def _value(line: str) -> str:
    """A metadata value as text: what a string says, anything else as it is written."""
    _, _, value = line.partition(":")
    cursor = Cursor.over(value)
    if cursor.kind == "string" and len(cursor.rest) == 1:
        return storable(cursor.take("string"))
    return storable(" ".join(token.text for token in reversed(cursor.rest)))


def _posting(cursor: Cursor) -> Written:
    flag = cursor.rest.pop().text if cursor.kind in ("sign", "currency", "tag") else None
    if flag and not FLAGS.match(flag):
        raise ValueError(f"no flag: {flag!r}")
    found = Written(cursor.take("account"), flag, comment=storable(cursor.comment))
    found.units = cursor.maybe_number()
    found.currency = cursor.maybe("currency")
    opened = cursor.sign("{", "{{")
    if opened:
        found.cost = _cost(cursor, opened == "{{")
    found.priced = cursor.sign("@", "@@") or ""
    if found.priced:
        found.price = cursor.maybe_number()
        found.price_currency = cursor.maybe("currency")
        if found.price is not None and found.price < 0:
            raise ValueError("a price below zero")
    cursor.end()
    return found


def _cost(cursor: Cursor, in_all: bool) -> Cost:
    cost = Cost()
    while not cursor.sign("}", "}}"):
        if cursor.kind == "date":
            cost.day = cursor.day()
        elif cursor.kind == "string":
            cost.label = storable(cursor.take("string"))
        elif cursor.at_number() or cursor.kind == "currency" or cursor.text == "#":
            _cost_amount(cost, cursor, in_all)
        elif not cursor.sign("*", ","):
            raise ValueError("a cost that is not understood")
    if min(cost.number or 0, cost.total or 0) < 0:
        raise ValueError("a cost below zero")
    return cost


def _cost_amount(cost: Cost, cursor: Cursor, in_all: bool) -> None:
    number = cursor.maybe_number()
    if in_all:
        cost.total = number
    else:
        cost.number = number
    if cursor.sign("#"):
        cost.total = cursor.maybe_number()
    cost.currency = cursor.maybe("currency")


def strings(entry: Entry) -> Iterator[str]:
    """The strings of a line such as `option "title" "My books"`."""
    cursor = Cursor.over(entry.head)
    yield from (token.text for token in reversed(cursor.rest) if token.kind == "string")
