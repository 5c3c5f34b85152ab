"""Beancount ledgers (https://beancount.github.io/docs/beancount_language_syntax.html) in double entry.

Everything that has a table comes into it: accounts, commodities, transactions with what was left out filled in, prices,
balances, pads, notes, documents. Other directives, options and what could not be understood stay as they are written in
the custom fields of the ledger's file. Comments are kept only beside postings. A ledger is read whole.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.keys import digest, shortened
from graph.importers.money.beancount_booking import Inventory
from graph.importers.money.beancount_entries import Said, Written
from graph.importers.money.beancount_files import SUFFIXES, ledger_of
from graph.importers.money.beancount_ledger import Ledger, merged, read
from graph.importers.money.beancount_rows import account_item, commodity_item, note_item, price_item, transaction
from graph.importers.money.books import Books, Leg, balance
from graph.importers.own import ID, Names
from graph.importers.own import key as known


class Beancount:
    """Reads ledgers; a transaction is known by its day, payee and narration."""

    format: ClassVar[str] = "beancount"

    def identify(self, path: Path) -> bool:
        """By the suffix: .beancount or .bean."""
        return path.suffix.lower() in SUFFIXES and path.is_file()

    def source(self, path: Path) -> str:
        """One source for all ledgers: accounts have one name in all of them."""
        return "beancount"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The ledger of this file. Of a file that another one includes only what stands in it, booked with the rest."""
        try:
            path.stat()
        except OSError as error:
            yield Problem(path_text(path), reason(error))
            return
        own = path.resolve()
        whole = ledger_of(own)
        ledger = read(whole)
        yield from _Reading(ledger, own if whole != own else None).items()
        if not ledger.said and not ledger.problems:
            yield Problem(path_text(path), "there is no directive in this file")


@dataclass(slots=True)
class _Reading:
    """A ledger while it is booked. `only` is the one file whose directives come out."""

    ledger: Ledger
    only: Path | None
    books: Books = field(default_factory=lambda: Books(""))
    inventory: Inventory = field(default_factory=Inventory)
    pads: dict[str, tuple[Said, set[str]]] = field(default_factory=dict)
    headers: dict[str, Counter[str]] = field(default_factory=dict)
    names: Names = field(default_factory=Names)

    def items(self) -> Iterator[Item | Problem]:
        self.books.roots = self.ledger.roots
        self.inventory.rounding = self.ledger.rounding
        for problem in self.ledger.problems:
            if self.only is None or problem.where.startswith(path_text(self.only)):
                yield problem
        written = self.ledger.sorted()
        yield from self._declared(written)
        for one in written:
            found = list(self._one(one))
            if self.only in (None, one.entry.path):
                self.books.where = path_text(one.entry.path)
                yield from self._with_mentions(one, found)
        yield from self._unbooked()

    def _declared(self, written: list[Said]) -> Iterator[Item]:
        """Accounts by their names, so that what is above comes before what is below; then commodities."""
        for name, (opened, closed) in sorted(merged(written).items()):
            self.books.where = path_text(opened.entry.path)
            mine = self.only in (None, opened.entry.path)
            items = list(account_item(self.books, name, opened, closed, declared=mine))
            yield from items
        for one in written:
            if one.kind == "commodity" and self.only in (None, one.entry.path):
                self.books.where = path_text(one.entry.path)
                yield from commodity_item(self.books, one)

    def _with_mentions(self, one: Said, found: list[Item | Problem | list[Leg]]) -> Iterator[Item | Problem]:
        for name in dict.fromkeys([*one.accounts, *(posting.account for posting in one.postings)]):
            yield from self.books.account(name)
        symbols = [*one.currencies, *(symbol for posting in one.postings for symbol in _symbols(posting))]
        for symbol in dict.fromkeys(symbols) if one.kind != "open" else ():
            yield from self.books.commodity(symbol)
        for item in found:
            if isinstance(item, list):
                for leg in item:
                    yield from self.books.account(leg.account)
                    yield from self.books.commodity(leg.commodity)
            else:
                yield item

    def _one(self, one: Said) -> Iterator[Item | Problem | list[Leg]]:
        where = path_text(one.entry.path)
        if one.kind == "txn":
            yield from self._transaction(one)
        elif one.kind == "pad":
            self.pads[one.accounts[0]] = (one, set())
        elif one.kind == "balance" and one.number is not None:
            yield from self._padded(one)
            item = balance(one.accounts[0], one.day, one.number, one.currencies[0], where, "beancount")
            row = Row(item.rows[0].table, item.key, {**item.rows[0].values, "tolerance": one.other})
            yield Item(item.key, (row,), where)
        elif one.kind == "price":
            yield price_item(one, where)
        elif one.kind in ("note", "document"):
            yield from note_item(one, where, self.ledger.folder)

    def _transaction(self, one: Said) -> Iterator[Item | list[Leg]]:
        warnings: tuple[str, ...] = ()
        try:
            legs = self.inventory.book(one)
        except (ValueError, ArithmeticError) as error:
            legs, warnings = [], (f"line {one.entry.line}: {error}; kept as a draft",)
        yield legs
        payee = one.words[0] if len(one.words) > 1 else ""
        if payee.strip():
            yield from self.books.payee(payee)
        id_ = self.names.take(one.meta.get(ID))
        key = known(id_) if id_ else self._key(one)
        yield replace(transaction(one, key, legs, path_text(one.entry.path), warnings), own=id_)

    def _padded(self, one: Said) -> Iterator[Item | list[Leg]]:
        """The transaction that fills an account up to a balance, where a `pad` before it asks for one."""
        account, currency = one.accounts[0], one.currencies[0]
        pad, done = self.pads.get(account, (None, set()))
        lacking = (one.number or 0) - self.inventory.held(account, currency)
        if pad is None or currency in done or not lacking:
            return
        done.add(currency)
        legs = [Leg(account, lacking, currency), Leg(pad.accounts[1], -lacking, currency)]
        for leg in legs:
            self.inventory.move(leg.account, leg.commodity, leg.units)
        narration = f"(Padding inserted for Balance of {one.number} {currency})"
        filled = Said("txn", pad.day, pad.entry, pad.order, words=[narration], flag="P")
        yield legs
        key = shortened(f"pad:{account}:{pad.day}:{currency}")
        yield transaction(filled, key, legs, path_text(pad.entry.path), ())

    def _key(self, one: Said) -> str:
        """By the day and the words; others with the same by what else they say, equal ones by their number."""
        header = digest(str(one.day), *one.words)
        content = digest(*(f"{posting.account} {posting.units} {posting.currency}" for posting in one.postings))
        met = self.headers.setdefault(header, Counter())
        first = not met
        met[content] += 1
        key = (
            f"transaction:{one.day}:{header}"
            if first or next(iter(met)) == content
            else f"transaction:{one.day}:{header}#{content}"
        )
        return key if met[content] == 1 else f"{key}~{met[content]}"

    def _unbooked(self) -> Iterator[Item]:
        """The ledger's files, each with what it says that no table says."""
        for path, raws in self.ledger.unbooked.items():
            if self.only in (None, path):
                key = shortened(f"ledger:{path_text(path)}")
                kept = {"beancount": [raw.replace("\0", "") for raw in raws]}
                values = {"name": path_text(path.name), "path": path_text(path), "media_type": "text/x-beancount"}
                row = Row("files", key, {**values, "source": "beancount", "custom_fields": kept})
                yield Item(key, (row,), path_text(path), warnings=self.ledger.warnings.get(path, ()))


def _symbols(posting: Written) -> Iterator[str]:
    named = (posting.currency, posting.price_currency, posting.cost and posting.cost.currency)
    yield from (symbol for symbol in named if symbol)
