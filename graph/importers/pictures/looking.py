"""One look at a picture: how large it is, and what EXIF, IPTC, XMP and PNG say of it. Its pixels stay packed."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile

from graph.importers.pictures.boxes import NoBoxes, read_heif
from graph.importers.pictures.exif import at_offset, clock_time, exif_values, text
from graph.importers.pictures.words import NoPacket, iptc_values, packet_of, png_values, xmp_values
from graph.importers.stored import beginning

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "AVIF", "BMP")

_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_OWN_SIZE = frozenset((".dng", ".nef", ".cr2", ".arw", ".orf", ".rw2", ".pef"))
"""Negatives of cameras: TIFF files whose first picture is a small preview."""

Image.MAX_IMAGE_PIXELS = 500_000_000
"""Twice this is refused by Pillow. Its own limit is below what telephones of today take."""


class NoPicture(Exception):
    """The file is broken, or no picture at all."""


@dataclass(slots=True)
class Look:
    """The columns of `photos`, the later ones being the better ones, and what could not be read."""

    values: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def add(self, name: str, read: Callable[[], dict[str, object]]) -> None:
        """Metadata is written by anyone: whatever goes wrong in it concerns that part alone."""
        try:
            self.values |= read()
        except NoPacket as error:
            self.warnings.append(f"{name} could not be read: {error}")
        except Exception as error:  # Pillow's parsers raise anything
            self.warnings.append(f"{name} could not be read: {type(error).__name__}")


def look(path: Path) -> Look:
    """Raises OSError and NoPicture."""
    found = Look()
    start = beginning(path, 12)
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
        _look_at_boxes(path, found)
    else:
        _look_at_image(path, found)
    return found


def _look_at_boxes(path: Path, found: Look) -> None:
    try:
        heif = read_heif(path)
    except (NoBoxes, OverflowError) as error:
        raise NoPicture(str(error)) from None
    found.values |= _size(*heif.size) if heif.size else {}
    if heif.exif:
        found.add("EXIF", lambda: _exif(heif.exif))
    if heif.xmp:
        found.add("XMP", lambda: xmp_values(heif.xmp))


def _exif(data: bytes) -> dict[str, object]:
    exif = Image.Exif()
    exif.load(data)
    return exif_values(exif)


def _look_at_image(path: Path, found: Look) -> None:
    with _opened(path) as image:
        if path.suffix.lower() not in _OWN_SIZE:
            found.values |= _stored_size(image)
        if image.format == "PNG":
            found.add("text", lambda: png_values(image.info) | _drawn(image))
        found.add("EXIF", lambda: exif_values(image.getexif()))
        if image.format in ("JPEG", "MPO", "TIFF"):
            found.add("IPTC", lambda: iptc_values(image))
        if packet := packet_of(image.info):
            found.add("XMP", lambda: xmp_values(packet))


@contextmanager
def _opened(path: Path) -> Iterator[ImageFile]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(path, formats=FORMATS)
        except Image.DecompressionBombError:
            raise NoPicture("too many pixels") from None
        except FileNotFoundError:
            raise
        except Exception as error:  # Pillow's parsers raise anything
            raise NoPicture(f"not a picture that can be read ({type(error).__name__})") from None
        with image:
            yield image


def _drawn(image: ImageFile) -> dict[str, object]:
    clock = clock_time(text(image.info.get("Creation Time")))
    return at_offset(clock, None) if clock else {}


def _stored_size(image: ImageFile) -> dict[str, object]:
    """Pillow gives a TIFF the size that it has when it is turned."""
    tags = getattr(image, "tag_v2", None) or {}
    width, height = (tags.get(tag) for tag in (Base.ImageWidth, Base.ImageLength))
    if isinstance(width, int) and isinstance(height, int):
        return _size(width, height)
    return _size(image.width, image.height)


def _size(width: int, height: int) -> dict[str, object]:
    return {"width": width, "height": height} if 0 < width < 2**31 and 0 < height < 2**31 else {}
