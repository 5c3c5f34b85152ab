"""The export of ChatGPT: `conversations.json` and its numbered parts, each conversation a tree of messages.

OpenAI publishes no specification (https://help.openai.com/en/articles/7260999). All branches come in, and what tools
said. A message whose text and columns do not say it all is kept raw; files of the export are met by their ids.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import orjson

from graph.importers.assistants.chatgpt_content import pointers, said, says_all
from graph.importers.assistants.conversation import Session, Turn, agent, instant
from graph.importers.base import Item, Problem
from graph.importers.beside import beside
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.json_stream import BrokenJson, beginning, elements, mapping, sequence, text

_AGENT = "agent"
_FILE_ID = re.compile(r"(file[-_][A-Za-z0-9]{8,})")
_CONVERSATION = re.compile(r'\[\s*\{.*?"mapping"\s*:\s*\{', re.DOTALL)
_ROLES = frozenset(("system", "user", "assistant", "tool"))
_SAID = frozenset((
    "id", "conversation_id", "title", "create_time", "update_time", "mapping", "current_node", "is_archived",
    "default_model_slug", "safe_urls", "blocked_urls",
))  # fmt: skip
_FINISHED = frozenset(("finished_successfully", "finished", ""))


class ChatGPT:
    """Reads conversations one by one."""

    format: ClassVar[str] = "chatgpt"

    def identify(self, path: Path) -> bool:
        """A list of objects that have a mapping of messages."""
        return _CONVERSATION.match(beginning(path)) is not None

    def source(self, path: Path) -> str:
        """One source for all exports: conversations and messages have ids that are theirs everywhere."""
        return "chatgpt"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The assistant, then every conversation with its messages."""
        where = path_text(path)
        try:
            files = _files(path)
            for number, conversation in enumerate(elements(path, "item"), 1):
                if number == 1:
                    yield agent(_AGENT, "ChatGPT (chatgpt.com)", "openai", where)
                id_ = text(mapping(conversation).get("conversation_id")) or text(mapping(conversation).get("id"))
                if id_ and isinstance(conversation.get("mapping"), dict):
                    yield from _Conversation(id_, conversation, files, path).items()
                else:
                    yield Problem(f"{where}: {number}. conversation", "without id or messages")
        except (OSError, BrokenJson) as error:
            yield Problem(where, reason(error) if isinstance(error, OSError) else str(error))


def _files(path: Path) -> dict[str, str]:
    """The files of the export by their ids, as paths from its folder."""
    root = path.resolve().parent
    folders = [root, *(folder for folder in sorted(root.iterdir()) if folder.is_dir() and not folder.is_symlink())]
    found = {}
    for folder in folders:
        for file in sorted(folder.glob("file[-_]*")):
            if match := _FILE_ID.match(file.name):
                found[match[1]] = str(file.relative_to(root))
    return found


class _Conversation:
    def __init__(self, id_: str, conversation: dict[str, Any], files: dict[str, str], path: Path) -> None:
        self._nodes = {name: mapping(node) for name, node in mapping(conversation.get("mapping")).items()}
        self._files, self._path = files, path
        self._session = Session(
            id_,
            _AGENT,
            ChatGPT.format,
            title=text(conversation.get("title")),
            started_at=instant(conversation.get("create_time")),
            model=text(conversation.get("default_model_slug")),
            archived=conversation.get("is_archived") is True,
            last=self._kept(text(conversation.get("current_node"))),
            fields={
                name: value
                for name, value in conversation.items()
                if name not in _SAID and value not in (None, "", [], {}, False)
            },
        )

    def items(self) -> Iterator[Item | Problem]:
        for name, node in self._nodes.items():
            if _says_something(node):
                yield from self._add(name, node)
        yield from self._session.items(path_text(self._path))

    def _kept(self, name: str) -> str:
        """The node itself, or the nearest before it that says something."""
        passed: set[str] = set()
        while name in self._nodes and name not in passed:
            if _says_something(self._nodes[name]):
                return name
            passed.add(name)
            name = text(self._nodes[name].get("parent"))
        return ""

    def _add(self, name: str, node: dict[str, Any]) -> Iterator[Item | Problem]:
        message = mapping(node.get("message"))
        author, content = mapping(message.get("author")), mapping(message.get("content"))
        metadata = mapping(message.get("metadata"))
        role = text(author.get("role"))
        finish = text(mapping(metadata.get("finish_details")).get("type"))
        turn = Turn(
            name,
            self._kept(text(node.get("parent"))),
            role if role in _ROLES else "tool",
            said(content),
            instant(message.get("create_time")),
            name=text(author.get("name")) or (role if role not in _ROLES else ""),
            model=text(metadata.get("model_slug")) if role == "assistant" else "",
            finish_reason={"max_tokens": "length"}.get(finish, finish),
            fields=_fields(message, content, metadata),
            raw=None if says_all(content, metadata) else orjson.dumps(message),
        )
        for pointer in pointers(content, metadata):
            match = _FILE_ID.match(pointer)
            file = yield from beside(self._path, self._files.get(match[1], "") if match else "", ChatGPT.format)
            turn.files += [file] if file else []
        self._session.add(turn)


def _says_something(node: dict[str, Any]) -> bool:
    """Roots have no message, or an empty one of the system, which nobody saw."""
    message = mapping(node.get("message"))
    role = text(mapping(message.get("author")).get("role"))
    return bool(message) and (role != "system" or bool(said(mapping(message.get("content")))))


def _fields(message: dict[str, Any], content: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    attached = [text(mapping(one).get("name")) for one in sequence(metadata.get("attachments"))]
    kind, recipient, status = (
        text(value) for value in (content.get("content_type"), message.get("recipient"), message.get("status"))
    )
    fields = {
        "content_type": kind if kind != "text" else "",
        "recipient": recipient if recipient != "all" else "",
        "status": status if status not in _FINISHED else "",
        "channel": text(message.get("channel")),
        "hidden": metadata.get("is_visually_hidden_from_conversation") is True,
        "attachments": list(filter(None, attached)),
        "assets": pointers(content, {}),
    }
    return {name: value for name, value in fields.items() if value}
