"""Sound and film."""

import io
import struct
import wave
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.importers.base import Importer, Item, To
from graph.importers.pictures.films import film_values
from graph.importers.pictures.recordings import Recordings
from schema_sql.migrate import declared
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, rows, run, values
from tests.graph.importers.drawn import box
from tests.graph.importers.memory import little_memory
from tests.graph.importers.test_photos import sidecar


def tone(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(800)
        file.writeframes(bytes(800 * seconds))
    return out.getvalue()


def song() -> bytes:
    frames = b"".join(
        name + (len(value) + 1).to_bytes(4, "big") + b"\0\0\3" + value
        for name, value in ((b"TIT2", "Größe".encode()), (b"TPE1", b"Ana"), (b"TDRC", b"2001"))
    )
    return b"ID3\3\0\0" + bytes([0, 0, len(frames) >> 7, len(frames) & 127]) + frames + bytes(400)


def film(created: int = 3_645_000_000, seconds: int = 9, more: bytes = b"") -> bytes:
    header = bytes(4) + created.to_bytes(4, "big") * 2 + (600).to_bytes(4, "big") + (600 * seconds).to_bytes(4, "big")
    head = box(b"moov", box(b"mvhd", header + bytes(80)) + more)
    return box(b"ftyp", b"qt  \0\0\0\0") + box(b"mdat", bytes(99)) + head


def track(handler: bytes, codec: bytes, width: int = 0, height: int = 0) -> bytes:
    entry = box(codec, bytes(24) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes(50))
    table = box(b"stbl", box(b"stsd", bytes(7) + b"\1" + entry))
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12)) + box(b"minf", table)))


def named(**values: str) -> bytes:
    """Apple's own keys."""
    names = b"".join(box(b"mdta", b"com.apple.quicktime." + name.replace("_", ".").encode()) for name in values)
    items = b"".join(
        box(place.to_bytes(4, "big"), box(b"data", b"\0\0\0\1" + bytes(4) + value.encode()))
        for place, value in enumerate(values.values(), 1)
    )
    return box(b"meta", box(b"keys", bytes(4) + len(values).to_bytes(4, "big") + names) + box(b"ilst", items))


def place(text: str) -> bytes:
    return box(b"udta", box(b"\xa9xyz", len(text).to_bytes(2, "big") + b"\x15\xc7" + text.encode()) + bytes(4))


COLUMNS = declared().entities["videos"].by_name.keys()
TRACKS = track(b"soun", b"mp4a") + track(b"vide", b"hvc1", 3840, 2160)
SEASIDE = film(more=TRACKS + place("+48.2083+016.3731+171.200/") + named(
    creationdate="2019-07-03T14:00:00+0200", make="Acme", model="Phone 1", location_ISO6709="-33.5-070.25/",
))  # fmt: skip


def element(kind: int, content: bytes) -> bytes:
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + (len(content) | 1 << 28).to_bytes(4, "big") + content


INFO = (
    element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + element(0x4489, struct.pack(">d", 61_500.0))
    + element(0x4461, (583_848_000 * 10**9).to_bytes(8, "big")) + element(0x7BA9, b"Waves")
)  # fmt: skip
PICTURE = element(0xE0, element(0xB0, (1920).to_bytes(2, "big")) + element(0xBA, (1080).to_bytes(2, "big")))
SHOWN = element(0xAE, element(0x83, b"\2")) + element(0xAE, element(0x83, b"\1") + element(0x86, b"V_VP9") + PICTURE)
WEBM = (
    element(0x1A45DFA3, b"webm") + b"\x18\x53\x80\x67\x01" + b"\xff" * 7
    + element(0x1549A966, INFO) + element(0x1654AE6B, SHOWN) + element(0x1F43B675, bytes(99))
)  # fmt: skip


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content


def avi() -> bytes:
    numbers = (40_000, 0, 0, 0, 250, 0, 0, 0, 640, 480, 0, 0, 0, 0)
    head = chunk(b"avih", b"".join(number.to_bytes(4, "little") for number in numbers))
    stream = chunk(b"LIST", b"strl" + chunk(b"strh", b"vidsXVID" + bytes(48)))
    return chunk(b"RIFF", b"AVI " + chunk(b"LIST", b"hdrl" + head + stream) + chunk(b"LIST", b"movi" + bytes(9)))


class TestRecordings(Conformance):
    importer: ClassVar[Importer] = Recordings()
    samples: ClassVar[dict[str, str | bytes]] = {
        "memo.wav": tone(),
        "song.mp3": song(),
        "film.mp4": film(),
        "never.mov": film(0, 0),
        "none.flac": b"nothing",
        "seaside.mov": SEASIDE,
        "shown.webm": WEBM,
        "old.avi": avi(),
    }


def test_a_memo_and_a_song(tmp_path: Path) -> None:
    memo = values(run(Recordings(), tmp_path / "Memo.wav", tone()), "audio_recordings")
    assert (memo["title"], memo["kind"], float(memo["duration_s"])) == ("Memo", "memo", 2)
    song_ = values(run(Recordings(), tmp_path / "x.mp3", song()), "audio_recordings")
    assert (song_["title"], song_["kind"], song_["custom_fields"]["recording"]["artist"]) == ("Größe", "music", "Ana")


def test_a_film_with_what_google_says(tmp_path: Path) -> None:
    geo = {"latitude": 38.1, "longitude": 13.3, "altitude": 0.0}
    write(tmp_path, {"a.mp4.json": sidecar("a.mp4", description="Waves", geoData=geo, favorited=True)})
    video = values(run(Recordings(), tmp_path / "a.mp4", b"film"), "videos")
    assert (video["caption"], video["favorite"], video["lat"], video["lon"]) == ("Waves", True, 38.1, 13.3)
    assert video["taken_at"] == datetime(2019, 7, 3, 16, 4, 5, tzinfo=UTC)


def test_a_film_knows_its_time(tmp_path: Path) -> None:
    found = run(Recordings(), tmp_path / "a.mov", film())
    (key,) = [row.key for row in rows(found, "files")]
    assert values(found, "videos") == {
        "file_id": To(key),
        "taken_at": datetime(2019, 7, 3, 12, tzinfo=UTC),
        "duration_s": Decimal(9),
        "source": "recordings",
    }


def test_a_film_knows_its_size_its_camera_and_its_place(tmp_path: Path) -> None:
    video = values(run(Recordings(), tmp_path / "a.mov", SEASIDE), "videos")
    assert (video["width"], video["height"], video["codec"]) == (3840, 2160, "hevc")
    assert (video["camera_make"], video["camera_model"]) == ("Acme", "Phone 1")
    assert (video["taken_at"], video["tz_offset"]) == (datetime(2019, 7, 3, 12, tzinfo=UTC), timedelta(hours=2))
    assert (video["lat"], video["lon"], "altitude_m" in video) == (-33.5, -70.25, False), "Apple's own is meant"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+48.2083+016.3731+171.200/", (48.2083, 16.3731, 171.2)),
        ("-4812.5+01622.5/", (-48.20833333, 16.375, None)),
        ("+481230+0162230/", (48.20833333, 16.375, None)),
        ("+00.0+000.0/", (None, None, None)),
        ("+99.0+000.0/", (None, None, None)),
        ("by the sea", (None, None, None)),
    ],
)
def test_places_in_all_ways_of_writing(tmp_path: Path, written: str, found: tuple[float | None, ...]) -> None:
    video = values(run(Recordings(), tmp_path / "a.mp4", film(more=place(written))), "videos")
    assert tuple(video.get(name) for name in ("lat", "lon", "altitude_m")) == found


def test_films_in_other_containers(tmp_path: Path) -> None:
    video = values(run(Recordings(), tmp_path / "a.webm", WEBM), "videos")
    assert (video["width"], video["height"], video["codec"], video["title"]) == (1920, 1080, "vp9", "Waves")
    assert (video["duration_s"], video["taken_at"]) == (Decimal("61.5"), datetime(2019, 7, 3, 12, tzinfo=UTC))
    video = values(run(Recordings(), tmp_path / "a.avi", avi()), "videos")
    assert (video["width"], video["height"], video["codec"], video["duration_s"]) == (640, 480, "mpeg4", Decimal(10))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    whole=st.sampled_from((SEASIDE, WEBM, avi())),
    cut=st.integers(0, 900),
    at=st.integers(0, 900),
    byte=st.integers(0, 255),
)
def test_a_torn_head_is_no_trouble(tmp_path: Path, whole: bytes, cut: int, at: int, byte: int) -> None:
    torn = bytearray(whole)
    torn[at % len(whole)] = byte
    for content in (bytes(torn), whole[:cut]):
        path = tmp_path / "a.mov"
        path.write_bytes(content)
        assert film_values(path).keys() <= COLUMNS


async def test_a_film_comes_once(house: Household, tmp_path: Path) -> None:
    await house.create("places", name="Santiago", lat=-33.45, lon=-70.3, radius_m=30_000)
    report = await house.bring(write(tmp_path, {"a/x.mov": SEASIDE, "b/y.mov": SEASIDE, "c.webm": b"film"}))
    assert report.problems == []
    assert told(report) == {"video": {"created": 2}, "file": {"created": 2}}
    assert (await house.bring(tmp_path)).changes == 0
    taken = "SELECT t.label FROM entity_links l JOIN records t ON t.id = l.target_id WHERE l.relation = 'TAKEN_AT'"
    assert await house.column(taken) == ["Santiago"]


async def test_a_film_that_was_a_file_alone_becomes_a_video_of_that_file(house: Household, tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(SEASIDE)
    item = next(one for one in Recordings().extract(path) if isinstance(one, Item))
    before = Item(item.rows[1].key, item.rows[1:], str(path))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Recordings, "extract", lambda self, path: iter((before,)))
        assert told(await house.bring(path)) == {"file": {"created": 1}}
    again = told(await house.bring(path))
    assert (again["video"], again["file"].get("vanished", 0)) == ({"created": 1}, 0)
    assert await house.value("SELECT count(*) FROM videos v JOIN files f ON f.id = v.file_id") == 1
    assert await house.value("SELECT count(*) FROM files WHERE deleted_at IS NULL") == 1
    assert (await house.bring(path)).changes == 0


def test_a_large_film_stays_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film())
    with path.open("r+b") as file:
        file.truncate(200_000_000)
    with little_memory(10_000_000):
        found = list(Recordings().extract(path))
    assert values(found, "files")["byte_size"] == 200_000_000


async def test_one_recording_in_two_folders_is_one(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path, {"a/x.wav": tone(), "b/y.wav": tone(), "b/z.wav": tone(3)}))
    assert report.problems == []
    assert told(report) == {"audio_recording": {"created": 2}, "file": {"created": 2}}
    assert (await house.bring(tmp_path)).changes == 0
