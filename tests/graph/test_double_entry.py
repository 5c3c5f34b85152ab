"""The books balance: no way of writing commits a transaction whose postings do not come to nothing."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.books import REFUSED, Books, books, books_of
from tests.world import World

__all__ = ["books"]


# What balances


BALANCED: dict[str, list[Any]] = {
    "nothing at all": [],
    "two legs": [("10.00", "EUR"), ("-10", "EUR")],
    "a single leg of nothing": [("0.00", "EUR")],
    "several legs": [("0.1", "EUR"), ("0.2", "EUR"), ("-0.3", "EUR")],
    "each commodity for itself": [("5", "EUR"), ("-5", "EUR"), ("7", "USD"), ("-7", "USD")],
    "a price": [{"units": "10", "commodity": "USD", "price": "0.9", "price_commodity": "EUR"}, ("-9.00", "EUR")],
    "a price in all": [{"units": "-3", "commodity": "USD", "total_price": "2.71", "price_commodity": "EUR"}, ("2.71", "EUR")],
    "a price that does not come out even":
        [{"units": "7", "commodity": "VWCE", "price": "12.3456", "price_commodity": "EUR"}, ("-86.42", "EUR")],
    "half a yen": [{"units": "5", "commodity": "USD", "price": "149.5", "price_commodity": "JPY"}, ("-748", "JPY")],
    "a cost, and the price says only what it is worth now": [
        {"units": "-2", "commodity": "VWCE", "cost_per_unit": "100", "cost_commodity": "EUR", "price": "130", "price_commodity": "EUR"},
        ("260.00", "EUR"), ("-60.00", "EUR")],
    "a cost in all": [{"units": "3", "commodity": "VWCE", "total_cost": "100.00", "cost_commodity": "EUR"}, ("-100.00", "EUR")],
}  # fmt: skip
UNEVEN: dict[str, list[Any]] = {
    "one leg": [("10.00", "EUR")],
    "a cent too much": [("10.00", "EUR"), ("-9.99", "EUR")],
    "a hundredth of a cent": [("10.0001", "EUR"), ("-10.00", "EUR")],
    "the last digit there is": [("0.000000000000000000000000000001", "EUR")],
    "one commodity for another": [("10.00", "EUR"), ("-10.00", "USD")],
    "both ways the same": [("10.00", "EUR"), ("10.00", "EUR")],
    "a price beside": [{"units": "10", "commodity": "USD", "price": "0.9", "price_commodity": "EUR"}, ("-10", "USD")],
    "a price a cent off": [{"units": "10", "commodity": "USD", "price": "0.9", "price_commodity": "EUR"}, ("-9.01", "EUR")],
    "a price alone, below half a cent":
        [{"units": "0.001", "commodity": "USD", "price": "1", "price_commodity": "EUR"}],
    "two prices that differ below half a cent": [
        {"units": "1", "commodity": "USD", "price": "0.901", "price_commodity": "EUR"},
        {"units": "-1", "commodity": "VWCE", "price": "0.9", "price_commodity": "EUR"}],
    "a price beside nothing": [
        {"units": "0.001", "commodity": "USD", "price": "1", "price_commodity": "EUR"}, ("0", "EUR")],
    "a gain that nobody earned": [
        {"units": "-2", "commodity": "VWCE", "cost_per_unit": "100", "cost_commodity": "EUR", "price": "130", "price_commodity": "EUR"},
        ("260.00", "EUR")],
}  # fmt: skip


@pytest.mark.parametrize("legs", BALANCED.values(), ids=BALANCED)
async def test_what_balances_is_taken(books: Books, legs: list[Any]) -> None:
    await books.posted(*legs)
    assert await books.unbalanced() == []


@pytest.mark.parametrize("legs", UNEVEN.values(), ids=UNEVEN)
async def test_what_does_not_balance_is_refused(books: Books, legs: list[Any]) -> None:
    with pytest.raises(REFUSED, match="do not balance"):
        await books.posted(*legs)
    assert await books.connection.fetchval("SELECT count(*) FROM transactions") == 0


async def test_a_draft_need_not_balance_and_is_not_posted_before_it_does(books: Books) -> None:
    id_ = await books.draft()
    await books.add(id_, ("10.00", "EUR"))
    with pytest.raises(REFUSED, match=r"-?10 EUR is left over"):
        await books.post(id_)
    await books.add(id_, ("-10.00", "EUR"))
    await books.post(id_)
    await books.run("UPDATE transactions SET draft = true WHERE id = $1", id_)
    await books.add(id_, ("1.00", "EUR"))
    with pytest.raises(REFUSED):
        await books.post(id_)


@pytest.mark.parametrize("flag", ["*", "!", "P"])
async def test_every_flag_balances_as_in_beancount(books: Books, flag: str) -> None:
    id_ = await books.bought()
    await books.run("UPDATE transactions SET flag = $1 WHERE id = $2", flag, id_)
    with pytest.raises(REFUSED):
        await books.add(id_, ("1.00", "EUR"))


@pytest.mark.parametrize("units", ["NaN", "Infinity", "-Infinity", "1e25"])
async def test_no_amount_is_no_number_even_in_a_draft(books: Books, units: str) -> None:
    id_ = await books.draft()
    with pytest.raises(asyncpg.PostgresError):
        await books.add(id_, (units, "EUR"), ("-1", "EUR"))


# Every way to bring a posted transaction out of balance, each in a transaction of its own


def _sql(sql: str) -> Callable[[Books, UUID, UUID], Awaitable[None]]:
    """With $1 the transaction, $2 a draft beside it."""

    async def run(books: Books, id_: UUID, other: UUID) -> None:
        await books.run(sql, *((id_, other) if "$2" in sql else (id_,)))

    return run


async def _copy(books: Books, id_: UUID, other: UUID) -> None:
    columns = ["user_id", "transaction_id", "financial_account_id", "units", "commodity_id"]
    row = (books.user, id_, books.account, Decimal("0.01"), books.commodities["EUR"])
    await books.connection.copy_records_to_table("postings", columns=columns, records=[row])


async def _copy_whole(books: Books, id_: UUID, other: UUID) -> None:
    async with books.connection.transaction():
        new = uuid4()
        await books.connection.copy_records_to_table(
            "transactions", columns=["user_id", "id", "draft"], records=[(books.user, new, False)]
        )
        await _copy(books, new, other)


async def _legs_first(books: Books, id_: UUID, other: UUID) -> None:
    async with books.connection.transaction():
        new = uuid4()
        await books.add(new, ("5.00", "EUR"))
        await books.run("INSERT INTO transactions (user_id, id, draft) VALUES ($1, $2, false)", books.user, new)


async def _checked_too_early(books: Books, id_: UUID, other: UUID) -> None:
    """What was weighed once is weighed again after what comes next."""
    async with books.connection.transaction():
        await books.run("UPDATE postings SET units = units * 2 WHERE transaction_id = $1", id_)
        await books.run("SET CONSTRAINTS ALL IMMEDIATE")
        await books.run("SET CONSTRAINTS ALL DEFERRED")
        await books.run("UPDATE postings SET units = units + 1 WHERE transaction_id = $1", id_)


async def _draft_and_back(books: Books, id_: UUID, other: UUID) -> None:
    async with books.connection.transaction():
        await books.run("UPDATE transactions SET draft = true WHERE id = $1", id_)
        await books.add(id_, ("1.00", "EUR"))
        await books.post(id_)


async def _delete_change_restore(books: Books, id_: UUID, other: UUID) -> None:
    await books.run("UPDATE transactions SET deleted_at = now() WHERE id = $1", id_)
    await books.run("DELETE FROM postings WHERE id = $1", (await books.legs(id_))[0])
    assert await books.unbalanced() == [], "a deleted one counts for nothing"
    await books.run("UPDATE transactions SET deleted_at = NULL WHERE id = $1", id_)


async def _restore_another_leg(books: Books, id_: UUID, other: UUID) -> None:
    await books.add(other, ("3.00", "EUR"))
    (leg,) = await books.legs(other)
    await books.run("UPDATE postings SET deleted_at = now() WHERE id = $1", leg)
    await books.run("UPDATE postings SET transaction_id = $1 WHERE id = $2", id_, leg)
    assert await books.unbalanced() == []
    await books.run("UPDATE postings SET deleted_at = NULL WHERE id = $1", leg)


async def _other_commodity(books: Books, id_: UUID, other: UUID) -> None:
    leg = (await books.legs(id_))[0]
    await books.run("UPDATE postings SET commodity_id = $1 WHERE id = $2", books.commodities["USD"], leg)


async def _a_price(books: Books, id_: UUID, other: UUID) -> None:
    sql = "UPDATE postings SET price = 2, price_commodity_id = $1 WHERE id = $2"
    await books.run(sql, books.commodities["EUR"], (await books.legs(id_))[0])


async def _move_in(books: Books, id_: UUID, other: UUID) -> None:
    await books.add(other, ("3.00", "EUR"))
    await books.run("UPDATE postings SET transaction_id = $1 WHERE transaction_id = $2", id_, other)


WAYS: dict[str, Callable[[Books, UUID, UUID], Awaitable[None]]] = {
    "insert a leg": _sql(
        "INSERT INTO postings (user_id, transaction_id, financial_account_id, units, commodity_id) "
        "SELECT user_id, $1, financial_account_id, 1, commodity_id FROM postings WHERE transaction_id = $1 LIMIT 1"),
    "copy a leg": _copy,
    "copy a whole transaction": _copy_whole,
    "write the legs before the transaction": _legs_first,
    "change the units": _sql("UPDATE postings SET units = units + 0.01 WHERE transaction_id = $1 AND units > 0"),
    "change the commodity": _other_commodity,
    "give a price": _a_price,
    "upsert": _sql("INSERT INTO postings SELECT * FROM postings WHERE transaction_id = $1 "
                   "ON CONFLICT (user_id, id) DO UPDATE SET units = excluded.units + 1"),
    "merge": _sql("MERGE INTO postings p USING (SELECT $1::uuid AS t) s ON p.transaction_id = s.t AND p.units > 0 "
                  "WHEN MATCHED THEN DELETE"),
    "delete a leg": _sql("UPDATE postings SET deleted_at = now() WHERE transaction_id = $1 AND units > 0"),
    "purge a leg": _sql("DELETE FROM postings WHERE transaction_id = $1 AND units > 0"),
    "move a leg out": _sql("UPDATE postings SET transaction_id = $2 WHERE transaction_id = $1 AND units > 0"),
    "move a leg in": _move_in,
    "restore a leg": _restore_another_leg,
    "restore the transaction without a leg": _delete_change_restore,
    "post it after a change as a draft": _draft_and_back,
    "have it weighed too early": _checked_too_early,
    "write it in a common table expression": _sql(
        "WITH gone AS (DELETE FROM postings WHERE transaction_id = $1 AND units > 0 RETURNING 1) "
        "UPDATE transactions SET narration = 'changed' WHERE id = $1"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_no_way_leads_out_of_balance(books: Books, way: Callable[[Books, UUID, UUID], Awaitable[None]]) -> None:
    id_, other = await books.bought(), await books.draft()
    with pytest.raises(REFUSED, match="do not balance"):
        await way(books, id_, other)
    assert await books.unbalanced() == []


async def test_both_ends_of_a_move_are_weighed(books: Books) -> None:
    one, two = await books.bought(), await books.bought()
    with pytest.raises(REFUSED):
        await books.run("UPDATE postings SET transaction_id = $1 WHERE id = $2", two, (await books.legs(one))[0])
    await books.run("UPDATE postings SET transaction_id = $1 WHERE transaction_id = $2", two, one)
    assert await books.unbalanced() == []


async def test_what_goes_and_comes_whole_may_go_and_come(books: Books) -> None:
    """The legs go with their transaction and come back with it; a balanced change in one write is none."""
    id_ = await books.bought()
    for value in ("now()", "NULL"):
        await books.run(f"UPDATE transactions SET deleted_at = {value} WHERE id = $1", id_)
    alive = "SELECT count(*) FROM postings WHERE transaction_id = $1 AND deleted_at IS NULL"
    assert await books.connection.fetchval(alive, id_) == 2
    await books.run("UPDATE postings SET units = units * 3 WHERE transaction_id = $1", id_)
    async with books.connection.transaction():
        await books.run("UPDATE postings SET units = units + 1 WHERE transaction_id = $1 AND units > 0", id_)
        await books.run("UPDATE postings SET units = units - 1 WHERE transaction_id = $1 AND units < 0", id_)
    await books.run("UPDATE postings SET memo = 'a remark' WHERE transaction_id = $1", id_)
    await books.run("DELETE FROM transactions WHERE id = $1", id_)
    assert await books.connection.fetchval("SELECT count(*) FROM postings") == 0


async def test_a_finer_unit_is_asked_of_what_was_rounded(books: Books) -> None:
    await books.posted(
        {"units": "7", "commodity": "VWCE", "price": "12.3456", "price_commodity": "EUR"}, ("-86.42", "EUR")
    )
    with pytest.raises(REFUSED, match="do not balance"):
        await books.run("UPDATE commodities SET precision = 4 WHERE symbol = 'EUR'")
    await books.run("UPDATE commodities SET precision = 4 WHERE symbol = 'JPY'")
    await books.run("UPDATE commodities SET precision = 1 WHERE symbol = 'EUR'")


amounts = st.decimals(-1000, 1000, allow_nan=False, places=2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(legs=st.lists(st.tuples(amounts, st.sampled_from(["EUR", "USD"])), min_size=1, max_size=6), evened=st.booleans())
def test_exactly_what_comes_to_nothing_is_posted(
    ledger: tuple[World, Books], legs: list[tuple[Decimal, str]], evened: bool
) -> None:
    world, books = ledger
    if evened:
        legs = legs + [(-sum((n for n, c in legs if c == symbol), Decimal()), symbol) for symbol in ("EUR", "USD")]
    even = all(sum(n for n, c in legs if c == symbol) == 0 for symbol in ("EUR", "USD"))
    post = books.posted(*[(str(number), symbol) for number, symbol in legs])
    if even:
        world.run(post)
    else:
        with pytest.raises(REFUSED):
            world.run(post)
    assert world.run(books.unbalanced()) == []


@pytest.fixture(scope="module")
def ledger(world: World) -> tuple[World, Books]:
    """Alice's books in a world, written to by its owner."""
    return world, world.run(books_of(world.owner, world.alice))
