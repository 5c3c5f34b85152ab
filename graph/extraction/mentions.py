"""What a Markdown text refers to: wikilinks, embeds, Markdown links to files, and tags, by Obsidian's rules; and
Logseq's references to blocks, `((id))`, and Org's links with a text, `[[target][text]]`.

Sources: help.obsidian.md (Internal links, Embed files, Tags, Properties), the expression of tags as published in
obsidian-help's issue 816, and CommonMark 0.31 for links, code and HTML. Every step is linear in the text: what a search
did not find is remembered for the passage, openers that were left behind are forgotten beyond a fixed depth.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Literal
from urllib.parse import unquote

from graph.extraction.passages import passages

Kind = Literal["wikilink", "embed", "link", "tag"]

LONGEST_TARGET = 600
"""Characters; beyond any file's name, and what an index of PostgreSQL can hold in UTF-8 (2,704 bytes)."""

_DEEPEST_BRACKETS = 32
_WIDEST_INDENTATION = 40
_SPECIAL = re.compile(r"[\\`$<\[\]#]|\(\((?=[0-9a-f]{8}-)")
_BLOCK = re.compile(r"\(\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)\)")
_EMBED = "{{embed "
_SIGNS = ("[", "#", "((")
_BACKTICKS = re.compile(r"`++")
_DOLLAR_END = re.compile(r"(?<=[^\s\\$])\$(?![0-9$])")
_HTML_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]*+(?:\s(?:[^<>\"'\[]++|\"[^\"<>]*+\"|'[^'<>]*+')*)?/?>")
_AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>")
_WIKILINK = re.compile(r"\[\[((?:[^\[\]\n]++|\[(?!\[)|\](?!\]))+)\]\]")
_DESTINATION = re.compile(
    r"(?!\[\[)[ \t]*+\n?+[ \t]*+"
    r"(?:<((?:[^<>\n\\]++|\\.)*)>|((?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.|\([^\s()]*+\))*\))*))"
    r"(?:\s++(?:\"(?:[^\"\\]++|\\.)*\"|'(?:[^'\\]++|\\.)*'|\([^()]*+\)))?\s*+",
    re.DOTALL,
)
_SPACED_PATH = re.compile(r"[^()<>\[\]\n\"]++(?=\))")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_TAG = re.compile("#([^\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\\\s]++)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference. `text` is the surface, `markdown[start:end]` for `span` (start, end) in characters.

    `target` is a name or path as a resolver takes it (decoded, without heading and alias; "" is the text itself), or
    the tag without `#`. `heading` is what follows the `#`, `^id` for a block. `alias` is what is shown instead.
    """

    kind: Kind
    target: str
    text: str
    span: tuple[int, int]
    heading: str | None = None
    alias: str | None = None


def mentions(markdown: str) -> list[Mention]:
    """Every mention in the text, by the place where it begins. Front matter is no part of `markdown`."""
    if not any(sign in markdown for sign in _SIGNS):
        return []
    found: list[Mention] = []
    for start, end in passages(markdown):
        if any(markdown.find(sign, start, end) >= 0 for sign in _SIGNS):
            _Passage(markdown, start, end, found).scan()
    found.sort(key=_place)
    return found


def _place(mention: Mention) -> tuple[int, int]:
    return mention.span


class _Passage:
    """One scan from left to right over a passage; each handler takes the place of a character and gives the next."""

    def __init__(self, text: str, start: int, end: int, found: list[Mention]) -> None:
        self.text, self.start, self.end, self.found = text, start, end, found
        self._openers: deque[int] = deque(maxlen=_DEEPEST_BRACKETS)
        self._escaped = -1
        self._last_run: dict[int, int] | None = None
        self._last_dollar: int | None = None
        self._missing: set[str] = set()

    def scan(self) -> None:
        at, search, text, end = self.start, _SPECIAL.search, self.text, self.end
        while special := search(text, at, end):
            at = _HANDLERS[special.group()](self, special.start())

    def escape(self, at: int) -> int:
        if at + 1 < self.end and self.text[at + 1] in _PUNCTUATION:
            self._escaped = at + 1
            return at + 2
        return at + 1

    def code(self, at: int) -> int:
        """Over a code span; backticks without a partner are text."""
        after = self._run_end(at)
        if self._last_run is None:
            runs = _BACKTICKS.finditer(self.text, self.start, self.end)
            self._last_run = {run.end() - run.start(): run.start() for run in runs}
        if self._last_run.get(after - at, -1) < after:
            return after
        for run in _BACKTICKS.finditer(self.text, after, self.end):
            if run.end() - run.start() == after - at:
                return run.end()
        return after

    def _run_end(self, at: int) -> int:
        run = _BACKTICKS.match(self.text, at, self.end)
        return run.end() if run else at + 1

    def math(self, at: int) -> int:
        """Over `$...$` (no blank inside the dollars, no digit after them) or `$$...$$`."""
        text = self.text
        if text.startswith("$$", at):
            return self._past("$$", at + 2)
        if at + 1 >= self.end or text[at + 1].isspace():
            return at + 1
        if self._last_dollar is None:
            self._last_dollar = max((m.start() for m in _DOLLAR_END.finditer(text, at, self.end)), default=-1)
        if self._last_dollar < at + 2:
            return at + 1
        close = _DOLLAR_END.search(text, at + 2, self.end)
        return close.end() if close else at + 1

    def _past(self, close: str, after: int) -> int:
        """Behind the next `close`, or `after` where there is none in the rest of the passage."""
        if close in self._missing:
            return after
        place = self.text.find(close, after, self.end)
        if place < 0:
            self._missing.add(close)
            return after
        return place + len(close)

    def angle(self, at: int) -> int:
        """Over an HTML comment, an HTML tag with its attributes or an address in angle brackets."""
        if self.text.startswith("<!--", at):
            return self._past("-->", at + 4)
        tag = _HTML_TAG.match(self.text, at, self.end) or _AUTOLINK.match(self.text, at, self.end)
        return tag.end() if tag else at + 1

    def open(self, at: int) -> int:
        """A wikilink from here, or a bracket that may become the text of a Markdown link."""
        text = self.text
        if text.startswith("[[", at) and not text.startswith("[", at + 2):
            link = _WIKILINK.match(text, at, self.end)
            if link:
                self._add_wikilink(self._surface(at), link.end(), link.group(1))
                return link.end()
        self._openers.append(at)
        return at + 1

    def _surface(self, bracket: int) -> int:
        """Where the link of this bracket begins: at its exclamation mark, unless that one is escaped."""
        before = bracket - 1
        marked = before >= self.start and self.text[before] == "!" and before != self._escaped
        return before if marked else bracket

    def _add_wikilink(self, start: int, end: int, inner: str) -> None:
        path, bar, alias = inner.partition("][" if "][" in inner else "|")
        if bar == "][" and _SCHEME.match(path := path.removeprefix("file:")):
            return  # Org writes a link to a page of the web like this
        target, heading = _parted(path.removesuffix("\\") if bar else path)
        if target or heading:
            kind: Kind = "embed" if self.text[start] == "!" else "wikilink"
            self._add(kind, (start, end), target, heading, alias.strip() if bar else None)

    def close(self, at: int) -> int:
        """The end of a bracket: a Markdown link or the definition of one where a destination follows."""
        if not self._openers:
            return at + 1
        opener = self._openers.pop()
        following = self.text[at + 1] if at + 1 < self.end else ""
        if following == "(":
            return self._inline_link(opener, at)
        if following == ":" and self._begins_line(opener) and not self.text.startswith("[^", opener):
            return self._definition(opener, at)
        return at + 1

    def _inline_link(self, opener: int, at: int) -> int:
        destination = self._destination(at + 2)
        if destination is None:
            return at + 1
        raw, end = destination
        start = self._surface(opener)
        embed = start != opener
        kept = (other for other in self._openers if embed and self._surface(other) == other)
        self._openers = deque(kept, maxlen=_DEEPEST_BRACKETS)
        self._add_destination("embed" if embed else "link", (start, end), raw, self.text[opener + 1 : at])
        return end

    def _destination(self, at: int) -> tuple[str, int] | None:
        """What stands in the round brackets and the place behind them; a file's path may have bare spaces (Logseq)."""
        match = _DESTINATION.match(self.text, at, self.end)
        if match and self.text.startswith(")", match.end()) and match.end() < self.end:
            return match.group(1) or match.group(2) or "", match.end() + 1
        path = _SPACED_PATH.match(self.text, at, self.end)
        if path and path.end() < self.end and _EXTENSION.search(path.group().partition("#")[0]):
            return path.group().strip(), path.end() + 1
        return None

    def _begins_line(self, opener: int) -> bool:
        window = max(self.start, opener - _WIDEST_INDENTATION)
        before, _, line = self.text[window:opener].rpartition("\n")
        return not line.strip(" \t>") and (window == self.start or bool(before))

    def _definition(self, opener: int, at: int) -> int:
        """`[label]: destination` is the link of every `[text][label]`; it stands for them all."""
        match = _DESTINATION.match(self.text, at + 2, self.end)
        raw = match.group(1) or match.group(2) if match else None
        if match is None or not raw:
            return at + 1
        end = match.end(1) + 1 if match.group(1) else match.end(2)
        if match.end() < self.end and "\n" not in self.text[end : match.end()]:
            return at + 1
        self._add_destination("link", (opener, end), raw, self.text[opener + 1 : at])
        return end

    def _add_destination(self, kind: Kind, span: tuple[int, int], raw: str, alias: str) -> None:
        if block := _BLOCK.fullmatch(raw):
            self._add("link", span, block.group(1), None, alias.strip() or None)
            return
        if len(raw) > 9 * LONGEST_TARGET or _SCHEME.match(raw):
            return
        target, heading = _parted(unescape(_ESCAPE.sub(r"\1", raw)))
        if target or heading:
            heading = None if heading is None else _decoded(heading)
            self._add(kind, span, _decoded(target), heading, alias.strip() or None)

    def tag(self, at: int) -> int:
        """A tag follows white space (or the mark of a cell or of emphasis), and is not a number alone."""
        match = _TAG.match(self.text, at, self.end)
        if match is None:
            return at + 1
        before = self.text[at - 1] if at > self.start else " "
        name = match.group(1).strip("/")
        if (before.isspace() or before in "*|") and name and not name.isdigit():
            self._add("tag", (at, match.end()), name, None, None)
        return match.end()

    def block(self, at: int) -> int:
        """`((id))` of Logseq: the page that has the block of this id."""
        match = _BLOCK.match(self.text, at, self.end)
        if match is None:
            return at + 2
        start = at - len(_EMBED)
        embed = start >= self.start and self.text.startswith(_EMBED, start)
        self._add("embed" if embed else "wikilink", (at, match.end()), match.group(1), None, None)
        return match.end()

    def _add(self, kind: Kind, span: tuple[int, int], target: str, heading: str | None, alias: str | None) -> None:
        if len(target) <= LONGEST_TARGET:
            self.found.append(Mention(kind, target, self.text[span[0] : span[1]], span, heading, alias))


def _parted(path: str) -> tuple[str, str | None]:
    """The target and its heading, None without one."""
    target, mark, heading = path.partition("#")
    return target.strip(), (heading.strip() or None) if mark else None


def _decoded(text: str) -> str:
    """Percent-encoding undone (UTF-8, RFC 3986); NUL, which no file name and no database text has, is dropped."""
    return unquote(text).replace("\0", "") if "%" in text else text


_HANDLERS: Mapping[str, Callable[[_Passage, int], int]] = {
    "\\": _Passage.escape,
    "`": _Passage.code,
    "$": _Passage.math,
    "<": _Passage.angle,
    "[": _Passage.open,
    "]": _Passage.close,
    "#": _Passage.tag,
    "((": _Passage.block,
}
