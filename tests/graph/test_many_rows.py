"""Many rows in one statement cost as much as each of them, whatever the planner knew when its plan was made."""

import re
import time

from graph.database import Connection
from tests.graph.household import Household

_MANY = 6000
_MAILS = (
    "INSERT INTO emails (message_id, in_reply_to) SELECT 'm' || g, ARRAY['m' || g - 1] FROM generate_series(1, $1) g"
)
_ADDING = "SELECT adding_edges('edges_in_reply_to', 'IN_REPLY_TO', 'unnest(ARRAY[''m1'']) w(key)', 'v.key = w.key')"


async def test_an_update_of_many_costs_no_more_after_one_of_a_single_row(house: Household) -> None:
    """Row by row it would take twenty times as long."""

    async def seconds(*, one_first: bool) -> float:
        async with house.service.database.owner() as connection:
            await connection.execute("SELECT set_config('app.user_id', $1, false)", str(house.user))
            if one_first:
                await connection.execute("UPDATE notes SET pinned = NOT pinned WHERE title = 'n1'")
            start = time.perf_counter()
            await connection.execute("UPDATE notes SET pinned = NOT pinned")
            return time.perf_counter() - start

    async def work(connection: Connection) -> None:
        await connection.execute("INSERT INTO notes (title) SELECT 'n' || g FROM generate_series(1, $1) g", _MANY)

    await house.service.database.write(house.user, work)
    assert await seconds(one_first=True) < 6 * await seconds(one_first=False)


async def test_edges_look_their_records_up_one_by_one(house: Household) -> None:
    """In tables without statistics, as those of a life that comes in at once."""

    async def work(connection: Connection) -> None:
        await connection.execute(_MAILS, _MANY)

    await house.service.database.write(house.user, work)
    async with house.service.database.owner() as connection:
        adding = re.sub(r"\bwho\b", f"'{house.user}'::uuid", await connection.fetchval(_ADDING))
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {adding}"))
    assert "Seq Scan" not in plan, plan
