"""Statements of banks, cards and brokers, in SGML and XML, whole and broken, become double entry that balances."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer
from graph.importers.money.amounts import amount
from graph.importers.money.ofx import Ofx
from graph.importers.money.ofx_lines import day_of, instant
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values

_SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX>
<SIGNONMSGSRSV1><SONRS><FI><ORG>My Bank<FID>1</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS>
<CURDEF>EUR
<BANKACCTFROM><BANKID>121<ACCTID>000123456<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
{lines}
</BANKTRANLIST>
<LEDGERBAL><BALAMT>{balance}<DTASOF>20260331120000</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
_LINE = "<STMTTRN><TRNTYPE>{type}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}<NAME>{name}<MEMO></STMTTRN>"
_BROKER = """<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?>
<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>USD</CURDEF>
<INVACCTFROM><BROKERID>b.example</BROKERID><ACCTID>77</ACCTID></INVACCTFROM>
<INVTRANLIST><DTSTART>20260101</DTSTART>{trades}</INVTRANLIST>
<INVPOSLIST><POSSTOCK><INVPOS><SECID><UNIQUEID>US001</UNIQUEID><UNIQUEIDTYPE>ISIN</UNIQUEIDTYPE></SECID>
<UNITS>7</UNITS><UNITPRICE>12.5</UNITPRICE><DTPRICEASOF>20260131</DTPRICEASOF></INVPOS></POSSTOCK></INVPOSLIST>
<INVOOLIST><OOBUYSTOCK/></INVOOLIST>
</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>US001</UNIQUEID><UNIQUEIDTYPE>ISIN</UNIQUEIDTYPE></SECID>
<SECNAME>Acme &amp; Sons</SECNAME><TICKER>ACME</TICKER></SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1></OFX>
"""
_SECURITY = "<SECID><UNIQUEID>US001</UNIQUEID><UNIQUEIDTYPE>ISIN</UNIQUEIDTYPE></SECID>"
_KINDS = {
    "BUYSTOCK": "<INVBUY>{about}<UNITS>10</UNITS><UNITPRICE>10</UNITPRICE><COMMISSION>1.5</COMMISSION>"
    "<TOTAL>-101.50</TOTAL></INVBUY>",
    "SELLSTOCK": "<INVSELL>{about}<UNITS>-3</UNITS><UNITPRICE>12</UNITPRICE><FEES>1</FEES><TOTAL>35</TOTAL></INVSELL>",
    "INCOME": "{about}<INCOMETYPE>DIV</INCOMETYPE><TOTAL>4.20</TOTAL>",
    "REINVEST": "{about}<TOTAL>-5</TOTAL><UNITS>0.5</UNITS><UNITPRICE>10</UNITPRICE>",
    "TRANSFER": "{about}<UNITS>2</UNITS>",
    "SPLIT": "{about}<NUMERATOR>2</NUMERATOR><DENOMINATOR>1</DENOMINATOR>",
}


def sgml(*lines: str, balance: str = "77.66") -> str:
    return _SGML.format(lines="\n".join(lines), balance=balance)


def line(fitid: str, amount: str, name: str = "Shop", day: str = "20260315", type_: str = "DEBIT") -> str:
    return _LINE.format(type=type_, day=day, amount=amount, fitid=fitid, name=name)


def broker() -> str:
    return _BROKER.format(
        trades="".join(
            f"<{kind}>{body.format(about=f'<INVTRAN><FITID>{kind}</FITID><DTTRADE>20260105</DTTRADE></INVTRAN>{_SECURITY}')}</{kind}>"
            for kind, body in _KINDS.items()
        )
    )


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Ofx()
    samples: ClassVar = {
        "bank.ofx": sgml(
            line("1", "-12,34", "Caf\u00e9 & Co"), line("2", "+1.000,50", type_="XYZ"), line("3", "x"), line("", "1")
        ),
        "broker.qfx": broker(),
        "latin.ofx": sgml(line("1", "-1", "Caf\xe9")).encode("cp1252"),
        "odd.ofx": b"OFXHEADER:100\n<OFX><STMTRS><CURDEF>E\0UR<CCACCTFROM><ACCTID>9</CCACCTFROM><BANKTRANLIST><STMTTRN><FITID>1</OFX>",
    }


def test_a_line_of_a_bank(tmp_path: Path) -> None:
    found = run(Ofx(), tmp_path / "a.ofx", sgml(line("F1", "-12.34", "Caf\u00e9 &amp; Co", "20260315083000[-5:EST]")))
    transaction = values(found, "transactions")
    assert transaction.pop("financial_account_id").key == "account:121/000123456"
    assert transaction == {
        "transaction_date": date(2026, 3, 15),
        "posted_at": datetime(2026, 3, 15, 13, 30, tzinfo=UTC),
        "draft": False,
        "payee_text": "Caf\u00e9 & Co",
        "trntype": "DEBIT",
        "source": "ofx",
        "fitid": "F1",
    }
    sides = {row["financial_account_id"].key: row["units"] for row in filled(found, "postings")}
    assert sides == {"account:121/000123456": Decimal("-12.34"), "account:Expenses:Uncategorized:EUR": Decimal("12.34")}
    balance = values(found, "balance_assertions")
    assert (balance["amount"], balance["as_of"]) == (Decimal("77.66"), date(2026, 4, 1))
    names = [row["name"] for row in filled(found, "financial_accounts")]
    assert "Assets:My-Bank:000123456" in names
    assert problems(found) == []


def test_securities(tmp_path: Path) -> None:
    found = run(Ofx(), tmp_path / "a.ofx", broker())
    drafts = [row for row in rows(found, "transactions") if row.values["draft"]]
    assert [row.values["fitid"] for row in drafts] == ["SPLIT"]
    (kept,) = (one for one in items(found).values() if one.key == drafts[0].key)
    assert b"<NUMERATOR>2</NUMERATOR>" in (kept.raw or b"")
    assert values(found, "commodity_prices")["price"] == Decimal("12.5")
    assert values(found, "files")["name"] == "a.ofx"
    security = next(row for row in filled(found, "commodities") if row["symbol"] == "ACME")
    assert (security["isin"], security["name"], security["kind"]) == ("US001", "Acme & Sons", "stock")


def test_lines_without_or_with_the_same_id(tmp_path: Path) -> None:
    twice = (line("", "-2.50", "Coffee"), line("", "-2.50", "Coffee"))
    found = run(Ofx(), tmp_path / "a.ofx", sgml(*twice, line("7", "-1"), line("7", "-2")))
    assert len({row.key for row in rows(found, "transactions")}) == 4
    assert [row.values["fitid"] for row in rows(found, "transactions")] == [None, None, "7", None]


@given(st.decimals(-(10**15), 10**15, places=2))
def test_amounts_as_people_write_them(number: Decimal) -> None:
    for text in (
        f"{number:,}",
        f"{number:,}".translate(str.maketrans(",.", ".,")),
        f"{number:,}".replace(",", "\u00a0"),
    ):
        assert amount(text) == number
    assert amount(f"{number}-" if number >= 0 else f"({-number})") == -abs(number)


@pytest.mark.parametrize("text", ["", "x", "1.2.3,4,5", "NaN", "1e9", "--1", "9" * 30, "\u0661"])
def test_no_amounts(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        amount(text)


@given(st.text())
def test_times_never_raise_but_value_errors(text: str) -> None:
    instant(text)
    instant("20260101" + text)
    with pytest.raises(ValueError, match=r"."):
        day_of("x" + text)


async def test_overlapping_statements_meet(house: Household, tmp_path: Path) -> None:
    first = sgml(line("1", "-1"), line("2", "-2"))
    second = sgml(line("2", "-2"), line("3", "3"), balance="80.66")
    await house.bring(write(tmp_path, {"a.ofx": first, "b.qfx": second}))
    assert await house.living("transactions", "fitid") == ["1", "2", "3"]
    assert (await house.bring(tmp_path)).changes == 0
    report = await house.bring(write(tmp_path, {"a.ofx": first.replace("<TRNAMT>-1<", "<TRNAMT>-1.10<")}) / "a.ofx")
    assert told(report)["transaction"] == {"unchanged": 2}
    assert told(report)["posting"] == {"updated": 2, "unchanged": 2}
    assert await house.value("SELECT sum(units) FROM postings WHERE deleted_at IS NULL") == 0


async def test_an_account_made_by_hand_is_met_by_its_number(house: Household, tmp_path: Path) -> None:
    await house.create("commodities", symbol="EUR", name="My euro", precision=2)
    mine = await house.create("financial_accounts", name="Assets:Mine", account_type="assets", ofx_acctid="000123456")
    report = await house.bring(write(tmp_path, {"a.ofx": sgml(line("1", "-1"))}) / "a.ofx")
    assert report.problems == []
    assert await house.column("SELECT financial_account_id FROM transactions") == [mine]
    assert await house.living("commodities", "name") == ["My euro"]
    assert "Assets:Mine" in await house.living("financial_accounts", "name")
    await house.change("financial_accounts", mine, name="Assets:Renamed")
    report = await house.bring(write(tmp_path, {"a.ofx": sgml(line("1", "-1"), line("2", "-2"))}) / "a.ofx")
    assert (report.problems, told(report)["transaction"]) == ([], {"created": 1, "unchanged": 1})
    assert set(await house.column("SELECT financial_account_id FROM transactions")) == {mine}
    assert "Assets:Renamed" in await house.living("financial_accounts", "name")


async def test_all_kinds_of_trades_balance(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path, {"a.ofx": broker()}))
    assert report.problems == []
    assert await house.value("SELECT count(*) FROM transactions WHERE NOT draft") == len(_KINDS) - 1
    assert (await house.bring(tmp_path)).changes == 0
