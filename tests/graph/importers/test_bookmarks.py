"""Bookmark files of browsers and services: folders, tags, times; the same again changes nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, To
from graph.importers.web.bookmarks import Bookmarks
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run
from tests.graph.importers.memory import little_memory

HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""
CHROME = (
    HEAD
    + """    <DT><H3 ADD_DATE="1500000000" LAST_MODIFIED="0" PERSONAL_TOOLBAR_FOLDER="true">Bookmarks bar</H3>
    <DL><p>
        <DT><A HREF="https://example.org/a?b=1&amp;c=2" ADD_DATE="1500000000" ICON="data:image/png;base64,AA==">A &amp; B</A>
        <DT><H3>Trips</H3>
        <DL><p>
            <DT><A HREF="https://example.org/a?b=1&amp;c=2">A again</A>
            <DT><A HREF="https://example.org/a?b=1&amp;c=2">A once more</A>
        </DL><p>
        <DT><H3>Trips</H3>
        <DL><p>
            <DT><A HREF="javascript:alert(1)">Bookmarklet</A>
        </DL><p>
    </DL><p>
    <DT><A HREF="https://example.org/last">Last</A>
</DL><p>
"""
)
FIREFOX = (
    HEAD
    + """<DT><H3>Reading</H3>
<DD>What to read
on Sundays
<DL><p>
<DT><A HREF="https://example.org/x" ADD_DATE="1500000000" LAST_MODIFIED="1500000001" TAGS="birds,slow reading"
 SHORTCUTURL="x" LAST_CHARSET="UTF-8">X</A>
<DD>First line
second <b>line</b> &lt;3
<HR>
<DT><A HREF="">No address</A>
<DT><A HREF="place:sort=8" ADD_DATE="1500000000000000">Recent</A>
</DL>
"""
)
PINBOARD = (
    HEAD
    + '<DT><A HREF="https://example.org/p" ADD_DATE="1500000000" PRIVATE="1" TOREAD="1" TAGS="a,b,a">P</A>\n<DD>Why\n'
    + '<DT><A HREF="https://example.org/q" TAGS="">Q\n'
    + "</DL><p>"
)
POCKET = """<!DOCTYPE html><html><!--So long and thanks for all the fish--><head><title>Pocket Export</title></head>
<body><h1>Unread</h1><ul>
<li><a href="https://example.org/u" time_added="1500000000" tags="one">U</a></li>
</ul><h1>Read Archive</h1><ul><li><a href="https://example.org/r" time_added="1500000001" tags="">R</a></li></ul></body></html>
"""


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Bookmarks()
    samples: ClassVar[dict[str, str]] = {"c.html": CHROME, "f.html": FIREFOX, "p.html": PINBOARD, "pocket.html": POCKET}


def test_folders_and_twins(tmp_path: Path) -> None:
    found = run(Bookmarks(), tmp_path / "b.html", CHROME)
    bar, trips, more = rows(found, "bookmark_folders")
    assert [row.values["title"] for row in (bar, trips, more)] == ["Bookmarks bar", "Trips", "Trips"]
    assert (bar.values["parent_id"], trips.values["parent_id"], more.key) == (None, To(bar.key), f"{trips.key}#2")
    first, again, twin, script, last = rows(found, "bookmarks")
    assert (first.values["url"], first.values["title"]) == ("https://example.org/a?b=1&c=2", "A & B")
    folders = [row.values["folder_id"] for row in (first, again, twin, script, last)]
    assert folders == [To(bar.key), To(trips.key), To(trips.key), To(more.key), None]
    assert twin.key == f"{again.key}#2"
    assert b"ICON=" in (items(found)[first.key].raw or b"")


def test_what_firefox_says(tmp_path: Path) -> None:
    found = run(Bookmarks(), tmp_path / "b.html", FIREFOX)
    bookmark, recent = filled(found, "bookmarks")
    assert bookmark["description"] == "First line\nsecond line <3"
    times = {"added_at": "2017-07-14T02:40:00+00:00", "modified_at": "2017-07-14T02:40:01+00:00"}
    more = {"tags": ["birds", "slow reading"], "netscape": {"shortcuturl": "x", "last_charset": "UTF-8"}}
    assert bookmark["custom_fields"] == times | more
    assert recent["custom_fields"] == {"added_at": "2017-07-14T02:40:00+00:00"}
    assert problems(found) == ["a bookmark without an address: 'No address'"]
    folder = next(iter(items(found).values()))
    assert folder.warnings == ("the description of the folder 'Reading' is only kept raw",)
    assert b"on Sundays" in (folder.raw or b"")


def test_what_services_say(tmp_path: Path) -> None:
    first, second = filled(run(Bookmarks(), tmp_path / "b.html", PINBOARD), "bookmarks")
    assert first["custom_fields"]["tags"] == ["a", "b"]
    assert first["custom_fields"]["netscape"] == {"private": "1", "toread": "1"}
    assert (first["description"], second["title"]) == ("Why", "Q")
    unread, read = filled(run(Bookmarks(), tmp_path / "b.html", POCKET), "bookmarks")
    assert "read_at" not in unread
    assert read["read_at"] == datetime(2017, 7, 14, 2, 40, 1, tzinfo=UTC)


async def test_the_same_again_and_an_edit(house: Household, tmp_path: Path) -> None:
    path = write(tmp_path, {"b.html": FIREFOX}) / "b.html"
    first = await house.bring(path)
    assert told(first) == {"bookmark_folder": {"created": 1}, "bookmark": {"created": 2}}
    assert sorted(await house.column("SELECT name FROM tags")) == ["birds", "slow reading"]
    assert (await house.bring(path)).changes == 0
    write(tmp_path, {"b.html": FIREFOX.replace(">X<", ">Y<").replace("<HR>", '<DT><A HREF="https://n.example">N</A>')})
    assert told(await house.bring(path))["bookmark"] == {"created": 1, "updated": 1, "unchanged": 1}
    write(
        tmp_path, {"other.html": HEAD + "<DT><H3>Reading</H3><DL>" + '<DT><A HREF="https://example.org/x">Y</A></DL>'}
    )
    assert "created" not in told(await house.bring(tmp_path / "other.html"))["bookmark"]


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("w") as file:
        file.write(HEAD)
        for number in range(4000):
            file.write(f'<DT><A HREF="https://example.org/{number}" ICON="{"A" * 2000}">Page {number}</A>\n')
    with little_memory(path.stat().st_size / 3):
        count = sum(1 for _ in Bookmarks().extract(path))
    assert count == 4000
