"""Feeds go out as OPML and come in as the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from graph.exporters.base import Exporter, Lost
from graph.exporters.opml import Opml
from tests.graph.exporters.round_trip import RoundTrip, contents, out
from tests.graph.household import Household, write

_LIST = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Old list</title></head><body>
<outline text="Zebra &amp; co" nextItem="7" isOpen="false">
  <outline text="Deep"><outline text="Both" xmlUrl="https://both.example/feed" category="/a,/b"/></outline>
  <outline type="rss" text="Atom one" xmlUrl="https://atom.example/" version="atom" htmlUrl="https://atom.example/?a=1&amp;b=2"/>
</outline>
<outline text="Aardvark"><outline text="Both" xmlUrl="https://both.example/feed"/></outline>
</body></opml>"""


class TestOpml(RoundTrip):
    exporter: ClassVar[Exporter] = Opml()
    name = "feeds.opml"
    tables = ("feeds", "feed_folders")
    edits: ClassVar[Mapping[bytes, bytes]] = {
        b'version="atom"': b'version="json"',
        b'text="same" title="same" xmlUrl="https://x.example/3': b'text="other" title="other" xmlUrl="https://x.example/3',
        b'version="podcast"': b'version="rss"',
    }

    async def fill(self, house: Household, directory: Path) -> None:
        await house.bring(write(directory / "old", {"list.opml": _LIST}) / "list.opml")
        folder = await house.create("feed_folders", title=' <by> "hand" ')
        empty = await house.create("feed_folders", title="Empty", parent_id=folder)
        await house.create("feed_folders", title="Emptier", parent_id=empty, sort_order=2.5)
        for number, title in enumerate(("Ñandú\nof two lines", "", "\x01 & <>'\"", "same", "same")):
            feed = {"title": title, "xml_url": f"https://x.example/{number}?a=1&b=<2>"}
            await house.create("feeds", **feed, feed_folder_id=folder if number % 2 else None)
        await house.create(
            "feeds", title="Cast", xml_url="cast:1", type="podcast", language="es", description="a\r\nb\tc"
        )


async def test_feeds_keep_their_folders_types_and_further_attributes(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, {"list.opml": _LIST}) / "list.opml")
    await out(house, Opml(), tmp_path / "out.opml")
    text = contents(tmp_path / "out.opml")["."].decode()
    assert text.index("Zebra") < text.index("Deep") < text.index("Aardvark")
    assert text.count('xmlUrl="https://both.example/feed"') == 2
    assert text.count('category="/a,/b"') == 2
    assert (text.count('nextItem="7"'), text.count('version="atom"')) == (1, 1)


async def test_what_opml_cannot_say_is_told(house: Household, tmp_path: Path) -> None:
    await house.create("feed_folders", title="F")
    await house.create("feed_folders", title="F")
    done = await out(house, Opml(), tmp_path / "folders.opml")
    assert (done.records, [one.reason for one in done.lost]) == (0, ["a folder in a list without any feed"] * 2)
    await house.create("feeds", title="A", xml_url="a:1", archived=True, custom_fields={"opml": {"{urn:x}y": "1"}})
    done = await out(house, Opml(), tmp_path / "feeds.opml")
    assert done.records == 2
    assert done.lost == [
        Lost("F", "another folder of this name in the same place: they became one"),
        Lost("A", "that it is no longer followed"),
        Lost("A", "its attribute {urn:x}y"),
    ]
