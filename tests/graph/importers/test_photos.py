"""Pictures: what EXIF, IPTC, XMP and Google say of them, albums, and what is broken."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from graph.importers.base import Importer
from graph.importers.pictures import sidecars
from graph.importers.pictures.exif import clock_time, offset_between
from graph.importers.pictures.photos import Photos
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, items, problems, rows, run, values
from tests.graph.importers.drawn import XMP, described_png, exif, heic, iptc_jpeg, picture, write_picture

WEIRD = exif(
    offset="+99:99", Orientation=99, Make=b"\xff\xfe", ImageDescription="nul\0byte", XResolution=IFDRational(1, 0)
)
TAKEN = 1562169845  # 2019-07-03 16:04:05 UTC


def sidecar(title: str = "a.jpg", taken: int = TAKEN, **more: Any) -> str:
    moment = {"timestamp": str(taken), "formatted": "3 Jul 2019"}
    return json.dumps({"title": title, "imageViews": "7", "photoTakenTime": moment, **more})


class TestPhotos(Conformance):
    importer: ClassVar[Importer] = Photos()
    samples: ClassVar[dict[str, str | bytes]] = {
        "camera.jpg": picture(exif=exif(), xmp=XMP),
        "odd.jpg": picture(exif=WEIRD, xmp=b"<broken"),
        "words.png": described_png(),
        "iptc.jpg": iptc_jpeg(),
        "phone.heic": heic(),
        "web.webp": picture("WEBP", exif=exif(), xmp=XMP),
        "scan.tif": picture("TIFF", exif=exif()),
        "move.gif": picture("GIF"),
        "none.jpg": b"no picture",
        "without_suffix": picture(),
    }


def extracted(path: Path, data: bytes) -> dict[str, Any]:
    return values(run(Photos(), path, data), "photos")


def test_what_a_telephone_says(tmp_path: Path) -> None:
    found = run(Photos(), tmp_path / "a.jpg", picture(exif=exif(), xmp=XMP))
    photo = values(found, "photos")
    photo.pop("file_id")
    assert photo == {
        **{"source": "photos", "width": 12, "height": 8, "orientation": 6, "camera_make": "Acme"},
        **{"camera_model": "Phone 1", "f_number": Decimal("2.8"), "exposure_time": "1/250", "iso": 100, "flash": True},
        **{"taken_at": datetime(2019, 7, 3, 16, 4, 5, 250_000, UTC), "tz_offset": timedelta(hours=2)},
        **{"lat": 38.11, "lon": 13.35, "altitude_m": -12.5, "direction": 0.0},
        **{"title": "Boat", "keywords": ["sea", "boat"], "creator": "Ana", "location": "Palermo, Italia", "rating": 4},
    }
    file = values(found, "files")
    assert (file["name"], file["media_type"], len(file["sha256"])) == ("a.jpg", "image/jpeg", 32)


@pytest.mark.parametrize(("format_", "name"), [("WEBP", "a.webp"), ("AVIF", "a.avif"), ("PNG", "a.png")])
def test_other_formats_say_the_same(tmp_path: Path, format_: str, name: str) -> None:
    found = extracted(tmp_path / name, picture(format_, exif=exif()))
    assert (found["lat"], found["orientation"], found["tz_offset"]) == (38.11, 6, timedelta(hours=2))


def test_a_tiff_is_its_own_directory(tmp_path: Path) -> None:
    found = extracted(tmp_path / "a.tif", picture("TIFF", exif=exif()))
    assert (found["width"], found["orientation"], found["camera_model"]) == (12, 6, "Phone 1")


def test_heic_is_read_without_its_pixels(tmp_path: Path) -> None:
    found = extracted(tmp_path / "a.heic", heic())
    assert (found["width"], found["height"], found["lat"], found["camera_make"]) == (4032, 3024, 38.11, "Acme")


def test_older_words_and_png(tmp_path: Path) -> None:
    older = extracted(tmp_path / "a.jpg", iptc_jpeg())
    assert (older["title"], older["keywords"], older["location"]) == ("Harbour", ["port"], "Cefalù")
    png = extracted(tmp_path / "a.png", described_png())
    assert (png["title"], png["taken_at"]) == ("Map", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_a_camera_without_a_zone_is_told_it_by_the_satellites(tmp_path: Path) -> None:
    found = extracted(tmp_path / "a.jpg", picture(exif=exif(offset=None)))
    assert (found["taken_at"].hour, found["tz_offset"]) == (16, timedelta(hours=2))


@given(st.integers(-48, 56), st.integers(-80, 80))
def test_offsets_are_quarters_of_an_hour(quarters: int, seconds: int) -> None:
    instant = datetime(2020, 5, 5, 12, tzinfo=UTC)
    ahead = timedelta(minutes=15 * quarters)
    clock = (instant + ahead + timedelta(seconds=seconds)).replace(tzinfo=None)
    assert offset_between(clock, instant) == ahead
    assert offset_between(clock + timedelta(minutes=5), instant) is None


@pytest.mark.parametrize("value", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2019:02:30 00:00:00", "", None])
def test_clocks_that_were_never_set(value: str | None) -> None:
    assert clock_time(value) is None


def test_nonsense_is_no_value(tmp_path: Path) -> None:
    found = extracted(tmp_path / "a.jpg", picture(exif=WEIRD))
    assert "orientation" not in found
    assert "focal_length" not in found
    assert found["caption"] == "nul"


def test_a_packet_with_entities_is_not_read(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + XMP
    (item, *_) = items(run(Photos(), tmp_path / "a.jpg", picture(xmp=bomb))).values()
    assert item.warnings == ("XMP could not be read: too large or with entities of its own",)


def test_too_many_pixels_are_a_file(tmp_path: Path) -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    data[29:33] = crc32(data[12:29]).to_bytes(4, "big")
    (item,) = items(run(Photos(), tmp_path / "a.png", bytes(data))).values()
    assert (item.rows[0].table, item.warnings) == ("files", ("kept as a file: too many pixels",))


def test_a_broken_picture_is_a_file_with_a_warning(tmp_path: Path) -> None:
    (item,) = items(run(Photos(), tmp_path / "a.jpg", b"\xff\xd8\xff not much")).values()
    assert [row.table for row in item.rows] == ["files"]
    assert item.warnings[0].startswith("kept as a file: not a picture")


def test_what_is_written_into_a_picture_makes_no_other_picture(tmp_path: Path) -> None:
    plain, told_, other = picture(), picture(exif=exif(), xmp=XMP), picture(color="red")
    keys = [next(iter(items(run(Photos(), tmp_path / "a.jpg", data)))) for data in (plain, told_, other)]
    assert keys[0] == keys[1] != keys[2]
    pngs = [next(iter(items(run(Photos(), tmp_path / "a.png", data)))) for data in (picture("PNG"), described_png())]
    assert pngs[0] == pngs[1]


# Albums and what Google says


def test_a_folder_is_an_album_if_its_name_says_something(tmp_path: Path) -> None:
    for folder, album in (("2019/Sicily", ["Sicily"]), ("2019/2019-07", []), ("DCIM/100APPLE", []), ("x/Camera", [])):
        path = write_picture(tmp_path / folder / "a.jpg", picture())
        assert [row.values["title"] for row in rows(list(Photos().extract(path)), "albums")] == album


def test_googles_album_and_sidecar(tmp_path: Path) -> None:
    place = {"latitude": 1.5, "longitude": 2.5, "altitude": 10.0}
    write(
        tmp_path / "Reise",
        {
            "Metadaten.json": json.dumps({"title": "Journey", "description": "d", "access": "shared", "date": {}}),
            "a.jpg": picture(exif=exif(offset=None)),
            "a.jpg.supplemental-metadata.json": sidecar(
                description="At sea", geoData=place, favorited=True, people=[{"name": "Bo"}], url="https://p/1"
            ),
        },
    )
    found = list(Photos().extract(tmp_path / "Reise" / "a.jpg"))
    assert values(found, "albums")["title"] == "Journey"
    assert values(found, "albums")["is_shared"]
    photo = values(found, "photos")
    assert (photo["caption"], photo["favorite"], photo["lat"]) == ("At sea", True, 1.5)
    assert photo["tz_offset"] == timedelta(hours=2)
    google = {"title": "a.jpg", "people": [{"name": "Bo"}], "url": "https://p/1"}
    assert photo["custom_fields"] == {"google_photos": {name: google[name] for name in ("people", "url")}}
    assert list(Photos().extract(tmp_path / "Reise" / "a.jpg.supplemental-metadata.json")) == []


LONG = "PXL_20230101_123456789.PORTRAIT-01.ORIGINAL"


@pytest.mark.parametrize(
    ("media", "beside"),
    [
        ("a.jpg", "a.jpg.json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json"),
        ("a.jpg", "a.jpg.suppl.json"),
        ("a(1).jpg", "a.jpg(1).json"),
        ("a(1).jpg", "a.jpg.supplemental-metadata(1).json"),
        ("a-bearbeitet.jpg", "a.jpg.json"),
        ("a.MP4", "a.HEIC.supplemental-metadata.json"),
        (f"{LONG}.jpg", f"{f'{LONG}.jpg'[:46]}.json"),
    ],
)
def test_sidecars_are_found_under_all_their_names(tmp_path: Path, media: str, beside: str) -> None:
    write(tmp_path, {media: "x", beside: sidecar()})
    found = sidecars.sidecar_of(tmp_path / media)
    assert found is not None
    assert found.taken_at == datetime.fromtimestamp(TAKEN, UTC)
    assert Photos().identify(tmp_path / beside)


def test_a_sidecar_without_its_picture_is_told(tmp_path: Path) -> None:
    assert problems(run(Photos(), tmp_path / "b.jpg.json", sidecar("b.jpg"))) == ["describes b.jpg, which is not here"]


@pytest.mark.parametrize(("folder", "albums"), [("Fotos von 2019", []), ("Sea 6-10-23", ["Sea 6-10-23"])])
def test_googles_years_are_no_albums(tmp_path: Path, folder: str, albums: list[str]) -> None:
    write(tmp_path, {f"{folder}/a.jpg": picture(), f"{folder}/a.jpg.json": sidecar()})
    found = list(Photos().extract(tmp_path / folder / "a.jpg"))
    assert [row.values["title"] for row in rows(found, "albums")] == albums


def test_a_time_that_was_corrected_at_google_counts(tmp_path: Path) -> None:
    write(tmp_path, {"a.jpg": picture(exif=exif()), "a.jpg.json": sidecar(taken=1_000_000_000)})
    photo = values(list(Photos().extract(tmp_path / "a.jpg")), "photos")
    assert photo["taken_at"] == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
    assert "tz_offset" not in photo


# In the house


async def test_pictures_come_in_once_and_an_edit_is_one_update(house: Household, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Sea/a.jpg": picture(exif=exif()),
        "Sea/b.png": picture("PNG"),
        "c/a2.jpg": b"\xff\xd8\xff",
    }
    report = await house.bring(write(tmp_path / "all", files))
    assert report.problems == []
    assert told(report) == {
        **{"photo": {"created": 2}, "file": {"created": 3}, "album": {"created": 1}, "album_item": {"created": 2}},
    }
    assert (await house.bring(tmp_path / "all")).changes == 0
    write(tmp_path / "all", {"Sea/a.jpg": picture(exif=exif(), xmp=XMP)})
    report = await house.bring(tmp_path / "all")
    assert told(report)["photo"] == {"updated": 1, "unchanged": 1}
    assert (await house.column("SELECT title FROM photos WHERE title IS NOT NULL")) == ["Boat"]
    assert report.gone == []


async def test_the_same_picture_elsewhere_is_the_same_photo(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, {"Sea/a.jpg": picture(), "Best of/x.jpg": picture()}))
    assert len(await house.rows("SELECT * FROM photos")) == 1
    assert await house.living("albums") == ["Best of", "Sea"]
    assert len(await house.rows("SELECT * FROM album_items")) == 2
    assert (await house.bring(tmp_path)).changes == 0
