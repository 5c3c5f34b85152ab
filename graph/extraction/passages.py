"""Where a Markdown text speaks: its passages (paragraphs, headings, table rows) without code, HTML and math blocks.

The block rules are CommonMark 0.31's (sections 4 and 5) as far as they decide what is text, plus `$$` blocks, with one
leniency: what is indented inside a list, or is an indented list item, is text and never code, because people (and
Logseq) write so. One pass over the lines; what is remembered is the indentation of the lists that are open.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DEEPEST_LIST = 100
_QUOTE = re.compile(r"[ \t]*+>[ ]?")
_BLANKS = re.compile(r"[ \t]*+")
_MARKER = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t\r]|\Z)")
_RULE = re.compile(r"(?:(?:-[ \t]*+){3,}|(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,}|=+[ \t]*+|-+[ \t]*+)\r?\Z")
_FENCE = re.compile(r"`{3,}+(?=[^`]*+\Z)|~{3,}+")
_HEADING = re.compile(r"#{1,6}(?=[ \t\r]|\Z)")
_RAW_TAG = re.compile(r"<(pre|script|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
    r"|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link"
    r"|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead"
    r"|title|tr|track|ul)(?=[\s>]|/>|\Z)",
    re.IGNORECASE,
)
_LONE_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*+(?:\s[^<>]*+)?>[ \t\r]*+\Z")
_INTERRUPTION = re.compile(
    "|".join(p.pattern for p in (_MARKER, _RULE, _FENCE, _HEADING, _RAW_TAG, _BLOCK_TAG)) + r"|<!--|\||\$\$|>",
    re.IGNORECASE,
)
_SPECIAL = frozenset(" \t\r>-*+0123456789`~#<|$_=")
"""A line that begins with any other character is plain text or goes on with it."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that is no text. It ends with the line for which `last` holds, or where its container ends."""

    last: Callable[[str], bool]
    quotes: int
    base: int
    blank_ends: bool


def passages(text: str) -> Iterator[tuple[int, int]]:
    """The spans of `text` in which links and tags may stand, in order. Inline code and comments are still in them."""
    reader = _Reader(text)
    start, size = 0, len(text)
    while start < size:
        stop = text.find("\n", start)
        stop = size if stop < 0 else stop
        reader.line(start, stop)
        if reader.ready:
            yield from reader.ready
            reader.ready.clear()
        start = stop + 1
    reader.flush()
    yield from reader.ready


class _Reader:
    """Takes the lines of a text one after the other; whole passages stand in `ready`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ready: list[tuple[int, int]] = []
        self._open = -1
        self._close = -1
        self._lists: list[int] = []
        self._quotes = 0
        self._block: _Block | None = None
        self._math_ends = True

    def flush(self) -> None:
        """End the paragraph that is open, if any."""
        if self._open >= 0:
            self.ready.append((self._open, self._close))
            self._open = -1

    def line(self, start: int, stop: int) -> None:
        """Take the line from `start` to its line feed at `stop`."""
        if self._block is None and start < stop and self.text[start] not in _SPECIAL:
            if self._open < 0:
                self._lists.clear()
                self._quotes = 0
            self._extend(start, stop)
            return
        if self._block is None or self._ends(self._block, start, stop):
            self._text_line(start, stop)

    def _quotation(self, at: int, stop: int) -> tuple[int, int]:
        """How many quotes the line is in, and what is behind their marks; marks inside of a block belong to it."""
        depth, limit = 0, stop if self._block is None else self._block.quotes
        while depth < limit and (mark := _QUOTE.match(self.text, at, stop)):
            depth, at = depth + 1, mark.end()
        return depth, at

    def _extend(self, at: int, stop: int) -> None:
        if self._open < 0:
            self._open = at
        self._close = stop

    def _indentation(self, column: int, at: int, stop: int) -> tuple[int, int]:
        """The column and the offset of the first character that is no blank; tabs go to the next multiple of 4."""
        blanks = _BLANKS.match(self.text, at, stop)
        end = blanks.end() if blanks else at
        if self.text.find("\t", at, end) < 0:
            return column + end - at, end
        for char in self.text[at:end]:
            column += 4 - column % 4 if char == "\t" else 1
        return column, end

    def _ends(self, block: _Block, start: int, stop: int) -> bool:
        """True where the block ended before this line, so that the line is text; a block's own lines are swallowed."""
        depth, at = self._quotation(start, stop)
        indent, at = self._indentation(0, at, stop)
        blank = self._is_blank(at, stop)
        if depth < block.quotes or (blank and block.blank_ends) or (not blank and indent < block.base):
            self._block = None
            return True
        if block.last(self.text[at:stop]):
            self._block = None
        return False

    def _is_blank(self, at: int, stop: int) -> bool:
        return at >= stop or self.text[at] == "\r"

    def _text_line(self, start: int, stop: int) -> None:
        depth, at = self._quotation(start, stop)
        indent, at = self._indentation(0, at, stop)
        blank = self._is_blank(at, stop)
        if self._open >= 0 and depth <= self._quotes and not blank and self._goes_on(at, stop):
            self._extend(at, stop)
            return
        if depth != self._quotes or blank:
            self.flush()
        if depth != self._quotes:
            self._lists.clear()
            self._quotes = depth
        if blank:
            return
        while self._lists and indent < self._lists[-1]:
            self._lists.pop()
        if self._lists or indent < 4 or _MARKER.match(self.text, at, stop):
            self._item(indent, at, stop)
        elif self._open >= 0:
            self._extend(at, stop)

    def _goes_on(self, at: int, stop: int) -> bool:
        """Whether a line goes on with the open paragraph, even from outside its list or quote."""
        return self.text[at] not in _SPECIAL or not _INTERRUPTION.match(self.text, at, stop)

    def _base(self) -> int:
        return self._lists[-1] if self._lists else 0

    def _item(self, indent: int, at: int, stop: int) -> None:
        """A line without indentation of its own: list markers, then the beginning of a block or text."""
        text = self.text
        if _RULE.match(text, at, stop) and (text[at] != "=" or self._open >= 0):
            self.flush()
            return
        while (marker := _MARKER.match(text, at, stop)) and len(self._lists) < _DEEPEST_LIST:
            self.flush()
            column = indent + marker.end() - at
            indent, at = self._indentation(column, marker.end(), stop)
            empty = self._is_blank(at, stop)
            code = indent - column > 4
            self._lists.append(column + 1 if empty or code else indent)
            if empty or code:
                return
        while quote := _QUOTE.match(text, at, stop):
            self.flush()
            at = self._indentation(0, quote.end(), stop)[1]
        if at < stop and not self._begins_block(at, stop):
            self._extend(at, stop)

    def _begins_block(self, at: int, stop: int) -> bool:
        """True where the line was taken as (the beginning of) another block than a paragraph."""
        char = self.text[at]
        if char == "|":
            return self._alone(at, stop)
        if char == "#":
            return bool(_HEADING.match(self.text, at, stop)) and self._alone(at, stop)
        if char in "`~":
            fence = _FENCE.match(self.text, at, stop)
            return fence is not None and self._begin(_closes(fence.group()))
        if char == "<":
            return self._begins_html(at, stop)
        return char == "$" and self._begins_math(at, stop)

    def _alone(self, at: int, stop: int) -> bool:
        """A line that is a passage of its own: code or math cannot reach from one to the next."""
        self.flush()
        self.ready.append((at, stop))
        return True

    def _begin(self, last: Callable[[str], bool], blank_ends: bool = False) -> bool:
        self.flush()
        self._block = _Block(last, self._quotes, self._base(), blank_ends)
        return True

    def _begins_html(self, at: int, stop: int) -> bool:
        text = self.text
        if text.startswith("<!--", at):
            return text.find("-->", at, stop) < 0 and self._begin(lambda line: "-->" in line)
        if raw := _RAW_TAG.match(text, at, stop):
            end = f"</{raw.group(1).lower()}>"
            if end in text[at:stop].lower():
                self.flush()
                return True
            return self._begin(lambda line: end in line.lower())
        lone = self._open < 0 and _LONE_TAG.match(text, at, stop)
        return bool(lone or _BLOCK_TAG.match(text, at, stop)) and self._begin(lambda line: False, blank_ends=True)

    def _begins_math(self, at: int, stop: int) -> bool:
        if not (self._math_ends and self.text.startswith("$$", at)) or self.text.find("$$", at + 2, stop) >= 0:
            return False
        self._math_ends = self.text.find("$$", stop) >= 0
        return self._math_ends and self._begin(lambda line: "$$" in line)


def _closes(fence: str) -> Callable[[str], bool]:
    """Whether a line closes the code block that `fence` opened: at least as many of the same characters, alone."""

    def last(line: str) -> bool:
        marks = line.rstrip()
        return len(marks) >= len(fence) and not marks.strip(fence[0])

    return last
