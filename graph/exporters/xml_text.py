"""Texts as XML 1.0 has them, so that a parser gives the same text back."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def sayable(written: str) -> str:
    """Without what no XML file can hold: control characters but the tab and the ends of lines."""
    return _ILLEGAL.sub("", written)


def text(written: str) -> str:
    """A text between two tags."""
    return escape(sayable(written), {"\r": "&#13;"})


def attributes(values: Mapping[str, str | None]) -> str:
    """What stands in a tag after its name: those that are not None, in their order."""
    return "".join(f" {name}={quoteattr(sayable(value))}" for name, value in values.items() if value is not None)


def is_name(written: str) -> bool:
    """Whether an attribute or element can be called so, without a prefix."""
    return _NAME.fullmatch(written) is not None
