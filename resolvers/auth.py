"""Who may pass: the names this server answers to, where a request comes from, and the token it brings.

A token comes as `Authorization: Bearer`, or as the cookie that the start URL sets. Loopback is no permission.
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from typing import Protocol
from uuid import UUID

from graph.accounts import Identity
from resolvers.protocol import Headers, Refused

KEYS_AT_ONCE = 64
KEY_LASTS = 3600.0
HOST = re.compile(rb"(\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(:[0-9]*)?")
LONGEST_NAME = 300
"""Bytes of a Host or Origin header; longer ones name nobody (and would fill what is remembered of them)."""


class UnknownHost(Refused):
    """This server does not answer to the host name of the request. If it should, name it in
    LIFELOOM_ALLOWED_HOSTS."""

    code = "UNKNOWN_HOST"
    status = 421


class ForeignOrigin(Refused):
    """A page of another site may not ask this server."""

    code = "FOREIGN_ORIGIN"
    status = 403


class SignInNeeded(Refused):
    """Sign in first: send a token as "Authorization: Bearer ...", or open the start URL that `lifeloom serve`
    prints."""

    code = "UNAUTHENTICATED"
    status = 401
    headers = ((b"www-authenticate", b'Bearer realm="lifeloom"'),)


class StartKeySpent(Refused):
    """This start URL was used before, or it is too old. Start `lifeloom serve` again and open the new one."""

    code = "START_KEY_SPENT"
    status = 401


class TooEarly(Refused):
    """A start URL works once, so it is not fetched ahead: open it."""

    code = "TOO_EARLY"
    status = 425


class Doorkeeper(Protocol):
    """What the doors need of `graph.accounts.Authenticator`."""

    async def authenticate(self, token: str) -> Identity | None: ...

    async def note_use(self, identity: Identity) -> None: ...

    async def sign_in_browser(self, user: UUID) -> str: ...


class StartKeys:
    """The keys of start URLs: each signs one browser in, once, within the hour. Kept in memory, as hashes."""

    def __init__(self, *, lasts: float = KEY_LASTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._lasts = lasts
        self._clock = clock
        self._keys: dict[bytes, tuple[UUID, float]] = {}

    def issue(self, user: UUID) -> str:
        """A new key for this user; of too many the oldest is dropped."""
        if len(self._keys) >= KEYS_AT_ONCE:
            del self._keys[next(iter(self._keys))]
        key = secrets.token_urlsafe(32)
        self._keys[_hashed(key)] = (user, self._clock() + self._lasts)
        return key

    def redeem(self, key: str) -> UUID | None:
        """The user of this key, which is good no more; None for one that is unknown, used or too old."""
        user, until = self._keys.pop(_hashed(key), (None, 0.0))
        return user if self._clock() < until else None


def _hashed(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


class Gate:
    """Admits a request or says why not. `allowed_hosts` are names besides localhost and bare addresses; `*` is all."""

    def __init__(self, doorkeeper: Doorkeeper, allowed_hosts: frozenset[str] = frozenset()) -> None:
        self._doorkeeper = doorkeeper
        self._allowed_hosts = frozenset(host.lower().rstrip(".") for host in allowed_hosts)

    def check_place(self, headers: Headers) -> None:
        """Raises UnknownHost (a rebound DNS name) and ForeignOrigin (a page of another site, or of another port)."""
        host = headers.get(b"host", b"")
        if len(host) > LONGEST_NAME or not answers_to(host, self._allowed_hosts):
            raise UnknownHost
        origin = headers.get(b"origin")
        if origin is not None and (len(origin) > LONGEST_NAME or not same_origin(origin, host)):
            raise ForeignOrigin

    async def admit(self, headers: Headers, method: str, cookie: str) -> Identity:
        """Who asks. `cookie` is the name of ours. Raises UnknownHost, ForeignOrigin and SignInNeeded."""
        self.check_place(headers)
        authorization = headers.get(b"authorization")
        if authorization is not None:
            token = bearer_token(authorization)
        else:
            token = cookie_value(headers.get(b"cookie", b""), cookie)
            if token:
                check_own_page(headers, method)
        identity = await self._doorkeeper.authenticate(token) if token else None
        if identity is None:
            raise SignInNeeded
        return identity


def check_own_page(headers: Headers, method: str) -> None:
    """A cookie comes by itself, so the browser must vouch for the page that asks. Raises ForeignOrigin.

    SameSite does not tell ports apart: a page of another program on this machine is the same site. Its links
    may lead here (a browser that navigates is shown pages, never data), its scripts and forms may not ask.
    """
    site = headers.get(b"sec-fetch-site")
    reading = method in ("GET", "HEAD")
    if site is None:
        vouched = reading or b"origin" in headers
    else:
        navigates = reading and headers.get(b"sec-fetch-mode") == b"navigate"
        vouched = navigates or site in (b"same-origin", b"none")
    if not vouched:
        raise ForeignOrigin


@lru_cache(maxsize=256)
def answers_to(host: bytes, allowed: frozenset[str]) -> bool:
    """Whether a Host header names this server. A bare address cannot be a rebound name, so any is good."""
    name = host_name(host)
    if name is None:
        return False
    if name == "localhost" or name.endswith(".localhost") or name in allowed or "*" in allowed:
        return True
    return is_address(name)


def host_name(host: bytes) -> str | None:
    """The name or address in a Host header, without port, brackets and final dot; None when it is neither."""
    match = HOST.fullmatch(host.lower())
    if match is None:
        return None
    return (match["address"] or match["name"]).decode("ascii").rstrip(".")


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=256)
def same_origin(origin: bytes, host: bytes) -> bool:
    """Whether an Origin is this very server. A proxy may hide the scheme, so only host and port count."""
    scheme, separator, authority = origin.lower().partition(b"://")
    port = {b"http": b":80", b"https": b":443"}.get(scheme)
    if not separator or port is None:
        return False
    return authority.removesuffix(port) == host.lower().removesuffix(port)


def bearer_token(authorization: bytes) -> str | None:
    scheme, _, token = authorization.partition(b" ")
    return token.strip().decode("ascii", "replace") if scheme.lower() == b"bearer" else None


def cookie_value(cookies: bytes, name: str) -> str | None:
    """The first cookie of this name."""
    for cookie in cookies.decode("latin-1").split(";"):
        key, _, value = cookie.strip().partition("=")
        if key == name:
            return value
    return None


def cookie_name(scope: Mapping[str, object]) -> str:
    """Cookies are shared by all ports of a host, so that of each server carries its port."""
    server = scope.get("server")
    return f"lifeloom_{server[1] or 0}" if isinstance(server, (tuple, list)) else "lifeloom"
