"""The 61 audits of graphql-http, which say whether a server keeps to GraphQL over HTTP."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_cache_path

from resolvers.pages.build import BundleError, node_and_npm
from tests.resolvers.doors import TOKEN, House, served
from tests.resolvers.real import doors
from tests.world import World

AUDITS = "graphql-http@1.23.1"


@pytest.fixture
def audits(capsys: pytest.CaptureFixture[str]) -> Path:
    """The directory where the npm package is installed, in the user's cache."""
    place = user_cache_path("lifeloom-tests", ensure_exists=True) / AUDITS
    place.mkdir(exist_ok=True)
    if (place / "node_modules" / "graphql-http").exists():
        return place
    try:
        _, npm = node_and_npm()
        install = [*npm, "i", AUDITS, "graphql@16", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        subprocess.run(install, cwd=place, capture_output=True, timeout=120, check=True)
    except (BundleError, subprocess.SubprocessError) as error:
        with capsys.disabled():
            print(f"\n!!! the audits of {AUDITS} did NOT run: {error}")
        pytest.skip(f"the audits of {AUDITS} did not run: {error}")
    return place


def audited(audits: Path, url: str, token: str) -> list[dict[str, Any]]:
    """What each audit says of the server."""
    node, _ = node_and_npm()
    audit = [*node, str(Path(__file__).with_name("audit.mjs")), url, token]
    run = subprocess.run(audit, cwd=audits, capture_output=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    results: list[dict[str, Any]] = json.loads(run.stdout)
    return results


def test_all_server_audits_of_graphql_http_pass(audits: Path) -> None:
    with served(House().app) as url:
        results = audited(audits, f"{url}/graphql", TOKEN)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61


def test_they_pass_with_the_real_engine_and_real_tokens(audits: Path, world: World) -> None:
    with doors(world) as door:
        results = audited(audits, door.url, door.token)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
