"""The GraphQL schema of a Catalog. Built without a database, so that `lifeloom schema` prints it anywhere."""

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from resolvers.inputs import make_inputs
from resolvers.loading import Loading
from resolvers.making import Workshop
from resolvers.mutation import make_mutation
from resolvers.query import make_query
from resolvers.scalars import SCALARS
from resolvers.types import Types
from schema_sql.catalog import Catalog


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The engine tells errors from refusals, and logs the former only: refusals repeat what a person wrote."""


@dataclass(frozen=True, slots=True)
class Built:
    """A schema with its workshop. `core` is graphql-core's side of it."""

    schema: strawberry.Schema
    workshop: Workshop

    @property
    def core(self) -> GraphQLSchema:
        return self.schema._schema

    @property
    def sdl(self) -> str:
        return self.schema.as_str()


def build_schema(catalog: Catalog) -> Built:
    """All types of a Catalog and their roots. Raises ValueError where two tables would share a name."""
    with _uncollected():
        return _build(catalog)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Hardly anything that is made here becomes garbage, and looking for it takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _build(catalog: Catalog) -> Built:
    workshop = Workshop(catalog)
    loading = Loading(workshop.meanings)
    types = Types(workshop, loading)
    types.make()
    make_inputs(workshop)
    query = make_query(workshop, types, loading)
    mutation = make_mutation(workshop)
    config = StrawberryConfig(auto_camel_case=False, scalar_map=SCALARS)
    caches = [ParserCache, ValidationCache]
    schema = _Schema(query=query, mutation=mutation, types=workshop.object_types, config=config, extensions=caches)
    return Built(schema, workshop)
