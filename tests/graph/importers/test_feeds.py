"""RSS, Atom, RDF and JSON Feed as files: articles by their guids, texts without anything that runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, To
from graph.importers.web.syndication import FeedFile
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values

PODCAST = """<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Birds &amp;amp; Bees</title><link>https://cast.example/</link><description>About both</description>
<language>en-gb</language><atom:link rel="self" href="https://cast.example/feed.xml"/>
<image><url>https://cast.example/cover.png</url></image>
<item><title>Wrens</title><link>https://cast.example/1</link><guid isPermaLink="false">ep-1</guid>
<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate><dc:creator>Ana</dc:creator><category>birds</category>
<description>Short</description><content:encoded><![CDATA[<p onclick="x()">Long<script>alert(1)</script> <a href="/b">b</a></p>]]></content:encoded>
<enclosure url="https://cast.example/1.mp3" type="audio/mpeg" length="1234"/>
<enclosure url="https://cast.example/1.ogg" type="audio/ogg" length="-1"/><itunes:duration>1:02:03</itunes:duration></item>
<item><title>Twin</title><link>https://cast.example/2</link><guid isPermaLink="false">ep-1</guid><pubDate>someday</pubDate></item>
<item><title>No guid</title><description>5 &lt; 6</description></item></channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
<subtitle>of a town</subtitle><id>urn:1</id><link href="https://town.example/"/>
<entry><title type="html">One &lt;b&gt;&amp;amp; two&lt;/b&gt;</title><id>urn:a</id><link href="https://town.example/a"/>
<published>2026-03-01T10:00:00Z</published><updated>2026-03-02T10:00:00Z</updated><author><name>Ana</name></author>
<author><name>Bo</name></author><summary>Old</summary></entry>
<entry><title>One</title><id>urn:a</id><link href="https://town.example/a"/><updated>2026-03-03T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>New</p></div></content></entry></feed>
"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://old.example/"><title>Old</title><link>https://old.example/</link></channel>
<item rdf:about="https://old.example/1"><title>First</title><link>https://old.example/1</link></item></rdf:RDF>
"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "feed_url": "https://j.example/feed.json",
"home_page_url": "https://j.example/", "description": "d", "items": [
{"id": 7, "url": "https://j.example/7", "title": "Seven", "content_html": "<p>x<img src=x onerror=alert(1)></p>",
 "summary": "a < b", "date_published": "2026-03-01T10:00:00+01:00", "authors": [{"name": "Ana"}, {"name": "Bo"}],
 "tags": ["x", "x", 1], "attachments": [{"url": "https://j.example/7.mp3", "mime_type": "audio/mpeg",
 "size_in_bytes": 99, "duration_in_seconds": 61}], "banner_image": "https://j.example/b.png"},
{"content_text": "plain", "date_published": "never"}, 5]}
"""


class TestConformance(Conformance):
    importer: ClassVar[Importer] = FeedFile()
    samples: ClassVar[dict[str, str]] = {"cast.xml": PODCAST, "atom.atom": ATOM, "old.rdf": RDF, "feed.json": JSON}


def test_a_podcast(tmp_path: Path) -> None:
    found = run(FeedFile(), tmp_path / "f.xml", PODCAST)
    feed = values(found, "feeds")
    said = {"title": "Birds & Bees", "description": "About both", "language": "en-gb", "type": "podcast"}
    at = {"xml_url": "https://cast.example/feed.xml", "html_url": "https://cast.example/"}
    assert feed == said | at | {"image_url": "https://cast.example/cover.png", "source": "feed"}
    wrens, twin, nameless = filled(found, "feed_articles")
    assert wrens.pop("feed_id") == To(rows(found, "feeds")[0].key)
    assert wrens.pop("content") == '<p>Long <a href="https://cast.example/b" rel="noopener noreferrer">b</a></p>'
    assert [one["href"] for one in wrens.pop("custom_fields")["enclosures"]] == ["https://cast.example/1.ogg"]
    sound = {"enclosure_url": "https://cast.example/1.mp3", "enclosure_type": "audio/mpeg", "enclosure_length": 1234}
    assert wrens == sound | {
        **{"guid": "ep-1", "url": "https://cast.example/1", "title": "Wrens", "author": "Ana", "categories": ["birds"]},
        **{"summary": "Short", "content_format": "html", "duration_s": 3723},
        "published_at": datetime(2026, 3, 1, 9, tzinfo=UTC),
    }
    assert twin["guid"].startswith("ep-1#")
    assert twin["custom_fields"] == {"published": "someday"}
    assert (nameless["guid"][:7], nameless["summary"], nameless["content_format"]) == ("digest:", "5 &lt; 6", "html")


def test_the_newest_of_an_entry_counts(tmp_path: Path) -> None:
    found = run(FeedFile(), tmp_path / "f.xml", ATOM)
    article = values(found, "feed_articles")
    assert (article["title"], article["content"], article["guid"]) == ("One", "<p>New</p>", "urn:a")
    feed = values(found, "feeds")
    assert (feed["xml_url"], feed["type"], feed["archived"]) == ("https://town.example/", "atom", True)
    first = next(iter(items(found).values()))
    assert first.warnings == ("the feed does not say its address: it is https://town.example/",)


def test_json_feed(tmp_path: Path) -> None:
    found = run(FeedFile(), tmp_path / "f.json", JSON)
    seven, plain = filled(found, "feed_articles")
    assert (seven["content"], seven["summary"]) == ('<p>x<img src="https://j.example/x"></p>', "a &lt; b")
    assert (seven["guid"], seven["author"], seven["categories"]) == ("7", "Ana, Bo", ["x"])
    assert (seven["enclosure_length"], seven["duration_s"]) == (99, 61)
    assert seven["published_at"] == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert seven["custom_fields"] == {"banner_image": "https://j.example/b.png"}
    assert (plain["content"], plain["content_format"]) == ("plain", "plain")


def test_what_is_no_feed(tmp_path: Path) -> None:
    for name, text in {
        "a.html": "<html><svg><feed></feed></svg></html>",
        "b.json": '{"version": 1}',
        "c.xml": "<x/>",
    }.items():
        (tmp_path / name).write_text(text)
        assert not FeedFile().identify(tmp_path / name)
    assert problems(run(FeedFile(), tmp_path / "x.xml", "nothing")) == ["there is no feed in this file"]


async def test_the_same_again_and_an_edit(house: Household, tmp_path: Path) -> None:
    path = write(tmp_path, {"f.xml": PODCAST}) / "f.xml"
    assert told(await house.bring(path)) == {"feed": {"created": 1}, "feed_article": {"created": 3}}
    assert (await house.bring(path)).changes == 0
    write(tmp_path, {"f.xml": PODCAST.replace(">Wrens<", ">The wren<")})
    assert told(await house.bring(path))["feed_article"] == {"updated": 1, "unchanged": 2}
