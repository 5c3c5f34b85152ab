"""Chats of WhatsApp in the shapes of both telephones and of many languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Item, To
from graph.importers.talk.whatsapp import WhatsApp
from tests.graph.household import Household
from tests.graph.importers.bringing import reasons, told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory

ANDROID = """\
12/03/2020, 21:05 - Messages and calls are end-to-end encrypted. Tap to learn more.
12/03/2020, 21:05 - Ana: Hello
over two lines
12/03/2020, 21:06 - Ben Ode: Hello
12/03/2020, 21:06 - Ben Ode: Hello
13/03/2020, 08:00 - Ana: IMG-20200313-WA0001.jpg (file attached)
The boat: at last
13/03/2020, 08:01 - Ben Ode: <Media omitted>
13/03/2020, 08:02 - Ana: https://maps.google.com/?q=48.1,11.5
13/03/2020, 08:03 - Ana: It was good <This message was edited>
13/03/2020, 08:04 - Ana: nullnull
"""
IOS = (
    "[05.02.24, 09:00:01] Walks: \u200eMessages and calls are end-to-end encrypted.\r\n"
    "[05.02.24, 09:00:01] Walks: \u200eAna created this group\r\n"
    "[05.02.24, 09:00:02] ~\u202fAna: Where to?\r\n"
    "\u200e[05.02.24, 09:00:03] +49\u00a0170\u00a01234567: \u200e<attached: 00000007-PHOTO-2024-02-05.jpg>\r\n"
    "\u200e[05.02.24, 09:00:04] Ben: \u200eimage omitted\r\n"
    "[05.02.24, 09:00:05] Ben: Map.pdf \u200e<attached: 00000009-Map.pdf>\r\n"
    "[05.02.24, 09:00:06] Ben: \u200eMissed voice call\r\n"
)
ODD = (
    "before it all\n99/99/2020, 21:05 - Ana: no such day\n12/03/2020, 21:05 - Ana: \u202aa\x00b\n"
    "12/03/2020, 21:05 - “Trip: Rome” changed\n31/02/2020, 10:00 - Ana: no such day either\n"
)


def chat(tmp_path: Path, *lines: str, name: str = "WhatsApp Chat with Ana.txt") -> list[Any]:
    return run(WhatsApp(), tmp_path / name, "\n".join(lines) + "\n")


class TestConformance(Conformance):
    importer = WhatsApp()
    samples: ClassVar = {"WhatsApp Chat with Ana.txt": ANDROID, "_chat.txt": IOS, "WhatsApp Chat - Odd.txt": ODD}


def test_android(tmp_path: Path) -> None:
    (tmp_path / "IMG-20200313-WA0001.jpg").write_bytes(b"\xff\xd8\xffpicture")
    found = chat(tmp_path, *ANDROID.splitlines())
    conversation = values(found, "chat_conversations")
    assert (conversation["title"], conversation["kind"]) == ("Ana", "direct")
    assert conversation["started_at"] == datetime(2020, 3, 12, 21, 5, tzinfo=UTC)
    assert {row["handle"]: row["is_self"] for row in filled(found, "chat_members")} == {"Ana": False, "Ben Ode": True}
    said = filled(found, "chat_messages")
    types = ["event", "text", "text", "text", "image", "file", "location", "text", "text"]
    assert [one["message_type"] for one in said] == types
    assert "sender_member_id" not in said[0]
    assert said[1]["body"] == "Hello\nover two lines"
    picture = values(found, "files")
    assert (picture["name"], picture["byte_size"]) == ("IMG-20200313-WA0001.jpg", 10)
    assert (said[4]["body"], said[4]["file_id"]) == ("The boat: at last", To(rows(found, "files")[0].key))
    assert said[5]["custom_fields"] == {"omitted": "<Media omitted>"}
    assert (said[7]["body"], said[7]["custom_fields"]) == ("It was good", {"edited": True})


def test_ios(tmp_path: Path) -> None:
    found = run(WhatsApp(), tmp_path / "_chat.txt", IOS)
    conversation = values(found, "chat_conversations")
    assert (conversation["title"], conversation["kind"]) == ("Walks", "group")
    assert conversation["started_at"] == datetime(2024, 2, 5, 9, 0, 1, tzinfo=UTC)
    assert [row["handle"] for row in filled(found, "chat_members")] == ["Ana", "+49\u00a0170\u00a01234567", "Ben"]
    said = filled(found, "chat_messages")
    types = ["event", "event", "text", "image", "image", "file", "call"]
    assert [one["message_type"] for one in said] == types
    assert said[1]["body"] == "Ana created this group"
    assert said[3]["custom_fields"] == {"attachment": "00000007-PHOTO-2024-02-05.jpg"}
    assert said[5]["body"] == "Map.pdf"


@pytest.mark.parametrize(
    "pattern",
    [
        *("%d/%m/%Y, %H:%M - ", "%m/%d/%y, %I:%M %p - ", "%d.%m.%y, %H:%M - ", "%Y-%m-%d, %H:%M - "),
        *("%d.%m.%Y klo %H.%M - ", "%d/%m/%Y à %H:%M - ", "%Y. %m. %d. %H:%M - ", "%d/%m/%y, %I:%M\u202f%p - "),
        *("[%d/%m/%Y, %H:%M:%S] ", "[%m/%d/%y, %I:%M:%S %p] ", "[%Y/%m/%d %H:%M:%S] ", "\u200e[%d.%m.%y, %H:%M:%S] "),
        *("[%d-%m-%y %H:%M:%S] ", "%d.%m.%y г., %H:%M ч. - ", "%m/%d/%Y, %H:%M - ", "%y/%m/%d, %H:%M - "),
    ],
)
def test_order_of_dates_is_told_by_the_whole_file(tmp_path: Path, pattern: str) -> None:
    """Days up to the twelfth say nothing by themselves: that time runs forward does."""
    times = [datetime(2021, 3, 4, 0, 15, tzinfo=UTC) + timedelta(hours=7 * number) for number in range(8)]
    found = chat(tmp_path, *(f"{at.strftime(pattern)}Ana: {number}" for number, at in enumerate(times)))
    assert [row["sent_at"] for row in filled(found, "chat_messages")] == times


@pytest.mark.parametrize(
    ("line", "hour"),
    [
        *(("3/6/18, 1:55 p.m. - a: m", 13), ("[3/6/18 12:55:00 a. m.] a: m", 0), ("2020/3/12 下午9:05 - a: m", 21)),
        *(("2020. 3. 12. 오후 9:05 - a: m", 21), ("12/3/2563, 21:05 - a: m", 21), ("١٢/٣/٢٠٢٠، ٩:٠٥ م - a: m", 21)),
        *(("13.06.18 21.25.15: a: m", 21), ("3/6/18, 12:05\u202fPM - a: m", 12)),
    ],
)
def test_clocks_of_many_languages(tmp_path: Path, line: str, hour: int) -> None:
    (one,) = filled(chat(tmp_path, line), "chat_messages")
    assert (one["sent_at"].hour, one["body"]) == (hour, "m")


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        *(("<Medien ausgeschlossen>", "file"), ("<Multimedia omitido>", "file"), ("\u200eBild weggelassen", "image")),
        *(("\u200eaudio omitido", "audio"), ("\u200esticker omitted", "sticker"), ("a <b> c", "text"), ("image omitted", "text")),
        *(("PTT-20200312-WA0002.opus (Datei angehängt)", "audio"), ("notes.txt (old)", "text"), ("POLL:\nWhere?", "poll")),
        *(("STK-1.webp (file attached)", "sticker"), ("Ben.vcf (archivo adjunto)", "contact")),
    ],
)  # fmt: skip
def test_words_that_stand_for_media(tmp_path: Path, text: str, type_: str) -> None:
    (one,) = filled(chat(tmp_path, f"12/03/2020, 21:05 - Ana: {text}"), "chat_messages")
    assert one["message_type"] == type_


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 2), st.sampled_from(["x", "y\nz"])), min_size=1))
def test_a_longer_export_has_all_keys_of_a_shorter(tmp_path_factory: pytest.TempPathFactory, said: Any) -> None:
    folder = tmp_path_factory.mktemp("chat")
    said.sort(key=lambda one: one[1])
    lines = [f"14/03/2020, 21:0{minute} - {sender}: {text}" for sender, minute, text in said]
    shorter, longer = chat(folder, *lines[: len(lines) // 2 + 1]), chat(folder, *lines)
    assert set(items(shorter)) <= set(items(longer))
    assert len(rows(longer, "chat_messages")) == len(lines)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = chat(tmp_path, "what is this", "12/03/2020, 21:05 - Ana: a")
    assert problems(found) == ["what stands before the first message is left out: 'what is this'"]
    assert problems(chat(tmp_path, "nothing")) == ["there is no message in this file"]
    (first, second) = filled(chat(tmp_path, "12/03/2020, 21:05 - Ana: a", "30/30/2020, 10:00 - B: b",
                                  "13/03/2020, 9:00 - Ana: c"), "chat_messages")  # fmt: skip
    assert (first["body"], second["body"]) == ("a\n30/30/2020, 10:00 - B: b", "c")


def test_other_texts_are_not_chats(tmp_path: Path) -> None:
    for name, text in {"log.txt": "[2020-01-01 12:00:00] worker: up\n", "whatsapp.txt": "12/03/2020: a day\n"}.items():
        (tmp_path / name).write_text(text)
        assert not WhatsApp().identify(tmp_path / name)


async def test_a_later_export_adds_and_changes_nothing(house: Household, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first, second = (tmp_path / folder / "WhatsApp Chat with Ana.txt" for folder in ("one", "two"))
    first.write_text(ANDROID)
    second.write_text(ANDROID + "14/03/2020, 10:00 - Ana: New\n")
    report = await house.bring(first)
    assert told(report)["chat_message"] == {"created": 9}
    assert told(await house.bring(first)) == {
        "chat_account": {"unchanged": 1}, "chat_conversation": {"unchanged": 1}, "chat_member": {"unchanged": 2},
        "chat_message": {"unchanged": 9},
    }  # fmt: skip
    assert told(await house.bring(second))["chat_message"] == {"created": 1, "unchanged": 9}
    assert await house.value("SELECT count(*) FROM chat_conversations") == 1


async def test_what_lies_beside_and_was_sent_is_no_unknown_file(house: Household, tmp_path: Path) -> None:
    (tmp_path / "WhatsApp Chat with Ana.txt").write_text(ANDROID)
    (tmp_path / "IMG-20200313-WA0001.jpg").write_bytes(b"\xff\xd8\xffpicture")
    (tmp_path / "other.xyz").write_bytes(b"?")
    report = await house.bring(tmp_path)
    assert told(report)["file"] == {"created": 1}
    assert reasons(report) == ["no importer knows these files: 1 .xyz"]


def test_a_large_file_stays_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with Ana.txt"
    with path.open("w") as file:
        for number in range(6_000):
            file.write(f"12/{number // 1500 + 1:02}/2020, 21:05 - Ana: {number} {'x' * 200}\n")
    with little_memory(path.stat().st_size):
        count = sum(1 for one in WhatsApp().extract(path) if isinstance(one, Item))
    assert count == 6_002
