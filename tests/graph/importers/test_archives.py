"""Archives: handed over part by part, the same sources as unpacked, bounded, and nothing outside of them is touched."""

import shutil
import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.importers import archives
from graph.importers.archives import Portion, is_archive, unpacked
from graph.importers.base import Problem
from graph.importers.detection import Found, discover
from graph.importers.formats import IMPORTERS
from tests.graph.household import Household, write
from tests.graph.importers.bringing import VAULT, card, event, reasons, told
from tests.graph.importers.drawn import exif, picture
from tests.graph.importers.packed import docx, zipped
from tests.graph.importers.test_photos import sidecar
from tests.graph.importers.test_takeout import LISTS, SHOPPING

PHOTOS = "Takeout/Google Fotos/Fotos von 2019"
LIFE: dict[str, str | bytes] = {
    "Takeout/archive_browser.html": "<html>",
    "Takeout/Kontakte/Alle/Alle.vcf": card("1", "Ana"),
    "Takeout/Kalender/life.ics": event("e", "Meeting"),
    "Takeout/Keep/shopping.json": SHOPPING,
    "Takeout/Aufgaben/Tasks.json": LISTS,
    f"{PHOTOS}/a.jpg": picture(exif=exif()),
    f"{PHOTOS}/a.jpg.supplemental-metadata.json": sidecar(description="At sea"),
    f"{PHOTOS}/b.jpg": picture(color="red"),
}
CAME = {
    **{"address_book": {"created": 1}, "contact": {"created": 1}, "calendar": {"created": 1}, "event": {"created": 1}},
    **{"note": {"created": 1}, "task_list": {"created": 2}, "task": {"created": 3}},
    **{"photo": {"created": 2}, "file": {"created": 2}, "album": {"created": 1}, "album_item": {"created": 1}},
}


def archive(path: Path, members: dict[str, str | bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(members))
    return path


def found(path: Path) -> Iterator[str]:
    for one in discover(path, IMPORTERS):
        yield f"{one.importer.format} {one.place}" if isinstance(one, Found) else f"{one.where}: {one.reason}"


async def test_a_takeout_as_a_whole(house: Household, tmp_path: Path) -> None:
    path = archive(tmp_path / "takeout-20260101T000000Z-001.zip", LIFE)
    report = await house.bring(path)
    assert reasons(report) == ["no importer knows this kind of file"]
    assert report.problems[0].where == f"{path}/Takeout/archive_browser.html"
    assert told(report) == CAME
    assert await house.column("SELECT caption FROM photos WHERE caption IS NOT NULL") == ["At sea"]
    uri = f"jar:{path.as_uri()}!/Takeout/Google%20Fotos/Fotos%20von%202019/a.jpg"
    assert await house.column("SELECT storage_uri FROM files WHERE name = 'a.jpg'") == [uri]
    again = await house.bring(path)
    assert (again.changes, again.gone) == (0, [])


async def test_the_next_export_is_the_same_life(house: Household, tmp_path: Path) -> None:
    await house.bring(archive(tmp_path / "takeout-20260101T000000Z-001.zip", LIFE))
    more: dict[str, str | bytes] = {**LIFE, "Takeout/Kontakte/Alle/Alle.vcf": card("1", "Ana B") + card("2", "Bo")}
    report = await house.bring(archive(tmp_path / "takeout-20270101T000000Z-3-001.zip", more))
    assert told(report)["contact"] == {"created": 1, "updated": 1}
    assert {type_ for type_, counts in told(report).items() if counts.keys() != {"unchanged"}} == {"contact", "file"}
    moved = await house.column("SELECT storage_uri FROM files")
    assert all("takeout-20270101" in uri for uri in moved)


async def test_parts_of_a_takeout_are_one_archive(house: Household, tmp_path: Path) -> None:
    first = {name: content for name, content in LIFE.items() if not name.endswith("-metadata.json")}
    second = {name: content for name, content in LIFE.items() if name not in first}
    one = archive(tmp_path / "takeout-20260101T000000Z-001.zip", first)
    two = archive(tmp_path / "takeout-20260101T000000Z-002.zip", second)
    report = await house.bring(two, one)
    assert told(report) == CAME
    assert await house.column("SELECT caption FROM photos WHERE caption IS NOT NULL") == ["At sea"]
    assert (await house.bring(tmp_path)).changes == 0


@pytest.mark.parametrize("limit", [0, 2000])
async def test_large_folders_are_unpacked_one_by_one(
    house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    path = archive(tmp_path / "takeout-20260101T000000Z-001.zip", LIFE)
    await house.bring(path)
    monkeypatch.setattr(archives, "WHOLE_BYTES", limit)
    report = await house.bring(path)
    assert (report.changes, report.gone, len(report.problems)) == (0, [], 1)


async def test_an_archive_is_the_same_source_as_its_folder(house: Household, tmp_path: Path) -> None:
    path = archive(tmp_path / "life.zip", dict(VAULT))
    report = await house.bring(path)
    assert told(report)["note"] == {"created": 2}
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "life")
    report = await house.bring(tmp_path / "life")
    assert told(report)["note"] == {"unchanged": 2}
    assert told(report)["diary_entry"] == {"unchanged": 1}


async def test_what_vanished_from_an_archive_is_told(house: Household, tmp_path: Path) -> None:
    path = archive(tmp_path / "life.zip", {"a.vcf": card("1", "Ana"), "b.vcf": card("2", "Bo")})
    await house.bring(path)
    archive(path, {"a.vcf": card("1", "Ana")})
    assert {gone.where for gone in (await house.bring(path)).gone} == {f"{path}/b.vcf"}
    await house.bring(path, prune=True)
    assert await house.living("contacts", "fn") == ["Ana"]


def test_archives_in_archives_up_to_a_depth(tmp_path: Path) -> None:
    inner = zipped({"a.vcf": card("1", "Ana")})
    for depth in range(4):
        inner = zipped({f"{depth}.zip": inner, f"{depth}.vcf": card("1", "Ana")})
    path = tmp_path / "x.zip"
    path.write_bytes(inner)
    told_ = list(found(path))
    assert told_[:3] == [
        f"vcard {path}/3.vcf",
        f"vcard {path}/3.zip/2.vcf",
        f"vcard {path}/3.zip/2.zip/1.vcf",
    ]
    assert told_[3:] == [f"{path}/3.zip/2.zip/1.zip: an archive within 3 others is not unpacked"]


def test_programs_books_and_office_files_are_no_archives(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.docx": docx(), "b.epub": zipped({"mimetype": "application/epub+zip"}), "c.zip": "x", "d.zip": b"PK\3\4"},
    )
    assert [path.name for path in tmp_path.iterdir() if is_archive(path)] == []


# What must not happen


def test_names_that_lead_out_and_links(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in (
            "../evil.txt",
            "/etc/evil.txt",
            "a/../../evil.txt",
            "C:/evil.txt",
            "..\\evil.txt",
            "a/" * 80 + "x",
            "x" * 300,
        ):
            packed.writestr(name, "evil")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("good.txt", "good")
    path = tmp_path / "in" / "x.zip"
    write(tmp_path, {"in/x.zip": out.getvalue()})
    told_ = list(unpacked(path))
    refused = [one.reason for one in told_ if isinstance(one, Problem)]
    assert refused.count("a name that leads out of the archive") == 5
    assert sorted(set(refused)) == [
        *("a link, not a file", "a name that leads out of the archive", "a name that no file can have"),
        "deeper than 64 folders",
    ]
    assert list(tmp_path.rglob("evil.txt")) == []


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "WHOLE_BYTES", 1000)
    path = archive(tmp_path / "x.zip", {"zeros.txt": bytes(10_000_000)})
    assert [one.reason for one in unpacked(path) if isinstance(one, Problem)] == [
        "would unpack to 10000000 bytes in 1 files"
    ]


def test_more_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=archives._SPARE + 3))
    path = archive(tmp_path / "x.zip", {"a.txt": "abc", "b.txt": "abcd"})
    told_ = [one.reason if isinstance(one, Problem) else one.path.name for one in unpacked(path)]
    assert told_ == ["unpacks to 4 bytes, more than there is room for", "x"]


@pytest.mark.parametrize("damage", ["truncated", "content", "password", "method"])
def test_broken_archives_are_told(tmp_path: Path, damage: str) -> None:
    data = bytearray(zipped({"a.txt": "abc" * 100, "b.txt": "def"}, zipfile.ZIP_STORED))
    if damage == "truncated":
        del data[-10:]
    elif damage == "content":
        data[60] ^= 1
    else:
        start = data.index(b"PK\1\2")
        data[start + (8 if damage == "password" else 10)] = 1 if damage == "password" else 97
    write(tmp_path, {"x.zip": bytes(data)})
    told_ = list(found(tmp_path / "x.zip"))
    assert any(": " in line and "documents" not in line for line in told_)
    assert any(line.endswith("b.txt") for line in told_) == (damage != "truncated")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6))
def test_damaged_archives_never_raise(tmp_path: Path, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(zipped({"a/b.txt": "abc", "c.vcf": card("1", "Ana"), "d.zip": zipped({"e.txt": "x"})}))
    for at, change in damages:
        start = at % len(data)
        data[start : start + len(change)] = change
    path = tmp_path / "x.zip"
    path.write_bytes(bytes(data))
    assert list(found(path))
    assert all(isinstance(one, Portion | Problem) for one in unpacked(path))


def test_only_one_file_at_a_time_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "WHOLE_BYTES", 1000)
    members: dict[str, str | bytes] = {f"d/{number}.txt": f"{number}" * 900 for number in range(5)}
    for one in unpacked(archive(tmp_path / "x.zip", {**members, "d/0.txt.json": "{}"})):
        assert isinstance(one, Portion)
        sizes: list[Any] = [path.stat().st_size for path in one.shelf.folder.rglob("*.txt")]
        assert sorted(sizes)[:-1] == [0] * 4
        assert (one.shelf.folder / "d" / "0.txt.json").read_text() == "{}"
        folder = one.shelf.folder
    assert not folder.exists()
