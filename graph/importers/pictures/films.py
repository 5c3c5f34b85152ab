"""What the head of a film says, in whichever container: MP4 and QuickTime, Matroska and WebM, AVI."""

from pathlib import Path

from graph.importers.pictures.avi import avi_values
from graph.importers.pictures.matroska import matroska_values
from graph.importers.pictures.quicktime import quicktime_values
from graph.importers.stored import beginning


def film_values(path: Path) -> dict[str, object]:
    """The columns of `videos` that the head fills. Raises OSError; what makes no sense says nothing."""
    start = beginning(path, 12)
    if start[4:8] == b"ftyp" or start[4:8] in (b"moov", b"wide", b"mdat"):
        return quicktime_values(path)
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return matroska_values(path)
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return avi_values(path)
    return {}
