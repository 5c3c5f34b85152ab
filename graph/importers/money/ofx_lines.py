"""The lines of an OFX statement as transactions: STMTTRN of banks and cards (OFX 2.3, 11.4.4), in double entry."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from graph.importers.base import Item, Problem, Row, To
from graph.importers.keys import digest, shortened
from graph.importers.money.amounts import amount
from graph.importers.money.books import Books, Leg, account_key, component, postings, uncategorized
from graph.importers.money.ofx_elements import Element

_NAMES = """
CREDIT DEBIT INT DIV FEE SRVCHG DEP ATM POS XFER CHECK PAYMENT CASH DIRECTDEP DIRECTDEBIT REPEATPMT HOLD OTHER
"""
_TYPES = frozenset(_NAMES.split())
_OF_ACCOUNT = {"CREDITLINE": "Liabilities", "CC": "Liabilities"}
_SAID = frozenset(("TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "CHECKNUM", "NAME", "MEMO"))
_TIME = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,6})\d*)?)?)?\s*(?:\[([+-]?[\d.:]*)[^\]]*\]?)?\s*\Z",
    re.ASCII,
)
_IDENTITY = ("DTUSER", "DTPOSTED", "TRNAMT", "NAME", "MEMO", "CHECKNUM")
_CODE = re.compile(r"[A-Z]{3}\Z")


@dataclass(slots=True)
class Statement:
    """Whose lines follow: the account and the currency.

    `seen` are the FITIDs of all accounts in the file and what they stand for, `equals` counts lines without one.
    """

    books: Books
    seen: dict[str, str]
    equals: Counter[str]
    currency: str = "XXX"
    org: str = ""
    account: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def of(self, element: Element) -> None:
        """The account that a BANKACCTFROM, CCACCTFROM or INVACCTFROM names."""
        bank, number = element.value("BANKID") or element.value("BROKERID"), element.value("ACCTID")
        kind = element.value("ACCTTYPE").upper() or {"C": "CC", "I": "INV"}.get(element.name[:1], "")
        self.account = "/".join(filter(None, (bank, element.value("BRANCHID"), number)))
        named = component("-".join(filter(None, (element.value("BRANCHID"), number))))
        root = _OF_ACCOUNT.get(kind, "Assets")
        self.values = {
            "name": f"{root}:{component(self.org or bank or kind or 'Bank')}:{named}"[:255],
            "currency": self.currency if _CODE.match(self.currency) else None,
            "last4": number[-4:] or None,
            "ofx_bankid": bank or None,
            "ofx_acctid": number or None,
        }

    def mentions(self, *uncategorized_too: str) -> Iterator[Item]:
        """The account and the currency, before the first that refers to them."""
        yield from self.books.commodity(self.currency)
        name = str(self.values["name"])
        yield from self.books.account(name, self.account, **{k: v for k, v in self.values.items() if k != "name"})
        for other in uncategorized_too:
            yield from self.books.account(other)

    def key(self, fitid: str, element: Element) -> tuple[str, str | None]:
        """The key of a line and its FITID; an id that a bank gave to two lines identifies none but the first.

        Lines without an id are known by what they say, equal ones by their number.
        """
        own, content = f"line:{self.account}:{fitid}", digest(element.written())
        if not fitid:
            own += digest(*(element.value(name) for name in _IDENTITY))
            self.equals[own] += 1
            return shortened(own if self.equals[own] == 1 else f"{own}~{self.equals[own]}"), None
        if self.seen.setdefault(own, content) == content:
            return shortened(own), shortened(fitid)
        return shortened(f"{own}#{content}"), None


def line(statement: Statement, element: Element) -> Iterator[Item | Problem]:
    """A STMTTRN: the account's posting, and the other side still to be categorized."""
    where = f"{statement.books.where}: {element.value('FITID') or 'a line without FITID'}"
    if not statement.account:
        yield Problem(where, "the statement names no account (ACCTID)")
        return
    try:
        units = amount(element.value("TRNAMT"))
        values = described(statement, element)
    except ValueError as error:
        yield Problem(where, f"{error} in {element.written()[:500]}")
        return
    commodity = _currency(statement, element)
    other = uncategorized(units, commodity)
    key, fitid = statement.key(element.value("FITID"), element)
    yield from statement.books.commodity(commodity)
    yield from statement.mentions(other)
    legs = (Leg(statement.account, units, commodity), Leg(other, -units, commodity))
    row = Row("transactions", key, {**values, "fitid": fitid})
    yield Item(key, (row, *postings(key, legs)), statement.books.where)


def described(statement: Statement, element: Element) -> dict[str, object]:
    """The columns of a transaction from the words of a STMTTRN. Raises ValueError where it has no day."""
    posted = instant(element.value("DTPOSTED"))
    day = day_of(element.value("DTUSER") or element.value("DTPOSTED"))
    type_ = element.value("TRNTYPE").upper()
    rest = {child.name: child.text or child.written() for child in element.children if child.name not in _SAID}
    if type_ not in _TYPES:
        rest["TRNTYPE"] = type_
    return {
        "transaction_date": day,
        "posted_at": posted,
        "draft": False,
        "payee_text": element.value("NAME") or element.value("PAYEE", "NAME") or None,
        "narration": element.value("MEMO"),
        "financial_account_id": To(account_key(statement.account)),
        "trntype": type_ if type_ in _TYPES else "OTHER",
        "check_number": element.value("CHECKNUM") or None,
        "source": "ofx",
        "custom_fields": {"ofx": rest} if rest else {},
    }


def day_of(text: str) -> date:
    """The day as the bank wrote it, whatever the zone. Raises ValueError."""
    found = _TIME.match(text)
    if not found:
        raise ValueError(f"no date: {text[:40]!r}")
    return date(int(found[1]), int(found[2]), int(found[3]))


def instant(text: str) -> datetime | None:
    """A date and time of OFX, `20051029101003.123[-5:EST]`; GMT without a zone, midnight without a time."""
    found = _TIME.match(text)
    if not found:
        return None
    try:
        zone = timedelta(hours=float((found[8] or "0").replace(":", ".") or 0))
        parts = [int(found[place] or 0) for place in range(1, 7)]
        micros = int((found[7] or "").ljust(6, "0"))
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], min(parts[5], 59), micros, tzinfo=UTC) - zone
    except (ValueError, OverflowError):
        return None


def _currency(statement: Statement, element: Element) -> str:
    """The currency of the amount: CURRENCY, else the statement's; ORIGCURRENCY only tells what it once was."""
    other = element.value("CURRENCY", "CURSYM").upper()
    return other if _CODE.match(other) else statement.currency


def total(element: Element, name: str) -> Decimal:
    """The amount under this name, nothing if it is not there. Raises ValueError."""
    text = element.value(name)
    return amount(text) if text else Decimal(0)
