"""Who lives here and what opens the door: users, their tokens, and the check that every request passes."""

from graph.accounts.authenticator import BROWSER_STAYS, Authenticator, Identity
from graph.accounts.tokens import (
    AmbiguousToken,
    BadExpiry,
    BadTokenName,
    Token,
    UnknownToken,
    create_token,
    list_tokens,
    revoke_token,
)
from graph.accounts.users import (
    BadUsername,
    UnknownUser,
    User,
    UsernameTaken,
    create_user,
    find_user,
    list_users,
)

__all__ = [
    "BROWSER_STAYS",
    "AmbiguousToken",
    "Authenticator",
    "BadExpiry",
    "BadTokenName",
    "BadUsername",
    "Identity",
    "Token",
    "UnknownToken",
    "UnknownUser",
    "User",
    "UsernameTaken",
    "create_token",
    "create_user",
    "find_user",
    "list_tokens",
    "list_users",
    "revoke_token",
]
