"""What an HTML mail says, as plain text, with the parser of the standard library."""

import html
import re
from html.parser import HTMLParser

LARGEST = 1_000_000
"""Characters that are parsed; of more only the tags are cut out, for no person wrote that."""

_SILENT = frozenset(("script", "style", "head", "title", "template", "noscript"))
# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
))
# fmt: on
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"))
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!---?>|<!--.*?(?:--!?>|\Z)|<(?:[!?]|/(?![a-z]))[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL)
_BEGUN = re.compile(r"</?[a-z]", re.IGNORECASE)


class _Text(HTMLParser):
    """Collects the text. Line breaks are `\\n` already, all other white space is one blank."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            self._silent = "" if tag == "body" else self._silent
        elif tag in _SILENT:
            self._silent = tag
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag in _BLOCKS:
            self._break(tag)
            self.pieces.append("- " if tag == "li" else "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag in (self._silent, "head") else self._silent
        elif tag in _BLOCKS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"[\s\xa0]+", " ", data))

    def _break(self, tag: str) -> None:
        self.pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")


def plain_text(source: str) -> str:
    """The text of an HTML document, a line for a line and a blank line between paragraphs."""
    source = _closed(source)
    if len(source) > LARGEST:
        return _tidy(_without_tags(source))
    reader = _Text()
    try:
        reader.feed(source)
        reader.close()
    except (AssertionError, ValueError):  # what markup declarations nobody ever wrote do to the parser
        return _tidy(_without_tags(source))
    return _tidy("".join(reader.pieces)) or (_tidy(_without_tags(source)) if reader.pieces == [] else "")


def _closed(source: str) -> str:
    """The same without what is never seen, and without a tag that does not end.

    The parser looks for the end of each comment and of each such tag up to the end of the text.
    """
    source = _COMMENT.sub("", _INVISIBLE.sub(" ", source))
    begun = _BEGUN.search(source, source.rfind(">") + 1)
    return source[: begun.start()] if begun else source


def _without_tags(source: str) -> str:
    return html.unescape(_TAG.sub(" ", source))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found: list[str] = []
    for line in lines:
        if line or (found and found[-1]):
            found.append(line)
    return "\n".join(found).strip()
