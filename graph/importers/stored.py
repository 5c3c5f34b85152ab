"""Files that lie on the disk: what is known of any of them, whatever is inside. Their bytes stay where they are."""

import hashlib
from datetime import UTC, datetime
from mimetypes import MimeTypes
from pathlib import Path

from graph.importers.decoding import path_text

_PIECE = 1024 * 1024
_MEDIA_TYPES = MimeTypes()
_MORE_MEDIA_TYPES = {
    ".avif": "image/avif",
    ".base": "application/yaml",
    ".canvas": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".flac": "audio/flac",
    ".gz": "application/gzip",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".ics": "text/calendar",
    ".m4a": "audio/mp4",
    ".mkv": "video/matroska",
    ".mp": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".org": "text/org",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rtf": "application/rtf",
    ".vcf": "text/vcard",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What Python's own list lacks in one of its versions or calls otherwise than IANA."""


def file_values(path: Path) -> dict[str, object]:
    """The columns of a `files` row that every file has. Raises OSError."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return {
        "name": path_text(path.name),
        "media_type": media_type(path.name),
        "byte_size": size,
        "sha256": digest.digest(),
        "storage_uri": path.absolute().as_uri(),
        "modified_at": datetime.fromtimestamp(path.stat().st_mtime, UTC),
    }


def media_type(name: str) -> str:
    """The media type that a file's name tells."""
    suffix = Path(name).suffix.lower()
    known = _MORE_MEDIA_TYPES.get(suffix) or _MEDIA_TYPES.guess_type(f"file:x{suffix}", strict=False)[0]
    return known or "application/octet-stream"


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file; none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError:
        return b""
