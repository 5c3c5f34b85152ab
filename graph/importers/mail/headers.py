"""The values of a mail's head (RFC 5322), leniently: encoded words (RFC 2047), ids of messages, dates, subjects."""

import base64
import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from graph.importers.decoding import storable
from graph.importers.mail.charsets import read

LONGEST_ID = 998
"""Octets of a Message-ID: a line of RFC 5322 has no more, nor has the column."""

_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"\s*[\r\n]+\s*")
_ID = re.compile(r"<([^<>]+)>")
_ANSWERS = re.compile(r"\bfrom\b[^<>]*\Z", re.IGNORECASE)
_CENTURY = re.compile(r"(\b[A-Za-z]{3} )0?1(\d\d)\b")
_PREFIX = re.compile(
    r"(?:\[[^\[\]]*\]\s*)*(?:re|fwd?|aw|wg|sv|vs|antw|rv|tr|res|enc)\s*(?:\[[^\[\]]*\])?\s*:\s*", re.IGNORECASE
)
_SUFFIX = re.compile(r"\s*\(fwd\)\s*\Z", re.IGNORECASE)
_BLOB = re.compile(r"\[[^\[\]]*\]\s*")


def raw_bytes(value: str) -> bytes:
    """The bytes that the parser of the standard library gave as text."""
    return value.encode("utf-8", "surrogateescape")


def text(value: str) -> str:
    """A header as a person reads it: one line, encoded words decoded, bytes beyond ASCII guessed."""
    line = _FOLD.sub(" ", read(raw_bytes(value), "").text).strip()
    return storable(words(line)) if "=?" in line else line


def words(line: str) -> str:
    """The line with its encoded words decoded; a character may be split over two of them."""
    done: list[str] = []
    data, charset, end = b"", "", 0
    for match in _WORD.finditer(line):
        gap = line[end : match.start()]
        if gap.strip() or not end or match[1].lower() != charset:
            done.append(read(data, charset).text if data else "")
            done.append("" if end and not gap.strip() else gap)
            data = b""
        data, charset, end = data + _decoded(match[2], match[3]), match[1].lower(), match.end()
    return "".join((*done, read(data, charset).text if data else "", line[end:]))


def _decoded(encoding: str, coded: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(raw_bytes(coded.replace("_", " ")), header=False)
    plain = re.sub(r"[^A-Za-z0-9+/]", "", coded)
    plain = plain[:-1] if len(plain) % 4 == 1 else plain
    return base64.b64decode(plain + "=" * (-len(plain) % 4))


def message_id(value: str) -> str:
    """A Message-ID without its angle brackets; nothing if there is none or it is longer than any may be."""
    found = _ID.search(value)
    return _id(found[1] if found else value.strip().strip("<>"))


def references(value: str) -> list[str]:
    """The ids of References, each once, in their order."""
    line = text(value)
    found = _ID.findall(line) or [word for word in line.split() if "@" in word]
    return list(dict.fromkeys(filter(None, map(_id, found))))


def in_reply_to(value: str) -> list[str]:
    """The ids of In-Reply-To: those that it begins with, or else the last one, for old programs put a sentence there.

    "Message from Ana <ana@example.org> of Friday <id@example.org>": an address after "from" is no id.
    """
    line = text(value)
    matches = list(_ID.finditer(line))
    leading: list[str] = []
    for match in matches:
        before = line[matches[len(leading) - 1].end() if leading else 0 : match.start()]
        if before.strip(" ,"):
            break
        leading.append(match[1])
    if not leading and matches:
        last = matches[-1]
        before = line[matches[-2].end() if len(matches) > 1 else 0 : last.start()]
        leading = [] if _ANSWERS.search(before) else [last[1]]
    if not matches and re.fullmatch(r"\S+@\S+", line):
        leading = [line]
    found = list(dict.fromkeys(filter(None, map(_id, leading))))
    return found[:1] if sum(len(one.encode()) for one in found) > 2 * LONGEST_ID else found


def _id(value: str) -> str:
    found = "".join(storable(value).split())
    return found if len(found.encode()) <= LONGEST_ID else ""


def date(value: str) -> datetime | None:
    """A date of RFC 5322 or 822 in UTC; without a zone, or with -0000, it is taken for UTC."""
    for spelled in (value, _CENTURY.sub(_in_full, value)):
        try:
            found = parsedate_to_datetime(_FOLD.sub(" ", spelled).strip())
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            if aware.year >= 1000:
                return aware.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
    return None


def _in_full(match: re.Match[str]) -> str:
    """The year 102 of programs that counted from 1900."""
    return f"{match[1]}{2000 + int(match[2])}"


def received(value: str) -> datetime | None:
    """When a Received line was written: its date after the last semicolon."""
    return date(value.rpartition(";")[2])


def base_subject(subject: str) -> str:
    """A subject without what answering and forwarding put around it (RFC 5256, 2.1)."""
    before, now = "", subject.strip()
    while now != before:
        before = now
        now = _SUFFIX.sub("", now)
        prefix = _PREFIX.match(now)
        now = now[prefix.end() :] if prefix else now
        blob = _BLOB.match(now)
        now = now[blob.end() :] if blob and now[blob.end() :].strip() else now
    return now.strip()
