"""Chats of WhatsApp as its telephones export them: `_chat.txt` of iOS, `WhatsApp Chat with X.txt` of Android.

No specification; the shapes are those of both programs in their languages (https://faq.whatsapp.com/1180414079177245).
A message has no id there: it is known by its chat, sender, time and text, so that a later and longer export adds to
what came before. What was sent along is registered where it lies beside the text, and stays there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.beside import beside
from graph.importers.decoding import decode, path_text
from graph.importers.directories import reason
from graph.importers.keys import digest
from graph.importers.talk.whatsapp_lines import Chat, Said, is_message
from graph.importers.talk.whatsapp_words import Meaning, meaning

_ACCOUNT = "account"
_FIRST = 8192
_FIRST_LINES = 5
_COPY = re.compile(r"[ _]?\([0-9]+\)\Z")
_FILE_NAME = re.compile(
    r"WhatsApp[ -]Chat (?:with|mit|con|met|med|com|-)\s*(?P<a>.+)|Chat de WhatsApp con (?P<b>.+)"
    r"|Conversa do WhatsApp com (?P<c>.+)|Discussion WhatsApp avec (?P<d>.+)|Chat WhatsApp con (?P<e>.+)"
    r"|Чат WhatsApp с (?:контактом )?(?P<f>.+)|Czat WhatsApp z (?P<g>.+)",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    "\u200e.*(?:crypt|crip|verschlüssel|cifrad|chiffr|шифр|versleutel|şifre|krypt|szyfr|加密|暗号|암호)"
)
"""The first line of iOS, which comes from the chat itself."""

_NO_ZONE = "times are taken as UTC: the file does not say their zone"


class WhatsApp:
    """One chat a file."""

    format: ClassVar[str] = "whatsapp"

    def identify(self, path: Path) -> bool:
        """A text file that begins with a message and is called or says what WhatsApp's files are called or say."""
        if path.suffix.lower() != ".txt" or not path.is_file():
            return False
        try:
            with path.open("rb") as file:
                text = decode(file.read(_FIRST)).text
        except OSError:
            return False
        known = "whatsapp" in path.name.lower() or path.stem.lower().startswith("_chat")
        if not known and "\u200e" not in text and "end-to-end" not in text:
            return False
        return any(map(is_message, text.splitlines()[:_FIRST_LINES]))

    def source(self, path: Path) -> str:
        """One source for all files: the same chat from a later export is the same chat."""
        return "whatsapp"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The account, the chat with its members, then the messages in the file's order."""
        chat = Chat(path)
        try:
            chat.begin()
            facts = _Facts.of(chat)
            if not facts.last:
                yield Problem(path_text(path), "there is no message in this file")
                return
            yield Item(_ACCOUNT, (Row("chat_accounts", _ACCOUNT, {"service": "whatsapp"}),), path_text(path))
            yield _conversation(facts, (*chat.warnings, _NO_ZONE), path)
            yield from _messages(chat, facts)
        except OSError as error:
            yield Problem(path_text(path), reason(error))


@dataclass(slots=True)
class _Facts:
    """What is to be known of a chat before its messages."""

    title: str
    senders: dict[str, None] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    @classmethod
    def of(cls, chat: Chat) -> "_Facts":
        facts = cls(_titled(chat.path))
        for said in chat.messages():
            if isinstance(said, Said):
                facts._take(said)
        facts.title = facts.title or path_text(chat.path.resolve().parent.name) or "WhatsApp"
        return facts

    def _take(self, said: Said) -> None:
        if self.first is None and not self.title and _NOTICE.match(said.text):
            self.title = said.sender
        self.first = min(self.first or said.sent_at, said.sent_at)
        self.last = max(self.last or said.sent_at, said.sent_at)
        if said.sender and meaning(said.text, system=False).type_ != "event":
            self.senders.setdefault(said.sender)

    @property
    def others(self) -> list[str]:
        return [name for name in self.senders if name != self.title]

    @property
    def direct(self) -> bool:
        return len(self.others) <= 1 or (len(self.senders) == 2 and self.title not in self.senders)

    def is_self(self, name: str) -> bool:
        """In a chat that is called like the one, oneself is the other."""
        return self.direct and self.title in self.senders and name != self.title

    def key(self, kind: str, *texts: str) -> str:
        return f"{kind}:{digest(self.title, *texts)}"


def _titled(path: Path) -> str:
    """The chat's name from that of the file or its folder, both without the number of a copy."""
    for name in (path.stem, path.resolve().parent.name):
        match = _FILE_NAME.fullmatch(_COPY.sub("", path_text(name)))
        if match:
            return next(group for group in match.groups() if group).strip()
    return ""


def _conversation(facts: _Facts, warnings: tuple[str, ...], path: Path) -> Item:
    key = facts.key("chat")
    values = {
        "account_id": To(_ACCOUNT), "kind": "direct" if facts.direct else "group", "title": facts.title,
        "started_at": facts.first, "last_message_at": facts.last, "source": WhatsApp.format,
    }  # fmt: skip
    members = (
        Row("chat_members", facts.key("member", name), {
            "conversation_id": To(key), "handle": name, "display_name": name, "is_self": facts.is_self(name),
            "source": WhatsApp.format,
        })
        for name in facts.senders
    )  # fmt: skip
    return Item(key, (Row("chat_conversations", key, values), *members), path_text(path), warnings=warnings)


def _messages(chat: Chat, facts: _Facts) -> Iterator[Item | Problem]:
    twins: Counter[str] = Counter()
    for said in chat.messages():
        if isinstance(said, str):
            yield Problem(path_text(chat.path), f"what stands before the first message is left out: {said[:80]!r}")
            continue
        meant = meaning(said.text, system=not said.sender)
        key = facts.key("message", said.sender, said.sent_at.isoformat(), meant.known_by)
        twins[key] += 1
        if twins[key] > 1:
            key = f"{key}#{twins[key]}"
        file = yield from beside(chat.path, meant.attachment, WhatsApp.format)
        yield Item(key, (Row("chat_messages", key, _values(said, meant, facts, file)),), path_text(chat.path))


def _values(said: Said, meant: Meaning, facts: _Facts, file: str | None) -> dict[str, object]:
    marks = {"attachment": meant.attachment, "omitted": meant.omitted, "edited": meant.edited}
    return {
        "conversation_id": To(facts.key("chat")),
        "sender_member_id": To(facts.key("member", said.sender)) if said.sender in facts.senders else None,
        "sent_at": said.sent_at,
        "message_type": meant.type_,
        "body": meant.body,
        "file_id": To(file) if file else None,
        "custom_fields": {name: value for name, value in marks.items() if value},
        "source": WhatsApp.format,
    }
