"""In charge of the page's HTML and of the files it loads: bytes, media types, caching, security policy.

`dist/` is what `build.py` makes; `static/` is the plain page's own. Every address in the page is relative,
so that it also works behind a proxy that serves Lifeloom under a prefix.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType

PAGES = Path(__file__).parent
DIST = PAGES / "dist"
STATIC = PAGES / "static"
TITLE = "Lifeloom"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}
HASHED = "public, max-age=31536000, immutable"
UNHASHED = "no-cache"

# Inline styles: the editor of GraphiQL writes <style> elements. All else: only from this origin.
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-type": "text/html; charset=utf-8",
        "cache-control": UNHASHED,
        "content-security-policy": POLICY,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the page. `etag` is quoted, ready for the header; it is the same as long as the bytes are."""

    body: bytes
    media_type: str
    etag: str
    cache_control: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "content-type": self.media_type,
            "etag": self.etag,
            "cache-control": self.cache_control,
            "x-content-type-options": "nosniff",
        }


@cache
def page(dist: Path = DIST) -> bytes:
    """The HTML, sent with PAGE_HEADERS: GraphiQL if `dist` holds a whole bundle, else the plain page."""
    settings: dict[str, object] = {
        "title": TITLE,
        "query": (PAGES / "welcome.graphql").read_text(encoding="utf-8"),
    }
    names = bundle_names(dist)
    if not names:
        return filled("plain.html", settings)
    workers = {name: f"static/graphiql/{names[name]}" for name in ("editor", "json", "graphql")}
    return filled("graphiql.html", settings | {"workers": workers}, graphiql=names["graphiql"], style=names["style"])


def filled(template: str, settings: Mapping[str, object], **names: str) -> bytes:
    # "<" is escaped, because the settings stand inside a <script> element.
    text = json.dumps(settings).replace("<", "\\u003c")
    return Template((PAGES / template).read_text(encoding="utf-8")).substitute(names, settings=text).encode()


def bundle_names(dist: Path) -> dict[str, str]:
    """The hashed file names of the bundle's entries; empty when there is no whole bundle."""
    try:
        names: dict[str, str] = json.loads((dist / "manifest.json").read_text())["names"]
    except FileNotFoundError:
        return {}
    return names


def static_file(name: str, dist: Path = DIST) -> StaticFile | None:
    """The file served as `/static/graphiql/<name>`, or None. Reads at most a few MB from disk."""
    path = known_files(dist).get(name)
    if path is None:
        return None
    body = path.read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    hashed = path.parent == dist and path.suffix != ".txt"
    return StaticFile(body, MEDIA_TYPES[path.suffix], etag, HASHED if hashed else UNHASHED)


@cache
def known_files(dist: Path) -> dict[str, Path]:
    """Name to path of all that may be served: names from requests are only looked up here."""
    return {path.name: path for place in (STATIC, dist) for path in place.glob("*") if path.suffix in MEDIA_TYPES}
