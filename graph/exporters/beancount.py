"""The books as one Beancount ledger: options, commodities, accounts, prices, balances, transactions.

What a bank adds to a transaction, and what tells of an account beside its name, has no directive; how many records say
so is told. Drafts count for nothing and are lost. An account without a day of opening is opened in 1970.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from graph.exporters import beancount_words as words
from graph.exporters.base import Life, Lost, Row
from graph.exporters.beancount_transaction import Names, is_sale, transaction, unsaid
from graph.exporters.streams import Out, portions
from graph.importers.money.books import ROOTS
from graph.importers.money.currencies import digits, kind_of

_ROOTS = {type_: name for name, type_ in ROOTS.items()}
_OF_ACCOUNTS = ("description", "organization_id", "iban", "bic", "last4", "ofx_bankid", "ofx_acctid")
_OF_TRANSACTIONS = (
    "posted_at", "financial_account_id", "fitid", "trntype", "check_number", "transfer_group",
)  # fmt: skip
_LONG_AGO = date(1970, 1, 1)
_UNBOOKED = re.compile(r"(?:option|plugin)\s|\d{4}[-/]\d\d?[-/]\d\d?\s+(?:event|query|custom)\s")
_NAMED = re.compile(r'option\s+"name_')


class Beancount:
    """Writes one .beancount file."""

    format: ClassVar[str] = "beancount"
    suffixes: ClassVar[tuple[str, ...]] = (".beancount", ".bean")

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """Directives by kind; each kind by its day, and in an order that follows from what they say."""
        books = await _books(life)
        async with Out(target) as out:
            await out.add("; Lifeloom\n", *sorted(books.options()), *[one async for one in _unbooked(life)])
            await out.add(*books.commodity_lines(), *books.account_lines())
            for lost in books.lost():
                yield lost
            yield len(books.commodities) + sum(books.is_said(row) for row in books.accounts)
            for table, day in (("commodity_prices", "price_date"), ("balance_assertions", "as_of")):
                rows = life.series(table, (day,)) if table == "commodity_prices" else life.rows(table)
                lines = sorted({(row[day], _check(row, books.names)) async for row in rows})
                await out.add(*(line for _, line in lines))
                yield len(lines)
            left: Counter[str] = Counter()
            async for said in _transactions(life, books.names, left, out):
                yield said
            for column, count in sorted(left.items()):
                yield Lost(f"{count} transactions", f"their {column}")


@dataclass(slots=True)
class _Books:
    """The commodities and accounts, what they are called in the file, and which accounts something is booked on."""

    commodities: list[Row]
    accounts: list[Row]
    used: set[UUID]
    names: Names

    def is_said(self, row: Row) -> bool:
        """Whether an account is opened: one that others are below of, and nothing else, follows from their names."""
        has_more = row["opened_on"] or row["closed_on"] or row["currency"] or row["custom_fields"]
        below = any(other["name"].startswith(f"{row['name']}:") for other in self.accounts)
        return bool(has_more or row["id"] in self.used or not below)

    def options(self) -> Iterator[str]:
        """The names of roots that are not the usual ones."""
        for name, type_ in self._roots().items():
            if ROOTS.get(name) != type_:
                yield f'option "name_{type_}" {words.quoted(name)}\n'

    def _roots(self) -> dict[str, str]:
        """The one name of each type's root, where all accounts have it so."""
        found: dict[str, set[str]] = {}
        for row in self.accounts:
            found.setdefault(self.names.accounts[row["id"]].partition(":")[0], set()).add(row["account_type"])
        clear = {name: next(iter(types)) for name, types in found.items() if len(types) == 1}
        return {name: type_ for name, type_ in clear.items() if list(clear.values()).count(type_) == 1}

    def commodity_lines(self) -> Iterator[str]:
        for row in sorted(self.commodities, key=lambda row: self.names.commodities[row["id"]]):
            symbol = self.names.commodities[row["id"]]
            about = {"name": row["name"], "isin": row["isin"]}
            about["kind"] = row["kind"] if row["kind"] != kind_of(symbol) else None
            yield f"{_LONG_AGO} commodity {symbol}\n"
            yield from words.metadata({key: value for key, value in about.items() if value}, "  ")

    def account_lines(self) -> Iterator[str]:
        for row in sorted(self.accounts, key=lambda row: self.names.accounts[row["id"]]):
            if self.is_said(row):
                yield from _account(row, self.names.accounts[row["id"]])

    def lost(self) -> Iterator[Lost]:
        roots = ROOTS | self._roots()
        for row in self.commodities:
            symbol = self.names.commodities[row["id"]]
            yield from [Lost(row["symbol"], f"its symbol: it became {symbol}")] if symbol != row["symbol"] else []
            yield from [Lost(symbol, f"its precision {row['precision']}")] if row["precision"] != digits(symbol) else []
        for row in self.accounts:
            name, custom = self.names.accounts[row["id"]], row["custom_fields"]
            yield from [Lost(row["name"], f"its name: it became {name}")] if name != row["name"] else []
            type_ = roots.get(name.partition(":")[0], "equity")
            yield from [Lost(name, f"that it is {row['account_type']}")] if type_ != row["account_type"] else []
            yield from (Lost(name, f"its {column}") for column in _OF_ACCOUNTS if row[column] is not None)
            known = {"booking", "currencies"} | {key for key, value in custom.items() if words.is_metadata(key, value)}
            yield from (Lost(name, f"its field {key}") for key in custom if key not in known)


async def _books(life: Life) -> _Books:
    commodities = [row async for row in life.rows("commodities", ("symbol",))]
    accounts = [row async for row in life.rows("financial_accounts", ("name",))]
    used = {row["financial_account_id"] async for row in life.rows("postings", ())}
    used |= {row["financial_account_id"] async for row in life.rows("balance_assertions", ())}
    above = {row["parent_id"] for row in accounts}
    symbols = words.apart((row["symbol"], words.currency(row["symbol"])) for row in commodities)
    named = words.apart((row["name"], _called(row, used, above)) for row in accounts)
    names = Names(
        {row["id"]: named[row["name"]] for row in accounts}, {row["id"]: symbols[row["symbol"]] for row in commodities}
    )
    return _Books(commodities, accounts, used, names)


def _called(row: Row, used: set[UUID], above: set[UUID | None]) -> str:
    """A root that only holds others keeps its name, for it is never written by itself."""
    name: str = row["name"]
    if row["id"] in above and row["id"] not in used and ":" not in name:
        return name
    return words.account(name, _ROOTS[row["account_type"]])


def _account(row: Row, name: str) -> Iterator[str]:
    custom = row["custom_fields"]
    several = custom.get("currencies")
    listed = [one for one in several if isinstance(one, str)] if isinstance(several, list) else []
    currencies = ",".join(one for one in listed or [row["currency"] or ""] if words.is_one("currency", one))
    booking = words.quoted(custom["booking"]) if isinstance(custom.get("booking"), str) else ""
    opened = row["opened_on"] or min(_LONG_AGO, row["closed_on"] or _LONG_AGO)
    yield " ".join(filter(None, (str(opened), "open", name, currencies, booking))) + "\n"
    yield from words.metadata({key: one for key, one in custom.items() if key not in ("booking", "currencies")}, "  ")
    if row["closed_on"]:
        yield f"{row['closed_on']} close {name}\n"


async def _unbooked(life: Life) -> AsyncIterator[str]:
    """Options and directives without a table, as the ledgers had them that came in; those that name roots are ours."""
    met: set[str] = set()
    async for row in life.rows("files", ("path",)):
        said = row["custom_fields"].get("beancount") if row["source"] == "beancount" else None
        for raw in said if isinstance(said, list) else []:
            if isinstance(raw, str) and _UNBOOKED.match(raw) and not _NAMED.match(raw) and raw not in met:
                met.add(raw)
                yield f"{raw}\n"


def _check(row: Row, names: Names) -> str:
    """A price or a balance."""
    if "price_date" in row:
        one, other = names.commodities[row["commodity_id"]], names.commodities[row["quote_commodity_id"]]
        return f"{row['price_date']} price {one} {words.number(row['price'])} {other}\n"
    about = f"~ {words.number(row['tolerance'])} " if row["tolerance"] is not None else ""
    amount = f"{words.number(row['amount'])} {about}{names.commodities[row['commodity_id']]}"
    return f"{row['as_of']} balance {names.accounts[row['financial_account_id']]} {amount}\n"


async def _transactions(life: Life, names: Names, left: Counter[str], out: Out) -> AsyncIterator[Lost | int]:
    """Day by day: what was bought before what was sold, then by what they say."""
    day: date | None = None
    together: list[tuple[Row, list[Row]]] = []
    async for rows in portions(life.rows("transactions", ("transaction_date",))):
        postings = await life.parts("postings", "transaction_id", [row["id"] for row in rows], ("position",))
        payees = await life.by_id("payees", [row["payee_id"] for row in rows])
        names.payees = {**names.payees, **{id_: row["name"] for id_, row in payees.items()}}
        for row in rows:
            if row["draft"]:
                yield Lost(row["payee_text"] or row["narration"], "a draft")
                continue
            if row["transaction_date"] != day:
                await out.add(*_day(together, names))
                together, day = [], row["transaction_date"]
            mine = postings.get(row["id"], [])
            together.append((row, mine))
            left.update(column for column in _OF_TRANSACTIONS if row[column] is not None)
            for reason in unsaid(row, mine, payees.get(row["payee_id"])):
                yield Lost(row["payee_text"] or row["narration"], reason)
            yield 1
    await out.add(*_day(together, names))


def _day(together: list[tuple[Row, list[Row]]], names: Names) -> list[str]:
    bought = sorted(transaction(row, postings, names) for row, postings in together if not is_sale(postings))
    sold = sorted(transaction(row, postings, names) for row, postings in together if is_sale(postings))
    return [*bought, *sold]
