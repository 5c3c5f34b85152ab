"""The import as a whole: what comes in, what a second run changes, what goes, what comes back, and what cannot come in."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from graph.database import Database
from graph.importers import run
from graph.importers.base import Item, Problem, Row
from graph.importers.run import Report
from tests.graph.household import Household, write

CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:{name}\n{more}END:VCARD\n"
EVENT = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-CALNAME:Work\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n"
    "SUMMARY:{name}\n{more}END:VEVENT\nEND:VCALENDAR\n"
)
VAULT = {
    "A.md": "---\naliases: [Alpha]\nrating: 5\n---\n[[B]] #tag",
    "sub/B.md": "[[Alpha]] ![[map.png]]",
    "sub/map.png": b"png",
    "2026-03-01.md": "[[A]]",
}


def card(uid: str, name: str, more: str = "") -> str:
    return CARD.format(uid=uid, name=name, more=more)


def event(uid: str, name: str, more: str = "DTSTART:20260301T100000Z\n") -> str:
    return EVENT.format(uid=uid, name=name, more=more)


def told(report: Report) -> dict[str, dict[str, int]]:
    """What happened, by type; nothing where nothing did."""
    return {type_: {name: n for name, n in asdict(counts).items() if n} for type_, counts in report.counts.items()}


def reasons(report: Report) -> list[str]:
    return [problem.reason for problem in report.problems]


class Given:
    """An importer of items that a test made itself."""

    format: ClassVar[str] = "given"

    def __init__(self, found: Sequence[Item | Problem]) -> None:
        self.found = found

    def identify(self, path: Path) -> bool:
        return path.suffix == ".given"

    def source(self, path: Path) -> str:
        return "given"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        yield from (replace(one, where=str(path)) for one in self.found)


@pytest.fixture
def bring(house: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import these items as if they stood in a file; `await bring(items, **options)`."""

    async def work(*found: Item | Problem, **options: Any) -> Report:
        monkeypatch.setattr(run, "IMPORTERS", (Given(found),))
        return await house.bring(write(tmp_path, {"x.given": ""}) / "x.given", **options)

    return work


def item(key: str, *parts: Row, table: str = "notes", raw: bytes | None = None, **values: Any) -> Item:
    return Item(key, (Row(table, key, values), *parts), "x.given", raw=raw, media_type="text/plain")


# A second run


async def test_the_same_again_changes_nothing(house: Household, tmp_path: Path) -> None:
    files = {**VAULT, "people.vcf": card("1", "Ana", "EMAIL:ana@example.org\n"), "life.ics": event("e", "Meeting")}
    first = await house.bring(write(tmp_path, files))
    assert told(first) == {
        **{"notebook": {"created": 2}, "note": {"created": 2}, "diary_entry": {"created": 1}, "file": {"created": 3}},
        **{"address_book": {"created": 1}, "contact": {"created": 1}, "contact_email": {"created": 1}},
        **{"calendar": {"created": 1}, "event": {"created": 1}},
    }
    assert (first.links, first.pending, first.problems, first.warnings, first.gone) == (4, 0, [], [], [])
    end = await house.end_of_log()
    for _ in range(2):
        again = await house.bring(tmp_path)
        assert (again.changes, again.links, again.gone) == (0, 0, [])
        assert all(counts.keys() == {"unchanged"} for counts in told(again).values())
    assert await house.end_of_log() == end


async def test_one_import_is_one_change_set_with_its_links(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path, {**VAULT, "people.vcf": card("1", "Ana")}))
    assert await house.column("SELECT DISTINCT change_set_id FROM change_log") == [report.change_set]
    assert await house.rows("SELECT id, source FROM change_sets") == [(report.change_set, "import")]
    (batch,) = await house.rows("SELECT format, counts, problems, change_set_id FROM import_batches")
    assert (batch["format"], batch["change_set_id"], batch["problems"]) == ("markdown, vcard", report.change_set, [])
    assert batch["counts"]["note"]["created"] == 2


async def test_an_edited_file_is_one_update(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, VAULT))
    end = await house.end_of_log()
    report = await house.bring(write(tmp_path, {"A.md": "---\naliases: [Alpha]\nrating: 6\n---\n[[B]] and more #tag"}))
    assert told(report)["note"] == {"updated": 1, "unchanged": 1}
    assert await house.log(end) == [("update", "note")]
    after = await house.value("SELECT after FROM change_log WHERE seq > $1 AND operation = 'update'", end)
    assert after.keys() == {"content", "custom_fields", "front_matter"}


async def test_what_was_changed_here_and_not_there_stays(house: Household, tmp_path: Path) -> None:
    text = "---\na: 1\nb: {x: 1, y: 2}\nc: 3\nempty:\n---\nText"
    await house.bring(write(tmp_path, {"A.md": text}))
    note = await house.id_of("A")
    await house.change("notes", note, title="My own", pinned=True, custom_fields={"a": 7, "mine": 8})
    await house.bring(write(tmp_path, {"A.md": "---\na: 1\nb: {x: 1}\nnew: [1]\nempty:\n---\nOther"}))
    row = dict((await house.rows("SELECT title, pinned, content, custom_fields FROM notes"))[0])
    fields = {"a": 7, "mine": 8, "b": {"x": 1}, "new": [1], "empty": None}
    assert row == {"title": "My own", "pinned": True, "content": "Other", "custom_fields": fields}


async def test_edited_step_by_step_is_the_same_as_brought_in_at_once(
    house: Household, bob: UUID, tmp_path: Path
) -> None:
    """Of everything that a source said before and says no longer nothing is left."""
    rich = card(
        "1", "Ana", "NICKNAME:An\nBDAY:19900101\nNOTE:[[A]] #x\nTITLE:Boss\nX-A:1\nEMAIL:a@b.cd\nTEL:+34 1\nORG:Acme\n"
    )
    steps: list[dict[str, str | bytes]] = [
        {
            "p.vcf": rich,
            "A.md": "---\naliases: [x]\nk: {a: 1}\n---\n[[Ana]]",
            "e.ics": event("e", "M", "DTSTART:19991231\nLOCATION:L\n"),
        },
        {
            "p.vcf": card("1", "Ana", "EMAIL:other@b.cd\n"),
            "A.md": "",
            "e.ics": event("e", "N", "DTSTART:20260301T100000Z\n"),
        },
        {
            "p.vcf": card("1", "Ana B", "NOTE:[[A]]\n"),
            "A.md": "---\nk: {b: null}\n---\n[[Ana B]]",
            "e.ics": event("e", "N"),
        },
    ]
    for step in steps:
        await house.bring(write(tmp_path, step))
    other = house.as_of(bob)
    await other.bring(tmp_path)
    for table in (
        "notes",
        "contacts",
        "events",
        "contact_emails",
        "contact_phones",
        "organization_memberships",
        "entity_links",
    ):
        hidden = "'{id,user_id,created_at,updated_at,source_id,target_id,notebook_id,address_book_id,calendar_id,evidence}'::text[]"
        sql = f"SELECT to_jsonb(t) - {hidden} FROM {table} t WHERE deleted_at IS NULL ORDER BY 1"
        assert await house.column(sql) == await other.column(sql), table
    assert await house.edges() == await other.edges()


async def test_a_row_that_is_there_although_its_source_was_forgotten(house: Household, tmp_path: Path) -> None:
    await house.bring(write(tmp_path, VAULT))
    connector = await house.value("SELECT id FROM sync_connectors")
    await house.delete(connector)
    assert (await house.bring(tmp_path)).changes == 0
    await house.service.records.purge(house.user, connector)
    assert await house.rows("SELECT * FROM sync_mappings") == []
    dry = await house.bring(write(tmp_path, {"A.md": "new"}), dry_run=True)
    report = await house.bring(tmp_path)
    assert told(report) == told(dry)
    assert "created" not in told(report)["note"]
    assert await house.living("notes", "content") == ["[[Alpha]] ![[map.png]]", "new"]
    assert (await house.bring(tmp_path)).changes == 0


# What vanishes, and what was deleted here


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


# Parts


async def test_parts_that_vanish_from_an_item_and_come_back(house: Household, tmp_path: Path) -> None:
    mail = "EMAIL:{}\n".format
    path = write(tmp_path, {"p.vcf": card("1", "Ana", mail("a@x.org") + mail("b@x.org") + "ORG:Acme\n")}) / "p.vcf"
    await house.bring(path)
    report = await house.bring(write(tmp_path, {"p.vcf": card("1", "Ana", mail("b@x.org"))}) / "p.vcf")
    assert told(report)["contact_email"] == {"unchanged": 1, "deleted": 1}
    assert await house.living("contact_emails", "email") == ["b@x.org"]
    report = await house.bring(
        write(tmp_path, {"p.vcf": card("1", "Ana", mail("a@x.org") + mail("b@x.org"))}) / "p.vcf"
    )
    assert told(report)["contact_email"] == {"unchanged": 1, "created": 1}
    assert await house.living("contact_emails", "email") == ["a@x.org", "b@x.org"]
    await house.delete(await house.value("SELECT id FROM contact_emails WHERE email = 'a@x.org'"))
    report = await house.bring(
        write(tmp_path, {"p.vcf": card("1", "Ana C", mail("a@x.org") + mail("b@x.org"))}) / "p.vcf"
    )
    assert told(report)["contact_email"] == {"unchanged": 1, "kept_deleted": 1}
    assert await house.living("contact_emails", "email") == ["b@x.org"]


async def test_a_pruned_contact_comes_back_with_its_parts(house: Household, tmp_path: Path) -> None:
    both = card("1", "Ana", "EMAIL:a@x.org\nTEL:+34 1\n") + card("2", "Bea")
    await house.bring(write(tmp_path, {"p.vcf": both}) / "p.vcf")
    await house.bring(write(tmp_path, {"p.vcf": card("2", "Bea")}) / "p.vcf", prune=True)
    assert (await house.living("contacts", "fn"), await house.living("contact_emails", "email")) == (["Bea"], [])
    await house.bring(write(tmp_path, {"p.vcf": both}) / "p.vcf")
    assert (await house.living("contacts", "fn"), await house.living("contact_emails", "email")) == (
        ["Ana", "Bea"],
        ["a@x.org"],
    )
    assert (await house.bring(tmp_path / "p.vcf")).changes == 0


@pytest.mark.parametrize("first", ["p.vcf", "e.ics"])
async def test_attendees_and_contacts_meet_whichever_comes_first(house: Household, tmp_path: Path, first: str) -> None:
    write(tmp_path, {
        "p.vcf": card("1", "Ana", "EMAIL:Ana@Example.org\n"),
        "e.ics": event("e", "Meeting", "DTSTART:20260301T100000Z\nATTENDEE;CN=A:mailto:ana@example.ORG\n"),
    })  # fmt: skip
    for name in sorted(("p.vcf", "e.ics"), key=lambda name: name != first):
        await house.bring(tmp_path / name)
    assert await house.edges("ATTENDED_BY") == {("Meeting", "ATTENDED_BY", "Ana")}
    await house.bring(write(tmp_path, {"p.vcf": card("1", "Ana", "EMAIL:else@example.org\n")}) / "p.vcf")
    assert await house.edges("ATTENDED_BY") == set()


async def test_what_parsing_would_lose_is_kept_raw(house: Household, tmp_path: Path) -> None:
    for data in (b"caf\xe9", b"caf\xe8"):
        report = await house.bring(write(tmp_path, {"A.md": data}))
        assert [warning.reason for warning in report.warnings] == ["not UTF-8, read as Windows-1252"]
    assert set(await house.column("SELECT payload FROM raw_records")) == {b"caf\xe9", b"caf\xe8"}


# What cannot come in


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
    write(tmp_path, {"picture.jpg": b"x", "empty/.hidden": ""})
    report = await house.bring(tmp_path / "missing", tmp_path / "loop", tmp_path / "picture.jpg", tmp_path / "empty")
    assert (len(report.problems), report.counts, report.changes) == (3, {}, 0)
    assert await house.end_of_log() == 0


async def test_two_users_import_the_same_vault(house: Household, bob: UUID, tmp_path: Path) -> None:
    other = house.as_of(bob)
    for one in (house, other):
        assert told(await one.bring(write(tmp_path, VAULT)))["note"] == {"created": 2}
    assert await house.edges() == await other.edges()
    await other.delete(await other.id_of("A"))
    assert told(await house.bring(tmp_path))["note"] == {"unchanged": 2}
