"""Exports of Telegram Desktop as JSON (`result.json`): one chat, or all of an account.

https://core.telegram.org/import-export; messages are known by the numbers that Telegram gives them, so that a chat by
itself and in a whole export is one. What has no column stays in `custom_fields` under Telegram's own names.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import orjson

from graph.importers.base import Item, Problem, Row, To
from graph.importers.beside import beside
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.json_stream import BrokenJson, beginning, elements, mapping, text
from graph.importers.keys import digest
from graph.importers.talk.telegram_outline import SECTIONS, Chat, Outline, moment, sender
from graph.importers.talk.telegram_parts import Call, Reaction, call, reactions
from graph.importers.talk.telegram_texts import body, message_type

_ACCOUNT = "account"
_CHAT = re.compile(
    r'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verification_codes'
    r'|(?:private|public)_(?:group|supergroup|channel))"'
)
_WHOLE = re.compile(r'"about"\s*:\s*"Here is the data you requested|"(?:left_)?chats"\s*:\s*\{\s*"(?:about|list)"')
_SAID = frozenset((
    "id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "from", "from_id", "actor", "actor_id", "text",
    "text_entities", "forwarded_from",
))  # fmt: skip
_NO_ZONE = "times are taken as UTC: the file does not say their zone"


class Telegram:
    """Reads `result.json`, twice: for the chats and their members, then message by message."""

    format: ClassVar[str] = "telegram"

    def identify(self, path: Path) -> bool:
        """By the types of chats, or the words with which a whole export begins."""
        start = beginning(path)
        return start.startswith("{") and bool(_WHOLE.search(start) or ('"messages"' in start and _CHAT.search(start)))

    def source(self, path: Path) -> str:
        """One source for all files: chats and messages have their numbers from Telegram."""
        return "telegram"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The account, then every chat with its messages."""
        try:
            outline = Outline.of(path)
            yield _account(outline, path)
            for section in SECTIONS:
                yield from _section(path, section, outline)
        except (OSError, BrokenJson) as error:
            yield Problem(path_text(path), reason(error) if isinstance(error, OSError) else str(error))
            return
        if not any(outline.chats.values()):
            yield Problem(path_text(path), "there is no chat in this file")


def _account(outline: Outline, path: Path) -> Item:
    """The account; what is no chat (contacts, sessions) is kept as it is, with a warning that names it."""
    person = mapping(outline.rest.get("personal_information"))
    name = " ".join(filter(None, (text(person.get("first_name")), text(person.get("last_name")))))
    handle = text(person.get("phone_number")) or text(person.get("username"))
    values = {"service": "telegram", "handle": handle or None, "display_name": name or None}
    parts = sorted(part for part in outline.rest if part not in ("about", "personal_information"))
    warnings = [f"kept raw, not read: {', '.join(parts)}"] if parts else []
    if outline.cut:
        warnings.append("what is no chat is too much and was kept in part")
    raw = orjson.dumps(outline.rest) if outline.rest else None
    row = Row("chat_accounts", _ACCOUNT, values | {"source": Telegram.format})
    return Item(_ACCOUNT, (row,), path_text(path), raw, "application/json" if raw else "", tuple(warnings))


def _section(path: Path, section: str, outline: Outline) -> Iterator[Item | Problem]:
    if not outline.chats[section]:
        return
    messages = elements(path, f"{section}.messages.item".lstrip("."))
    for chat in outline.chats[section]:
        yield _conversation(chat, outline.owner, path)
        writing = _Messages(chat, outline.owner, path)
        for message in islice(messages, chat.messages):
            yield from writing.items(mapping(message))
    yield from (Problem(path_text(path), f"no message: {str(rest)[:80]!r}") for rest in messages)


def _conversation(chat: Chat, owner: str, path: Path) -> Item:
    key = f"chat:{chat.known_by}"
    values = {
        "account_id": To(_ACCOUNT), "kind": chat.kind, "title": chat.name, "remote_id": chat.known_by[:1000],
        "started_at": chat.first, "last_message_at": chat.last, "custom_fields": {"type": chat.type_},
        "source": Telegram.format,
    }  # fmt: skip
    members = (
        Row("chat_members", _member(chat, handle), {
            "conversation_id": To(key), "handle": handle, "display_name": name or None,
            "is_self": _is_self(chat, handle, owner), "source": Telegram.format,
        })
        for handle, name in chat.members.items()
    )  # fmt: skip
    warnings = () if chat.zoned else (_NO_ZONE,)
    return Item(key, (Row("chat_conversations", key, values), *members), path_text(path), warnings=warnings)


def _member(chat: Chat, handle: str) -> str:
    return f"member:{chat.known_by}:{handle}"


def _is_self(chat: Chat, handle: str, owner: str) -> bool:
    """The owner of the export, or who is not the other of a chat of two."""
    if owner:
        return handle == owner
    return chat.type_ == "personal_chat" and handle.startswith("user") and handle != chat.known_by


class _Messages:
    """The messages of one chat, one after the other; it remembers their numbers for the answers to them."""

    def __init__(self, chat: Chat, owner: str, path: Path) -> None:
        self._chat, self._owner, self._path = chat, owner, path
        self._numbers = array("q")

    def items(self, message: dict[str, Any]) -> Iterator[Item | Problem]:
        at, _ = moment(message, "date")
        number = message.get("id")
        if at is None or not isinstance(number, int):
            yield Problem(path_text(self._path), f"a message without number or time: {str(message)[:200]}")
            return
        file = yield from beside(self._path, text(message.get("file")) or text(message.get("photo")), Telegram.format)
        said, format_ = body(message)
        handle, _ = sender(message)
        answered, signs, told = self._answered(message), reactions(message, self._chat.members), call(message)
        elsewhere = (("reactions",) if signs else ()) + (("duration_seconds", "discard_reason") if told else ())
        values = {
            "conversation_id": To(f"chat:{self._chat.known_by}"),
            "sender_member_id": To(_member(self._chat, handle)) if handle else None,
            "sent_at": at,
            "message_type": message_type(message),
            "body": said,
            "body_format": format_,
            "file_id": To(file) if file else None,
            "reply_to_id": To(self._key(answered)) if answered is not None else None,
            "forwarded_from": text(message.get("forwarded_from")) or None,
            "edited_at": moment(message, "edited")[0],
            "remote_id": str(number),
            "custom_fields": self._rest(message, answered, elsewhere),
            "source": Telegram.format,
        }
        self._numbers.append(number)
        key = self._key(number)
        rows = [Row("chat_messages", key, values), *(self._reaction(key, one) for one in signs)]
        rows += [self._call(key, at, told)] if told else []
        yield Item(key, tuple(rows), path_text(self._path))

    def _reaction(self, key: str, one: Reaction) -> Row:
        values = {
            "message_id": To(key),
            "member_id": To(_member(self._chat, one.handle)) if one.handle else None,
            "key": one.key,
            "count": one.count,
            "reacted_at": one.at,
            "source": Telegram.format,
        }
        return Row("message_reactions", f"reaction:{key}:{digest(one.handle, one.key)}", values)

    def _call(self, key: str, at: datetime, told: Call) -> Row:
        """The call that the message tells of, with the other of the chat."""
        other = self._chat.known_by
        values = {
            "account_id": To(_ACCOUNT),
            "message_id": To(key),
            "member_id": To(_member(self._chat, other)) if other in self._chat.members else None,
            "handle": other[:250],
            "display_name": self._chat.members.get(other) or self._chat.name or None,
            "direction": self._direction(told),
            "started_at": at,
            "duration_s": told.duration_s,
            "answered": told.answered,
            "custom_fields": {"discard_reason": told.reason} if told.reason else {},
            "source": Telegram.format,
        }
        return Row("call_records", f"call:{key}", values)

    def _direction(self, told: Call) -> str | None:
        if told.caller == self._chat.known_by:
            return "incoming"
        return "outgoing" if _is_self(self._chat, told.caller, self._owner) else None

    def _key(self, number: int) -> str:
        return f"message:{self._chat.known_by}:{number}"

    def _answered(self, message: dict[str, Any]) -> int | None:
        """The number of the message that this one answers, if it came before it in this chat."""
        number = message.get("reply_to_message_id")
        if not isinstance(number, int) or "reply_to_peer_id" in message:
            return None
        place = bisect_left(self._numbers, number)
        return number if place < len(self._numbers) and self._numbers[place] == number else None

    def _rest(self, message: dict[str, Any], answered: int | None, elsewhere: tuple[str, ...]) -> dict[str, Any]:
        said = _SAID | {"reply_to_message_id"} if answered is not None else _SAID
        said = said.union(elsewhere)
        return {name: value for name, value in message.items() if name not in said and value not in (None, "", [])}
