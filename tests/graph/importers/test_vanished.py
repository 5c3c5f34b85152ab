"""What vanishes from a source, and what was deleted here."""

from pathlib import Path

from tests.graph.household import Household, write
from tests.graph.importers.bringing import VAULT, card, event, told


async def test_a_vanished_file_is_told_pruned_and_comes_back(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, VAULT))
    report = await house.bring(write(tmp_path, {"sub/B.md": None}))
    assert told(report)["note"] == {"unchanged": 1, "vanished": 1}
    assert told(report)["notebook"] == {"unchanged": 1, "vanished": 1}
    assert {Path(gone.where).name for gone in report.gone} == {"B.md", "sub"}
    assert (await house.living("notes"), report.changes) == (["A", "B"], 0)
    dry = await house.bring(tmp_path, prune=True, dry_run=True)
    assert await house.living("notes") == ["A", "B"]
    report = await house.bring(tmp_path, prune=True)
    assert told(report) == told(dry)
    assert told(report)["note"] == {"unchanged": 1, "deleted": 1}
    assert await house.living("notes") == ["A"]
    assert await house.edges() == {("2026-03-01", "LINKS_TO", "A")}
    assert (await house.bring(tmp_path, prune=True)).changes == 0
    report = await house.bring(write(tmp_path, {"sub/B.md": "back [[A]]"}))
    assert told(report)["note"] == {"unchanged": 1, "created": 1}
    assert await house.edges() == {("2026-03-01", "LINKS_TO", "A"), ("A", "LINKS_TO", "B"), ("B", "LINKS_TO", "A")}
    assert (await house.living("notes", "content"))[1] == "back [[A]]"
    assert (await house.bring(tmp_path)).changes == 0


async def test_what_was_deleted_here_stays_deleted_and_is_told(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, VAULT))
    await house.delete(await house.id_of("B"))
    for content in (VAULT["sub/B.md"], "edited"):
        report = await house.bring(write(tmp_path, {"sub/B.md": content}))
        assert told(report)["note"] == {"unchanged": 1, "kept_deleted": 1}
        assert await house.living("notes") == ["A"]
    await house.bring(write(tmp_path, {"sub/B.md": None}), prune=True)
    assert told(await house.bring(write(tmp_path, {"sub/B.md": "again"})))["note"] == {
        "unchanged": 1,
        "kept_deleted": 1,
    }
    await house.service.records.purge(house.user, await house.value("SELECT id FROM notes WHERE title = 'A'"))
    assert told(await house.bring(tmp_path))["note"] == {"kept_deleted": 2}


async def test_a_single_note_of_a_vault_says_nothing_of_the_others(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, {".obsidian/app.json": "{}", **VAULT}))
    write(tmp_path, {"A.md": "edited", "sub/map.png": None})
    report = await house.bring(tmp_path / "A.md", prune=True)
    assert told(report) == {"note": {"updated": 1}, "notebook": {"unchanged": 1}}
    assert report.gone == []
    report = await house.bring(write(tmp_path, {"A.md": None}), prune=True)
    assert (told(report)["note"], told(report)["file"]) == ({"unchanged": 1, "deleted": 1}, {"deleted": 1})


async def test_calendars_and_cards_that_vanish_from_a_directory(house: Household, tmp_path: Path) -> None:
    await house.bring(
        write(tmp_path, {"a.ics": event("1", "One"), "b.ics": event("2", "Two"), "c.vcf": card("1", "Ana")})
    )
    moved = event("1", "One").replace("END:VCALENDAR\n", "") + event("2", "Two").partition("X-WR-CALNAME:Work\n")[2]
    report = await house.bring(write(tmp_path, {"a.ics": moved, "b.ics": None, "c.vcf": None}), prune=True)
    assert told(report) == {
        **{"event": {"unchanged": 2}, "calendar": {"unchanged": 1}},
        **{"contact": {"deleted": 1}, "address_book": {"deleted": 1}},
    }
    assert await house.living("events", "summary") == ["One", "Two"]
    report = await house.bring(write(tmp_path, {"a.ics": event("1", "One")}) / "a.ics", prune=True)
    assert told(report)["event"] == {"unchanged": 1, "deleted": 1}


async def test_what_cannot_be_read_has_not_vanished(house: Household, tmp_path: Path) -> None:
    cards = card("1", "Ana") + card("2", "Bea")
    await house.bring(write(tmp_path, {**VAULT, "p.vcf": cards, "q.vcf": card("3", "Cleo")}))
    write(
        tmp_path,
        {"p.vcf": card("1", "Ana") + "BEGIN:VCARD\nVERSION:3.0\nUID:2\nEND:VCARD\n", "q.vcf": "", "A.md": None},
    )
    (tmp_path / "A.md").symlink_to("nowhere")
    report = await house.bring(tmp_path, prune=True)
    assert (told(report)["note"], told(report)["file"]) == ({"unchanged": 1}, {"unchanged": 1, "updated": 2})
    assert (report.changes, report.gone, len(report.problems)) == (2, [], 3)
    assert await house.living("notes") == ["A", "B"]
    assert await house.living("contacts", "fn") == ["Ana", "Bea", "Cleo"]


async def test_a_directory_that_is_suddenly_empty_prunes_nothing(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path / "v", VAULT))
    (tmp_path / "v").rename(tmp_path / "w")
    (tmp_path / "v").mkdir()
    report = await house.bring(tmp_path / "v", prune=True)
    assert told(report)["note"] == {"vanished": 2}
    assert {gone.reason.partition(" is not there, ")[2] for gone in report.gone} == {
        "nor is anything else: nothing was deleted"
    }
    assert await house.living("notes") == ["A", "B"]


async def test_a_moved_vault_with_a_name_is_the_same_source(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path / "v", VAULT), source="mine")
    (tmp_path / "v").rename(tmp_path / "w")
    report = await house.bring(tmp_path / "w", source="mine")
    assert told(report)["note"] == {"unchanged": 2}
    assert report.gone == []
    write(tmp_path / "w", {"A.md": None})
    assert told(await house.bring(tmp_path / "w", source="mine", prune=True))["note"] == {"unchanged": 1, "deleted": 1}
