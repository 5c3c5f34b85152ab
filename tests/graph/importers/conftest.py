"""What a test made itself, imported as if it stood in a file."""

from pathlib import Path
from typing import Any

import pytest

from graph.importers import run
from graph.importers.base import Item, Problem
from graph.importers.report import Report
from tests.graph.household import Household, write
from tests.graph.importers.bringing import Given


@pytest.fixture
def bring(house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import these items as if they stood in a file; `await bring(items, **options)`."""

    async def work(*found: Item | Problem, **options: Any) -> Report:
        monkeypatch.setattr(run, "IMPORTERS", (Given(found),))
        return await house.bring(write(tmp_path, {"x.given": ""}) / "x.given", **options)

    return work
