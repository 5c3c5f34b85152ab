"""RSS, Atom and JSON Feed as files: the feed and its articles.

RSS 0.9 to 2.0, RDF and Atom are read by feedparser, JSON Feed 1.1 (https://jsonfeed.org/version/1.1) here. HTML is
cleaned of scripts and all that runs (`articles`). A feed that does not say its own address goes by that of its site,
or of the file, and counts as no longer followed, since there is nothing to ask.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import feedparser
import orjson

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import decode, path_text
from graph.importers.keys import digest, shortened
from graph.importers.web import json_feed, xml_feed
from graph.importers.web.articles import Article, Feed
from graph.importers.web.feed_rows import LONGEST_URL, SOURCE, feed_key, feed_row
from graph.importers.whole import beginning, is_markup, whole

_XML = re.compile(rb"<(?:rss|rdf:RDF|feed)[\s>]", re.IGNORECASE)
_NOT_FEEDS = re.compile(rb"<(?:opml|html|svg|kml|gpx)[\s>]", re.IGNORECASE)
_COMMENTS = re.compile(rb"<!--.*?-->", re.DOTALL)
_RDF = (b"http://purl.org/rss/1.0/", b"my.netscape.com/rdf/simple/0.9/", b"channel.netscape.com/rdf/simple/0.9/")
_JSON = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version')


class FeedFile:
    """Reads feeds that were saved to files."""

    format: ClassVar[str] = "feed"

    def identify(self, path: Path) -> bool:
        """By the root element of RSS, RDF with RSS in it, or Atom, or by JSON Feed's version."""
        start = _COMMENTS.sub(b"", beginning(path).replace(b"\0", b""))
        root = _XML.search(start) if is_markup(start) else None
        if root and not _NOT_FEEDS.search(start, 0, root.start()):
            return not root[0].lower().startswith(b"<rdf") or any(name in start for name in _RDF)
        return start.lstrip()[:1] == b"{" and _JSON.search(start) is not None

    def source(self, path: Path) -> str:
        return SOURCE

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The feed, then its articles in the file's order."""
        where, data = path_text(path), whole(path)
        if isinstance(data, Problem):
            yield data
            return
        is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
        feed = _json(data) if is_json else _xml(data)
        if isinstance(feed, str):
            yield Problem(where, feed)
            return
        yield from _Reading(where, path.resolve().as_uri()).items(feed)


def _json(data: bytes) -> Feed | str:
    decoded = decode(data)
    try:
        content = orjson.loads(decoded.text)
    except orjson.JSONDecodeError as error:
        return f"no valid JSON: {error}"
    return json_feed.feed(content) if isinstance(content, dict) else "a JSON Feed is an object"


def _xml(data: bytes) -> Feed | str:
    """What feedparser makes of it. HTML is cleaned once, later, for all kinds of feeds."""
    try:
        parsed = feedparser.parse(BytesIO(data), sanitize_html=False)
    except Exception as error:  # whatever a broken feed does to feedparser is no reason to stop an import
        return f"cannot be read as a feed: {type(error).__name__}"
    if not parsed.get("version") and not parsed.entries:
        return "there is no feed in this file"
    return xml_feed.feed(parsed)


@dataclass(slots=True)
class _Reading:
    """One file while its articles come out."""

    where: str
    file_uri: str

    def items(self, feed: Feed) -> Iterator[Item | Problem]:
        addresses = (url for url in (feed.xml_url, feed.html_url) if url and len(url.encode()) <= LONGEST_URL)
        xml_url = next(addresses, self.file_uri[:LONGEST_URL])
        known = xml_url == feed.xml_url
        warnings = feed.warnings if known else (*feed.warnings, f"the feed does not say its address: it is {xml_url}")
        values: dict[str, object] = {**feed.values, "html_url": feed.html_url}
        if not known:
            values["archived"] = True
        row = feed_row(xml_url, values, FeedFile.format)
        yield Item(row.key, (row,), self.where, warnings=warnings, partial=True)
        for article in _once(feed.articles):
            yield self._article(xml_url, article)

    def _article(self, xml_url: str, article: Article) -> Item:
        guid = shortened(article.guid)
        key = "article:" + digest(xml_url, guid)
        values = {"feed_id": To(feed_key(xml_url)), "guid": guid, **article.values}
        return Item(key, (Row("feed_articles", key, values),), self.where, warnings=article.warnings)


def _once(articles: list[Article]) -> Iterator[Article]:
    """Each article once: the newest of those that say the same guid and address; other addresses are others."""
    best: dict[tuple[str, Any], Article] = {}
    for article in articles:
        place = (article.guid, article.values.get("url"))
        if place not in best or _changed(article) > _changed(best[place]):
            best[place] = article
    met: set[str] = set()
    for (guid, url), article in best.items():
        yield article if guid not in met else article.under(f"{guid[:800]}#{digest(guid, str(url))[:16]}")
        met.add(guid)


def _changed(article: Article) -> float:
    moment = article.values.get("modified_at") or article.values.get("published_at")
    return moment.timestamp() if isinstance(moment, datetime) else float("-inf")
