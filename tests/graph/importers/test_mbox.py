"""mbox files of many programs: where mails begin and end, what is kept, and that large ones stay on the disk."""

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.importers.base import Importer
from graph.importers.mail.mbox import Mbox
from tests.graph.importers.conformance import Conformance, filled, items, run
from tests.graph.importers.mails import FROM, mail, mbox
from tests.graph.importers.memory import little_memory

ODD = (
    mail(
        "Date: Thu, 22 Aug 0102 12:36:23 +0100",
        "To: undisclosed-recipients:;",
        "Cc: =?x?q?=FF?= <@r:b@example.org>,(c)",
    )
    + "From here on\n>From there\n"
)
RICH = mail(
    'Content-Type: multipart/mixed; boundary="x"', "X-Mozilla-Status: 0005", "X-Odd: \x01", id_="rich",
    body='--x\nContent-Type: text/html; charset=nope\n\n<p>Hi &amp; ho<!['
    "\n--x\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--x--\n",
)  # fmt: skip


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Mbox()
    samples: ClassVar = {
        "two.mbox": mbox(mail(), ODD),
        "Inbox": mbox(RICH, mail("References: <rich@example.org>", id_="2")).replace("\n", "\r\n"),
        "bytes.mbox": mbox(mail("Subject: \xff", "From:", id_="")).encode("latin-1"),
    }


def bodies(directory: Path, content: str | bytes) -> list[str]:
    return [str(one["text_body"]) for one in filled(run(Mbox(), directory / "a.mbox", content), "emails")]


def test_where_mails_begin(tmp_path: Path) -> None:
    loose = "One\n\nFrom here on nothing\n\nFrom: x\n>From others"
    strict = "\n>From quoted\n>>From twice\n> From no\n"
    assert bodies(tmp_path, mbox(mail(body=loose + "\n"), mail(id_="2", body=strict), mail(id_="3"))) == [
        *(loose, "From quoted\n>From twice\n> From no", "Text")
    ]
    broken = (
        mail(body="no empty line\n") + FROM + "Return-Path: <x>\n" + mail(id_="2") + "\nFrom nobody\n" + mail(id_="3")
    )
    assert bodies(tmp_path, FROM + broken) == ["no empty line", "Text", "Text"]
    assert bodies(tmp_path, "lost head\n\n" + mbox(mail())) == ["lost head", "Text"]


def test_content_length_where_it_is_true(tmp_path: Path) -> None:
    inner = "Look:\n\n" + mbox(mail(id_="9"))
    whole = mail(f"Content-Length: {len(inner)}", body=inner)
    assert len(bodies(tmp_path, mbox(whole, mail(id_="2")))) == 2
    assert bodies(tmp_path, mbox(whole, mail(id_="2")))[0] == inner.strip("\n")
    assert len(bodies(tmp_path, mbox(whole.replace("Content-Length: ", "Content-Length: 1"), mail(id_="2")))) == 3


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_byte_of_a_mail_is_kept(tmp_path: Path, end: str) -> None:
    found = run(Mbox(), tmp_path / "a.mbox", mbox(mail(), mail(id_="2"), mail(id_="3")).replace("\n", end))
    assert [one.raw for one in items(found).values() if one.media_type == "message/rfc822"] == [
        mail(id_=id_).replace("\n", end).encode() for id_ in "123"
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text("aF rom:>\n-=", max_size=40), min_size=1, max_size=6))
def test_as_many_come_out_as_went_in(tmp_path: Path, texts: list[str]) -> None:
    quoted = [text.replace("\nFrom ", "\n>From ") for text in texts]
    found = run(
        Mbox(), tmp_path / "a.mbox", mbox(*(mail(id_=str(n), body=text + "\n") for n, text in enumerate(quoted)))
    )
    assert len(filled(found, "emails")) == len(texts)


def test_what_programs_note(tmp_path: Path) -> None:
    notes = (
        ("Status: RO", "X-Status: AF"),
        ("X-Mozilla-Status: 1003", "X-Mozilla-Keys: $label1 work"),
        ('X-Gmail-Labels: =?UTF-8?Q?Inbox,Starred,Opened,"Trips/K=C3=B6ln"?=',),
    )
    found = run(Mbox(), tmp_path / "Sent.mbox", mbox(*(mail(*more, id_=str(n)) for n, more in enumerate(notes))))
    assert [set(one["keywords"]) for one in filled(found, "emails")] == [
        {"$seen", "$answered", "$flagged"},
        {"$seen", "$answered", "$forwarded", "$label1", "work"},
        {"$flagged", "$seen"},
    ]
    assert [(one["path"], one.get("role")) for one in filled(found, "mailboxes")] == [
        *[("Sent", "sent"), ("Inbox", "inbox")],
        *[("Trips", None), ("Trips/Köln", None)],
    ]


def test_when_it_came(tmp_path: Path) -> None:
    way = "Received: from a by b; Fri, 23 Aug 2002 01:00:00 +0200"
    takeout = "From 1@xxx Thu Aug 22 12:36:23 +0000 2002\n" + mail(id_="3")
    found = run(Mbox(), tmp_path / "a.mbox", mbox(mail(), mail(way, id_="2")) + takeout)
    assert [one["received_at"] for one in filled(found, "emails")] == [
        datetime(2002, 8, 22, 12, 36, 23, tzinfo=UTC),
        datetime(2002, 8, 22, 23, tzinfo=UTC),
        datetime(2002, 8, 22, 12, 36, 23, tzinfo=UTC),
    ]
    assert [one.warnings for one in items(found).values() if one.warnings] == [
        (f"{tmp_path}/a.mbox: byte 0: the time of its From line was taken for UTC",)
    ]


def test_a_folder_of_thunderbird(tmp_path: Path) -> None:
    for name in ("Inbox", "Archives.sbd/2002"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(mbox(mail(id_=name)))
    for name in ("Inbox.msf", "Trash", "msgFilterRules.dat"):
        (tmp_path / name).write_text("" if name == "Trash" else "x")
    assert Mbox().identify(tmp_path)
    found = list(Mbox().extract(tmp_path))
    assert [one["path"] for one in filled(found, "mailboxes")] == ["Inbox", "Archives", "Archives/2002"]
    (tmp_path / "letter.txt").write_text("From here on")
    assert not Mbox().identify(tmp_path)


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.mbox"
    with path.open("w") as file:
        for number in range(300):
            file.write(mbox(mail(id_=str(number), body="word " * 20_000 + "\n")))
    with little_memory(path.stat().st_size / 3):
        count = sum(1 for one in Mbox().extract(path) if one.where)
    assert count == 601
