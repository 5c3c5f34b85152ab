"""Bytes that nobody needs go, after a while; those that anybody needs stay, whatever happens at the same time."""

import os
import time
from uuid import UUID

import pytest

from graph.files.leftovers import FRESH, WAITS
from tests.graph.storing import HOUR, Shelves, digest


async def test_the_bytes_of_a_purged_file_go(shelves: Shelves, alice: UUID) -> None:
    gone, stays = await shelves.upload(alice, b"gone"), await shelves.upload(alice, b"stays")
    assert await shelves.leftovers.sweep(0) == 0
    await shelves.purge(alice, gone)
    assert [one.sha256 for one in await shelves.leftovers.find()] == [digest(b"gone")]
    assert await shelves.leftovers.sweep(0) == len(b"gone")
    assert shelves.held() == {digest(b"stays")}
    assert list(shelves.place(b"gone").parent.glob("*")) == []
    assert await shelves.read(alice, stays) == b"stays"
    assert await shelves.leftovers.sweep(0) == 0


async def test_they_wait_for_some_days(shelves: Shelves, alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """From when that was seen, not from when they came: a database that is not theirs costs nothing for these days."""
    await shelves.purge(alice, await shelves.upload(alice, b"gone"))
    shelves.age(100 * WAITS)
    now = time.time()
    for passed, freed in ((0.0, 0), (WAITS - 1, 0), (WAITS + 1, 4)):
        monkeypatch.setattr(time, "time", lambda passed=passed: now + passed)
        assert await shelves.leftovers.sweep() == freed, passed


async def test_what_is_needed_again_waits_anew(shelves: Shelves, alice: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    await shelves.purge(alice, await shelves.upload(alice, b"again"))
    now = time.time()
    assert await shelves.leftovers.sweep() == 0
    second = await shelves.upload(alice, b"again")
    monkeypatch.setattr(time, "time", lambda: now + WAITS - HOUR)
    assert await shelves.leftovers.sweep() == 0
    await shelves.purge(alice, second)
    monkeypatch.setattr(time, "time", lambda: now + WAITS + HOUR)
    assert await shelves.leftovers.sweep() == 0
    assert shelves.held() == {digest(b"again")}


async def test_what_may_still_be_needed_stays(shelves: Shelves, alice: UUID) -> None:
    """By a deleted file, by a version, by the history of a file: by whatever a purge has not scrubbed."""
    deleted, changed = await shelves.upload(alice, b"deleted"), await shelves.upload(alice, b"changed")
    await shelves.say(alice, "UPDATE files SET deleted_at = now() WHERE id = $1", deleted)
    await shelves.say(alice, "UPDATE files SET sha256 = sha256('other') WHERE id = $1", changed)
    await shelves.keep(alice, b"version")
    version = "INSERT INTO file_versions (file_id, version_no, sha256) VALUES ($1, 1, sha256('version'))"
    await shelves.say(alice, version, changed)
    everything = {digest(b"deleted"), digest(b"changed"), digest(b"version")}
    await shelves.leftovers.sweep(0)
    assert shelves.held() == everything
    await shelves.purge(alice, changed)
    await shelves.leftovers.sweep(0)
    assert shelves.held() == {digest(b"deleted")}


async def test_another_user_keeps_the_same_bytes(shelves: Shelves, alice: UUID, bob: UUID) -> None:
    hers, his = await shelves.upload(alice, b"both"), await shelves.upload(bob, b"both")
    await shelves.purge(alice, hers)
    assert await shelves.leftovers.sweep(0) == 0
    assert await shelves.read(bob, his) == b"both"
    assert not shelves.store.brought(alice, digest(b"both")), "to know the digest is no permission any more"
    await shelves.purge(bob, his)
    assert await shelves.leftovers.sweep(0) == 4


async def test_what_just_came_is_left_alone(shelves: Shelves, alice: UUID) -> None:
    await shelves.keep(alice, b"on its way")
    shelves.age(FRESH - 60)
    await shelves.leftovers.sweep(0)
    assert shelves.held() == {digest(b"on its way")}


async def test_what_comes_again_while_it_is_to_go_stays(shelves: Shelves, alice: UUID) -> None:
    """Between the look and the removal."""
    await shelves.keep(alice, b"again")
    before = time.time()
    await shelves.leftovers.find()
    os.utime(shelves.place(b"again").with_name(f"{digest(b'again').hex()}.{alice.hex}"))
    shelves.store.drop({digest(b"again"): [alice]}, before)
    assert shelves.held() == {digest(b"again")}


async def test_nothing_goes_while_a_backup_runs(shelves: Shelves, alice: UUID) -> None:
    await shelves.keep(alice, b"left")
    with shelves.store.held():
        assert await shelves.leftovers.sweep(0) == 0
        await shelves.keep(alice, b"new")
    shelves.age(2 * HOUR)
    assert await shelves.leftovers.sweep(0) == 7
    assert shelves.held() == set()


async def test_what_a_killed_process_left(shelves: Shelves, alice: UUID) -> None:
    """Bytes without a mark, a mark without bytes, a copy that was not whole, notes that cannot be read."""
    await shelves.keep(alice, b"unmarked")
    await shelves.keep(alice, b"unfilled")
    shelves.place(b"unmarked").with_name(f"{digest(b'unmarked').hex()}.{alice.hex}").unlink()
    shelves.place(b"unfilled").unlink()
    shelves.place(b"unmarked").with_name("x.part").write_bytes(b"half")
    (shelves.store.root / "unclaimed.json").write_bytes(b"[half")
    shelves.age(2 * HOUR)
    assert await shelves.leftovers.sweep(0) == len(b"unmarked" + b"half")
    assert list(shelves.store.root.glob("??/??/*")) == []


async def test_an_instance_without_files_stays_without(shelves: Shelves) -> None:
    assert await shelves.leftovers.sweep(0) == 0
    assert not shelves.store.root.exists()
