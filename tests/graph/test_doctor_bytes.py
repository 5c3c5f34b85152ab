"""The doctor looks after the bytes of files: which are gone, which are others by now, and which nobody needs."""

from pathlib import Path
from uuid import UUID

from graph.doctor import Finding, examine_bytes
from tests.graph.household import Household, write
from tests.graph.storing import Shelves


async def examined(shelves: Shelves, *, deep: bool = False) -> list[Finding]:
    async with shelves.database.owner() as connection:
        return await examine_bytes(connection, shelves.store, shelves.leftovers, deep=deep)


async def whats(shelves: Shelves, *, deep: bool = False) -> list[str]:
    return [finding.what for finding in await examined(shelves, deep=deep)]


async def test_an_instance_that_is_well(shelves: Shelves, house: Household, bob: UUID, tmp_path: Path) -> None:
    """Also of one who noted the digest of a file that was never here, and of bytes that an import kept as they came."""
    assert await whats(shelves, deep=True) == []
    assert not shelves.store.root.exists()
    await shelves.upload(house.user, b"both")
    await shelves.upload(bob, b"both")
    await house.bring(write(tmp_path / "vault", {"Note.md": "", "map.png": b"a map"}))
    await house.create("files", name="on paper", sha256="A" * 43 + "=", storage_uri="file:///etc/hostname")
    assert await whats(shelves) == await whats(shelves, deep=True) == []


async def test_bytes_that_are_gone_and_bytes_that_are_others(shelves: Shelves, alice: UUID, bob: UUID) -> None:
    contents = (b"well", b"gone", b"short", b"rotten")
    ids = {content: await shelves.upload(alice, content, f"{content.decode()}.bin") for content in contents}
    his = await shelves.upload(bob, b"gone", "his.bin")
    shelves.place(b"gone").unlink()
    shelves.place(b"short").write_bytes(b"shor")
    shelves.place(b"rotten").write_bytes(b"rotter")
    short = f"short.bin ({ids[b'short']} of alice)"
    gone = f"The bytes of 2 files are gone: gone.bin ({ids[b'gone']} of alice), his.bin ({his} of bob)."
    wrong = "The bytes of {} files are not those that their records tell of: {}."
    assert await whats(shelves) == [wrong.format(1, short), gone]
    rotten = f"rotten.bin ({ids[b'rotten']} of alice)"
    assert await whats(shelves, deep=True) == [wrong.format(2, f"{rotten}, {short}"), gone]
    assert not any(finding.passing for finding in await examined(shelves))


async def test_an_upload_whose_mark_is_gone_is_gone(shelves: Shelves, alice: UUID) -> None:
    """Nobody gives out its bytes, though they are there."""
    id_ = await shelves.upload(alice, b"unmarked")
    shelves.place(b"unmarked").with_name(f"{shelves.place(b'unmarked').name}.{alice.hex}").unlink()
    gone, left = await whats(shelves)
    assert gone == f"The bytes of 1 files are gone: a.bin ({id_} of alice)."
    assert left.startswith("1 contents of the store belong to no file")


async def test_files_that_are_not_where_an_import_found_them(
    shelves: Shelves, house: Household, tmp_path: Path
) -> None:
    vault = write(tmp_path / "vault", {".obsidian/app.json": "{}", "map.png": b"a map", "boat.png": b"a boat"})
    await house.bring(vault)
    write(vault, {"map.png": None, "boat.png": b"a goat"})
    (away,) = await whats(shelves)
    assert away.startswith("1 files are not where an import found them")
    assert "map.png (" in away
    (away,) = await whats(shelves, deep=True)
    assert away.startswith("2 files are not where an import found them")
    await house.bring(vault, prune=True)
    (away,) = await whats(shelves, deep=True)
    assert "boat.png" not in away, "a deleted file can be restored, and then lacks its bytes"


async def test_bytes_that_nobody_needs_are_told_and_pass(shelves: Shelves, alice: UUID) -> None:
    await shelves.purge(alice, await shelves.upload(alice, b"left"))
    (left,) = await examined(shelves)
    assert left.passing
    name = shelves.place(b"left").name
    within = "1 contents of the store belong to no file and go within days while `lifeloom serve` runs"
    assert left.what == f"{within} (0.0 MB): {name}."
    await shelves.leftovers.sweep(0)
    assert await examined(shelves) == []


async def test_only_some_are_named(shelves: Shelves, alice: UUID) -> None:
    for number in range(23):
        await shelves.upload(alice, b"%d" % number, f"{number:02}.bin")
        shelves.place(b"%d" % number).unlink()
    (gone,) = await whats(shelves)
    assert gone.startswith("The bytes of 23 files are gone: 00.bin (")
    assert gone.endswith(" and 3 more.")
