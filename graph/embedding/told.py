"""What was written down for people: what a model has not taken in and why, and every text that left the machine."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.database import Database
from graph.errors import BadArgument, BadCursor
from graph.plan.values import PAGE_LIMIT

_ALL_PARKED = """
SELECT p.record_id, m.name AS model, p.reason, p.withheld, p.parked_at AS at, p.record_id AS id
FROM parked_texts p JOIN embedding_models m ON m.id = p.model_id
JOIN user_models u ON u.user_id = $1 AND u.model_id = m.id WHERE p.user_id = $1 AND u.state <> 'retired'
UNION ALL
SELECT q.record_id, split_part(q.reader, ' ', 1), q.problem, q.withheld, q.due_at, q.ticket
FROM reading_queue q JOIN records r ON r.user_id = $1 AND r.id = q.record_id AND r.deleted_at IS NULL
WHERE q.user_id = $1 AND q.reader <> '' AND q.problem IS NOT NULL
"""
_PARKED = f"""
SELECT * FROM ({_ALL_PARKED}) p WHERE (p.at, p.id) < ($2::text::timestamptz, $3::uuid)
ORDER BY p.at DESC, p.id DESC LIMIT $4
"""
_PARKED_IN_ALL = f"SELECT count(*) FROM ({_ALL_PARKED}) p"
_OUTBOUND = """
SELECT o.id, o.sent_at AS at, o.recipient, o.model, o.purpose, o.record_type, o.record_id, o.sensitivity, o.bytes,
       encode(o.sha256, 'hex') AS sha256
FROM outbound_texts o WHERE o.user_id = $1 AND (o.sent_at, o.id) < ($2::text::timestamptz, $3::uuid)
ORDER BY o.sent_at DESC, o.id DESC LIMIT $4
"""
_OUTBOUND_IN_ALL = "SELECT count(*) FROM outbound_texts WHERE user_id = $1"

_END = ("infinity", UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the latest first, with a cursor each."""

    rows: Sequence[Mapping[str, Any]]
    has_next: bool
    total: int

    @property
    def cursors(self) -> list[str]:
        return [_cursor(row["at"], row["id"]) for row in self.rows]


async def parked(database: Database, user: UUID, first: int, after: str | None) -> Page:
    """Records without vectors of a model in use, or not read for names, and why. Raises BadArgument and BadCursor."""
    return await _page(database, user, (_PARKED, _PARKED_IN_ALL), first, after)


async def outbound(database: Database, user: UUID, first: int, after: str | None) -> Page:
    """Every text that was given to another machine. Raises BadArgument and BadCursor."""
    return await _page(database, user, (_OUTBOUND, _OUTBOUND_IN_ALL), first, after)


async def _page(database: Database, user: UUID, sql: tuple[str, str], first: int, after: str | None) -> Page:
    if not 0 <= first <= PAGE_LIMIT:
        raise BadArgument(f"first lies between 0 and {PAGE_LIMIT}")
    at, id_ = _END if after is None else _place(after)
    async with database.acting_as(user) as connection:
        rows = await connection.fetch(sql[0], user, at, id_, first + 1)
        total = await connection.fetchval(sql[1], user)
    return Page([dict(row) for row in rows[:first]], len(rows) > first, total)


def _cursor(at: datetime, id_: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {id_}".encode()).decode()


def _place(cursor: str) -> tuple[str, UUID]:
    try:
        at, _, id_ = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return datetime.fromisoformat(at).isoformat(), UUID(id_)
    except ValueError:
        raise BadCursor from None
