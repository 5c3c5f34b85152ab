"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): from bytes to a request, and back.

Pure but for reading the body: who may ask is `auth`, what the answer is, the engine behind `Engine`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl
from uuid import UUID

import orjson

from graph.errors import LifeloomError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Headers = Mapping[bytes, bytes]

JSON = b"application/json"
RESPONSE_JSON = b"application/graphql-response+json"
HTML = b"text/html"
ANSWERS = frozenset((JSON, RESPONSE_JSON))
ANSWERS_OR_PAGE = ANSWERS | {HTML}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to execute. `queries_only`: it came by GET, so a mutation is refused with MutationByGet."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    extensions: Mapping[str, Any] | None = None
    queries_only: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole JSON of a response; `executed` is False when parsing, validation or the variables failed.

    `gzipped` is the same body in gzip, where it is kept ready.
    """

    body: bytes
    executed: bool = True
    gzipped: bytes | None = None


class Engine(Protocol):
    """Whatever executes GraphQL. Errors that a client should see are in the answer; what it raises is masked."""

    async def execute(self, request: GraphQLRequest, user: UUID, *, agent: bool = False) -> Answer: ...


class Refused(LifeloomError):
    """The request is refused."""

    code = "BAD_REQUEST"
    status: ClassVar[int] = 400
    headers: ClassVar[tuple[tuple[bytes, bytes], ...]] = ()


class BadJSON(Refused):
    """The {part} is not JSON: {reason}."""

    code = "BAD_JSON"


class BadParameter(Refused):
    """The parameter "{name}" must be {expected}."""

    code = "BAD_PARAMETER"


class BatchRefused(Refused):
    """Batches are not served: send one operation per request (several fields may share one operation)."""

    code = "BATCH_NOT_SUPPORTED"


class BadQueryString(Refused):
    """The query string is not URL-encoded UTF-8 with each parameter once."""

    code = "BAD_QUERY_STRING"


class BodyTooLarge(Refused):
    """The body is larger than {limit} bytes."""

    code = "BODY_TOO_LARGE"
    status = 413


class MediaTypeUnknown(Refused):
    """The body of a POST must be application/json in UTF-8, and its content-type must say so."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    headers = ((b"accept-post", JSON),)


class MethodRefused(Refused):
    """GraphQL is asked by POST, or by GET for queries."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    headers = ((b"allow", b"GET, POST"),)


class MutationByGet(Refused):
    """Only queries are executed by GET: send this operation by POST."""

    code = "MUTATION_BY_GET"
    status = 405
    headers = ((b"allow", b"POST"),)


class NothingAcceptable(Refused):
    """The answer can be application/graphql-response+json or application/json, and the accept header wants neither."""

    code = "NOT_ACCEPTABLE"
    status = 406


class ClientGone(Exception):
    """The client left before its request was whole; there is nobody to answer."""


@lru_cache(maxsize=128)
def negotiate(accept: bytes, offers: frozenset[bytes] = ANSWERS) -> bytes:
    """Which of the offers answers an accept header, empty when there is none. Raises NothingAcceptable.

    The highest quality wins, then the order of the header; a wildcard means application/json.
    """
    best, chosen = 0.0, b""
    for wanted in accept.split(b",") if accept.strip() else [b"*/*"]:
        kind, quality = _range(wanted)
        if quality > best:
            kind = JSON if kind in (b"*/*", b"application/*") else kind
            best, chosen = (quality, kind) if kind in offers else (best, chosen)
    if not chosen:
        raise NothingAcceptable
    return chosen


def _range(wanted: bytes) -> tuple[bytes, float]:
    kind, *parameters = (part.strip().lower() for part in wanted.split(b";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name == b"q":
            quality = _quality(value)
        elif name == b"charset" and value.strip(b'"') not in (b"utf-8", b"utf8"):
            return kind, 0.0
    return kind, quality


def _quality(value: bytes) -> float:
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0


@lru_cache(maxsize=128)
def is_json(content_type: bytes) -> bool:
    """Whether a content-type is application/json, in UTF-8 where it names a charset."""
    kind, quality = _range(content_type)
    return kind == JSON and quality > 0


async def read_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises BodyTooLarge, before reading where the length is announced, and ClientGone."""
    announced = headers.get(b"content-length", b"0")
    if len(announced) > 18 or (announced.isdigit() and int(announced) > limit):
        raise BodyTooLarge(limit=limit)
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def request_of_body(body: bytes) -> GraphQLRequest:
    """The request in the body of a POST. Raises BadJSON, BatchRefused and BadParameter."""
    parameters = _decoded(body, "body")
    if not isinstance(parameters, dict):
        if isinstance(parameters, list):
            raise BatchRefused
        raise BadParameter(name="query", expected="in a JSON object")
    return _request(parameters, queries_only=False)


def request_of_query(query_string: bytes) -> GraphQLRequest:
    """The request in the query string of a GET. Raises BadQueryString, BadJSON and BadParameter."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=32)
    except ValueError:
        raise BadQueryString from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) != len(pairs):
        raise BadQueryString
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _decoded(parameters[name] or "null", f'parameter "{name}"')
    return _request(parameters, queries_only=True)


def _decoded(text: bytes | str, part: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadJSON(part=part, reason=_reason(error)) from None


def _reason(error: json.JSONDecodeError) -> str:
    return f"{error.msg} at line {error.lineno}, column {error.colno}"


def _request(parameters: dict[str, Any], *, queries_only: bool) -> GraphQLRequest:
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        raise BadParameter(name="query", expected="a text that is not empty")
    variables = parameters.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise BadParameter(name="variables", expected="a JSON object or null")
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadParameter(name="operationName", expected="a text or null")
    extensions = parameters.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadParameter(name="extensions", expected="a JSON object or null")
    return GraphQLRequest(query, variables, operation_name or None, extensions, queries_only)


def errors_body(message: str, code: str, **extensions: str) -> bytes:
    """A GraphQL response that is one error."""
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code, **extensions}}]})
