"""The people of this instance. Row security hides all but oneself, so the owner's connection makes and lists them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from graph.database import Database
from graph.errors import LifeloomError


class BadUsername(LifeloomError):
    """A username has 1 to 64 characters and no space, slash, colon or @: {username!r} does not fit."""

    code = "BAD_USERNAME"


class UsernameTaken(LifeloomError):
    """There is already a user called {username}."""

    code = "USERNAME_TAKEN"


class UnknownUser(LifeloomError):
    """There is no active user {user}."""

    code = "UNKNOWN_USER"


@dataclass(frozen=True, slots=True)
class User:
    """One person. `role` is owner, admin, member or guest; an inactive user's tokens open nothing."""

    id: UUID
    username: str
    email: str | None
    display_name: str | None
    role: str
    active: bool
    created_at: datetime


USERNAME = re.compile(r"[^\s/@:]{1,64}")
COLUMNS = "id, preferred_username AS username, email, display_name, role::text, active, created_at"

INSERT = f"""
INSERT INTO users (preferred_username, email, display_name, role)
VALUES ($1, $2, $3, (CASE WHEN EXISTS (SELECT FROM users) THEN 'member' ELSE 'owner' END)::user_role)
RETURNING {COLUMNS}
"""
LIST = f"SELECT {COLUMNS} FROM users WHERE deleted_at IS NULL ORDER BY created_at, id"
FIND = f"""
SELECT {COLUMNS} FROM users
WHERE (preferred_username = $1 OR id::text = $1) AND active AND deleted_at IS NULL
"""


async def create_user(
    database: Database, username: str, *, email: str | None = None, display_name: str | None = None
) -> User:
    """The new user; the first one of an instance owns it. Usernames are kept in lower case (Unicode NFKC).

    Raises BadUsername and UsernameTaken.
    """
    name = folded(username)
    if not USERNAME.fullmatch(name) or not name.isprintable():
        raise BadUsername(username=username)
    try:
        async with database.owner() as connection:
            row = await connection.fetchrow(INSERT, name, email, display_name or username.strip())
    except asyncpg.UniqueViolationError:
        raise UsernameTaken(username=name) from None
    assert row is not None
    return User(**row)


async def list_users(database: Database) -> list[User]:
    """Everybody who was not deleted, in the order of their arrival; closed accounts too."""
    async with database.owner() as connection:
        return [User(**row) for row in await connection.fetch(LIST)]


async def find_user(database: Database, user: str) -> User:
    """The active user of this username or id. Raises UnknownUser."""
    async with database.owner() as connection:
        row = await connection.fetchrow(FIND, folded(user))
    if row is None:
        raise UnknownUser(user=user)
    return User(**row)


async def find_oneself(database: Database, user: UUID) -> User:
    """The account of whoever acts, without the owner's rights. Raises UnknownUser."""
    async with database.acting_as(user) as connection:
        row = await connection.fetchrow(f"SELECT {COLUMNS} FROM users WHERE id = $1", user)
    if row is None:
        raise UnknownUser(user=user)
    return User(**row)


def folded(username: str) -> str:
    return unicodedata.normalize("NFKC", username.strip()).lower()
