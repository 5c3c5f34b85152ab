"""Questions to a schema: hypothesis strategies for queries that are valid by construction, over all of its types.

The first choice is the plainest everywhere (no argument, no fragment, `id`), so that a failing question shrinks to its cause.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

Pool = Mapping[str, list[Any]]
"""Values of each scalar, by its name."""

_NOT_ASKED = {
    "viewer",
    "recordTypes",
    "suggestions",
    "embeddingModels",
    "embeddingProgress",
    "parkedTexts",
    "outbound",
    "duplicates",
    "merges",
    "heatOf",
}
_DEPTH = 3
_FIELDS = 14
"""How many fields with fields of their own a question has at most, or a few more."""


@dataclass
class Question:
    """A document, its variables, and the variables that take a cursor: each with the key of the list it belongs to."""

    text: str
    variables: dict[str, Any]
    cursors: dict[str, str] = field(default_factory=dict)


class _Asking:
    """Makes one question; everything random comes from `draw`."""

    def __init__(self, schema: GraphQLSchema, pool: Pool, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._schema = schema
        self._pool = pool
        self._draw = draw
        self._definitions: list[str] = []
        self._fragments: list[tuple[str, str, str]] = []
        self._names = 0
        self._left = _FIELDS
        self.variables: dict[str, Any] = {}
        self.cursors: dict[str, str] = {}

    def question(self) -> Question:
        root = self._schema.query_type
        assert root is not None
        fields = [self._field(name, root.fields[name], _DEPTH) for name in self._roots(root)]
        definitions = f"({', '.join(self._definitions)})" if self._definitions else ""
        fragments = "".join(f"\nfragment {name} on {type_} {text}" for name, type_, text in self._fragments)
        return Question(f"query Q{definitions} {{ {' '.join(fields)} }}{fragments}", self.variables, self.cursors)

    def _roots(self, root: GraphQLObjectType) -> list[str]:
        general = ["node", "nodes", "search", "timeline", "changes"]
        typed = [name for name in root.fields if name not in general and name not in _NOT_ASKED]
        one = st.one_of(st.sampled_from(typed), st.sampled_from(general))
        return list(self._draw(st.lists(one, min_size=1, max_size=2)))

    def _maybe(self, chance: int = 3) -> bool:
        """True once in so many times; False is the plain choice."""
        return bool(self._draw(st.integers(0, chance - 1)) == chance - 1)

    def _name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}{self._names}"

    # Selections

    def _selection(self, type_: Any, depth: int, *, aliased: bool = False) -> str:
        parts = [*self._leaves(type_, aliased), *self._branches(type_, depth)]
        parts += self._fragments_on(type_, depth)
        return f"{{ {' '.join(parts)} }}"

    def _leaves(self, type_: Any, aliased: bool) -> list[str]:
        names = [name for name, one in type_.fields.items() if is_leaf_type(get_named_type(one.type)) and not one.args]
        chosen = self._draw(st.lists(st.sampled_from([*names, "__typename"]), min_size=1, max_size=3))
        if type_.name.endswith("Connection"):
            chosen.append("totalCount")
        return [
            (f"{self._name('l')}: " if aliased or self._maybe(6) else "") + name + self._directive() for name in chosen
        ]

    def _branches(self, type_: Any, depth: int) -> list[str]:
        names = [name for name, one in type_.fields.items() if not is_leaf_type(get_named_type(one.type))]
        if not names or self._left <= 0:
            return []
        if type_.name.endswith(("Connection", "Edge")):
            chosen = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=2))
        else:
            chosen = self._draw(st.lists(st.sampled_from(names), max_size=2)) if depth > 0 else []
            depth -= 1
        return [self._field(name, type_.fields[name], depth) for name in chosen]

    def _field(self, name: str, one: GraphQLField, depth: int) -> str:
        self._left -= 1
        key = self._name("f")
        arguments = self._arguments(one, key)
        return f"{key}: {name}{arguments}{self._directive()} {self._selection(get_named_type(one.type), depth)}"

    def _directive(self) -> str:
        if not self._maybe(12):
            return ""
        word, value = self._draw(
            st.sampled_from([("include", True), ("skip", False), ("include", False), ("skip", True)])
        )
        return f" @{word}(if: {self._given('Boolean!', value) if self._maybe(2) else json.dumps(value)})"

    def _fragments_on(self, type_: Any, depth: int) -> list[str]:
        found = []
        most = 2 if isinstance(type_, GraphQLInterfaceType) else self._maybe(3)
        for _ in range(self._draw(st.integers(0, most if self._left > 0 else 0))):
            inside = self._condition(type_)
            known = [name for name, on, _ in self._fragments if on == inside.name]
            if known and self._maybe(3):
                found.append(f"...{self._draw(st.sampled_from(known))}")
                continue
            text = self._selection(inside, depth, aliased=inside is not type_)
            if self._maybe(2):
                name = self._name("F")
                self._fragments.append((name, inside.name, text))
                found.append(f"...{name}{self._directive()}")
            elif inside is type_ and self._maybe(2):
                found.append(f"...{self._directive()} {text}")
            else:
                found.append(f"... on {inside.name}{self._directive()} {text}")
        return found

    def _condition(self, type_: Any) -> Any:
        if isinstance(type_, GraphQLInterfaceType):
            objects = list(self._schema.get_implementations(type_).objects)
            return self._draw(st.sampled_from([type_, *objects]))
        return self._draw(st.sampled_from([type_, *type_.interfaces]))

    # Arguments

    def _arguments(self, one: GraphQLField, key: str) -> str:
        given = []
        sizes = self._draw(st.sampled_from([("first",), (), ("last",)] if "first" in one.args else [()]))
        for name, argument in one.args.items():
            if name in ("first", "last"):
                if name in sizes:
                    given.append(f"{name}: {self._value(argument.type, name)}")
            elif name in ("after", "before"):
                if self._maybe(4) and (name == "before") == (sizes == ("last",)):
                    variable = self._name("c")
                    self._definitions.append(f"${variable}: String")
                    self.cursors[variable] = key
                    given.append(f"{name}: ${variable}")
            elif is_required_argument(argument) or self._maybe(2):
                given.append(f"{name}: {self._value(argument.type, name)}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, type_: Any, name: str, depth: int = 1) -> str:
        """A literal, or a variable in its place."""
        if self._maybe(3):
            value = self._plain(type_, name, depth)
            if not isinstance(type_, GraphQLNonNull) and self._maybe(5):
                return self._given(str(type_), value, omitted=True)
            return self._given(str(type_), value)
        return self._literal(type_, name, depth)

    def _given(self, type_: str, value: Any, *, omitted: bool = False) -> str:
        variable = self._name("v")
        self._definitions.append(f"${variable}: {type_}")
        if not omitted:
            self.variables[variable] = value
        return f"${variable}"

    def _literal(self, type_: Any, name: str, depth: int) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._literal(type_.of_type, name, depth)
        if isinstance(type_, GraphQLList):
            if self._maybe(8):
                return self._literal(type_.of_type, name, depth)
            return (
                f"[{', '.join(self._value(type_.of_type, name, depth) for _ in range(self._draw(st.integers(0, 3))))}]"
            )
        if isinstance(type_, GraphQLInputObjectType):
            return f"{{{', '.join(f'{field}: {self._value(type_.fields[field].type, field, depth - 1)}' for field in self._keys(type_, depth))}}}"
        return _printed(self._plain(type_, name, depth), isinstance(type_, GraphQLEnumType))

    def _plain(self, type_: Any, name: str, depth: int) -> Any:
        """A value as variables have it."""
        if isinstance(type_, GraphQLNonNull):
            return self._plain(type_.of_type, name, depth)
        if isinstance(type_, GraphQLList):
            return [self._plain(type_.of_type, name, depth) for _ in range(self._draw(st.integers(0, 3)))]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                field: self._plain(type_.fields[field].type, field, depth - 1) for field in self._keys(type_, depth)
            }
        if isinstance(type_, GraphQLEnumType):
            return self._draw(st.sampled_from(list(type_.values)))
        if name in ("first", "last"):
            return self._draw(st.sampled_from([2, 1, 0, 3, 5]))
        return self._draw(st.sampled_from(self._pool[type_.name]))

    def _keys(self, type_: GraphQLInputObjectType, depth: int) -> list[str]:
        deep = {name for name, one in type_.fields.items() if get_named_type(one.type).name.endswith("Filter")}
        of_table = "and" in type_.fields
        names = [name for name in type_.fields if name not in ("and", "or", "not") and (name not in deep or of_table)]
        if of_table and depth <= 0:  # a filter within filters: only conditions on columns
            names = [name for name in names if "and" not in get_named_type(type_.fields[name].type).fields]
        elif of_table:
            names += ["not", "or", "and"]
        return list(self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))


def _printed(value: Any, enum: bool) -> str:
    return str(value) if enum else json.dumps(value)


@st.composite
def questions(draw: Any, schema: GraphQLSchema, pool: Pool) -> Question:
    """Queries over all types of a schema."""
    return _Asking(schema, pool, draw).question()
