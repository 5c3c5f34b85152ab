"""The life that searches are measured in: notes and tasks in words as frequent as words are, each with a vector."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import numpy
from numpy.typing import NDArray
from pgvector.asyncpg import register_vector

from graph.database import Connection
from graph.embedding.embedders.base import Identity, Role, Vectors

DIMENSIONS = 384
IDENTITY = Identity("use", "made up for the bench", "1", DIMENSIONS)
VOCABULARY, LENGTH = 60_000, 40
_TOPICS, _RANK, _NOISE = 3_000, 64, 0.5
_BATCH = 20_000
_SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ter",
    "na",
    "su",
    "vel",
    "dor",
    "be",
    "ri",
    "en",
    "po",
    "gra",
    "shi",
    "um",
    "tal",
    "ox",
)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_VECTOR_COLUMNS = ["user_id", "model_id", "record_id", "chunk_no", "content_sha256", "embedding", "text"]


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary in which the n-th word is n times rarer than the first (Zipf)."""

    words: list[str]
    weights: list[float]
    random: random.Random

    @classmethod
    def make(cls, seed: int) -> "Words":
        chance = random.Random(seed)
        made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))): None for _ in range(VOCABULARY * 2)}
        words = list(made)[:VOCABULARY]
        return cls(words, list(accumulate(1 / (rank + 5) for rank in range(len(words)))), chance)

    def text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=length))

    def asked(self, first: int, last: int, count: int) -> str:
        """Words of these ranks, and a space behind them: the last one is no beginning."""
        return " ".join(self.random.sample(self.words[first:last], count)) + " "


class Meanings:
    """Vectors with structure, as real ones have: topics in fewer dimensions, and noise around them."""

    def __init__(self, seed: int) -> None:
        self._random = numpy.random.default_rng(seed)
        basis = self._random.normal(size=(_RANK, DIMENSIONS))
        self._topics = self._random.normal(size=(_TOPICS, _RANK)) @ basis

    def some(self, count: int) -> Vectors:
        """Vectors of length one about topics of which a few are frequent."""
        chosen = self._topics[(self._random.random(count) ** 2 * _TOPICS).astype(int)]
        noise = self._random.normal(size=(count, DIMENSIONS)) * _NOISE * numpy.sqrt(_RANK)
        vectors: NDArray[numpy.float64] = chosen + noise
        return (vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)).astype(numpy.float32)


class Guessing:
    """Stands in for an embedder: a question means any topic, and takes no time."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings

    async def identify(self) -> Identity:
        return IDENTITY

    async def embed(self, texts: list[str], role: Role) -> Vectors:
        return self._meanings.some(len(texts))

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Filled:
    """A user with records, and the vectors of those in the same order."""

    user: UUID
    model: UUID
    ids: list[UUID]
    types: list[str]
    vectors: Vectors


async def fill(owner: Connection, user: UUID, count: int, words: Words, meanings: Meanings) -> Filled:
    """Four notes for every task, all embedded, a tenth of them opened at some time."""
    ids = [UUID(int=words.random.getrandbits(128), version=4) for _ in range(count)]
    tasks = {id_ for number, id_ in enumerate(ids) if number % 5 == 4}
    for table, title, text, some in (
        ("notes", "title", "content", [id_ for id_ in ids if id_ not in tasks]),
        ("tasks", "summary", "description", [id_ for id_ in ids if id_ in tasks]),
    ):
        for first in range(0, len(some), _BATCH):
            rows = [
                (user, id_, _moment(words), words.text(4), words.text(LENGTH)) for id_ in some[first : first + _BATCH]
            ]
            columns = ["user_id", "id", "created_at", title, text]
            await owner.copy_records_to_table(table, columns=columns, records=rows)
    vectors = meanings.some(count)
    model = await _embedded(owner, user, ids, vectors)
    await owner.execute(
        "INSERT INTO record_heat (user_id, id, type, level, half_life)"
        " SELECT user_id, id, type, heat_days(now()) * ln(2) / 30 - random() * 5, 30 FROM records"
        " WHERE user_id = $1 AND id::text > 'e6' ON CONFLICT DO NOTHING", user
    )  # fmt: skip
    return Filled(user, model, ids, ["task" if id_ in tasks else "note" for id_ in ids], vectors)


def _moment(words: Words) -> datetime:
    return _START + timedelta(seconds=words.random.randrange(6 * 365 * 86400))


async def _embedded(owner: Connection, user: UUID, ids: list[UUID], vectors: Vectors) -> UUID:
    await register_vector(owner)
    await owner.execute(
        "INSERT INTO embedding_models (provider, name, version, dimensions) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        IDENTITY.provider, IDENTITY.name, IDENTITY.version, DIMENSIONS,
    )  # fmt: skip
    model: UUID = await owner.fetchval("SELECT id FROM embedding_models WHERE name = $1", IDENTITY.name)
    await owner.execute("INSERT INTO user_models (user_id, model_id, state) VALUES ($1, $2, 'active')", user, model)
    for first in range(0, len(ids), _BATCH):
        some = zip(ids[first : first + _BATCH], vectors[first : first + _BATCH], strict=True)
        rows = [(user, model, id_, 0, b"", vector, "") for id_, vector in some]
        await owner.copy_records_to_table("embeddings", columns=_VECTOR_COLUMNS, records=rows)
    return model
