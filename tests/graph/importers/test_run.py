"""Importing again: what is unchanged, what was edited there or here, and whose parts came or went."""

from pathlib import Path
from uuid import UUID

import pytest

from tests.graph.household import Household, write
from tests.graph.importers.bringing import VAULT, card, event, told


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
        alive = " AND NOT EXISTS (SELECT FROM records WHERE id IN (source_id, target_id) AND deleted_at IS NOT NULL)"
        ends = alive if table == "entity_links" else ""
        sql = f"SELECT to_jsonb(t) - {hidden} FROM {table} t WHERE deleted_at IS NULL{ends} ORDER BY 1"
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
