"""The one gate for texts that leave the machine: it stops what is too much one's own, and notes what goes, first."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal
from uuid import UUID

import orjson

from graph.database import Database
from graph.embedding import queries
from graph.embedding.embedders.base import is_local
from graph.errors import LifeloomError
from schema_sql.tag_rules import SENSITIVITIES

Purpose = Literal["document", "query", "extraction"]


class TextStays(LifeloomError):
    """A text of {sensitivity} sensitivity stays on this machine: {recipient} gets those up to {limit}
    (LIFELOOM_SHARE_UP_TO)."""

    code = "TEXT_STAYS"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who computes: an address ("" is this process) and the model there."""

    address: str
    model: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A text as it goes, how much it is one's own (0 to 3), and whose record it is of."""

    text: str
    sensitivity: int
    type: str | None = None
    record: UUID | None = None


class Gate:
    """`share_up_to` is the highest sensitivity that may leave."""

    def __init__(self, database: Database, share_up_to: int) -> None:
        self._database = database
        self._share_up_to = share_up_to

    def allows(self, recipient: Recipient, sensitivity: int) -> bool:
        """Whether a text may go there. To this machine itself everything may."""
        return is_local(recipient.address) or sensitivity <= self._share_up_to

    async def admit(self, user: UUID, recipient: Recipient, purpose: Purpose, texts: Sequence[Leaving]) -> None:
        """Let texts go, all or none; those that leave are written down before. Raises TextStays."""
        if is_local(recipient.address):
            return
        for each in texts:
            if not self.allows(recipient, each.sensitivity):
                raise TextStays(
                    sensitivity=SENSITIVITIES[each.sensitivity],
                    recipient=recipient.address,
                    limit=SENSITIVITIES[self._share_up_to],
                )
        async with self._database.acting_as(user) as connection:
            rows = orjson.dumps([_row(each) for each in texts], default=str)
            await connection.execute(queries.SEND, user, recipient.address, recipient.model, purpose, rows)


def _row(leaving: Leaving) -> dict[str, object]:
    content = leaving.text.encode("utf-8", errors="replace")
    return {
        "type": leaving.type,
        "record": leaving.record,
        "sensitivity": leaving.sensitivity,
        "bytes": len(content),
        "hash": sha256(content).hexdigest(),
    }
