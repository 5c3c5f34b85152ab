"""Keys to the door: `ll_<32 hex digits of the user's id>_<43 characters of secret>`, kept only as a SHA-256."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from graph.accounts.users import UnknownUser
from graph.database import Connection, Database
from graph.errors import LifeloomError


class BadTokenName(LifeloomError):
    """A token needs a name of 1 to 200 characters, so that it can be told from the others later."""

    code = "BAD_TOKEN_NAME"


class BadExpiry(LifeloomError):
    """A token's expiry is a moment in the future with its time zone: {expires} is not."""

    code = "BAD_EXPIRY"


class UnknownToken(LifeloomError):
    """There is no token {token} that could be revoked."""

    code = "UNKNOWN_TOKEN"


class AmbiguousToken(LifeloomError):
    """Several tokens are called {token}: name one by its id."""

    code = "AMBIGUOUS_TOKEN"


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token besides its secret. `actor_kind` is app, agent, connector or browser."""

    id: UUID
    name: str
    scopes: list[str]
    actor_kind: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


SHAPE = re.compile(r"ll_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
COLUMNS = "id, name, scopes, actor_kind, created_at, expires_at, last_used_at, revoked_at"

INSERT = """
INSERT INTO api_tokens (user_id, name, token_sha256, actor_kind, expires_at)
SELECT id, $2, $3, $4, $5 FROM users WHERE id = $1 AND active AND deleted_at IS NULL
RETURNING id
"""
LIST = f"SELECT {COLUMNS} FROM api_tokens WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at, id"
MATCHING = """
SELECT id FROM api_tokens
WHERE user_id = $1 AND (id::text = $2 OR name = $2) AND revoked_at IS NULL AND deleted_at IS NULL
FOR UPDATE
"""
REVOKE = "UPDATE api_tokens SET revoked_at = $3 WHERE user_id = $1 AND id = $2"


async def create_token(
    database: Database, user: UUID, name: str, expires: datetime | None = None, *, actor_kind: str = "app"
) -> str:
    """The token itself, which is nowhere to be had again. `expires` is an aware moment; None is never.

    Raises BadTokenName, BadExpiry and UnknownUser.
    """
    if not 0 < len(name.strip()) <= 200 or not name.isprintable():
        raise BadTokenName
    if expires is not None and (expires.tzinfo is None or expires <= datetime.now(UTC)):
        raise BadExpiry(expires=expires)
    token = f"ll_{user.hex}_{secrets.token_urlsafe(32)}"

    async def insert(connection: Connection) -> UUID | None:
        found: UUID | None = await connection.fetchval(INSERT, user, name.strip(), digest(token), actor_kind, expires)
        return found

    if await database.write(user, insert, origin="accounts") is None:
        raise UnknownUser(user=user)
    return token


async def list_tokens(database: Database, user: UUID) -> list[Token]:
    """All tokens of a user in the order of their making, expired and revoked ones too."""
    async with database.acting_as(user) as connection:
        return [Token(**row) for row in await connection.fetch(LIST, user)]


async def revoke_token(database: Database, user: UUID, token: str) -> UUID:
    """Revoke the token of this id or name and return its id; a running server obeys within two seconds.

    Raises UnknownToken and AmbiguousToken.
    """

    async def revoke(connection: Connection) -> UUID:
        rows = await connection.fetch(MATCHING, user, token)
        if not rows:
            raise UnknownToken(token=token)
        if len(rows) > 1:
            raise AmbiguousToken(token=token)
        found: UUID = rows[0]["id"]
        await connection.execute(REVOKE, user, found, datetime.now(UTC))
        return found

    return await database.write(user, revoke, origin="accounts")


def digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def bearer(token: str) -> UUID | None:
    """The user a token speaks for, or None when it does not look like a token. Proves nothing yet."""
    match = SHAPE.fullmatch(token)
    return UUID(hex=match[1]) if match else None
