"""The loader path: what the compiler declines is gathered level by level, each level in one statement a table.

Rows come as JSON from the same expressions that the compiler uses, so both paths give the same values.
"""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from strawberry.dataloader import DataLoader

from graph.plan.nodes import (
    Bounds,
    ColumnValue,
    CursorValue,
    Field,
    Items,
    Notices,
    Page,
    PageInfo,
    PushedOut,
    RecordValue,
    Rows,
    SourceValue,
    TotalCount,
)
from graph.plan.read import compile_batch, compile_rows
from graph.plan.sources import Links, Source, Table
from graph.plan.values import Compiled
from graph.search.readings import Readings
from resolvers.inputs import visible
from resolvers.making import Workshop
from resolvers.names import attribute, pascal, type_name
from schema_sql.catalog import Catalog, Entity

ROOT = UUID(int=0)
"""The parent of lists that have none."""

_INFO = PageInfo(tuple((name, name) for name in ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")))


def row_fields(entity: Entity) -> tuple[Field, ...]:
    """All that may be shown of a record, under the attributes of its Python class."""
    columns = ((attribute(column.name), ColumnValue(column.name, column)) for column in visible(entity))
    of_any = (("label", "label"), ("record_type", "type"), ("heat", "heat")) if entity.kind == "entity" else ()
    return (*columns, *((name, RecordValue(value)) for name, value in of_any))


def _fields_of(source: Source) -> tuple[Field, ...]:
    if isinstance(source, Table):
        return row_fields(source.entity)
    own = tuple((name, SourceValue(name)) for name in source.values)
    to = (("to_id", SourceValue("record_id")), ("to_type", SourceValue("record_type")))
    return (*own, *to) if source.gives_records else own


@lru_cache(maxsize=512)
def _row_statement(catalog: "_Same", entity: "_Same") -> Compiled:
    return compile_rows(catalog.value, entity.value.name, row_fields(entity.value))


class _Same:
    """Compares by identity, to key a cache by a Catalog or an Entity."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


class Loaders:
    """The loaders of one request."""

    def __init__(self, workshop: Workshop, readings: Readings, user: UUID) -> None:
        self._workshop = workshop
        self._readings = readings
        self._user = user
        self._catalog: Catalog = workshop.catalog
        self._pages: dict[tuple[Source, Bounds], DataLoader[UUID, Any]] = {}
        self._totals: dict[Source, DataLoader[UUID, int]] = {}
        self.record: DataLoader[tuple[str, UUID], Any] = DataLoader(self._load_records)
        self.any: DataLoader[UUID, Any] = DataLoader(self._load_any)

    async def _fetch(self, statement: Compiled, variables: Mapping[str, Any]) -> Any:
        return orjson.loads(await self._readings.fetch(self._user, statement, variables) or b"null")

    # Records: the generic (type, id) loader

    async def _load_records(self, keys: list[tuple[str, UUID]]) -> list[Any]:
        by_type: dict[str, list[UUID]] = {}
        for type_, id_ in keys:
            by_type.setdefault(type_, []).append(id_)
        found: dict[tuple[str, UUID], Any] = {}
        for type_, ids in by_type.items():
            entity = self._catalog.by_type[type_]
            statement = _row_statement(_Same(self._catalog), _Same(entity))
            for start in range(0, len(ids), 1000):
                for row in await self._fetch(statement, {"ids": ids[start : start + 1000]}):
                    found[type_, UUID(row["id"])] = self.instance(type_name(entity), row)
        return [found.get(key) for key in keys]

    async def _load_any(self, ids: list[UUID]) -> list[Any]:
        fields = tuple((name, SourceValue(name)) for name in ("id", "type"))
        statement = compile_rows(self._catalog, "records", fields)
        types = {UUID(row["id"]): row["type"] for row in await self._fetch(statement, {"ids": ids})}
        keys = [(types[id_], id_) for id_ in ids if id_ in types]
        found = dict(zip(keys, await self.record.load_many(keys), strict=True))
        return [found.get((types[id_], id_)) if id_ in types else None for id_ in ids]

    def instance(self, name: str, row: Mapping[str, Any]) -> Any:
        """An object of a type from a row of JSON, its enums as their members."""
        made: Any = self._workshop.made(name)
        one = made.__new__(made)
        one.__dict__.update(row)
        for key, enum in self._enums(name).items():
            one.__dict__[key] = _member(enum, row.get(key))
        return one

    def _enums(self, name: str) -> Mapping[str, type[Enum]]:
        entity = self._workshop.meanings.rows.get(name)
        made = self._workshop.made
        if entity is None:
            return {"direction": made("LinkDirection"), "kind": made("LinkKind")} if name == "LinkEdge" else {}
        enums = {
            attribute(column.name): made(pascal(column.element))
            for column in visible(entity)
            if column.element in self._catalog.enums
        }
        return {**enums, "record_type": made("RecordType")} if entity.kind == "entity" else enums

    def forget(self) -> None:
        """Forget what was read: something was written."""
        self.record.clear_all()
        self.any.clear_all()
        self._pages.clear()
        self._totals.clear()

    async def edge(self, id_: UUID) -> Any:
        """An edge by its own id, seen from its source."""
        own = tuple((name, SourceValue(name)) for name in Links.columns)
        to = (("to_id", SourceValue("target_id")), ("to_type", SourceValue("target_type")))
        statement = compile_rows(self._catalog, "entity_links", (*own, *to, ("cursor", CursorValue())), Links().order)
        (row,) = await self._fetch(statement, {"ids": [id_]})
        edge = self.instance("LinkEdge", {**row, "direction": "OUT"})
        edge.node = await self.record.load((row["to_type"], UUID(row["to_id"])))
        return edge

    # Lists

    async def page(self, source: Source, bounds: Bounds, parent: UUID) -> Any:
        """The part of a list under a parent, as its connection's instance."""
        loader = self._pages.get((source, bounds))
        if loader is None:
            loader = self._pages[source, bounds] = DataLoader(_Batch(self, source, bounds).load)
        return await self._connection(source, bounds, parent, await loader.load(parent))

    async def total(self, source: Source, parent: UUID) -> int:
        loader = self._totals.get(source)
        if loader is None:
            loader = self._totals[source] = DataLoader(_Total(self, source).load)
        return await loader.load(parent)

    async def batch(self, page: Page, parents: list[UUID]) -> list[Any]:
        pairs = await self._fetch(compile_batch(self._catalog, page), {"parents": parents})
        parts = {UUID(parent): part for parent, part in pairs}
        return [parts[parent] for parent in parents]

    async def pushed_out(self, source: Source, bounds: Bounds) -> list[Any]:
        """The edges that would stand on the first page of a ranked list if heat counted nothing."""
        rows = PushedOut(Rows((*_fields_of(source), ("cursor", CursorValue()))))
        (part,) = await self.batch(Page(source, bounds, (("rows", rows),)), [ROOT])
        return [await self._edge(source, row) for row in part["rows"]]

    async def notices(self, source: Source) -> list[str]:
        """What could not be done for a ranked list."""
        (part,) = await self.batch(Page(source, Bounds(first=0), (("notices", Notices()),)), [ROOT])
        told: list[str] = part["notices"]
        return told

    async def _edge(self, source: Source, row: Mapping[str, Any]) -> Any:
        edge = self.instance(_connection_names(source)[1], row)
        edge.node = await self._node(source, row)
        if source.kind == "Search":
            edge.explanation = self.instance("SearchExplanation", row)
        return edge

    async def _connection(self, source: Source, bounds: Bounds, parent: UUID, part: Mapping[str, Any]) -> Any:
        edges = [await self._edge(source, row) for row in part["rows"]]
        info = self.instance("PageInfo", {_snake(key): value for key, value in part["info"].items()})
        nodes = [edge.node for edge in edges]
        values = {
            "edges": edges,
            "nodes": nodes,
            "page_info": info,
            "source": source,
            "bounds": bounds,
            "parent": parent,
        }
        return self.instance(_connection_names(source)[0], values)

    async def _node(self, source: Source, row: Mapping[str, Any]) -> Any:
        if isinstance(source, Table):
            return self.instance(type_name(source.entity), row)
        if not source.gives_records:
            return self.instance(source.kind, row)
        return await self.record.load((row["to_type"].lower(), UUID(row["to_id"])))


class _Batch:
    """Loads one list for many parents at once."""

    def __init__(self, loaders: Loaders, source: Source, bounds: Bounds) -> None:
        self._loaders = loaders
        rows = Rows((*_fields_of(source), ("cursor", CursorValue())))
        self._page = Page(source, bounds, (("rows", Items(rows)), ("info", _INFO)))

    async def load(self, parents: list[UUID]) -> list[Any]:
        return await self._loaders.batch(self._page, parents)


class _Total:
    """Counts one list for many parents at once."""

    def __init__(self, loaders: Loaders, source: Source) -> None:
        self._loaders = loaders
        self._page = Page(source, Bounds(first=0), (("total", TotalCount()),))

    async def load(self, parents: list[UUID]) -> list[int]:
        return [part["total"] for part in await self._loaders.batch(self._page, parents)]


def _connection_names(source: Source) -> tuple[str, str]:
    name = type_name(source.entity) if isinstance(source, Table) else source.kind
    return f"{name}Connection", f"{name}Edge"


def _member(enum: type[Enum], value: Any) -> Any:
    if isinstance(value, list):
        return [_member(enum, one) for one in value]
    return None if value is None else enum[value]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
