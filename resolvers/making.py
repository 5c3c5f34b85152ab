"""Making Strawberry types from the Catalog: one workshop for each schema, so that names collide loudly."""

import inspect
import itertools
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Optional

import strawberry
from strawberry.types.info import Info

from graph.plan.columns import base_type
from resolvers.meanings import Meanings
from resolvers.names import pascal
from resolvers.scalars import scalar_of
from schema_sql.catalog import Catalog, Column
from schema_sql.catalog import Enum as SqlEnum
from schema_sql.naming import enum_value

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field: its GraphQL type as Strawberry reads it, and its default (`REQUIRED` for none)."""

    name: str
    type: Any
    default: Any = None
    description: str = ""


REQUIRED = inspect.Parameter.empty

Resolve = Callable[[Any, Info[Any, Any]], Any]
"""A resolver of the loader path. It reads its arguments as graphql-core coerced them, as the compiler does."""


class Workshop:
    """Makes the types of one schema and keeps them by name.

    Types refer to each other lazily through a module of the workshop's own.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.meanings = Meanings(catalog)
        self._module = types.ModuleType(f"lifeloom_schema_{next(_numbers)}")
        sys.modules[self._module.__name__] = self._module
        self.object_types: list[type] = []
        for enum in catalog.enums.values():
            self.sql_enum(enum)

    def ref(self, name: str) -> Any:
        """A type by its name, made already or not."""
        return Annotated[name, strawberry.lazy(self._module.__name__)]

    def made(self, name: str) -> type:
        """The class of a type that was made."""
        return getattr(self._module, name)  # type: ignore[no-any-return]

    def _keep(self, name: str, made: type) -> type:
        if hasattr(self._module, name):
            raise ValueError(f"two types would be called {name}: give one of the tables another @type")
        setattr(self._module, name, made)
        return made

    def object(
        self, name: str, fields: Mapping[str, tuple[Any, Any]], *, bases: tuple[type, ...] = (), **options: Any
    ) -> type:
        """An object type. `fields` maps an attribute to its annotation (None: the resolver has one) and its field."""
        namespace = {
            "__module__": self._module.__name__,
            "__annotations__": {key: hint for key, (hint, _) in fields.items() if hint is not None},
            **{key: value for key, (_, value) in fields.items()},
        }
        plain = types.new_class(name, bases, exec_body=lambda body: body.update(namespace))
        decorate = strawberry.interface if options.pop("interface", False) else strawberry.type
        made = self._keep(name, decorate(plain, name=name, **options))
        self.object_types.append(made)
        return made

    def input(self, name: str, fields: Sequence[Argument], description: str = "") -> type:
        """An input type. What has a default may be left out."""
        namespace: dict[str, Any] = {"__module__": self._module.__name__, "__annotations__": {}}
        for number, argument in enumerate(fields):
            key = f"f{number}"
            optional = argument.default is not REQUIRED
            namespace["__annotations__"][key] = Optional[argument.type] if optional else argument.type
            default = {"default": strawberry.UNSET} if optional else {}
            namespace[key] = strawberry.field(name=argument.name, description=argument.description or None, **default)
        plain = types.new_class(name, (), exec_body=lambda body: body.update(namespace))
        return self._keep(name, strawberry.input(plain, name=name, description=description or None))

    def enum(self, name: str, values: Mapping[str, str], description: str = "") -> Any:
        members: Any = Enum(name, dict(values))  # type: ignore[misc]
        return self._keep(name, strawberry.enum(members, name=name, description=description or None))

    def sql_enum(self, enum: SqlEnum) -> Any:
        values = {enum_value(label): label for label in enum.labels}
        return self.enum(pascal(enum.name), values, enum.comment)

    def element_type(self, column: Column) -> Any:
        """The GraphQL type of one value of a column."""
        element = base_type(column.element)
        return self.ref(pascal(element)) if element in self.catalog.enums else scalar_of(element)

    def column_type(self, column: Column) -> Any:
        """The GraphQL type of a column, nullable where it may be null: a float may be NaN, which JSON does not have."""
        element = self.element_type(column)
        one = Optional[element] if element is float else element
        whole = list[one] if column.is_array else one  # type: ignore[valid-type]
        return Optional[whole] if column.nullable else whole


def value_field(name: str, description: str = "") -> Any:
    """A field whose value stands on the row itself."""
    return strawberry.field(name=name, description=description or None)


def resolved_field(
    name: str, returns: Any, resolve: Resolve, arguments: Sequence[Argument] = (), description: str = ""
) -> Any:
    """A field with arguments. Its signature is for the schema; `resolve` reads the arguments from `info`."""

    async def resolver(root, info: Info, **_: Any):  # type: ignore[no-untyped-def]
        return await resolve(root, info)

    parameter = inspect.Parameter
    given = [
        parameter(
            f"a{number}",
            parameter.KEYWORD_ONLY,
            default=strawberry.UNSET if argument.default is None else argument.default,
            annotation=Annotated[
                argument.type if argument.default not in (None, strawberry.UNSET) else Optional[argument.type],
                strawberry.argument(name=argument.name, description=argument.description or None),
            ],
        )
        for number, argument in enumerate(arguments)
    ]
    info = parameter("info", parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
    root = parameter("root", parameter.POSITIONAL_OR_KEYWORD)
    resolver.__signature__ = inspect.Signature([root, info, *given], return_annotation=returns)  # type: ignore[attr-defined]
    resolver.__annotations__ = {"return": returns, "info": Info, **{p.name: p.annotation for p in given}}
    return strawberry.field(resolver=resolver, name=name, description=description or None)
