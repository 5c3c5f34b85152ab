"""The roots of writing. Every mutation answers with the record it wrote, so that a client need not ask again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from graph.errors import BadArgument
from graph.plan.values import as_uuid
from resolvers.context import Context
from resolvers.duplicates import duplicate_mutations
from resolvers.embedding import embedding_changes
from resolvers.heat import heat_mutations
from resolvers.loading import arguments_of
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field
from resolvers.meanings import Creates, Meanings
from resolvers.names import camel, many, one, pascal, type_name
from resolvers.scalars import JSON, DateTime
from resolvers.suggestions import suggestion_decisions
from schema_sql.catalog import Entity

_BY_ID = Argument("id", strawberry.ID, REQUIRED)


def make_mutation(workshop: Workshop) -> type:
    """The root of all mutations."""
    fields: dict[str, tuple[Any, Any]] = {}
    for entity in workshop.catalog.records:
        if not entity.managed:
            fields |= _of_type(workshop, entity)
    fields |= _of_any(workshop)
    fields |= suggestion_decisions(workshop)
    fields |= embedding_changes(workshop)
    fields |= heat_mutations(workshop)
    fields |= duplicate_mutations(workshop)
    return workshop.object("Mutation", fields)


def _of_type(workshop: Workshop, entity: Entity) -> dict[str, tuple[Any, Any]]:
    ref, name, meanings = workshop.ref, type_name(entity), workshop.meanings
    write = _Writing(meanings, entity)
    create, update = (
        Argument("input", ref(f"Create{name}Input"), REQUIRED),
        Argument("input", ref(f"Update{name}Input"), REQUIRED),
    )
    inputs = Argument("inputs", list[ref(f"Create{name}Input")], REQUIRED)  # type: ignore[misc]
    guard = Argument("ifUpdatedAt", DateTime, None, "Refuse when it changed since this moment.")
    meanings.learn("Mutation", f"create{name}", Creates(entity))
    several = f"create{pascal(_plural(entity))}"
    made = [
        (f"create{name}", ref(name), write.create, [create], f"Create a {name}."),
        (several, list[ref(name)], write.create_many, [inputs], "Create many in one change set."),  # type: ignore[misc]
        (f"update{name}", ref(name), write.update, [_BY_ID, update, guard], "Change what is given, leave the rest."),
        (f"delete{name}", ref(name), write.delete, [_BY_ID], "Delete it and what it owns; it can be restored."),
        (f"restore{name}", ref(name), write.restore, [_BY_ID], "Bring it back, with what went with it."),
    ]
    if entity.natural_key:
        key = workshop.input(f"{name}Key", [
            Argument(camel(column), workshop.element_type(entity.by_name[column]), REQUIRED)
            for column in entity.natural_key
        ], f"What a {name} is known by.")  # fmt: skip
        meanings.inputs[f"{name}Key"] = {camel(column): column for column in entity.natural_key}
        arguments = [Argument("key", key, REQUIRED), update]
        made.append(
            (f"upsert{name}", ref(name), write.upsert, arguments, "Create it, or change the one with this key.")
        )
    return {f"do_{field}": (None, resolved_field(field, *rest)) for field, *rest in made}


def _plural(entity: Entity) -> str:
    plural = many(entity)
    return f"{plural}_batch" if plural == one(entity) else plural[:1].upper() + plural[1:]


def _of_any(workshop: Workshop) -> dict[str, tuple[Any, Any]]:
    ref, write = workshop.ref, _Any(workshop)
    link = [
        Argument("source", strawberry.ID, REQUIRED), Argument("target", strawberry.ID, REQUIRED),
        Argument("relation", str, REQUIRED, "In capitals: LINKS_TO, WORKS_FOR, or a word of your own."),
        Argument("weight", float, 1.0), Argument("confidence", float, 1.0), Argument("properties", JSON),
    ]  # fmt: skip
    made = [
        ("delete", ref("Record"), write.delete, [_BY_ID], "Delete a record of any type; it can be restored."),
        ("restore", ref("Record"), write.restore, [_BY_ID], "Bring a deleted record back."),
        ("purge", strawberry.ID, write.purge, [_BY_ID], "Remove a record for good, from the log too."),
        ("link", ref("LinkEdge"), write.link, link, "Tie two records; the same edge again changes it."),
        ("unlink", strawberry.ID, write.unlink, [_BY_ID], "Untie an edge by its id."),
    ]
    return {f"do_{field}": (None, resolved_field(field, *rest)) for field, *rest in made}


def values_of(meanings: Meanings, type_: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """An input with the columns' own names."""
    behind = meanings.inputs[type_]
    return {behind[name]: _plain(value) for name, value in given.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one_) for one_ in value]
    return value.value if hasattr(value, "value") and not isinstance(value, dict) else value


class _Writing:
    """The mutations of one type."""

    def __init__(self, meanings: Meanings, entity: Entity) -> None:
        self._meanings = meanings
        self._entity = entity
        self._name = type_name(entity)

    async def _answer(self, context: Context, id_: UUID) -> Any:
        context.loaders.forget()
        return await context.loaders.record.load((self._entity.record_type, id_))

    def _given(self, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        return values_of(self._meanings, f"{kind}{self._name}Input", given)

    async def create(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        row = self._given("Create", arguments_of(info)["input"])
        (id_,) = await context.service.records.create(context.user, self._entity, [row])
        return await self._answer(context, id_)

    async def create_many(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        rows = [self._given("Create", row) for row in arguments_of(info)["inputs"]]
        ids = await context.service.records.create(context.user, self._entity, rows)
        context.loaders.forget()
        return await context.loaders.record.load_many([(self._entity.record_type, id_) for id_ in ids])

    async def update(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        arguments = arguments_of(info)
        values = self._given("Update", arguments["input"])
        id_ = await context.service.records.update(
            context.user, self._entity, as_uuid(arguments["id"]), values, if_updated_at=arguments.get("ifUpdatedAt")
        )
        return await self._answer(context, id_)

    async def upsert(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        arguments = arguments_of(info)
        key = values_of(self._meanings, f"{self._name}Key", arguments["key"])
        values = self._given("Update", arguments["input"])
        return await self._answer(
            context, await context.service.records.upsert(context.user, self._entity, key, values)
        )

    async def delete(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = as_uuid(arguments_of(info)["id"])
        return await self._answer(context, await context.service.records.delete(context.user, id_, self._entity))

    async def restore(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = as_uuid(arguments_of(info)["id"])
        return await self._answer(context, await context.service.records.restore(context.user, id_, self._entity))


class _Any:
    """The mutations of records of any type."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def delete(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = await context.service.records.delete(context.user, as_uuid(arguments_of(info)["id"]))
        context.loaders.forget()
        return await context.loaders.any.load(id_)

    async def restore(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = await context.service.records.restore(context.user, as_uuid(arguments_of(info)["id"]))
        context.loaders.forget()
        return await context.loaders.any.load(id_)

    async def purge(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return str(await context.service.records.purge(context.user, as_uuid(arguments_of(info)["id"])))

    async def link(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        given = arguments_of(info)
        source, target = as_uuid(given["source"]), as_uuid(given["target"])
        if not given["relation"].isupper():
            raise BadArgument("a relation is written in capitals, such as WORKS_FOR")
        id_ = await context.service.links.link(
            context.user, source, target, given["relation"], {"properties": None, **given}
        )
        context.loaders.forget()
        return await context.loaders.edge(id_)

    async def unlink(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return str(await context.service.links.unlink(context.user, as_uuid(arguments_of(info)["id"])))
