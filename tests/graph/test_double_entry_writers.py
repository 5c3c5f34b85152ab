"""The books balance whoever writes: the service, two at once, GraphQL, a merge."""

import asyncio
from itertools import count
from uuid import uuid4

import asyncpg
import pytest

from graph.database import Connection, Database
from graph.errors import BadArgument, BrokenReference
from tests.graph.books import REFUSED, Books, books, books_of
from tests.graph.household import Household
from tests.graph.watching import make
from tests.world import World

__all__ = ["books"]

_NUMBERS = count(1)


async def test_the_service_hides_nothing_from_the_weighing(database: Database, books: Books) -> None:
    """Who acts as another user when it comes to the commit, or as none, is weighed all the same."""
    id_, bob = await books.bought(), uuid4()
    for setting in (f"SET LOCAL app.user_id = '{bob}'", "SET LOCAL app.user_id = ''", "SELECT 1"):

        async def work(connection: Connection, setting: str = setting) -> None:
            await connection.execute("DELETE FROM postings WHERE transaction_id = $1 AND units > 0", id_)
            await connection.execute(setting)

        with pytest.raises(REFUSED):
            await database.write(books.user, work)
    assert len(await books.legs(id_)) == 2


async def test_temporary_tables_of_ones_own_do_not_stand_in_for_the_books(database: Database, books: Books) -> None:
    id_ = await books.bought()

    async def work(connection: Connection) -> None:
        for table in ("postings", "transactions", "commodities"):
            await connection.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table}) ON COMMIT DROP")
        await connection.execute("DELETE FROM public.postings WHERE transaction_id = $1 AND units > 0", id_)

    with pytest.raises(REFUSED):
        await database.write(books.user, work)


async def test_two_who_write_at_once_do_not_unbalance_it_together(
    database: Database, books: Books, addresses: tuple[str, str]
) -> None:
    """One posts a draft that balances, the other adds a leg to what it still sees as a draft."""
    for level in ("read_committed", "repeatable_read", "serializable"):
        id_ = await books.draft()
        await books.add(id_, ("10.00", "EUR"), ("-10.00", "EUR"))
        async with database.owner() as second:
            other = Books(second, books.user, books.account, books.commodities)
            first = books.connection.transaction(isolation=level)
            late = second.transaction(isolation=level)
            await first.start()
            await late.start()
            await second.fetch("SELECT FROM transactions")
            await books.post(id_)
            adding = asyncio.create_task(other.add(id_, ("1.00", "EUR")))
            await asyncio.sleep(0.1)
            await first.commit()
            with pytest.raises((REFUSED, asyncpg.SerializationError)):
                await adding
                await late.commit()
        assert await books.unbalanced() == []


async def test_by_the_door_it_is_a_bad_argument(house: Household) -> None:
    """Written leg by leg as a draft, posted when it balances; the message says what is left over."""
    cash = await house.create("financial_accounts", name="Assets:Cash", account_type="assets")
    euro = await house.create("commodities", symbol="EUR")
    id_ = await house.create("transactions", narration="bread")
    same = {"transaction_id": str(id_), "financial_account_id": str(cash), "commodity_id": str(euro)}
    leg = await house.create("postings", units="3.20", **same)
    with pytest.raises(BadArgument, match=r"3\.2 EUR is left over"):
        await house.change("transactions", id_, draft=False)
    await house.create("postings", units="-3.20", **same)
    await house.change("transactions", id_, draft=False)
    for refused in (
        house.change("postings", leg, units="3.21"),
        house.delete(leg),
        house.service.records.purge(house.user, leg),
    ):
        with pytest.raises(BadArgument, match="do not balance"):
            await refused
    with pytest.raises(BrokenReference):
        await house.service.records.purge(house.user, euro)
    await house.delete(id_)
    await house.restore(id_)
    await house.service.records.purge(house.user, id_)
    assert await house.value("SELECT count(*) FROM postings") == 0


async def test_merging_commodities_and_accounts_keeps_the_balance(house: Household, database: Database) -> None:
    async with database.owner() as connection:
        books = await books_of(connection, house.user)
        await books.bought()
        kept = books.commodities["EUR"]
        merged = await house.service.merging.merge(house.user, [books.commodities["USD"]], kept)
        await house.service.merging.split(house.user, merged.merge.id)
        merged = await house.service.merging.merge(house.user, [kept], books.commodities["JPY"])
        assert await books.unbalanced() == []


async def test_a_merge_does_not_pay_twice(house: Household, database: Database) -> None:
    """Of two that stand for one payment the legs of one remain; of a draft, those that it lacks are no matter."""
    async with database.owner() as connection:
        books = await books_of(connection, house.user)
        kept, again, draft = await books.bought(), await books.bought(), await books.draft()
        await books.add(draft, ("3.00", "EUR"))
        merged = await house.service.merging.merge(house.user, [again, draft], kept)
        assert await house.value("SELECT count(*) FROM postings WHERE deleted_at IS NULL") == 2
        split = await house.service.merging.split(house.user, merged.merge.id)
        assert list(split.remainders) == []
        assert await house.value("SELECT count(*) FROM postings WHERE deleted_at IS NULL") == 5
        assert await books.unbalanced() == []


def test_graphql_tells_what_is_wrong(world: World) -> None:
    cash = make(world, "FinancialAccount", name=f"Assets:{next(_NUMBERS)}", accountType="ASSETS")
    euro = make(world, "Commodity", symbol=f"EUR{next(_NUMBERS)}")
    id_ = make(world, "Transaction", narration="bread")
    for units in ("1", "2"):
        make(world, "Posting", transactionId=id_, financialAccountId=cash, commodityId=euro, units=units)
    query = "mutation($id: ID!) { updateTransaction(id: $id, input: {draft: false}) { id } }"
    assert world.code(query, id=id_) == "BAD_ARGUMENT"
