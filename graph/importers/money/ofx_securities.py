"""Investment statements of OFX (OFX 2.3, 13): securities bought, sold and held, dividends, prices.

What is bought has what it cost as its cost; what is sold has what it brought as its price, for a bank does not say
which lot it was. Kinds that are neither, such as a split, stay drafts with all that the bank said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from graph.importers.base import Item, Problem, Row, To
from graph.importers.keys import shortened
from graph.importers.money.amounts import amount
from graph.importers.money.books import Leg, account_key, balance, commodity_key, postings
from graph.importers.money.ofx_elements import Element
from graph.importers.money.ofx_lines import Statement, day_of, line, total

_KINDS = {"STOCKINFO": "stock", "MFINFO": "fund", "DEBTINFO": "bond"}
_FEES = ("COMMISSION", "FEES", "TAXES", "LOAD")


@dataclass(frozen=True, slots=True)
class Security:
    """What SECLIST says of a security. `key` is its number, by which statements name it."""

    key: str
    symbol: str
    name: str | None
    kind: str
    isin: str | None


Securities = Mapping[str, Security]


def security(info: Element) -> Security | None:
    """A STOCKINFO, MFINFO and the like as the security that it tells of."""
    about = info.find("SECINFO")
    key = number(about) if about else ""
    if not about or not key:
        return None
    isin = about.value("SECID", "UNIQUEID") if about.value("SECID", "UNIQUEIDTYPE").upper() == "ISIN" else None
    name = about.value("SECNAME") or None
    symbol = about.value("TICKER") or about.value("SECID", "UNIQUEID")
    return Security(key, shortened(symbol)[:128], name, _KINDS.get(info.name, "other"), isin)


def number(element: Element) -> str:
    """The number of the security that an element names, with its kind (`CUSIP:123456789`), or ""."""
    named = element.first("SECID")
    return (
        f"{named.value('UNIQUEIDTYPE').upper()}:{named.value('UNIQUEID')}" if named and named.value("UNIQUEID") else ""
    )


def security_item(statement: Statement, securities: Securities, key: str) -> Iterator[Item]:
    """The security as a commodity, named by its number where nothing else is said of it."""
    known = securities.get(key) or Security(key, shortened(key.partition(":")[2])[:128], None, "other", None)
    about = {"name": known.name, "kind": known.kind, "precision": 4, "isin": known.isin}
    yield from statement.books.commodity(known.symbol, key, **about)


def trade(statement: Statement, securities: Securities, element: Element) -> Iterator[Item | Problem]:
    """One entry of an INVTRANLIST."""
    inside = element.find("STMTTRN")
    if inside:
        yield from line(statement, inside)
        return
    about = element.first("INVTRAN")
    fitid = about.value("FITID") if about else ""
    where = f"{statement.books.where}: {fitid or element.name}"
    if not about or not statement.account:
        yield Problem(where, f"an investment transaction without account or identity: {element.written()[:500]}")
        return
    key, shown = statement.key(fitid, element)
    try:
        values = _described(statement, element, about)
        legs = list(_legs(statement, element))
    except ValueError as error:
        yield Problem(where, f"{error} in {element.written()[:500]}")
        return
    numbered = number(element)
    if numbered:
        yield from security_item(statement, securities, numbered)
    yield from statement.mentions(*{leg.account for leg in legs} - {statement.account})
    row = Row("transactions", key, {**values, "fitid": shown, "draft": not legs})
    raw = None if legs else element.written().encode()
    warnings = () if legs else (f"{element.name} {fitid}: not booked, kept as a draft with what the bank said",)
    yield Item(
        key, (row, *postings(key, legs)), statement.books.where, raw, "application/xml" if raw else "", warnings
    )  # fmt: skip


def _described(statement: Statement, element: Element, about: Element) -> dict[str, object]:
    return {
        "transaction_date": day_of(about.value("DTTRADE")),
        "financial_account_id": To(account_key(statement.account)),
        "narration": about.value("MEMO") or element.name,
        "source": "ofx",
        "custom_fields": {"ofx": {element.name: element.written()}},
    }


def _legs(statement: Statement, element: Element) -> Iterator[Leg]:
    """The postings, none where the kind is not known well enough to book it."""
    body = element.find("INVBUY") or element.find("INVSELL") or element
    money, units, security_key = total(body, "TOTAL"), total(body, "UNITS"), number(element)
    home, currency = statement.account, statement.currency
    fees = sum((total(body, name) for name in _FEES), Decimal(0))
    counted = {"position": 0, **_priced(body, currency)}
    if element.name.startswith("BUY") and security_key and units:
        spent = abs(money) - fees if abs(money) > fees >= 0 else abs(money)
        yield Leg(home, units, security_key, {**counted, **_cost(spent if units > 0 else abs(money), currency)})
        yield from _fees(statement, abs(money) - spent if units > 0 else Decimal(0))
        yield Leg(home, -abs(money) if units > 0 else abs(money), currency)
    elif element.name.startswith("SELL") and security_key and units:
        yield Leg(
            home,
            -abs(units),
            security_key,
            {"total_price": money + fees, "price_commodity_id": To(commodity_key(currency))},
        )
        yield from _fees(statement, fees)
        yield Leg(home, money, currency)
    elif element.name == "REINVEST" and security_key and units:
        yield Leg(home, units, security_key, {**counted, **_cost(abs(money), currency)})
        yield Leg("Income:Dividends", -abs(money), currency)
    elif element.name in ("INCOME", "INVEXPENSE", "MARGININTEREST") and money:
        yield Leg(home, money, currency)
        yield Leg("Income:Dividends" if element.name == "INCOME" else "Expenses:Fees", -money, currency)
    elif element.name == "TRANSFER" and security_key and units:
        yield Leg(home, units, security_key)
        yield Leg("Equity:Transfers", -units, security_key)


def _fees(statement: Statement, fees: Decimal) -> Iterator[Leg]:
    if fees:
        yield Leg("Expenses:Fees", fees, statement.currency)


def _cost(money: Decimal, currency: str) -> dict[str, object]:
    return {"total_cost": money, "cost_commodity_id": To(commodity_key(currency))}


def _priced(body: Element, currency: str) -> dict[str, object]:
    price = total(body, "UNITPRICE")
    return {"price": price, "price_commodity_id": To(commodity_key(currency))} if price > 0 else {}


def position(statement: Statement, securities: Securities, element: Element) -> Iterator[Item | Problem]:
    """One entry of an INVPOSLIST: how much of a security there was, and what it was worth."""
    about, key = element.find("INVPOS"), number(element)
    where = f"{statement.books.where}: {element.name} {key}"
    try:
        if not about or not key or not statement.account:
            raise ValueError("a position without security or account")
        day, units = day_of(about.value("DTPRICEASOF")), amount(about.value("UNITS"))
        price = total(about, "UNITPRICE")
    except ValueError as error:
        yield Problem(where, f"{error} in {element.written()[:500]}")
        return
    yield from security_item(statement, securities, key)
    yield from statement.mentions()
    yield balance(statement.account, day + timedelta(days=1), units, key, statement.books.where, "OFX statement")
    row = {
        "commodity_id": To(commodity_key(key)),
        "quote_commodity_id": To(commodity_key(statement.currency)),
        "price_date": day,
        "price": price,
        "source": "ofx",
    }
    priced = shortened(f"price:{key}:{statement.currency}:{day}")
    yield Item(priced, (Row("commodity_prices", priced, row),), statement.books.where)
