"""Exports of Telegram Desktop: one chat, and all of an account."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Item, To
from graph.importers.talk.telegram import Telegram
from tests.graph.household import Household
from tests.graph.importers.bringing import reasons, told
from tests.graph.importers.conformance import Conformance, filled, problems, rows, run, values
from tests.graph.importers.memory import little_memory


def message(number: int, text: Any = "Hello", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "type": "message", "date": "2021-05-01T12:00:00", "date_unixtime": str(1619863200 + number),
        "from": "Ana", "from_id": "user7", "text": text, **more,
    }  # fmt: skip


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Ana", "type": "personal_chat", "id": 7, **more, "messages": list(messages)}


RICH = [
    {"type": "bold", "text": "Boat "},
    " at ",
    {"type": "link", "text": "https://x.org"},
    {"type": "text_link", "text": "here", "href": "https://y.org"},
    {"type": "pre", "text": "x = 1", "language": "python"},
]
ONE = chat(
    {"id": 1, "type": "service", "date": "2021-05-01T11:00:00", "date_unixtime": "1619859600", "actor": "Ben",
     "actor_id": "user9", "action": "pin_message", "message_id": 3, "text": ""},
    message(2, RICH, edited="2021-05-01T13:00:00", edited_unixtime="1619866800"),
    message(3, "Back", reply_to_message_id=2, **{"from": "Ben", "from_id": "user9"}),
    message(4, "", forwarded_from="News", photo="photos/p.jpg", width=10, height=5),
    message(5, "", file="(File not included. Change data exporting settings to download.)",
            media_type="voice_message", mime_type="audio/ogg", duration_seconds=3),
    message(6, "", location_information={"latitude": 48.1, "longitude": 11.5}, place_name="Harbour"),
    message(7, "", poll={"question": "Where?", "answers": [{"text": "Sea", "voters": 2}]}),
    message(8, "lost", reply_to_message_id=99, reactions=[{"type": "emoji", "count": 1, "emoji": "👍"}]),
    message(9, "", contact_information={"first_name": "Cid", "phone_number": "+49 170 1"}),
)  # fmt: skip
CALLS = chat(
    message(1, reactions=[
        {"type": "emoji", "count": 3, "emoji": "👍", "recent": [
            {"from": "Cid", "from_id": "user5", "date": "2021-05-01T14:00:00"},
            {"from": "Ben", "from_id": "user9", "date": "2021-05-02T14:00:00"},
        ]},
        {"type": "custom_emoji", "count": 1, "document_id": "stickers/sun.tgs"},
        {"type": "custom_emoji", "count": 2, "document_id": "(File not included. Change data exporting settings.)"},
        {"type": "paid", "count": 10**12},
    ]),
    message(2, reactions=[{"type": "emoji", "count": "many", "emoji": "?"}, 5]),
    *({"id": number, "type": "service", "date": "2021-05-01T12:00:00", "date_unixtime": str(1619863200 + number), "text": "",
       "actor": name, "actor_id": id_, "action": action, **more} for number, name, id_, action, more in (
        (3, "Ana", "user7", "phone_call", {"duration_seconds": 61, "discard_reason": "hangup"}),
        (4, "Ben", "user9", "phone_call", {"discard_reason": "missed"}),
        (5, "Ana", "user7", "phone_call", {}),
        (6, "Ana", "user7", "group_call", {"duration": 5}),
    )),
)  # fmt: skip
ALL = {
    "about": "Here is the data you requested. Remember: ...",
    "personal_information": {"user_id": 9, "first_name": "Ben", "last_name": "Ode", "phone_number": "+49 171 2"},
    "contacts": {"about": "", "list": [{"user_id": 7, "first_name": "Ana", "phone_number": "+49 170 3"}]},
    "chats": {"about": "", "list": [
        chat(message(1), message(2, **{"from_id": "user9", "from": "Ben"})),
        chat(message(1), name="Walks", type="private_supergroup"),
        chat({"id": 1, "type": "message", "date": "2020-01-01T00:00:00", "text": "old", "from": "A", "from_id": 4}, id=4),
    ]},
    "left_chats": {"about": "", "list": [chat(message(1), name="News", type="public_channel", id=8)]},
}  # fmt: skip
ODD = json.dumps(
    chat(
        message(1, "a\0b\ud83d"), {"id": "x"}, message(2, date_unixtime="99999999999999"), message(10**30), "no message"
    )
)


class TestConformance(Conformance):
    importer = Telegram()
    samples: ClassVar = {
        "one.json": json.dumps(ONE, indent=1),
        "result.json": json.dumps(ALL, indent=1),
        "odd.json": ODD,
        "calls.json": json.dumps(CALLS, indent=1),
    }


def extracted(tmp_path: Path, content: Any) -> list[Any]:
    return run(Telegram(), tmp_path / "result.json", json.dumps(content))


def test_one_chat(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "p.jpg").write_bytes(b"\xff\xd8\xff")
    found = extracted(tmp_path, ONE)
    assert not problems(found)
    conversation = values(found, "chat_conversations")
    assert (conversation["title"], conversation["kind"], conversation["remote_id"]) == ("Ana", "direct", "user7")
    assert conversation["started_at"] == datetime(2021, 5, 1, 9, tzinfo=UTC)
    assert {row["handle"]: row["is_self"] for row in filled(found, "chat_members")} == {"user9": True, "user7": False}
    said = filled(found, "chat_messages")
    types = ["event", "text", "text", "image", "audio", "location", "poll", "text", "contact"]
    assert [one["message_type"] for one in said] == types
    assert (said[0]["body"], said[0]["custom_fields"]) == ("pin message", {"action": "pin_message", "message_id": 3})
    assert said[1]["body"] == "**Boat**  at https://x.org[here](https://y.org)```python\nx = 1\n```"
    assert (said[1]["body_format"], said[1]["edited_at"]) == ("markdown", datetime(2021, 5, 1, 11, tzinfo=UTC))
    assert said[2]["reply_to_id"] == To(rows(found, "chat_messages")[1].key)
    assert said[3]["file_id"] == To(rows(found, "files")[0].key)
    assert said[3]["forwarded_from"] == "News"
    assert said[4]["custom_fields"]["duration_seconds"] == 3
    assert said[5]["body"] == "Harbour\n48.1, 11.5"
    assert said[6]["body"] == "Where?\n- Sea"
    assert (said[7].get("reply_to_id"), said[7]["custom_fields"]) == (None, {"reply_to_message_id": 99})
    assert said[8]["body"] == "Cid +49 170 1"


def test_a_whole_account(tmp_path: Path) -> None:
    found = extracted(tmp_path, ALL)
    account = values(found, "chat_accounts")
    assert (account["display_name"], account["handle"]) == ("Ben Ode", "+49 171 2")
    first = next(one for one in found if isinstance(one, Item))
    assert first.warnings == ("kept raw, not read: contacts",)
    assert json.loads(first.raw or b"")["contacts"]["list"][0]["first_name"] == "Ana"
    chats = filled(found, "chat_conversations")
    assert [one["kind"] for one in chats] == ["direct", "group", "direct", "channel"]
    assert len(rows(found, "chat_messages")) == 5
    assert {row["handle"] for row in filled(found, "chat_members") if row["is_self"]} == {"user9"}


def test_signs_below_a_message(tmp_path: Path) -> None:
    found = extracted(tmp_path, CALLS)
    signs = [(one["key"], one.get("count"), one.get("member_id")) for one in filled(found, "message_reactions")]
    assert signs == [
        ("👍", None, To("member:user7:user5")),
        ("👍", None, To("member:user7:user9")),
        ("👍", 1, None),
        ("stickers/sun.tgs", 1, None),
        ("custom_emoji", 2, None),
        ("paid", 2**31 - 1, None),
    ]
    first, second, *_ = filled(found, "chat_messages")
    assert "custom_fields" not in first
    assert second["custom_fields"]["reactions"][1] == 5, "what is no sign is kept"
    at = [row.values["reacted_at"] for row in rows(found, "message_reactions")]
    assert at[:3] == [datetime(2021, 5, 1, 12, 0, 1, tzinfo=UTC), datetime(2021, 5, 2, 12, 0, 1, tzinfo=UTC), None]
    assert {row["handle"] for row in filled(found, "chat_members")} == {"user5", "user7", "user9"}


def test_calls(tmp_path: Path) -> None:
    found = extracted(tmp_path, CALLS)
    calls = rows(found, "call_records")
    told_ = [tuple(row.values[name] for name in ("direction", "duration_s", "answered")) for row in calls]
    assert told_ == [("incoming", 61, True), ("outgoing", None, False), ("incoming", None, None)]
    first = filled(found, "call_records")[0]
    assert (first["display_name"], first["handle"], first["member_id"]) == ("Ana", "user7", To("member:user7:user7"))
    assert (first["message_id"], first["account_id"]) == (To("message:user7:3"), To("account"))
    assert first["custom_fields"] == {"discard_reason": "hangup"}
    said = [one for one in filled(found, "chat_messages") if one["message_type"] == "call"]
    assert [one["custom_fields"] for one in said[:2]] == [{"action": "phone_call"}] * 2
    assert (len(said), said[3]["custom_fields"]["duration"]) == (4, 5), "of a group's call the message alone tells"


async def test_signs_and_calls_come_once_and_go_with_the_export(house: Household, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(CALLS))
    report = await house.bring(path)
    assert not reasons(report)
    assert (told(report)["message_reaction"], told(report)["call_record"]) == ({"created": 6}, {"created": 3})
    assert (await house.bring(path)).changes == 0
    who = "SELECT m.display_name FROM message_reactions r JOIN chat_members m ON m.id = r.member_id ORDER BY 1"
    assert await house.column(who) == ["Ben", "Cid"]
    less = {**CALLS["messages"][0], "reactions": CALLS["messages"][0]["reactions"][1:]}
    path.write_text(json.dumps({**CALLS, "messages": [less, *CALLS["messages"][1:]]}))
    assert told(await house.bring(path))["message_reaction"] == {"deleted": 3, "unchanged": 3}


async def test_a_call_is_with_the_contact_whose_number_or_member_it_is(house: Household, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(CALLS))
    await house.bring(path)
    ana, ben = [await house.create("contacts", fn=name) for name in ("Ana", "Ben")]
    call = await house.create("call_records", handle="+49 170 3", direction="outgoing")
    tied = "SELECT r.label FROM entity_links l JOIN records r ON r.id = l.target_id WHERE l.relation = 'WITH' AND l.deleted_at IS NULL"
    assert await house.column(tied) == []
    await house.create("contact_phones", contact_id=ana, tel="+491703")
    assert await house.column(f"{tied} AND l.source_id = '{call}'") == ["Ana"]
    member = await house.value("SELECT id FROM chat_members WHERE handle = 'user7'")
    await house.change("chat_members", member, contact_id=ben)
    assert sorted(await house.column(tied)) == ["Ana", "Ben", "Ben", "Ben"]
    await house.change("call_records", call, contact_id=ben)
    assert await house.column(f"{tied} AND l.source_id = '{call}'") == ["Ben"]


def test_a_file_with_the_path_of_another_folder_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "export").mkdir()
    found = extracted(
        tmp_path / "export", chat(message(1, file="../secret"), message(2, file=str(tmp_path / "secret")))
    )
    assert not rows(found, "files")
    assert len(rows(found, "chat_messages")) == 2


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = run(Telegram(), tmp_path / "x.json", ODD)
    assert len(problems(found)) == 4
    assert len(rows(found, "chat_messages")) == 1
    (reason,) = problems(run(Telegram(), tmp_path / "x.json", json.dumps(ONE)[:-30]))
    assert reason.startswith("broken JSON")


async def test_one_chat_and_the_whole_are_one(house: Household, tmp_path: Path) -> None:
    whole, single = tmp_path / "result.json", tmp_path / "one.json"
    whole.write_text(json.dumps({**ALL, "chats": {"list": [ONE]}, "left_chats": {"list": []}}))
    single.write_text(json.dumps(ONE))
    report = await house.bring(whole)
    assert told(report)["chat_message"] == {"created": 9}
    assert not reasons(report)
    assert told(await house.bring(whole)) == {
        "chat_account": {"unchanged": 1}, "chat_conversation": {"unchanged": 1}, "chat_member": {"unchanged": 2},
        "chat_message": {"unchanged": 9}, "message_reaction": {"unchanged": 1},
    }  # fmt: skip
    assert told(await house.bring(single))["chat_message"] == {"unchanged": 9}
    edited = json.dumps(ONE).replace('"Back"', '"Forth"')
    single.write_text(edited)
    assert told(await house.bring(single))["chat_message"] == {"updated": 1, "unchanged": 8}


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    with path.open("w") as file:
        file.write('{"name": "Ana", "type": "personal_chat", "id": 7, "messages": [')
        file.write(",".join(json.dumps(message(number, "x" * 1000)) for number in range(1, 6_001)))
        file.write("]}")
    with little_memory(3_000_000):
        count = sum(1 for _ in Telegram().extract(path))
    assert count == 6_002
    assert path.stat().st_size > 3_000_000
