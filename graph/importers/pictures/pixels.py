"""What identifies a picture: its image data, without the metadata that is written around it.

A title that is written into a JPEG or PNG makes another file of it, but no other picture.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PIECE = 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS = frozenset((b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"))
_START_OF_SCAN = 0xDA


def picture_digest(path: Path) -> str:
    """32 hexadecimal digits that stand for the image data; where it cannot be told apart, for all bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for piece in _image_data(stream):
            digest.update(piece)
    return digest.hexdigest()[:32]


def _image_data(stream: IO[bytes]) -> Iterator[bytes]:
    start = stream.read(8)
    if start[:2] == b"\xff\xd8":
        stream.seek(2)
        yield from _jpeg(stream)
    elif start == _PNG:
        yield from _png(stream)
    else:
        yield start
    while piece := stream.read(_PIECE):
        yield piece


def _jpeg(stream: IO[bytes]) -> Iterator[bytes]:
    """The tables of the header; stops at the scan. A file that has none is read from its start once more."""
    while True:
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            stream.seek(0)
            return
        if head[1] == _START_OF_SCAN:
            yield head
            return
        body = stream.read(max(0, int.from_bytes(head[2:], "big") - 2))
        if not (0xE0 <= head[1] <= 0xEF or head[1] == 0xFE):
            yield head + body


def _png(stream: IO[bytes]) -> Iterator[bytes]:
    while len(head := stream.read(8)) == 8:
        left = int.from_bytes(head[:4], "big") + 4
        told = head[4:] not in _PNG_WORDS
        if told:
            yield head
        while left > 0 and (piece := stream.read(min(left, _PIECE))):
            left -= len(piece)
            if told:
                yield piece
    yield head
