"""JSON Feed 1.0 and 1.1 as columns (https://jsonfeed.org/version/1.1)."""

from collections.abc import Mapping
from typing import Any

import orjson

from graph.importers.decoding import storable_json
from graph.importers.keys import digest
from graph.importers.web.articles import Article, Feed, Text, moment, number, plain, seconds, text, texts

_SAID = frozenset((
    "id", "url", "title", "summary", "content_html", "content_text", "image", "date_published", "date_modified",
    "authors", "author", "tags", "language", "attachments",
))  # fmt: skip


def feed(content: Mapping[str, Any]) -> Feed:
    """The feed and its articles; what is no object among them is told."""
    given, site = content.get("items"), text(content.get("home_page_url"))
    items = given if isinstance(given, list) else []
    articles = [_article(one, site) for one in items if isinstance(one, dict)]
    lost = len(items) - len(articles)
    values = {
        "title": text(content.get("title")) or "",
        "description": text(content.get("description")),
        "type": "json",
        "language": text(content.get("language")),
        "image_url": text(content.get("icon")) or text(content.get("favicon")),
    }
    warnings = (f"{lost} items of the feed are no objects and were left out",) if lost else ()
    return Feed(text(content.get("feed_url")), site, values, articles, warnings)


def _article(item: Mapping[str, Any], site: str | None) -> Article:
    url, title = text(item.get("url")) or text(item.get("external_url")), plain(item.get("title"))
    id_ = item.get("id")
    written = text(str(id_)) if isinstance(id_, str | int | float) else None
    guid = written or url or "digest:" + digest(orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode())
    attachments = [one for one in _list(item.get("attachments")) if isinstance(one, dict) and text(one.get("url"))]
    first = attachments[0] if attachments else {}
    more = {name: value for name, value in item.items() if name not in _SAID and value not in (None, "", [], {})}
    if attachments[1:]:
        more["attachments"] = attachments[1:]
    html, words = item.get("content_html"), item.get("content_text")
    content = Text(html, True) if isinstance(html, str) else Text(words, False) if isinstance(words, str) else None
    summary = item.get("summary")
    values: dict[str, object] = {
        "url": url,
        "title": title or "",
        "author": _authors(item),
        "published_at": moment(item.get("date_published")),
        "modified_at": moment(item.get("date_modified")),
        "categories": list(dict.fromkeys(filter(None, map(text, _list(item.get("tags")))))),
        "language": text(item.get("language")),
        "image_url": text(item.get("image")),
        "enclosure_url": text(first.get("url")),
        "enclosure_type": text(first.get("mime_type")),
        "enclosure_length": number(first.get("size_in_bytes")),
        "duration_s": seconds(first.get("duration_in_seconds", "")),
        "custom_fields": storable_json(more),
        **texts(Text(summary, False) if isinstance(summary, str) else None, content, url or site),
    }
    return Article(guid, values)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _authors(item: Mapping[str, Any]) -> str | None:
    given = [*_list(item.get("authors")), item.get("author")]
    names = [text(one.get("name")) for one in given if isinstance(one, dict)]
    return ", ".join(dict.fromkeys(filter(None, names))) or None
