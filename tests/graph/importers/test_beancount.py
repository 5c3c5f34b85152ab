"""Ledgers of Beancount become double entry that balances: what was left out is filled in, lots are found, files included."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.money.beancount import Beancount
from graph.importers.money.beancount_tokens import Cursor
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values

LEDGER = """\
option "title" "Mine"
* An outline
plugin "beancount.plugins.auto"
2020-01-01 open Assets:Bank:Checking EUR
  number: "123"
2020-01-01 open Assets:Broker
2020-01-01 open Equity:Opening
2020-01-01 open Expenses:Food
2020-01-01 open Income:Gains
2024-12-31 close Expenses:Food
2020-01-01 commodity ACME
  name: "Acme Inc."
  kind: "stock"
2020-01-01 pad Assets:Bank:Checking Equity:Opening
2020-02-01 balance Assets:Bank:Checking  1,000.00 EUR
pushtag #trip
2020-02-03 * "Caf\u00e9 \\"Sol\\"" "Lunch" #food ^bill-1
  invoice: "7"
  Expenses:Food   (10.00 + 2.50) EUR ; with Ana
    share: 50%
  Assets:Bank:Checking
poptag #trip
2020-02-04 ! "Two
lines"
  Assets:Broker   10 ACME {12.00 EUR, "first"}
  Assets:Bank:Checking
2020-02-05 txn "More"
  Assets:Broker   5 ACME {{ 75.00 EUR }}
  Assets:Bank:Checking  -75.00 EUR
2020-03-01 * "Sold"
  Assets:Broker   -12 ACME {} @ 20 EUR
  Assets:Bank:Checking  240.00 EUR
  Income:Gains
2020-03-02 * "Dollars"
  Assets:Bank:Checking  100.00 USD @ 0.9137 EUR
  Assets:Bank:Checking  -91.37 EUR
2020-03-03 * "Rounded"
  Expenses:Food  33.333 EUR
  Expenses:Food  66.67 EUR
  Assets:Bank:Checking  -100.00 EUR
2020-03-03 price ACME 21.5 EUR
2020-03-04 note Assets:Broker "They called"
2020-03-04 document Assets:Broker "papers/gone.pdf"
2020-03-05 event "location" "Madrid"
2020-03-06 balance Assets:Broker  3 ACME
"""
_ODD = """\
2020-13-01 open Assets:A
2020-01-01 open assets
2020-01-02 * "Not balanced"
  Assets:A  1 EUR
  Assets:B  2 EUR
2020-01-03 * "Two are empty"
  Assets:A
  Assets:B
2020-01-04 * "Nothing of it"
  Assets:A  -1 ACME {}
  Assets:B
2020-01-05 * "open string
  Assets:A 1/0 EUR
2020-01-06 * "Empty"
what is this
"""


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Beancount()
    samples: ClassVar = {"a.beancount": LEDGER, "odd.bean": _ODD, "latin.bean": LEDGER.encode("cp1252")}


def test_what_a_ledger_says(tmp_path: Path) -> None:
    found = run(Beancount(), tmp_path / "a.beancount", LEDGER)
    assert problems(found) == []
    by_text = {row.values["narration"]: row for row in rows(found, "transactions")}
    lunch = {name: value for name, value in by_text["Lunch"].values.items() if name != "payee_id"}
    assert lunch == {
        "transaction_date": date(2020, 2, 3),
        "draft": False,
        "flag": "*",
        "payee_text": 'Caf\u00e9 "Sol"',
        "narration": "Lunch",
        "link_names": ["bill-1"],
        "categories": ["food", "trip"],
        "source": "beancount",
        "custom_fields": {"invoice": "7", "posting 0": {"share": "50 %"}},
    }
    assert legs(found, "Lunch") == [("Expenses:Food", "12.50", "EUR"), ("Assets:Bank:Checking", "-12.50", "EUR")]
    memos = (row.values["memo"] for row in rows(found, "postings") if row.key.startswith(by_text["Lunch"].key))
    assert next(memos) == "with Ana"
    assert legs(found, "Two\nlines")[1] == ("Assets:Bank:Checking", "-120.00", "EUR")
    assert legs(found, "Sold")[:2] == [("Assets:Broker", "-10", "ACME"), ("Assets:Broker", "-2", "ACME")]
    assert legs(found, "Sold")[-1] == ("Income:Gains", "-90.00", "EUR")
    assert legs(found, "Rounded")[-1] == ("Equity:Rounding", "-0.003", "EUR")
    assert legs(found, "(Padding inserted for Balance of 1000.00 EUR)")[0] == ("Assets:Bank:Checking", "1000.00", "EUR")
    account = next(row for row in filled(found, "financial_accounts") if row["name"] == "Expenses:Food")
    assert (account["opened_on"], account["closed_on"]) == (date(2020, 1, 1), date(2024, 12, 31))
    assert values(found, "notes")["content"] == "They called"
    kept = next(row for row in filled(found, "files") if row["name"] == "a.beancount")["custom_fields"]["beancount"]
    assert kept[-1] == '2020-03-05 event "location" "Madrid"'
    acme = next(row for row in filled(found, "commodities") if row["symbol"] == "ACME")
    assert (acme["name"], acme["kind"]) == ("Acme Inc.", "stock")


def legs(found: list[Item | Problem], narration: str) -> list[tuple[str, str, str]]:
    (key,) = (row.key for row in rows(found, "transactions") if row.values["narration"] == narration)
    return [
        (
            getattr(row.values["financial_account_id"], "key", "").removeprefix("account:"),
            str(row.values["units"]),
            getattr(row.values["commodity_id"], "key", "").removeprefix("commodity:"),
        )
        for row in rows(found, "postings")
        if row.values["transaction_id"] == To(key)
    ]


def test_what_cannot_be_booked_is_a_draft_with_its_text(tmp_path: Path) -> None:
    found = run(Beancount(), tmp_path / "a.beancount", _ODD)
    drafts = {row.values["narration"]: row.key for row in rows(found, "transactions") if row.values["draft"]}
    assert drafts.keys() == {"Not balanced", "Two are empty", "Nothing of it"}
    assert b"Assets:B  2 EUR" in (items(found)[drafts["Not balanced"]].raw or b"")
    assert len(problems(found)) == 4
    kept = values(found, "files")["custom_fields"]["beancount"]
    assert "what is this" in kept


_WRITTEN = st.recursive(
    st.decimals(0, 10**3, places=2).map(lambda number: (str(number), number)),
    lambda one: st.one_of(
        st.tuples(one, one).map(lambda two: (f"({two[0][0]} + {two[1][0]})", two[0][1] + two[1][1])),
        st.tuples(one, one).map(lambda two: (f"({two[0][0]}-{two[1][0]})", two[0][1] - two[1][1])),
        st.tuples(one, st.integers(0, 9)).map(lambda two: (f"({two[0][0]} * {two[1]})", two[0][1] * two[1])),
    ),
    max_leaves=8,
)


@given(_WRITTEN)
def test_arithmetic(written: tuple[str, Decimal]) -> None:
    text, number = written
    assert Cursor.over(text).number() == number


@pytest.mark.parametrize("text", ["(" * 10_000 + "1", "1/0", "-" * 10_000 + "1", "9" * 50])
def test_hostile_arithmetic(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cursor.over(text).number()


async def test_a_ledger_comes_in_and_an_edit_is_one_update(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path, {"a.beancount": LEDGER}))
    assert report.problems == []
    assert await house.value("SELECT count(*) FROM transactions WHERE draft") == 0
    assert (await house.bring(tmp_path)).changes == 0
    edited = LEDGER.replace("(10.00 + 2.50)", "13.00")
    report = await house.bring(write(tmp_path, {"a.beancount": edited}), prune=True)
    assert (told(report)["posting"]["updated"], told(report)["transaction"].keys()) == (2, {"unchanged"})
    assert "created" not in told(report)["posting"]


async def test_included_files_are_booked_with_the_ledger(house: Household, tmp_path: Path) -> None:
    parts = {
        "main.beancount": 'include "years/*.beancount"\n2020-01-01 open Assets:Broker\n',
        "years/2020.beancount": '2020-02-04 * "Buy"\n  Assets:Broker  10 ACME {12 EUR}\n  Assets:Cash\n',
        "a2021.beancount": '2021-02-04 * "Sell"\n  Assets:Broker  -4 ACME {}\n  Assets:Cash\n',
    }
    parts["main.beancount"] += 'include "a2021.beancount"\n'
    report = await house.bring(write(tmp_path, parts))
    assert (report.problems, report.warnings) == ([], [])
    assert told(report)["transaction"] == {"created": 2}
    assert await house.column("SELECT cost_per_unit FROM postings WHERE units = -4") == [Decimal(12)]
    assert await house.value("SELECT opened_on FROM financial_accounts WHERE name = 'Assets:Broker'") == date(
        2020, 1, 1
    )
    for path in (tmp_path, tmp_path / "a2021.beancount", tmp_path / "main.beancount"):
        assert (await house.bring(path)).changes == 0
