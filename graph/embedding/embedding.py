"""The vector of a question, and the one way by which texts reach an embedder."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from graph.database import Database
from graph.embedding import models
from graph.embedding.chunks import Chunk
from graph.embedding.embedders import complete, load_embedder
from graph.embedding.embedders.base import (
    LONGEST,
    Embedder,
    EmbedderUnavailable,
    EmbedderWrong,
    Identity,
    Role,
    Vectors,
    as_text,
)
from graph.embedding.gate import Gate, Leaving, Recipient, TextStays
from graph.embedding.models import Model
from graph.embedding.sources import Source
from graph.settings import Settings

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a question waits for its vector."""

REST = 5.0
"""Seconds during which a broken embedder is not asked again by questions."""

REMEMBERED = 1000
"""Questions whose vectors are kept."""

QUESTION = 1
"""How much a question is one's own: normal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question means to a model: its vector, as pgvector reads it, and how much the model's word counts."""

    model: UUID
    vector: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why a question has no vector now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a record's text on its way to an embedder."""

    source: Source
    chunk: Chunk


class Embeddings:
    """Embedders are loaded when first needed, and closed with this."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.gate = Gate(database, settings.share_up_to)
        self._database = database
        self._settings = settings
        self._embedders: dict[str, Embedder] = {}
        self._known: OrderedDict[tuple[UUID, UUID, str], str] = OrderedDict()
        self._broken: dict[UUID, tuple[float, str]] = {}

    async def embed_query(self, user: UUID, text: str) -> Wanted | Unavailable:
        """The vector of a question for this user's model, within two seconds, or the reason why there is none."""
        asked = " ".join(text[: LONGEST["query"]].replace("\0", " ").split())
        if not asked:
            return Unavailable("There is nothing to look for.")
        async with self._database.acting_as(user) as connection:
            model = await models.active(connection, user)
        if model is None:
            return Unavailable("No text has been embedded yet.")
        known = self._recall((user, model.id, asked))
        if known is None:
            since, reason = self._broken.get(model.id, (0.0, ""))
            if reason and monotonic() < since + REST:
                return Unavailable(reason)
            return await self._ask(user, model, asked)
        return Wanted(model.id, known, model.identity.weight)

    async def embed(self, user: UUID, model: Model, pieces: Sequence[Piece]) -> Vectors:
        """The vectors of pieces of records. Raises EmbedderUnavailable, EmbedderWrong and TextStays."""
        leaving = [
            Leaving(each.chunk.embedded, each.source.sensitivity, each.source.type, each.source.record)
            for each in pieces
        ]
        return await self._embed(user, model, "document", leaving)

    def may_leave(self, model: Model, sensitivity: int) -> bool:
        """Whether texts of this sensitivity may go to the model's embedder."""
        return self.gate.allows(_recipient(model.identity), sensitivity)

    async def identify(self, spec: str) -> Identity:
        """Who an embedder is. Raises BadArgument, EmbedderUnavailable and EmbedderWrong."""
        return await self._embedder(spec).identify()

    async def close(self) -> None:
        """Let go of the embedders."""
        embedders, self._embedders = self._embedders, {}
        for embedder in embedders.values():
            await embedder.close()

    async def _ask(self, user: UUID, model: Model, asked: str) -> Wanted | Unavailable:
        try:
            async with asyncio.timeout(PATIENCE):
                vectors = await self._embed(user, model, "query", [Leaving(asked, QUESTION)])
        except TextStays as error:
            return Unavailable(str(error))
        except (EmbedderUnavailable, EmbedderWrong, TimeoutError) as error:
            reason = str(error) or f"The embedder {model.identity.spec} takes more than {PATIENCE:.0f} seconds."
            logger.warning("searching by words alone: %s", reason)
            self._broken[model.id] = (monotonic(), reason)
            return Unavailable(reason)
        vector = as_text(vectors[0])
        self._remember((user, model.id, asked), vector)
        return Wanted(model.id, vector, model.identity.weight)

    async def _embed(self, user: UUID, model: Model, role: Role, texts: Sequence[Leaving]) -> Vectors:
        embedder = self._embedder(model.identity.spec)
        if await embedder.identify() != model.identity:
            reason = "it is not the one any more that made the vectors; switch to it anew (`lifeloom embed switch`)."
            raise EmbedderUnavailable(name=model.identity.spec, reason=reason)
        await self.gate.admit(user, _recipient(model.identity), role, texts)
        return await embedder.embed([each.text for each in texts], role)

    def _embedder(self, spec: str) -> Embedder:
        """A server is asked only where the settings name it: they alone decide where texts and the key may go."""
        full = complete(spec)
        if "@" in full and full not in map(complete, self._settings.embedders):
            raise EmbedderUnavailable(name=full, reason="LIFELOOM_EMBEDDER does not name it.")
        if full not in self._embedders:
            self._embedders[full] = load_embedder(full, self._settings)
        return self._embedders[full]

    def _recall(self, key: tuple[UUID, UUID, str]) -> str | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def _remember(self, key: tuple[UUID, UUID, str], vector: str) -> None:
        self._known[key] = vector
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _recipient(identity: Identity) -> Recipient:
    return Recipient(identity.address, identity.name)
