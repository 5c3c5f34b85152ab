"""The YAML block at the head of a note: cut off, and read as plain JSON values within fixed bounds.

Values follow YAML 1.2's core schema as Obsidian's do (`no` is a word, dates stay the ISO text that was written); what
as a number would lose digits stays text. Aliases are expanded, so the bounds count what they expand to.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from graph.importers.decoding import storable

LARGEST = 256 * 1024
"""Characters of the longest front matter that is read."""

_DEEPEST = 40
_BUDGET = 1_000_000
"""What all values together may weigh: their characters, and 16 for each."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = re.compile(r"---[ \t]*\r?\n")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})?\.[0-9]{1,15}(?:[eE][-+]?[0-9]{1,2})?")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class FrontMatterRefused(Exception):
    """The front matter is no YAML mapping, or too much of one; the message says which."""


def split(text: str) -> tuple[str | None, str]:
    """What stands between the `---` lines (None without any) and the text after them."""
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        return None, text
    raw = text[opening.end() : closing.start()]
    after = closing.end() + 1 if closing.end() < len(text) else closing.end()
    return raw.removesuffix("\n").removesuffix("\r"), text[after:]


def parse(raw: str) -> dict[str, object]:
    """The values of front matter, ready for JSON. Raises FrontMatterRefused."""
    if len(raw) > LARGEST:
        raise FrontMatterRefused(f"longer than {LARGEST} characters")
    try:
        _check_depth(raw)
        node = yaml.compose(raw, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise FrontMatterRefused(_reason(error)) from None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterRefused("no mapping of names to values")
    return _Builder().mapping(node, 0)


def _check_depth(raw: str) -> None:
    """Before anything recursive sees it."""
    depth = 0
    for event in yaml.parse(raw, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise FrontMatterRefused(f"nested deeper than {_DEEPEST} levels")


def _reason(error: yaml.YAMLError) -> str:
    """One line; lines are counted from the top of the file."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    text = " ".join(str(problem or error).split())
    return f"no valid YAML, line {mark.line + 2}: {text}" if mark else f"no valid YAML: {text}"


class _Builder:
    """Makes values of nodes until the budget is spent."""

    def __init__(self) -> None:
        self._left = _BUDGET

    def mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, object]:
        return {self._name(key): self._value(value, depth + 1) for key, value in node.value}

    def _name(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise FrontMatterRefused("a name that is a list or a mapping")
        return self._text(node)

    def _value(self, node: yaml.Node, depth: int) -> object:
        if depth > _DEEPEST:
            raise FrontMatterRefused(f"nested deeper than {_DEEPEST} levels")
        if isinstance(node, yaml.MappingNode):
            self._spend(16)
            return self.mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            self._spend(16)
            return [self._value(child, depth + 1) for child in node.value]
        text = self._text(node)
        quoted = isinstance(node, yaml.ScalarNode) and node.style
        return text if quoted else _plain(text)

    def _text(self, node: yaml.Node) -> str:
        text = str(node.value)
        self._spend(16 + len(text))
        return storable(text)

    def _spend(self, weight: int) -> None:
        self._left -= weight
        if self._left < 0:
            raise FrontMatterRefused("its aliases expand to too much")


def _plain(text: str) -> object:
    """A scalar without quotes: a word of YAML, a number, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def names(value: object, separators: str) -> list[str]:
    """A list of texts from a list or from one text that is cut at `separators`, as Obsidian takes `tags: a, b`."""
    if isinstance(value, str):
        parts: Iterable[object] = re.split(f"[{separators}]", value)
    elif isinstance(value, list):
        parts = value
    else:
        parts = () if value is None or isinstance(value, dict | bool) else (value,)
    texts = (str(part).strip() for part in parts if part is not None and not isinstance(part, dict | list))
    return list(dict.fromkeys(text for text in texts if text))
