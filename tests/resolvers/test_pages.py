"""The page at /graphql: whole from this origin alone, in a real browser without a network, safe to cache."""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from graphql import build_schema, graphql_sync
from hatchling.bridge.app import Application
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from resolvers.pages import PAGE_HEADERS, build, page, static_file
from resolvers.pages.page import DIST
from tests import browser

REQUIRED = os.environ.get("LIFELOOM_REQUIRE_BUNDLE", "") not in ("", "0")
SCHEMA = build_schema("""
    enum RecordType { NOTE CONTACT }
    enum LinkDirection { OUT IN BOTH }
    interface Record { id: ID! recordType: RecordType! label: String! createdAt: String! }
    type LinkEdge { relation: String! direction: LinkDirection! node: Record! }
    type LinkConnection { edges: [LinkEdge!]! }
    type Note implements Record { id: ID! recordType: RecordType! label: String! createdAt: String!
                                  title: String links(first: Int = 20): LinkConnection! }
    type NoteConnection { totalCount: Int! nodes: [Note!]! }
    type Query { notes(first: Int): NoteConnection! }
""")
NOTE = {"title": "Tea with Ada", "createdAt": "2026-01-01T16:00:00Z", "links": {"edges": []}}
LIFE = {"notes": {"totalCount": 1, "nodes": [NOTE]}}

# What the page holds, by the names that GraphiQL gives it.
ANSWER = "__MONACO.editor.getModels().find(model => model.uri.path.endsWith('response.json')).getValue()"
QUERY = "__MONACO.editor.getModels().find(model => model.uri.path.endsWith('operation.graphql'))"
COLOURED = "document.querySelectorAll('.graphiql-query-editor .view-line span[class^=mtk]').length > 60"
MARKERS = "__MONACO.editor.getModelMarkers({}).map(marker => marker.message).join()"
SCHEMA_ARRIVED = "document.querySelector('.graphiql-explorer-root').innerText.includes('notes')"


def needed(thing: object, what: str) -> None:
    """Skip, or fail where CI says that the bundle and its browser test are required."""
    if not thing:
        (pytest.fail if REQUIRED else pytest.skip)(f"the page was NOT tested in a browser: {what}")


def stub(dist: Path) -> Starlette:
    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            return Response(page(dist), headers=PAGE_HEADERS)
        asked = await request.json()
        result = graphql_sync(SCHEMA, asked["query"], LIFE, operation_name=asked.get("operationName"))
        return JSONResponse(result.formatted)

    async def static(request: Request) -> Response:
        file = static_file(request.path_params["name"], dist)
        return Response(file.body, headers=file.headers) if file else Response(status_code=404)

    return Starlette(routes=[
        Route("/graphql", endpoint, methods=["GET", "POST"]),
        Route("/static/graphiql/{name}", static),
    ])  # fmt: skip


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The base address of the app, served from a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def app_url() -> Iterator[str]:
    """The address that a person opens; whatever serves it must know the query of welcome.graphql."""
    with served(stub(DIST)) as base:
        yield f"{base}/graphql"


@pytest.fixture
def plain_url(tmp_path: Path) -> Iterator[str]:
    with served(stub(tmp_path / "no bundle")) as base:
        yield f"{base}/graphql"


async def test_graphiql_runs_the_first_query_with_the_network_off(app_url: str, tmp_path: Path) -> None:
    needed(build.built_from(DIST), "the bundle was not built")
    needed(browser.program(), "Chromium is not installed")
    async with browser.chromium(tmp_path / "profile") as tab:
        await tab.open(app_url)
        await tab.until(SCHEMA_ARRIVED)
        await tab.evaluate("document.querySelector('.graphiql-execute-button').click()")
        answer = json.loads(await tab.until(ANSWER))
        await tab.until(COLOURED)
        await tab.screenshot(tmp_path / "graphiql.png")
        # The worker that checks queries is alive, loaded from here too.
        await tab.evaluate(f"{QUERY}.setValue('{{ nothingOfThatName }}')")
        assert "nothingOfThatName" in await tab.until(MARKERS)
        assert await tab.evaluate("document.title") == "Lifeloom"
    assert "errors" not in answer
    assert answer["data"]["notes"]["nodes"]
    assert foreign(tab.requests) == []
    assert tab.problems == []


async def test_plain_page_asks_what_the_link_says(plain_url: str, tmp_path: Path) -> None:
    needed(browser.program(), "Chromium is not installed")
    async with browser.chromium(tmp_path / "profile") as tab:
        await tab.open(f"{plain_url}?query={quote('{ notes { totalCount } }')}")
        await tab.until("document.querySelector('textarea').value")
        await tab.evaluate("document.querySelector('form').requestSubmit()")
        answer = await tab.until("JSON.parse(document.querySelector('pre').textContent)")
        await tab.screenshot(tmp_path / "plain.png")
    assert answer == {"data": {"notes": {"totalCount": 1}}}
    assert foreign(tab.requests) == []
    assert tab.problems == []


def foreign(requests: list[str]) -> list[str]:
    assert requests
    return [url for url in requests if not re.match(r"http://127\.0\.0\.1:|data:|blob:http://127\.0\.0\.1:", url)]


def test_everything_the_page_names_is_served() -> None:
    for dist in (DIST, DIST / "missing"):
        names = re.findall(r"static/graphiql/([^\"\\ ]+)", page(dist).decode())
        assert names
        for name in names:
            file = static_file(name, dist)
            assert file and file.body and file.media_type.startswith(("text/javascript", "text/css"))


def test_hashed_files_are_kept_forever_and_others_asked_again() -> None:
    needed(build.built_from(DIST), "the bundle was not built")
    for path in DIST.iterdir():
        file = static_file(path.name)
        if path.suffix == ".json":
            assert file is None
        else:
            assert file and ("immutable" in file.cache_control) == (path.suffix != ".txt")
    plain = static_file("plain.js")
    assert plain and plain.cache_control == "no-cache" and plain == static_file("plain.js")


@pytest.mark.parametrize("name", ["", "..", "../page.py", "/etc/passwd", "manifest.json", "plain.js/", "nul\0"])
def test_only_files_of_the_page_are_served(name: str) -> None:
    assert static_file(name) is None


def test_policy_allows_this_origin_alone() -> None:
    policy = dict(part.strip().split(" ", 1) for part in PAGE_HEADERS["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"


def test_interrupted_bundle_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "graphiql-ABC.js").write_text("half")
    assert b"plain.js" in page(tmp_path)


def test_lock_file_names_no_registry_and_fixes_every_package() -> None:
    lock = json.loads((build.SOURCES / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("resolved" not in package and "integrity" in package for package in packages.values())


@pytest.mark.parametrize("required", [False, True])
def test_installation_without_node_goes_on_unless_the_bundle_is_required(
    required: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LIFELOOM_REQUIRE_BUNDLE", str(int(required)))
    monkeypatch.setattr(build, "find_spec", lambda _name: None)
    monkeypatch.setattr(build, "DIST", tmp_path / "dist")
    unused: Any = None
    hook = build.BundleHook(str(tmp_path), {}, unused, unused, str(tmp_path), "wheel", Application())
    data: dict[str, Any] = {"artifacts": []}
    if required:
        with pytest.raises(build.BundleError, match="no Node"):
            hook.initialize("standard", data)
    else:
        hook.initialize("standard", data)
        assert "plain page will be served: there is no Node" in capsys.readouterr().err
    assert data == {"artifacts": []}
