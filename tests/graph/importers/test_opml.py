"""Lists of subscriptions and other outlines; a list and a feed's own file tell of one feed."""

from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, To
from graph.importers.web.opml import Opml
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values

FEEDS = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Subscriptions</title></head><body>
<outline text="News" title="News">
  <outline text="Wire" title="The Wire" type="rss" xmlUrl="https://wire.example/feed" htmlUrl="https://wire.example/" description="All of it" language="en" category="/a/b"/>
  <outline text="Local"><outline text="Town" type="rss" version="ATOM" xmlUrl="https://town.example/atom"/></outline>
</outline>
<outline text="Again"><outline text="Wire" xmlUrl="https://wire.example/feed"/></outline>
<outline text="Alone" type="rss" xmlUrl="https://alone.example/rss" title="Alone"/>
<outline text="A page" type="link" url="https://page.example/"/>
<outline text="Nothing" xmlUrl=""/>
<outline text="Empty"/>
</body></opml>
"""
OUTLINE = """<opml version="1.0"><head><title>Plan</title><ownerName>Ana</ownerName></head><body>
<outline text="Garden" _note="in spring&#10;[[Beds]]"><outline text="Dig &amp; sow" _complete="true"/>
<outline text="Site" type="link" url="https://example.org"/></outline><outline text="House"/></body></opml>
"""
BROKEN = '<opml version="1.1"><body><outline text="R&D" xmlUrl="https://x.example/?a=1&b=2"/><outline text="cut"'
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Wire itself</title>
<link>https://wire.example/</link><description>Every day</description>
<atom:link rel="self" href="https://wire.example/feed"/><item><guid>1</guid><title>One</title></item></channel></rss>
"""


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Opml()
    samples: ClassVar[dict[str, str]] = {"feeds.opml": FEEDS, "outline.xml": OUTLINE, "broken.opml": BROKEN}


def test_subscriptions(tmp_path: Path) -> None:
    found = run(Opml(), tmp_path / "f.opml", FEEDS)
    folders = {row.key: row.values for row in rows(found, "feed_folders")}
    assert [one["title"] for one in folders.values()] == ["News", "Local", "Again", "Empty"]
    news, local = list(folders)[:2]
    assert folders[local]["parent_id"] == To(news)
    wire, town, alone = filled(found, "feeds")
    said = {"title": "The Wire", "html_url": "https://wire.example/", "description": "All of it", "language": "en"}
    fields = {"opml": {"category": "/a/b"}, "folders": ["Again"]}
    place = {"xml_url": "https://wire.example/feed", "feed_folder_id": To(news), "source": "opml"}
    assert wire == said | place | {"custom_fields": fields}
    assert (town["type"], town["feed_folder_id"]) == ("atom", To(local))
    assert "feed_folder_id" not in alone
    assert values(found, "bookmarks") == {"url": "https://page.example/", "title": "A page", "source": "opml"}
    assert problems(found) == ["a feed without an address: 'Nothing'"]


def test_an_outline_is_a_note(tmp_path: Path) -> None:
    found = run(Opml(), tmp_path / "o.opml", OUTLINE)
    note = values(found, "notes")
    assert (note["title"], note["custom_fields"]) == ("Plan", {"opml": {"ownerName": "Ana"}})
    lines = ("- Garden", "  in spring", "  [[Beds]]", "  - [x] Dig & sow", "  - [Site](https://example.org)", "- House")
    assert note["content"] == "\n".join(lines) + "\n"


def test_bare_ampersands_and_a_cut(tmp_path: Path) -> None:
    found = run(Opml(), tmp_path / "b.opml", BROKEN)
    assert (values(found, "feeds")["title"], values(found, "feeds")["xml_url"]) == ("R&D", "https://x.example/?a=1&b=2")
    assert [one.warnings for one in items(found).values()] == [("the file is no valid XML: & was taken for &amp;",)]
    assert problems(found)[0].startswith("no valid XML")


def test_nested_as_deep_as_it_likes(tmp_path: Path) -> None:
    deep = "<opml><body>" + '<outline text="x">' * 20000 + "</outline>" * 20000 + "</body></opml>"
    assert len(values(run(Opml(), tmp_path / "d.opml", deep), "notes")["content"]) > 20000


async def test_a_list_and_a_feed_tell_of_one_feed(house: Household, tmp_path: Path) -> None:
    write(tmp_path, {"list.opml": FEEDS, "wire.xml": RSS})
    counts = told(await house.bring(tmp_path / "list.opml"))
    assert (counts["feed"], counts["feed_folder"]) == ({"created": 3}, {"created": 4})
    assert (await house.bring(tmp_path / "list.opml")).changes == 0
    counts = told(await house.bring(tmp_path / "wire.xml"))
    assert counts == {"feed": {"updated": 1}, "feed_article": {"created": 1}}
    query = """SELECT f.title, f.description, f.language, d.title AS folder FROM feeds f
        JOIN feed_folders d ON d.id = f.feed_folder_id WHERE f.xml_url LIKE '%wire%'"""
    assert [tuple(row) for row in await house.rows(query)] == [("The Wire itself", "Every day", "en", "News")]
    assert (await house.bring(tmp_path / "wire.xml")).changes == 0
    await house.change("feeds", await house.value("SELECT id FROM feeds WHERE xml_url LIKE '%wire%'"), language="de")
    await house.bring(tmp_path / "list.opml")
    query = "SELECT title, language FROM feeds WHERE xml_url LIKE '%wire%'"
    assert [tuple(row) for row in await house.rows(query)] == [("The Wire", "de")]


async def test_a_feed_that_moves_to_another_folder(house: Household, tmp_path: Path) -> None:
    path = write(tmp_path, {"list.opml": FEEDS}) / "list.opml"
    await house.bring(path)
    town = '<outline text="Town" type="rss" version="ATOM" xmlUrl="https://town.example/atom"/>'
    write(tmp_path, {"list.opml": FEEDS.replace(town, "").replace("</body>", town + "</body>")})
    assert told(await house.bring(path))["feed"] == {"updated": 1, "unchanged": 2}
    assert await house.value("SELECT feed_folder_id FROM feeds WHERE xml_url LIKE '%town%'") is None
