"""One mail as rows: the mail, its addresses and attachments, and the files that it carries."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from graph.importers.base import Among, Item, Row, To
from graph.importers.decoding import storable
from graph.importers.files import file_item, file_key
from graph.importers.mail import flags, headers
from graph.importers.mail.addresses import Address, addresses
from graph.importers.mail.entries import LARGEST, Entry
from graph.importers.mail.head import Head, parse, unquoted
from graph.importers.mail.parts import Attachment, Content, content
from graph.importers.own import own_id

OURS = "@lifeloom.invalid"
"""What comes after the id of a mail that was written here and has no Message-ID of its own."""

_FIELDS = {"from": "from", "sender": "sender", "reply-to": "reply_to", "to": "to", "cc": "cc", "bcc": "bcc"}
_COLUMNS = frozenset(
    ("message-id", "in-reply-to", "references", "subject", "date", "list-id", "list-unsubscribe", "content-language")
)
_TRACES = re.compile(
    r"received|mime-version|content-.*|dkim-.*|domainkey-.*|arc-.*|x-google-.*|authentication-results|return-path"
    r"|x-received|x-gm-.*|x-spam-.*|x-ms-.*|content-length|lines"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_LONGEST_TEXT = 20_000_000
_MOST_ADDRESSES = 20_000


def items(entry: Entry, head: Head, thread: To, mailboxes: Among) -> Iterator[Item]:
    """The files that the mail carries, then the mail itself with its parts."""
    found = content(parse(unquoted(entry.raw) if entry.quoted else entry.raw)[1])
    key = head.key
    warnings = list(dict.fromkeys(found.warnings))
    parts = list(_recipients(head, key))
    values = {
        **_known(entry, head, warnings),
        **_said(head, found, parts),
        "thread_id": thread,
        "mailbox_ids": mailboxes,
        "custom_fields": _custom_fields(entry, head),
    }
    if entry.is_cut:
        warnings.append(f"larger than {LARGEST // 1024**2} MB: only its beginning was read, it was not kept raw")
    else:
        yield from _files(found, head, entry.where)
        values["html_file_id"] = To(file_key(found.html)) if found.html else None
    parts += _attachments(found, key, with_files=not entry.is_cut)
    yield Item(
        key,
        (Row("emails", key, values), *parts),
        entry.where,
        raw=None if entry.is_cut else entry.raw,
        media_type="" if entry.is_cut else "message/rfc822",
        warnings=tuple(f"{entry.place}: {warning}" for warning in warnings),
        own=own_id(head.message_id.removesuffix(OURS)),
    )


def dated(entry: Entry, head: Head) -> datetime | None:
    """When it came: as the server or the store says, or else when it was written."""
    return head.received_at or entry.delivered or head.sent_at


def _known(entry: Entry, head: Head, warnings: list[str]) -> dict[str, object]:
    """What is known of the mail beside what it says."""
    sent = head.sent_at
    if sent is None and head.first("date").strip():
        warnings.append("its Date cannot be understood")
    arrived = head.received_at or entry.delivered
    if not arrived and not sent and entry.envelope:
        arrived = _from_line_date(entry.envelope)
        warnings += ["the time of its From line was taken for UTC"] if arrived else []
    return {
        "message_id": head.message_id or None,
        "in_reply_to": head.in_reply_to,
        "reference_message_ids": head.references,
        "sent_at": sent,
        "received_at": arrived,
        "keywords": list(dict.fromkeys((*entry.keywords, *flags.keywords(head)))),
        "byte_size": entry.size,
        "blob_sha256": None if entry.is_cut else hashlib.sha256(entry.raw).digest(),
        "source": "mail",
    }


def _said(head: Head, found: Content, recipients: list[Row]) -> dict[str, object]:
    """What the mail says."""
    text = found.text[:_LONGEST_TEXT]
    language = _LANGUAGE.match(head.text("content-language"))
    list_id = re.search(r"<([^<>]+)>", head.text("list-id"))
    authors = [row.values for row in recipients if row.values["field"] == "from"]
    return {
        "subject": head.text("subject"),
        "senders": [str(Address(str(one["name"] or ""), str(one["address"] or ""))) for one in authors],
        "preview": " ".join(text[:2000].split())[:256] or None,
        "text_body": text,
        "language": language[0] if language else None,
        "has_attachment": any(one.is_proper for one in found.attachments),
        "list_id": (list_id[1] if list_id else head.text("list-id")).strip() or None,
        "list_unsubscribe": head.text("list-unsubscribe") or None,
    }


def _recipients(head: Head, key: str) -> Iterator[Row]:
    """All addresses of the head, in their order; the mail's own bytes have those beyond any that people write."""
    for header, field in _FIELDS.items():
        listed = [one for value in head.every(header) for one in addresses(value)]
        for position, one in enumerate(listed[:_MOST_ADDRESSES]):
            values: dict[str, object] = {
                "email_id": To(key),
                "field": field,
                "name": one.name or None,
                "address": one.address or None,
                "position": position,
            }
            yield Row("email_recipients", f"{key}/{field}:{position}", values)


def _files(found: Content, head: Head, where: str) -> Iterator[Item]:
    if found.html:
        yield file_item(found.html, "text/html", head.text("subject")[:100] or "Mail", where)
    for one in found.attachments:
        if one.data:
            yield file_item(one.data, one.media_type, one.name or _title(one, head), where)


def _title(one: Attachment, head: Head) -> str:
    return head.text("subject")[:100] if one.media_type == "message/rfc822" else ""


def _attachments(found: Content, key: str, *, with_files: bool) -> Iterator[Row]:
    for position, one in enumerate(found.attachments):
        values: dict[str, object] = {
            "email_id": To(key),
            "file_id": To(file_key(one.data)) if with_files and one.data else None,
            "part_id": one.section,
            "name": one.name or None,
            "type": one.media_type,
            "cid": one.cid or None,
            "disposition": one.disposition or None,
            "byte_size": len(one.data),
            "position": position,
            "event_uid": one.event_uid or None,
        }
        yield Row("email_attachments", f"{key}/part:{one.section}", values)


def _custom_fields(entry: Entry, head: Head) -> Mapping[str, object]:
    """The headers that have no column, but for the traces of its way, and the From line of an mbox."""
    kept: dict[str, list[str]] = {}
    for name, value in head.fields:
        if name not in _COLUMNS and name not in _FIELDS and name not in flags.VOLATILE and not _TRACES.fullmatch(name):
            kept.setdefault(name[:200], []).append(headers.text(value))
    fields: dict[str, object] = {}
    if kept:
        fields["headers"] = {name: values[0] if len(values) == 1 else values for name, values in kept.items()}
    if entry.envelope:
        fields["envelope"] = storable(entry.envelope)
    return fields


def _from_line_date(envelope: str) -> datetime | None:
    """`From ana@example.org Thu Aug 22 12:36:23 2002`, as asctime writes it, perhaps with a zone."""
    found = re.search(
        r"([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d:\d\d(?::\d\d)?) +(?:([A-Z]{3,4}|[+-]\d{4}) +)?(\d{4})", envelope
    )
    if not found:
        return None
    return headers.date(f"{found[2]} {found[1]} {found[5]} {found[3]} {found[4] or '+0000'}")
