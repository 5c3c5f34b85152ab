"""A ledger to write to by hand: what the tests of double entry share."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from graph.database import Connection, Database

Leg = Mapping[str, Any] | tuple[str, str]
"""Columns of a posting, commodities by their symbols; or only how much of what."""

REFUSED = asyncpg.IntegrityConstraintViolationError
LEGS = """
INSERT INTO postings (user_id, id, transaction_id, financial_account_id, units, commodity_id, price, price_commodity_id,
    total_price, cost_per_unit, cost_commodity_id, total_cost)
SELECT $1, coalesce(id, gen_random_uuid()), transaction_id, financial_account_id, units, commodity_id, price, price_commodity_id,
    total_price, cost_per_unit, cost_commodity_id, total_cost
FROM jsonb_populate_recordset(NULL::postings, $2)
"""
UNBALANCED = """
SELECT DISTINCT transaction_id FROM imbalances($1, ARRAY(SELECT id FROM transactions WHERE user_id = $1))
"""


@dataclass
class Books:
    """A ledger: one account, four commodities. Each statement is committed, unless a transaction is begun."""

    connection: Connection
    user: UUID
    account: UUID
    commodities: dict[str, UUID]

    async def run(self, sql: str, *arguments: object) -> None:
        await self.connection.execute(sql, *arguments)

    async def draft(self) -> UUID:
        sql = "INSERT INTO transactions (user_id) VALUES ($1) RETURNING id"
        id_: UUID = await self.connection.fetchval(sql, self.user)
        return id_

    async def posted(self, *legs: Leg) -> UUID:
        """A transaction with these legs, written and posted in one go."""
        async with self.connection.transaction():
            id_ = await self.draft()
            await self.add(id_, *legs)
            await self.post(id_)
        return id_

    async def bought(self) -> UUID:
        """A posted one: 10 EUR."""
        return await self.posted(("10.00", "EUR"), ("-10.00", "EUR"))

    async def post(self, id_: UUID) -> None:
        await self.run("UPDATE transactions SET draft = false WHERE id = $1", id_)

    async def add(self, transaction: UUID, *legs: Leg) -> None:
        await self.run(LEGS, self.user, [self.leg(transaction, one) for one in legs])

    def leg(self, transaction: UUID, given: Leg) -> dict[str, Any]:
        row = {"units": given[0], "commodity": given[1]} if isinstance(given, tuple) else dict(given)
        for name in ("commodity", "price_commodity", "cost_commodity"):
            if name in row:
                row[f"{name}_id"] = str(self.commodities[row.pop(name)])
        return {"transaction_id": str(transaction), "financial_account_id": str(self.account), **row}

    async def legs(self, transaction: UUID) -> list[UUID]:
        sql = "SELECT id FROM postings WHERE transaction_id = $1 ORDER BY units DESC, id"
        return [row[0] for row in await self.connection.fetch(sql, transaction)]

    async def unbalanced(self) -> list[UUID]:
        return [row[0] for row in await self.connection.fetch(UNBALANCED, self.user)]


async def books_of(connection: Connection, user: UUID) -> Books:
    account = await connection.fetchval(
        "INSERT INTO financial_accounts (user_id, name, account_type) VALUES ($1, 'Assets:Cash', 'assets') RETURNING id",
        user,
    )
    commodities = {}
    for symbol, precision in (("EUR", 2), ("USD", 2), ("JPY", 0), ("VWCE", 4)):
        sql = "INSERT INTO commodities (user_id, symbol, precision) VALUES ($1, $2, $3) RETURNING id"
        commodities[symbol] = await connection.fetchval(sql, user, symbol, precision)
    return Books(connection, user, account, commodities)


@pytest.fixture
async def books(database: Database, alice: UUID) -> AsyncIterator[Books]:
    """Alice's books, written to as the owner, who is stopped by no policy."""
    async with database.owner() as connection:
        yield await books_of(connection, alice)
