"""How much one operation may ask for, judged from its text once and from its variables each time."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from resolvers.arguments import DEFAULT_PAGE

MAX_TOKENS = 20_000
MAX_DEPTH = 40
MAX_FIELDS = 5_000
MAX_ROWS = 250_000
"""The most records that the pages of one operation may multiply to."""

Chain = tuple[int | str, ...]
"""The sizes of nested pages: numbers, or names of variables."""


class Limits:
    """The limits of one operation. Raises GraphQLError on making when its text alone is too much."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._fields = 0
        self._chains = set(self._walk(operation.selection_set, (), 1, ()))

    def check(self, variables: Mapping[str, Any]) -> None:
        """Raises GraphQLError when the pages multiply to more than MAX_ROWS records."""
        total = sum(_product(chain, variables) for chain in self._chains)
        if total > MAX_ROWS:
            raise _too_much(f"asks for up to {total} records at once, at most {MAX_ROWS} are served")

    def _walk(self, selections: SelectionSetNode, sizes: Chain, depth: int, inside: tuple[str, ...]) -> Iterator[Chain]:
        if depth > MAX_DEPTH:
            raise _too_much(f"is nested deeper than {MAX_DEPTH} levels")
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in self._fragments and name not in inside:
                    yield from self._walk(self._fragments[name].selection_set, sizes, depth, (*inside, name))
                continue
            below = sizes
            if isinstance(node, FieldNode):
                self._count()
                size = _size(node)
                if size is not None:
                    below = (*sizes, size)
                    yield below
            inside_it = getattr(node, "selection_set", None)
            if inside_it:
                yield from self._walk(inside_it, below, depth + isinstance(node, FieldNode), inside)

    def _count(self) -> None:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise _too_much(f"selects more than {MAX_FIELDS} fields, fragments and aliases counted each time")


def _size(node: FieldNode) -> int | str | None:
    """The size of the page that a field asks for; None where it is no list."""
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, VariableNode):
                return argument.value.name.value
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
    pages = node.selection_set and any(
        isinstance(inner, FieldNode) and inner.name.value in ("edges", "nodes") for inner in node.selection_set.selections
    )
    return DEFAULT_PAGE if pages else None


def _product(chain: Chain, variables: Mapping[str, Any]) -> int:
    product = 1
    for size in chain:
        number = variables.get(size, DEFAULT_PAGE) if isinstance(size, str) else size
        product *= max(1, number) if isinstance(number, int) else DEFAULT_PAGE
    return product


def _too_much(reason: str) -> GraphQLError:
    return GraphQLError(f"The operation {reason}.", extensions={"code": "TOO_MUCH"})
