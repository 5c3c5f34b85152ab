"""GraphQL over HTTP to the letter: every malformed request is told, and failures are masked."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import DatabaseUnavailable
from resolvers.app import DoorSettings
from resolvers.protocol import (
    ANSWERS,
    JSON,
    RESPONSE_JSON,
    ClientGone,
    GraphQLRequest,
    NothingAcceptable,
    Refused,
    negotiate,
    read_body,
    request_of_body,
    request_of_query,
)
from tests.resolvers.doors import BEARER, TOKEN, House, served

HELLO = {"query": "{ hello }"}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (b"", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/json, multipart/mixed", JSON),
        (b"application/graphql-response+json, application/json;q=0.9", RESPONSE_JSON),
        (b"application/json;q=0.9, application/graphql-response+json", RESPONSE_JSON),
        (b"application/json, application/graphql-response+json", JSON),
        (b"Application/GraphQL-Response+JSON; charset=UTF-8", RESPONSE_JSON),
        (b"text/html, */*;q=0.1", JSON),
        (b"application/json;q=oops, */*;q=0.2", JSON),
    ],
)
def test_the_most_welcome_media_type_answers(accept: bytes, chosen: bytes) -> None:
    assert negotiate(accept) == chosen


@pytest.mark.parametrize("accept", [b"text/html", b"application/json;q=0", b"application/json;charset=utf-16", b","])
def test_nothing_acceptable_is_said(accept: bytes) -> None:
    with pytest.raises(NothingAcceptable):
        negotiate(accept)


@given(st.binary(max_size=200))
def test_any_accept_header_is_understood_or_refused(accept: bytes) -> None:
    with suppress(NothingAcceptable):
        assert negotiate(accept) in ANSWERS


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
SHALLOW = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.text(), LEAVES, max_size=3)
ANY_JSON = SHALLOW | st.lists(SHALLOW, max_size=3) | st.dictionaries(st.text(), SHALLOW, max_size=3)
NAMES = st.sampled_from(["query", "variables", "operationName", "extensions", "other"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.dictionaries(NAMES, ANY_JSON).map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_request_or_refused(body: bytes) -> None:
    try:
        request = request_of_body(body)
    except Refused as refusal:
        assert refusal.status == 400
    else:
        assert isinstance(request.query, str)
        assert isinstance(request.variables, dict | None)
        assert isinstance(request.extensions, dict | None)


@given(st.binary(max_size=300))
def test_any_query_string_is_a_request_or_refused(query_string: bytes) -> None:
    try:
        assert request_of_query(query_string).queries_only
    except Refused as refusal:
        assert refusal.status == 400


def test_a_get_carries_everything() -> None:
    query = b"query=query+A($n:Int)%7Bx%7D&variables=%7B%22n%22:1%7D&operationName=A&extensions="
    assert request_of_query(query) == GraphQLRequest("query A($n:Int){x}", {"n": 1}, "A", None, queries_only=True)


BODIES: list[tuple[bytes, str, str]] = [
    (b"", "BAD_JSON", "body"),
    (b"{", "BAD_JSON", "line 1"),
    (b'{"query": "\xff"}', "BAD_JSON", "body"),
    (b'{"query": "\\ud800"}', "BAD_JSON", "body"),
    (b"[" * 5000, "BAD_JSON", "body"),
    (b'[{"query": "{ hello }"}]', "BATCH_NOT_SUPPORTED", "one operation"),
    (b"[]", "BATCH_NOT_SUPPORTED", "one operation"),
    (b'"{ hello }"', "BAD_PARAMETER", "JSON object"),
    (b'{"query": ""}', "BAD_PARAMETER", "query"),
    (b'{"query": null}', "BAD_PARAMETER", "query"),
    (b'{"query": "{ hello }", "variables": "{}"}', "BAD_PARAMETER", "variables"),
    (b'{"query": "{ hello }", "variables": []}', "BAD_PARAMETER", "variables"),
    (b'{"query": "{ hello }", "operationName": 7}', "BAD_PARAMETER", "operationName"),
    (b'{"query": "{ hello }", "extensions": true}', "BAD_PARAMETER", "extensions"),
]


@pytest.mark.parametrize(("body", "code", "words"), BODIES)
async def test_a_malformed_body_is_told_what_is_wrong(body: bytes, code: str, words: str) -> None:
    house = House()
    async with house.signed_in() as client:
        response = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (400, code)
    assert words in error["message"]
    assert house.engine.users == []


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "application/jsonx"],
)
async def test_other_content_types_are_refused(content_type: str) -> None:
    async with House().signed_in() as client:
        response = await client.post("/graphql", content=b'{"query":"{hello}"}', headers={"content-type": content_type})
    assert (response.status_code, response.headers["accept-post"]) == (415, "application/json")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_refused(method: str) -> None:
    async with House().signed_in() as client:
        response = await client.request(method, "/graphql?query={hello}")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_mutation_never_comes_by_get() -> None:
    async with House().signed_in() as client:
        response = await client.get("/graphql", params={"query": "mutation { double(number: 2) }"})
        posted = await client.post("/graphql", json={"query": "mutation { double(number: 2) }"})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert posted.json() == {"data": {"double": 4}}


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query($n: Int!) { blob(size: $n) }"])
async def test_what_was_not_executed_has_the_status_of_its_media_type(query: str) -> None:
    async with House().signed_in() as client:
        for accept, status in (("application/json", 200), ("application/graphql-response+json", 400)):
            response = await client.post("/graphql", json={"query": query}, headers={"accept": accept})
            assert response.status_code == status
            assert response.headers["content-type"] == f"{accept}; charset=utf-8"
            assert "data" not in response.json()


async def test_an_error_of_a_field_is_still_an_answer() -> None:
    async with House().signed_in(accept="application/graphql-response+json") as client:
        response = await client.post("/graphql", json={"query": "{ broken hello }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"broken": None, "hello": "hello world"}


async def test_answers_are_private_and_taken_at_their_word() -> None:
    async with House().signed_in() as client:
        headers = (await client.post("/graphql", json=HELLO)).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "access-control-allow-origin" not in headers


async def test_only_big_answers_are_compressed() -> None:
    async with House().signed_in() as client:
        small = await client.post("/graphql", json=HELLO, headers={"accept-encoding": "gzip"})
        big = {"query": "{ blob(size: 400000) }"}
        plain = await client.post("/graphql", json=big, headers={"accept-encoding": "gzip;q=0, br"})
        packed = await client.post("/graphql", json=big, headers={"accept-encoding": "br, gzip;q=0.5"})
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < 10_000
    assert packed.json() == plain.json()


async def body_of(*messages: dict[str, Any], limit: int = 100, announced: bytes = b"") -> bytes:
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return await read_body({b"content-length": announced} if announced else {}, receive, limit)


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_is_one() -> None:
    assert await body_of(part(b"ab", more=True), part(b"c", more=True), part(b"", more=False)) == b"abc"


async def test_a_body_over_the_limit_is_not_read_on() -> None:
    for announced in (b"101", b"9" * 5000):
        with pytest.raises(Refused, match="larger than 100 bytes"):
            await body_of(announced=announced)
    with pytest.raises(Refused, match="larger than 100 bytes"):
        await body_of(part(b"x" * 60, more=True), part(b"x" * 60, more=True))


async def test_a_client_that_leaves_is_not_answered() -> None:
    with pytest.raises(ClientGone):
        await body_of(part(b"{", more=True), {"type": "http.disconnect"})


async def test_bodies_over_a_real_socket() -> None:
    house = House(settings=DoorSettings(largest_body=6_000_000))
    padding = b" " * 5_000_000

    async def parts() -> AsyncIterator[bytes]:
        yield b'{"query":"{ hello }"'
        yield padding
        yield b"}"

    headers = {**BEARER, "content-type": "application/json"}
    with served(house.app) as url:
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            assert (await client.post("/graphql", content=parts())).json() == {"data": {"hello": "hello world"}}
            refused = await client.post("/graphql", content=b" " * 6_000_001)
            assert (await client.post("/graphql", content=b'{"query":"{ hello }"}')).status_code == 200
    assert refused.status_code == 413


async def test_internals_never_show(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.engine.fails = RuntimeError("password of the database is hunter2")
    async with house.signed_in() as client:
        with caplog.at_level(logging.ERROR):
            response = await client.post("/graphql", json=HELLO)
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (500, "INTERNAL_ERROR")
    assert "hunter2" not in response.text
    assert error["extensions"]["id"] in caplog.text
    assert "hunter2" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_database_that_is_away_is_said_without_its_address() -> None:
    house = House()
    house.engine.fails = DatabaseUnavailable(where="db.example:5432", reason="refused")
    async with house.signed_in() as client:
        response = await client.post("/graphql", json=HELLO)
    assert response.status_code == 503
    assert "db.example" not in response.text
