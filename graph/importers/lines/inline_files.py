"""Files that stand inside a text file: pictures of contacts, attachments of events, in base64."""

import base64
import binascii
import re

from graph.importers.files import sniffed
from graph.importers.lines.contentlines import Line

_DATA_URI = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)\Z", re.IGNORECASE | re.DOTALL)
_NO_BASE64 = re.compile(r"\\n|\s+|\\")


def inline_bytes(line: Line) -> tuple[bytes, str] | None:
    """The bytes that a line carries and their media type; None for an address and for what cannot be decoded."""
    uri = _DATA_URI.match(line.value.strip())
    coded = line.param("ENCODING").upper() in ("B", "BASE64")
    if uri is not None:
        declared, text, coded = uri[1].lower(), uri[3], ";base64" in uri[2].lower()
    else:
        declared, text = _declared(line), line.value
    if not coded:
        return None
    text = _NO_BASE64.sub("", text).rstrip("=")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return (data, declared or sniffed(data)) if data else None


def _declared(line: Line) -> str:
    for value in (line.param("FMTTYPE"), line.param("MEDIATYPE"), *line.params.get("TYPE", ())):
        value = value.lower()
        if "/" in value:
            return value
        if value in ("jpeg", "jpg", "png", "gif", "bmp", "webp", "tiff"):
            return "image/" + value.replace("jpg", "jpeg")
    return ""
