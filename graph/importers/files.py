"""Files that come inside other files: pictures of contacts, attachments of mails, members of archives."""

import hashlib
import mimetypes
import re

from graph.importers.base import Item, Row

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"RIFF", "image/webp"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)

_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,7}\Z")


def file_item(data: bytes, media_type: str, name: str, where: str) -> Item:
    """A `files` row under the digest of its bytes, so that one picture on ten cards is one file."""
    key = file_key(data)
    extension = mimetypes.guess_extension(media_type) or ""
    title = re.sub(r"[/\\\s]+", " ", name).strip()[:200] or "attachment"
    values: dict[str, object] = {
        "name": title if _SUFFIX.search(title) else title + extension,
        "media_type": media_type,
        "byte_size": len(data),
        "sha256": hashlib.sha256(data).digest(),
    }
    return Item(key, (Row("files", key, values),), where, data, media_type)


def file_key(data: bytes) -> str:
    """The key under which these bytes are a file."""
    return f"file:{hashlib.sha256(data).hexdigest()}"


def sniffed(data: bytes) -> str:
    """The media type that the first bytes tell."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    return "application/octet-stream"
