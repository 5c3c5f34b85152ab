"""Comments of tables and columns: prose for people first, then tags for the machinery (`A thing. @label title`)."""

import re
from collections.abc import Iterator

_TAG = re.compile(r"(?:^|(?<=\s))@([A-Za-z][A-Za-z0-9_]*)")


def read(comment: str) -> tuple[str, dict[str, str]]:
    """The prose and the tags of a comment; each tag's value reaches to the next tag. The last of two twins wins."""
    pieces = _TAG.split(comment)
    values = map(prose, pieces[2::2])
    return prose(pieces[0]), dict(zip(pieces[1::2], values, strict=True))


def prose(text: str) -> str:
    """The words of a text in one line."""
    return " ".join(text.split())


def said_twice(comment: str) -> Iterator[str]:
    """The tags that a comment carries more than once."""
    names = _TAG.findall(comment)
    return (name for name in dict.fromkeys(names) if names.count(name) > 1)
