"""The head of one mail: its fields, what it is known by, when it came."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from graph.importers.decoding import storable
from graph.importers.keys import digest
from graph.importers.mail import headers

_END = re.compile(rb"\r?\n\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_WHAT_IT_IS = ("from", "date", "subject")
_WHERE_IT_WENT = ("to", "cc", "received")
_PARSER = BytesParser(policy=compat32)


@dataclass(frozen=True, slots=True)
class Head:
    """The header fields in their order, names in small letters, values as they stand; and the body's digest."""

    fields: Sequence[tuple[str, str]]
    body: str

    def first(self, name: str) -> str:
        return next((value for field, value in self.fields if field == name), "")

    def every(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def text(self, name: str) -> str:
        return headers.text(self.first(name))

    @property
    def message_id(self) -> str:
        return headers.message_id(headers.text(self.first("message-id")))

    @property
    def key(self) -> str:
        """The same for copies of a mail that went different ways, another for mails that only share a Message-ID."""
        id_ = self.message_id
        names = _WHAT_IT_IS if id_ else (*_WHAT_IT_IS, *_WHERE_IT_WENT)
        return "mail:" + digest(
            id_, self.body, *(" ".join(value.split()) for name in names for value in self.every(name))
        )

    @property
    def node(self) -> str:
        """What threads know it by."""
        return self.message_id or f"\0{self.key}"

    @property
    def references(self) -> list[str]:
        return headers.references(" ".join(self.every("references")))

    @property
    def in_reply_to(self) -> list[str]:
        return headers.in_reply_to(self.first("in-reply-to"))

    @property
    def sent_at(self) -> datetime | None:
        return headers.date(self.first("date"))

    @property
    def received_at(self) -> datetime | None:
        """What the server wrote that took it last; its line is the first."""
        return headers.received(self.first("received"))


def parse(raw: bytes, *, head_only: bool = False) -> tuple[Head, Message]:
    """The head and the parsed message. Nothing that stands in the bytes makes it raise."""
    raw = raw.lstrip(b"\r\n")
    end = _END.search(raw)
    above, below = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    message = _parsed(above if head_only else raw)
    fields = [(storable(name).lower(), str(value)) for name, value in message.raw_items()]
    return Head(fields, _digest(below)), message


def unquoted(raw: bytes) -> bytes:
    """A mail from an mbox without the > that was put before its lines that begin with From (mboxrd; RFC 4155)."""
    return _QUOTED.sub(rb"\1", raw)


def _parsed(raw: bytes) -> Message:
    try:
        return _PARSER.parsebytes(raw)
    except Exception:  # whatever the parser of the standard library stumbles over: the text is what counts
        message = Message(policy=compat32)
        message.set_payload(raw.decode("utf-8", "surrogateescape"))
        return message


def _digest(body: bytes) -> str:
    """Of the body however its lines end, and whether or not an mbox quoted some."""
    plain = _QUOTED.sub(rb"\1", body.replace(b"\r\n", b"\n")).rstrip()
    return hashlib.sha256(plain).hexdigest()
