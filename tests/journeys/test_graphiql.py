"""A person opens the printed address in a browser without a network, and asks GraphiQL about their life."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvers.pages import build
from resolvers.pages.page import DIST
from tests import browser
from tests.conftest import directory
from tests.journeys.serving import Serving, serving
from tests.resolvers.test_pages import ANSWER, COLOURED, MARKERS, QUERY, foreign, needed

SCHEMA_ARRIVED = "document.querySelector('.graphiql-explorer-root').innerText.includes('notes')"
OPERATION_KNOWN = "document.querySelector('.graphiql-tab').innerText.includes('Around')"
RUN = "document.querySelector('.graphiql-execute-button').click()"
AROUND = """query Around {
  notes(filter: {title: {contains: "relaunch"}}, first: 1) {
    nodes {
      title
      to: links(direction: OUT) { edges { relation node { recordType label } } }
      from: links(direction: IN) { edges { relation node { recordType label } } }
      links {
        nodes {
          label
          ... on Contact { emails: contactEmails { nodes { email } } }
          ... on Event { dtstart location eventAttendees { nodes { cn contact { fn } } } }
        }
      }
    }
  }
}"""


@pytest.fixture(scope="module")
def demo() -> Iterator[Serving]:
    needed(build.built_from(DIST), "the bundle was not built")
    needed(browser.program(), "Chromium is not installed")
    with directory() as place, serving(place / "data", "--demo") as running:
        yield running
        running.end()


async def test_a_life_is_asked_about_in_a_browser_without_a_network(demo: Serving, tmp_path: Path) -> None:
    async with browser.chromium(tmp_path / "profile") as tab:
        await tab.open(demo.url)
        await tab.until(SCHEMA_ARRIVED)
        await tab.until(COLOURED)
        await tab.evaluate(RUN)
        first = json.loads(await tab.until(ANSWER))
        await tab.screenshot(tmp_path / "welcome.png")
        await tab.evaluate(f"{QUERY}.setValue({json.dumps(AROUND)})")
        await tab.until(OPERATION_KNOWN)  # until then GraphiQL would run it by the name of the one before
        await tab.evaluate(RUN)
        around = json.loads(await tab.until(f"{ANSWER}.includes('Relaunch day') && {ANSWER}"))
        await tab.screenshot(tmp_path / "around.png")
        await tab.evaluate(f"{QUERY}.setValue('{{ nothingOfThatName }}')")
        assert "nothingOfThatName" in await tab.until(MARKERS)
        assert "key=" not in await tab.evaluate("location.href"), "the key of the start URL is not left in the address"
        assert await tab.evaluate("document.cookie") == "", "no script sees the cookie"
    assert foreign(tab.requests) == []
    assert tab.problems == []
    assert "errors" not in first
    assert any(node["links"]["edges"] for node in first["data"]["notes"]["nodes"])
    (note,) = around["data"]["notes"]["nodes"]
    assert note["to"]["edges"]
    assert note["from"]["edges"]
    kinds = {edge["node"]["recordType"] for end in ("to", "from") for edge in note[end]["edges"]}
    assert {"CONTACT", "EVENT"} & kinds


async def test_whoever_was_not_signed_in_sees_no_page(demo: Serving, tmp_path: Path) -> None:
    async with browser.chromium(tmp_path / "profile") as tab:
        await tab.open(f"{demo.address}/graphql")
        said = await tab.until("document.querySelector('p').innerText")
        await tab.screenshot(tmp_path / "stranger.png")
    assert "start URL" in said
    assert foreign(tab.requests) == []
