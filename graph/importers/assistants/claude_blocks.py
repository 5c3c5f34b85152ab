"""The blocks of a message of Claude, in the order in which they were said: texts, uses of tools and their answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from graph.importers.assistants.conversation import instant
from graph.importers.json_stream import mapping, sequence, text

_EMPTY: tuple[object, ...] = (None, "", [], {}, False)
_SAID = frozenset((
    "uuid", "text", "content", "sender", "created_at", "updated_at", "attachments", "files", "parent_message_uuid",
    "index", "truncated",
))  # fmt: skip
_TEXT_SAID = frozenset(("type", "text", "start_timestamp", "stop_timestamp"))


@dataclass(slots=True)
class Segment:
    """What becomes one turn."""

    role: str
    content: str
    sent_at: datetime | None = None
    name: str = ""
    finish_reason: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def segments(message: dict[str, Any]) -> list[Segment]:
    """At least one, for a message without blocks has its text beside them."""
    role = "user" if message.get("sender") in ("human", "user") else "assistant"
    found: list[Segment] = []
    for block in map(mapping, sequence(message.get("content"))):
        segment = _segment(block, role)
        last = found[-1] if found else None
        if segment and last and block.get("type") == "text" and last.role == role and not last.fields:
            last.content = f"{last.content}\n\n{segment.content}"
        elif segment:
            found.append(segment)
    found = found or [Segment(role, text(message.get("text")))]
    names = [text(mapping(one).get("file_name")) for one in sequence(message.get("files"))]
    if names := list(filter(None, names)):
        found[0].fields["files"] = names
    return found


def _segment(block: dict[str, Any], role: str) -> Segment | None:
    """None for what is no turn: thoughts, notes on limits. They are in the raw message."""
    at, name = instant(block.get("start_timestamp")), text(block.get("name"))
    match block.get("type"):
        case "text":
            return Segment(role, text(block.get("text")), at) if text(block.get("text")) else None
        case "tool_use":
            given = orjson.dumps(block.get("input"), option=orjson.OPT_INDENT_2).decode()
            return Segment(role, f"```json\n{given}\n```", at, "", "tool_call", {"tool": name or "tool"})
        case "tool_result":
            return Segment("tool", "\n\n".join(_answers(block.get("content"))), at, name, "", _failed(block))
    return None


def _failed(block: dict[str, Any]) -> dict[str, Any]:
    return {"is_error": True} if block.get("is_error") is True else {}


def _answers(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in map(mapping, sequence(content)):
        yield from filter(None, (text(part.get("title")), text(part.get("text")), text(part.get("url"))))


def whole(message: dict[str, Any]) -> bool:
    """Whether the turns say everything that the message said."""
    blocks = [mapping(block) for block in sequence(message.get("content"))]
    plain = all(
        block.get("type") == "text" and not any(block[name] not in _EMPTY for name in block.keys() - _TEXT_SAID)
        for block in blocks
    )
    return plain and not any(message[name] not in _EMPTY for name in message.keys() - _SAID)
