"""What one mail says: texts, charsets, addresses, parts and files, however odd; and folders of mails."""

from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.mail import eml, headers
from graph.importers.mail.addresses import Address, addresses
from graph.importers.mail.charsets import read
from graph.importers.mail.eml import Eml
from graph.importers.mail.html_text import plain_text
from graph.importers.mail.threads import Threads
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.mails import mail

REPORT = mail(
    "To: Friends: Bea <bea@example.org>, c@example.org;, nobody",
    "List-Id: Walks <walks.example.org>",
    "Content-Language: de-AT, en",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="out"',
    body="""\
--out
Content-Type: multipart/related; boundary="rel"

--rel
Content-Type: multipart/alternative; boundary="alt"

--alt
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
--alt
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

<p>Gruesse <img src="cid:pic@1">
--alt
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
BEGIN:VEVENT
UID:walk@example.org
END:VEVENT
END:VCALENDAR
--alt--
--rel
Content-Type: image/png
Content-ID: <pic@1>
Content-Disposition: inline; filename="=?utf-8?q?k=C3=BC.png?="
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--rel--
--out
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--out
Content-Type: message/rfc822

Subject: Inner

Inside
--out
Content-Type: text/plain

The list's foot
--out--
""",
)
BROKEN = mail(
    "Date: never", "Content-Type: multipart/mixed", "References: <a@x> broken <b@x", "To: (", id_="", body="--x\nText\n"
)


def extract(directory: Path, content: str | bytes) -> list[Item | Problem]:
    return run(Eml(), directory / "a.eml", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Eml()
    samples: ClassVar = {
        "report.eml": REPORT,
        "broken.eml": BROKEN,
        "plain.txt": "Received: x\nDate: Thu, 22 Aug 2002 12:36:23 +0100\n" + mail(id_="plain"),
    }


def test_a_mail_with_everything(tmp_path: Path) -> None:
    found = extract(tmp_path, REPORT)
    email = values(found, "emails")
    assert email["text_body"] == "Grüße\n\nThe list's foot"
    assert (email["list_id"], email["language"], email["has_attachment"]) == ("walks.example.org", "de-AT", True)
    assert (email["senders"], email["message_id"]) == (["Ana <ana@example.org>"], "1@example.org")
    assert [
        (one.values["field"], one.values["name"], one.values["address"]) for one in rows(found, "email_recipients")
    ] == [
        *[("from", "Ana", "ana@example.org"), ("to", "Bea", "bea@example.org"), ("to", None, "c@example.org")],
        ("to", "nobody", None),
    ]
    assert [
        (one.get("part_id"), one["type"], one.get("name"), one.get("cid"), one.get("disposition"), one.get("event_uid"))
        for one in filled(found, "email_attachments")
    ] == [
        ("1.1.3", "text/calendar", None, None, None, "walk@example.org"),
        ("1.2", "image/png", "kü.png", "pic@1", "inline", None),
        ("2", "application/pdf", "Pläne.pdf", None, "attachment", None),
        ("3", "message/rfc822", None, None, None, None),
    ]
    assert [one["name"] for one in filled(found, "files")] == [
        "Plans.html",
        "attachment.ics",
        "kü.png",
        "Pläne.pdf",
        "Plans.eml",
    ]
    inner = next(one.raw for one in items(found).values() if one.rows[0].values.get("name") == "Plans.eml")
    assert inner == b"Subject: Inner\n\nInside"
    assert items(found)[email_key(found)].raw == REPORT.encode()


def email_key(found: list[Item | Problem]) -> str:
    (row,) = rows(found, "emails")
    return row.key


def test_copies_are_one_mail_and_others_of_the_same_id_are_not(tmp_path: Path) -> None:
    way = "Received: from a; Thu, 22 Aug 2002 12:36:23 +0100\n"
    keys = {
        name: email_key(extract(tmp_path, text))
        for name, text in {
            "sent": mail(),
            "received": way + mail("Status: RO").replace("\n", "\r\n"),
            "other": mail(body="Other\n"),
            "no id": mail(id_=""),
            "no id either": way + mail(id_=""),
        }.items()
    }
    assert keys["sent"] == keys["received"]
    assert len(set(keys.values())) == 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Núñez, Ana" <ana@x.org>, b@x.org (Bea)', [Address("Núñez, Ana", "ana@x.org"), Address("Bea", "b@x.org")]),
        ("undisclosed-recipients:;", [Address("undisclosed-recipients")]),
        ("A: a@x.org, b@x.org;, c@x.org", [Address("", "a@x.org"), Address("", "b@x.org"), Address("", "c@x.org")]),
        ("=?utf-8?q?Ana_=3Ca=40x=2Eorg=3E?=", [Address("Ana", "a@x.org")]),
        ('"a b"@x.org', [Address("", '"a b"@x.org')]),
        ("<@relay,@two:a@x.org>, <>, ,;", [Address("", "a@x.org")]),
        ("Ana a@x.org", [Address("Ana", "a@x.org")]),
        ("root (Cron)", [Address("root")]),
        ('"unclosed <a@x.org>', [Address("unclosed", "a@x.org")]),
        ("a@[IPv6:::1]", [Address("", "a@[IPv6:::1]")]),
        ("mailto:a@x.org", [Address("", "a@x.org")]),
    ],
)
def test_addresses(value: str, expected: list[Address]) -> None:
    assert addresses(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?b?w4Q=?= =?utf-8?b?w7Y=?= x", "Äö x"),
        ("=?utf-8?b?w4?= =?utf-8?b?hA==?=", "Ä"),
        ("=?iso-8859-1*en?Q?a_b=E4?=c", "a bäc"),
        ("=?nope?q?=E4?=", "ä"),
        ("=?utf-8?q?a\n b?=", "a b"),
        ("plain\r\n folded", "plain folded"),
        ("=?utf-8?b?###?=", ""),
    ],
)
def test_encoded_words(value: str, expected: str) -> None:
    assert headers.text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@x>; from bea@x on Friday", ["a@x"]),
        ('Your message of "Fri, 1 Jan" <a@x>', ["a@x"]),
        ("Message from Ana <ana@x> of Friday. <a@x>", ["a@x"]),
        ("Message from Ana <ana@x>", []),
        ("<a@x> <b@\n x>", ["a@x", "b@x"]),
        ("a@x", ["a@x"]),
        (f"<{'a' * 999}>", []),
    ],
)
def test_what_it_answers(value: str, expected: list[str]) -> None:
    assert headers.in_reply_to(value) == expected


def test_dates_and_subjects() -> None:
    spelled = ("Wed, 24 Jul 0102 21:48:06 +1200", "24 Jul 102 09:48:06", "Wed, 24 Jul 2002 09:48:06 -0000")
    assert {str(headers.date(value)) for value in spelled} == {"2002-07-24 09:48:06+00:00"}
    assert [headers.date(value) for value in ("", "never", "Mon, 99 Jan 2002 99:00:00 +9999")] == [None] * 3
    assert headers.base_subject("[walks] Re: AW: Fwd[2]: [x] Plans (fwd)") == "Plans"
    assert headers.base_subject("Re:") == ""


@given(
    st.binary(max_size=60),
    st.text(max_size=12) | st.sampled_from(("utf-7", "idna", "hex", "gb2312", "utf-16", "base64")),
)
def test_all_bytes_are_some_text(data: bytes, charset: str) -> None:
    text = read(data, charset).text
    text.encode()
    assert "\0" not in text
    headers.text(data.decode("utf-8", "surrogateescape"))
    addresses(data.decode("utf-8", "surrogateescape"))


@given(st.text("<>!-[]ab/&;# =\"'\n", max_size=80))
def test_any_html_is_some_text(source: str) -> None:
    plain_text(source)


def test_html() -> None:
    source = "<head><title>No</title><style>p{}</style></head><p>One&nbsp;two<br>three<ul><li>a<li>b</ul><table><tr><td>x<td>y"
    assert plain_text(source) == "One two\nthree\n\n- a\n- b\n\nx y"


@given(
    st.permutations(
        [
            ("a", (), ()),
            ("b", ("a",), ()),
            ("c", (), ("b",)),
            ("d", ("x", "c"), ()),
            ("e", (), ()),
            ("f", ("z",), ()),
            ("g", ("z",), ()),
        ]
    )
)
def test_threads_do_not_depend_on_the_order(mails: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    threads = Threads()
    for own, references, answered in mails:
        threads.add(own, references, answered, None, f"Re: {own}")
    found = threads.finish()
    assert {own: (thread.root, thread.subject) for own, thread in found.items()} == {
        **dict.fromkeys("abcd", ("a", "a")), "e": ("e", "e"), **dict.fromkeys("fg", ("z", "f"))
    }  # fmt: skip


def test_a_folder_of_mails_is_a_mailbox(tmp_path: Path) -> None:
    folder = tmp_path / "Walks"
    (folder / "2002").mkdir(parents=True)
    (folder / "a.eml").write_text(mail("References: <root@x>"))
    (folder / "2002" / "b.eml").write_text(mail("In-Reply-To: <1@example.org>", id_="2"))
    assert Eml().identify(folder)
    found = list(Eml().extract(folder))
    assert [one["path"] for one in filled(found, "mailboxes")] == ["Walks", "Walks/2002"]
    assert [one.values["thread_id"] for one in rows(found, "emails")] == [To("thread:root@x")] * 2
    (folder / "empty.eml").touch()
    assert problems(list(Eml().extract(folder))) == ["the file is empty"]
    (folder / "else.txt").touch()
    assert not Eml().identify(folder)


def test_a_text_that_only_looks_like_a_head_is_no_mail(tmp_path: Path) -> None:
    for text in ("From: Ana\nTo: Bea\nSubject: Letter\n\nHi", "BEGIN:VCARD\nEND:VCARD", "From here"):
        (tmp_path / "a.txt").write_text(text)
        assert not Eml().identify(tmp_path / "a.txt")


def test_an_enormous_mail_comes_in_without_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eml, "LARGEST", 1000)
    found = extract(tmp_path, REPORT)
    assert (values(found, "emails")["byte_size"], values(found, "emails")["text_body"]) == (len(REPORT), "Grüße")
    own = items(found)[email_key(found)]
    assert own.raw is None
    assert "it was not kept raw" in own.warnings[-1]
    assert rows(found, "files") == []
