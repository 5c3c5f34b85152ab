"""Links and tags follow from texts and names as they are now, in whatever order and by whatever way they came."""

import random
from pathlib import Path
from uuid import UUID

import pytest

from graph.changes.worker import Worker
from graph.extraction.linker import Linker
from graph.extraction.names import name_key
from tests.graph.household import CATALOG, Household, write

LINKED = {("A", "LINKS_TO", "B")}


async def test_a_link_binds_when_its_note_arrives_by_import(house: Household, tmp_path: Path) -> None:
    report = await house.bring(write(tmp_path / "v", {"A.md": "[[B]] and ![[C]], [c](C.md)"}))
    assert (report.links, report.pending, await house.edges()) == (0, 3, set())
    report = await house.bring(write(tmp_path / "v", {"B.md": "", "sub/C.md": ""}))
    assert (report.links, report.pending) == (3, 0)
    assert await house.edges() == {*LINKED, ("A", "EMBEDS", "C"), ("A", "LINKS_TO", "C")}


async def test_a_link_binds_when_its_note_is_created(house: Household) -> None:
    await house.create("notes", title="A", content="[[b]] [[People/Ana Horvat|Ana]] [[Ana Horvat]]")
    await house.follow()
    assert await house.waiting() == {"b", "Ana Horvat", "People/Ana Horvat"}
    await house.create("notes", title="B")
    await house.create("contacts", fn="Ana Horvat")
    await house.follow()
    assert await house.edges() == {*LINKED, ("A", "LINKS_TO", "Ana Horvat")}
    assert await house.waiting() == {"People/Ana Horvat"}


async def test_edges_are_seen_from_both_ends_and_lead_to_any_type(house: Household) -> None:
    targets = {"contacts": "fn", "organizations": "name", "projects": "name", "places": "name", "goals": "title"}
    await house.create("notes", title="A", content=" ".join(f"[[The {table}]]" for table in targets))
    for table, column in targets.items():
        await house.create(table, **{column: f"The {table}"})
    await house.follow()
    sides = "SELECT count(*) FROM records r JOIN entity_links l ON l.{}_id = r.id AND l.{}_type = r.type WHERE l.kind = 'extracted'"
    assert [await house.value(sides.format(side, side)) for side in ("source", "target")] == [5, 5]


async def test_rename_delete_restore_and_purge_of_the_target(house: Household) -> None:
    await house.create("notes", title="A", content="[[B]]")
    target = await house.create("notes", title="B")
    await house.follow()
    assert await house.edges() == LINKED
    await house.change("notes", target, title="Other")
    await house.follow()
    assert (await house.edges(), await house.waiting()) == (set(), {"B"})
    await house.change("notes", target, title="b", content="text")
    await house.follow()
    assert await house.edges() == {("A", "LINKS_TO", "b")}
    await house.delete(target)
    await house.follow()
    assert (await house.edges(), await house.waiting()) == (set(), {"B"})
    await house.restore(target)
    await house.follow()
    assert (await house.edges(), await house.waiting()) == ({("A", "LINKS_TO", "b")}, set())
    await house.service.records.purge(house.user, target)
    await house.follow()
    assert (await house.edges(), await house.waiting()) == (set(), {"B"})
    await house.create("notes", title="B")
    await house.follow()
    assert (await house.edges(), await house.waiting()) == (LINKED, set())


@pytest.mark.parametrize("end", ["delete", "purge", "rename"])
async def test_where_the_target_goes_the_next_of_its_name_is_meant(house: Household, end: str) -> None:
    await house.create("notes", title="A", content="[[B]]")
    file = await house.create("notes", title="File", source_path="folder/B.md")
    await house.create("notes", title="B")
    await house.follow()
    assert await house.edges() == {("A", "LINKS_TO", "File")}
    if end == "rename":
        await house.change("notes", file, source_path="folder/C.md")
    else:
        await (house.service.records.purge(house.user, file) if end == "purge" else house.delete(file))
    await house.follow()
    assert await house.edges() == LINKED


async def test_a_better_target_that_comes_later_takes_the_link(house: Household) -> None:
    await house.create("notes", title="A", source_path="A.md", content="[[B]] ![[B]]")
    await house.create("notes", title="B", source_path="deep/down/B.md")
    await house.follow()
    await house.create("notes", title="Root", source_path="B.md")
    await house.follow()
    assert await house.edges() == {("A", "LINKS_TO", "Root"), ("A", "EMBEDS", "Root")}


async def test_the_order_of_things_does_not_matter(house: Household, bob: UUID) -> None:
    """Alice's records come one by one in disorder, with detours; Bob's all at once: the same edges."""
    chance = random.Random(7)
    paths = [f"{folder}{name}.md" for folder in ("", "x/", "x/y/", "z/") for name in "ABCD"]
    texts = {
        path: " ".join(f"[[{chance.choice((*'ABCDE', 'x/A', 'y/B', './C', '../D'))}]]" for _ in range(3))
        for path in paths
    }
    for path in chance.sample(paths, len(paths)):
        # The label of each is its path, so that edges can be compared; links go by path.
        id_ = await house.create("notes", title=path, source_path="elsewhere/" + path, content="[[A]] [[x/y/D]]")
        await house.follow()
        await house.change("notes", id_, source_path=path, content=texts[path])
        if chance.random() < 0.5:
            await house.delete(id_)
            await house.follow()
            await house.restore(id_)
    await house.follow()
    other = house.as_of(bob)
    rows = [{"title": path, "source_path": path, "content": texts[path]} for path in paths]
    await other.service.records.create(bob, CATALOG.entities["notes"], rows)
    await other.follow()
    assert await house.edges() == await other.edges() != set()
    assert await house.waiting() == await other.waiting()


async def test_a_text_that_changes_loses_and_gains_links(house: Household) -> None:
    note = await house.create("notes", title="A", content="[[B]] #one/two #three [[A]]")
    for title in "BC":
        await house.create("notes", title=title)
    await house.follow()
    assert await house.edges() == LINKED
    assert await house.tagged() == {("A", "one/two"), ("A", "three")}
    end = await house.end_of_log()
    await house.change("notes", note, content="[[B]] [[C]] [[D]] #three #four")
    await house.follow()
    assert await house.edges() == {*LINKED, ("A", "LINKS_TO", "C")}
    assert await house.tagged() == {("A", "three"), ("A", "four")}
    log = await house.log(end)
    assert sorted(log) == [
        *[("delete", "record_tag"), ("insert", "record_tag"), ("insert", "tag")],
        *[("link", "entity_link"), ("update", "note")],
    ]
    assert await house.follow() == 0


async def test_nested_tags(house: Household) -> None:
    await house.create(
        "notes", title="A", content="#Travel/Train/Night", custom_fields={"tags": ["Travel/Bus", "#boat", ""]}
    )
    await house.follow()
    assert await house.tagged() == {("A", "travel/train/night"), ("A", "travel/bus"), ("A", "boat")}
    tags = await house.rows("SELECT t.name, p.name FROM tags t LEFT JOIN tags p ON p.id = t.parent_id")
    assert {tuple(tag) for tag in tags} == {
        ("travel", None),
        ("travel/train", "travel"),
        ("travel/train/night", "travel/train"),
        ("travel/bus", "travel"),
        ("boat", None),
    }
    assert ("A", "TAGGED", "boat") in await house.edges("TAGGED")


async def test_a_tag_given_by_hand_stays_when_it_leaves_the_text(house: Household) -> None:
    note = await house.create("notes", title="A", content="#one")
    tag = await house.create("tags", name="two")
    await house.create("record_tags", tag_id=str(tag), subject_type="note", subject_id=str(note))
    await house.follow()
    await house.change("notes", note, content="none")
    await house.follow()
    assert await house.tagged() == {("A", "two")}


async def test_a_link_made_by_hand_stays_when_the_text_changes(house: Household) -> None:
    note = await house.create("notes", title="A", content="[[C]]")
    other, _ = await house.create("notes", title="B"), await house.create("notes", title="C")
    await house.service.links.link(house.user, note, other, "LINKS_TO", {"weight": 1.0, "confidence": 1.0})
    await house.follow()
    await house.change("notes", note, content="nothing")
    await house.follow()
    assert await house.edges() == LINKED


async def test_texts_of_one_user_never_meet_names_of_another(house: Household, bob: UUID) -> None:
    other = house.as_of(bob)
    await house.create("notes", title="A", content="[[B]] #tag")
    await other.create("notes", title="B", content="[[A]] #tag")
    await Worker(house.service.database, [Linker(CATALOG)]).round()
    assert (await house.edges(), await other.edges()) == (set(), set())
    assert (await house.waiting(), await other.waiting()) == ({"B"}, {"A"})
    assert (await house.tagged(), await other.tagged()) == ({("A", "tag")}, {("B", "tag")})


async def test_links_in_a_circle_and_to_oneself(house: Household) -> None:
    for title, target in ("AB", "BC", "CA", "DD"):
        await house.create("notes", title=title, content=f"[[{target}]] [[{target}]]")
    await house.follow()
    assert await house.edges() == {("A", "LINKS_TO", "B"), ("B", "LINKS_TO", "C"), ("C", "LINKS_TO", "A")}


async def test_names_that_no_index_could_hold(house: Household) -> None:
    """Titles of 1,000 Cyrillic letters, and targets that NFKC makes eighteen times as long."""
    title, swelling = "Ж" * 1000, "\ufdfa" * 600
    await house.create("notes", title=title, content=f"[[{title}]] [[{'Ж' * 600}]] [[{swelling}]] [[B]] #{'Ж' * 900}")
    await house.create("notes", title=swelling, content="[[B]]")
    await house.create("notes", title="B")
    await house.follow()
    assert {edge[2] for edge in await house.edges()} == {"B"}
    assert len(await house.edges()) == 2
    assert await house.waiting() == {"Ж" * 600, swelling}
    assert await house.rows("SELECT * FROM parked_changes") == []


async def test_thousands_of_links_from_one_note(house: Household) -> None:
    count = 12_000
    await house.create(
        "notes", title="Hub", content="\n".join(f"[[Target {number}]] #t{number % 7}" for number in range(count))
    )
    for number in (0, 7, count - 1):
        await house.create("notes", title=f"Target {number}")
    await house.follow()
    assert len(await house.edges()) == 3
    assert await house.value("SELECT count(*) FROM pending_links") == count - 3
    end = await house.end_of_log()
    await house.create("notes", title="Target 8")
    await house.follow()
    assert await house.log(end) == [("insert", "note"), ("link", "entity_link")]


async def test_names_have_one_key_in_sql_where_they_have_one_in_python(house: Household) -> None:
    spellings = [
        "STRASSE",
        "straße",
        "Straẞe",
        "ΟΔΟΣ",
        "οδος",
        "οδοσ",
        "ﬁle",
        "FILE",
        "a\u00a0b",
        "A  b",
        "Cafe\u0301",
        "CAFÉ",
    ]
    spellings += ["note.md", "Note", "Ꭰ", "ꭰ", "Ǆ", "ǆ", "ǅ", "İ", "ＷＩＤＥ", "wide", "resume", "résumé", "x .md", "X"]
    rows = await house.rows("SELECT n, name_key(n) FROM unnest($1::text[]) n", spellings)
    in_sql = {tuple(row) for row in rows}
    same = {(a, b) for a, key in in_sql for b, other in in_sql if key == other}
    assert same == {(a, b) for a in spellings for b in spellings if name_key(a) == name_key(b)}


async def test_what_is_said_where(house: Household) -> None:
    await house.create("notes", title="A", content="[[B]] then ![[B]] and [[b|again]]")
    await house.create("notes", title="B")
    await house.follow()
    rows = await house.rows(
        "SELECT relation, evidence FROM entity_links WHERE kind = 'extracted' ORDER BY relation DESC"
    )
    assert [tuple(row) for row in rows] == [
        ("LINKS_TO", {"rule": "text", "spans": [[0, 5], [22, 33]]}),
        ("EMBEDS", {"rule": "text", "spans": [[11, 17]]}),
    ]
    end = await house.end_of_log()
    await house.change("notes", await house.id_of("A"), content="So: [[B]] then ![[B]]")
    await house.follow()
    rows = await house.rows(
        "SELECT evidence -> 'spans' FROM entity_links WHERE kind = 'extracted' ORDER BY relation DESC"
    )
    assert [row[0] for row in rows] == [[[4, 9]], [[15, 21]]]
    assert await house.log(end) == [("update", "note")]
