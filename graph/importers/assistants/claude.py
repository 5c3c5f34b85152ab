"""The export of Claude: `conversations.json` with its messages in blocks, and `projects.json`.

Anthropic publishes no specification (https://support.claude.com/en/articles/9450526). A message is one turn as long as
it is text; each use of a tool and each answer of one is a turn of its own, in their order. A project is an assistant
with its instructions, and a folder of the texts that it was given.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import orjson

from graph.files.names import media_type
from graph.importers.assistants.claude_blocks import segments, whole
from graph.importers.assistants.conversation import Session, Turn, agent, instant
from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.json_stream import BrokenJson, beginning, elements, mapping, sequence, text
from graph.importers.keys import shortened

_AGENT = "agent"
_CONVERSATION = re.compile(r'\[\s*\{\s*"uuid".*?"chat_messages"\s*:\s*\[', re.DOTALL)
_PROJECT = re.compile(r'\[\s*\{\s*"uuid".*?"prompt_template"\s*:', re.DOTALL)
_SAID = frozenset(("uuid", "name", "summary", "created_at", "updated_at", "chat_messages"))
_LONGEST_NAME = 200


class Claude:
    """Reads conversations and projects one by one."""

    format: ClassVar[str] = "claude"

    def identify(self, path: Path) -> bool:
        """A list of objects that have messages as Claude calls them, or the instructions of a project."""
        start = beginning(path)
        return bool(_CONVERSATION.match(start) or _PROJECT.match(start))

    def source(self, path: Path) -> str:
        """One source for all exports: everything in them has an id that is its own everywhere."""
        return "claude"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The assistant, then every conversation with its messages; or the projects with their texts."""
        where = path_text(path)
        names: set[str] = set()
        met = False
        try:
            for number, element in enumerate(map(mapping, elements(path, "item")), 1):
                if "chat_messages" in element and not met:
                    met = True
                    yield agent(_AGENT, "Claude (claude.ai)", "anthropic", where)
                if not text(element.get("uuid")):
                    yield Problem(f"{where}: {number}. entry", "without id")
                elif "chat_messages" in element:
                    yield from _conversation(element, where)
                else:
                    yield from _project(element, names, where)
        except (OSError, BrokenJson) as error:
            yield Problem(where, reason(error) if isinstance(error, OSError) else str(error))


def _conversation(element: dict[str, Any], where: str) -> Iterator[Item | Problem]:
    fields = {name: value for name, value in element.items() if name not in _SAID and value not in (None, "", [], {})}
    session = Session(
        text(element.get("uuid")),
        _AGENT,
        Claude.format,
        title=text(element.get("name")),
        summary=text(element.get("summary")),
        started_at=instant(element.get("created_at")),
        model=text(element.get("model")),
        last=text(element.get("current_leaf_message_uuid")),
        fields=fields,
    )
    ends: dict[str, str] = {}
    before = ""
    for message in map(mapping, sequence(element.get("chat_messages"))):
        id_ = text(message.get("uuid"))
        if not id_:
            yield Problem(f"{where}: {session.title}", f"a message without id: {str(message)[:200]}")
            continue
        files = list(_attachments(message, where))
        yield from files
        parent = text(message.get("parent_message_uuid")) if "parent_message_uuid" in message else before
        before = id_
        ends[id_] = _add(session, message, ends.get(parent, parent), [file.key for file in files])
    session.last = ends.get(session.last, "")
    yield from session.items(where)


def _add(session: Session, message: dict[str, Any], parent: str, files: list[str]) -> str:
    """The turns of a message, one after the other; returns the id of the last."""
    id_ = text(message.get("uuid"))
    for number, segment in enumerate(segments(message)):
        turn = Turn(
            f"{id_}#{number}" if number else id_,
            parent,
            segment.role,
            segment.content,
            segment.sent_at or instant(message.get("created_at")),
            name=segment.name,
            finish_reason=segment.finish_reason,
            files=[] if number else files,
            fields=segment.fields,
            raw=None if number or whole(message) else orjson.dumps(message),
        )
        session.add(turn)
        parent = turn.id_
    return parent


def _attachments(message: dict[str, Any], where: str) -> Iterator[Item]:
    """What was attached as text; of other files the export has the names alone."""
    for number, one in enumerate(map(mapping, sequence(message.get("attachments"))), 1):
        name, kind = text(one.get("file_name")) or "attachment", text(one.get("file_type"))
        size = one.get("file_size")
        key = shortened(f"file:{message.get('uuid')}:{number}")
        values = {
            "name": name,
            "media_type": kind if "/" in kind else media_type(name),
            "byte_size": size if isinstance(size, int) and size >= 0 else None,
            "text_content": text(one.get("extracted_content")) or None,
            "source": Claude.format,
        }
        yield Item(key, (Row("files", key, values),), where)


def _project(element: dict[str, Any], names: set[str], where: str) -> Iterator[Item]:
    """The project as an assistant; one that is called like another before it has its id in its name."""
    id_, name = text(element.get("uuid")), text(element.get("name")).strip()[:_LONGEST_NAME] or "Project"
    shown = f"{name} (claude.ai)" if name not in names else f"{name} {id_[:8]} (claude.ai)"
    names.add(name)
    said = ("uuid", "name", "description", "prompt_template", "docs")
    values = {
        "name": shown,
        "description": text(element.get("description")) or None,
        "provider_name": "anthropic",
        "system_prompt": text(element.get("prompt_template")) or None,
        "custom_fields": {
            name: value for name, value in element.items() if name not in said and value not in (None, "")
        },
    }
    key = shortened(f"project:{id_}")
    yield Item(key, (Row("agents", key, values),), where)
    docs = [mapping(doc) for doc in sequence(element.get("docs"))]
    if docs:
        folder = shortened(f"folder:{id_}")
        row = Row("folders", folder, {"name": name, "source": Claude.format})
        yield Item(folder, (row, *(_document(doc, id_, number, folder) for number, doc in enumerate(docs, 1))), where)


def _document(doc: dict[str, Any], project: str, number: int, folder: str) -> Row:
    name = text(doc.get("filename")) or "document"
    said = text(doc.get("content"))
    return Row("files", shortened(f"document:{project}:{text(doc.get('uuid')) or number}"), {
        "folder_id": To(folder), "name": name, "media_type": media_type(name), "byte_size": len(said.encode()),
        "text_content": said or None, "modified_at": instant(doc.get("created_at")), "source": Claude.format,
    })  # fmt: skip
