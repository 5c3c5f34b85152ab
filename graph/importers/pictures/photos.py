"""Pictures (JPEG, PNG, TIFF, WebP, GIF, AVIF, HEIC) as photos with their files, folders of them as albums.

A picture is known by its image data: wherever it lies and whatever is written into it, it is the same photo. What
Google Takeout puts beside pictures is read with them. A broken picture is a file with a warning.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, OfFiles, Problem, Row, To
from graph.importers.decoding import path_text, storable
from graph.importers.directories import reason
from graph.importers.keys import shortened
from graph.importers.pictures.looking import NoPicture, look
from graph.importers.pictures.pixels import picture_digest
from graph.importers.pictures.sidecars import Sidecar, album_data, is_accompanied, is_sidecar, read, sidecar_of
from graph.importers.stored import beginning, file_values

_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".png", ".tif", ".tiff", ".webp", ".gif", ".heic", ".heif", ".avif", ".bmp", ".dng"),
)
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"mif1", b"avif"))
_NO_ALBUM = re.compile(
    r"[\W\d_]*|\d{3}[A-Z0-9_]{5}|dcim|camera|camera roll|pictures|photos|images|downloads?|desktop", re.I
)
"""Folders whose names say nothing of what their pictures show: days and years, and what cameras and systems make."""

_GOOGLES_YEAR = re.compile(r"\D*\d{4}\D*")
"""Where Google puts pictures that are in no album, in any language: `Photos from 2019`."""


class Photos(OfFiles):
    """Reads pictures, and the files that Google puts beside them."""

    format: ClassVar[str] = "photos"

    def identify(self, path: Path) -> bool:
        """By the first bytes, or by the suffix, so that a broken picture is not passed over."""
        if path.suffix.lower() == ".json":
            return is_sidecar(path)
        start = beginning(path, 16)
        if not start:
            return False
        boxed = start[4:8] == b"ftyp" and start[8:12] in _BRANDS
        webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
        return boxed or webp or start.startswith(_SIGNATURES) or path.suffix.lower() in _SUFFIXES

    def source(self, path: Path) -> str:
        """One source for all pictures: the same one in another folder is the same photo."""
        return self.format

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The photo with its file, and the album that it is in. Raises nothing for bad content."""
        try:
            if path.suffix.lower() == ".json":
                yield from _beside(path)
            else:
                yield from _picture(path)
        except OSError as error:
            yield Problem(path_text(path), reason(error))


def _picture(path: Path) -> Iterator[Item]:
    where = path_text(path)
    file = file_values(path) | {"source": Photos.format}
    try:
        seen = look(path)
    except NoPicture as error:
        key = f"file:{_hex(file)}"
        yield Item(key, (Row("files", key, file, found=True),), where, warnings=(f"kept as a file: {error}",))
        return
    sidecar = sidecar_of(path)
    digest = picture_digest(path)
    key, file_key = f"photo:{digest}", f"file:{digest}"
    values: dict[str, object] = {"file_id": To(file_key), "source": Photos.format, **seen.values}
    values = sidecar.over(values) if sidecar else values
    rows = (Row("photos", key, values), Row("files", file_key, file, found=True))
    yield Item(key, rows, where, warnings=tuple(seen.warnings))
    yield from _in_album(path.absolute().parent, digest, sidecar, where)


def _hex(file: dict[str, object]) -> str:
    digest = file["sha256"]
    return digest.hex()[:32] if isinstance(digest, bytes) else ""


def _in_album(folder: Path, digest: str, sidecar: Sidecar | None, where: str) -> Iterator[Item]:
    album = _album(folder, named=sidecar is None or not _GOOGLES_YEAR.fullmatch(folder.name))
    if album is None:
        return
    yield replace(album, where=where)
    key = shortened(f"in:{digest}:{album.key}")
    values = {"album_id": To(album.key), "photo_id": To(f"photo:{digest}"), "source": Photos.format}
    yield Item(key, (Row("album_items", key, values),), where)


def _album(folder: Path, named: bool) -> Item | None:
    """A folder that says to be an album; without that (`named`) one whose name says what its pictures show."""
    data = album_data(folder)
    name = path_text(folder.name)
    if data is None and (not named or _NO_ALBUM.fullmatch(name)):
        return None
    title, description = ((data or {}).get(word) for word in ("title", "description"))
    values: dict[str, object] = {
        "title": storable(title).strip() if isinstance(title, str) and title.strip() else name,
        "description": storable(description) or None if isinstance(description, str) else None,
        "is_shared": (data or {}).get("access") in ("shared", "public", "link"),
        "source": Photos.format,
    }
    key = shortened(f"album:{path_text(folder.parent.name)}/{name}")
    return Item(key, (Row("albums", key, values),), path_text(folder))


def _beside(path: Path) -> Iterator[Item | Problem]:
    """What Google put beside a picture comes with the picture; only an album can be there by itself."""
    data = read(path)
    if data is None:
        yield Problem(path_text(path), "no JSON object of reasonable size")
    elif "photoTakenTime" not in data:
        album = _album(path.absolute().parent, named=False)
        yield replace(album, where=path_text(path)) if album else Problem(path_text(path), "describes no album")
    elif not is_accompanied(path):
        title = storable(str(data.get("title") or "something"))[:250]
        yield Problem(path_text(path), f"describes {title}, which is not here")
