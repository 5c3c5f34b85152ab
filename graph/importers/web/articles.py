"""What a feed is and brings, of whichever kind, and its texts made fit to be kept: no scripts, nothing that runs."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import nh3

from graph.importers.decoding import storable

_MOST = 2**63 - 1
_LONGEST_S = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Article:
    """One article: what identifies it in its feed, and the columns of `feed_articles`."""

    guid: str
    values: Mapping[str, object]
    warnings: tuple[str, ...] = ()

    def under(self, guid: str) -> "Article":
        """The same under another guid, for its own is another's too."""
        return replace(self, guid=guid, warnings=(*self.warnings, f"another article has the same guid: {self.guid}"))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its own address and its site's, further columns of `feeds`, and its articles."""

    xml_url: str | None
    html_url: str | None
    values: Mapping[str, object]
    articles: list[Article]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an article, HTML or not."""

    value: str
    is_html: bool


def text(value: Any) -> str | None:
    """A line of text, None where there is none."""
    return storable(value).strip() or None if isinstance(value, str) else None


def texts(summary: Text | None, content: Text | None, base: str | None) -> dict[str, object]:
    """Both texts in one format: HTML, cleaned, where one of them is HTML. Addresses in it are completed by `base`."""
    given = {"summary": summary, "content": content}
    is_html = any(one.is_html for one in given.values() if one is not None)
    said: dict[str, object] = {"content_format": "html" if is_html else "plain"}
    for name, one in given.items():
        if one is None or not one.value.strip():
            continue
        value = one.value if one.is_html or not is_html else html.escape(one.value, quote=False)
        said[name] = storable(_clean(value, base or "") if is_html else value).strip() or None
    return said


def _clean(value: str, base: str) -> str:
    try:
        return nh3.clean(value, url_relative=("rewrite_with_base", base))
    except ValueError:  # the base is no address
        return nh3.clean(value)


def plain(value: str | None) -> str | None:
    """A title without the tags and entities that HTML may have in it."""
    return storable(html.unescape(nh3.clean(value, tags=set()))).strip() or None if value else None


def number(value: Any, largest: int = _MOST) -> int | None:
    """A count that is written as digits."""
    written = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (written.isascii() and written.isdigit() and len(written) < 20):
        return None
    return int(written) if int(written) <= largest else None


def seconds(value: Any) -> int | None:
    """A duration: seconds, or hours, minutes and seconds with colons (itunes:duration)."""
    parts = [number(part.partition(".")[0]) for part in str(value).strip().split(":")]
    if not 1 <= len(parts) <= 3 or None in parts:
        return None
    total = 0
    for part in parts:
        total = total * 60 + (part or 0)
    return total if total <= _LONGEST_S else None


def moment(value: Any) -> datetime | None:
    """A time of RFC 3339; one without zone is taken as UTC."""
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        return None if found is None else (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment_of(parts: Any) -> datetime | None:
    """A time from the parts (year to second, UTC) that feedparser gives, None where it could read none."""
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(seconds=second)
    except (TypeError, ValueError, OverflowError):
        return None
