"""Canvases become notes beside their files, linked to what is on them."""

from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, To
from graph.importers.vault.canvas import JsonCanvas
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, items, problems, run, values

BOARD = """{"nodes": [
{"id": "g", "type": "group", "x": 0, "y": 0, "width": 500, "height": 500, "label": "Ideas"},
{"id": "t2", "type": "text", "text": "Second [[B]] #idea", "x": 10, "y": 200, "width": 100, "height": 50},
{"id": "t1", "type": "text", "text": "# First\\n\\nText", "x": 10, "y": 10, "width": 100, "height": 50},
{"id": "f", "type": "file", "file": "sub/A.md", "subpath": "#Part", "x": 900, "y": 0, "width": 10, "height": 10},
{"id": "l", "type": "link", "url": "https://example.org/x", "x": 900, "y": 100, "width": 10, "height": 10}],
"edges": [{"id": "1", "fromNode": "f", "toNode": "t1", "label": "leads to"},
{"id": "2", "fromNode": "l", "toNode": "gone", "fromEnd": "arrow", "toEnd": "none"}]}
"""
TEXT = """![[sub/A.md#Part]]

<https://example.org/x>

## Ideas

# First

Text

Second [[B]] #idea

## Connections

- [[sub/A.md#Part]] → *leads to* → # First Text
- <https://example.org/x> ← …
"""
ODD = '{"nodes": [{"id": 1}, 5, {"id": "a", "type": "new", "x": "left"}], "edges": {}}'


class TestConformance(Conformance):
    importer: ClassVar[Importer] = JsonCanvas()
    samples: ClassVar[dict[str, str]] = {"board.canvas": BOARD, "odd.canvas": ODD}


def test_a_board_in_words(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "plans").mkdir()
    found = run(JsonCanvas(), tmp_path / "plans" / "Board.canvas", BOARD)
    assert list(items(found)) == ["notebook:", "notebook:plans", "canvas:plans/Board.canvas"]
    note = values(found, "notes")
    assert note.pop("content") == TEXT
    named = {"title": "Board.canvas", "notebook_id": To("notebook:plans")}
    assert note == named | {"content_format": "markdown", "source": "canvas"}
    assert items(found)["canvas:plans/Board.canvas"].raw == BOARD.encode()


def test_what_is_no_canvas(tmp_path: Path) -> None:
    assert "content" not in values(run(JsonCanvas(), tmp_path / "new.canvas", ""), "notes")
    assert problems(run(JsonCanvas(), tmp_path / "a.canvas", "{"))[0].startswith("no valid JSON")
    assert problems(run(JsonCanvas(), tmp_path / "a.canvas", "[]")) == ["a canvas is an object with nodes and edges"]
    warnings = items(run(JsonCanvas(), tmp_path / "a.canvas", ODD))["canvas:a.canvas"].warnings
    assert warnings[0].startswith("2 parts of the canvas")


async def test_a_canvas_in_a_vault(house: Household, tmp_path: Path) -> None:
    files = {"sub/A.md": "a", "B.md": "[[Board.canvas]]", "Board.canvas": BOARD, ".obsidian/app.json": "{}"}
    report = await house.bring(write(tmp_path, files))
    counts = {"notebook": {"created": 2, "unchanged": 1}, "note": {"created": 3}, "file": {"created": 1}}
    assert told(report)["note"] == counts["note"]
    assert told(report)["file"] == counts["file"]
    assert await house.column("SELECT name FROM tags") == ["idea"]
    query = """SELECT s.title, l.relation, l.target_type FROM entity_links l JOIN notes s ON s.id = l.source_id
        WHERE l.kind = 'extracted' AND l.deleted_at IS NULL ORDER BY 1, 2, 3"""
    links = [tuple(row) for row in await house.rows(query)]
    assert links == [
        ("B", "LINKS_TO", "file"),
        ("Board.canvas", "EMBEDS", "note"),
        ("Board.canvas", "LINKS_TO", "note"),
        ("Board.canvas", "LINKS_TO", "note"),
    ]
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"Board.canvas": BOARD.replace("Second", "2nd")})
    counts = told(await house.bring(tmp_path))
    assert (counts["note"], counts["file"]) == ({"updated": 1, "unchanged": 2}, {"updated": 1})
