"""Out and in again: an archive brings a whole life to an empty instance with the same ids, or leaves it as it was."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.archive.layout import ArchiveRefused, ArchiveUnreadable
from graph.archive.packing import Packed, pack
from graph.archive.unpacking import Unpacked, is_archive, unpack
from graph.database import Server
from graph.files.store import DiskStore, Store
from resolvers.schema import Built
from tests.life import Lived
from tests.specimens import Specimens
from tests.world import World, new_world

RAW = """INSERT INTO raw_records (user_id, record_id, media_type, payload, sha256)
         SELECT user_id, id, 'text/plain', $2, sha256($2) FROM records WHERE user_id = $1 ORDER BY id LIMIT 3"""


@pytest.fixture(scope="module")
def world(server: Server, lived: Lived, built: Built) -> Iterator[World]:
    yield from new_world(server, lived.template, built)


@pytest.fixture(scope="module")
def filled(world: World) -> World:
    """Every kind of record in every way, rows of all series, and bytes."""
    specimens = Specimens(world)
    for entity in world.catalog.series:
        for variant in specimens.variants(entity):
            specimens.create(entity, world.alice, variant)
    for data in (b"", b"\x00\xff" * 70_000):
        world.rows(RAW, world.alice, data)
    return world


@pytest.fixture
def elsewhere(server: Server, template: str, world: World) -> Iterator[World]:
    """Another instance, empty but for its people."""
    yield from new_world(server, template, world.built)


def out(world: World, path: Path, store: Store | None = None) -> Packed:
    return world.run(pack(world.database, world.catalog, world.alice, path, print, store=store))


def bring(world: World, path: Path, store: Store | None = None) -> Unpacked:
    return world.run(unpack(world.database, world.catalog, world.alice, path, print, store=store))


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def changed(path: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Path:
    """The same archive with other members."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in change(held).items():
            archive.writestr(name, data)
    return other


def test_a_whole_life_moves(filled: World, elsewhere: World, tmp_path: Path) -> None:
    packed = out(filled, tmp_path / "life.zip")
    assert is_archive(packed.path)
    assert packed.files == 2
    bobs = elsewhere.snapshot(elsewhere.bob)
    came = bring(elsewhere, packed.path)
    assert (came.rows, came.records) == (packed.rows, packed.records)
    assert came.left_out.keys() <= {"user_group_members"}, "rows about people of the other instance"
    again = out(elsewhere, tmp_path / "again.zip")
    before, after = members(packed.path), members(again.path)
    assert before.keys() == after.keys()
    different = [name for name in before if before[name] != after[name]]
    assert different in ([], ["tables/user_group_members.jsonl"])
    assert elsewhere.snapshot(elsewhere.bob) == bobs


def test_no_place_of_this_machine_goes_or_comes(filled: World, elsewhere: World, tmp_path: Path) -> None:
    """An archive that somebody made up would open any file of the machine that it comes to."""
    found = "INSERT INTO found_files (user_id, record_id, uri, sha256) SELECT user_id, id, 'file:///a', sha256('') FROM files WHERE user_id = $1 LIMIT 1 RETURNING 1"
    assert filled.value(found, filled.alice) == 1
    packed = out(filled, tmp_path / "life.zip")
    assert "tables/found_files.jsonl" not in members(packed.path)

    def forge(held: dict[str, bytes]) -> dict[str, bytes]:
        manifest = json.loads(held["manifest.json"])
        columns = {"record_id": "uuid", "uri": "text", "sha256": "bytea"}
        manifest["tables"]["found_files"] = {"rows": 0, "sha256": hashlib.sha256(b"").hexdigest(), "columns": columns}
        return {**held, "tables/found_files.jsonl": b"", "manifest.json": json.dumps(manifest).encode()}

    with pytest.raises(ArchiveRefused, match="does not know found_files"):
        bring(elsewhere, changed(packed.path, forge))


def test_life_goes_on_there(filled: World, elsewhere: World, tmp_path: Path) -> None:
    """It is found, linked, changed and logged as if it had always been there."""
    bring(elsewhere, out(filled, tmp_path / "life.zip").path)
    ask = '{ notes(first: 2) { nodes { id title links { totalCount } history { totalCount } } } search(query: "title", mode: LEXICAL) { totalCount } }'
    assert elsewhere.ask(ask) == filled.ask(ask)
    last = elsewhere.value("SELECT max(seq) FROM change_log WHERE user_id = $1", elsewhere.alice)
    note = elsewhere.ask('mutation { createNote(input: {title: "zzlater"}) { id } }')["createNote"]["id"]
    assert elsewhere.ask('{ search(query: "zzlater", mode: LEXICAL) { nodes { id } } }')["search"]["nodes"] == [
        {"id": note}
    ]
    assert elsewhere.value("SELECT max(seq) FROM change_log WHERE user_id = $1", elsewhere.alice) == last + 1
    with pytest.raises(ArchiveRefused, match="have records already"):
        bring(elsewhere, tmp_path / "life.zip")


def test_it_is_read_without_us(filled: World, tmp_path: Path) -> None:
    packed = out(filled, tmp_path / "life.zip")
    with zipfile.ZipFile(packed.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert "# A Lifeloom archive" in archive.read("README.md").decode()
        for table, said in manifest["tables"].items():
            rows = [json.loads(line) for line in archive.read(f"tables/{table}.jsonl").decode().splitlines()]
            assert len(rows) == said["rows"]
            assert all(list(row) == list(said["columns"]) for row in rows), table
        assert [len(archive.read(f"files/{digest}")) for digest in manifest["files"]] == [*manifest["files"].values()]
    titles = {
        note["title"]
        for note in filled.ask("{ notes(first: 1000, deleted: INCLUDE) { nodes { title } } }")["notes"]["nodes"]
    }
    assert {row["title"] for row in _rows(packed.path, "notes")} == titles


def _rows(path: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in members(path)[f"tables/{table}.jsonl"].decode().splitlines()]


def _without(name: str) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    return lambda held: {key: data for key, data in held.items() if key != name}


def _with(name: str, change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    return lambda held: {**held, name: change(held[name])}


def _renamed(was: str, is_: str) -> Callable[[dict[str, bytes]], Mapping[str, bytes]]:
    return _with("manifest.json", lambda data: data.replace(was.encode(), is_.encode()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without("manifest.json"), "manifest.json"),
        (_without("tables/notes.jsonl"), "notes.jsonl"),
        (_with("tables/notes.jsonl", lambda data: data.replace(b"title", b"titel")), "has changed|null value"),
        (_with("tables/notes.jsonl", lambda data: data[: len(data) // 2]), "has changed|invalid"),
        (_with("tables/notes.jsonl", lambda data: data + data), "duplicate key|has changed"),
        (_with("tables/contacts.jsonl", lambda data: b""), "has changed"),
        (_with("manifest.json", lambda data: data[:-5]), "manifest is damaged"),
        (_with("manifest.json", lambda data: b"[]"), "manifest"),
        (_renamed('"version": 1', '"version": 2'), "does not say"),
        (_renamed('"pinned"', '"pinnned"'), r"does not know .*notes\.pinnned"),
    ],
)
def test_a_damaged_archive_leaves_everything_as_it_was(
    filled: World,
    elsewhere: World,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], Mapping[str, bytes]],
    words: str,
) -> None:
    path = changed(out(filled, tmp_path / "life.zip").path, change)
    before = elsewhere.snapshot(elsewhere.alice)
    with pytest.raises((ArchiveUnreadable, ArchiveRefused), match=words):
        bring(elsewhere, path)
    assert elsewhere.snapshot(elsewhere.alice) == before


def test_what_is_no_archive(elsewhere: World, tmp_path: Path) -> None:
    for name, data in (("text", b"hello"), ("half", b"PK\x03\x04"), ("empty", b"")):
        (tmp_path / name).write_bytes(data)
        assert not is_archive(tmp_path / name)
        with pytest.raises(ArchiveUnreadable):
            bring(elsewhere, tmp_path / name)
    assert not is_archive(tmp_path / "nothing")
    assert not is_archive(tmp_path)


def test_bytes_that_came_through_the_door_move_too(filled: World, elsewhere: World, tmp_path: Path) -> None:
    async def held(store: DiskStore, user: UUID) -> bytes | None:
        contents = await store.open(user, digest)
        if contents is None:
            return None
        try:
            return b"".join([piece async for piece in contents.read(0, contents.size)])
        finally:
            await contents.close()

    data = b"a picture" * 100_000
    digest, part = hashlib.sha256(data).digest(), tmp_path / "part"
    part.write_bytes(data)
    here, there = DiskStore(tmp_path / "here"), DiskStore(tmp_path / "there")
    filled.run(here.keep(filled.alice, digest, part))
    filled.ask(
        'mutation($d: String!) { createFile(input: {name: "boat.jpg", sha256: $d}) { id } }',
        d=base64.b64encode(digest).decode(),
    )
    packed = out(filled, tmp_path / "life.zip", here)
    bring(elsewhere, packed.path, there)
    assert elsewhere.run(held(there, elsewhere.alice)) == data
    assert elsewhere.run(held(there, elsewhere.bob)) is None
    assert members(out(elsewhere, tmp_path / "again.zip", there).path).keys() == members(packed.path).keys()


def test_a_file_that_the_disk_forgot_does_not_cost_the_archive(filled: World, elsewhere: World, tmp_path: Path) -> None:
    here, digests = DiskStore(tmp_path / "here"), []
    for name in ("whole", "damaged"):
        part = tmp_path / name
        part.write_bytes(name.encode())
        digests.append(hashlib.sha256(name.encode()).digest())
        filled.run(here.keep(filled.alice, digests[-1], part))
        filled.ask(
            "mutation($n: String!, $d: String!) { createFile(input: {name: $n, sha256: $d}) { id } }",
            n=name,
            d=base64.b64encode(digests[-1]).decode(),
        )
    here.place(digests[1]).write_bytes(b"danaged")
    packed = out(filled, tmp_path / "life.zip", here)
    assert packed.damaged == (digests[1].hex(),)
    there = DiskStore(tmp_path / "there")
    bring(elsewhere, packed.path, there)
    assert [there.brought(elsewhere.alice, digest) for digest in digests] == [True, False]


def test_it_is_written_whole_or_not_at_all(filled: World, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("something else")
    with pytest.raises(ArchiveRefused, match="exists already"):
        out(filled, tmp_path / "there.zip")
    with pytest.raises(OSError):
        out(filled, tmp_path / "no such directory" / "life.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["there.zip"]
    assert out(filled, tmp_path / "life.zip").path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "there.zip").read_text() == "something else"
