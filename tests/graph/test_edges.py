"""Edges: those made by hand are logged, those that follow from the data are there as long as anything gives them."""

from uuid import UUID

import pytest

from tests.graph.watching import Watch, do, make
from tests.world import World

NOON = "2026-05-04T12:00:00Z"


def test_edges_are_logged(world: World, watch: Watch) -> None:
    one, two = make(world, "Note", title="one"), make(world, "Note", title="two")
    link = 'mutation($a: ID!, $b: ID!, $w: Float!) { link(source: $a, target: $b, relation: "WITH", weight: $w, properties: {k: 1}) { id } }'
    watch.lines()
    edge = world.ask(link, a=one, b=two, w=0.5)["link"]["id"]
    assert world.ask(link, a=one, b=two, w=0.75)["link"]["id"] == edge
    do(world, "unlink(id: $id)", edge)
    said = watch.said()
    assert [(type_, operation, after["weight"]) for type_, operation, _, after in said] == [
        ("entity_link", "link", 0.5), ("entity_link", "relink", 0.75), ("entity_link", "unlink", 0.75)]  # fmt: skip
    assert {**said[0][3], "weight": 0} == {"source_type": "note", "source_id": one, "relation": "WITH", "target_type": "note", "target_id": two,
                                           "kind": "manual", "confidence": 1, "weight": 0, "properties": {"k": 1}}  # fmt: skip
    assert world.ask(link, a=one, b=two, w=1)["link"]["id"] != edge
    watch.lines()
    world.as_service(world.alice, "DELETE FROM entity_links WHERE source_id = $1", UUID(one))
    assert watch.said() == [("entity_link", "unlink", None, None)]


def test_structural_edges_are_no_ones_to_edit(world: World, watch: Watch) -> None:
    tag, note = make(world, "Tag", name="structural"), make(world, "Note", title="tagged")
    given_ = make(world, "RecordTag", tagId=tag, subjectId=note, subjectType="note")
    query = 'query($id: ID!) { note(id: $id) { links(relations: ["TAGGED"]) { edges { id kind node { id } } } } }'
    (edge,) = world.ask(query, id=note)["note"]["links"]["edges"]
    assert (edge["kind"], edge["node"]["id"]) == ("STRUCTURAL", tag)
    assert world.code("mutation($id: ID!) { unlink(id: $id) }", id=edge["id"]) == "BAD_ARGUMENT"
    do(world, "delete(id: $id) { id }", given_)
    assert world.ask(query, id=note)["note"]["links"]["edges"] == []
    do(world, "restore(id: $id) { id }", given_)
    assert len(world.ask(query, id=note)["note"]["links"]["edges"]) == 1
    assert "entity_link" not in {type_ for type_, *_ in watch.said()}


OF = """query($id: ID!, $r: String!) { contact(id: $id) { links(relations: [$r], direction: BOTH) { edges { kind node { id } } } } }"""


def ends(world: World, contact: str, relation: str) -> list[tuple[str, str]]:
    edges = world.ask(OF, id=contact, r=relation)["contact"]["links"]["edges"]
    return [(edge["kind"], edge["node"]["id"]) for edge in edges]


def test_an_edge_stays_as_long_as_any_row_gives_it(world: World) -> None:
    """An event may be attended by a person under two of their addresses, and by hand: that is one edge for three reasons."""
    person, event = make(world, "Contact", fn="Three"), make(world, "Event", summary="thrice", dtstart=NOON)
    for address in ("three@example.org", "drei@example.org"):
        make(world, "ContactEmail", contactId=person, email=address)
    reasons = [
        make(world, "EventAttendee", eventId=event, **given)
        for given in (
            {"calAddress": "mailto:three@example.org"},
            {"calAddress": "mailto:drei@example.org"},
            {"calAddress": "mailto:elsewhere@example.org", "contactId": person},
        )
    ]
    for order in (reasons, reasons[::-1]):
        for reason in order:
            assert ends(world, person, "ATTENDED_BY") == [("STRUCTURAL", event)]
            do(world, "delete(id: $id) { id }", reason)
        assert ends(world, person, "ATTENDED_BY") == []
        for reason in reasons:
            do(world, "restore(id: $id) { id }", reason)


@pytest.mark.parametrize("untie", ["DELETE FROM entity_links", "UPDATE entity_links SET deleted_at = now()",
                                   "UPDATE entity_links SET valid_to = now()"])  # fmt: skip
def test_an_edge_untied_by_hand_is_what_follows_from_the_data_again(world: World, untie: str) -> None:
    person, employer = make(world, "Contact", fn="Employed"), make(world, "Organization", name=f"Employer {untie}")
    link = 'mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "WORKS_FOR") { id } }'
    made = world.ask(link, a=person, b=employer)["link"]["id"]
    make(world, "OrganizationMembership", contactId=person, organizationId=employer)
    assert ends(world, person, "WORKS_FOR") == [("MANUAL", employer)]
    world.as_service(world.alice, f"{untie} WHERE id = $1", UUID(made))
    assert ("STRUCTURAL", employer) in ends(world, person, "WORKS_FOR")


# Foreign keys

KEYS = """query($id: ID!) { node(id: $id) { links(types: [TASK, PROJECT]) { edges { relation direction kind weight evidence node { id } } } } }"""


def keys(world: World, record: str) -> list[tuple[str, ...]]:
    edges = world.ask(KEYS, id=record)["node"]["links"]["edges"]
    return [
        (e["relation"], e["direction"], e["kind"], e["weight"], e["evidence"]["column"], e["node"]["id"]) for e in edges
    ]


def test_a_foreign_key_is_an_edge_as_well(world: World, watch: Watch) -> None:
    one, two = make(world, "Project", name="One"), make(world, "Project", name="Two")
    task = make(world, "Task", summary="t", projectId=one)
    assert keys(world, task) == [("PROJECT", "OUT", "STRUCTURAL", 0.5, "project_id", one)]
    assert keys(world, one) == [("PROJECT", "IN", "STRUCTURAL", 0.5, "project_id", task)]
    world.ask("mutation($t: ID!, $p: ID!) { updateTask(id: $t, input: {projectId: $p}) { id } }", t=task, p=two)
    assert (keys(world, one), len(keys(world, two))) == ([], 1)
    do(world, "delete(id: $id) { id }", task)
    assert keys(world, two) == []
    do(world, "restore(id: $id) { id }", task)
    assert len(keys(world, two)) == 1
    world.ask("mutation($t: ID!) { updateTask(id: $t, input: {projectId: null}) { id } }", t=task)
    assert keys(world, task) == []
    assert "entity_link" not in {type_ for type_, *_ in watch.said()}, "it follows from what is logged"


def test_a_foreign_key_is_an_edge_again_when_what_stood_for_it_goes(world: World) -> None:
    task, project = make(world, "Task", summary="t"), make(world, "Project", name="Third")
    link = 'mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "PROJECT") { id } }'
    by_hand = world.ask(link, a=task, b=project)["link"]["id"]
    world.ask("mutation($t: ID!, $p: ID!) { updateTask(id: $t, input: {projectId: $p}) { id } }", t=task, p=project)
    do(world, "unlink(id: $id)", by_hand)
    assert keys(world, task) == [("PROJECT", "OUT", "STRUCTURAL", 0.5, "project_id", project)]


def test_a_key_to_a_record_of_any_type_knows_its_type(world: World) -> None:
    note = make(world, "Note", title="remarked on")
    make(world, "Annotation", subjectId=note, subjectType="note", body="a remark")
    rows = world.rows(
        "SELECT source_type, target_type FROM entity_links WHERE target_id = $1 AND relation = 'SUBJECT'", note
    )
    assert [tuple(row) for row in rows] == [("annotation", "note")]
