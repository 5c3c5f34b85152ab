"""E-mail addresses, telephone numbers and web addresses in texts, and when two of them are the same. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

_EMAIL = r"(?P<email>(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[^\W_][\w-]{0,62}\.)+[^\W\d_]{2,24}(?![\w-]))"
_URL = r"(?P<url>\bhttps?://[^\s<>\"\]\[`|\\^{}]{1,2000})"
_PHONE = r"(?P<phone>(?<![\w.,/+-])\+?\(?\d(?:[ \u00a0().\-/]{0,2}\d){6,14}(?![\w/]|[.,-]\d))"
_ADDRESS = re.compile(f"{_URL}|{_EMAIL}|{_PHONE}")
_HINT = re.compile(r"@|://|\d[ ().\-/]{0,2}\d")
_DATE = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?!\d)")
_TAIL = ".,;:!?'\u2019\u201d*_"

LAST_DIGITS = 8
"""Two numbers are one where these agree and the longer ends in the shorter: prefixes of countries and towns vary."""


def email_key(address: str) -> str:
    """The same for all spellings of one e-mail address."""
    return "mailto:" + address.strip().lower().removeprefix("mailto:")


def url_key(address: str) -> str:
    """The same for all spellings of one page: without scheme, www, fragment and final slash. "" for what is no URL."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def digits_of(number: str) -> str:
    """What is dialled, without any prefix of zeros; "" where that is too little for a telephone."""
    digits = "".join(character for character in number if character.isdecimal()).lstrip("0")
    return digits if LAST_DIGITS <= len(digits) <= 15 else ""


def phone_key(number: str) -> str:
    """Where to look for a number: its last digits."""
    digits = digits_of(number)
    return f"tel:{digits[-LAST_DIGITS:]}" if digits else ""


def same_number(number: str, other: str) -> bool:
    """Whether two spellings with one key reach the same telephone."""
    shorter, longer = sorted((digits_of(number), digits_of(other)), key=len)
    return longer.endswith(shorter)


def addresses(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The places of addresses in a part of a text, and their keys."""
    if not _HINT.search(text, start, end):
        return
    for match in _ADDRESS.finditer(text, start, end):
        written = match.group()
        if match["url"]:
            written = _bare_url(written)
            key = url_key(written)
        elif match["email"]:
            key = email_key(written)
        else:
            key = "" if _DATE.match(written) else phone_key(written)
        if key:
            yield match.start(), match.start() + len(written), key


def _bare_url(written: str) -> str:
    """Without the punctuation of the sentence, and without a bracket that was opened before it."""
    bare = written.rstrip(_TAIL)
    while bare.endswith(")") and bare.count(")") > bare.count("("):
        bare = bare[:-1].rstrip(_TAIL)
    return bare
