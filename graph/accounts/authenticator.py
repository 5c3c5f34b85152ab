"""The check of a token: act as the user it names, compare the hash, and look whether it still opens."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from math import inf
from uuid import UUID

from asyncpg import LockNotAvailableError, Record

from graph.accounts.tokens import bearer, create_token, digest
from graph.database import Connection, Database

logger = logging.getLogger(__name__)

REMEMBERED_FOR = 2.0
"""Seconds for which a token that was good counts as good: the longest that a revoked one still works."""
REMEMBERED = 1024
NOTED_EVERY = 60.0
BROWSER_STAYS = timedelta(days=30)

CHECK = """
SELECT t.id, t.token_sha256, t.actor_kind, t.scopes, t.expires_at
FROM api_tokens t JOIN users u ON u.id = t.user_id
WHERE t.user_id = $1 AND t.token_sha256 = $2 AND t.deleted_at IS NULL AND t.revoked_at IS NULL
  AND (t.expires_at IS NULL OR t.expires_at > now()) AND u.active AND u.deleted_at IS NULL
"""
NOTE_USE = """
UPDATE api_tokens SET last_used_at = $3
WHERE user_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute')
"""
NOT_LONG = "SET LOCAL lock_timeout = '100ms'"
NOTE_LOGIN = "UPDATE users SET last_login_at = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at the door: the user, and the token that said so with what it may do (no scopes: everything)."""

    user: UUID
    token: UUID
    actor_kind: str
    scopes: tuple[str, ...]


class Authenticator:
    """Checks tokens and remembers good ones for two seconds; a bad one is looked up anew every time."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._good: dict[bytes, tuple[Identity, float]] = {}
        self._noted: dict[UUID, float] = {}

    async def authenticate(self, token: str) -> Identity | None:
        """Whom this token lets in, or None: unknown, expired, revoked, or its user's account is closed."""
        hashed = digest(token)
        started = self._clock()
        known = self._good.get(hashed)
        if known is not None and known[1] > started:
            return known[0]
        user = bearer(token)
        if user is None:
            return None
        async with self._database.acting_as(user) as connection:
            row = await connection.fetchrow(CHECK, user, hashed)
        if row is None or not compare_digest(row["token_sha256"], hashed):
            self._good.pop(hashed, None)
            return None
        return self._remember(hashed, user, row, started)

    def _remember(self, hashed: bytes, user: UUID, row: Record, started: float) -> Identity:
        identity = Identity(user, row["id"], row["actor_kind"], tuple(row["scopes"]))
        lasts = REMEMBERED_FOR
        if row["expires_at"] is not None:
            lasts = min(lasts, (row["expires_at"] - datetime.now(UTC)).total_seconds())
        if len(self._good) >= REMEMBERED:
            self._good.clear()
        self._good[hashed] = (identity, started + lasts)
        return identity

    async def note_use(self, identity: Identity) -> None:
        """Write down, once a minute at most, that this token was used. Never fails: the answer is already out.

        While a long write holds the user's clock the note is left out, instead of keeping a connection waiting.
        """
        now = self._clock()
        if now - self._noted.get(identity.token, -inf) < NOTED_EVERY:
            return
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[identity.token] = now
        try:
            async with self._database.acting_as(identity.user) as connection, connection.transaction():
                await connection.execute(NOT_LONG)
                await connection.execute(NOTE_USE, identity.user, identity.token, datetime.now(UTC))
        except LockNotAvailableError:
            logger.debug("the use of token %s is noted later", identity.token)
        except Exception:
            logger.warning("could not note the use of token %s", identity.token, exc_info=True)

    async def sign_in_browser(self, user: UUID) -> str:
        """A new token for a browser, good for 30 days. Raises UnknownUser."""
        now = datetime.now(UTC)
        token = await create_token(
            self._database, user, f"browser {now:%Y-%m-%d}", now + BROWSER_STAYS, actor_kind="browser"
        )

        async def note(connection: Connection) -> None:
            await connection.execute(NOTE_LOGIN, user, now)

        await self._database.write(user, note, origin="accounts")
        return token
