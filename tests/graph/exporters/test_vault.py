"""Notes, diary entries and the files that they show leave as a vault and come back as they were."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from graph.exporters.base import Exporter
from graph.exporters.calendars.icalendar import ICalendarFile
from graph.exporters.opml import Opml
from graph.exporters.vault.places import safe_path
from graph.exporters.vault.vault import MarkdownDirectory
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

VAULT: dict[str, str | bytes | None] = {
    "Start.md": "---\ntitle: Der Anfang\naliases: [A, B]\ntags: x, y\nno: no\ndate: 2026-01-01\n---\n\n# Start\n![[boat.png]]\n",
    "Windows.md": b"---\r\na: 1\r\n---\r\nlines\r\nof Windows",
    "empty.md": "",
    "rules.md": "---\nno front matter here\n---\nbetween rules",
    "broken.markdown": "---\na: [1\n---\nkept",
    "Ünïcode/Deep/🎻 violin.md": "Text with [[Start|a link]]  \n",
    "Ünïcode/2026-03-14.md": "---\nmood: good\n---\nDaily",
    "2026_03_15.md": "Underscores",
    "files/boat.png": b"\x89PNG\r\n\x1a\n",
    "board.canvas": '{"nodes":[{"id":"1","type":"text","text":"Hi","x":0,"y":0,"width":1,"height":1}]}',
}


class TestRoundTrip(RoundTrip):
    exporter: ClassVar[Exporter] = MarkdownDirectory()
    name: ClassVar[str] = "Life"
    tables: ClassVar[tuple[str, ...]] = ("notes", "diary_entries", "files")
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b"a link]]": b"another link]]",
        b"Daily": b"Weekly",
        b"\x89PNG": b"\x89png",
        b"Beet\n": b"Beetroot\n",
        b"More snow": b"Less snow",
    }

    async def fill(self, house: Household, directory: Path) -> None:
        understood = {name: text for name, text in VAULT.items() if name != "broken.markdown"}
        await house.bring(write(directory / "old" / "Life", understood))
        top = await house.create("notebooks", title="Recipes")
        below = await house.create("notebooks", title="Soups", parent_id=str(top))
        fields = {"count": 3, "ratio": 0.5, "when": "2026-01-01", "no": "no", "deep": {"a": [True, None, "x: y"]}}
        await house.create(
            "notes",
            title="Borscht",
            content="Beet\n",
            notebook_id=str(below),
            aliases=["Soup, red"],
            custom_fields=fields,
        )
        await house.create("notes", title="Other rules", content="---\na: b\n---\nrules first")
        await house.create("diary_entries", entry_date="2026-02-03", title="2026-02-03", content="Snow")
        await house.create("diary_entries", entry_date="2026-02-03", title="2026-02-03", content="More snow")


async def test_a_vault_comes_out_as_it_came_in(house: Household, tmp_path: Path) -> None:
    """But for what stands between the rules of front matter: they end with a line feed alone."""
    vault = write(tmp_path / "in" / "Life", VAULT)
    await house.bring(vault)
    await out(house, MarkdownDirectory(), tmp_path / "Life")
    first, second = contents(vault), contents(tmp_path / "Life")
    assert second.pop("Windows.md") == b"---\na: 1\n---\nlines\r\nof Windows"
    del first["Windows.md"]
    assert first == second


async def test_what_it_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    await house.create("notes", title="a/b", content="x", pinned=True)
    await house.create("notes", title="2026-01-01", content="no diary")
    await house.create("notes", title="Same", content="1")
    await house.create("notes", title="same", content="2")
    await house.create("notes", title="Page", content="<p>", content_format="html")
    await house.create("diary_entries", entry_date="2026-01-02", title="Snow at last", mood=5)
    await house.create("notebooks", title="Empty")
    await house.create("files", name="gone.pdf", path="gone.pdf")
    done = await out(house, MarkdownDirectory(), tmp_path / "vault")
    assert sorted((one.label, one.reason.partition(":")[0]) for one in done.lost) == [
        ("2026-01-01", "title = 2026-01-01"),
        ("Empty", "a notebook without notes"),
        ("Page", "content_format = html"),
        ("Snow at last", "mood = 5"),
        ("Snow at last", "title = Snow at last"),
        ("a/b", "pinned = True"),
        ("a/b", "title = a/b"),
        ("gone.pdf", "its bytes are not here"),
        ("same", "title = same"),
    ]
    assert contents(tmp_path / "vault")["a_b.md"] == b"---\ntitle: a/b\n---\nx", (
        "so that links by that name still lead here"
    )


async def test_only_its_owner_may_read_it(house: Household, tmp_path: Path) -> None:
    await house.create("notes", title="Mine")
    for exporter in (MarkdownDirectory(), ICalendarFile(), Opml()):
        (tmp_path / f"{exporter.format}.part").write_text("of a run that was killed")
        await out(house, exporter, tmp_path / exporter.format)
        assert (tmp_path / exporter.format).stat().st_mode & 0o077 == 0


async def test_nothing_is_written_outside(house: Household, tmp_path: Path) -> None:
    await house.create("notes", title="../../up", content="x", source_path="../../up.md")
    await house.create("diary_entries", entry_date="2026-01-02", title="2026-01-02", source_path="../../2026-01-02.md")
    await house.create("notebooks", title="..")
    (tmp_path / "in").mkdir()
    assert safe_path("/etc/../../.ssh/a\\..\\b") == "etc/_ssh/a/b"
    await out(house, MarkdownDirectory(), tmp_path / "in" / "vault")
    assert sorted(contents(tmp_path)) == ["in/vault/2026-01-02.md", "in/vault/_._.._up.md"]


async def test_an_edit_leaves_too(house: Household, tmp_path: Path) -> None:
    vault = write(tmp_path / "in" / "Life", {"Note.md": "---\na: 1\nb: [2]\n---\ntext"})
    await house.bring(vault)
    note = await house.id_of("Note")
    await house.change("notes", note, custom_fields={"a": None, "c": "yes"})
    done = await out(house, MarkdownDirectory(), tmp_path / "Life")
    assert (contents(tmp_path / "Life"), done.lost) == ({"Note.md": b"---\nb:\n- 2\nc: 'yes'\n---\ntext"}, [])
