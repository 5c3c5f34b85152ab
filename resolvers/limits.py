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
    ListValueNode,
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

Size = tuple[int | str, ...]
"""What the size of one page is taken from: numbers, or names of variables; the largest counts."""

Chain = tuple[Size, ...]
"""The sizes of nested pages."""


class Limits:
    """The limits of one operation. Raises GraphQLError on making when its text alone is too much."""

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._fields = 0
        self._chains = list(self._walk(operation.selection_set, (), 1, (), False))

    def check(self, variables: Mapping[str, Any]) -> None:
        """Raises GraphQLError when the pages multiply to more than MAX_ROWS records."""
        total = sum(_product(chain, variables) for chain in self._chains)
        if total > MAX_ROWS:
            raise _too_much(f"asks for up to {total} records at once, at most {MAX_ROWS} are served")

    def _walk(
        self, selections: SelectionSetNode, sizes: Chain, depth: int, inside: tuple[str, ...], sized: bool
    ) -> Iterator[Chain]:
        """`inside` are the fragments on the way here; `sized` says that the field around says the size of its page."""
        if depth > MAX_DEPTH:
            raise _too_much(f"is nested deeper than {MAX_DEPTH} levels")
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in self._fragments and name not in inside:
                    yield from self._walk(self._fragments[name].selection_set, sizes, depth, (*inside, name), sized)
                continue
            below, says = sizes, sized
            if isinstance(node, FieldNode):
                self._count()
                size = _size(node)
                says = bool(size)
                if not size and not sized and node.name.value in ("edges", "nodes"):
                    size = (DEFAULT_PAGE,)
                if size:
                    below = (*sizes, size)
                    yield below
            inside_it = getattr(node, "selection_set", None)
            if inside_it:
                yield from self._walk(inside_it, below, depth + isinstance(node, FieldNode), inside, says)

    def _count(self) -> None:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise _too_much(f"selects more than {MAX_FIELDS} fields, fragments and aliases counted each time")


def _size(node: FieldNode) -> Size:
    """How many a field itself says to want; empty where it does not say."""
    size: list[int | str] = []
    for argument in node.arguments or ():
        value = argument.value
        if argument.name.value not in ("first", "last", "ids"):
            continue
        if isinstance(value, VariableNode):
            size.append(value.name.value)
        elif isinstance(value, IntValueNode):
            size.append(int(value.value))
        elif isinstance(value, ListValueNode):
            size.append(len(value.values))
    return tuple(size)


def _product(chain: Chain, variables: Mapping[str, Any]) -> int:
    product = 1
    for size in chain:
        product *= max(1, *(_number(variables.get(one) if isinstance(one, str) else one) for one in size))
    return product


def _number(value: Any) -> int:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else DEFAULT_PAGE


def _too_much(reason: str) -> GraphQLError:
    return GraphQLError(f"The operation {reason}.", extensions={"code": "TOO_MUCH"})
