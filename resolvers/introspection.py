"""What is asked about the schema alone: executed once for each question, then kept as bytes, plain and compressed.

The answer depends on the document and its variables and on nothing else, least of all on who asks.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)

from resolvers.protocol import Answer

KEPT_BYTES = 32 << 20
"""The most that the kept answers take together; GraphiQL's question to 147 tables takes 4 MB of it."""

_OF_THE_SCHEMA = frozenset(("__schema", "__type"))


def asks_schema_alone(document: DocumentNode, operation: OperationDefinitionNode) -> bool:
    """True of a query whose root fields are all __schema and __type (or __typename beside them)."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    names = frozenset(_root_fields(operation.selection_set, fragments))
    of_query = operation.operation is OperationType.QUERY
    return of_query and bool(names & _OF_THE_SCHEMA) and names <= _OF_THE_SCHEMA | {"__typename"}


def _root_fields(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, FragmentSpreadNode):
            yield from _root_fields(fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments)


class Introspection:
    """The answers given so far, the longest unused forgotten first."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._size = 0

    async def answer(self, question: tuple[str, str | None], document: DocumentNode, variables: Any) -> Answer | None:
        """The answer to a valid document, or None where it fails after all; `question` is its text and operation."""
        key = orjson.dumps((question, variables), option=orjson.OPT_SORT_KEYS)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        answer = await asyncio.to_thread(self._execute, document, question[1], variables)
        if answer is not None and key not in self._kept:
            self._keep(key, answer)
        return answer

    def _execute(self, document: DocumentNode, name: str | None, variables: Mapping[str, Any]) -> Answer | None:
        result = execute_sync(self._schema, document, operation_name=name, variable_values=dict(variables))
        if not isinstance(result, ExecutionResult) or result.errors:
            return None
        body = orjson.dumps({"data": result.data})
        return Answer(body, gzipped=gzip.compress(body, 6, mtime=0))

    def _keep(self, key: bytes, answer: Answer) -> None:
        self._kept[key] = answer
        self._size += _size(key, answer)
        while self._size > KEPT_BYTES:
            self._size -= _size(*self._kept.popitem(last=False))


def _size(key: bytes, answer: Answer) -> int:
    return len(key) + len(answer.body) + len(answer.gzipped or b"")
