"""Making Strawberry types from the Catalog: one workshop for each schema, so that names collide loudly.

The definitions that Strawberry's decorators would read from classes are made here directly, and equal annotations are
one: it takes a quarter of the decorators' time. The classes are empty: a row becomes an instance by its
dictionary, and an input stays the dictionary that graphql-core coerced.
"""

import inspect
import itertools
import sys
import types
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import InputContext, StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info
from strawberry.types.lazy_type import LazyType

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

Resolve = Callable[[Any, Info[Any, Any]], Awaitable[Any]]
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
        return LazyType(name, self._module.__name__)

    def made(self, name: str) -> type:
        """The class of a type that was made."""
        return getattr(self._module, name)  # type: ignore[no-any-return]

    def _keep(self, name: str, made: type) -> type:
        if hasattr(self._module, name):
            raise ValueError(f"two types would be called {name}: give one of the tables another @type")
        setattr(self._module, name, made)
        return made

    def object(
        self,
        name: str,
        fields: Mapping[str, tuple[Any, StrawberryField]],
        *,
        bases: tuple[type, ...] = (),
        interface: bool = False,
        description: str | None = None,
    ) -> type:
        """An object type. `fields` maps an attribute to its type (None: the field has one) and its field.

        It has the fields of its bases, which are interfaces, first.
        """
        made = types.new_class(name, bases, exec_body=lambda body: body.update(__module__=self._module.__name__))
        above = [base.__strawberry_definition__ for base in made.__mro__[1:-1]]  # type: ignore[attr-defined]
        own = {field.graphql_name: _named(field, key, hint, made) for key, (hint, field) in fields.items()}
        inherited = {field.graphql_name: field for base in reversed(above) for field in base.fields}
        definition = _definition(made, name, [*(inherited | own).values()], description)
        definition.interfaces, definition.is_interface = above, interface
        self.object_types.append(self._keep(name, made))
        return made

    def input(self, name: str, fields: Sequence[Argument], description: str = "") -> type:
        """An input type. What has a default may be left out."""
        made = types.new_class(name, exec_body=lambda body: body.update(__module__=self._module.__name__))
        own = []
        for number, argument in enumerate(fields):
            hint = argument.type if argument.default is REQUIRED else Optional[argument.type]
            own.append(_named(value_field(argument.name, argument.description), f"f{number}", hint, made))
        definition = _definition(made, name, own, description)
        definition.is_input, definition.from_input = True, _as_it_came
        return self._keep(name, made)

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


def value_field(name: str, description: str = "") -> StrawberryField:
    """A field whose value stands on the row itself."""
    return StrawberryField(graphql_name=name, description=description or None)


class _Resolved(StrawberryField):
    """A field whose value is resolved, from arguments that the resolver reads itself."""

    is_basic_field = False
    is_async = True

    def __init__(self, name: str, returns: Any, resolve: Resolve, description: str) -> None:
        super().__init__(graphql_name=name, type_annotation=_annotation(returns), description=description or None)
        self._resolve = resolve

    def get_result(self, source: Any, info: Info[Any, Any] | None, args: list[Any], kwargs: Any) -> Awaitable[Any]:
        assert info is not None
        return self._resolve(source, info)


def resolved_field(
    name: str, returns: Any, resolve: Resolve, arguments: Sequence[Argument] = (), description: str = ""
) -> StrawberryField:
    """A field with arguments, which `resolve` reads from `info`."""
    field = _Resolved(name, returns, resolve, description)
    field.arguments = [_argument(argument) for argument in arguments]
    return field


@lru_cache(maxsize=4096)
def _annotation(hint: Any) -> StrawberryAnnotation:
    return StrawberryAnnotation(hint)


@lru_cache(maxsize=4096)
def _argument(argument: Argument) -> StrawberryArgument:
    may_be_left_out = argument.default is None
    return StrawberryArgument(
        python_name=argument.name,
        graphql_name=argument.name,
        type_annotation=_annotation(Optional[argument.type] if may_be_left_out else argument.type),
        description=argument.description or None,
        default=strawberry.UNSET if may_be_left_out else argument.default,
    )


def _named(field: StrawberryField, key: str, hint: Any, origin: type) -> StrawberryField:
    field.python_name, field.origin = key, origin
    if hint is not None:
        field.type_annotation = _annotation(hint)
    return field


def _definition(
    made: type, name: str, fields: list[StrawberryField], description: str | None
) -> StrawberryObjectDefinition:
    """The definition of a type, tied to its class."""
    definition = StrawberryObjectDefinition(
        name=name,
        is_input=False,
        is_interface=False,
        origin=made,
        description=description or None,
        interfaces=[],
        extend=False,
        directives=(),
        is_type_of=None,
        resolve_type=None,
        fields=fields,
    )
    made.__strawberry_definition__ = definition  # type: ignore[attr-defined]
    return definition


def _as_it_came(made: type, value: Mapping[str, Any], context: InputContext) -> Mapping[str, Any]:
    """No resolver looks at what Strawberry would make of an input."""
    return value
