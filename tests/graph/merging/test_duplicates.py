"""Which records are suggested as one, and why; what was dismissed or split is not suggested again."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.graph.merging.people import create, merge, split
from tests.world import World

FIND = """query($types: [RecordType!], $first: Int) { duplicates(types: $types, first: $first) {
    score records { id recordType } reasons { signal value weight } } }"""
DISMISS = "mutation($records: [ID!]!) { dismissDuplicate(records: $records) }"


def find(world: World, user: UUID | None = None, **variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.ask(FIND, user, **variables)["duplicates"]
    return found


def pair_of(world: World, one: str, other: str, **variables: Any) -> dict[str, Any] | None:
    ids = {one, other}
    return next((p for p in find(world, **variables) if {r["id"] for r in p["records"]} == ids), None)


def signals(pair: dict[str, Any] | None) -> list[str]:
    assert pair is not None
    return [reason["signal"] for reason in pair["reasons"]]


def person(world: World, name: str, email: str = "", tel: str = "", **values: Any) -> str:
    id_ = create(world, "Contact", fn=name, **values)
    if email:
        create(world, "ContactEmail", contactId=id_, email=email)
    if tel:
        create(world, "ContactPhone", contactId=id_, tel=tel)
    return id_


@pytest.fixture(autouse=True)
def _clear(world: World) -> None:
    for table in ("contacts", "organizations", "places"):
        world.execute(f"DELETE FROM {table}")


ALIKE = [
    ({"name": "Ana García", "email": "ana@example.org"}, {"name": "Garcia, Ana", "email": "ANA@example.org "}, ["email", "name"]),
    ({"name": "Jon Smit", "tel": "+49 170 1234567"}, {"name": "John Smith", "tel": "0170/123 45 67"}, ["telephone", "name"]),
    ({"name": "Ana García"}, {"name": "ANA GARCIA"}, ["name"]),
    ({"name": "Ana García López", "bday": "1985-04-12"}, {"name": "Ana García", "bday": "1985-04-12"}, ["name", "birthday"]),
    ({"name": "J. Müller", "email": "jm@example.org"}, {"name": "Jürgen Müller", "email": "jm@example.org"}, ["email", "name"]),
    ({"name": "X", "uid": "the-same-card"}, {"name": "Y", "uid": "the-same-card"}, ["identifier"]),
    ({"name": "Robert Brown", "nickname": ["Bob Brown"]}, {"name": "Bob Brown"}, ["name"]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "why"), ALIKE)
def test_what_is_alike_is_suggested_with_its_reasons(world: World, one: Any, other: Any, why: list[str]) -> None:
    first, second = person(world, **one), person(world, **other)
    pair = pair_of(world, first, second)
    assert signals(pair) == why
    assert pair is not None and [record["id"] for record in pair["records"]] == [first, second]
    assert 0.5 <= pair["score"] < 1


DIFFERENT = [
    ({"name": "Ana García"}, {"name": "Juan García"}),
    ({"name": "Ana"}, {"name": "Ana"}),
    ({"name": "Ana García", "email": "home@example.org"}, {"name": "Juan Pérez", "email": "home@example.org"}),
    ({"name": "Ana García", "bday": "1985-04-12"}, {"name": "Ana García", "bday": "1951-01-01"}),
    ({"name": "Ana García", "tel": "1"}, {"name": "Peter Lustig", "tel": "1"}),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_not_is_not(world: World, one: Any, other: Any) -> None:
    assert pair_of(world, person(world, **one), person(world, **other)) is None


def test_organizations_by_name_without_its_form_and_by_page(world: World) -> None:
    one, other = create(world, "Organization", name="Weber GmbH"), create(world, "Organization", name="Weber")
    third = create(world, "Organization", name="Weber & Söhne", url="https://www.weber.example/")
    fourth = create(world, "Organization", name="Weber und Söhne", url="http://weber.example")
    assert signals(pair_of(world, one, other)) == ["name"]
    assert "url" in signals(pair_of(world, third, fourth))
    assert pair_of(world, one, fourth) is None


def test_places_by_name_and_position(world: World) -> None:
    one = create(world, "Place", name="Café Sol", lat=39.4700, lon=-0.3763)
    near = create(world, "Place", name="Cafe del Sol", lat=39.4705, lon=-0.3766)
    far = create(world, "Place", name="Café Sol", lat=40.4, lon=-3.7)
    other = create(world, "Place", name="Museum", lat=39.4701, lon=-0.3763)
    assert "position" in signals(pair_of(world, one, near))
    assert pair_of(world, one, far) is None and pair_of(world, one, other) is None


def test_neighbours_meet_over_the_edges_of_cells_and_at_the_ends_of_the_earth(world: World) -> None:
    for lat, lon in ((0.0, 0.0), (-33.9, 151.2), (89.9999, 10.0), (0.002, -0.002)):
        one = create(world, "Place", name="Corner", lat=lat, lon=lon)
        other = create(world, "Place", name="Corner", lat=lat - 0.0005, lon=lon + 0.0004)
        assert "position" in signals(pair_of(world, one, other))
        world.execute("DELETE FROM places")


def test_a_dismissed_pair_never_returns(world: World) -> None:
    one, other = person(world, "Ana García"), person(world, "Ana Garcia")
    assert pair_of(world, one, other)
    assert world.ask(DISMISS, records=[other, one])["dismissDuplicate"] is True
    assert world.ask(DISMISS, records=[one, other])["dismissDuplicate"] is True
    assert pair_of(world, one, other) is None
    create(world, "ContactEmail", contactId=one, email="same@example.org")
    create(world, "ContactEmail", contactId=other, email="same@example.org")
    assert pair_of(world, one, other) is None


def test_what_was_merged_or_split_is_not_suggested(world: World) -> None:
    one, other = person(world, "Ana García"), person(world, "Ana Garcia")
    merged = merge(world, one, other)["merge"]["id"]
    assert find(world) == []
    split(world, merged)
    assert find(world) == []


def test_first_and_types_are_heeded_and_the_likeliest_come_first(world: World) -> None:
    for n in range(3):
        person(world, "Ana García", email="a@example.org" if n else "")
    create(world, "Organization", name="Weber GmbH"), create(world, "Organization", name="Weber")
    found = find(world)
    assert [pair["score"] for pair in found] == sorted((pair["score"] for pair in found), reverse=True)
    assert len(found) == 4 and len(find(world, first=2)) == 2 and find(world, first=0) == []
    assert {r["recordType"] for p in find(world, types=["ORGANIZATION"]) for r in p["records"]} == {"ORGANIZATION"}
    assert find(world, types=[]) == []


def test_any_type_with_names_can_be_looked_through(world: World) -> None:
    one, other = (create(world, "GraphEntity", entityType=kind, prefLabel="Blue Whale") for kind in ("topic", "work"))
    assert signals(pair_of(world, one, other, types=["GRAPH_ENTITY"])) == ["name"]


def test_what_many_share_says_nothing(world: World) -> None:
    for n in range(25):
        person(world, f"{chr(97 + n) * 4} {chr(98 + n) * 5}", tel="+49 30 123456", email="office@example.org")
    assert find(world) == []


def test_odd_names_do_no_harm(world: World) -> None:
    odd = ("", " ", "👩‍👩‍👧", "...", "''; DROP TABLE", "ﷺ", "李小龙", "a" * 5000, "\u202eright", "%_%")
    for name in odd:
        for _ in range(2):
            person(world, name, tel="---")
    assert {r["recordType"] for p in find(world, first=1000) for r in p["records"]} <= {"CONTACT"}


def test_bobs_records_are_no_duplicates_of_alices(world: World) -> None:
    one, bobs = person(world, "Ana García"), create(world, "Contact", world.bob, fn="Ana García")
    assert find(world) == [] and find(world, world.bob) == []
    assert world.code(DISMISS, records=[one, bobs]) == "NOT_FOUND"
    assert world.code(DISMISS, world.bob, records=[one, bobs]) == "NOT_FOUND"


def test_bad_input_is_refused(world: World) -> None:
    one = person(world, "Ana García")
    for records in ([], [one], [one, one], [one, one, str(uuid4())]):
        assert world.code(DISMISS, records=records) in ("BAD_ARGUMENT", "NOT_FOUND"), records
    assert world.code(DISMISS, records=[one, str(uuid4())]) == "NOT_FOUND"
    assert world.code(FIND, first=-1) == "BAD_ARGUMENT" and world.code(FIND, first=5000) == "BAD_ARGUMENT"
    assert world.code(FIND, types=["API_TOKEN"]) == "BAD_ARGUMENT"
    assert world.code(FIND, types=["TASK_DEPENDENCY"]) == "BAD_ARGUMENT"
