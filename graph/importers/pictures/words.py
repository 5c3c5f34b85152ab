"""What people and programs wrote into a picture besides EXIF: XMP (ISO 16684-1), IPTC IIM and the texts of PNG."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from PIL.ImageFile import ImageFile
from PIL.IptcImagePlugin import getiptcinfo

from graph.importers.decoding import storable
from graph.importers.pictures.exif import LONGEST, text

LARGEST_XMP = 4 * 1024 * 1024

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_PLACE = (_IPTC_CORE + "Location", _PHOTOSHOP + "City", _PHOTOSHOP + "State", _PHOTOSHOP + "Country")


class NoPacket(Exception):
    """What should be an XMP packet is none, or one that is not worth the risk."""


def xmp_values(packet: bytes) -> dict[str, object]:
    """The columns of `photos` that an XMP packet fills. Raises NoPacket."""
    properties = _properties(packet)

    def first(name: str) -> str | None:
        return next(iter(properties.get(name, ())), None)

    rating = first(_XMP + "Rating")
    return _given({
        "title": first(_DC + "title") or first(_PHOTOSHOP + "Headline"),
        "caption": first(_DC + "description"),
        "keywords": list(dict.fromkeys(properties.get(_DC + "subject", ()))),
        "creator": ", ".join(properties.get(_DC + "creator", ())),
        "location": _place(first(name) for name in _PLACE),
        "rating": int(rating) if rating and re.fullmatch(r"-1|[0-5]", rating) else None,
    })  # fmt: skip


def _properties(packet: bytes) -> dict[str, list[str]]:
    """Every property by its name, the languages and members of each in their order (the default language first)."""
    if len(packet) > LARGEST_XMP or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        raise NoPacket("too large or with entities of its own")
    try:
        root = fromstring(packet.strip(b"\0 \r\n\t"))
    except (ParseError, ValueError, LookupError) as error:
        raise NoPacket(str(error)) from None
    found: dict[str, list[str]] = {}
    for description in root.iter(_RDF + "Description"):
        for name, value in description.attrib.items():
            _add(found, name, value)
        for part in description:
            members = sorted(part.iter(_RDF + "li"), key=_is_translation)
            for value in [_content(member) for member in members] or [_content(part)]:
                _add(found, part.tag, value)
    return found


def _add(found: dict[str, list[str]], name: str, value: str) -> None:
    if value := storable(value).strip()[:LONGEST]:
        found.setdefault(name, []).append(value)


def _content(element: Element) -> str:
    return element.text or ""


def _is_translation(member: Element) -> bool:
    return member.get("{http://www.w3.org/XML/1998/namespace}lang", "x-default") != "x-default"


def iptc_values(image: ImageFile) -> dict[str, object]:
    """The columns of `photos` that the older IPTC records of a JPEG or TIFF fill."""
    records: Mapping[tuple[int, int], Any] = getiptcinfo(image) or {}

    def every(number: int) -> list[str]:
        values = records.get((2, number)) or []
        texts = (text(value) for value in (values if isinstance(values, list) else [values]))
        return [value for value in texts if value]

    def first(number: int) -> str | None:
        return next(iter(every(number)), None)

    return _given({
        "title": first(5) or first(105),
        "caption": first(120),
        "keywords": list(dict.fromkeys(every(25))),
        "creator": ", ".join(every(80)),
        "location": _place(first(number) for number in (92, 90, 95, 101)),
    })  # fmt: skip


def png_values(info: Mapping[Any, Any]) -> dict[str, object]:
    """The columns of `photos` that the text chunks of a PNG fill."""
    return _given({
        "title": text(info.get("Title")),
        "caption": text(info.get("Description")) or text(info.get("Comment")),
        "creator": text(info.get("Author")),
    })  # fmt: skip


def packet_of(info: Mapping[Any, Any]) -> bytes:
    """The XMP packet as Pillow gives it for each format."""
    packet = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    return packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)


def _place(names: Iterable[str | None]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def _given(values: dict[str, object]) -> dict[str, object]:
    empty: tuple[object, ...] = (None, "", [])
    return {name: value for name, value in values.items() if value not in empty}
