"""What a file may be called, and the media type that its name tells."""

import re
from mimetypes import MimeTypes
from pathlib import Path

UNNAMED = "unnamed"
UNKNOWN = "application/octet-stream"
_LONGEST_NAME = 255
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
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


def media_type(name: str) -> str:
    """The media type that a file's name tells."""
    suffix = Path(name).suffix.lower()
    known = _MORE_MEDIA_TYPES.get(suffix) or _MEDIA_TYPES.guess_type(f"file:x{suffix}", strict=False)[0]
    return known or "application/octet-stream"


def base_name(name: str) -> str:
    """The last part of a path that somebody sent as a name, without what is not printed or turns the text around."""
    last = _UNPRINTED.sub(" ", re.split(r"[/\\]", name)[-1]).strip()
    while len(last.encode()) > _LONGEST_NAME:
        stem, dot, suffix = last.rpartition(".")
        last = f"{stem[:-1]}{dot}{suffix}" if len(stem) > 1 else last[:-1]
    return last if last.strip(". ") else UNNAMED


def stated_type(text: str, name: str) -> str:
    """The media type that somebody stated, without its parameters; where it says nothing, that of the name."""
    stated = text.partition(";")[0].strip().lower()
    return stated if _TYPE.fullmatch(stated) and stated != UNKNOWN else media_type(name)
