"""A split: what was changed since the merge stays and is told, what was merged on or purged is refused, nothing is lost."""

from itertools import pairwise
from uuid import uuid4

from tests.graph.merging.people import SPLIT, create, link, links, merge, split
from tests.graph.merging.snapshots import differences, everything
from tests.world import World

UPDATE = "mutation($id: ID!, $input: UpdateContactInput!) { updateContact(id: $id, input: $input) { id } }"
DELETE = "mutation($id: ID!) { delete(id: $id) { id } }"
RESTORE = "mutation($id: ID!) { restore(id: $id) { id } }"
PURGE = "mutation($id: ID!) { purge(id: $id) }"
MERGES = "query($id: ID) { merges(record: $id) { id splitAt survivor { id } absorbed { id } } }"


def pair(world: World) -> tuple[str, str]:
    return create(world, "Contact", fn="Ana"), create(world, "Contact", fn="Anna", nGiven="Anna", note="Met at sea.")


def test_what_was_changed_by_hand_stays_and_is_told(world: World) -> None:
    one, other = pair(world)
    third = create(world, "Contact", fn="Third")
    mail, kept = (create(world, "ContactEmail", contactId=other, email=f"{n}@example.org") for n in "ab")
    edge, note = link(world, create(world, "Note"), other), create(world, "Note")
    merged = merge(world, one, other)["merge"]["id"]
    world.ask(UPDATE, id=one, input={"note": "Mine now."})
    world.rows("UPDATE contact_emails SET contact_id = $2 WHERE id = $1", mail, third)
    world.rows("UPDATE entity_links SET target_id = $2, target_type = 'note' WHERE id = $1", edge, note)
    done = split(world, merged)
    left = {(one["id"], one["column"]): one["reason"] for one in done["remainders"]}
    assert left == {
        (one, "note"): "It was changed since the merge.",
        (mail, "contact_id"): "It leads elsewhere by now.",
        (edge, ""): "It leads elsewhere by now.",
    }
    found = world.ask(
        "query($a: ID!, $b: ID!) { a: contact(id: $a) { nGiven note } b: contact(id: $b) { note } }", a=one, b=other
    )
    assert found == {"a": {"nGiven": None, "note": "Mine now."}, "b": {"note": "Met at sea."}}
    assert world.value("SELECT contact_id::text FROM contact_emails WHERE id = $1", kept) == other


def test_several_at_once_come_back(world: World) -> None:
    ids = [create(world, "Contact", fn=f"N{n}", note=f"note {n}", nickname=[f"n{n}"]) for n in range(4)]
    for a, b in pairwise(ids):
        link(world, a, b, "KNOWS")
    before = everything(world, world.alice)
    merged = merge(world, ids[1], ids[0], *ids[2:])
    assert world.ask("query($id: ID!) { contact(id: $id) { note } }", id=ids[1])["contact"]["note"].count("note") == 4
    assert links(world, ids[1]) == set()
    assert split(world, merged["merge"]["id"])["remainders"] == []
    assert differences(before, everything(world, world.alice)) == []


def test_merges_of_merges_are_split_from_the_last(world: World) -> None:
    a, b, c = (create(world, "Contact", fn=name, note=name) for name in ("A", "B", "C"))
    note = create(world, "Note")
    link(world, note, a)
    before = everything(world, world.alice)
    first, second = merge(world, b, a)["merge"]["id"], merge(world, c, b)["merge"]["id"]
    assert links(world, c) == {("WITH", "IN", "MANUAL", note)}
    assert world.code(SPLIT, merge=first) == "CONFLICT"
    assert world.value("SELECT current_id::text FROM record_merges WHERE absorbed_id = $1", a) == c
    split(world, second)
    assert world.value("SELECT current_id::text FROM record_merges WHERE absorbed_id = $1", a) == b
    split(world, first)
    assert differences(before, everything(world, world.alice)) == []
    assert world.code(SPLIT, merge=first) == "CONFLICT"


def test_one_of_two_merges_is_split_alone(world: World) -> None:
    one, other = pair(world)
    third = create(world, "Contact", fn="Third", nFamily="T")
    first, second = merge(world, one, other)["merge"]["id"], merge(world, one, third)["merge"]["id"]
    assert {left["column"] for left in split(world, first)["remainders"]} == {"nickname"}
    split(world, second)
    query = "query($id: ID!) { contact(id: $id) { fn nGiven nFamily } }"
    assert world.ask(query, id=one)["contact"] == {"fn": "Ana", "nGiven": None, "nFamily": None}


def test_a_survivor_that_was_deleted_is_restored_first(world: World) -> None:
    one, other = pair(world)
    merged = merge(world, one, other)["merge"]["id"]
    world.ask(DELETE, id=one)
    assert world.code(SPLIT, merge=merged) == "CONFLICT"
    world.ask(RESTORE, id=one)
    assert [record["deletedAt"] for record in split(world, merged)["records"]] == [None]


def test_one_restored_by_hand_gets_its_parts_back(world: World) -> None:
    one, other = pair(world)
    mail = create(world, "ContactEmail", contactId=other, email="r@example.org")
    merged = merge(world, one, other)["merge"]["id"]
    world.ask(RESTORE, id=other)
    assert split(world, merged)["remainders"] == []
    assert world.value("SELECT contact_id::text FROM contact_emails WHERE id = $1", mail) == other


def test_one_deleted_again_since_does_not_come_back_by_itself(world: World) -> None:
    one, other = pair(world)
    merged = merge(world, one, other)["merge"]["id"]
    world.ask(RESTORE, id=other)
    world.ask(DELETE, id=other)
    assert world.code(SPLIT, merge=merged) == "CONFLICT"


def test_a_twin_that_lives_by_now_is_told(world: World) -> None:
    one, other = (create(world, "GraphEntity", entityType="person", prefLabel=name) for name in ("P", "Q"))
    merged = merge(world, one, other)["merge"]["id"]
    create(world, "GraphEntity", entityType="person", prefLabel="Q")
    before = everything(world, world.alice)
    assert world.code(SPLIT, merge=merged) == "CONFLICT"
    assert differences(before, everything(world, world.alice)) == []


def test_purging_leaves_nothing_behind(world: World) -> None:
    one, other = pair(world)
    third = create(world, "Contact", fn="Third", note="secret of the third")
    mail = create(world, "ContactEmail", contactId=other, email="p@example.org")
    merged = merge(world, one, other, third)["merge"]["id"]
    world.ask(PURGE, id=other)
    steps = "SELECT string_agg(s::text, ' ') FROM record_merge_steps s WHERE merge_id = $1"
    assert other not in world.value(steps, merged)
    assert [record["id"] for record in split(world, merged)["records"]] == [third]
    assert world.value("SELECT contact_id::text FROM contact_emails WHERE id = $1", mail) == one
    for id_ in (third, one):
        world.ask(PURGE, id=id_)
    assert world.value(steps, merged) is None and world.code(SPLIT, merge=merged) == "NOT_FOUND"
    assert world.value("SELECT count(*) FROM record_merges WHERE merge_id = $1", merged) == 0


def test_bob_sees_and_splits_nothing_of_alices(world: World) -> None:
    one, other = pair(world)
    merged = merge(world, one, other)["merge"]["id"]
    before = everything(world, world.alice)
    assert world.ask(MERGES, world.bob)["merges"] == []
    assert world.code(SPLIT, world.bob, merge=merged) == "NOT_FOUND"
    assert world.code(SPLIT, merge=str(uuid4())) == "NOT_FOUND"
    assert differences(before, everything(world, world.alice)) == []
    (found,) = world.ask(MERGES, id=other)["merges"]
    assert found == {"id": merged, "splitAt": None, "survivor": {"id": one}, "absorbed": [{"id": other}]}
    split(world, merged)
    assert world.ask(MERGES, id=one)["merges"][0]["splitAt"] is not None
