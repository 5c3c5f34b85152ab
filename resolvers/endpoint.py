"""/graphql itself: a bare ASGI application, because every microsecond here is paid by every request."""

import asyncio
import gzip
import logging
import secrets
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import NamedTuple

from starlette.types import Receive, Scope, Send

from graph.accounts import Identity
from graph.errors import DatabaseUnavailable, LifeloomError
from resolvers.auth import Doorkeeper, Gate, cookie_name
from resolvers.pages import PAGE_HEADERS, page
from resolvers.protocol import (
    ANSWERS,
    ANSWERS_OR_PAGE,
    HTML,
    JSON,
    RESPONSE_JSON,
    ClientGone,
    Engine,
    Headers,
    MediaTypeUnknown,
    MethodRefused,
    NothingAcceptable,
    Refused,
    errors_body,
    is_json,
    negotiate,
    read_body,
    request_of_body,
    request_of_query,
)

logger = logging.getLogger(__name__)

RawHeaders = list[tuple[bytes, bytes]]

COMPRESSIBLE_FROM = 256 * 1024
PRIVATE = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
ANSWER_HEADERS = {kind: [(b"content-type", kind + b"; charset=utf-8"), *PRIVATE] for kind in (JSON, RESPONSE_JSON)}
NOTICE_HTML = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lifeloom</title>'
    "<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}}</style>"
    "<h1>Lifeloom</h1><p>{}</p>"
)


def raw(headers: Mapping[str, str]) -> RawHeaders:
    """Headers as ASGI wants them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


PAGE = raw(PAGE_HEADERS)
NOTICE = raw({**PAGE_HEADERS, "cache-control": "no-store"})


class Reply(NamedTuple):
    """What goes back over the wire."""

    status: int
    headers: RawHeaders
    body: bytes
    gzipped: bytes | None = None


class GraphQLEndpoint:
    """One address for GraphQL and, to a browser that asks for HTML, for the page that speaks it."""

    def __init__(self, engine: Engine, gate: Gate, doorkeeper: Doorkeeper, largest_body: int) -> None:
        self._engine = engine
        self._gate = gate
        self._doorkeeper = doorkeeper
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        identity = None
        try:
            identity = await self._gate.admit(headers, scope["method"], cookie_name(scope))
            reply = await self._answer(scope, headers, receive, identity)
        except ClientGone:
            return
        except Refused as refusal:
            reply = refused(refusal, headers, scope["method"])
        except Exception as error:
            reply = masked(error)
        if len(reply.body) >= COMPRESSIBLE_FROM and accepts_gzip(headers.get(b"accept-encoding", b"")):
            reply = await compressed(reply)
        await respond(send, reply)
        if identity is not None:
            await self._doorkeeper.note_use(identity)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, identity: Identity) -> Reply:
        accept = headers.get(b"accept", b"")
        if scope["method"] == "POST":
            kind = negotiate(accept, ANSWERS)
            if not is_json(headers.get(b"content-type", b"")):
                raise MediaTypeUnknown
            request = request_of_body(await read_body(headers, receive, self._largest_body))
        elif scope["method"] == "GET":
            kind = negotiate(accept, ANSWERS_OR_PAGE)
            if kind == HTML:
                return Reply(200, PAGE, page())
            request = request_of_query(scope["query_string"])
        else:
            raise MethodRefused
        answer = await self._engine.execute(request, identity.user, agent=identity.actor_kind == "agent")
        status = 200 if answer.executed or kind == JSON else 400
        return Reply(status, ANSWER_HEADERS[kind], answer.body, answer.gzipped)


async def respond(send: Send, reply: Reply) -> None:
    length = (b"content-length", b"%d" % len(reply.body))
    await send({"type": "http.response.start", "status": reply.status, "headers": [*reply.headers, length]})
    await send({"type": "http.response.body", "body": reply.body})


def refused(refusal: Refused, headers: Headers, method: str) -> Reply:
    """The refusal as a GraphQL response, or as a page where a person is looking."""
    kind = _kind_of_refusal(headers.get(b"accept", b""), method)
    if kind == HTML:
        return Reply(refusal.status, [*NOTICE, *refusal.headers], notice(str(refusal)))
    body = errors_body(str(refusal), refusal.code)
    return Reply(refusal.status, [*ANSWER_HEADERS[kind], *refusal.headers], body)


def _kind_of_refusal(accept: bytes, method: str) -> bytes:
    try:
        return negotiate(accept, ANSWERS if method == "POST" else ANSWERS_OR_PAGE)
    except NothingAcceptable:
        return JSON


def notice(text: str) -> bytes:
    return NOTICE_HTML.format(escape(text)).encode()


def masked(error: Exception) -> Reply:
    """An answer that shows nothing of what is inside; the log has the traceback under the id in the message."""
    id = secrets.token_hex(6)
    logger.error("request %s failed", id, exc_info=error)
    away = isinstance(error, DatabaseUnavailable)
    message = "The database cannot be reached" if away else "Something went wrong inside Lifeloom"
    code = DatabaseUnavailable.code if away else LifeloomError.code
    body = errors_body(f"{message}. The log of the server says more under {id}.", code, id=id)
    return Reply(503 if away else 500, ANSWER_HEADERS[JSON], body)


@lru_cache(maxsize=128)
def accepts_gzip(accept_encoding: bytes) -> bool:
    for wanted in accept_encoding.lower().replace(b" ", b"").split(b","):
        coding, _, weight = wanted.partition(b";q=")
        if coding == b"gzip":
            return weight.rstrip(b"0.") != b"" or not weight
    return False


async def compressed(reply: Reply) -> Reply:
    """The same reply in gzip: as it is kept, or off the event loop and at the level that costs least."""
    packed = reply.gzipped
    if packed is None:
        packed = await asyncio.to_thread(gzip.compress, reply.body, 1, mtime=0)
    return Reply(reply.status, [*reply.headers, (b"content-encoding", b"gzip")], packed)
