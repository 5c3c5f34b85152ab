"""All doors of the server in one Starlette application: /graphql, /health, /start, /files, /uploads and the page."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from graph.accounts import BROWSER_STAYS
from graph.errors import LifeloomError
from resolvers.auth import Doorkeeper, Gate, SignInNeeded, StartKeys, StartKeySpent, TooEarly, cookie_name
from resolvers.endpoint import GraphQLEndpoint, Reply, accepts_gzip, compressed, masked, raw
from resolvers.files import refusals
from resolvers.files.downloads import Downloads
from resolvers.files.resumable import ResumableUploads
from resolvers.files.rooms import FileRooms
from resolvers.files.uploading import PlainUploads
from resolvers.pages import static_file
from resolvers.protocol import Engine

logger = logging.getLogger(__name__)

GRAPHQL = "/graphql"
HEALTH_WITHIN = 2.0
STATIC_COMPRESSIBLE_FROM = 16 * 1024

Health = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Names the server answers to besides localhost and bare addresses, and the most bytes of a request's body."""

    allowed_hosts: frozenset[str] = frozenset()
    largest_body: int = 16 * 1024 * 1024


class Doors(Starlette):
    """Starlette, but /graphql is met before routing and middleware, which cost as much as the rest of the door."""

    graphql: GraphQLEndpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == GRAPHQL:
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    engine: Engine,
    doorkeeper: Doorkeeper,
    start_keys: StartKeys,
    settings: DoorSettings,
    health: Health,
    files: FileRooms | None = None,
) -> Doors:
    """The server's application. `health` is awaited by /health: whatever it raises is "unavailable".

    Without `files` there are no /files and /uploads.
    """
    gate = Gate(doorkeeper, settings.allowed_hosts)
    graphql = GraphQLEndpoint(engine, gate, doorkeeper, settings.largest_body)
    side = SideDoors(gate, doorkeeper, start_keys, health)
    app = Doors(
        routes=[
            Route("/", side.home, methods=["GET"]),
            Route(GRAPHQL, graphql),
            Route("/health", side.show_health, methods=["GET"]),
            Route("/start", side.start, methods=["GET"]),
            Route("/static/graphiql/{name}", side.static, methods=["GET"]),
            *(file_routes(gate, doorkeeper, files) if files else ()),
        ],
        exception_handlers={LifeloomError: _refused, Exception: _masked},
    )
    app.graphql = graphql
    return app


def file_routes(gate: Gate, doorkeeper: Doorkeeper, files: FileRooms) -> list[Route]:
    """The addresses of files: whole ones, and those on their way in."""
    resumable = ResumableUploads(gate, doorkeeper, files)
    return [
        Route("/files", PlainUploads(gate, doorkeeper, files).answer, methods=["POST"]),
        Route("/files/{id:uuid}", Downloads(gate, doorkeeper, files).answer, methods=["GET"]),
        Route("/uploads", resumable.collection, methods=["POST", "OPTIONS"]),
        Route("/uploads/{id:uuid}", resumable.one, methods=["HEAD", "PATCH", "DELETE", "POST", "OPTIONS"]),
    ]


class SideDoors:
    """Everything but /graphql."""

    def __init__(self, gate: Gate, doorkeeper: Doorkeeper, start_keys: StartKeys, health: Health) -> None:
        self._gate = gate
        self._doorkeeper = doorkeeper
        self._start_keys = start_keys
        self._health = health

    async def home(self, request: Request) -> Response:
        self._gate.check_place(_headers(request))
        return RedirectResponse("graphql", 303)

    async def show_health(self, request: Request) -> Response:
        """Whether the server and its database answer; the one thing that is said without a token."""
        self._gate.check_place(_headers(request))
        try:
            async with asyncio.timeout(HEALTH_WITHIN):
                await self._health()
        except Exception:
            logger.warning("not healthy", exc_info=True)
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})

    async def start(self, request: Request) -> Response:
        """Sign this browser in with the key of a start URL, and lead it to the page."""
        key = request.query_params.get("key", "")
        request.scope["query_string"] = b""  # the server's access log prints it
        headers = _headers(request)
        self._gate.check_place(headers)
        if request.method != "GET" or b"prefetch" in headers.get(b"sec-purpose", headers.get(b"purpose", b"")):
            raise TooEarly
        response = RedirectResponse("graphql", 303, {"referrer-policy": "no-referrer", "cache-control": "no-store"})
        user = self._start_keys.redeem(key)
        if user is None:
            await self._expect_signed_in(request)
            return response
        response.set_cookie(
            cookie_name(request.scope),
            await self._doorkeeper.sign_in_browser(user),
            max_age=int(BROWSER_STAYS.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.scope["scheme"] == "https",
        )
        return response

    async def _expect_signed_in(self, request: Request) -> None:
        """A spent start URL still leads the browser it signed in to the page. Raises StartKeySpent."""
        try:
            await self._gate.admit(_headers(request), request.method, cookie_name(request.scope))
        except SignInNeeded:
            raise StartKeySpent from None

    async def static(self, request: Request) -> Response:
        headers = _headers(request)
        await self._gate.admit(headers, request.method, cookie_name(request.scope))
        file = await run_in_threadpool(static_file, request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        if headers.get(b"if-none-match") == file.etag.encode():
            return Response(status_code=304, headers=file.headers)
        reply = Reply(200, raw(file.headers), file.body)
        if len(file.body) >= STATIC_COMPRESSIBLE_FROM and accepts_gzip(headers.get(b"accept-encoding", b"")):
            reply = await compressed(reply)
        return _response(reply)


def _headers(request: Request) -> dict[bytes, bytes]:
    return dict(request.headers.raw)


def _response(reply: Reply) -> Response:
    response = Response(reply.body, reply.status)
    response.raw_headers[:] = [*reply.headers, (b"content-length", b"%d" % len(reply.body))]
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LifeloomError)
    return _response(refusals.told(error, _headers(request), request.method))


async def _masked(request: Request, error: Exception) -> Response:
    return _response(masked(error))
