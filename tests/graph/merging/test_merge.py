"""A merge: what the absorbed had is the survivor's; nothing is had twice, nothing points at itself, nothing is lost."""

from uuid import uuid4

from tests.graph.merging.people import MERGE, create, link, links, merge, split
from tests.graph.merging.snapshots import differences, everything
from tests.world import World


def test_empty_columns_are_filled_and_the_rest_is_told(world: World) -> None:
    ana = create(world, "Contact", fn="Ana García", note="Likes tea.", bday="1985-04-12", nickname=["Anita"])
    other = create(
        world, "Contact", fn="Ana García López", nGiven="Ana", note="Met in Valencia.", bday="1985-04-13",
        nickname=["Anita", "Ani"], customFields={"shoe": 38, "hat": 55}, sensitivity=2,
    )  # fmt: skip
    merged = merge(world, ana, other)
    query = "query($id: ID!) { contact(id: $id) { fn nGiven note bday nickname customFields sensitivity } }"
    assert world.ask(query, id=ana)["contact"] == {
        "fn": "Ana García", "nGiven": "Ana", "note": "Likes tea.\n\nMet in Valencia.", "bday": "1985-04-12",
        "nickname": ["Anita", "Ani", "Ana García López"], "customFields": {"shoe": 38, "hat": 55}, "sensitivity": 2,
    }  # fmt: skip
    told = {(one["record"], one["column"], one["kept"], one["left"]) for one in merged["differences"]}
    assert (other, "bday", "1985-04-12", "1985-04-13") in told and (
        other,
        "fn",
        "Ana García",
        "Ana García López",
    ) in told
    (absorbed,) = merged["merge"]["absorbed"]
    assert absorbed["id"] == other and absorbed["deletedAt"] == merged["merge"]["mergedAt"]


def test_the_stricter_sensitivity_holds_and_no_default_is_loosened(world: World) -> None:
    def after(ours: int | None, theirs: int | None) -> int | None:
        one, other = (create(world, "Contact", fn="S", sensitivity=level) for level in (ours, theirs))
        merge(world, one, other)
        level: int | None = world.value("SELECT sensitivity FROM contacts WHERE id = $1", one)
        return level

    assert [after(*pair) for pair in ((None, 0), (0, None), (None, None), (1, 3), (3, 0), (0, 0))] == [
        None, 1, None, 3, 3, 0]  # fmt: skip


def test_parts_tags_and_edges_follow(world: World) -> None:
    one, other, note = create(world, "Contact", fn="B One"), create(world, "Contact", fn="B Two"), create(world, "Note")
    mail = create(world, "ContactEmail", contactId=other, email="b@example.org")
    event = create(world, "Event", summary="Lunch", dtstart="2026-01-01T12:00:00Z")
    create(world, "EventAttendee", eventId=event, calAddress="mailto:b@example.org")
    tag = create(world, "Tag", name="friends")
    create(world, "RecordTag", tagId=tag, subjectType="contact", subjectId=other)
    link(world, note, other)
    link(world, other, note, "KNOWS")
    was = links(world, other)
    merge(world, one, other)
    assert links(world, one) == was and ("TAGGED", "OUT", "STRUCTURAL", tag) in was
    assert {edge[3] for edge in was} == {note, event, tag}
    assert world.value("SELECT contact_id::text FROM contact_emails WHERE id = $1", mail) == one
    assert links(world, other) == set()


def test_what_both_have_is_had_once(world: World) -> None:
    one, other, note = create(world, "Contact", fn="C One"), create(world, "Contact", fn="C Two"), create(world, "Note")
    tag = create(world, "Tag", name="family")
    for id_ in (one, other):
        create(world, "RecordTag", tagId=tag, subjectType="contact", subjectId=id_)
        link(world, note, id_)
    link(world, one, other, "KNOWS")
    create(world, "ContactRelation", contactId=one, relatedContactId=other, type="kin")
    merge(world, one, other)
    assert links(world, one) == {("TAGGED", "OUT", "STRUCTURAL", tag), ("WITH", "IN", "MANUAL", note)}
    assert world.value("SELECT count(*) FROM contact_relations WHERE contact_id = $1 AND deleted_at IS NULL", one) == 0


def test_twin_parts_take_over_what_theirs_had(world: World) -> None:
    """Two folders of one name below the two that are merged: there is one, with what was in both."""
    one, other = create(world, "GraphEntity", entityType="person", prefLabel="Dee"), create(
        world, "GraphEntity", entityType="person", prefLabel="Dee Dee")  # fmt: skip
    ours = create(world, "EntityAlias", entityId=one, altLabel="D.")
    theirs = create(world, "EntityAlias", entityId=other, altLabel="d.", kind="nickname")
    tag, note = create(world, "Tag", name="odd"), create(world, "Note")
    create(world, "RecordTag", tagId=tag, subjectType="entity_alias", subjectId=theirs)
    link(world, note, theirs)
    before = everything(world, world.alice)
    merged = merge(world, one, other)
    assert links(world, ours) == {("TAGGED", "OUT", "STRUCTURAL", tag), ("WITH", "IN", "MANUAL", note)}
    assert world.value("SELECT count(*) FROM entity_aliases WHERE entity_id = $1 AND deleted_at IS NULL", one) == 1
    assert split(world, merged["merge"]["id"])["remainders"] == []
    assert differences(before, everything(world, world.alice)) == []


def test_an_edge_that_no_longer_follows_is_kept_as_one_that_is_inferred(world: World) -> None:
    """A group names its members by the UIDs of their cards, which do not move."""
    one, other = create(world, "Contact", fn="E", uid="card-1"), create(world, "Contact", fn="E.", uid="card-2")
    group = create(world, "ContactGroup", name="Choir", memberUids=["card-2"])
    before = everything(world, world.alice)
    merged = merge(world, one, other)
    assert links(world, one) == {("MEMBER_OF", "OUT", "INFERRED", group)}
    split(world, merged["merge"]["id"])
    assert differences(before, everything(world, world.alice)) == []


def test_a_place_within_the_other_is_not_within_itself(world: World) -> None:
    town = create(world, "Place", name="Town")
    outer = create(world, "Place", name="Café", parentId=town)
    inner = create(world, "Place", name="Cafe", parentId=outer, lat=39.5, lon=-0.4)
    before = everything(world, world.alice)
    merged = merge(world, inner, outer)
    assert world.ask("query($id: ID!) { place(id: $id) { parentId lat aliases } }", id=inner)["place"] == {
        "parentId": town, "lat": 39.5, "aliases": ["Café"]}  # fmt: skip
    split(world, merged["merge"]["id"])
    assert differences(before, everything(world, world.alice)) == []


def test_columns_that_a_check_binds_are_filled_together_or_not_at_all(world: World) -> None:
    one, other = create(world, "Contact", fn="F"), create(world, "Contact", fn="F2")
    org = create(world, "Organization", name="F & Co")
    ours = create(world, "OrganizationMembership", contactId=one, organizationId=org, startDate="2020-01-01")
    theirs = create(
        world, "OrganizationMembership", contactId=other, organizationId=org, endDate="2019-01-01", title="Head"
    )
    told = merge(world, ours, theirs)["differences"]
    query = "query($id: ID!) { organizationMembership(id: $id) { startDate endDate title } }"
    found = world.ask(query, id=ours)["organizationMembership"]
    assert found == {"startDate": "2020-01-01", "endDate": None, "title": "Head"}
    assert [(one["column"], one["kept"], one["left"]) for one in told if one["column"] == "end_date"] == [
        ("end_date", None, "2019-01-01")]  # fmt: skip


def test_everything_is_one_change_set_and_the_merge_is_its_name(world: World) -> None:
    one, other = create(world, "Contact", fn="G"), create(world, "Contact", fn="G2", note="x")
    create(world, "ContactEmail", contactId=other, email="g@example.org")
    link(world, create(world, "Note"), other)
    last = world.value("SELECT max(seq) FROM change_log WHERE user_id = $1", world.alice)
    merged = merge(world, one, other)
    rows = world.rows(
        "SELECT change_set_id::text, operation FROM change_log WHERE user_id = $1 AND seq > $2", world.alice, last
    )
    assert {row[0] for row in rows} == {merged["merge"]["id"]}
    assert sorted(row[1] for row in rows) == ["delete", "relink", "update", "update"]


def test_bad_input_is_refused_and_changes_nothing(world: World) -> None:
    contact, gone = create(world, "Contact", fn="H"), create(world, "Contact", fn="Gone")
    place, bobs = create(world, "Place", name="H"), create(world, "Contact", world.bob, fn="H")
    world.ask("mutation($id: ID!) { delete(id: $id) { id } }", id=gone)
    token = world.value(
        "INSERT INTO import_batches (user_id, format, path) VALUES ($1, 'x', 'y') RETURNING id::text", world.alice
    )
    other = world.value(
        "INSERT INTO import_batches (user_id, format, path) VALUES ($1, 'x', 'z') RETURNING id::text", world.alice
    )
    before, theirs = everything(world, world.alice), everything(world, world.bob)
    cases = [
        ([], contact, "BAD_ARGUMENT"), ([contact], contact, "BAD_ARGUMENT"), ([place], contact, "BAD_ARGUMENT"),
        ([other], token, "BAD_ARGUMENT"), (["no uuid"], contact, "BAD_ARGUMENT"), ([gone], contact, "NOT_FOUND"),
        ([contact], gone, "NOT_FOUND"), ([bobs], contact, "NOT_FOUND"), ([contact], bobs, "NOT_FOUND"),
        ([str(uuid4())], contact, "NOT_FOUND"), ([str(uuid4()) for _ in range(101)], contact, "BAD_ARGUMENT"),
    ]  # fmt: skip
    for records, into, code in cases:
        assert world.code(MERGE, records=records, into=into) == code, (records, into)
    assert differences(before, everything(world, world.alice)) == []
    assert differences(theirs, everything(world, world.bob)) == []
