"""Whom the command line acts as: --user, LIFELOOM_USER, or the only user there is."""

import getpass
import re

from graph.accounts import User, create_user, find_user, list_users
from graph.errors import LifeloomError
from graph.service import Service


class NobodyHere(LifeloomError):
    """Nobody lives here yet: `lifeloom user add NAME` makes the first user, and so does `lifeloom serve`."""

    code = "NO_USER"


class SeveralPeople(LifeloomError):
    """Several people live here ({names}): say who you are with --user or LIFELOOM_USER."""

    code = "SEVERAL_USERS"


async def acting_user(service: Service) -> User:
    """The user that this command is for. Raises UnknownUser, NobodyHere and SeveralPeople."""
    if service.settings.user:
        return await find_user(service.database, service.settings.user)
    users = [user for user in await list_users(service.database) if user.active]
    if not users:
        raise NobodyHere
    if len(users) > 1:
        raise SeveralPeople(names=", ".join(user.username for user in users))
    return users[0]


async def first_user(service: Service) -> User:
    """The same, but an instance without anybody gets its first user, named after the one of the operating system."""
    if not await list_users(service.database):
        return await create_user(service.database, service.settings.user or system_user())
    return await acting_user(service)


def system_user() -> str:
    """The name of whoever runs this, as a username; `me` where the system has none for its number."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = ""
    return re.sub(r"[\s/@:]+", "-", name).strip("-")[:64] or "me"
