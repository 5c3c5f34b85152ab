"""Deleting, restoring and purging: what goes along, what comes back, and that a purge leaves nothing."""

from uuid import UUID

from tests.graph.watching import Watch, do, make
from tests.world import World

_NOTHING_OF = {"users", "link_types", "schema_migrations", "user_clocks", "change_sets"}


# Deleting and restoring


def alive(world: World, *ids: str) -> list[bool]:
    return [world.value("SELECT deleted_at IS NULL FROM records WHERE id = $1", UUID(id_)) for id_ in ids]


def test_what_is_owned_goes_along_and_comes_back(world: World, watch: Watch) -> None:
    book = make(world, "AddressBook", displayName="all")
    contact = make(world, "Contact", fn="Ana", addressBookId=book)
    kept, gone_before = (
        make(world, "ContactEmail", contactId=contact, email=f"{name}@x.org") for name in ("kept", "gone")
    )
    project = make(world, "Project", name="not owned")
    remark = make(world, "Annotation", body="about Ana", subjectId=contact, subjectType="contact")
    do(world, "deleteContactEmail(id: $id) { id }", gone_before)
    watch.lines()
    do(world, "deleteAddressBook(id: $id) { id }", book)
    lines = watch.lines()
    assert alive(world, book, contact, kept, gone_before, remark, project) == [False] * 5 + [True]
    assert {(line["record_type"], line["operation"]) for line in lines} == {
        (t, "delete") for t in ("address_book", "contact", "contact_email", "annotation")
    }
    assert len({line["change_set_id"] for line in lines}) == 1
    assert len(lines) == 4
    do(world, "restore(id: $id) { id }", book)
    assert alive(world, book, contact, kept, gone_before, remark) == [True, True, True, False, True], (
        "that set, and no more"
    )
    assert [line["operation"] for line in watch.lines()] == ["restore"] * 4


def test_a_loop_of_remarks_goes_once(world: World) -> None:
    one = make(world, "Annotation", body="one", targetUrl="https://x.org")
    two = make(world, "Annotation", body="two", subjectId=one, subjectType="annotation")
    world.ask(
        'mutation($a: ID!, $b: ID!) { updateAnnotation(id: $a, input: {subjectId: $b, subjectType: "annotation"}) { id } }',
        a=one,
        b=two,
    )
    do(world, "delete(id: $id) { id }", one)
    assert alive(world, one, two) == [False, False]
    do(world, "restore(id: $id) { id }", one)
    assert alive(world, one, two) == [True, True]
    do(world, "purge(id: $id)", one)
    assert world.value("SELECT count(*) FROM records WHERE id = $1 OR id = $2", UUID(one), UUID(two)) == 0


def test_a_living_twin_is_in_the_way(world: World) -> None:
    calendar = make(world, "Calendar", displayName="c")
    event = make(world, "Event", dtstart="2024-01-01T10:00:00Z", calendarId=calendar, uid="same", summary="first")
    guest = make(world, "EventAttendee", eventId=event, calAddress="mailto:a@x.org")
    do(world, "delete(id: $id) { id }", event)
    twin = make(world, "Event", dtstart="2024-01-01T10:00:00Z", calendarId=calendar, uid="same", summary="second")
    before = world.snapshot(world.alice)
    for restore in ("restore", "restoreEvent"):
        assert world.code(f"mutation($id: ID!) {{ {restore}(id: $id) {{ id }} }}", id=event) == "CONFLICT"
    assert world.snapshot(world.alice) == before
    do(world, "delete(id: $id) { id }", twin)
    do(world, "restore(id: $id) { id }", event)
    assert alive(world, event, guest, twin) == [True, True, False]


def test_a_change_to_what_is_deleted_is_refused(world: World) -> None:
    id_ = make(world, "Note", title="deleted")
    do(world, "delete(id: $id) { id }", id_)
    assert world.code('mutation($id: ID!) { updateNote(id: $id, input: {title: "x"}) { id } }', id=id_) == "NOT_FOUND"


# Purging


def everywhere(world: World, word: str) -> set[str]:
    """The tables in which a word stands anywhere."""
    tables = [
        name
        for name in world.column(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    ]
    return {
        table
        for table in tables
        if table not in _NOTHING_OF
        and world.value(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE strpos(t::text, $1) > 0)', word)
    }


def test_a_purge_leaves_nothing(world: World, watch: Watch) -> None:
    """Of the record and all it owns nothing is left: neither in the tables nor in the log, the edges, the raw copies."""
    word = "xyzzyplugh"
    contact = make(world, "Contact", fn=f"Ana {word}", note=word, customFields={"a": word})
    email = make(world, "ContactEmail", contactId=contact, email=f"{word}@x.org")
    other = make(world, "Note", title="stays")
    connector = make(world, "SyncConnector", connectorType="vcard", displayName="v", identity="vcard:x")
    link = 'mutation($a: ID!, $b: ID!, $p: JSON) { link(source: $a, target: $b, relation: "KNOWS", properties: $p) { id } }'
    world.ask(link, a=contact, b=other, p={"how": word})
    undone = world.ask(link, a=other, b=email, p={"how": word})["link"]["id"]
    do(world, "unlink(id: $id)", undone)
    raw = "INSERT INTO raw_records (record_id, media_type, payload, sha256) VALUES ($1, 'text/vcard', $2, sha256($2))"
    world.as_service(world.alice, raw, UUID(contact), word.encode())
    mapping = "INSERT INTO sync_mappings (connector_id, remote_id, record_type, record_id, base) VALUES ($1, 'r', 'contact', $2, $3)"
    world.as_service(world.alice, mapping, UUID(connector), UUID(contact), {"fn": word})
    pending = "INSERT INTO pending_links (source_id, relation, key, target) VALUES ($1, 'LINKS_TO', 'k', $2)"
    world.as_service(world.alice, pending, UUID(contact), word)
    world.ask('mutation($id: ID!) { updateContact(id: $id, input: {fn: "renamed"}) { id } }', id=contact)
    assert {
        "contacts",
        "contact_emails",
        "change_log",
        "record_texts",
        "entity_links",
        "sync_mappings",
        "pending_links",
    } <= everywhere(world, word)
    watch.lines()
    do(world, "purge(id: $id)", contact)
    assert everywhere(world, word) == set()
    assert world.value("SELECT count(*) FROM raw_records") == 0
    operations = {(line["record_type"], line["operation"]) for line in watch.lines()}
    assert operations == {("contact", "purge"), ("contact_email", "purge"), ("entity_link", "unlink")}
    assert {row[0] for row in world.rows("SELECT operation FROM change_log WHERE record_id = $1", UUID(contact))} == {
        "insert",
        "update",
        "purge",
    }
    assert alive(world, other) == [True]


def test_what_referred_to_the_purged_lets_go(world: World, watch: Watch) -> None:
    notebook = make(world, "Notebook", title="gone")
    inside, below = (
        make(world, "Note", title="in it", notebookId=notebook),
        make(world, "Notebook", title="below", parentId=notebook),
    )
    watch.lines()
    do(world, "purge(id: $id)", notebook)
    data = world.ask(
        "query($a: ID!, $b: ID!) { note(id: $a) { notebookId notebook { id } } notebook(id: $b) { parentId } }",
        a=inside,
        b=below,
    )
    assert data == {"note": {"notebookId": None, "notebook": None}, "notebook": {"parentId": None}}
    assert [operation for _, operation, _, _ in watch.said()] == ["update", "update", "purge"]


def test_what_cannot_let_go_is_in_the_way(world: World) -> None:
    waiting, needed = make(world, "Task", summary="waits"), make(world, "Task", summary="first")
    make(world, "TaskDependency", taskId=waiting, dependsOnId=needed)
    before = world.snapshot(world.alice)
    assert world.code("mutation($id: ID!) { purge(id: $id) }", id=needed) == "BROKEN_REFERENCE"
    assert world.snapshot(world.alice) == before
    do(world, "purge(id: $id)", waiting)
    do(world, "purge(id: $id)", needed)
