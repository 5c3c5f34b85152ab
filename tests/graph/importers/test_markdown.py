"""A vault as it lies on disk, with everything that can be odd about it, becomes rows; nothing stops the rest."""

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Item, Problem, To
from graph.importers.decoding import decode
from graph.importers.vault.markdown import MarkdownVault
from schema_sql.migrate import declared
from tests.graph.importers.memory import little_memory

VAULT = MarkdownVault()


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def items(path: Path) -> dict[str, Item]:
    found = [item for item in VAULT.extract(path) if isinstance(item, Item)]
    by_key = {item.key: item for item in found}
    assert len(by_key) == len(found)
    assert all(item.key == item.rows[0].key for item in found)
    return by_key


def problems(path: Path) -> list[Problem]:
    return [found for found in VAULT.extract(path) if isinstance(found, Problem)]


def values(path: Path, key: str) -> dict[str, object]:
    return dict(items(path)[key].rows[0].values)


def test_a_vault(tmp_path: Path) -> None:
    note = "---\ntitle: Boats\naliases: [Ship, Vessel]\ntags: '#sea, sail'\nrating: 5\n---\nSee [[Harbour]].\n"
    root = write(tmp_path / "My vault", {"Trips/Sea/Boat.md": note, "Trips/map.png": b"png", "Empty.md": ""})
    found = items(root)
    assert list(found) == [
        *("notebook:", "notebook:Trips", "notebook:Trips/Sea"),
        *("note:Empty.md", "file:Trips/map.png", "note:Trips/Sea/Boat.md"),
    ]
    assert found["notebook:"].rows[0].values == {"title": "My vault", "source_path": ""}
    assert found["notebook:Trips/Sea"].rows[0].values["parent_id"] == To("notebook:Trips")
    assert found["note:Trips/Sea/Boat.md"].rows[0].table == "notes"
    assert found["note:Trips/Sea/Boat.md"].rows[0].values == {
        "title": "Boat",
        "content": "See [[Harbour]].\n",
        "content_format": "markdown",
        "aliases": ["Boats", "Ship", "Vessel"],
        "source_path": "Trips/Sea/Boat.md",
        "front_matter": "title: Boats\naliases: [Ship, Vessel]\ntags: '#sea, sail'\nrating: 5",
        "custom_fields": {"title": "Boats", "aliases": ["Ship", "Vessel"], "rating": 5, "tags": ["sea", "sail"]},
        "notebook_id": To("notebook:Trips/Sea"),
    }
    picture = found["file:Trips/map.png"].rows[0].values
    assert (picture["media_type"], picture["byte_size"]) == ("image/png", 3)
    assert picture["sha256"] == hashlib.sha256(b"png").digest()
    assert picture["storage_uri"] == (root / "Trips/map.png").as_uri()


def test_every_value_has_a_column(tmp_path: Path) -> None:
    root = write(tmp_path, {"a/Note.md": "---\nx: 1\n---\n", "2024-05-17.md": "", "a/b.pdf": ""})
    entities = declared().entities
    for item in items(root).values():
        for row in item.rows:
            assert set(row.values) <= set(entities[row.table].by_name), row.table


def test_a_file_named_like_a_day_is_a_diary_entry(tmp_path: Path) -> None:
    root = write(tmp_path, {"daily/2024-02-29.md": "Leap.", "2023-02-29.md": "No such day.", "2024_05_01.md": ""})
    assert values(root, "diary:daily/2024-02-29.md")["entry_date"] == date(2024, 2, 29)
    assert values(root, "diary:2024_05_01.md")["aliases"] == ["2024-05-01"]
    assert "note:2023-02-29.md" in items(root)


def test_logseq_names(tmp_path: Path) -> None:
    files = {"logseq/config.edn": "{}", "logseq/bak/x.md": "old", "pages/A___B%3F.md": "", "journals/2020_05_22.md": ""}
    root = write(tmp_path, dict(files))
    assert values(root, "note:pages/A___B%3F.md")["title"] == "A/B?"
    assert values(root, "diary:journals/2020_05_22.md")["aliases"] == ["2020-05-22", "May 22nd, 2020"]
    assert not any("bak" in key for key in items(root))


@pytest.mark.parametrize(
    ("data", "content", "warning"),
    [
        (b"\xef\xbb\xbf---\na: 1\n---\nText", "Text", None),
        ("Größe 😀".encode("utf-16"), "Größe 😀", None),
        (b"\xfe\xff" + "Größe".encode("utf-16-be"), "Größe", None),
        ("Größe".encode("cp1252"), "Größe", "Windows-1252"),
        (b"\x81\xff", "\x81ÿ", "Latin-1"),
        (b"a\x00b\x00", "ab", "2 NUL characters"),
        (b"\xff\xfea\x00\x00\xd8", "a\ufffd", "broken UTF-16"),
        (b"---\na: [\n---\nText", "Text", "front matter kept but not understood"),
    ],
)
def test_odd_bytes_come_in_with_a_warning(tmp_path: Path, data: bytes, content: str, warning: str | None) -> None:
    item = items(write(tmp_path, {"Note.md": data}))["note:Note.md"]
    assert item.rows[0].values["content"] == content
    assert (warning is None and item.warnings == ()) or (warning or "") in item.warnings[0]
    assert item.raw in (data, None)
    assert (item.raw is None) == (warning is None or warning.startswith("front"))


@given(st.binary(max_size=60))
def test_any_bytes_are_storable_text(data: bytes) -> None:
    decoded = decode(data)
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8")
    marks = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
    assert decoded.warnings or data.startswith(marks) or decoded.text.encode() == data


def test_what_is_passed_over_and_what_is_reported(tmp_path: Path) -> None:
    hidden = {".obsidian/app.json": "{}", ".trash/Old.md": "", ".git/HEAD": "", "a/.hidden.md": ""}
    root = write(tmp_path, {**hidden, "a/Note.md": "", "b/Board.canvas": "{}"})
    (root / "a" / "around").symlink_to(root)
    (root / "a" / "itself").symlink_to("itself")
    (root / "a" / "nowhere.md").symlink_to("missing.md")
    (root / "first").symlink_to(root / "b")
    os.mkfifo(root / "pipe.md")
    assert set(items(root)) == {"notebook:", "notebook:a", "note:a/Note.md", "file:b/Board.canvas"}
    again = "a link to a folder that was read already"
    assert {Path(found.where).name: found.reason for found in problems(root)} == {
        "pipe.md": "neither a file nor a folder",
        "itself": "a link to nothing",
        "nowhere.md": "a link to nothing",
        "around": again,
        "first": again,
    }


def test_two_rules_around_a_text_are_no_front_matter(tmp_path: Path) -> None:
    text = "---\nSome words.\n\n---\nMore."
    note = values(write(tmp_path, {"Note.md": text, "Broken.md": "---\n# why\na: b: c\n---\nMore."}), "note:Note.md")
    assert (note["content"], note["front_matter"]) == (text, None)
    assert values(tmp_path, "note:Broken.md")["front_matter"] == "# why\na: b: c"


def test_a_linked_folder_outside_is_read(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"Far.md": "far"})
    root = write(tmp_path / "vault", {"Near.md": "near"})
    (root / "more").symlink_to(tmp_path / "elsewhere")
    assert "note:more/Far.md" in items(root)


def test_names_that_are_not_utf8_and_doubled_names(tmp_path: Path) -> None:
    root = write(tmp_path, {"a/Note.md": "1", "b/Note.md": "2", "Note.markdown": "3", "note.md": "4"})
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.md")).write_text("5")
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe8.md")).write_text("6")
    notes = {key: item.rows[0].values["content"] for key, item in items(root).items() if key.startswith("note:")}
    assert notes == {
        "note:a/Note.md": "1",
        "note:b/Note.md": "2",
        "note:Note.markdown": "3",
        "note:note.md": "4",
        "note:caf\\xe9.md": "5",
        "note:caf\\xe8.md": "6",
    }


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {"A.md": "a", "B.md": "b"})
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.name == "A.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    assert [found.reason for found in problems(root)] == ["cannot be read: Permission denied"]
    assert "note:B.md" in items(root)


def test_one_file_is_the_same_note_as_in_its_vault(tmp_path: Path) -> None:
    root = write(tmp_path, {".obsidian/app.json": "{}", "a/Note.md": "text", "a/Other.md": ""})
    alone = items(root / "a" / "Note.md")
    assert VAULT.source(root / "a" / "Note.md") == VAULT.source(root)
    assert set(alone) == {"notebook:", "notebook:a", "note:a/Note.md"}
    assert alone["note:a/Note.md"] == items(root)["note:a/Note.md"]


def test_what_is_identified(tmp_path: Path) -> None:
    root = write(tmp_path, {"vault/deep/Note.MD": "", "plain/a.ics": "", "plain/.x/Note.md": ""})
    assert VAULT.identify(root / "vault")
    assert VAULT.identify(root / "vault/deep/Note.MD")
    assert not VAULT.identify(root / "plain")
    assert not VAULT.identify(root / "plain/a.ics")


def test_large_notes_come_one_at_a_time(tmp_path: Path) -> None:
    root = write(tmp_path, {f"{number}.md": b"[[link]] text\n" * 600_000 for number in range(3)})
    with little_memory(4 * 8_400_000):
        assert sum(1 for _ in VAULT.extract(root)) == 4
