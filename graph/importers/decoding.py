"""Bytes of a text file as text that PostgreSQL can hold: encodings recognised, what cannot be stored taken out."""

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, without byte order mark, and what was mended; without warnings it says all that the bytes said."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """UTF-8, or what a byte order mark says, or else Windows-1252 (with a warning): all bytes are some text."""
    warnings: list[str] = []
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            text, fallback = _western(body)
            warnings.append(f"not UTF-8, read as {fallback}")
        else:
            text = body.decode(encoding, "replace")
            warnings.append(f"broken {encoding.upper()}, some characters were replaced")
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        warnings.append(f"{nuls} NUL characters taken out")
    return Decoded(text, tuple(warnings))


def _western(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "Latin-1"


def storable(text: str) -> str:
    """The text without NUL, and with U+FFFD for lone surrogates: neither can be stored in UTF-8."""
    return _SURROGATES.sub("\ufffd", text.replace("\0", ""))


def path_text(path: Path | str) -> str:
    r"""A path as text; bytes of a name that are not UTF-8 are written `\xff`, so that two names stay two."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def storable_json(value: Any) -> Any:
    """A value of JSON with all its texts, names too, made storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): storable_json(part) for name, part in value.items()}
    return [storable_json(part) for part in value] if isinstance(value, list) else value
