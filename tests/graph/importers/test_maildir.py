"""Maildirs with their folders and flags; mails in several mailboxes; all of it brought in, again and edited."""

from pathlib import Path

from graph.importers.detection import detect
from graph.importers.formats import IMPORTERS
from graph.importers.mail.maildir import Maildir
from tests.graph.household import Household, write
from tests.graph.importers.bringing import card, told
from tests.graph.importers.conformance import filled, problems
from tests.graph.importers.mails import mail, mbox

BOXES = "SELECT e.subject, array_agg(m.path ORDER BY m.path) FROM emails e JOIN mailboxes m ON m.id = ANY (e.mailbox_ids) GROUP BY e.id, 1 ORDER BY 1"


def maildir(root: Path, **files: str) -> Path:
    for folder in ("", ".Sent", ".Sent.2002"):
        for name in ("cur", "new", "tmp"):
            (root / folder / name).mkdir(parents=True, exist_ok=True)
    return write(root, {name.replace("__", "/"): text for name, text in files.items()})


def test_folders_and_flags(tmp_path: Path) -> None:
    maildir(tmp_path, **{
        "cur/1000000000.a.host:2,FS": mail(), "new/1.b": mail(id_="2"),
        ".Sent.2002/cur/c:2,RPT": mail(id_="3"), "cur/empty": "", "tmp/half": "x",
    })  # fmt: skip
    assert Maildir().identify(tmp_path)
    found = list(Maildir().extract(tmp_path))
    assert [one.get("keywords", []) for one in filled(found, "emails")] == [
        ["$flagged", "$seen"],
        [],
        ["$answered", "$forwarded", "$deleted"],
    ]
    assert [(one["path"], one.get("role")) for one in filled(found, "mailboxes")] == [
        ("INBOX", "inbox"),
        ("Sent", "sent"),
        ("Sent/2002", None),
    ]
    assert str(filled(found, "emails")[0]["received_at"]) == "2001-09-09 01:46:40+00:00"
    assert problems(found) == ["the file is empty"]
    assert detect(tmp_path / "new" / "1.b", IMPORTERS) == detect(tmp_path, IMPORTERS)
    (alone,) = filled(list(Maildir().extract(tmp_path / ".Sent.2002" / "cur" / "c:2,RPT")), "emails")
    assert alone["mailbox_ids"].members == filled(found, "emails")[2]["mailbox_ids"].members
    assert not Maildir().identify(tmp_path / "cur")


def test_what_is_gone_or_no_folder_is_a_problem(tmp_path: Path) -> None:
    assert len(problems(list(Maildir().extract(tmp_path / "gone")))) == 1
    assert problems(list(Maildir().extract(tmp_path))) == ["there is no mail in it"]


async def test_one_mail_in_two_mailboxes_of_one_maildir(house: Household, tmp_path: Path) -> None:
    maildir(tmp_path, **{"cur/a:2,S": mail(), ".Sent/cur/a:2,S": mail()})
    report = await house.bring(tmp_path)
    assert told(report)["email"] == {"created": 1, "unchanged": 0} or told(report)["email"] == {"created": 1}
    assert [tuple(row) for row in await house.rows(BOXES)] == [("Plans", ["INBOX", "Sent"])]
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"cur/a:2,S": None})
    assert told(await house.bring(tmp_path))["email"] == {"updated": 1}
    assert [tuple(row) for row in await house.rows(BOXES)] == [("Plans", ["Sent"])]


async def test_the_same_mail_in_two_files(house: Household, tmp_path: Path) -> None:
    write(
        tmp_path, {"letter.txt": "x", "A.mbox": mbox(mail()), "B.mbox": mbox("Received: x\n" + mail(), mail(id_="2"))}
    )
    await house.bring(tmp_path)
    expected = [("Plans", ["A", "B"]), ("Plans", ["B"])]
    assert sorted(tuple(row) for row in await house.rows(BOXES)) == expected
    assert await house.value("SELECT count(*) FROM raw_records") == 3
    end = await house.end_of_log()
    for path in (tmp_path, tmp_path / "A.mbox"):
        assert (await house.bring(path)).changes == 0
    assert await house.end_of_log() == end
    write(tmp_path, {"B.mbox": mbox(mail(id_="2"))})
    await house.bring(tmp_path)
    assert sorted(tuple(row) for row in await house.rows(BOXES)) == expected
    email = await house.value("SELECT id FROM emails WHERE message_id = '1@example.org'")
    await house.change("emails", email, mailbox_ids=[])
    assert (await house.bring(tmp_path)).changes == 0


async def test_threads_answers_and_contacts(house: Household, tmp_path: Path) -> None:
    first, second = (
        mail(),
        mail("References: <1@example.org>", "To: bea@example.org", id_="2").replace("Plans", "Re: Plans"),
    )
    write(tmp_path, {"2.eml": second})
    await house.bring(tmp_path / "2.eml")
    write(tmp_path, {"1.eml": first, "b.vcf": card("b", "Bea", "EMAIL:Bea@Example.org\n")})
    await house.bring(tmp_path)
    assert await house.value("SELECT count(DISTINCT thread_id) FROM emails") == 1
    assert await house.column("SELECT subject_base FROM email_threads") == ["Plans"]
    assert await house.edges("IN_REPLY_TO", "TO") == {("Re: Plans", "IN_REPLY_TO", "Plans"), ("Re: Plans", "TO", "Bea")}
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"2.eml": second.replace("Subject", "Status: RO\nSubject")})
    assert told(await house.bring(tmp_path))["email"] == {"updated": 1, "unchanged": 1}
