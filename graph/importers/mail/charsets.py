"""Bytes of a mail as text, whatever their charset is said to be: wrong, unknown or none, all bytes are some text."""

import codecs
from dataclasses import dataclass

from graph.importers.decoding import storable

_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
}
"""What mails call a charset, and the wider one that they mean by it."""

_VAGUE = frozenset(("", "ascii", "us-ascii", "iso-8859-1", "latin1", "unknown-8bit", "x-unknown", "default", "8bit"))
"""Names that programs write when they do not know: what says so is often UTF-8 or Windows-1252."""

_NO_CHARSETS = frozenset(("idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"))


@dataclass(frozen=True, slots=True)
class Read:
    """The text, and what was mended, or nothing."""

    text: str
    warning: str = ""


def read(data: bytes, charset: str) -> Read:
    """The text of these bytes; where the charset does not fit them, UTF-8 or else Windows-1252."""
    name = charset.strip().strip("\"'").lower()
    if name in _VAGUE:
        return Read(storable(_guessed(data)))
    codec = _codec(_ALIASES.get(name, name))
    if codec is None:
        return Read(storable(_guessed(data)), "" if data.isascii() else f"unknown charset {storable(name)[:40]}")
    try:
        return Read(storable(codec.decode(data)[0]))
    except (ValueError, OverflowError):
        return Read(storable(_mended(data, codec)), f"not really {codec.name}, some characters may be wrong")


def _codec(name: str) -> codecs.CodecInfo | None:
    try:
        codec = codecs.lookup(name)
        codec.decode(b"")
    except (LookupError, ValueError, TypeError):
        return None
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec if is_text and codec.name.replace("-", "_") not in _NO_CHARSETS else None


def _guessed(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _mended(data: bytes, codec: codecs.CodecInfo) -> str:
    """A multibyte charset with a few broken characters is still itself, UTF-8 that is none is Windows-1252."""
    try:
        text = codec.decode(data, "replace")[0]
    except (ValueError, OverflowError):
        return _guessed(data)
    return _guessed(data) if codec.name == "utf-8" and text.count("\ufffd") * 20 > len(text) else text
