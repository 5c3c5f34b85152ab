"""QIF files (Quicken Interchange Format, https://www.w3.org/2000/10/swap/pim/qif-doc/QIF-doc.htm) in double entry.

Categories become accounts of income and expenses. A transfer stays two transactions, each against `Equity:Transfers`,
for both accounts tell of it. The format knows no currency: a file named `checking.EUR.qif` counts in EUR, any other in
XXX (ISO 4217: no currency). What is bought and sold in investment accounts stays a draft with all that was said of it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.keys import digest, shortened
from graph.importers.money.amounts import amount
from graph.importers.money.books import Books, Leg, account_key, component, postings, uncategorized
from graph.importers.money.currencies import kind_of
from graph.importers.money.kept import kept_whole
from graph.importers.money.qif_records import Record, day_first, day_of, records

_KINDS = {
    "bank": "Assets",
    "cash": "Assets",
    "oth a": "Assets",
    "invst": "Assets",
    "port": "Assets",
    "401(k)/403(b)": "Assets",
}
_KINDS |= {"ccard": "Liabilities", "oth l": "Liabilities", "invoice": "Assets", "bill": "Liabilities"}
_HEADER = re.compile(rb"\s*!(Type|Account|Option|Clear)\b", re.IGNORECASE)
_TRANSFERS = "Equity:Transfers"


class Qif:
    """Reads QIF; a transaction is known by its account, day, amount, number and payee."""

    format: ClassVar[str] = "qif"

    def identify(self, path: Path) -> bool:
        """By the header, or the suffix, so that a broken file is not passed over."""
        try:
            if not path.is_file():
                return False
            with path.open("rb") as file:
                return path.suffix.lower() == ".qif" or bool(_HEADER.match(file.read(200).lstrip(b"\xef\xbb\xbf")))
        except OSError:
            return path.suffix.lower() == ".qif"

    def source(self, path: Path) -> str:
        """One source for all files: the same transaction from another file is the same one."""
        return "qif"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Two walks over the file: what dates and categories mean, then the transactions."""
        try:
            with path.open("rb") as file:
                yield from _Reading(path, Books(path_text(path))).items(file)
        except OSError as error:
            yield Problem(path_text(path), reason(error))


@dataclass(slots=True)
class _Reading:
    """One file. `sums` are what each category comes to, `kinds` what the list of categories says of it."""

    path: Path
    books: Books
    encoding: str = "utf-8"
    day_first: bool | None = None
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    kinds: dict[str, str] = field(default_factory=dict)
    unbooked: dict[str, None] = field(default_factory=dict)
    equals: Counter[str] = field(default_factory=Counter)
    account: str = ""

    @property
    def currency(self) -> str:
        named = self.path.stem.rpartition(".")[2].upper()
        return named if kind_of(named) == "currency" and "." in self.path.stem else "XXX"

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        self._look(file)
        file.seek(0)
        warnings = self._warnings()
        found = 0
        for record in records(file, self.encoding):
            for one in self._record(record):
                found += 1
                if isinstance(one, Item) and one.rows[0].table == "transactions" and warnings:
                    one = Item(one.key, one.rows, one.where, one.raw, one.media_type, (*warnings, *one.warnings))
                    warnings = []
                yield one
        if self.unbooked:
            yield kept_whole(self.path, "application/qif", self.unbooked)
        elif not found:
            yield Problem(self.books.where, "there is no record in this file")

    def _look(self, file: IO[bytes]) -> None:
        try:
            for line in file:
                line.decode()
        except UnicodeDecodeError:
            self.encoding = "cp1252"
        file.seek(0)
        dates = []
        for record in records(file, self.encoding):
            dates += [record.value("D")] if record.section.startswith("type:") else []
            if record.section == "type:cat":
                income = any(letter == "I" for letter, _ in record.fields)
                self.kinds[record.value("N")] = "Income" if income else "Expenses"
            for category, units, _ in _sides(record) if _is_booked(record.section) else ():
                self.sums[category] += units
        self.day_first = day_first(dates)

    def _warnings(self) -> list[str]:
        found = [] if self.encoding == "utf-8" else ["not UTF-8, read as Windows-1252"]
        if self.currency == "XXX":
            found.append(f"QIF knows no currency: counted in XXX; name the file {self.path.stem}.EUR.qif to say one")
        if self.day_first is None:
            found.append("the dates do not tell whether the day or the month comes first: read as month/day/year")
        return found

    def _record(self, record: Record) -> Iterator[Item | Problem]:
        section = record.section
        if section == "account":
            yield from self._account(record)
        elif _is_booked(section):
            yield from self._booked(record)
        elif section != "type:cat":
            self.unbooked[f"!{section}" if section else "lines before the first header"] = None

    def _account(self, record: Record) -> Iterator[Item]:
        root = _KINDS.get(record.value("T").lower(), "Assets")
        self.account = f"{root}:{component(record.value('N') or self.path.stem)[:200]}"
        yield from self.books.account(self.account, description=record.value("D") or None)

    def _booked(self, record: Record) -> Iterator[Item | Problem]:
        where = f"{self.books.where}: line {record.line}"
        kind = record.section.partition(":")[2]
        home = self.account or f"{_KINDS[kind]}:{component(self.path.stem)[:200]}"
        try:
            day = day_of(record.value("D"), day_before_month=bool(self.day_first))
            legs = [] if kind in ("invst", "port") else self._legs(home, record)
        except ValueError as error:
            yield Problem(where, f"{error} in {record.raw[:500]}")
            return
        yield from self.books.commodity(self.currency)
        for name in dict.fromkeys([home, *(leg.account for leg in legs)]):
            yield from self.books.account(name)
        values = {**_described(record), "transaction_date": day, "draft": not legs}
        key = self._key(home, str(day), record)
        row = Row("transactions", key, {**values, "financial_account_id": To(account_key(home))})
        raw, type_ = (None, "") if legs else (record.raw.encode(), "application/qif")
        warnings = () if legs else (f"line {record.line}: {record.value('N')} is not booked, kept as a draft",)
        yield Item(key, (row, *postings(key, legs)), self.books.where, raw, type_, warnings)

    def _legs(self, home: str, record: Record) -> list[Leg]:
        total = amount(record.value("T") or record.value("U"))
        legs = [Leg(home, total, self.currency)]
        for category, units, memo in _sides(record, strict=True):
            legs.append(Leg(self._category(category, units), -units, self.currency, {"memo": memo or None}))
        left = -sum((leg.units for leg in legs), Decimal(0))
        if left or len(legs) == 1:
            legs.append(Leg(uncategorized(-left, self.currency), left, self.currency))
        return legs

    def _category(self, category: str, units: Decimal) -> str:
        name = category.partition("/")[0].strip()
        if name.startswith("["):
            return _TRANSFERS
        if not name:
            return uncategorized(units, self.currency)
        root = self.kinds.get(name) or ("Expenses" if self.sums[category] < 0 else "Income")
        return ":".join((root, *(component(part)[:100] for part in name.split(":"))))

    def _key(self, home: str, day: str, record: Record) -> str:
        values = [record.value(letter) for letter in ("T", "N", "P", "Y", "Q")]
        own = f"record:{digest(home, day, *values)}"
        self.equals[own] += 1
        return shortened(own if self.equals[own] == 1 else f"{own}~{self.equals[own]}")


def _is_booked(section: str) -> bool:
    return section.startswith("type:") and section.partition(":")[2] in _KINDS


def _sides(record: Record, *, strict: bool = False) -> Iterator[tuple[str, Decimal, str]]:
    """(category, amount, memo) of each split, or of the whole. Raises ValueError only where `strict`."""
    splits: list[list[str]] = []
    for letter, value in record.fields:
        if letter == "S":
            splits.append([value, "", ""])
        elif letter in ("$", "E") and splits:
            splits[-1][1 if letter == "$" else 2] = value
    whole = [[record.value("L"), record.value("T") or record.value("U"), ""]]
    for category, units, memo in splits or whole:
        try:
            yield category, amount(units), memo
        except ValueError:
            if strict:
                raise


def _described(record: Record) -> dict[str, object]:
    category = record.value("L")
    address = "\n".join(value for letter, value in record.fields if letter == "A")
    about = {"address": address, "cleared": record.value("C"), "category": category}
    number = record.value("N")
    classes = [value.partition("/")[2].strip() for letter, value in record.fields if letter in "LS"]
    return {
        "payee_text": record.value("P") or None,
        "narration": record.value("M"),
        "check_number": number or None,
        "categories": list(dict.fromkeys(name for name in classes if name)),
        "source": "qif",
        "custom_fields": {"qif": {name: value for name, value in about.items() if value}}
        if any(about.values())
        else {},
    }
