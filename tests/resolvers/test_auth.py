"""Who is let in: tokens, the start URL and its cookie, DNS rebinding, pages of other sites and other ports."""

import logging
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.accounts import Authenticator, create_token, list_tokens, revoke_token
from graph.database import Database
from graph.errors import DatabaseUnavailable
from resolvers.app import DoorSettings
from resolvers.auth import KEYS_AT_ONCE, StartKeys, answers_to, cookie_value, host_name, same_origin
from resolvers.pages import page
from tests.resolvers.doors import ALICE, TOKEN, House, OneToken, served

HELLO = {"query": "{ hello }"}
COOKIE = {"cookie": f"theme=dark; lifeloom_8321={TOKEN}"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HERE = "http://localhost:8321"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def status(house: House, method: str = "POST", **headers: str) -> int:
    async with house.client(**headers) as client:
        if method == "POST":
            return (await client.post("/graphql", json=HELLO)).status_code
        return (await client.get("/graphql", params=HELLO)).status_code


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        f"Bearer {TOKEN}x",
        f"Token {TOKEN}",
        "Bearer \xff\x00",
        "x" * 9999,
    ],
)
async def test_without_a_good_token_nobody_asks(authorization: str) -> None:
    house = House()
    async with house.client() as client:
        response = await client.post(
            "/graphql", json=HELLO, headers=[(b"authorization", authorization.encode("latin-1"))]
        )
        nobody = await client.post("/graphql", json=HELLO)
    for refused in (response, nobody):
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert house.engine.users == []


async def test_a_token_is_its_user_and_its_use_is_noted_after_the_answer() -> None:
    doorkeeper = OneToken()
    house = House(doorkeeper=doorkeeper)
    assert await status(house, authorization=f"bearer {TOKEN}") == 200
    assert house.engine.users == [ALICE]
    assert [identity.user for identity in doorkeeper.noted] == [ALICE]


async def test_a_bad_token_is_not_made_good_by_a_cookie() -> None:
    assert await status(House(), authorization="Bearer ll_no", **COOKIE, origin=HERE) == 401


@pytest.mark.parametrize("path", ["/graphql", "/static/graphiql/plain.js"])
async def test_the_page_and_its_files_need_a_token_too(path: str) -> None:
    async with House().client(**BROWSER) as client:
        response = await client.get(path)
    assert response.status_code == 401
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Sign in first" in response.text
    assert "script-src" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": HERE}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 403),
        ({"origin": "http://localhost:3000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": HERE, "sec-fetch-site": "same-site"}, 403),
        ({"origin": HERE, "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"}, 403),
    ],
)
async def test_a_cookie_may_post_from_our_own_page_only(headers: dict[str, str], expected: int) -> None:
    assert await status(House(), **COOKIE, **headers) == expected


async def test_a_form_of_another_site_cannot_pretend_to_be_json() -> None:
    async with House().client(**COOKIE, origin=HERE) as client:
        response = await client.post("/graphql", content=b'{"query":"{hello}"}', headers={"content-type": "text/plain"})
    assert response.status_code == 415


async def test_a_cookie_reads_for_our_page_and_never_for_scripts_of_others() -> None:
    assert await status(House(), "GET", **COOKIE) == 200
    assert await status(House(), "GET", **COOKIE, **{"sec-fetch-site": "same-site"}) == 403
    link = {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"}
    async with House().client(**COOKIE, **BROWSER, **link) as client:
        response = await client.get("/graphql", params=HELLO)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_a_page_of_another_site_is_refused_with_a_token_too() -> None:
    assert await status(House(), authorization=f"Bearer {TOKEN}", origin="https://evil.example") == 403


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8321", 200),
        ("LOCALHOST.:8321", 200),
        ("lifeloom.localhost", 200),
        ("127.0.0.1:8321", 200),
        ("[::1]:8321", 200),
        ("192.168.1.20", 200),
        ("life.example:443", 200),
        ("evil.example", 421),
        ("evil.example:8321", 421),
        ("localhost.evil.example", 421),
        ("life.example.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:8321@evil.example", 421),
        ("[::1].evil.example", 421),
        ("x" * 5000, 421),
        ("", 421),
    ],
)
@pytest.mark.parametrize("path", ["/graphql?query={hello}", "/health"])
async def test_a_rebound_name_reaches_no_door(host: str, expected: int, path: str) -> None:
    house = House(settings=DoorSettings(allowed_hosts=frozenset({"Life.Example"})))
    async with house.signed_in(host=host) as client:
        assert (await client.get(path)).status_code == expected


async def test_any_host_can_be_allowed() -> None:
    house = House(settings=DoorSettings(allowed_hosts=frozenset({"*"})))
    assert await status(house, authorization=f"Bearer {TOKEN}", host="my.tailnet.example") == 200


@given(st.binary(max_size=60))
def test_any_host_and_origin_can_be_judged(header: bytes) -> None:
    name = host_name(header)
    assert name is None or not set(name) & set("@/[]")
    assert answers_to(header, frozenset()) in (True, False)
    assert not same_origin(header, b"localhost") or header.lower().startswith(b"http")


@given(st.text(max_size=40))
def test_any_cookie_header_can_be_read(text: str) -> None:
    header = f"a=b; {text}; lifeloom_1=yes".encode()
    if "lifeloom_1" not in text:
        assert cookie_value(header, "lifeloom_1") == "yes"


def test_a_default_port_may_be_left_out() -> None:
    assert same_origin(b"https://life.example", b"life.example:443")
    assert same_origin(b"http://localhost:80", b"localhost")
    assert not same_origin(b"http://localhost:8080", b"localhost")
    assert not same_origin(b"file://localhost", b"localhost")


async def test_the_start_url_signs_one_browser_in_once(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    key = house.keys.issue(ALICE)
    with caplog.at_level(logging.DEBUG):
        async with house.client(**BROWSER) as client:
            assert (await client.get("/graphql")).status_code == 401
            first = await client.get("/start", params={"key": key})
            assert (first.status_code, first.headers["location"]) == (303, "graphql")
            cookie = first.headers["set-cookie"].lower()
            assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/", "lifeloom_8321="))
            assert (await client.get("/graphql")).content == page()
            asked = await client.post("/graphql", json=HELLO, headers={"origin": HERE, "accept": "*/*"})
            assert asked.json() == {"data": {"hello": "hello world"}}
            assert (await client.get("/start", params={"key": key})).status_code == 303
        async with house.client(**BROWSER) as other:
            again = await other.get("/start", params={"key": key})
    assert again.status_code == 401
    assert "used before" in again.text
    assert "set-cookie" not in again.headers
    assert TOKEN not in caplog.text
    assert not [record for record in caplog.records if key in record.getMessage() and record.name != "httpx"]


async def test_the_access_log_does_not_keep_the_key(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    key = house.keys.issue(ALICE)
    with served(house.app, "info") as url, caplog.at_level(logging.INFO, "uvicorn"):
        async with httpx.AsyncClient(base_url=url) as client:
            for _ in range(2):
                await client.get("/start", params={"key": key})
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")]
    assert any('"GET /start HTTP/1.1" 303' in line for line in logged)
    assert not any(key in line for line in logged)


async def test_looking_ahead_does_not_spend_the_start_url() -> None:
    house = House()
    key = house.keys.issue(ALICE)
    async with house.client() as client:
        assert (await client.head("/start", params={"key": key})).status_code == 425
        ahead = await client.get("/start", params={"key": key}, headers={"sec-purpose": "prefetch;prerender"})
        assert ahead.status_code == 425
        assert (await client.get("/start", params={"key": key})).status_code == 303


async def test_the_cookie_is_secure_where_the_connection_is() -> None:
    house = House()
    async with house.client() as client:
        response = await client.get("https://localhost/start", params={"key": house.keys.issue(ALICE)})
    assert "secure" in response.headers["set-cookie"].lower()


def test_start_keys_expire_and_are_bounded() -> None:
    clock = Clock()
    keys = StartKeys(lasts=60, clock=clock)
    old = keys.issue(ALICE)
    clock.now += 60
    assert keys.redeem(old) is None
    oldest = keys.issue(ALICE)
    newer = [keys.issue(ALICE) for _ in range(KEYS_AT_ONCE)]
    assert keys.redeem(oldest) is None
    assert all(keys.redeem(key) == ALICE for key in newer)
    assert all(keys.redeem(key) is None for key in [*newer, "", "\ud800"])


async def test_health_needs_no_token_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    async with house.client() as client:
        well = await client.get("/health")
        house.ill = DatabaseUnavailable(where="db.example:5432", reason="refused")
        sick = await client.get("/health")
    assert (well.status_code, well.json()) == (200, {"status": "ok"})
    assert (sick.status_code, sick.json()) == (503, {"status": "unavailable"})
    assert "db.example" in caplog.text


async def test_the_files_of_the_page_come_once() -> None:
    async with House().signed_in() as client:
        file = await client.get("/static/graphiql/plain.js")
        again = await client.get("/static/graphiql/plain.js", headers={"if-none-match": file.headers["etag"]})
        none = await client.get("/static/graphiql/..%2fpage.py")
        home = await client.get("/")
    assert (file.status_code, file.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert (again.status_code, again.content) == (304, b"")
    assert none.status_code == 404
    assert (home.status_code, home.headers["location"]) == (303, "graphql")


async def test_a_failing_database_is_masked_at_every_door() -> None:
    house = House(doorkeeper=OneToken(fails=RuntimeError("hunter2")))
    async with house.signed_in() as client:
        for response in (await client.post("/graphql", json=HELLO), await client.get("/static/graphiql/plain.js")):
            assert response.status_code == 500
            assert "hunter2" not in response.text


async def test_a_browser_and_a_script_with_real_accounts(database: Database, alice: UUID, bob: UUID) -> None:
    clock = Clock()
    house = House(doorkeeper=Authenticator(database, clock=clock))
    token = await create_token(database, alice, "phone")
    assert await status(house, authorization=f"Bearer {token}") == 200
    assert await status(house, authorization=f"Bearer {token.replace(alice.hex, bob.hex)}") == 401
    async with house.client() as browser:
        await browser.get("/start", params={"key": house.keys.issue(bob)})
        assert (await browser.post("/graphql", json=HELLO, headers={"origin": HERE})).status_code == 200
        assert house.engine.users == [alice, bob]
        [signed_in] = await list_tokens(database, bob)
        assert signed_in.actor_kind == "browser"
        assert signed_in.last_used_at
        await revoke_token(database, bob, str(signed_in.id))
        clock.now += 2
        assert (await browser.post("/graphql", json=HELLO, headers={"origin": HERE})).status_code == 401
    assert await status(house, authorization=f"Bearer {token}") == 200
