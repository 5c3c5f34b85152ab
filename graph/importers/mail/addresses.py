"""Addresses as mails really have them (RFC 5322, 3.4): groups, comments, quotes, names without an address.

The standard library's own reader differs between patch releases of Python, and gives up on a whole list for one odd
entry.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.importers.decoding import storable
from graph.importers.mail import headers
from graph.importers.mail.charsets import read

LONGEST = 1024
"""Octets that the column takes; what is longer is no address."""

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"?|\((?:\\.|[^()\\])*\)?|<[^<>]*>?|[,;:]|[^"(<,;:]+', re.DOTALL)
_QUOTED_LOCAL = re.compile(r'"[^"]*"@\S+\Z')
_HIDDEN = re.compile(r"(.*?)<([^<>\s]+@[^<>\s]+)>\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """One entry of an address field; an empty group has its name alone."""

    name: str = ""
    address: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name and self.address else self.name or self.address


@dataclass(slots=True)
class _Entry:
    """What stands between two commas. `written` is all of it but comments and the address in angle brackets."""

    written: str = ""
    plain: str = ""
    comment: str = ""
    angle: str | None = None

    def address(self) -> Address | None:
        name, comment = _clean(self.plain), _clean(self.comment)
        if self.angle is not None:
            return _made(name or comment, self.angle)
        if _QUOTED_LOCAL.match(self.written.strip()):
            return _made(comment, self.written.strip())
        word = next((word for word in self.plain.split() if "@" in word.strip("@")), None)
        if word is not None:
            return _made(_clean(self.plain.replace(word, " ", 1)) or comment, word)
        hidden = _HIDDEN.match(name)
        return _made(_clean(hidden[1]), hidden[2]) if hidden else _made(name or comment, "")


@dataclass(slots=True)
class _Reading:
    """An address list while it is read. `group` is the name of the group that was opened, `members` those in it."""

    entry: _Entry = field(default_factory=_Entry)
    group: str | None = None
    members: int = 0

    def end(self) -> Iterator[Address]:
        found = self.entry.address()
        self.entry = _Entry()
        if found:
            self.members += 1
            yield found

    def close(self) -> Iterator[Address]:
        """The end of a group; one without members is its name."""
        yield from self.end()
        if self.group and not self.members:
            yield Address(self.group)
        self.group, self.members = None, 0

    def take(self, token: str) -> Iterator[Address]:
        entry = self.entry
        if token == ",":
            yield from self.end()
        elif token == ";":
            yield from self.close()
        elif token == ":" and entry.angle is None and "@" not in entry.written and self.group is None:
            self.group, self.entry = _clean(entry.plain), _Entry()
        elif token.startswith("("):
            entry.comment += token.strip("()")
        elif token.startswith("<"):
            entry.angle = token.strip("<>")
        else:
            entry.written += token
            entry.plain += re.sub(r"\\(.)", r"\1", token.strip('"')) if token.startswith('"') else token


def addresses(value: str) -> list[Address]:
    """The addresses of one field, in their order."""
    line = read(headers.raw_bytes(value), "").text
    reading = _Reading()
    found = [address for match in _TOKEN.finditer(line) for address in reading.take(match[0])]
    return [*found, *reading.close()]


def _clean(value: str) -> str:
    return " ".join(storable(headers.words(value)).split()).strip()


def _made(name: str, address: str) -> Address | None:
    plain = storable(headers.words(address)).strip("<>,; \t\r\n")
    plain = " ".join(plain.split()) if plain.startswith('"') else "".join(plain.split())
    if plain.startswith("@") and ":" in plain:  # a route of RFC 822: <@relay:ana@example.org>
        plain = plain.rpartition(":")[2]
    plain = re.sub(r"\Amailto:", "", plain, flags=re.IGNORECASE)
    if len(plain.encode()) > LONGEST:
        name, plain = f"{name} {plain}".strip(), ""
    return Address(name, plain) if name or plain else None
