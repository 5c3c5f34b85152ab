"""Reads and writes of one user: whole or not at all, repeated where that is safe, and told apart where it is not."""

import asyncio
import json
from uuid import UUID, uuid4

import asyncpg
import pytest

from graph.database import Connection, Database, savepoint
from graph.errors import DatabaseUnavailable, LifeloomError, ReadTooLong, WriteLost
from tests.graph.database.conftest import EndSessions

ADD = "INSERT INTO notes (title) VALUES ($1) RETURNING id"
TITLES = "SELECT coalesce(json_agg(title ORDER BY title), '[]') FROM notes"


async def add(database: Database, user: UUID, title: str) -> UUID:
    return await database.write(user, lambda connection: connection.fetchval(ADD, title))


async def titles(database: Database, user: UUID) -> list[str]:
    text = await database.fetch_text(user, TITLES)
    assert text is not None
    found: list[str] = json.loads(text)
    return found


async def test_what_is_written_is_read_by_its_user_only(database: Database, alice: UUID, bob: UUID) -> None:
    note = await add(database, alice, "hello")
    async with database.acting_as(alice) as connection:
        assert await connection.fetchval("SELECT id FROM notes") == note
    async with database.acting_as(bob) as connection:
        assert await connection.fetchval("SELECT id FROM notes") is None
    assert await database.fetch_text(alice, "SELECT to_json(title) FROM notes WHERE id = $1", note) == b'"hello"'
    assert await database.fetch_text(bob, "SELECT to_json(title) FROM notes WHERE id = $1", note) is None


async def test_json_is_text_and_jsonb_is_values(database: Database, alice: UUID) -> None:
    value = {"a": [1, None, "é"], "when": "2024-02-29"}
    async with database.acting_as(alice) as connection:
        assert await connection.fetchval("SELECT $1::jsonb", value) == value
        assert await connection.fetchval("SELECT $1::jsonb[]", [value, "text", 1]) == [value, "text", 1]
        assert await connection.fetchval("SELECT $1::jsonb", b'{"a":1}') == {"a": 1}
        assert await connection.fetchval("SELECT $1::json", b'{"a" : 1}') == b'{"a" : 1}'
        assert await connection.fetchval("SELECT $1::json", "text") == b'"text"'


async def test_a_failed_write_leaves_nothing_and_its_connection_serves_on(database: Database, alice: UUID) -> None:
    async def work(connection: Connection) -> None:
        await connection.fetchval(ADD, "lost")
        backends.append(await connection.fetchval("SELECT pg_backend_pid()"))
        raise KeyError("a mistake of ours")

    backends: list[int] = []
    for _ in range(2):
        with pytest.raises(KeyError):
            await database.write(alice, work)
    assert backends[0] == backends[1]
    assert await titles(database, alice) == []


async def test_origin_and_change_set_reach_the_triggers(database: Database, alice: UUID) -> None:
    given_one, tricky = uuid4(), "im'port; ROLLBACK --"

    async def work(connection: Connection) -> str:
        told: str = await connection.fetchval("SELECT current_setting('app.origin')")
        return told

    assert await database.write(alice, work, origin=tricky, change_set=given_one) == tricky


async def test_a_part_may_fail_alone(database: Database, alice: UUID) -> None:
    async def work(connection: Connection) -> None:
        await connection.fetchval(ADD, "kept")
        for divisor in (0, 1):
            try:
                async with savepoint(connection):
                    await connection.fetchval(ADD, f"divided by {divisor}")
                    await connection.fetchval("SELECT 1 / $1::int", divisor)
            except asyncpg.DivisionByZeroError:
                pass

    await database.write(alice, work)
    assert await titles(database, alice) == ["divided by 1", "kept"]


async def test_a_failure_passed_over_is_no_success(database: Database, alice: UUID) -> None:
    async def work(connection: Connection) -> None:
        await connection.fetchval(ADD, "lost")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.fetchval("SELECT 1/0")

    with pytest.raises(WriteLost):
        await database.write(alice, work)
    assert await titles(database, alice) == []


async def test_a_deadlock_never_reaches_the_caller(database: Database, clone: str, alice: UUID, bob: UUID) -> None:
    async with database.owner() as connection:
        await connection.execute(f"ALTER DATABASE {clone} SET deadlock_timeout = 10")
        await connection.execute("CREATE TABLE gates (n int PRIMARY KEY); INSERT INTO gates VALUES (1), (2)")
        await connection.execute("GRANT SELECT, UPDATE ON gates TO lifeloom_service")
    runs = 0

    async def cross(connection: Connection, first: int, second: int) -> None:
        nonlocal runs
        runs += 1
        for gate in (first, second):
            await connection.execute("SELECT FROM gates WHERE n = $1 FOR UPDATE", gate)
            await asyncio.sleep(0.02)

    await asyncio.gather(
        database.write(alice, lambda connection: cross(connection, 1, 2)),
        database.write(bob, lambda connection: cross(connection, 2, 1)),
    )
    assert runs > 2  # one of them was begun again, and then may meet the other again


async def test_a_write_whose_connection_is_lost_before_the_commit_is_done_again(
    database: Database, alice: UUID, end_sessions: EndSessions
) -> None:
    runs = 0

    async def work(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        await connection.fetchval(ADD, f"run {runs}")
        if runs == 1:
            await end_sessions()
            await connection.fetchval("SELECT 1")

    await database.write(alice, work)
    assert await titles(database, alice) == ["run 2"]


async def test_dead_connections_are_replaced_unnoticed(
    database: Database, alice: UUID, bob: UUID, end_sessions: EndSessions
) -> None:
    for _ in range(3):
        async with database.acting_as(alice), database.acting_as(bob):
            pass
        await end_sessions()
        assert await titles(database, alice) == []
        await end_sessions()
        await add(database, bob, "still here")
    assert await titles(database, bob) == ["still here"] * 3


async def test_a_connection_lost_in_the_middle_of_a_read_is_told(
    database: Database, alice: UUID, end_sessions: EndSessions
) -> None:
    with pytest.raises(DatabaseUnavailable) as failure:
        async with database.acting_as(alice) as connection:
            await end_sessions()
            await connection.fetchval("SELECT 1")
    assert failure.value.code == "DATABASE_UNAVAILABLE"
    assert await titles(database, alice) == []


async def test_an_error_of_ours_inside_a_read_is_not_taken_for_the_database(database: Database, alice: UUID) -> None:
    for error in (FileNotFoundError("notes.md"), TimeoutError(), LifeloomError()):
        with pytest.raises(type(error)):
            async with database.acting_as(alice):
                raise error


async def test_a_read_that_takes_too_long_is_stopped(addresses: tuple[str, str]) -> None:
    async with Database.open(*addresses, statement_timeout=0.05) as hasty:
        with pytest.raises(ReadTooLong, match=r"than the 0\.05 seconds"):
            await hasty.fetch_text(uuid4(), "SELECT to_json(pg_sleep(5)::text)")
        with pytest.raises(ReadTooLong):
            async with hasty.acting_as(uuid4()) as connection:
                await connection.execute("SELECT pg_sleep(5)")


async def test_a_changed_table_does_not_trouble_a_prepared_read(database: Database, alice: UUID) -> None:
    await add(database, alice, "hello")
    one, all_of_it = "SELECT to_json(mood) FROM notes", "SELECT json_agg(mood) FROM notes"
    for change, value in (
        ("ADD COLUMN mood text DEFAULT 'calm'", b'"calm"'),
        ("ALTER COLUMN mood DROP DEFAULT, ALTER COLUMN mood TYPE int USING 7", b"7"),
    ):
        async with database.owner() as connection:
            await connection.execute(f"ALTER TABLE notes {change}")
        assert await database.fetch_text(alice, one) == value
        assert await database.fetch_text(alice, all_of_it) == b"[" + value + b"]"
        assert await database.write(alice, lambda connection: connection.fetchval(one)) == value
    plain: list[object] = []
    for kind in ("text", "json USING to_json(mood)"):
        async with database.owner() as connection:
            await connection.execute(f"ALTER TABLE notes ALTER COLUMN mood TYPE {kind}")
        plain.append(await database.fetch_text(alice, "SELECT mood FROM notes"))
    assert plain == ["7", b'"7"']
