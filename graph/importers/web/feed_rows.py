"""What lists of subscriptions and feed files have in common: a feed is known by its address, whichever tells of it."""

from collections.abc import Mapping

from graph.importers.base import Row
from graph.importers.keys import shortened

SOURCE = "feeds"
"""One source for all lists and feeds, so that a subscription and its feed file are one feed."""

LONGEST_URL = 2000
"""Bytes of the longest address of a feed, and of the longest guid."""

_TYPES = {
    "rss": "rss",
    "rss1": "rss",
    "rss2": "rss",
    "rdf": "rss",
    "atom": "atom",
    "json": "json",
    "podcast": "podcast",
}


def feed_key(xml_url: str) -> str:
    """The key of the feed with this address."""
    return shortened(f"feed:{xml_url}")


def feed_row(xml_url: str, values: Mapping[str, object], source: str) -> Row:
    """A feed; what is None or missing is not said here."""
    said = {name: value for name, value in values.items() if value is not None}
    return Row("feeds", feed_key(xml_url), {"xml_url": xml_url, **said, "source": source})


def feed_type(written: str) -> str | None:
    """One of the types that the column has."""
    return _TYPES.get(written.strip().lower())
