"""The demo goes through all domains: no table is empty, and what several of them tell is the same everywhere."""

from collections.abc import AsyncIterator, Iterator
from itertools import pairwise

import pytest

from graph.demo.domains.all import tell_all
from graph.demo.domains.places import TRIPS
from graph.demo.life import Life
from graph.demo.load import load_demo
from schema_sql.catalog import Entity
from tests.graph.household import CATALOG, Household

MACHINERY = ("011_audit.sql", "030_operations.sql")
"""What happens at the door and in the workers is written by these, as series; a story has none of it."""


def told() -> Iterator[Entity]:
    """Every table of a life: but not those that only commands write, nor what the machinery notes of itself."""
    yield from (entity for entity in CATALOG.records if not entity.managed)
    yield from (entity for entity in CATALOG.series if not entity.file.endswith(MACHINERY))


@pytest.fixture
async def life(house: Household) -> AsyncIterator[Household]:
    await load_demo(house.service, house.user)
    yield house


async def test_every_table_of_a_life_has_rows(life: Household) -> None:
    counts = {one.name: await life.value(f"SELECT count(*) FROM {one.name}") for one in told()}
    assert [name for name, count in counts.items() if count == 0] == []
    assert len(counts) > 120
    assert sum(counts.values()) > 9000


async def test_a_flight_is_the_same_flight_everywhere(life: Household) -> None:
    """Each ride: ticket, calendar, mail, bank and track agree on the time, the price and the number."""
    rides = await life.rows(
        "SELECT r.title, r.start_at = e.dtstart AS calendar, m.subject LIKE '%' || r.reservation_number || '%' AS mail,"
        " f.text_content LIKE '%' || r.reservation_number || '%' AS ticket, r.status,"
        " g.start_at = r.start_at AND g.end_at = r.end_at AS track FROM reservations r"
        " JOIN events e ON e.id = r.event_id JOIN emails m ON m.id = r.email_id"
        " JOIN email_attachments a ON a.email_id = m.id JOIN files f ON f.id = a.file_id"
        " LEFT JOIN gps_tracks g ON g.name = r.title AND g.start_at = r.start_at WHERE r.kind <> 'lodging'"
    )
    assert len(rides) == sum(len(trip.legs) for trip in TRIPS)
    for ride in rides:
        assert (ride["calendar"], ride["mail"], ride["ticket"]) == (True, True, True), ride["title"]
        assert ride["track"] if ride["status"] == "confirmed" else ride["track"] is None, ride["title"]
    paid = await life.rows(
        "SELECT t.name, (SELECT sum(total) FROM reservations r WHERE r.trip_id = t.id AND kind <> 'lodging') AS tickets,"
        " -(SELECT sum(p.units) FROM transactions x JOIN postings p ON p.transaction_id = x.id AND p.units < 0"
        "   WHERE x.narration LIKE '%booking ' || r.reservation_number) AS bank,"
        " (SELECT d.amount FROM documents d WHERE d.reference_number = r.reservation_number) AS ticket"
        " FROM trips t JOIN reservations r ON r.trip_id = t.id GROUP BY t.id, t.name, r.reservation_number"
        " HAVING NOT bool_and(r.kind = 'lodging')"
    )
    assert len(paid) == len(TRIPS)
    assert [one["name"] for one in paid if not one["tickets"] == one["bank"] == one["ticket"]] == []


async def test_nobody_is_in_two_places(life: Household) -> None:
    tracks = await life.rows("SELECT name, start_at, end_at FROM gps_tracks ORDER BY start_at")
    assert [(one["name"], two["name"]) for one, two in pairwise(tracks) if one["end_at"] > two["start_at"]] == []
    at_home = await life.value(
        "SELECT count(*) FROM meals m JOIN trips t ON m.eaten_at::date BETWEEN t.start_date AND t.end_date"
        " WHERE m.recipe_id IS NOT NULL"
    )
    assert at_home == 0


async def test_edges_cross_the_domains_by_themselves(life: Household) -> None:
    """By address, number, place, time, payee, reply and citation, with nobody tying anything."""
    rows = await life.rows(
        "SELECT l.relation, l.source_type || ' ' || l.target_type AS ends, count(*) FROM entity_links l"
        " WHERE l.kind = 'structural' AND l.deleted_at IS NULL GROUP BY 1, 2"
    )
    found = {(row["relation"], row["ends"]): row["count"] for row in rows}
    wanted = {
        ("FROM", "email contact"), ("TO", "email contact"), ("IN_REPLY_TO", "email email"), ("INVITES_TO", "email event"),
        ("ATTACHES", "email file"), ("ATTENDED_BY", "event contact"), ("SENT_BY", "chat_message contact"),
        ("TAKEN_AT", "photo place"), ("TAKEN_DURING", "photo trip"), ("TAKEN_DURING", "photo visit"),
        ("TAKEN_DURING", "photo event"), ("TAKEN_DURING", "video trip"), ("TAKEN_AT", "video place"), ("WITH", "call_record contact"), ("PAID_TO", "transaction organization"), ("PAID_BY", "subscription transaction"),
        ("EVIDENCES", "receipt transaction"), ("CITES", "agent_message transaction"), ("CITES", "agent_message email"),
        ("SAME_AS", "bookmark feed_article"), ("TREATED_BY", "health_condition medication_statement"),
        ("CORRESPONDENT", "document organization"), ("TAGGED", "trip tag"), ("TAGGED", "email tag"), ("WITH", "health_encounter contact"),
    }  # fmt: skip
    assert wanted - found.keys() == set()
    crossing = await life.value(
        "SELECT count(DISTINCT (source_type, target_type)) FROM entity_links WHERE deleted_at IS NULL"
    )
    assert crossing > 250


async def test_all_money_balances_and_none_is_a_draft(life: Household) -> None:
    assert await life.value("SELECT count(*) FROM transactions WHERE draft") == 0
    left = "SELECT count(*) FROM imbalances((SELECT DISTINCT user_id FROM transactions), ARRAY(SELECT id FROM transactions))"
    assert await life.value(left) == 0
    held = await life.rows(
        "SELECT b.as_of, b.amount, (SELECT sum(p.units) FROM postings p JOIN transactions t ON t.id = p.transaction_id"
        " WHERE p.financial_account_id = b.financial_account_id AND p.commodity_id = b.commodity_id"
        " AND t.transaction_date <= b.as_of) AS booked FROM balance_assertions b"
    )
    assert len(held) == 5
    assert [one for one in held if one["amount"] != one["booked"]] == []


async def test_it_is_told_the_same_twice(life: Household) -> None:
    """The same rows for the same person, whatever the hour, and other ids for another one."""
    found = {(row["type"], row["label"]): row["id"] for row in await life.rows("SELECT type, label, id FROM records")}
    once, again = Life(life.user, CATALOG, found), Life(life.user, CATALOG, found)
    tell_all(once)
    tell_all(again)
    assert once.rows == again.rows
    ids = [row["id"] for rows in once.rows.values() for row in rows]
    assert len(ids) == len(set(ids))
    late = [row for rows in once.rows.values() for row in rows if str(row.get("sent_at", "")) > "2026-06-03"]
    assert late == []


async def test_nobody_speaks_before_there_is_a_room(life: Household) -> None:
    early = "SELECT m.body FROM chat_messages m JOIN chat_conversations c ON c.id = m.conversation_id WHERE m.sent_at < c.started_at"
    assert await life.column(early) == []
    answers = (
        "SELECT a.subject FROM entity_links l JOIN emails a ON a.id = l.source_id JOIN emails b ON b.id = l.target_id"
        " WHERE l.relation = 'IN_REPLY_TO' AND a.sent_at <= b.sent_at"
    )
    assert await life.column(answers) == []
