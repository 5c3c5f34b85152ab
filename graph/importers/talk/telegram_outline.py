"""What is to be known of a Telegram export before its messages: the chats, who writes in them, and all else in it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ijson.common import ObjectBuilder

from graph.importers.json_stream import BrokenJson, clean, events, mapping

SECTIONS = ("", "chats.list.item", "left_chats.list.item")
"""Where chats stand: the file is one, or they are in lists."""

_LARGEST_REST = 200_000
"""Events of everything that is no chat; more than fits in memory well is left out, with a warning."""

_SPACES = {"personal_chat": "user", "bot_chat": "user", "saved_messages": "user", "private_group": "chat"}


@dataclass(slots=True)
class Chat:
    """One chat: `members` are names by handle, `zoned` whether its times say where in the world they are."""

    name: str = ""
    type_: str = ""
    id_: str = ""
    messages: int = 0
    first: datetime | None = None
    last: datetime | None = None
    zoned: bool = True
    members: dict[str, str] = field(default_factory=dict)

    @property
    def known_by(self) -> str:
        """`user1`, `chat1`, `channel1`: three different numberings of Telegram."""
        return f"{_SPACES.get(self.type_, 'channel')}{self.id_}"

    @property
    def kind(self) -> str:
        if _SPACES.get(self.type_) == "user":
            return "direct"
        return "channel" if self.type_.endswith("channel") else "group"

    def take(self, message: dict[str, Any]) -> None:
        """Remember when it was sent and by whom."""
        self.messages += 1
        at, zoned = moment(message, "date")
        if at:
            self.first, self.last = min(self.first or at, at), max(self.last or at, at)
            self.zoned = self.zoned and zoned
        self.meet(message)

    def meet(self, message: dict[str, Any]) -> None:
        """Remember who wrote it; or reacted so, for those are said alike."""
        handle, name = sender(message)
        if handle:
            self.members[handle] = name or self.members.get(handle, "")


@dataclass(slots=True)
class Outline:
    """One file. `broken` is why it could not be read to its end."""

    chats: dict[str, list[Chat]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    rest: dict[str, Any] = field(default_factory=dict)
    cut: bool = False
    broken: str = ""

    @classmethod
    def of(cls, path: Path) -> "Outline":
        """Read the whole file once. Raises OSError."""
        outline, reading = cls(), _Reading()
        try:
            for prefix, event, value in events(path):
                reading.take(prefix, event, value)
        except BrokenJson as error:
            outline.broken = str(error)
        for section in SECTIONS:
            outline.chats[section] = [chat for chat in reading.chats[section] if chat.messages or chat.id_]
        outline._part_twins()
        outline.rest, outline.cut = reading.rest, reading.events > _LARGEST_REST
        return outline

    def _part_twins(self) -> None:
        """Two chats of one number, which only a damaged file has, stay two."""
        met: Counter[str] = Counter()
        for chat in (chat for chats in self.chats.values() for chat in chats):
            met[chat.known_by] += 1
            if met[chat.known_by] > 1:
                chat.id_ = f"{chat.id_}#{met[chat.known_by]}"

    @property
    def owner(self) -> str:
        """The handle of whose export it is, where it says so."""
        number = mapping(self.rest.get("personal_information")).get("user_id")
        return f"user{number}" if number else ""


_WANTED = frozenset(("from", "from_id", "actor", "actor_id", "date", "date_unixtime"))
_REACTING = "messages.item.reactions.item.recent.item"
_FIELDS = {"name": "name", "type": "type_", "id": "id_"}


@dataclass(slots=True)
class _Reading:
    chats: dict[str, list[Chat]] = field(default_factory=lambda: {section: [Chat()] for section in SECTIONS})
    events: int = 0
    _message: dict[str, Any] = field(default_factory=dict)
    _reaction: dict[str, Any] = field(default_factory=dict)
    _builder: Any = field(default_factory=ObjectBuilder)
    _open: bool = False

    def take(self, prefix: str, event: str, value: Any) -> None:
        for section in SECTIONS[1:]:
            if prefix.startswith(section.partition(".")[0]):
                if prefix == section and event == "start_map":
                    self.chats[section].append(Chat())
                if prefix.startswith(section):
                    self._chat(self.chats[section][-1], prefix[len(section) + 1 :], event, value)
                return
        if prefix in _FIELDS or prefix.startswith("messages"):
            self._chat(self.chats[""][0], prefix, event, value)
        else:
            self._keep(prefix, event, value)

    def _chat(self, chat: Chat, place: str, event: str, value: Any) -> None:
        if place == "messages.item" and event == "end_map":
            chat.take(self._message)
            self._message = {}
        elif place == _REACTING and event == "end_map":
            chat.meet(self._reaction)
            self._reaction = {}
        elif place in _FIELDS and event in ("string", "number"):
            setattr(chat, _FIELDS[place], clean(str(value)))
        elif place.startswith("messages.item.") and event in ("string", "number"):
            before, _, name = place.rpartition(".")
            if name in _WANTED and before in ("messages.item", _REACTING):
                into = self._message if before == "messages.item" else self._reaction
                into[name] = clean(value)

    def _keep(self, prefix: str, event: str, value: Any) -> None:
        self.events += 1
        if self.events <= _LARGEST_REST:
            self._builder.event(event, value)

    @property
    def rest(self) -> dict[str, Any]:
        """What is no chat, as far as it was read."""
        return mapping(clean(getattr(self._builder, "value", None)))


def moment(message: dict[str, Any], name: str) -> tuple[datetime | None, bool]:
    """A time of a message, and whether its zone is known; older exports have the local time of the computer alone."""
    try:
        if stamp := message.get(f"{name}_unixtime"):
            return datetime.fromtimestamp(int(stamp), UTC), True
        at = datetime.fromisoformat(str(message.get(name)))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)), at.tzinfo is not None
    except (ValueError, OverflowError, OSError, TypeError):
        return None, True


def sender(message: dict[str, Any]) -> tuple[str, str]:
    """Handle and name of who wrote it or did it; the handle is the name where there is no other."""
    for who in ("from", "actor"):
        name, id_ = message.get(who), message.get(f"{who}_id")
        if name or id_:
            return str(id_ or name)[:250], str(name or "")
    return "", ""
