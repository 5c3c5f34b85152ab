"""An embedder of a few lines, quick and without a wheel: texts with the same words are near. It fails when told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

import numpy

from graph.changes.consumers import catch_up
from graph.database import Database
from graph.embedding import Embeddings
from graph.embedding.consumer import TextWatch
from graph.embedding.embedders.base import EmbedderUnavailable, EmbedderWrong, Identity, Role, Vectors, checked
from graph.embedding.filling import Filler
from graph.embedding.switch import Progress, progress
from graph.settings import Settings
from tests.graph.household import CATALOG, Household

Hook = Callable[[Sequence[str]], Awaitable[None]]


class Pretending:
    """Hashes words into dimensions. `down`: does not answer; `poison`: words of texts that it cannot do."""

    def __init__(self, provider: str = "small", dimensions: int = 64, version: str = "1", address: str = "") -> None:
        self.identity = Identity(provider, provider, version, dimensions, address)
        self.down = False
        self.poison: set[str] = set()
        self.spoil: Callable[[list[list[float]]], list[list[float]]] = lambda vectors: vectors
        self.before: Hook | None = None
        self.embedded: list[str] = []

    async def identify(self) -> Identity:
        if self.down:
            raise EmbedderUnavailable(name=self.identity.name, reason="it is down.")
        return self.identity

    async def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        await self.identify()
        if self.before is not None:
            await self.before(texts)
        if any(word in text for text in texts for word in self.poison):
            raise EmbedderWrong(name=self.identity.name, reason="it chokes.")
        self.embedded += texts
        vectors = [self._vector(text) for text in texts]
        return checked(self.identity.name, self.spoil(vectors), len(texts), self.identity.dimensions)

    async def close(self) -> None:
        await asyncio.sleep(0)

    def _vector(self, text: str) -> list[float]:
        vector = numpy.full(self.identity.dimensions, 0.01)
        for word in text.lower().split():
            vector[int.from_bytes(sha256(word.encode()).digest()[:4]) % self.identity.dimensions] += 1
        return [float(value) for value in vector]


class Pretended(Embeddings):
    """Embeddings that know these embedders by their specs."""

    def __init__(self, database: Database, *embedders: Pretending, settings: Settings | None = None) -> None:
        super().__init__(database, settings or Settings())
        self._embedders.update({embedder.identity.spec: embedder for embedder in embedders})


class Meaning:
    """What the worker and the embedder do beside a server, step by step for one house."""

    def __init__(self, house: Household, embeddings: Embeddings, usual: str = "small") -> None:
        self.house = house
        self.embeddings = embeddings
        self.filler = Filler(house.service.database, CATALOG, embeddings, usual)

    async def notice(self) -> None:
        """Let the consumer read the log to its end."""
        await catch_up(self.house.service.database, self.house.user, TextWatch(CATALOG))

    async def follow(self) -> None:
        """Embed until nothing more happens."""
        await self.notice()
        while await self.filler.round():
            pass

    async def progress(self) -> list[Progress]:
        return await progress(self.house.service.database, self.house.user)

    async def found(self, text: str, model: Pretending | None = None) -> list[str]:
        """The labels that a question finds, the nearest first, by the active model or by this one."""
        database = self.house.service.database
        if model is None:
            wanted = await self.embeddings.embed_query(self.house.user, text)
            id_, vector = wanted.model, wanted.vector  # type: ignore[union-attr]
        else:
            id_ = next(one.model.id for one in await self.progress() if one.model.identity == model.identity)
            vector = str((await model.embed([text], "query"))[0].tolist())
        sql = (
            "SELECT r.label FROM search_semantic($1, $2::text::vector, NULL, NULL, NULL, 10) s"
            " JOIN records r ON r.user_id = $3 AND r.id = s.id ORDER BY s.similarity DESC, r.label"
        )
        async with database.acting_as(self.house.user) as connection:
            return [row[0] for row in await connection.fetch(sql, id_, vector, self.house.user)]
