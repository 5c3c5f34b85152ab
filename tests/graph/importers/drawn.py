"""Small pictures with metadata, made for tests."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

XMP = b"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Palermo" photoshop:Country="Italia">
<dc:title><rdf:Alt><rdf:li xml:lang="de">Boot</rdf:li><rdf:li xml:lang="x-default">Boat</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>boat</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>Ana</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"""


def exif(offset: str | None = "+02:00", **tags: Any) -> Image.Exif:
    """What a telephone in Sicily writes. `tags` are names of the main directory."""
    found = Image.Exif()
    found.update({Base.Make: "Acme", Base.Model: "Phone 1\0\0", Base.Orientation: 6})
    found.update({Base[name]: value for name, value in tags.items()})
    inner: dict[int, Any] = {
        Base.DateTimeOriginal: "2019:07:03 18:04:05",
        Base.SubsecTimeOriginal: "25",
        Base.FNumber: IFDRational(28, 10),
        Base.ExposureTime: IFDRational(1, 250),
        Base.ISOSpeedRatings: 100,
        Base.FocalLength: IFDRational(0, 0),
        Base.Flash: 0x19,
    }
    inner |= {Base.OffsetTimeOriginal: offset} if offset else {}
    position = {
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLatitude: (38.0, 6.0, 36.0),
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLongitude: (13.0, 21.0, 0.0),
        GPS.GPSAltitude: IFDRational(125, 10),
        GPS.GPSAltitudeRef: b"\x01",
        GPS.GPSDateStamp: "2019:07:03",
        GPS.GPSTimeStamp: (16.0, 4.0, 1.0),
        GPS.GPSImgDirection: IFDRational(360, 1),
    }
    found.get_ifd(IFD.Exif).update(inner)
    found.get_ifd(IFD.GPSInfo).update(position)
    return found


def picture(format_: str = "JPEG", color: str = "teal", size: tuple[int, int] = (12, 8), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, format_, **options)
    return out.getvalue()


def described_png() -> bytes:
    words = PngInfo()
    words.add_text("Title", "Map")
    words.add_text("Creation Time", "2020:01:02 03:04:05")
    return picture("PNG", pnginfo=words)


def iptc_jpeg() -> bytes:
    """Records 2:105 (headline), 2:25 (keyword) and 2:90 (city) in a Photoshop block of APP13."""
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + len(value).to_bytes(2, "big") + value
        for number, value in ((105, b"Harbour"), (25, b"port"), (90, "Cefalù".encode()))
    )
    block = b"8BIM\x04\x04\0\0" + len(records).to_bytes(4, "big") + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = picture()
    return data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:]


def heic(width: int = 4032, height: int = 3024) -> bytes:
    """The boxes of a HEIC picture with EXIF in it and no pixels at all."""
    body = exif().tobytes()
    data = b"\0\0\0\6Exif\0\0" + body.removeprefix(b"Exif\0\0")
    start = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    entry = box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0")
    size = box(b"ispe", bytes(4) + width.to_bytes(4, "big") + height.to_bytes(4, "big"))
    tile = box(b"ispe", bytes(4) + (512).to_bytes(4, "big") * 2)
    parts = box(b"iinf", bytes(4) + b"\0\1" + entry) + box(b"iprp", box(b"ipco", tile + size))

    def meta(offset: int) -> bytes:
        place = offset.to_bytes(4, "big") + len(data).to_bytes(4, "big")
        location = box(b"iloc", bytes(4) + b"\x44\0" + b"\0\1" + b"\0\1" + b"\0\0" + b"\0\1" + place)
        return box(b"meta", bytes(4) + parts + location)

    before = len(start) + len(meta(0)) + 8
    return start + meta(before) + box(b"mdat", data)


def box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def write_picture(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
