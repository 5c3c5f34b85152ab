"""A mail as RFC 5322 and MIME have it, from its columns: for mails that have no bytes of their own.

The same columns give the same bytes: the boundaries of its parts are digests of what is in them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import charset, encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime
from uuid import UUID

from graph.exporters.base import Row
from graph.importers.keys import digest
from graph.importers.mail.mail import OURS

_FIELDS = {
    "from": "From", "sender": "Sender", "reply_to": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc",
}  # fmt: skip
_NAME = re.compile(r"[!-9;-~]{1,100}")
_PLAIN = re.compile(r"[ -~]{0,900}")
_QUOTED = charset.Charset("utf-8")
_QUOTED.body_encoding = charset.QP


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to a mail: its addresses and attachments in their order, its HTML, the bytes of its files."""

    recipients: Sequence[Row]
    attachments: Sequence[Row]
    html: bytes | None
    files: Mapping[UUID, bytes]


def message(mail: Row, parts: Parts) -> bytes:
    """The whole message with LF, ending with one."""
    head = "".join(f"{name}: {value}\n" for name, value in _head(mail, parts.recipients))
    body = _body(mail, parts).as_bytes()
    return head.encode() + body.rstrip(b"\n") + b"\n"


def encoded(text: str) -> str:
    """A header's text on one line, in encoded words (RFC 2047) where it is more than ASCII."""
    line = " ".join(text.split())
    return line if _PLAIN.fullmatch(line) and "=?" not in line else Header(line, "utf-8").encode(linesep="\n")


def _head(mail: Row, recipients: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for field, name in _FIELDS.items():
        if listed := [_address(one) for one in recipients if one["field"] == field]:
            yield name, ",\n ".join(listed)
    if mail["sent_at"]:
        yield "Date", format_datetime(mail["sent_at"])
    yield "Subject", encoded(mail["subject"])
    yield "Message-ID", f"<{mail['message_id'] or str(mail['id']) + OURS}>"
    for name, ids in (("In-Reply-To", mail["in_reply_to"]), ("References", mail["reference_message_ids"])):
        if ids:
            yield name, "\n ".join(f"<{one}>" for one in ids)
    if mail["list_id"]:
        yield "List-Id", f"<{encoded(mail['list_id'])}>"
    if mail["list_unsubscribe"]:
        yield "List-Unsubscribe", encoded(mail["list_unsubscribe"])
    if mail["language"]:
        yield "Content-Language", mail["language"]
    for name, values in (mail["custom_fields"].get("headers") or {}).items():
        for value in values if isinstance(values, list) else [values]:
            if _NAME.fullmatch(name):
                yield name.title(), encoded(str(value))


def _address(one: Row) -> str:
    name, address = " ".join((one["name"] or "").split()), one["address"]
    if not name:
        return f"<{address}>"
    shown = encoded(name)
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"' if shown == name else shown
    return f"{quoted} <{address}>" if address else quoted


def _body(mail: Row, parts: Parts) -> MIMEBase:
    """The text; the HTML beside it; the attachments after them."""
    body: MIMEBase = MIMENonMultipart("text", "plain", charset="utf-8")
    body.set_payload(mail["text_body"], _QUOTED)
    if parts.html is not None:
        html = _part("text/html", parts.html)
        body = _multipart("alternative", [body, html])
    found = [
        _attachment(one, parts.files[one["file_id"]]) for one in parts.attachments if one["file_id"] in parts.files
    ]
    return _multipart("mixed", [body, *found]) if found else body


def _multipart(subtype: str, parts: Sequence[MIMEBase]) -> MIMEBase:
    for part in parts:
        del part["MIME-Version"]
    boundary = "=_" + digest(subtype, *(part.as_string() for part in parts))
    whole = MIMEMultipart(subtype, boundary)
    for part in parts:
        whole.attach(part)
    return whole


def _part(media_type: str, data: bytes) -> MIMEBase:
    main, _, sub = media_type.partition("/")
    part = MIMEBase(main, sub or "octet-stream")
    part.set_payload(data)
    encoders.encode_base64(part)
    return part


def _attachment(row: Row, data: bytes) -> MIMEBase:
    media_type = row["type"] or "application/octet-stream"
    part = _part(
        media_type if not media_type.startswith(("multipart/", "message/")) else "application/octet-stream", data
    )
    named = {"filename": " ".join(row["name"].split())} if row["name"] else {}
    part.add_header("Content-Disposition", row["disposition"] or "attachment", **named)
    if row["cid"]:
        part.add_header("Content-ID", f"<{row['cid']}>")
    return part
