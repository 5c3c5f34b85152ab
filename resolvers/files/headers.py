"""The headers of files: ranges and conditions (RFC 9110), names (RFC 6266, RFC 8187), and what browsers may do."""

import re
from urllib.parse import quote, unquote_to_bytes

from graph.files.names import UNKNOWN, stated_type
from resolvers.files.refusals import HeaderWrong
from resolvers.protocol import Headers, Refused

Range = tuple[int, int]
"""The first byte and the one behind the last."""

_RANGE = re.compile(rb"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.IGNORECASE)
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]*)", re.IGNORECASE)
_NAME = re.compile(r""";\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))""", re.IGNORECASE)
_SHOWN = re.compile(r"(image|audio|video)/(?!.*xml)")
_SHOWN_TOO = ("application/pdf", "text/plain")
_PLUGIN = "application/pdf"


class RangeUnsatisfiable(Refused):
    """The file has {size} bytes, and none of them is in the range."""

    code = "RANGE_NOT_SATISFIABLE"
    status = 416


def range_of(header: bytes | None, size: int) -> Range | None:
    """The part of `size` bytes that a Range asks for; None for the whole: of several ranges, of what is no range, and
    of the last bytes of nothing. Raises RangeUnsatisfiable."""
    match = _RANGE.fullmatch(header) if header is not None else None
    if match is None or (match[1] == match[2] == b""):
        return None
    if not match[1]:
        count = int(match[2])
        if not count:
            raise RangeUnsatisfiable(size=size)
        return (max(size - count, 0), size) if size else None
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise RangeUnsatisfiable(size=size)
    return start, min(int(match[2]) + 1, size) if match[2] else size


def is_known(if_none_match: bytes | None, etag: bytes) -> bool:
    """Whether the client has the state with this entity tag already."""
    if if_none_match is None:
        return False
    known = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return etag in known or known == [b"*"]


def wants_part(if_range: bytes | None, etag: bytes) -> bool:
    """Whether a Range is meant for this state; a date is that of no state of ours."""
    return if_range is None or if_range.strip() == etag


def of_file(name: str, media_type: str) -> dict[str, str]:
    """What is said of every file: nothing that can run scripts is shown by a browser, and what is shown is alone."""
    kind = stated_type(media_type, "")
    shown = _SHOWN.match(kind) or kind in _SHOWN_TOO
    return {
        "content-type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "content-disposition": f"{'inline' if shown else 'attachment'}; {disposition_name(name)}",
        "content-security-policy": policy(kind),
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "accept-ranges": "bytes",
    }


def policy(kind: str) -> str:
    """Chromium shows no PDF in a sandbox; its viewer runs what is inside apart from the page."""
    rules = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return f"{rules}; object-src 'self'" if kind == _PLUGIN else f"{rules}; sandbox"


def disposition_name(name: str) -> str:
    """The name in ASCII for old clients, and as it is."""
    plain = re.sub(r"[^ !#-\[\]-~]", "_", name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def name_of(disposition: bytes) -> str:
    """The file name in a Content-Disposition; empty where there is none. Many clients send UTF-8 as it is."""
    try:
        text = ";" + disposition.decode("utf-8")
    except UnicodeDecodeError:
        text = ";" + disposition.decode("latin-1")
    if extended := _EXTENDED_NAME.search(text):
        return unquote_to_bytes(extended[2]).decode(extended[1], "replace")
    plain = _NAME.search(text)
    if plain is None:
        return ""
    return plain[2] or re.sub(r"\\(.)", r"\1", plain[1] or "")


def type_of(headers: Headers) -> str:
    """The media type of a body; that of forms is what clients say who say nothing."""
    kind = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    return UNKNOWN if kind == "application/x-www-form-urlencoded" else kind


def whole_number(headers: Headers, name: bytes) -> int | None:
    """A header that is a number of bytes. Raises HeaderWrong."""
    value = headers.get(name)
    if value is None:
        return None
    if not re.fullmatch(rb"[0-9]{1,18}", value):
        raise HeaderWrong(name=name.decode("latin-1"), expected="a number of bytes")
    return int(value)
