"""The head of a film in Matroska or WebM (RFC 9559, EBML of RFC 8794): its time, its length, its size, its codec."""

import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.importers.decoding import storable
from graph.importers.pictures.exif import LONGEST, LONGEST_SECONDS
from graph.importers.stored import beginning

HEAD = 1024 * 1024
"""Bytes in which all is that comes before the pictures."""

_SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION, _DATE, _TITLE = 0x2AD7B1, 0x4489, 0x4461, 0x7BA9
_ENTRY, _KIND, _CODEC, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0x83, 0x86, 0xE0, 0xB0, 0xBA
_START = datetime(2001, 1, 1, tzinfo=UTC)
_CODECS = {
    "V_MPEG4/ISO/AVC": "h264", "V_MPEGH/ISO/HEVC": "hevc", "V_AV1": "av1", "V_VP8": "vp8", "V_VP9": "vp9",
    "V_MPEG4/ISO/ASP": "mpeg4", "V_THEORA": "theora", "V_MJPEG": "mjpeg",
}  # fmt: skip


def matroska_values(path: Path) -> dict[str, object]:
    """The columns of `videos` that the head fills; what makes no sense says nothing."""
    found: dict[str, object] = {}
    for kind, segment in _elements(beginning(path, HEAD)):
        if kind != _SEGMENT:
            continue
        for inner, body in _elements(segment):
            if inner == _CLUSTER:
                break
            if inner == _INFO:
                found |= _info(dict(_elements(body)))
            elif inner == _TRACKS:
                found |= _picture(body)
    return found


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element in these bytes; one whose length is unknown, or that is cut, goes to their end."""
    at = 0
    while at < len(data):
        kind, at = _number(data, at, marked=True)
        size, at = _number(data, at, marked=False)
        if kind < 0:
            return
        end = len(data) if size < 0 else min(len(data), at + size)
        yield kind, data[at:end]
        at = end


def _number(data: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    """A number whose first byte says how long it is, and the place after it; -1 where it is none or says unknown."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    whole = int.from_bytes(data[at : at + length], "big")
    if not first or at + length > len(data):
        return -1, len(data)
    value = whole & ((1 << 7 * length) - 1)
    unknown = value == (1 << 7 * length) - 1
    return (whole if marked else -1 if unknown else value), at + length


def _info(said: dict[int, bytes]) -> dict[str, object]:
    found: dict[str, object] = {}
    scale = int.from_bytes(said.get(_SCALE, b""), "big") or 1_000_000
    length = said.get(_DURATION, b"")
    if len(length) in (4, 8):
        seconds = struct.unpack(">f" if len(length) == 4 else ">d", length)[0] * scale / 1e9
        found |= {"duration_s": round(seconds, 3)} if math.isfinite(seconds) and 0 <= seconds < LONGEST_SECONDS else {}
    if len(date := said.get(_DATE, b"")) == 8:
        since = int.from_bytes(date, "big", signed=True) // 1000
        taken = _START + timedelta(microseconds=since) if abs(since) < 10**16 else _START
        found |= {"taken_at": taken} if taken != _START else {}
    title = storable(said.get(_TITLE, b"").decode("utf-8", "replace").rstrip("\0")).strip()[:LONGEST]
    return found | ({"title": title} if title else {})


def _picture(tracks: bytes) -> dict[str, object]:
    """Size in pixels and codec of the first track that is no sound."""
    for kind, body in _elements(tracks):
        entry = dict(_elements(body))
        if kind == _ENTRY and entry.get(_KIND) == b"\x01":
            video = dict(_elements(entry.get(_VIDEO, b"")))
            width, height = (int.from_bytes(video.get(name, b"")[:4], "big") for name in (_WIDTH, _HEIGHT))
            name = storable(entry.get(_CODEC, b"").decode("latin-1").rstrip("\0")).strip()[:100]
            fits = 0 < width < 2**31 and 0 < height < 2**31
            size: dict[str, object] = {"width": width, "height": height} if fits else {}
            return size | ({"codec": _CODECS.get(name, name)} if name else {})
    return {}
