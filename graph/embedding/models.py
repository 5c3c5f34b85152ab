"""Models as the database knows them, and which of them a user's search goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.embedding import queries
from graph.embedding.embedders.base import Identity

_FIELDS = tuple(field.name for field in fields(Identity))


@dataclass(frozen=True, slots=True)
class Model:
    """A model with its id."""

    id: UUID
    identity: Identity

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Model":
        """From a row of `embedding_models`."""
        return cls(row["id"], Identity(**{name: row[name] for name in _FIELDS}))


async def register(connection: Connection, identity: Identity) -> Model:
    """The model with this identity, new or known."""
    values = [getattr(identity, name) for name in _FIELDS]
    return Model(await connection.fetchval(queries.REGISTER, *values), identity)


async def find(connection: Connection, id_: UUID) -> Model | None:
    """The model with this id."""
    row = await connection.fetchrow(queries.MODEL, id_)
    return Model.of(dict(row)) if row else None


async def active(connection: Connection, user: UUID) -> Model | None:
    """The model that this user's search goes by."""
    row = await connection.fetchrow(queries.ACTIVE, user)
    return Model.of(dict(row)) if row else None
