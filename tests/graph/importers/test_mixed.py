"""A directory of mixed things: notes, pictures, documents, archives and vaults of their own, each what it is."""

import zipfile
from pathlib import Path

import pytest

from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.drawn import picture

NOTES = {"README.md": "My things, with ![](trips/coast.jpg) and ![[scan.txt]].", "trips/Coast.md": "By the [[README]]."}
LINKS = """SELECT f.path, n.title FROM entity_links l JOIN files f ON f.id = l.target_id JOIN notes n ON n.id = l.source_id
           WHERE l.kind = 'extracted' ORDER BY 1"""


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """Notes with a picture and a document among them, an archive, and two vaults."""
    root = write(tmp_path / "things", {**NOTES, "trips/coast.jpg": picture(), "papers/scan.txt": "The lease of 2019."})
    write(root / "vaults/work", {".obsidian/app.json": "{}", "Plan.md": "![[chart.png]]", "chart.png": picture("PNG")})
    write(root / "vaults/old", {"logseq/config.edn": "{}", "pages/Idea.md": "- an idea"})
    with zipfile.ZipFile(root / "people.zip", "w") as archive:
        archive.writestr("ana.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:ana\r\nFN:Ana\r\nEND:VCARD\r\n")
    return root


async def test_each_thing_comes_in_as_what_it_is(house: Household, things: Path) -> None:
    report = await house.bring(things)
    assert report.problems == []
    assert {type_: counts["created"] for type_, counts in told(report).items()} == {
        "album": 1, "album_item": 1, "contact": 1, "address_book": 1, "document": 1, "file": 4, "note": 4, "notebook": 5, "photo": 1,
    }  # fmt: skip
    assert await house.rows(LINKS) == [
        ("chart.png", "Plan"),
        ("papers/scan.txt", "README"),
        ("trips/coast.jpg", "README"),
    ]
    assert (await house.bring(things)).changes == 0


async def test_a_vault_is_the_same_one_by_itself(house: Household, things: Path) -> None:
    await house.bring(things)
    assert told(await house.bring(things / "vaults/work")) == {
        "file": {"unchanged": 1}, "note": {"unchanged": 1}, "notebook": {"unchanged": 1},
    }  # fmt: skip


async def test_all_in_a_vault_is_the_vaults(house: Household, things: Path) -> None:
    write(things, {".obsidian/app.json": "{}"})
    report = told(await house.bring(things))
    assert {"album", "photo", "document", "contact"} & set(report) == set()
    assert report["note"] == {"created": 4}
