"""What cannot come in is told, and nothing else is lost for it."""

from dataclasses import astuple
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.database import Database
from graph.importers.base import Item, Problem, Row
from tests.graph.household import Household, write
from tests.graph.importers.bringing import VAULT, card, item, reasons, told


async def test_one_bad_row_in_a_batch_is_the_only_one_missing(house: Household, bring: Any) -> None:
    items = [item(f"n{number}", title=f"T{number}") for number in range(500)]
    items[77] = item("n77", title="bad", content_format="no such format")
    report = await bring(*items)
    assert told(report) == {"note": {"created": 499}}
    assert [(Path(where).name, reason) for where, reason in map(astuple, report.problems)] == [
        ("x.given", "a value is not allowed (notes_content_format_check)")
    ]
    report = await bring(*items)
    assert (report.changes, len(report.problems)) == (0, 1)
    assert told(await bring(item("n77", title="good"), prune=False))["note"] == {"created": 1, "vanished": 499}


@pytest.mark.parametrize(
    "bad",
    [
        item("x", title="bad", sort_order=1),  # no such column
        item("x", title="nul \0"),
        item("x", title="surrogate \ud800"),
        item("x", title="t", custom_fields={"big": 1 << 80}),
        item("x", title="t", language=object()),
        item("x", title="t", notebook_id="no uuid"),
        item("x", title="t", notebook_id="00000000-0000-0000-0000-000000000001"),
        item("x", Row("notebooks", "x", {"title": "of the same key"}), title="t"),
        item("x", table="events", summary="s", sequence=1 << 40),
    ],
    ids=["column", "nul", "surrogate", "number", "object", "type", "reference", "key", "range"],
)
async def test_a_bad_item_is_told_and_stops_no_other(house: Household, bring: Any, bad: Item) -> None:
    report = await bring(item("a", title="A"), bad, Problem("y", "unreadable"), item("b", title="B"))
    assert await house.living("notes") == ["A", "B"]
    assert (len(report.problems), told(report)) == (2, {"note": {"created": 2}})
    assert await house.rows("SELECT remote_id FROM sync_mappings WHERE remote_id = 'x'") == []


async def test_a_row_that_comes_twice(house: Household, bring: Any) -> None:
    twice = item("a", Row("contact_emails", "p", {}), table="notes", title="A")
    doubled = item("c", Row("notebooks", "n", {"title": "N"}), Row("notebooks", "n", {"title": "N"}), title="C")
    report = await bring(item("a", title="A"), twice, item("b", title="B"), doubled)
    assert [warning.reason for warning in report.warnings] == ["came twice and was taken once: a"]
    assert told(report) == {"note": {"created": 3}, "notebook": {"created": 1}}
    assert report.problems == []


async def test_an_update_that_is_refused_leaves_everything_as_it_was(house: Household, bring: Any) -> None:
    await bring(item("a", title="A"), item("b", title="B"))
    report = await bring(item("a", title="A2", content_format="bad"), item("b", title="B2"))
    assert (reasons(report), await house.living("notes")) == (
        ["a value is not allowed (notes_content_format_check)"],
        ["A", "B2"],
    )
    assert told(await bring(item("a", title="A3"), item("b", title="B2")))["note"] == {"updated": 1, "unchanged": 1}


async def test_columns_that_are_said_no_longer_go_back_to_their_defaults(house: Household, bring: Any) -> None:
    await bring(item("a", title="A", content="text", language="de", aliases=["x"], pinned=True))
    await bring(item("a", title="A", content=None, language=None, aliases=None))
    (row,) = await house.rows("SELECT content, language, aliases, pinned FROM notes")
    assert tuple(row) == ("", None, [], False)


async def test_a_dry_run_writes_nothing_and_tells_the_same(
    house: Household, database: Database, tmp_path: Path
) -> None:
    async def everything() -> list[Any]:
        async with database.owner() as connection:
            names = [
                row[0]
                for row in await connection.fetch(
                    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                )
            ]
            return [
                await connection.fetchval(f'SELECT array_agg(t::text ORDER BY t::text) FROM "{name}" t')
                for name in sorted(names)
            ]

    files = {**VAULT, "p.vcf": card("1", "Ana", "EMAIL:a@b.cd\n"), "bad.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"}
    for change in (files, {"A.md": "edited", "sub/B.md": None, "p.vcf": card("1", "Ana")}):
        write(tmp_path, change)
        before = await everything()
        dry = await house.bring(tmp_path, dry_run=True)
        assert await everything() == before
        real = await house.bring(tmp_path)
        assert (told(dry), dry.problems, dry.gone, dry.change_set) == (told(real), real.problems, real.gone, None)


async def test_what_is_not_there_at_all(house: Household, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    write(tmp_path, {"thing.xyz": b"x", "empty/.hidden": ""})
    report = await house.bring(tmp_path / "missing", tmp_path / "loop", tmp_path / "thing.xyz", tmp_path / "empty")
    assert (len(report.problems), report.counts, report.changes) == (3, {}, 0)
    assert await house.end_of_log() == 0


async def test_two_users_import_the_same_vault(house: Household, bob: UUID, tmp_path: Path) -> None:
    other = house.as_of(bob)
    for one in (house, other):
        assert told(await one.bring(write(tmp_path, VAULT)))["note"] == {"created": 2}
    assert await house.edges() == await other.edges()
    await other.delete(await other.id_of("A"))
    assert told(await house.bring(tmp_path))["note"] == {"unchanged": 2}
