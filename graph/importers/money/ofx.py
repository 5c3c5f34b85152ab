"""OFX and QFX files (OFX 1.0 to 2.3, https://financialdataexchange.org/ofx): statements of banks, cards and brokers.

Each line is a transaction of two postings, known by its FITID, so that overlapping statements meet. Closing balances
become balance assertions. A file that says more than that (messages, open orders, profiles) is kept whole beside it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.money.amounts import amount
from graph.importers.money.books import Books, balance
from graph.importers.money.kept import kept_whole
from graph.importers.money.ofx_elements import Element, Ended, elements, looks_like_ofx
from graph.importers.money.ofx_lines import Statement, day_of, line
from graph.importers.money.ofx_securities import Security, position, security, security_item, trade

_LISTS = frozenset(("BANKTRANLIST", "INVTRANLIST", "INVPOSLIST", "SECLIST"))
_STATEMENTS = frozenset(("STMTRS", "CCSTMTRS", "INVSTMTRS"))
_ACCOUNTS = frozenset(("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"))
_SETS = frozenset(("SIGNONMSGSRSV1", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "INVSTMTMSGSRSV1", "SECLISTMSGSRSV1"))
_BOOKED = frozenset((*_LISTS, *_ACCOUNTS, "CURDEF", "LEDGERBAL", "AVAILBAL", "DTASOF"))
_DATES = frozenset(("DTSTART", "DTEND"))


class Ofx:
    """Reads statements; a line is known by its account and FITID, whatever the file is called."""

    format: ClassVar[str] = "ofx"

    def identify(self, path: Path) -> bool:
        """By the header (OFXHEADER), or the suffix, so that a broken file is not passed over."""
        return path.is_file() and (path.suffix.lower() in (".ofx", ".qfx", ".qbo") or looks_like_ofx(path))

    def source(self, path: Path) -> str:
        """One source for all files: the same line on another statement is the same transaction."""
        return "ofx"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Statement by statement; commodities and accounts before what refers to them."""
        try:
            yield from _Reading(path, path_text(path)).items()
        except OSError as error:
            yield Problem(path_text(path), reason(error))


@dataclass(slots=True)
class _Reading:
    """One file. `unbooked` are the names of what has no place in the books."""

    path: Path
    where: str
    securities: dict[str, Security] = field(default_factory=dict)
    unbooked: dict[str, None] = field(default_factory=dict)
    org: str = ""
    found: int = 0

    def items(self) -> Iterator[Item | Problem]:
        with self.path.open("rb") as file:
            self._look(file)
            file.seek(0)
            statement = self._statement(Statement(Books(self.where), {}, Counter()))
            for ended in elements(file, _LISTS):
                if ended.element.name in _STATEMENTS:
                    statement = self._statement(statement)
                else:
                    for one in self._one(statement, ended):
                        self.found += 1
                        yield one
        for key in self.securities:
            yield from security_item(statement, self.securities, key)
        yield from self._rest()

    def _look(self, file: IO[bytes]) -> None:
        """What comes late in a file and is needed from its beginning: the securities and the bank's name."""
        for ended in elements(file, _LISTS):
            if ended.parent == "SECLIST" and (found := security(ended.element)):
                self.securities.setdefault(found.key, found)
            elif ended.element.name == "ORG" and ended.parent == "FI":
                self.org = ended.element.text

    def _statement(self, last: Statement) -> Statement:
        return Statement(last.books, last.seen, last.equals, org=self.org)

    def _one(self, statement: Statement, ended: Ended) -> Iterator[Item | Problem]:
        element, parent = ended.element, ended.parent
        strange = parent == "OFX" and element.name not in _SETS
        if strange or (parent in _STATEMENTS and element.name not in _BOOKED):
            self.unbooked[element.name] = None
        elif parent in _STATEMENTS and element.name == "CURDEF":
            statement.currency = element.text.upper()[:64]
        elif parent in _STATEMENTS and element.name in _ACCOUNTS:
            statement.of(element)
            yield from statement.mentions()
        elif parent in _STATEMENTS and element.name == "LEDGERBAL":
            yield from self._balance(statement, element)
        elif parent == "BANKTRANLIST" and element.name == "STMTTRN":
            yield from line(statement, element)
        elif parent == "INVTRANLIST" and element.name not in _DATES:
            yield from trade(statement, self.securities, element)
        elif parent == "INVPOSLIST":
            yield from position(statement, self.securities, element)

    def _balance(self, statement: Statement, element: Element) -> Iterator[Item | Problem]:
        try:
            day = day_of(element.value("DTASOF")) + timedelta(days=1)
            units = amount(element.value("BALAMT"))
        except (ValueError, OverflowError) as error:
            yield Problem(f"{self.where}: LEDGERBAL", str(error))
            return
        if statement.account:
            yield from statement.mentions()
            yield balance(statement.account, day, units, statement.currency, self.where, "OFX statement")

    def _rest(self) -> Iterator[Item | Problem]:
        """The file itself, where the books do not say all that it says."""
        if self.unbooked:
            yield kept_whole(self.path, "application/x-ofx", self.unbooked)
        elif not self.found:
            yield Problem(self.where, "there is no statement in this file")
