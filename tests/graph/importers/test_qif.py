"""QIF of Quicken and of banks, American and European, becomes double entry; what is no booking is kept."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer, Item, Problem
from graph.importers.money.qif import Qif
from graph.importers.money.qif_records import day_first, day_of
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, problems, rows, run, values

QUICKEN = """\
!Type:Cat
NGroceries
E
^
!Account
NMy Checking
DSalary comes here
TBank
^
!Type:Bank
D1/31'04
T-1,234.50
N101
PGrocer
AStreet 1
ATown
MWeekly
CX
LGroceries:Fruit/Trip
^
D2/ 1/98
T-50.00
PX
SGroceries
EApples
$-30.00
S[Savings]
$-20.00
^
D2/1/98
T-50.00
PX
^
D2/1/98
T-50.00
PX
^
!Type:Invst
D3/1'04
NBuy
YACME
I10
Q5
T50
^
!Type:Prices
"ACME",10,"1/1/04"
^
"""
GERMAN = "!Type:CCard\nD31.12.25\nT-1.234,56\nPB\u00e4cker\n^\nDx\nT1\n^\n"


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Qif()
    samples: ClassVar = {
        "quicken.qif": QUICKEN,
        "card.EUR.qif": GERMAN,
        "latin.qif": GERMAN.encode("cp1252"),
        "odd.qif": "!Type:Bank\nD2026-01-02\nT5\nLX\n^\nD2026-01-02\nT5\nS\n$\nSA\n$x",
    }


def test_quicken(tmp_path: Path) -> None:
    found = run(Qif(), tmp_path / "a.qif", QUICKEN)
    first, split, *_, bought = rows(found, "transactions")
    assert (first.values["transaction_date"], split.values["transaction_date"]) == (date(2004, 1, 31), date(1998, 2, 1))
    assert (first.values["categories"], first.values["check_number"]) == (["Trip"], "101")
    assert sides(found, first.key) == {
        "Assets:My-Checking": Decimal("-1234.50"),
        "Expenses:Groceries:Fruit": Decimal("1234.50"),
    }
    assert sides(found, split.key) == {
        "Assets:My-Checking": Decimal(-50),
        "Expenses:Groceries": Decimal(30),
        "Equity:Transfers": Decimal(20),
    }
    assert bought.values["draft"]
    assert len({row.key for row in rows(found, "transactions")}) == 5
    assert values(found, "files")["name"] == "a.qif"


def test_a_card_in_euros(tmp_path: Path) -> None:
    found = run(Qif(), tmp_path / "card.EUR.qif", GERMAN)
    (row,) = rows(found, "transactions")
    assert row.values["transaction_date"] == date(2025, 12, 31)
    assert sides(found, row.key)["Liabilities:Card-EUR"] == Decimal("-1234.56")
    assert rows(found, "commodities")[0].values["symbol"] == "EUR"
    (problem,) = problems(found)
    assert "no date: 'x'" in problem


def sides(found: list[Item | Problem], key: str) -> dict[str, object]:
    mine = [
        {name: getattr(value, "key", value) for name, value in row.values.items()} for row in rows(found, "postings")
    ]
    own = [row for row in mine if row["transaction_id"] == key]
    return {str(row["financial_account_id"]).removeprefix("account:"): row["units"] for row in own}


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.booleans())
def test_dates_as_they_are_written(day: date, day_before_month: bool) -> None:
    a, b = (day.day, day.month) if day_before_month else (day.month, day.day)
    short = f"{a}/{b}'{day.year % 100:02}" if day.year >= 2000 else f"{a}/{b}/{day.year % 100:02}"
    for text in (f"{a:02}.{b:02}.{day.year}", short, day.isoformat()):
        assert day_of(text, day_before_month=day_before_month) == day
    if day.day > 12:
        assert day_first([f"{a}/{b}/{day.year}"]) is day_before_month


async def test_it_comes_in_once(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path, {"a.qif": QUICKEN, "card.EUR.qif": GERMAN}))
    assert len(report.problems) == 1
    assert told(report)["transaction"] == {"created": 6}
    assert (await house.bring(tmp_path)).changes == 0
    report = await house.bring(write(tmp_path, {"a.qif": QUICKEN.replace("MWeekly", "MMonthly")}))
    assert told(report)["transaction"] == {"updated": 1, "unchanged": 5}
