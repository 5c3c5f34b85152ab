"""Runs compiled readings. Where one searches, what its text means is found out before."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from graph.database import Database
from graph.embedding import Embeddings, Unavailable
from graph.plan.values import Compiled

Meaning = Callable[[UUID, str], Awaitable[Mapping[str, Any]]]
"""What a text means to a user's search: `model`, `vector` and `weight`, and `notices` of what could not be done."""

_NOTHING: Mapping[str, Any] = {}


class Readings:
    """The one door for statements of `graph.plan.read`."""

    def __init__(self, database: Database, meaning: Meaning) -> None:
        self._database = database
        self._meaning = meaning

    async def fetch(self, user: UUID, statement: Compiled, variables: Mapping[str, Any] = _NOTHING) -> bytes | None:
        """The JSON text of a reading. Raises `BadArgument` and what `Database.fetch_text` raises."""
        if not statement.means:
            return await self._database.fetch_text(user, statement.sql, user, *statement.arguments(variables))
        meanings = {text: await self._meaning(user, text) for text in statement.texts(variables)}
        return await self._database.fetch_text(user, statement.sql, user, *statement.arguments(variables, meanings))


def meaning_by(embedding: Embeddings) -> Meaning:
    """What embedders say a text means. One that is down fails no search: the words answer, and a notice says so."""

    async def meaning(user: UUID, text: str) -> Mapping[str, Any]:
        if not text.strip():
            return {"notices": []}
        found = await embedding.embed_query(user, text)
        if isinstance(found, Unavailable):
            return {"notices": [f"Found by words only. {found.reason}"]}
        return {"model": found.model, "vector": found.vector, "weight": found.weight, "notices": []}

    return meaning
