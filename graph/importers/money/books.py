"""What all formats of money share: commodities, accounts and the postings of a transaction that balances."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from graph.importers.base import Item, Row, To
from graph.importers.keys import shortened
from graph.importers.money.currencies import digits, kind_of

ROOTS = {
    "Assets": "assets",
    "Liabilities": "liabilities",
    "Equity": "equity",
    "Income": "income",
    "Expenses": "expenses",
}
"""The names of the five roots, as Beancount has them, and their types."""

_UNNAMED = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting on its way into a row, with the keys of its account and commodity. `more` are further columns."""

    account: str
    units: Decimal
    commodity: str
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Books:
    """The commodities and accounts that a file speaks of: each is mentioned once, before what refers to it."""

    where: str
    roots: Mapping[str, str] = field(default_factory=lambda: ROOTS)
    done: set[str] = field(default_factory=set)

    def commodity(self, symbol: str, key: str = "", **more: object) -> Iterator[Item]:
        """A currency or security that is there, or is made with what its symbol tells; the key is the symbol's else."""
        values = {"symbol": symbol, "kind": kind_of(symbol), "precision": digits(symbol), **more}
        key = commodity_key(key or symbol)
        met_by = ("isin",) if more.get("isin") else ()
        yield from self.once(Item(key, (Row("commodities", key, values),), self.where, met_by=met_by))

    def account(self, name: str, key: str = "", **more: object) -> Iterator[Item]:
        """An account that is there, or is made, below those that its name names; the key is the name's else."""
        parent = name.rpartition(":")[0]
        type_ = self.roots.get(name.partition(":")[0], "equity")
        values: dict[str, object] = {"name": name, "account_type": type_, **more}
        if parent:
            yield from self.account(parent)
            values["parent_id"] = To(account_key(parent))
        key = account_key(key or name)
        met_by = ("ofx_acctid",) if more.get("ofx_acctid") else ()
        yield from self.once(Item(key, (Row("financial_accounts", key, values),), self.where, met_by=met_by))

    def payee(self, name: str) -> Iterator[Item]:
        """Whom one pays, by the name in the books."""
        key = payee_key(name)
        yield from self.once(Item(key, (Row("payees", key, {"name": name}),), self.where))

    def once(self, item: Item) -> Iterator[Item]:
        """The item as something that is only mentioned, the first time that it is."""
        if item.key not in self.done:
            self.done.add(item.key)
            yield replace(item, mentioned=True)


def commodity_key(symbol: str) -> str:
    return shortened(f"commodity:{symbol}")


def account_key(name: str) -> str:
    return shortened(f"account:{name}")


def payee_key(name: str) -> str:
    return shortened(f"payee:{' '.join(unicodedata.normalize('NFKC', name).lower().split())}")


def component(text: str) -> str:
    """A text as one part of an account's name: it begins with a capital letter or a digit and has no colons."""
    words = _UNNAMED.sub("-", text.strip()).strip("-_")
    return words[:1].upper() + words[1:] if words else "Unnamed"


def postings(key: str, legs: Iterable[Leg]) -> tuple[Row, ...]:
    """The legs of a transaction as rows, in their order."""
    return tuple(
        Row(
            "postings",
            f"{key}/{place}",
            {
                "transaction_id": To(key),
                "financial_account_id": To(account_key(leg.account)),
                "units": leg.units,
                "commodity_id": To(commodity_key(leg.commodity)),
                "position": place,
                **leg.more,
            },
        )
        for place, leg in enumerate(legs)
    )


def uncategorized(units: Decimal, commodity: str) -> str:
    """The account for the other side of a statement line that nobody has booked yet."""
    return f"{'Expenses' if units < 0 else 'Income'}:Uncategorized:{component(commodity)}"


def balance(account: str, as_of: date, units: Decimal, commodity: str, where: str, source: str) -> Item:
    """What an account is known to hold. One balance for a day, whichever statement says so."""
    key = shortened(f"balance:{account}:{as_of}:{commodity}")
    values = {
        "financial_account_id": To(account_key(account)),
        "as_of": as_of,
        "amount": units,
        "commodity_id": To(commodity_key(commodity)),
        "source": source,
    }
    return Item(key, (Row("balance_assertions", key, values),), where)
