"""What hangs on a message of Telegram's export: the signs that were put below it, and the call that it tells of."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.importers.json_stream import mapping, sequence, text
from graph.importers.keys import shortened
from graph.importers.talk.telegram_outline import moment, sender

_UNNAMED = "(File"
"""How a path begins in whose place Telegram says why the file is not there."""
_MOST = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Reaction:
    """One sign: of a member (its handle), or of `count` people who are not named."""

    key: str
    handle: str
    count: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call: who called (its handle), for how long, whether it was taken, where that is known, and how it ended."""

    caller: str
    duration_s: int | None
    answered: bool | None
    reason: str


def reactions(message: dict[str, Any], members: Collection[str]) -> list[Reaction]:
    """The signs below a message: of each those who are named, then as one how many more gave it."""
    named: dict[tuple[str, str], Reaction] = {}
    counts: Counter[str] = Counter()
    for entry in map(mapping, sequence(message.get("reactions"))):
        key, count = _key(entry), entry.get("count")
        if not key:
            continue
        for one in map(mapping, sequence(entry.get("recent"))):
            handle, _ = sender(one)
            if handle in members:
                named.setdefault((key, handle), Reaction(key, handle, None, _reacted(one, message)))
        counts[key] += count if isinstance(count, int) else 0
    by_key = Counter(key for key, _ in named)
    unnamed = ((key, min(count - by_key[key], _MOST)) for key, count in counts.items())
    return [*named.values(), *(Reaction(key, "", count, None) for key, count in unnamed if count > 0)]


def _key(entry: Mapping[str, Any]) -> str:
    document = text(entry.get("document_id"))
    named = "" if document.startswith(_UNNAMED) else document
    return shortened(text(entry.get("emoji")) or named or text(entry.get("type")))


def _reacted(one: dict[str, Any], message: dict[str, Any]) -> datetime | None:
    """When somebody reacted; the clock that is meant is as far from UTC as that of the message, which is told twice."""
    at, zoned = moment(one, "date")
    sent, known = moment(message, "date")
    clock, _ = moment({"date": message.get("date")}, "date")
    if at is None or zoned or sent is None or not known or clock is None:
        return at
    try:
        return at - (clock - sent)
    except OverflowError:
        return None


def call(message: dict[str, Any]) -> Call | None:
    """The call between two that a message tells of. Calls of whole groups have nobody who is called."""
    if message.get("action") != "phone_call":
        return None
    duration, reason = message.get("duration_seconds"), text(message.get("discard_reason"))
    talked = duration if isinstance(duration, int) and 0 < duration <= _MOST else None
    caller, _ = sender(message)
    return Call(caller, talked, True if talked else False if reason else None, reason)
