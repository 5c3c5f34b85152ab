"""The engine: an operation in, the bytes of its answer out.

A document is parsed, validated and weighed once. An operation whose fields are all in the database becomes one
statement, kept under the shape of its variables; a repetition only coerces them, runs it and splices the bytes. All
else, and whatever goes wrong, is executed by graphql-core over the loaders, which also gives errors their place.
Questions about the schema alone are answered from what was answered before.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from asyncpg.exceptions import PostgresError
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import VariableValues, get_variable_values

from graph.errors import DatabaseError, LifeloomError, ReadTooLong
from graph.heat import Access
from graph.plan.read import compile_read
from graph.plan.values import Compiled
from graph.records.refusals import explained
from graph.service import Service
from resolvers.arguments import as_slots, shape_of
from resolvers.context import Context
from resolvers.creating import Creation, compile_creation
from resolvers.introspection import Introspection, asks_schema_alone
from resolvers.limits import MAX_TOKENS, Limits
from resolvers.loaders import Loaders
from resolvers.opening import opened_ids, openings_of
from resolvers.protocol import Answer, GraphQLRequest, MutationByGet
from resolvers.schema import Built
from resolvers.selection import Declined, Planner

logger = logging.getLogger(__name__)

Opened = Callable[[UUID, Sequence[str], Access], None]

KEPT_OPERATIONS = 1000
KEPT_SHAPES = 50
_DATA = b'{"data":%b}'
_DATA_AND_PATH = b'{"data":%b,"extensions":{"lifeloom":{"path":"compiled"}}}'


class Shape(NamedTuple):
    """What is known of an operation under one shape of variables: its statement, if it has one, and what it opens."""

    statement: Compiled | Creation | None
    opens: tuple[Any, ...]


class Prepared:
    """One operation of one document: validated, weighed, and compiled for the shapes of variables seen so far."""

    __slots__ = ("asks_schema_alone", "document", "limits", "operation", "shapes", "variables")

    def __init__(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.document = document
        self.operation = operation
        self.limits = Limits(document, operation)
        self.asks_schema_alone = asks_schema_alone(document, operation)
        self.variables = operation.variable_definitions or ()
        self.shapes: OrderedDict[Any, Shape] = OrderedDict()


class Engine:
    """Executes GraphQL for the users of a service.

    `wrote` is called after each mutation, `opened` with what a query asked for by its id; neither may take time.
    `compiled=False` leaves everything to the loaders (for tests).
    """

    def __init__(
        self,
        built: Built,
        service: Service,
        *,
        compiled: bool = True,
        wrote: Callable[[], None] | None = None,
        opened: Opened | None = None,
    ) -> None:
        self._built = built
        self._schema = built.core
        self._service = service
        self._compiles = compiled
        self._wrote = wrote
        self._opened = opened
        self._introspection = Introspection(built.core)
        self._prepared: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()

    async def execute(self, request: GraphQLRequest, user: UUID, *, agent: bool = False) -> Answer:
        """The answer to one request. Raises MutationByGet; everything else that is wrong is in the answer."""
        key = (request.query, request.operation_name)
        prepared = self._prepared.get(key)
        try:
            if prepared is None:
                prepared = self._prepare(request)
            variables = self._coerced(prepared, request.variables)
            prepared.limits.check(variables)
        except _Invalid as invalid:
            return _failed(invalid.errors)
        except GraphQLError as error:
            return _failed([error])
        if request.queries_only and prepared.operation.operation is not OperationType.QUERY:
            raise MutationByGet
        if prepared.asks_schema_alone:
            known = await self._introspection.answer(key, prepared.document, request.variables or {})
            if known is not None:
                return known
        shape = self._shape(prepared, variables)
        debug = bool(request.extensions and request.extensions.get("debug"))
        data = await self._run(shape.statement, variables, user) if self._compiles else None
        if data is None:
            answer = await self._generic(request, user, agent, debug)
        else:
            answer = Answer((_DATA_AND_PATH if debug else _DATA) % data)
        if self._wrote and prepared.operation.operation is OperationType.MUTATION:
            self._wrote()
        if self._opened and shape.opens:
            self._opened(user, opened_ids(shape.opens, variables), Access.AGENT if agent else Access.OPENED)
        return answer

    # Once for each document

    def _prepare(self, request: GraphQLRequest) -> Prepared:
        try:
            document = parse(request.query, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise _Invalid([error]) from None
        except RecursionError:
            raise _Invalid([GraphQLError("The document is nested too deeply.")]) from None
        errors = validate(self._schema, document)
        if errors:
            raise _Invalid(errors)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            known = (
                "names no operation of the document"
                if request.operation_name
                else "is needed: the document has several"
            )
            raise _Invalid([GraphQLError(f"operationName {known}.")])
        prepared = Prepared(document, operation)
        self._prepared[request.query, request.operation_name] = prepared
        if len(self._prepared) > KEPT_OPERATIONS:
            self._prepared.popitem(last=False)
        return prepared

    def _coerced(self, prepared: Prepared, given: Mapping[str, Any] | None) -> dict[str, Any]:
        if not prepared.variables:
            return {}
        values = get_variable_values(self._schema, prepared.variables, dict(given or {}), max_errors=50)
        if isinstance(values, VariableValues):
            return values.coerced
        raise _Invalid(values)

    # The compiled path

    def _shape(self, prepared: Prepared, variables: dict[str, Any]) -> Shape:
        key = tuple([(name, shape_of(value)) for name, value in variables.items()])
        try:
            return prepared.shapes[key]
        except KeyError:
            shape = prepared.shapes[key] = self._compile(prepared, variables)
            if len(prepared.shapes) > KEPT_SHAPES:
                prepared.shapes.popitem(last=False)
            return shape

    async def _run(self, statement: Compiled | Creation | None, variables: dict[str, Any], user: UUID) -> bytes | None:
        """The data as JSON, or None where the loaders have to answer."""
        if statement is None:
            return None
        try:
            if isinstance(statement, Creation):
                return await statement.run(self._service, user, variables)
            return await self._service.readings.fetch(user, statement, variables)
        except (LifeloomError, PostgresError) as error:
            logger.debug("left to the loaders: %s", error, exc_info=True)
            return None

    def _compile(self, prepared: Prepared, variables: Mapping[str, Any]) -> Shape:
        slots = {name: as_slots(value, (name,)) for name, value in variables.items()}
        fragments = {d.name.value: d for d in prepared.document.definitions if isinstance(d, FragmentDefinitionNode)}
        planner = Planner(self._schema, self._built.workshop.meanings, prepared.operation, fragments, slots)
        opens = openings_of(planner)
        try:
            if prepared.operation.operation is OperationType.MUTATION:
                return Shape(compile_creation(self._built.workshop, planner), opens)
            return Shape(compile_read(self._service.catalog, planner.query()), opens)
        except (Declined, LifeloomError, GraphQLError) as reason:
            logger.debug("not compiled: %s", reason)
            return Shape(None, opens)

    # The loader path

    async def _generic(self, request: GraphQLRequest, user: UUID, agent: bool, debug: bool) -> Answer:
        loaders = Loaders(self._built.workshop, self._service.readings, user)
        context = Context(user, self._service, loaders, agent)
        result = await self._built.schema.execute(
            request.query,
            variable_values=dict(request.variables or {}),
            context_value=context,
            operation_name=request.operation_name,
        )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [_shown(error) for error in result.errors]
        if debug:
            body["extensions"] = {"lifeloom": {"path": "loaders"}}
        executed = not (
            isinstance(result, ExecutionResult) and result.data is None and _before_execution(result.errors)
        )
        return Answer(orjson.dumps(body), executed)


class _Invalid(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


def _before_execution(errors: list[GraphQLError] | None) -> bool:
    return bool(errors) and all(error.path is None for error in errors or ())


def _failed(errors: list[GraphQLError]) -> Answer:
    return Answer(orjson.dumps({"errors": [_shown(error) for error in errors]}), executed=False)


def _shown(error: GraphQLError) -> dict[str, Any]:
    """What a client may see of an error: ours with its code, what broke inside only masked and logged.

    A refusal also says, as Spring for GraphQL does, that it is of the `classification` BAD_REQUEST: tools that know no
    code of ours see that it is theirs to ask otherwise.
    """
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if isinstance(original, PostgresError):
        original = explained(original) or original
    shown: dict[str, Any] = dict(error.formatted)
    code = original.code if isinstance(original, LifeloomError) else LifeloomError.code
    if original is None:
        shown["extensions"] = {"code": "BAD_REQUEST", **shown.get("extensions", {}), "classification": "BAD_REQUEST"}
    elif _is_refusal(original):
        shown["message"] = str(original)
        shown["extensions"] = {**shown.get("extensions", {}), "code": code, "classification": "BAD_REQUEST"}
    else:
        logger.error("an error inside", exc_info=original)
        shown["message"] = "Something went wrong inside; the log of the server says what."
        shown["extensions"] = {"code": code}
    return shown


def _is_refusal(error: Exception) -> bool:
    """True where the caller can do something about it; what the database itself suffers is nobody's to read."""
    return isinstance(error, ReadTooLong) or (isinstance(error, LifeloomError) and not isinstance(error, DatabaseError))
