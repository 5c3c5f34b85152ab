"""Recognised links and suggestions follow from texts, names and decisions as they are now, in whatever order they came."""

from uuid import UUID

import pytest

from graph.changes.consumers import catch_up
from graph.changes.worker import Worker
from graph.extraction.linker import Linker
from graph.extraction.recogniser import Recogniser
from tests.graph.household import CATALOG, Household

ASKED = """
SELECT s.label, t.label, q.state::text FROM suggestions q JOIN records s ON s.id = q.source_id JOIN records t ON t.id = q.target_id
WHERE s.deleted_at IS NULL AND t.deleted_at IS NULL
"""
ANA = {"fn": "Ana Horvat", "n_given": "Ana", "n_family": "Horvat"}
LINKED = {("Diary", "MENTIONS", "Ana Horvat")}
OPEN = {("Diary", "Ana Horvat", "open")}


async def follow(house: Household) -> int:
    """Both consumers to the end, as the worker lets them."""
    await house.follow()
    return await catch_up(house.service.database, house.user, Recogniser(CATALOG))


async def asked(house: Household) -> set[tuple[str, str, str]]:
    return {tuple(row) for row in await house.rows(ASKED)}


async def only_id(house: Household) -> UUID:
    id_: UUID = await house.value("SELECT id FROM suggestions")
    return id_


async def diary(house: Household, content: str = "Lunch with Ana Horvat.") -> UUID:
    return await house.create("notes", title="Diary", content=content)


@pytest.mark.parametrize("first", ["text", "name"])
async def test_a_full_name_becomes_a_link_whatever_came_first(house: Household, first: str) -> None:
    for step in ("text", "name") if first == "text" else ("name", "text"):
        await (diary(house) if step == "text" else house.create("contacts", **ANA))
        await follow(house)
    assert (await house.edges(), await asked(house)) == (LINKED, set())
    row = (await house.rows("SELECT kind::text, confidence, evidence FROM entity_links WHERE relation = 'MENTIONS'"))[0]
    span = {"column": "content", "start": 11, "end": 21, "text": "Ana Horvat"}
    assert tuple(row) == ("extracted", 0.95, {
        "rule": "names", "reason": "name", "spans": [span], "passage": "Lunch with Ana Horvat.",
    })  # fmt: skip


async def test_a_first_name_is_a_question_and_beside_the_full_name_an_answer(house: Household) -> None:
    await house.create("contacts", **ANA)
    note = await diary(house, "Then Ana came")
    await follow(house)
    assert (await house.edges(), await asked(house)) == (set(), OPEN)
    await house.change("notes", note, content="Then Ana came. The boat of Ana Horvat.")
    await follow(house)
    assert (await house.edges(), await asked(house)) == (LINKED, set())
    spans = await house.value("SELECT evidence -> 'spans' FROM entity_links WHERE relation = 'MENTIONS'")
    assert [span["text"] for span in spans] == ["Ana", "Ana Horvat"]


async def test_doing_it_again_changes_nothing(house: Household) -> None:
    await house.create("contacts", **ANA)
    await house.create("places", name="Café Sal")
    await diary(house, "Ana at Café Sal")
    await house.create("tasks", summary="Call Ana Horvat", description="at Café Sal, ana@example.org")
    await follow(house)
    snapshot = await everything(house)
    assert await follow(house) == 0
    await house.rows("UPDATE consumer_offsets SET seq = 0")
    await catch_up(house.service.database, house.user, Recogniser(CATALOG))
    assert await everything(house) == snapshot


async def everything(house: Household) -> list[object]:
    tables = ("entity_links", "suggestions", "change_log")
    return [await house.column(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables]


async def test_what_a_wikilink_says_is_not_said_again(house: Household) -> None:
    await house.create("contacts", **ANA)
    note = await diary(house, "[[Ana Horvat]], yes Ana Horvat. And Ana.")
    await follow(house)
    assert (await house.edges(), await asked(house)) == ({("Diary", "LINKS_TO", "Ana Horvat")}, set())
    await house.change("notes", note, content="Ana Horvat")
    await follow(house)
    assert await house.edges() == LINKED
    await house.change("notes", note, content="Ana Horvat [[Ana Horvat]]")
    await catch_up(house.service.database, house.user, Recogniser(CATALOG))  # before the linker has seen it
    await follow(house)
    assert await house.edges() == {("Diary", "LINKS_TO", "Ana Horvat")}


async def test_its_own_links_never_trigger_itself(house: Household) -> None:
    await house.create("contacts", **ANA)
    await diary(house)
    await follow(house)
    end = await house.end_of_log()
    await Worker(house.service.database, [Linker(CATALOG), Recogniser(CATALOG)]).round()
    assert await house.end_of_log() == end
    origins = await house.column("SELECT DISTINCT origin FROM change_log WHERE record_type = 'entity_link'")
    assert origins == [Recogniser.name]


async def test_a_name_that_leaves_and_comes_back(house: Household) -> None:
    person = await house.create("contacts", **ANA)
    note = await diary(house)
    await follow(house)
    for leave, back in ((house.delete, house.restore), (_rename(house, "Else"), _rename(house, "Ana Horvat"))):
        await leave(person)
        await follow(house)
        assert await house.edges() == set()
        await back(person)
        await follow(house)
        assert await house.edges() == LINKED
    await house.delete(note)
    await house.restore(note)
    await follow(house)
    assert await house.edges() == LINKED
    await house.service.records.purge(house.user, person)
    await follow(house)
    assert await house.edges() == set()


def _rename(house: Household, name: str):  # type: ignore[no-untyped-def]
    async def rename(person: UUID) -> None:
        given, _, family = name.partition(" ")
        await house.change("contacts", person, fn=name, n_given=given, n_family=family)

    return rename


@pytest.mark.parametrize("end", ["delete", "purge", "rename"])
async def test_a_namesake_makes_it_a_question_until_one_of_them_leaves(house: Household, end: str) -> None:
    await house.create("contacts", **ANA)
    await diary(house)
    await follow(house)
    other = await house.create("contacts", **ANA)
    await follow(house)
    assert await house.edges() == set()
    assert await house.value("SELECT count(*) FROM suggestions WHERE confidence = 0.57") == 2
    if end == "rename":
        await _rename(house, "Someone Else")(other)
    else:
        await (house.service.records.purge(house.user, other) if end == "purge" else house.delete(other))
    await follow(house)
    assert await house.edges() == LINKED
    assert (
        await house.value(
            "SELECT count(*) FROM suggestions q JOIN records r ON r.id = q.target_id WHERE r.deleted_at IS NULL"
        )
        == 0
    )


async def test_untied_by_hand_stays_untied(house: Household) -> None:
    await house.create("contacts", **ANA)
    note = await diary(house)
    await follow(house)
    (edge,) = await house.column("SELECT id FROM entity_links WHERE relation = 'MENTIONS'")
    await house.service.links.unlink(house.user, edge)
    await follow(house)
    await house.change("notes", note, content="Ana Horvat again, and Ana")
    await follow(house)
    assert (await house.edges(), await asked(house)) == (set(), set())


async def test_a_link_made_by_hand_stays(house: Household) -> None:
    person = await house.create("contacts", **ANA)
    note = await diary(house)
    await follow(house)
    await house.service.links.link(house.user, note, person, "MENTIONS", {"weight": 2.0, "confidence": 0.5})
    await house.change("notes", note, content="nobody")
    await follow(house)
    assert await house.edges() == LINKED
    assert await house.value("SELECT kind::text FROM entity_links WHERE relation = 'MENTIONS'") == "manual"


async def test_an_accepted_suggestion_is_a_link_while_the_text_says_so(house: Household) -> None:
    await house.create("contacts", **ANA)
    note = await diary(house, "Then Ana came")
    await follow(house)
    id_ = await only_id(house)
    for _ in range(2):
        decided = await house.service.suggestions.accept(house.user, id_)
        assert (decided.state, decided.decided_at is None) == ("accepted", False)
    await follow(house)
    assert await house.edges() == LINKED
    for text, edges in (("Nobody came", set()), ("Later Ana came", LINKED)):
        await house.change("notes", note, content=text)
        await follow(house)
        assert (await house.edges(), await asked(house)) == (edges, {("Diary", "Ana Horvat", "accepted")})
    await house.service.suggestions.reject(house.user, id_)
    await follow(house)
    assert (await house.edges(), await asked(house)) == (set(), {("Diary", "Ana Horvat", "rejected")})


async def test_a_rejected_suggestion_never_returns(house: Household) -> None:
    person = await house.create("contacts", **ANA)
    note = await diary(house, "Then Ana came")
    await follow(house)
    await house.service.suggestions.reject(house.user, await only_id(house))
    for text in ("Ana", "", "Then Ana came, Ana Horvat"):
        await house.change("notes", note, content=text)
        await follow(house)
    await house.change("contacts", person, nickname=["Anita Horvat"])
    await house.rows("UPDATE consumer_offsets SET seq = 0")
    await follow(house)
    assert (await house.edges(), await asked(house)) == (set(), {("Diary", "Ana Horvat", "rejected")})


async def test_the_one_that_was_accepted_answers_for_its_namesake(house: Household) -> None:
    for _ in range(2):
        await house.create("contacts", **ANA)
    note = await diary(house)
    await follow(house)
    chosen = await house.value("SELECT id FROM suggestions ORDER BY id LIMIT 1")
    await house.service.suggestions.accept(house.user, chosen)
    await house.change("notes", note, content="Lunch with Ana Horvat again")
    await follow(house)
    assert (await house.edges(), await asked(house)) == (LINKED, {("Diary", "Ana Horvat", "accepted")})


async def test_aliases_addresses_and_things_that_stand_for_records(house: Household) -> None:
    ana = await house.create("contacts", **ANA)
    thing = await house.create("graph_entities", entity_type="person", pref_label="The Captain",
                               canonical_type="contact", canonical_id=str(ana))  # fmt: skip
    await house.create("entity_aliases", entity_id=str(thing), alt_label="Captain Ana")
    await house.create("organizations", name="Onda", legal_name="Onda Llevant SL")
    for title, text in (
        ("A", "the The Captain"),
        ("B", "saw Captain Ana there"),
        ("C", "to ANA@example.org"),
        ("D", "Onda Llevant SL"),
    ):
        await house.create("notes", title=title, content=text)
    await follow(house)
    address = await house.create("contact_emails", contact_id=str(ana), email="ana@example.org")
    await follow(house)
    found = {(source, target) for source, _, target in await house.edges()}
    assert found == {("A", "Ana Horvat"), ("B", "Ana Horvat"), ("C", "Ana Horvat"), ("D", "Onda")}
    await house.delete(address)
    await house.delete(thing)
    await follow(house)
    assert {(source, target) for source, _, target in await house.edges()} == {("D", "Onda")}


async def test_names_of_one_user_are_nothing_to_another(house: Household, bob: UUID) -> None:
    other = house.as_of(bob)
    await house.create("contacts", **ANA)
    await diary(other, "Ana Horvat and Ana")
    await diary(house, "Then Ana came")
    await Worker(house.service.database, [Linker(CATALOG), Recogniser(CATALOG)]).round()
    assert (await other.edges(), await asked(other)) == (set(), set())
    id_ = await only_id(house)
    for decide in (other.service.suggestions.accept, other.service.suggestions.reject):
        with pytest.raises(Exception, match="no suggestion"):
            await decide(bob, id_)
    assert await asked(house) == OPEN


async def test_an_own_name_says_nothing(house: Household) -> None:
    await house.create("contacts", **ANA, note="Ana Horvat likes cake")
    await house.create("notes", title="Ana Horvat stories", content="Ana Horvat stories")
    await follow(house)
    assert await house.edges() == {("Ana Horvat stories", "MENTIONS", "Ana Horvat")}


async def test_long_and_odd_texts(house: Household) -> None:
    await house.create("contacts", **ANA)
    await diary(house, "x" * 1_999_000 + " Ana Horvat " + "y " * 600_000)
    await house.create("notes", title="Odd", content="\u202eAna Horvat\u202c 👩‍👩‍👧 \u0000Ana".replace("\0", ""))
    await house.create("contacts", fn="\u202e!?", nickname=["", " ", "x" * 900, "- " * 300])
    await follow(house)
    assert await house.edges() == {*LINKED, ("Odd", "MENTIONS", "Ana Horvat")}
    assert await house.rows("SELECT * FROM parked_changes") == []
