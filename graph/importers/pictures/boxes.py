"""The boxes of a HEIC picture or a film (ISO/IEC 14496-12 and 23008-12); of a picture its size, its EXIF and XMP.

No decoder is needed for that; the pixels are not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LARGEST_META = 8 * 1024 * 1024
LARGEST_ITEM = 16 * 1024 * 1024
_MOST_ITEMS = 65_536


class NoBoxes(Exception):
    """The file is not built of boxes, or they say something impossible."""


@dataclass(slots=True)
class Heif:
    """What the boxes say: width and height in pixels, and the bytes of the metadata."""

    size: tuple[int, int] | None = None
    exif: bytes = b""
    xmp: bytes = b""


@dataclass(slots=True)
class _Meta:
    """The items of the picture: what they are and where (offset, length), in the file or in `idat`."""

    kinds: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)
    idat: bytes = b""
    sizes: list[tuple[int, int]] = field(default_factory=list)


class Numbers:
    """Reads numbers from bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise NoBoxes("a box ends too early")
        self.at += size
        return self.data[self.at - size : self.at]


def read_heif(path: Path) -> Heif:
    """Raises OSError and NoBoxes."""
    with path.open("rb") as stream:
        for kind, start, end in headers(stream, 0, path.stat().st_size):
            if kind == b"meta":
                if end - start > LARGEST_META:
                    raise NoBoxes("its metadata is too large")
                stream.seek(start)
                return _read_items(path, _meta(stream.read(end - start)))
    raise NoBoxes("there is no metadata in it")


def headers(stream: IO[bytes], at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box between two places: what it is, and where its content begins and ends."""
    while at + 8 <= end:
        stream.seek(at)
        head = stream.read(16)
        size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, start = int.from_bytes(head[8:16], "big"), 16
        size = size or end - at
        if size < start or at + size > end:
            raise NoBoxes("a box is longer than the file")
        yield kind, at + start, at + size
        at += size


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each box in these bytes: what it is, and its content."""
    reader = Numbers(data)
    while reader.at + 8 <= len(data):
        size, kind = reader.number(4), reader.take(4)
        yield kind, reader.take(size - 8 if size else len(data) - reader.at)


def _meta(data: bytes) -> _Meta:
    meta = _Meta()
    for kind, body in boxes(data[4:]):
        if kind == b"iinf":
            _items(body, meta)
        elif kind == b"iloc":
            _locations(Numbers(body), meta)
        elif kind == b"idat":
            meta.idat = body
        elif kind == b"iprp":
            meta.sizes = [
                (int.from_bytes(part[4:8], "big"), int.from_bytes(part[8:12], "big"))
                for name, container in boxes(body)
                if name == b"ipco"
                for inner, part in boxes(container)
                if inner == b"ispe"
            ]
    return meta


def _items(data: bytes, meta: _Meta) -> None:
    skipped = 6 if data[:1] == b"\0" else 8
    for kind, body in boxes(data[skipped:]):
        version = body[0] if body else 0
        if kind == b"infe" and version in (2, 3):
            reader = Numbers(body[4:])
            id_ = reader.number(2 if version == 2 else 4)
            reader.take(2)
            meta.kinds[id_] = reader.take(4) + body[4 + reader.at :]


def _locations(reader: Numbers, meta: _Meta) -> None:
    version = reader.number(4) >> 24
    sizes = reader.number(2)
    offset, length, base, index = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    for _ in range(min(reader.number(wide), _MOST_ITEMS)):
        id_ = reader.number(wide)
        if version and reader.number(2) & 15:
            meta.inside.add(id_)
        reader.take(2)
        start = reader.number(base)
        places = meta.places.setdefault(id_, [])
        for _ in range(min(reader.number(2), _MOST_ITEMS)):
            reader.take(index)
            places.append((start + reader.number(offset), reader.number(length)))


def _read_items(path: Path, meta: _Meta) -> Heif:
    found = Heif(max(meta.sizes, default=None))
    for id_, kind in meta.kinds.items():
        if kind.startswith(b"Exif"):
            data = _read(path, meta, id_)
            skipped = 4 + int.from_bytes(data[:4], "big")
            found.exif = data[skipped:]
        elif kind.startswith(b"mime") and b"application/rdf+xml" in kind:
            found.xmp = _read(path, meta, id_)
    return found


def _read(path: Path, meta: _Meta, id_: int) -> bytes:
    places = meta.places.get(id_, [])
    if sum(length for _, length in places) > LARGEST_ITEM:
        raise NoBoxes("its metadata is too large")
    if id_ in meta.inside:
        return b"".join(meta.idat[at : at + length] for at, length in places)
    with path.open("rb") as stream:
        pieces = []
        for at, length in places:
            stream.seek(at)
            pieces.append(stream.read(length))
    return b"".join(pieces)
