"""Sound and film."""

import io
import wave
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer
from graph.importers.pictures.recordings import Recordings
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, run, values
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


def film(created: int = 3_645_000_000, seconds: int = 9) -> bytes:
    header = bytes(4) + created.to_bytes(4, "big") * 2 + (600).to_bytes(4, "big") + (600 * seconds).to_bytes(4, "big")
    return box(b"ftyp", b"qt  \0\0\0\0") + box(b"mdat", bytes(99)) + box(b"moov", box(b"mvhd", header + bytes(80)))


class TestRecordings(Conformance):
    importer: ClassVar[Importer] = Recordings()
    samples: ClassVar[dict[str, str | bytes]] = {
        "memo.wav": tone(),
        "song.mp3": song(),
        "film.mp4": film(),
        "never.mov": film(0, 0),
        "none.flac": b"nothing",
    }


def test_a_memo_and_a_song(tmp_path: Path) -> None:
    memo = values(run(Recordings(), tmp_path / "Memo.wav", tone()), "audio_recordings")
    assert (memo["title"], memo["kind"], float(memo["duration_s"])) == ("Memo", "memo", 2)
    song_ = values(run(Recordings(), tmp_path / "x.mp3", song()), "audio_recordings")
    assert (song_["title"], song_["kind"], song_["custom_fields"]["recording"]["artist"]) == ("Größe", "music", "Ana")


def test_a_film_is_a_file_with_what_google_says(tmp_path: Path) -> None:
    write(tmp_path, {"a.mp4.json": sidecar("a.mp4", description="Waves")})
    film = values(run(Recordings(), tmp_path / "a.mp4", b"film"), "files")
    assert film["custom_fields"]["caption"] == "Waves"
    assert film["custom_fields"]["taken_at"] == "2019-07-03T16:04:05+00:00"


def test_a_film_knows_its_time(tmp_path: Path) -> None:
    custom = values(run(Recordings(), tmp_path / "a.mov", film()), "files")["custom_fields"]
    assert custom == {"taken_at": "2019-07-03T12:00:00+00:00", "recording": {"duration_s": 9.0}}


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
