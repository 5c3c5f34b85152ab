"""A labelled set as the life of a user: its records in a fresh database, embedded, and asked through GraphQL."""

import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy

from graph.database import Database
from graph.embedding.embedders import load_embedder
from graph.embedding.embedding import Embeddings, Wanted
from graph.embedding.filling import Filler
from graph.heat.heat import Heat
from graph.service import compose
from graph.settings import Settings
from resolvers.execution import Engine
from resolvers.protocol import GraphQLRequest
from resolvers.schema import build_schema
from schema_sql.catalog import Catalog, Entity
from schema_sql.migrate import declared
from tests.bench.house import inhabit, started
from tests.quality.beir import LabelledSet, Record
from tests.quality.remembering import remember
from tests.quality.textbook import Vectors

DEPTH = 50
_SEARCH = """query ($query: String!, $mode: SearchMode!, $heat: Float!, $first: Int!) {
  search(query: $query, mode: $mode, heatWeight: $heat, first: $first) { notices edges { node { id } } } }"""
_EQUAL = "SELECT id FROM search_lexical($1, NULL, NULL, NULL, 0, $2)"
_VECTORS = "SELECT record_id, embedding::text FROM embeddings WHERE user_id = $1 ORDER BY record_id, chunk_no"
_REQUIRED = {"bookmark": {"url": "https://example.org/{id}"}}
"""What a type wants besides title, text and time."""

_MOMENTS = {"event": "start_date", "task": "due_date"}
"""The columns of a day where the type's own time is computed of them."""


@dataclass
class Home:
    """Where one lives whose records are those of the set."""

    database: Database
    engine: Engine
    embeddings: Embeddings
    user: UUID
    names: Mapping[UUID, str]

    async def search(self, query: str, mode: str, heat: float = 0.0) -> list[str]:
        """What `search` answers, best first."""
        variables = {"query": query, "mode": mode, "heat": heat, "first": DEPTH}
        answer = await self.engine.execute(GraphQLRequest(_SEARCH, variables), self.user)
        body = json.loads(answer.body)
        assert "errors" not in body, (query, body["errors"])
        assert not body["data"]["search"]["notices"], body["data"]["search"]["notices"]
        return [self.names[UUID(edge["node"]["id"])] for edge in body["data"]["search"]["edges"]]

    async def lexical(self, query: str) -> list[str]:
        """What the words find where titles weigh no more than bodies."""
        async with self.database.acting_as(self.user) as connection:
            return [self.names[row[0]] for row in await connection.fetch(_EQUAL, query, DEPTH)]

    async def wanted(self, query: str) -> Vectors:
        """The vector of a question."""
        answer = await self.embeddings.embed_query(self.user, query)
        assert isinstance(answer, Wanted), answer
        return numpy.array(json.loads(answer.vector), numpy.float32)

    async def vectors(self) -> tuple[list[str], Vectors]:
        """All vectors of the user, each with the record that it is of."""
        async with self.database.owner() as owner:
            rows = await owner.fetch(_VECTORS, self.user)
        return [self.names[row[0]] for row in rows], numpy.array([json.loads(row[1]) for row in rows], numpy.float32)

    async def warm(self) -> None:
        """Open every tenth record, whatever it says: heat that knows nothing of the questions."""
        heat = Heat(self.database)
        heat.opened(self.user, [id_ for id_ in self.names if id_.int % 10 == 0])
        await heat.close()


@contextlib.asynccontextmanager
async def moved_in(labelled: LabelledSet, embedder: str, vectors: Path) -> AsyncIterator[Home]:
    """A new house with the records of the set, gone at the end. `vectors` keeps what the embedder computed."""
    catalog, settings = declared(None), Settings(data_dir=vectors)
    with started() as server:
        async with Database.open(server.owner_dsn, server.service_dsn, 4) as database:
            user = await inhabit(database)
            service = compose(settings, catalog, database)
            names = {uuid5(NAMESPACE_OID, record.id): record.id for record in labelled.records}
            async with database.owner() as owner:
                for entity, records in _by_type(catalog, labelled.records):
                    columns, rows = _rows(entity, records, user)
                    await owner.copy_records_to_table(entity.name, columns=columns, records=rows)
                await owner.execute("ANALYZE")
            home = Home(database, Engine(build_schema(catalog), service), service.embedding, user, names)
            try:
                await _settle(home, catalog, embedder, vectors)
                yield home
            finally:
                await service.embedding.close()


async def _settle(home: Home, catalog: Catalog, embedder: str, vectors: Path) -> None:
    """What happens beside a server: words are counted, texts embedded."""
    async with home.database.acting_as(home.user) as connection:
        await connection.execute("SELECT count_terms()")
    if embedder != "none":
        asked = load_embedder(embedder, Settings(data_dir=vectors))
        models = remember(asked, vectors)
        spec = (await asked.identify()).spec
        home.embeddings._embedders |= {spec: asked, embedder: asked}
        filler = Filler(home.database, catalog, home.embeddings, embedder)
        while await filler.round():
            pass
        for model in models:
            model.keep()


def _by_type(catalog: Catalog, records: Sequence[Record]) -> list[tuple[Entity, list[Record]]]:
    entities = {entity.record_type: entity for entity in catalog.records}
    types = sorted({record.type for record in records})
    return [(entities[type_], [record for record in records if record.type == type_]) for type_ in types]


def _rows(entity: Entity, records: Sequence[Record], user: UUID) -> tuple[list[str], list[tuple[object, ...]]]:
    """The columns of a type that take id, title, text and day; a type without a title has it in its text."""
    title, texts, moment = entity.tagged("title"), entity.tagged("text"), _moment(entity)
    text = next(name for name in ("content", "description", "note", "summary") if name in texts)
    required = _REQUIRED.get(entity.record_type, {})
    columns = ["user_id", "id", *title[:1], text, *([moment] if moment else []), *required]
    return columns, [
        (
            user,
            uuid5(NAMESPACE_OID, one.id),
            *([one.title] if title else []),
            one.text if title or not one.title else f"{one.title}\n\n{one.text}",
            *([_as(entity, moment, one.day)] if moment else []),
            *(value.format(id=one.id) for value in required.values()),
        )
        for one in records
    ]


def _moment(entity: Entity) -> str | None:
    return _MOMENTS.get(entity.record_type, entity.tags.get("time"))


def _as(entity: Entity, column: str, day: date | None) -> Any:
    day = day or date(2020, 1, 1)
    if entity.by_name[column].type == "date":
        return day
    return datetime.combine(day, time(12), UTC)
