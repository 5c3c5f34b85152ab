"""Files that stand inside a text file: pictures of contacts, attachments of events, in base64."""

import base64
import binascii
import hashlib
import mimetypes
import re

from graph.importers.base import Item, Row
from graph.importers.contentlines import Line

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"RIFF", "image/webp"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
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
    return (data, declared or _sniffed(data)) if data else None


def file_item(data: bytes, media_type: str, name: str, where: str) -> Item:
    """A `files` row under the digest of its bytes, so that one picture on ten cards is one file."""
    key = file_key(data)
    extension = mimetypes.guess_extension(media_type) or ""
    title = re.sub(r"[/\\\s]+", " ", name).strip()[:200] or "attachment"
    values: dict[str, object] = {
        "name": title if title.endswith(extension) else title + extension,
        "media_type": media_type,
        "byte_size": len(data),
        "sha256": hashlib.sha256(data).digest(),
    }
    return Item(key, (Row("files", key, values),), where, data, media_type)


def file_key(data: bytes) -> str:
    """The key under which these bytes are a file."""
    return f"file:{hashlib.sha256(data).hexdigest()}"


def _declared(line: Line) -> str:
    for value in (line.param("FMTTYPE"), line.param("MEDIATYPE"), *line.params.get("TYPE", ())):
        value = value.lower()
        if "/" in value:
            return value
        if value in ("jpeg", "jpg", "png", "gif", "bmp", "webp", "tiff"):
            return "image/" + value.replace("jpg", "jpeg")
    return ""


def _sniffed(data: bytes) -> str:
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    return "application/octet-stream"
