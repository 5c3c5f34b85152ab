"""Users and tokens: what a token opens, for how long, for whom alone, and what is kept of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.accounts import (
    AmbiguousToken,
    Authenticator,
    BadExpiry,
    BadTokenName,
    BadUsername,
    UnknownToken,
    UnknownUser,
    UsernameTaken,
    create_token,
    create_user,
    find_user,
    list_tokens,
    list_users,
    revoke_token,
)
from graph.accounts import authenticator as checking
from graph.accounts.tokens import bearer
from graph.database import Connection, Database


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def as_owner(database: Database, sql: str, *arguments: object) -> None:
    async with database.owner() as connection:
        await connection.execute(sql, *arguments)


async def test_the_first_user_owns_the_instance(database: Database) -> None:
    ana = await create_user(database, " Ana ", email="ana@example.org")
    ben = await create_user(database, "ben")
    assert (ana.username, ana.display_name, ana.role, ana.active) == ("ana", "Ana", "owner", True)
    assert ben.role == "member"
    assert [user.id for user in await list_users(database)] == [ana.id, ben.id]
    assert await find_user(database, "ANA") == ana == await find_user(database, str(ana.id))


async def test_a_username_is_taken_once_whatever_its_case(database: Database) -> None:
    await create_user(database, "Ana")
    for same in ("ana", "ANA", "\uff21na"):
        with pytest.raises(UsernameTaken, match="ana"):
            await create_user(database, same)


@pytest.mark.parametrize("username", ["", " ", "a b", "a@b", "a/b", "a:b", "x" * 65, "a\0", "a\u200b"])
async def test_a_username_that_does_not_fit_is_refused(database: Database, username: str) -> None:
    with pytest.raises(BadUsername):
        await create_user(database, username)


async def test_an_unknown_or_closed_account_is_not_found(database: Database, alice: UUID) -> None:
    await as_owner(database, "UPDATE users SET active = false WHERE id = $1", alice)
    for name in ("alice", str(alice), "nobody", "'; DROP TABLE users"):
        with pytest.raises(UnknownUser):
            await find_user(database, name)


async def test_a_token_lets_its_user_in_and_only_its_hash_is_kept(database: Database, alice: UUID) -> None:
    token = await create_token(database, alice, "phone")
    identity = await Authenticator(database).authenticate(token)
    assert identity
    assert (identity.user, identity.actor_kind, identity.scopes) == (alice, "app", ())
    async with database.owner() as connection:
        [row] = await connection.fetch("SELECT * FROM api_tokens")
        logged = await connection.fetch("SELECT before::text || after::text AS text FROM change_log")
    assert row["token_sha256"] == sha256(token.encode()).digest()
    assert token.rpartition("_")[2] not in str(dict(row)) + str(logged)
    assert row["token_sha256"].hex() not in str(logged)


async def test_a_token_opens_nothing_for_anybody_else(database: Database, alice: UUID, bob: UUID) -> None:
    token = await create_token(database, alice, "phone")
    authenticator = Authenticator(database)
    wrong = [
        token.replace(alice.hex, bob.hex),
        token.replace(alice.hex, uuid4().hex),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.upper(),
        token + " ",
        token.encode().hex(),
        "",
    ]
    assert [await authenticator.authenticate(each) for each in wrong] == [None] * len(wrong)
    assert await list_tokens(database, bob) == []
    with pytest.raises(UnknownToken):
        await revoke_token(database, bob, "phone")
    assert await authenticator.authenticate(token)


@given(st.text(max_size=90))
def test_any_text_is_a_token_of_somebody_or_of_nobody(text: str) -> None:
    assert bearer(text) is None


CLOSED = {
    "revoked": "UPDATE api_tokens SET revoked_at = now()",
    "expired": "UPDATE api_tokens SET expires_at = now()",
    "deleted": "UPDATE api_tokens SET deleted_at = now()",
    "user inactive": "UPDATE users SET active = false",
    "user deleted": "UPDATE users SET deleted_at = now()",
}


@pytest.mark.parametrize("reason", CLOSED)
async def test_a_closed_door_is_felt_within_two_seconds(database: Database, alice: UUID, reason: str) -> None:
    clock = Clock()
    authenticator = Authenticator(database, clock=clock)
    token = await create_token(database, alice, "phone", datetime.now(UTC) + timedelta(days=1))
    assert await authenticator.authenticate(token)
    await as_owner(database, CLOSED[reason])
    clock.now += 1.99
    assert await authenticator.authenticate(token)
    clock.now += 0.02
    assert await authenticator.authenticate(token) is None
    assert await Authenticator(database).authenticate(token) is None


async def test_what_is_remembered_does_not_outlive_the_expiry(database: Database, alice: UUID) -> None:
    clock = Clock()
    authenticator = Authenticator(database, clock=clock)
    token = await create_token(database, alice, "short", datetime.now(UTC) + timedelta(seconds=0.5))
    assert await authenticator.authenticate(token)
    await asyncio.sleep(0.5)
    clock.now += 0.5
    assert await authenticator.authenticate(token) is None


async def test_a_refusal_is_not_remembered(database: Database, alice: UUID) -> None:
    authenticator = Authenticator(database)
    token = await create_token(database, alice, "phone")
    await as_owner(database, "UPDATE users SET active = false")
    assert await authenticator.authenticate(token) is None
    await as_owner(database, "UPDATE users SET active = true")
    assert await authenticator.authenticate(token)


async def test_the_memory_is_bounded(database: Database, alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "REMEMBERED", 3)
    authenticator = Authenticator(database)
    for number in range(8):
        identity = await authenticator.authenticate(await create_token(database, alice, str(number)))
        assert identity
        await authenticator.note_use(identity)
    assert len(authenticator._good) <= 3
    assert len(authenticator._noted) <= 3


async def test_use_is_noted_once_a_minute_and_changes_nothing_else(database: Database, alice: UUID) -> None:
    clock = Clock()
    authenticator = Authenticator(database, clock=clock)
    identity = await authenticator.authenticate(await create_token(database, alice, "phone"))
    assert identity
    [before] = await list_tokens(database, alice)
    assert before.last_used_at is None
    await authenticator.note_use(identity)
    [first] = await list_tokens(database, alice)
    assert first.last_used_at
    clock.now += 59
    await authenticator.note_use(identity)
    assert await list_tokens(database, alice) == [first]
    await as_owner(database, "UPDATE api_tokens SET last_used_at = last_used_at - interval '61 seconds'")
    clock.now += 2
    await authenticator.note_use(identity)
    [second] = await list_tokens(database, alice)
    assert second.last_used_at
    assert second.last_used_at >= first.last_used_at
    async with database.owner() as connection:
        assert await connection.fetchval("SELECT count(*) FROM change_log WHERE operation <> 'insert'") == 0
        assert await connection.fetchval("SELECT updated_at = created_at FROM api_tokens")


async def test_noting_a_use_does_not_wait_for_a_long_write(database: Database, alice: UUID) -> None:
    clock = Clock()
    authenticator = Authenticator(database, clock=clock)
    identity = await authenticator.authenticate(await create_token(database, alice, "phone"))
    assert identity

    async def import_for_long(_: Connection) -> None:
        async with asyncio.timeout(5):
            await authenticator.note_use(identity)

    await database.write(alice, import_for_long, origin="import")
    assert [token.last_used_at for token in await list_tokens(database, alice)] == [None]
    clock.now += 60
    await authenticator.note_use(identity)
    assert [bool(token.last_used_at) for token in await list_tokens(database, alice)] == [True]


async def test_a_database_that_is_away_does_not_break_the_note(
    database: Database, alice: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    authenticator = Authenticator(database)
    token = await create_token(database, alice, "phone")
    identity = await authenticator.authenticate(token)
    assert identity
    await as_owner(database, "REVOKE UPDATE ON api_tokens FROM lifeloom_service")
    await authenticator.note_use(identity)
    assert "could not note the use" in caplog.text
    assert token not in caplog.text


async def test_a_browser_signs_in_for_a_month(database: Database, alice: UUID) -> None:
    authenticator = Authenticator(database)
    assert await authenticator.authenticate(await authenticator.sign_in_browser(alice))
    [token] = await list_tokens(database, alice)
    assert token.actor_kind == "browser"
    assert token.expires_at
    assert timedelta(days=29) < token.expires_at - datetime.now(UTC) <= timedelta(days=30)
    async with database.owner() as connection:
        assert await connection.fetchval("SELECT last_login_at IS NOT NULL FROM users WHERE id = $1", alice)


async def test_tokens_are_revoked_by_name_or_id(database: Database, alice: UUID) -> None:
    for name in ("phone", "laptop", "laptop"):
        await create_token(database, alice, name)
    phone, laptop, _ = await list_tokens(database, alice)
    assert await revoke_token(database, alice, "phone") == phone.id
    with pytest.raises(UnknownToken):
        await revoke_token(database, alice, "phone")
    with pytest.raises(AmbiguousToken):
        await revoke_token(database, alice, "laptop")
    assert await revoke_token(database, alice, str(laptop.id)) == laptop.id
    assert [bool(token.revoked_at) for token in await list_tokens(database, alice)] == [True, True, False]


async def test_a_token_that_makes_no_sense_is_not_made(database: Database, alice: UUID) -> None:
    for name in ("", "  ", "x" * 201, "a\nb"):
        with pytest.raises(BadTokenName):
            await create_token(database, alice, name)
    for expires in (datetime.now(UTC), datetime(2999, 1, 1)):
        with pytest.raises(BadExpiry):
            await create_token(database, alice, "phone", expires)
    with pytest.raises(UnknownUser):
        await create_token(database, uuid4(), "phone")
    assert await list_tokens(database, alice) == []
