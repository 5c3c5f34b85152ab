"""Mails go out as an mbox and come in as the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from graph.exporters.base import Exporter
from graph.exporters.mbox import Mbox
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

_HEAD = "From: Ana <ana@example.org>\nTo: bob@example.org\nDate: Thu, 22 Aug 2002 12:36:23 +0200\nSubject: "
_EML = {
    "one.eml": f"{_HEAD}Lines\nMessage-ID: <1@x>\n\nFrom here on\n>From there\n>>From far\nFrom a@b Thu Aug 22 12:36:23 2002\n",
    "crlf.eml": f"{_HEAD}CRLF\nMessage-ID: <2@x>\nReferences: <1@x>\n\nFrom me\n\n\n".replace("\n", "\r\n"),
    "cut.eml": f"From ana@example.org  Mon Jun 24 17:04:31 2002\n{_HEAD}Cut out\n\n>From me\n",
    "no end.eml": f"{_HEAD}No end\nMessage-ID: <3@x>\nContent-Length: 3\n\nthe last line",
    "bytes.eml": _HEAD.encode()
    + b"=?iso-8859-1?q?caf=E9?=\nContent-Type: text/plain; charset=latin-1\n\ncaf\xe9 \x80\n",
}
_MBOX = (
    'From ana@example.org Thu Aug 22 12:36:23 2002\nX-Gmail-Labels: Inbox,"a, b",Starred\nStatus: RO\n'
    f"{_HEAD}Labels\nMessage-ID: <4@x>\n\n>From quoted\nhello\n\n"
    f"From - Fri Aug 23 12:36:23 2002\nX-Mozilla-Status: 0005\n{_HEAD}Mozilla\nMessage-ID: <5@x>\n\nbody\n\n"
)


async def _bring_all(house: Household, directory: Path) -> None:
    write(directory / "old" / "Letters", _EML)
    write(directory / "old", {"Archive.mbox": _MBOX})
    await house.bring(directory / "old" / "Letters", directory / "old" / "Archive.mbox")


class TestMbox(RoundTrip):
    exporter: ClassVar[Exporter] = Mbox()
    name = "mail.mbox"
    tables = ("emails", "email_threads", "email_recipients", "mailboxes")
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"X-Keywords: work": b"X-Keywords: play",
        b"From there": b"From where",
        b"written without an id": b"written without any id",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await _bring_all(house, directory)
        changed = await house.value("SELECT id FROM emails WHERE message_id = '5@x'")
        await house.change("emails", changed, keywords=["$flagged", "work", "$forwarded"])
        top = await house.create("mailboxes", name='Ñandú, "x"')
        box = await house.create("mailboxes", name="In it", parent_id=top)
        at = datetime(2020, 2, 29, 23, 59, 59, tzinfo=UTC)
        for number in range(4):
            thread = await house.create("email_threads", subject_base="Hand", root_message_id=f"hand{number}@x")
            mail = await house.create(
                "emails", thread_id=thread, message_id=f"hand{number}@x", subject="By händ " * 12, senders=["Bo <bo@x.example>"],
                text_body="From me\n>From you\n.\nñ" + " long" * 300, mailbox_ids=[str(top), str(box)][: number % 3],
                keywords=["$seen", "$draft", "own"][:number], received_at=at + timedelta(microseconds=4 - number) if number else None,
                sent_at=at if number != 1 else None, custom_fields={"headers": {"x-mood": ["good", "ñ"]}}, language="es",
                list_id="l.example", in_reply_to=[f"hand{number}@x"][:number],
            )  # fmt: skip
            people = [("from", 'Bo "B" Ñ', "bo@x.example"), ("to", None, "a@x.example"), ("to", "Only, name", None)]
            for position, (field, name, address) in enumerate(people):
                values = {"field": field, "name": name, "address": address, "position": position}
                await house.create("email_recipients", email_id=mail, **values)
        thread = await house.create("email_threads", subject_base="No name at all")
        await house.create("emails", thread_id=thread, subject="No name at all", text_body="written without an id")


async def test_a_mail_that_was_kept_goes_out_byte_for_byte(house: Household, tmp_path: Path) -> None:
    await _bring_all(house, tmp_path)
    await out(house, Mbox(), tmp_path / "out.mbox")
    written = contents(tmp_path / "out.mbox")["."]
    first, second = _MBOX.encode().split(b"\n\nFrom - ")
    assert first + b"\n\n" in written
    assert b"\nX-Gmail-Labels: Archive\n" + second.partition(b"\n")[2] in written
    assert b"X-Gmail-Labels: Letters\r\n" + _EML["crlf.eml"].encode().replace(b"From me", b">From me") in written
    assert b"\n>From here on\n>>From there\n>>>From far\n>From a@b Thu" in written
    assert b"X-Gmail-Labels: Letters\n" + _EML["bytes.eml"] in written
    first_line = "From ana@example.org  Mon Jun 24 17:04:31 2002\n"
    cut = f"{first_line}X-Lifeloom: export\nX-Gmail-Labels: Letters\n{_HEAD}Cut out\n\n>>From me\n"
    assert cut.encode() in written


async def test_attachments_and_html_of_mails_written_here_go_with_them(
    house: Household, bob: UUID, tmp_path: Path
) -> None:
    old = (
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>hi</p>\n--b\n"
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="ñ a.pdf"\n\n%PDF\n--b--\n'
    )
    await house.bring(write(tmp_path, {"old.eml": f"{_HEAD}Old\n{old}"}) / "old.eml")
    html = await house.value("SELECT html_file_id FROM emails")
    mail = await house.create("emails", subject="New", html_file_id=str(html))
    file = await house.value("SELECT file_id FROM email_attachments")
    await house.create("email_attachments", email_id=mail, file_id=str(file), name="ñ a.pdf", type="application/pdf")
    await house.create("email_attachments", email_id=mail, name="gone.zip")
    done = await out(house, Mbox(), tmp_path / "out.mbox")
    assert [one.reason for one in done.lost] == ["its attachment gone.zip, whose bytes are not here"]
    other = house.as_of(bob)
    await other.bring(tmp_path / "out.mbox")
    parts = "SELECT a.name, f.sha256 FROM email_attachments a JOIN emails e ON e.id = a.email_id JOIN files f ON f.id = a.file_id"
    rows = await other.rows(f"{parts} WHERE e.subject = 'New'")
    digest = await house.value("SELECT sha256 FROM files WHERE id = $1", file)
    assert [tuple(row) for row in rows] == [("ñ a.pdf", digest)]


async def test_what_an_mbox_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    box = await house.create("mailboxes", name="Starred")
    await house.create("mailboxes", name="Empty")
    await house.create("emails", subject="S", mailbox_ids=[str(box)], keywords=["two words"])
    done = await out(house, Mbox(), tmp_path / "out.mbox")
    assert {(one.label, one.reason) for one in done.lost} == {
        ("S", "that it is in the mailbox Starred"),
        ("S", "its keyword 'two words'"),
        ("Empty", "a mailbox without mails"),
    }
