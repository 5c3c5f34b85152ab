"""Books go out as a Beancount ledger and come in as the same."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from graph.exporters.base import Exporter
from graph.exporters.beancount import Beancount
from graph.exporters.beancount_words import account, apart, currency, is_one, quoted
from graph.importers.money.beancount_tokens import tokens
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

_LEDGER = r"""
option "title" "My \"books\""
option "name_assets" "Vermögen"
plugin "beancount.plugins.auto"
2019-01-01 commodity VWCE
  name: "World"
  isin: "IE00BK5BQT80"
  kind: "fund"
2019-01-01 open Vermögen:Bank EUR,USD "STRICT"
  iban: "DE1"
2019-01-01 open Vermögen:Depot
2019-01-01 open Expenses:Food
2021-12-31 close Expenses:Food
2020-01-01 pad Vermögen:Bank Equity:Opening
2020-01-02 balance Vermögen:Bank 1000.00 ~ 0.05 EUR
2020-01-03 price VWCE 100.10 EUR
2020-01-05 event "location" "Berlin"
2020-02-01 * "Shop" "Bread \\ and \"butter\"" #food #a/b ^r-1 ^r2
  receipt: "12"
  Expenses:Food  7.50 EUR ; lunch
    note: "x"
  ! Vermögen:Bank
2020-02-01 * "Shop" "Bread \\ and \"butter\"" #food
  Expenses:Food  7.51 EUR
  Vermögen:Bank
2020-03-01 txn "Buy"
  Vermögen:Depot  3 VWCE {{1000.00 EUR}}
  Vermögen:Bank
2020-03-01 * "Buy"
  Vermögen:Depot  2 VWCE {100.00 EUR, "lot"}
  Vermögen:Depot  2 VWCE {100.00 EUR, "lot"}
  Vermögen:Bank
2020-04-01 * "Sell"
  Vermögen:Depot  -4 VWCE {100.00 EUR} @ 110.00 EUR
  Vermögen:Depot  -1 VWCE {} @@ 120 EUR
  Vermögen:Bank   560.00 EUR
  Income:Gains
2020-04-01 # "Change"
  Vermögen:Bank  -10.00 EUR @@ 11.00 USD
  Vermögen:Bank   11.00 USD
2020-04-02 * "nothing"
"""


async def _booked(house: Household, legs: list[dict[str, Any]], **values: Any) -> UUID:
    """A transaction by hand, as a person writes one: first a draft."""
    id_ = await house.create("transactions", **values)
    for position, leg in enumerate(legs):
        await house.create("postings", transaction_id=str(id_), position=position, **leg)
    await house.change("transactions", id_, draft=False)
    return id_


class TestBeancount(RoundTrip):
    exporter: ClassVar[Exporter] = Beancount()
    name = "books.beancount"
    tables = (
        "financial_accounts", "commodities", "transactions", "postings", "commodity_prices", "balance_assertions", "payees",
    )  # fmt: skip
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b'  receipt: "12"': b'  receipt: "13"',
        b'"Sell"': b'"Sold"',
        b'"a sale"': b'"the sale"',
        b"-0.00000001 EUR": b"-0.00000002 EUR",
        b"1960-01-01 close": b"1960-01-02 close",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "old", {"old.beancount": _LEDGER}) / "old.beancount")
        names = await house.rows("SELECT name, id::text FROM financial_accounts")
        bank, depot, food = (dict(names)[f"{name}"] for name in ("Vermögen:Bank", "Vermögen:Depot", "Expenses:Food"))
        eur, fund = await house.column(
            "SELECT id::text FROM commodities WHERE symbol IN ('EUR', 'VWCE') ORDER BY symbol"
        )
        day = date(2020, 5, 1)
        lot = {"financial_account_id": depot, "commodity_id": fund, "cost_commodity_id": eur}
        paid = {"financial_account_id": bank, "commodity_id": eur}
        payee = str(await house.create("payees", name="By hand"))
        for word in ("b", "a"):
            await _booked(
                house,
                [{**lot, "units": "4", "total_cost": "40.0"}, {**paid, "units": "-40", "memo": "of\u00a0x"}],
                transaction_date=day, narration=f"two\nlines \u2028 \\ \" {word}", payee_id=payee, flag="!",
            )  # fmt: skip
        await _booked(
            house,
            [{**lot, "units": "-4", "total_cost": "40"}, {**paid, "units": "4E1"}],
            transaction_date=day, narration="a sale", custom_fields={"k-1": "v \" \n", "posting 1": {"why": "x"}},
        )  # fmt: skip
        await house.create(
            "financial_accounts", name="Vermögen:Kasse", account_type="assets", closed_on=date(1960, 1, 1)
        )
        await house.create(
            "balance_assertions", financial_account_id=food, as_of=day, amount="-0.00000001", commodity_id=eur
        )


async def test_what_was_left_out_is_there_and_what_has_no_table_goes_along(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, {"old.beancount": _LEDGER}) / "old.beancount")
    await out(house, Beancount(), tmp_path / "new.beancount")
    text = contents(tmp_path / "new.beancount")["."].decode()
    for line in (
        'option "name_assets" "Vermögen"\n',
        'option "title" "My \\"books\\""\n',
        '2020-01-05 event "location" "Berlin"\n',
        '2019-01-01 open Vermögen:Bank EUR,USD "STRICT"\n  iban: "DE1"\n',
        '2020-02-01 * "Shop" "Bread \\\\ and \\"butter\\"" #food #a/b ^r-1 ^r2\n  receipt: "12"\n',
        '  Expenses:Food 7.50 EUR ; lunch\n    note: "x"\n  ! Vermögen:Bank -7.50 EUR\n',
        "  Vermögen:Depot 3 VWCE {{1000.00 EUR, 2020-03-01}}\n",
        '  Vermögen:Depot -2 VWCE {100.00 EUR, 2020-03-01, "lot"} @ 110.00 EUR\n',
        "2020-01-02 balance Vermögen:Bank 1000.00 ~ 0.05 EUR\n",
    ):
        assert line in text
    assert "pad" not in text.replace("(Padding", "")
    assert text.index('"Buy"') < text.index('"Sell"')


async def test_what_a_ledger_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    bank = await house.create("financial_accounts", name="my bank", account_type="assets", iban="DE1")
    cash = await house.create("financial_accounts", name="Assets:Cash", account_type="expenses")
    coin = await house.create("commodities", symbol="coin", precision=0)
    legs = [
        {"financial_account_id": str(one), "units": number, "commodity_id": str(coin)}
        for one, number in ((bank, 1), (cash, -1))
    ]
    about = {"categories": ["no tag"], "fitid": "1", "custom_fields": {"n": 1}, "transaction_date": date(2020, 1, 1)}
    await _booked(house, legs, narration="T", **about)
    await house.create("transactions", narration="D")
    done = await out(house, Beancount(), tmp_path / "out.beancount")
    assert {(one.label, one.reason) for one in done.lost} == {
        ("coin", "its symbol: it became COIN"),
        ("COIN", "its precision 0"),
        ("my bank", "its name: it became Assets:My-bank"),
        ("Assets:My-bank", "its iban"),
        ("Assets:Cash", "that it is expenses"),
        ("T", "its category no tag"),
        ("T", "its field n"),
        ("1 transactions", "their fitid"),
        ("D", "a draft"),
    }
    assert b"1970-01-01 open Assets:My-bank\n" in contents(tmp_path / "out.beancount")["."]


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
def test_any_text_comes_back_from_a_string(text: str) -> None:
    assert [token.text for token in tokens(quoted(text))] == [text]
    assert len(quoted(text).splitlines()) == 1


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_name_becomes_one_that_beancount_takes(name: str, other: str) -> None:
    assert is_one("account", account(f"{name}:{other}", "Assets"))
    assert is_one("currency", currency(name))
    made = apart((one, currency(one)) for one in {name, other})
    assert len(set(made.values())) == len(made)
