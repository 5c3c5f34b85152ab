"""The limit: the hand-written statements behind bare ASGI and a bare asyncpg pool, one path each."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.types import Receive, Scope, Send

from tests.bench.questions import QUESTIONS

HEADERS = [(b"content-type", b"application/json")]


class ByHand:
    """An ASGI application whose every connection acts as one user, as the role of the service."""

    def __init__(self, dsn: str, user: UUID) -> None:
        self._dsn = dsn
        self._user = user
        self._questions = {f"/{question.name}": (question, question.sql) for question in QUESTIONS}
        self._pool: asyncpg.Pool[Any] | None = None

    async def _open(self) -> "asyncpg.Pool[Any]":
        settings = {"app.user_id": str(self._user), "jit": "off", "timezone": "UTC"}
        pool = await asyncpg.create_pool(
            self._dsn,
            min_size=8,
            max_size=8,
            server_settings={**settings, "plan_cache_mode": "force_generic_plan"},
            max_cacheable_statement_size=0,
            reset=_nothing,
        )
        self._pool = pool
        return pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pool = self._pool or await self._open()
        question, sql = self._questions[scope["path"]]
        message = await receive()
        arguments = question.arguments(orjson.loads(message["body"]))
        async with pool.acquire() as connection:
            text = await connection.fetchval(sql, self._user, *arguments)
        body = b'{"data":%b}' % text.encode()
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})


async def _nothing(_: object) -> None:
    """The pool's own reset is a round trip."""
