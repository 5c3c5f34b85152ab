"""A conversation with an assistant as rows, whoever exported it: the session, and its turns as a tree.

Turns of all branches come, parents first. The place of a turn is its depth, so that each branch counts from 0.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graph.importers.base import Item, Row, To
from graph.importers.json_stream import text
from graph.importers.keys import shortened


@dataclass(slots=True)
class Turn:
    """One turn. `parent` is the id of the turn before, "" for a first one; `files` are keys of what came along."""

    id_: str
    parent: str
    role: str
    content: str
    sent_at: datetime | None = None
    name: str = ""
    model: str = ""
    finish_reason: str = ""
    files: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(slots=True)
class Session:
    """One conversation. `last` is the turn in which the branch ends that was shown last, "" where that is not known."""

    id_: str
    agent: str
    imported_from: str
    title: str = ""
    summary: str = ""
    started_at: datetime | None = None
    model: str = ""
    archived: bool = False
    last: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, Turn] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of its row."""
        return shortened(f"session:{self.id_}")

    def add(self, turn: Turn) -> None:
        """One turn more; one that is its own ancestor is cut off when the rows are made."""
        self.turns[turn.id_] = turn

    def items(self, where: str) -> Iterator[Item]:
        """The session, then its turns, each after the one that it follows."""
        placed = _placed(self.turns)
        times = _times(placed, self.turns, self.started_at)
        yield self._session(times, where)
        shown = self._shown()
        for id_, depth in placed.items():
            yield self._turn(self.turns[id_], depth, times[id_], where, aside=bool(shown) and id_ not in shown)

    def _session(self, times: dict[str, datetime], where: str) -> Item:
        started = self.started_at or min(times.values(), default=datetime.fromtimestamp(0, UTC))
        models = [turn.model for turn in self.turns.values() if turn.model]
        values = {
            "agent_id": To(self.agent),
            "title": self.title,
            "summary": self.summary or None,
            "started_at": started,
            "ended_at": max((started, *times.values())),
            "model": (models[-1] if models else self.model) or None,
            "archived": self.archived,
            "imported_from": self.imported_from,
            "remote_id": shortened(self.id_),
            "custom_fields": self.fields,
        }
        return Item(self.key, (Row("agent_sessions", self.key, values),), where)

    def _shown(self) -> set[str]:
        shown: set[str] = set()
        id_ = self.last
        while id_ in self.turns and id_ not in shown:
            shown.add(id_)
            id_ = self.turns[id_].parent
        return shown

    def _key(self, id_: str) -> str:
        return shortened(f"message:{self.id_}:{id_}")

    def _turn(self, turn: Turn, depth: int, sent_at: datetime, where: str, *, aside: bool) -> Item:
        key = self._key(turn.id_)
        values = {
            "session_id": To(self.key),
            "parent_id": To(self._key(turn.parent)) if depth else None,
            "position": depth,
            "role": turn.role,
            "name": turn.name or None,
            "sent_at": sent_at,
            "content": turn.content,
            "model": turn.model or None,
            "finish_reason": turn.finish_reason or None,
            "citations": [{"subject_type": "file", "subject_id": To(file)} for file in turn.files],
            "remote_id": shortened(turn.id_),
            "custom_fields": turn.fields | ({"other_branch": True} if aside else {}),
        }
        media_type = "application/json" if turn.raw is not None else ""
        return Item(key, (Row("agent_messages", key, values),), where, turn.raw, media_type)


def _placed(turns: dict[str, Turn]) -> dict[str, int]:
    """The turns with their depths, parents first; a turn whose parent is not there, or is below it, is a first one."""
    following: dict[str, list[str]] = {}
    for id_, turn in turns.items():
        following.setdefault(turn.parent if turn.parent in turns else "", []).append(id_)
    placed: dict[str, int] = {}
    for first in (*following.get("", ()), *turns):
        waiting = deque([(first, 0)])
        while waiting:
            id_, depth = waiting.popleft()
            if id_ not in placed:
                placed[id_] = depth
                waiting.extend((child, depth + 1) for child in following.get(id_, ()))
    return placed


def _times(placed: dict[str, int], turns: dict[str, Turn], started: datetime | None) -> dict[str, datetime]:
    """When each was said; what has no time was said with the turn before."""
    times: dict[str, datetime] = {}
    for id_ in placed:
        before = times.get(turns[id_].parent) or started or datetime.fromtimestamp(0, UTC)
        times[id_] = turns[id_].sent_at or before
    return times


def instant(value: Any) -> datetime | None:
    """A time as exports write it: seconds since 1970, or ISO 8601; without a zone it is UTC."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(text(value))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def agent(key: str, name: str, provider: str, where: str) -> Item:
    """The assistant itself; its name has the address of the service, so that it is not taken for one of one's own."""
    return Item(key, (Row("agents", key, {"name": name, "provider_name": provider}),), where)
