"""How one connection is made: session settings, codecs, and clear errors when it cannot be made."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import orjson
from asyncpg import exceptions as failures

from graph.errors import DatabaseRefused, DatabaseUnavailable, DatabaseVersionWrong, ReadTooLong

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection  # generic in its stubs only

OLDEST_VERSION = 16
_CONNECT_SECONDS = 10.0
_RECOVERY_SECONDS = 20.0
_COMMON = {"application_name": "lifeloom", "timezone": "UTC", "jit": "off"}
_ANSWERS = {"intervalstyle": "iso_8601", "plan_cache_mode": "force_generic_plan", "app.origin": "graphql"}
_ENDED = (
    failures.PostgresConnectionError,
    failures.AdminShutdownError,
    failures.CrashShutdownError,
    failures.CannotConnectNowError,
    failures.IdleSessionTimeoutError,
)
_REFUSED = (
    failures.InvalidAuthorizationSpecificationError,
    failures.InvalidCatalogNameError,
    failures.InsufficientPrivilegeError,
)


@dataclass(frozen=True, slots=True)
class Service:
    """The role of the service in one database.

    `statement_timeout` limits each statement (seconds, 0 for none). `revive` brings a server back that is gone;
    it blocks and runs in a thread.
    """

    dsn: str
    statement_timeout: float = 30.0
    revive: Callable[[], None] | None = None

    async def connect(self) -> Connection:
        """A connection under row level security, with generic plans. Raises DatabaseUnavailable or DatabaseRefused."""
        milliseconds = str(int(self.statement_timeout * 1000))
        settings = {**_COMMON, **_ANSWERS, "statement_timeout": milliseconds}
        try:
            return await _connect(self.dsn, settings)
        except DatabaseUnavailable:
            if self.revive is None:
                raise
        await asyncio.to_thread(self.revive)
        return await _connect(self.dsn, settings)

    def explain(self, error: BaseException, connection: Connection) -> None:
        """Raises what a caller can make sense of, where the error is about the database, not the statement."""
        if broken(error, connection):
            raise unavailable(self.dsn, error) from error
        if isinstance(error, failures.QueryCanceledError) and "statement timeout" in str(error):
            raise ReadTooLong(seconds=self.statement_timeout) from error


async def connect_owner(dsn: str) -> Connection:
    """A connection of the owner, for migrate, doctor and backup: no limits, plans as PostgreSQL sees fit."""
    return await _connect(dsn, _COMMON)


async def _connect(dsn: str, settings: dict[str, str]) -> Connection:
    """Connects, waiting a while for a server that is just starting or recovering."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while True:
        try:
            return await _connect_once(dsn, settings)
        except failures.CannotConnectNowError as error:
            if time.monotonic() > deadline:
                raise unavailable(dsn, error) from error
        except _REFUSED as error:
            raise DatabaseRefused(where=place(dsn), reason=error) from error
        except (OSError, failures.PostgresError, failures.InterfaceError) as error:
            raise unavailable(dsn, error) from error
        await asyncio.sleep(0.05)


async def _connect_once(dsn: str, settings: dict[str, str]) -> Connection:
    connection: Connection = await asyncpg.connect(
        dsn,
        timeout=_CONNECT_SECONDS,
        statement_cache_size=200,
        max_cacheable_statement_size=0,
        server_settings=settings,
    )
    try:
        _check_version(dsn, connection)
        await _set_codecs(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


def _check_version(dsn: str, connection: Connection) -> None:
    found = connection.get_server_version().major
    if found < OLDEST_VERSION:
        advice = "Point LIFELOOM_DATABASE_URL at a newer one, or leave it out to use the one inside Lifeloom."
        needed = f"{OLDEST_VERSION} or newer"
        raise DatabaseVersionWrong(where=place(dsn), found=found, needed=needed, advice=advice)


async def _set_codecs(connection: Connection) -> None:
    """json is the text itself (bytes): answers go to the wire untouched. jsonb is Python values."""
    binary: Any = {"schema": "pg_catalog", "format": "binary"}
    await connection.set_type_codec("json", encoder=_json_bytes, decoder=_same, **binary)
    await connection.set_type_codec("jsonb", encoder=_jsonb_bytes, decoder=_jsonb_value, **binary)


def _same(text: bytes) -> bytes:
    return text


def _json_bytes(value: object) -> bytes:
    """Bytes are JSON text already; everything else is written as JSON."""
    return value if isinstance(value, bytes) else orjson.dumps(value, default=str)


def _jsonb_bytes(value: object) -> bytes:
    return b"\x01" + _json_bytes(value)  # the version number of jsonb's binary form


def _jsonb_value(wire: bytes) -> object:
    return orjson.loads(memoryview(wire)[1:])


def place(dsn: str) -> str:
    """The address as it may be shown: never with a password."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2] or parse_qs(parts.query).get("host", [""])[0]
    return f"{parts.path.lstrip('/') or 'default'} at {host or 'localhost'}"


def unavailable(dsn: str, reason: object) -> DatabaseUnavailable:
    """The error for a database that cannot be reached or went away."""
    return DatabaseUnavailable(where=place(dsn), reason=str(reason) or type(reason).__name__)


def broken(error: BaseException | None, connection: Connection) -> bool:
    """True where the error says that the connection is gone: the server was stopped or ended this session."""
    if isinstance(error, _ENDED):
        return True
    if isinstance(error, failures.InternalClientError):  # a farewell of the server came when nothing was asked
        return not isinstance(error, failures.OutdatedSchemaCacheError)
    return isinstance(error, (OSError, failures.InterfaceError)) and connection.is_closed()
