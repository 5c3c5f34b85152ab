"""All mails as one mbox (mboxrd: https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml), oldest first.

A mail goes out byte for byte as it came, where that was kept: its own lines are not touched. The mailboxes that it is
in stand above it as `X-Gmail-Labels`, the way Takeout writes them, and its keywords as `Status`, `X-Status` and
`X-Keywords`, both only where its own head does not say the same. A mail without its bytes is built from its columns.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from graph.exporters.base import Life, Lost, Row
from graph.exporters.mail_building import Parts, encoded, message
from graph.exporters.streams import Out, portions
from graph.importers.decoding import storable
from graph.importers.mail import flags, mailboxes
from graph.importers.mail.head import parse

_PORTION = 50
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_BARE_FROM = re.compile(rb"^From ", re.MULTILINE)
_DATED = re.compile(r"From .*\b[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d.* \d{4}\s*\Z")
_HEAD_END = re.compile(rb"\r?\n(?=\r?\n)")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_VOLATILE = re.compile(
    rb"^(?:" + b"|".join(sorted(name.encode() for name in flags.VOLATILE)) + rb")[ \t]*:.*\n(?:[ \t].*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_OURS = b"X-Lifeloom: export"
_STATUS = {"$seen": "R"}
_X_STATUS = {"$answered": "A", "$deleted": "D", "$flagged": "F", "$draft": "T"}


class Mbox:
    """Writes one .mbox file."""

    format: ClassVar[str] = "mbox"
    suffixes: ClassVar[tuple[str, ...]] = (".mbox",)

    async def write(self, life: Life, target: Path) -> AsyncIterator[Lost | int]:
        """The mails by the time when they came."""
        boxes = {row["id"]: row async for row in life.rows("mailboxes")}
        paths = {id_: _path(row, boxes) for id_, row in boxes.items()}
        used: Counter[UUID] = Counter()
        ours = True
        async with Out(target) as out:
            async for mails in portions(_in_order(life), _PORTION):
                raws = await life.raw([mail["id"] for mail in mails])
                built = await _built([mail for mail in mails if mail["id"] not in raws], life)
                for mail in mails:
                    used.update(mail["mailbox_ids"])
                    own = {paths[id_]: None for id_ in mail["mailbox_ids"] if id_ in paths}
                    made, parts = built.get(mail["id"], (raws.get(mail["id"], b""), None))
                    for reason in (*_unsaid(mail, own), *(_without(parts, mail) if parts else ())):
                        yield Lost(mail["subject"], reason)
                    await out.add(_written(mail, made, [path for path in own if _sayable(path)], ours=ours))
                    ours = False
                yield len(mails)
        for id_, path in paths.items():
            if not any(used[other] for other, inner in paths.items() if inner == path or inner.startswith(f"{path}/")):
                yield Lost(path, "a mailbox without mails")
            if boxes[id_]["path"] not in (None, path):
                yield Lost(boxes[id_]["path"], f"the path of the mailbox: it became {path}")


async def _in_order(life: Life) -> AsyncIterator[Row]:
    """By the second in which they came, for a mail knows no smaller time, then by what they say."""
    together: list[Row] = []
    async for mail in life.rows("emails", ("dated_at", "message_id")):
        if together and _second(mail) != _second(together[0]):
            for one in sorted(together, key=_rank):
                yield one
            together = []
        together.append(mail)
    for one in sorted(together, key=_rank):
        yield one


def _second(mail: Row) -> datetime | None:
    at: datetime | None = mail["dated_at"]
    return at and at.replace(microsecond=0)


def _rank(mail: Row) -> tuple[str, ...]:
    return (mail["message_id"] or "", mail["subject"], *mail["senders"], mail["text_body"])


def _path(row: Row, boxes: Mapping[UUID, Row]) -> str:
    """The path of a mailbox as labels can say it; made of the names above it where it has none."""
    names, met, above = [row["name"]], {row["id"]}, boxes.get(row["parent_id"])
    while above and above["id"] not in met:
        met.add(above["id"])
        names.insert(0, above["name"])
        above = boxes.get(above["parent_id"])
    return mailboxes.of_label(" ".join((row["path"] or "/".join(names)).split()))


def _sayable(path: str) -> bool:
    """Whether a label of this name is read as a mailbox, and not as a state of the mail."""
    return path.lower() not in ("starred", "opened", "unread", "archived")


def _unsaid(mail: Row, paths: Mapping[str, None]) -> Iterator[str]:
    yield from (f"that it is in the mailbox {path}" for path in paths if not _sayable(path))
    yield from (f"its keyword {word!r}" for word in mail["keywords"] if not re.fullmatch(r"[!-+\--~]+", word))


# Mails that are built


async def _built(mails: Sequence[Row], life: Life) -> dict[UUID, tuple[bytes, Parts]]:
    ids = [mail["id"] for mail in mails]
    if not ids:
        return {}
    recipients = await life.parts("email_recipients", "email_id", ids, ("field", "position"))
    attachments = await life.parts("email_attachments", "email_id", ids, ("position",))
    wanted = [one["file_id"] for each in attachments.values() for one in each] + [one["html_file_id"] for one in mails]
    files = await life.raw([id_ for id_ in wanted if id_])
    found: dict[UUID, tuple[bytes, Parts]] = {}
    for mail in mails:
        html = files.get(mail["html_file_id"])
        parts = Parts(recipients.get(mail["id"], []), attachments.get(mail["id"], []), html, files)
        found[mail["id"]] = (message(mail, parts), parts)
    return found


def _without(parts: Parts, mail: Row) -> Iterator[str]:
    """What a built mail lacks because its bytes are not in the database."""
    if mail["html_file_id"] and parts.html is None:
        yield "its HTML, whose bytes are not here"
    names = [one["name"] or one["type"] for one in parts.attachments if one["file_id"] not in parts.files]
    yield from (f"its attachment {name}, whose bytes are not here" for name in names)


# Lines


def _written(mail: Row, raw: bytes, paths: Sequence[str], *, ours: bool) -> bytes:
    """The From line, what stands above the mail, the mail, and an empty line. One in a file says that it is `ours`."""
    raw = raw.lstrip(b"\r\n")
    end = b"\r\n" if raw.partition(b"\n")[0].endswith(b"\r") else b"\n"
    envelope = mail["custom_fields"].get("envelope")
    was_quoted = isinstance(envelope, str)
    if raw.startswith(b"From "):  # a file of one mail that was cut out of an mbox
        top, _, raw = raw.partition(b"\n")
        envelope = storable(top.decode("utf-8", "replace").strip())
    if not was_quoted or _BARE_FROM.search(raw):
        raw = _FROM.sub(rb">\1", raw)
    raw += b"" if raw.endswith(b"\n") else end
    line = envelope if isinstance(envelope, str) and _DATED.match(envelope) else _from_line(mail)
    marked = _marked(mail, raw, paths, end)
    mark = _OURS + end if ours and not marked.startswith(_OURS) else b""
    return line.encode() + end + mark + marked + end


def _marked(mail: Row, raw: bytes, paths: Sequence[str], end: bytes) -> bytes:
    """The mail with its mailboxes and keywords in its head, untouched where it says them."""
    head = parse(raw, head_only=True)[0]
    words = [word for word in mail["keywords"] if re.fullmatch(r"[!-+\--~]+", word)]
    labels = {mailboxes.of_label(label) for label in flags.labels(head)} if flags.has_labels(head) else None
    same = set(flags.keywords(head)) == set(words)
    if same and labels == set(paths) and _FIELD.match(raw):
        return raw
    lines = [f"X-Gmail-Labels: {encoded(_cells(paths))}"]
    if not same or labels is not None:
        close = _HEAD_END.search(raw)
        top = raw[: close.end()] if close else raw
        raw = _VOLATILE.sub(b"", top) + raw[len(top) :]
        lines += _states(words)
    return b"".join(line.encode().replace(b"\n", end) + end for line in lines) + raw


def _cells(paths: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(sorted(paths))
    return out.getvalue() if paths else ""


def _states(words: Sequence[str]) -> Iterator[str]:
    """Keywords as mail programs write them into an mbox."""
    for name, letters in (("Status", _STATUS), ("X-Status", _X_STATUS)):
        if found := "".join(letters[word] for word in words if word in letters):
            yield f"{name}: {found}"
    if others := [word for word in words if word not in _STATUS and word not in _X_STATUS]:
        yield f"X-Keywords: {' '.join(others)}"


def _from_line(mail: Row) -> str:
    """`From ana@example.org Thu Aug 22 12:36:23 2002`; with a zone it says when the mail came."""
    found = re.search(r"[^\s<>]+@[^\s<>]+", " ".join(mail["senders"][:1]))
    sender = found[0] if found else "MAILER-DAEMON"
    if mail["dated_at"] is None:
        return f"From {sender}"
    at = mail["dated_at"].ctime()
    return f"From {sender} {at[:-5]} +0000 {at[-4:]}" if mail["received_at"] else f"From {sender} {at}"
