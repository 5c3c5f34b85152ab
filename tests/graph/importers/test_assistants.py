"""Exports of ChatGPT and Claude: all branches, what tools said, files, and the same again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from graph.importers.assistants.chatgpt import ChatGPT
from graph.importers.assistants.claude import Claude
from graph.importers.base import Item, To
from tests.graph.household import Household
from tests.graph.importers.bringing import reasons, told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values
from tests.graph.importers.memory import little_memory


def node(name: str, parent: str | None, role: str, *parts: Any, content: Any = None, **more: Any) -> dict[str, Any]:
    message = {
        "id": name, "author": {"role": role, "name": more.pop("named", None), "metadata": {}},
        "create_time": more.pop("at", None), "status": "finished_successfully", "end_turn": True, "weight": 1.0,
        "content": content or {"content_type": "text", "parts": list(parts)}, "metadata": more, "recipient": "all",
    }  # fmt: skip
    return {"id": name, "message": message, "parent": parent, "children": []}


def chatgpt(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    mapping = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
    return {
        "title": "Boats", "create_time": 1700000000.5, "update_time": 1700000100.0,
        "mapping": mapping | {one["id"]: one for one in nodes}, "moderation_results": [], "current_node": nodes[-1]["id"],
        "plugin_ids": None, "conversation_id": "c1", "gizmo_id": None, "is_archived": False, "id": "c1", **more,
    }  # fmt: skip


PICTURE = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-AbCdEfGh12", "width": 8}
CHATGPT = chatgpt(
    node("s", "root", "system", ""),
    node("u", "s", "user", "What is\na boat?", at=1700000001.0),
    node("a1", "u", "assistant", "A ship.", at=1700000002.0, model_slug="gpt-4", finish_details={"type": "stop"}),
    node("a2", "u", "assistant", "A vessel.", at=1700000003.0, model_slug="gpt-4o", finish_details={"type": "max_tokens"}),
    node("u2", "a2", "user", PICTURE, "And this?", content=None, at=1700000004.0,
         attachments=[{"id": "file-AbCdEfGh12", "name": "boat.png"}]),
    node("c", "u2", "assistant", content={"content_type": "code", "language": "python", "text": "1 + 1"}),
    node("t", "c", "tool", content={"content_type": "execution_output", "text": "2"}, named="python"),
    node("th", "t", "assistant", content={"content_type": "thoughts", "thoughts": [{"summary": "So", "content": "hm"}]}),
    node("a3", "th", "assistant", "Two.", at=1700000009.0, model_slug="gpt-4o", citations=[{"url": "https://x.org"}]),
)  # fmt: skip
CYCLE = chatgpt(
    node("x", "y", "user", "a"), node("y", "x", "critic", "b\ud83d\0"), conversation_id="c2", create_time=None
)


class TestChatGPT(Conformance):
    importer = ChatGPT()
    samples: ClassVar = {"conversations.json": json.dumps([CHATGPT, CYCLE, {}, 5], indent=1)}


def test_a_conversation_with_branches(tmp_path: Path) -> None:
    (tmp_path / "file-AbCdEfGh12-boat.png").write_bytes(b"png")
    found = run(ChatGPT(), tmp_path / "conversations.json", json.dumps([CHATGPT]))
    assert not problems(found)
    session = values(found, "agent_sessions")
    assert (session["title"], session["model"], session["remote_id"]) == ("Boats", "gpt-4o", "c1")
    assert session["ended_at"] == datetime(2023, 11, 14, 22, 13, 29, tzinfo=UTC)
    said = {row.key.rpartition(":")[2]: row.values for row in rows(found, "agent_messages")}
    assert list(said) == ["u", "a1", "a2", "u2", "c", "t", "th", "a3"]
    assert [said[name]["position"] for name in said] == [0, 1, 1, 2, 3, 4, 5, 6]
    assert said["a1"]["parent_id"] == said["a2"]["parent_id"] == To("message:c1:u")
    assert (said["a1"]["custom_fields"], said["a2"]["custom_fields"]) == ({"other_branch": True}, {})
    assert said["a2"]["finish_reason"] == "length"
    assert said["u2"]["content"] == "And this?"
    assert said["u2"]["citations"] == [{"subject_type": "file", "subject_id": To(rows(found, "files")[0].key)}]
    assert (said["c"]["content"], said["t"]["name"]) == ("```python\n1 + 1\n```", "python")
    assert said["c"]["sent_at"] == said["u2"]["sent_at"]
    assert said["th"]["content"] == "So\n\nhm"
    raw = {key for key, item in items(found).items() if item.raw is not None and key.startswith("message")}
    assert raw == {"message:c1:u2", "message:c1:th", "message:c1:a3"}


def test_a_cycle_ends(tmp_path: Path) -> None:
    found = run(ChatGPT(), tmp_path / "conversations.json", json.dumps([CYCLE]))
    said = filled(found, "agent_messages")
    assert [(one["role"], one.get("name"), one["content"][0]) for one in said] == [
        ("user", None, "a"),
        ("tool", "critic", "b"),
    ]


def block(kind: str, at: str = "2024-06-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"type": kind, "start_timestamp": at, "stop_timestamp": at, **more}


def spoken(id_: str, sender: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "uuid": id_, "text": "in short", "content": list(blocks), "sender": sender, "created_at": "2024-06-01T10:00:00.5Z",
        "updated_at": "2024-06-01T10:00:00.5Z", "attachments": [], "files": [], **more,
    }  # fmt: skip


def claude(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "uuid": "k1", "name": "Boats", "summary": "", "created_at": "2024-06-01T09:00:00Z",
        "updated_at": "2024-06-01T11:00:00Z", "account": {"uuid": "me"}, "chat_messages": list(messages), **more,
    }  # fmt: skip


PASTED = {"file_name": "list.txt", "file_size": 12, "file_type": "txt", "extracted_content": "ropes, sails"}
CLAUDE = claude(
    spoken("m1", "human", block("text", text="What is a boat?"), attachments=[PASTED], files=[{"file_name": "b.png"}]),
    spoken(
        "m2", "assistant",
        block("thinking", thinking="hm"),
        block("text", text="Let me look."),
        block("tool_use", name="web_search", input={"query": "boat"}),
        block("tool_result", name="web_search", content=[{"type": "text", "text": "A ship"}], is_error=False),
        block("text", at="2024-06-01T10:00:09Z", text="A ship."),
    ),
    spoken("m3", "human"),
)  # fmt: skip
BRANCHES = claude(
    spoken("b1", "human", block("text", text="1"), parent_message_uuid="00000000-0000-4000-8000-000000000000"),
    spoken("b2", "assistant", block("text", text="2"), parent_message_uuid="b1"),
    spoken("b3", "assistant", block("text", text="3"), parent_message_uuid="b1"),
    {"sender": "human"},
    uuid="k2",
)
PROJECTS = [
    {"uuid": f"p{number}", "name": "Sailing", "description": "All of it", "is_private": True, "prompt_template": "Be brief",
     "created_at": "2024-06-01T09:00:00Z", "docs": [{"uuid": "d1", "filename": "knots.md", "content": "# Knots"}]}
    for number in (1, 2)
]  # fmt: skip


class TestClaude(Conformance):
    importer = Claude()
    samples: ClassVar = {
        "conversations.json": json.dumps([CLAUDE, BRANCHES, {}, 5], indent=1),
        "projects.json": json.dumps(PROJECTS, indent=1),
    }


def test_a_message_in_blocks(tmp_path: Path) -> None:
    found = run(Claude(), tmp_path / "conversations.json", json.dumps([CLAUDE]))
    assert not problems(found)
    said = filled(found, "agent_messages")
    assert [(one["role"], one["content"]) for one in said] == [
        ("user", "What is a boat?"), ("assistant", "Let me look."), ("assistant", '```json\n{\n  "query": "boat"\n}\n```'),
        ("tool", "A ship"), ("assistant", "A ship."), ("user", "in short"),
    ]  # fmt: skip
    assert [one.get("position", 0) for one in said] == [0, 1, 2, 3, 4, 5]
    assert said[5]["parent_id"] == To("message:k1:m2#3")
    assert said[3]["name"] == "web_search"
    assert said[0]["custom_fields"] == {"files": ["b.png"]}
    assert (values(found, "files")["text_content"], values(found, "files")["media_type"]) == (
        "ropes, sails",
        "text/plain",
    )
    assert said[0]["citations"] == [{"subject_type": "file", "subject_id": To("file:m1:1")}]
    assert [key for key, item in items(found).items() if item.raw is not None] == ["message:k1:m2"]


def test_branches_and_projects(tmp_path: Path) -> None:
    found = run(Claude(), tmp_path / "conversations.json", json.dumps([BRANCHES]))
    assert [one.get("parent_id") for one in filled(found, "agent_messages")] == [None, *[To("message:k2:b1")] * 2]
    assert len(problems(found)) == 1
    found = run(Claude(), tmp_path / "projects.json", json.dumps(PROJECTS))
    assert [one["name"] for one in filled(found, "agents")] == ["Sailing (claude.ai)", "Sailing p2 (claude.ai)"]
    assert [one["text_content"] for one in filled(found, "files")] == ["# Knots", "# Knots"]


@pytest.mark.parametrize(("importer", "sample"), [(ChatGPT(), CHATGPT), (Claude(), CLAUDE)])
async def test_the_same_again_changes_nothing(house: Household, tmp_path: Path, importer: Any, sample: Any) -> None:
    path = tmp_path / "conversations.json"
    (tmp_path / "file-AbCdEfGh12-boat.png").write_bytes(b"png")
    path.write_text(json.dumps([sample]))
    report = await house.bring(path)
    assert not reasons(report)
    created = told(report)["agent_message"]["created"]
    if importer.format == "chatgpt":
        (cited,) = await house.column("SELECT id FROM files")
        assert await house.value("SELECT target_id FROM entity_links WHERE relation = 'CITES'") == cited
    assert not (await house.bring(path)).changes
    path.write_text(json.dumps([sample]).replace("What is", "What was"))
    assert told(await house.bring(path))["agent_message"] == {"updated": 1, "unchanged": created - 1}


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_text("[" + ",".join(json.dumps({**CHATGPT, "conversation_id": str(n)}) for n in range(800)) + "]")
    with little_memory(2_000_000):
        count = sum(1 for one in ChatGPT().extract(path) if isinstance(one, Item))
    assert count == 1 + 800 * 9
    assert path.stat().st_size > 2_000_000
