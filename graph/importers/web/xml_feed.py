"""What feedparser found in a feed, as columns (https://feedparser.readthedocs.io/en/latest/reference.html)."""

from typing import Any

from graph.importers.keys import digest
from graph.importers.web.articles import Article, Feed, Text, moment_of, number, plain, seconds, text, texts
from graph.importers.web.feed_rows import feed_type

_HTML = ("text/html", "application/xhtml+xml")
_KEPT = ("rights", "license", "source", "publisher", "contributors", "geo_lat", "geo_long", "itunes_season",
         "itunes_episode", "itunes_explicit", "slash_comments", "wfw_commentrss")  # fmt: skip


def feed(parsed: Any) -> Feed:
    """The feed and its articles."""
    channel = parsed.feed
    rels = {link.get("rel"): link.get("href") for link in reversed(channel.get("links") or ())}
    articles = [_article(entry, text(channel.get("link"))) for entry in parsed.entries]
    sounding = any(str(entry.values.get("enclosure_type") or "").startswith(("audio/", "video/")) for entry in articles)
    podcast = sounding and any("itunes" in prefix for prefix in parsed.get("namespaces") or ())
    values = {
        "title": plain(channel.get("title")) or "",
        "description": plain(channel.get("subtitle")),
        "type": "podcast" if podcast else feed_type((parsed.version or "rss").rstrip("0123456789un")[:4]),
        "language": text(channel.get("language")),
        "image_url": text((channel.get("image") or {}).get("href")) or text(channel.get("logo")),
    }
    broken = f"the feed is no valid XML: {parsed.get('bozo_exception')}" if parsed.get("bozo") else ""
    return Feed(
        text(rels.get("self")),
        text(channel.get("link")),
        values,
        articles,
        (" ".join(broken.split()),) if broken else (),
    )


def _article(entry: Any, site: str | None) -> Article:
    url, title = text(entry.get("link")), plain(entry.get("title"))
    published, updated = moment_of(entry.get("published_parsed")), moment_of(_own(entry, "updated_parsed"))
    guid = text(entry.get("id")) or url or "digest:" + digest(title or "", str(entry.get("published", "")))
    enclosures = [one for one in entry.get("enclosures") or () if text(one.get("href"))]
    first = enclosures[0] if enclosures else {}
    fields: dict[str, object] = {name: _plain(entry[name]) for name in _KEPT if entry.get(name)}
    if enclosures[1:]:
        fields["enclosures"] = [_plain(one) for one in enclosures[1:]]
    for name, column in (("published", published), ("updated", updated)):
        if column is None and (written := text(_own(entry, name))):
            fields[name] = written
    values: dict[str, object] = {
        "url": url,
        "title": title or "",
        "author": _authors(entry),
        "published_at": published,
        "modified_at": updated,
        "categories": list(dict.fromkeys(filter(None, (text(tag.get("term")) for tag in entry.get("tags") or ())))),
        "language": text(entry.get("language")),
        "image_url": _image(entry),
        "comments_url": text(entry.get("comments")),
        "enclosure_url": text(first.get("href")),
        "enclosure_type": text(first.get("type")),
        "enclosure_length": number(first.get("length")),
        "duration_s": seconds(entry.get("itunes_duration", "")),
        "custom_fields": fields,
        **texts(_summary(entry), _content(entry), url or site),
    }
    return Article(guid, values)


def _own(entry: Any, name: str) -> Any:
    """What the entry itself has: feedparser would give one time for the other, with a warning."""
    return dict.get(entry, name)


def _plain(value: Any) -> Any:
    """feedparser's dictionaries as JSON has them."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items() if not str(name).endswith("_parsed")}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return text(str(value)) or ""


def _authors(entry: Any) -> str | None:
    names = [text(one.get("name")) or text(one.get("email")) for one in entry.get("authors") or ()]
    return ", ".join(dict.fromkeys(filter(None, names))) or text(entry.get("author"))


def _image(entry: Any) -> str | None:
    pictures = [*(entry.get("media_thumbnail") or ()), entry.get("image") or {}]
    return next((url for one in pictures if (url := text(one.get("url") or one.get("href")))), None)


def _content(entry: Any) -> Text | None:
    """The content; of several the one in HTML."""
    given = sorted(entry.get("content") or (), key=lambda one: one.get("type") not in _HTML)
    return Text(given[0].get("value") or "", given[0].get("type") in _HTML) if given else None


def _summary(entry: Any) -> Text | None:
    """The summary, where feedparser did not take it from the content."""
    value = entry.get("summary") or ""
    if any(one.get("value") == value for one in entry.get("content") or ()):
        return None
    return Text(value, (entry.get("summary_detail") or {}).get("type") in _HTML)
