"""The resolvers of the loader path, one for each meaning of a field."""

from typing import Any, cast
from uuid import UUID

from graphql import GraphQLResolveInfo
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.info import Info

from graph.plan.values import as_uuid, as_uuids
from resolvers.arguments import Arguments, bounds_of, source_of
from resolvers.context import Context
from resolvers.loaders import ROOT
from resolvers.making import Resolve
from resolvers.meanings import Meaning, Meanings, OneOf, PointsAt, SeveralOf
from resolvers.names import attribute


def arguments_of(info: Info[Any, Any]) -> Arguments:
    """The arguments as graphql-core coerced them: the very values that the compiler sees."""
    raw: GraphQLResolveInfo[Any] = info._raw_info
    definition = raw.parent_type.fields[raw.field_name]
    return get_argument_values(
        definition, raw.field_nodes[0], VariableValues({}, cast("dict[str, Any]", raw.variable_values))
    )


class Loading:
    """Gives each meaning its resolver."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings

    def resolver(self, meaning: Meaning) -> Resolve:
        match meaning:
            case PointsAt():
                return _Pointing(meaning).resolve
            case OneOf():
                return _One(meaning).resolve
            case SeveralOf():
                return _several
        return _Listing(self._meanings, meaning).resolve

    async def total(self, root: Any, info: Info[Any, Any]) -> int:
        """How many a connection has in all."""
        context: Context = info.context
        return await context.loaders.total(root.source, root.parent)

    async def pushed_out(self, root: Any, info: Info[Any, Any]) -> list[Any]:
        """What heat pushed out of the first page."""
        context: Context = info.context
        return await context.loaders.pushed_out(root.source, root.bounds)

    async def notices(self, root: Any, info: Info[Any, Any]) -> list[str]:
        """What could not be done."""
        context: Context = info.context
        return await context.loaders.notices(root.source)


class _Pointing:
    def __init__(self, meaning: PointsAt) -> None:
        self._meaning = meaning

    async def resolve(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = getattr(root, attribute(self._meaning.column))
        if id_ is None:
            return None
        entity = self._meaning.entity
        if entity is None:
            return await context.loaders.any.load(UUID(id_))
        record = await context.loaders.record.load((entity.record_type, UUID(id_)))
        return None if record is None or record.deleted_at else record


class _One:
    def __init__(self, meaning: OneOf) -> None:
        self._meaning = meaning

    async def resolve(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        id_ = as_uuid(arguments_of(info)["id"])
        if self._meaning.entity is None:
            return await context.loaders.any.load(id_)
        return await context.loaders.record.load((self._meaning.entity.record_type, id_))


async def _several(root: Any, info: Info[Any, Any]) -> Any:
    context: Context = info.context
    return await context.loaders.any.load_many(as_uuids(arguments_of(info)["ids"]))


class _Listing:
    def __init__(self, meanings: Meanings, meaning: Meaning) -> None:
        self._meanings = meanings
        self._meaning = meaning

    async def resolve(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        arguments = arguments_of(info)
        source = source_of(self._meanings, self._meaning, arguments)
        parent = UUID(root.id) if root is not None else ROOT
        return await context.loaders.page(source, bounds_of(arguments), parent)
