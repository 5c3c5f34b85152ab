"""Files that lie on the disk: what is known of any of them, whatever is inside. Their bytes stay where they are."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from graph.files.names import media_type
from graph.importers.decoding import path_text

_PIECE = 1024 * 1024


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


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file; none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError:
        return b""
