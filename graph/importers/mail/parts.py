"""The parts of a mail (MIME, RFC 2045 to 2049): which are its text, which its HTML, and which are attached.

Read with the standard library's parser under its old policy (`compat32`): it keeps every header and every broken part
as it is, where the newer one raises on odd headers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import TypeVar

from graph.importers.decoding import storable
from graph.importers.mail import headers
from graph.importers.mail.charsets import read
from graph.importers.mail.html_text import plain_text

T = TypeVar("T")

DEEPEST = 40
"""Levels of parts in parts; what is deeper is one attachment."""

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z")
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_EVENT = re.compile(r"^UID(?:;[^:\r\n]*)?:(.*(?:\r?\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
_MOST_HTML = 20_000_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text. `section` is its number as IMAP counts."""

    section: str
    media_type: str
    data: bytes
    name: str = ""
    cid: str = ""
    disposition: str = ""
    event_uid: str = ""

    @property
    def is_proper(self) -> bool:
        """Whether a person would call it an attachment: no picture within the text, no signature, no invitation."""
        if self.media_type in ("application/pgp-signature", "application/pkcs7-signature", "text/calendar"):
            return False
        return self.disposition == "attachment" or not (self.disposition == "inline" or self.cid)


@dataclass(slots=True)
class Content:
    """What a mail says and carries. `html` is its bytes."""

    texts: list[str] = field(default_factory=list)
    html: bytes | None = None
    attachments: list[Attachment] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(filter(None, (text.strip("\n") for text in self.texts)))


def content(message: Message) -> Content:
    """The text and the attachments of a message, whatever is broken in it."""
    found = Content()
    _read(message, "", found, 0)
    return found


def _read(part: Message, section: str, found: Content, depth: int) -> None:
    media_type = _media_type(part)
    children = part.get_payload() if part.is_multipart() else []
    if media_type.startswith("multipart/") and isinstance(children, list) and depth < DEEPEST:
        numbered = [(child, f"{section}.{n}".lstrip(".")) for n, child in enumerate(children, 1)]
        if media_type == "multipart/alternative":
            _alternatives(numbered, found, depth)
        else:
            for child, number in numbered:
                _read(child, number, found, depth + 1)
    elif media_type in ("text/plain", "text/html") and not _is_attached(part):
        _text(part, media_type, section or "1", found)
    else:
        found.attachments.append(_attachment(part, media_type, section or "1", found))


def _alternatives(children: list[tuple[Message, str]], found: Content, depth: int) -> None:
    """Of several ways to say the same the plain text is the text, unless it is empty."""
    each: list[Content] = []
    for child, number in children:
        each.append(Content())
        _read(child, number, each[-1], depth + 1)
    said = [one for one in each if one.text.strip()]
    plain = next((one for one in said if one.html is None), None) or (said[0] if said else None)
    found.texts += plain.texts if plain else []
    found.html = found.html or next((one.html for one in each if one.html is not None), None)
    for one in each:
        found.attachments += one.attachments
        found.warnings += one.warnings


def _text(part: Message, media_type: str, section: str, found: Content) -> None:
    data = _payload(part, found)
    charset = _asked(lambda: part.get_param("charset"))
    declared = charset if isinstance(charset, str) else ""
    if media_type == "text/html" and not declared and (meta := _META.search(data[:4096])):
        declared = meta[1].decode("ascii")
    text = read(data, declared)
    if text.warning:
        found.warnings.append(f"part {section}: {text.warning}")
    if media_type == "text/plain":
        found.texts.append(text.text.replace("\r\n", "\n").replace("\r", "\n"))
        return
    found.texts.append(plain_text(text.text[:_MOST_HTML]))
    if found.html is None:
        found.html = data
    else:
        found.attachments.append(Attachment(section, media_type, data, disposition="inline"))


def _attachment(part: Message, media_type: str, section: str, found: Content) -> Attachment:
    data = _payload(part, found)
    return Attachment(
        section=section,
        media_type=media_type,
        data=data,
        name=_name(part),
        cid=headers.message_id(_header(part, "content-id")),
        disposition=_disposition(part),
        event_uid=_event_uid(data) if media_type == "text/calendar" else "",
    )


def _media_type(part: Message) -> str:
    """In small letters; a multipart without parts is a text, nonsense is just bytes."""
    said = _asked(part.get_content_type) or "text/plain"
    if said.startswith("multipart/") and not part.is_multipart():
        return "text/plain"
    return said if _TYPE.match(said) else "application/octet-stream"


def _is_attached(part: Message) -> bool:
    return _disposition(part) == "attachment" or bool(_name(part))


def _disposition(part: Message) -> str:
    return storable(_header(part, "content-disposition").partition(";")[0].strip().lower())[:100]


def _name(part: Message) -> str:
    name = _asked(part.get_filename)
    if not isinstance(name, str):
        return ""
    return " ".join(headers.text(name.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")).split())


def _header(part: Message, name: str) -> str:
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def _payload(part: Message, found: Content) -> bytes:
    """The decoded bytes of a part; of a message in the message the whole of it; as they stand if they are broken."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(_whole(one) for one in inner if isinstance(one, Message))
    data = _asked(lambda: part.get_payload(decode=True))
    if isinstance(data, bytes):
        return data
    found.warnings.append("a part could not be decoded and is kept as it stands")
    return headers.raw_bytes(str(inner or ""))


def _whole(message: Message) -> bytes:
    made = _asked(message.as_bytes)
    if made is not None:
        return made
    lines = [f"{name}: {value}" for name, value in message.raw_items()]
    body = message.get_payload()
    return "\n".join((*lines, "", body if isinstance(body, str) else "")).encode("utf-8", "surrogateescape")


def _event_uid(data: bytes) -> str:
    found = _EVENT.search(read(data, "").text)
    uid = re.sub(r"\r?\n[ \t]", "", found[1]).strip() if found else ""
    return uid if len(uid.encode()) <= 1024 else ""


def _asked(question: Callable[[], T]) -> T | None:
    """What the parser of the standard library answers; nothing where it stumbles over what people sent."""
    try:
        return question()
    except Exception:
        return None
