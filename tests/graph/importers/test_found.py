"""Which places an import opens to downloads: those whose bytes it read itself, and none that a content only names."""

import base64
import hashlib
from pathlib import Path

import pytest

from graph.exporters.run import export
from graph.exporters.vault.vault import MarkdownDirectory
from graph.files.files import BytesGone, Files
from graph.files.store import DiskStore
from tests.graph.household import Household, write

PLACES = "SELECT uri FROM found_files ORDER BY uri"


async def content(house: Household, name: str) -> bytes:
    """The bytes of a file, as a download has them."""
    id_ = await house.value("SELECT id FROM files WHERE name = $1", name)
    held = await house.service.files.open(house.user, id_)
    try:
        return b"".join([piece async for piece in held.contents.read(0, held.contents.size)])
    finally:
        await held.contents.close()


async def test_a_file_that_was_read_is_given_out(house: Household, tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {".obsidian/app.json": "{}", "Note.md": "![[map.png]]", "map.png": b"a map"})
    await house.bring(vault)
    assert await house.column(PLACES) == [(vault / "map.png").as_uri()]
    assert await content(house, "map.png") == b"a map"
    write(vault, {"map.png": b"another map"})
    with pytest.raises(BytesGone):
        await content(house, "map.png")
    await house.bring(vault)
    assert await content(house, "map.png") == b"another map"


async def test_a_place_that_is_not_known_here_is_known_after_the_next_import(house: Household, tmp_path: Path) -> None:
    """As after an archive of `lifeloom export` from another machine: nothing has changed, and no place is known."""
    vault = write(tmp_path / "vault", {".obsidian/app.json": "{}", "Note.md": "![[map.png]]", "map.png": b"a map"})
    await house.bring(vault)
    async with house.service.database.owner() as connection:
        await connection.execute("DELETE FROM found_files")
    with pytest.raises(BytesGone):
        await content(house, "map.png")
    assert (await house.bring(vault, dry_run=True)).changes == 0
    assert await house.column(PLACES) == []
    assert (await house.bring(vault)).changes == 0
    assert await content(house, "map.png") == b"a map"


async def test_a_purge_forgets_the_place(house: Household, tmp_path: Path) -> None:
    vault = write(tmp_path / "vault", {".obsidian/app.json": "{}", "Note.md": "", "map.png": b"a map"})
    await house.bring(vault)
    await house.service.records.purge(house.user, await house.id_of("map.png"))
    assert await house.column(PLACES) == []
    await house.bring(vault)
    assert await house.column(PLACES) == [], "what was deleted here stays deleted"


async def test_a_table_may_say_anything_and_opens_nothing(house: Household, tmp_path: Path) -> None:
    secret = write(tmp_path, {"secret": b"of the owner"}) / "secret"
    mapping = 'table = "files"\n[columns]\nname = "Name"\nstorage_uri = "Place"\n'
    table = f"Name,Place\nmine.txt,{secret.as_uri()}\n"
    await house.bring(write(tmp_path / "in", {"files.csv": table, "files.csv.toml": mapping}))
    assert await house.column("SELECT storage_uri FROM files") == [secret.as_uri()]
    digest = base64.b64encode(hashlib.sha256(b"of the owner").digest()).decode()
    await house.change("files", await house.id_of("mine.txt"), sha256=digest)
    assert await house.column(PLACES) == []
    with pytest.raises(BytesGone):
        await content(house, "mine.txt")


async def test_a_ledger_names_no_document_outside_of_its_folder(house: Household, tmp_path: Path) -> None:
    secret = write(tmp_path, {"secret": b"of the owner"}) / "secret"
    ledger = f"""
2026-01-01 open Assets:Bank
2026-01-02 document Assets:Bank "{secret}"
2026-01-03 document Assets:Bank "../secret"
2026-01-04 document Assets:Bank "papers/own.pdf"
"""
    write(tmp_path / "books", {"main.beancount": ledger, "papers/own.pdf": b"%PDF-"})
    report = await house.bring(tmp_path / "books" / "main.beancount")
    assert await house.column(PLACES) == [(tmp_path / "books" / "papers" / "own.pdf").as_uri()]
    assert await house.column("SELECT name FROM files WHERE sha256 IS NOT NULL") == ["own.pdf"]
    assert sum("not in the folder of the ledger" in warning.reason for warning in report.warnings) == 2


async def test_an_export_reads_no_other_places_either(house: Household, tmp_path: Path) -> None:
    """What was uploaded and what was found goes out, and not what a record claims."""
    write(tmp_path, {"secret": b"of the owner", "part": b"uploaded"})
    await house.bring(write(tmp_path / "vault", {".obsidian/app.json": "{}", "Note.md": "", "map.png": b"a map"}))
    store = DiskStore(tmp_path / "files")
    uploaded = hashlib.sha256(b"uploaded").digest()
    await store.keep(house.user, uploaded, tmp_path / "part")
    for name, digest in (("mine.bin", hashlib.sha256(b"of the owner").digest()), ("up.bin", uploaded)):
        said = {"sha256": base64.b64encode(digest).decode(), "storage_uri": (tmp_path / "secret").as_uri()}
        await house.create("files", name=name, path=name, byte_size=12, **said)
    files = Files(house.service.database, store)
    target = tmp_path / "out"
    done = await export(house.service.database, files, house.user, MarkdownDirectory(), target, lambda done: None)
    assert {path.name for path in target.iterdir()} == {".lifeloom", "Note.md", "map.png", "up.bin"}
    assert [(lost.label, lost.reason) for lost in done.lost] == [("mine.bin", "its bytes are not here")]
