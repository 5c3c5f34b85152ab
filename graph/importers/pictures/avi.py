"""The head of a film in AVI (RIFF of Microsoft): its length, its size, its codec."""

from collections.abc import Iterator
from pathlib import Path

from graph.importers.decoding import storable
from graph.importers.pictures.exif import LONGEST_SECONDS
from graph.importers.stored import beginning

HEAD = 64 * 1024
_CODECS = {
    "h264": "h264",
    "x264": "h264",
    "avc1": "h264",
    "xvid": "mpeg4",
    "divx": "mpeg4",
    "dx50": "mpeg4",
    "mjpg": "mjpeg",
}


def avi_values(path: Path) -> dict[str, object]:
    """The columns of `videos` that the head fills; what makes no sense says nothing."""
    found: dict[str, object] = {}
    for kind, body in _chunks(beginning(path, HEAD)[12:]):
        if kind == b"avih" and len(body) >= 40:
            frame, frames, width, height = (int.from_bytes(body[at : at + 4], "little") for at in (0, 16, 32, 36))
            seconds = frame * frames / 1e6
            found |= {"duration_s": round(seconds, 3)} if 0 < seconds < LONGEST_SECONDS else {}
            found |= {"width": width, "height": height} if 0 < width < 2**31 and 0 < height < 2**31 else {}
        elif kind == b"strh" and body[:4] == b"vids":
            name = storable(body[4:8].decode("latin-1")).strip().lower()
            found |= {"codec": _CODECS.get(name, name)} if name and name.isprintable() else {}
    return found


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk, and those inside lists, as far as the bytes go."""
    at = 0
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        if kind == b"LIST" and body[:4] in (b"hdrl", b"strl"):
            yield from _chunks(body[4:])
        else:
            yield kind, body
        at += 8 + size + size % 2
