"""Records with vectors in a world, made by the service's own role."""

from collections.abc import Sequence
from uuid import UUID

import numpy

from graph.embedding.embedders.base import Vectors, as_text
from tests.world import World

_MODEL = "SELECT register_model('use', $1, 'v', '', $2, '', '', 0.5)"
_NOTES = """
INSERT INTO notes (id, title, content, created_at)
SELECT x.id, x.text, x.text, now() - x.n * interval '1 hour' FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY x(id, text, n)
"""
_KEEP = """
INSERT INTO embeddings (model_id, record_id, chunk_no, content_sha256, embedding, text)
SELECT $1, x.id, x.no, '\\x00', x.vector::vector, x.text
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[]) x(id, no, vector, text)
"""


def model_of(world: World, user: UUID, name: str, dimensions: int, state: str = "active") -> UUID:
    """A model that the user's search goes by, or another."""
    model: UUID = world.as_service(user, _MODEL, name, dimensions)[0][0]
    world.as_service(user, "INSERT INTO user_models (model_id, state) VALUES ($1, $2)", model, state)
    return model


def notes_of(world: World, user: UUID, texts: Sequence[str], ids: Sequence[UUID]) -> None:
    """A note for each text, the first one the newest."""
    world.as_service(user, _NOTES, list(ids), list(texts))


def keep(
    world: World, user: UUID, model: UUID, ids: Sequence[UUID], vectors: Vectors, chunks: Sequence[int] = ()
) -> None:
    """Vectors of records."""
    numbers = list(chunks) or [0] * len(ids)
    texts = [f"piece {number} <of> a & b" for number in numbers]
    world.as_service(user, _KEEP, model, list(ids), numbers, [as_text(vector) for vector in vectors], texts)


def unit(values: Sequence[Sequence[float]]) -> Vectors:
    """Rows of length one."""
    rows = numpy.asarray(values, dtype=numpy.float32)
    lengths = numpy.linalg.norm(rows, axis=1, keepdims=True)
    return numpy.asarray(rows / lengths, dtype=numpy.float32)
