"""What mail, messages, documents and assistants say of who and what belongs together, whichever of the two came first."""

import base64
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.graph.watching import do, make
from tests.world import World

NOON = "2026-05-04T12:00:00Z"
_NUMBERS = itertools.count(1)
LINKED = "query($id: ID!, $r: [String!]) { node(id: $id) { ... on Record { links(relations: $r, direction: OUT) { edges { kind node { id } } } } } }"


def to(world: World, source: str, relation: str) -> list[str]:
    """The ends of the structural edges of a record, in no order."""
    edges = world.ask(LINKED, id=source, r=[relation])["node"]["links"]["edges"]
    assert {edge["kind"] for edge in edges} <= {"STRUCTURAL"}
    return sorted(edge["node"]["id"] for edge in edges)


def new() -> str:
    return f"n{next(_NUMBERS)}@example.org"


def recipient(world: World, email: str, field: str, address: str, **more: Any) -> str:
    return make(world, "EmailRecipient", emailId=email, field=field, address=address, **more)


@pytest.mark.parametrize(("field", "relation"), [("FROM", "FROM"), ("SENDER", "FROM"), ("TO", "TO"), ("CC", "CC"), ("BCC", "CC")])  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
def test_mail_meets_its_people(world: World, field: str, relation: str, known: bool) -> None:
    person, address = make(world, "Contact", fn="Ana"), new()
    mail = make(world, "Email", subject="hello")
    if known:
        make(world, "ContactEmail", contactId=person, email=f" {address.upper()}")
    row = recipient(world, mail, field, address)
    if not known:
        assert to(world, mail, relation) == []
        make(world, "ContactEmail", contactId=person, email=address)
    assert to(world, mail, relation) == [person]
    do(world, "delete(id: $id) { id }", row)
    assert to(world, mail, relation) == []


def test_a_contact_that_changes_address_leaves_its_mail(world: World) -> None:
    person, mail, other, address = make(world, "Contact", fn="Bea"), make(world, "Email"), make(world, "Email"), new()
    recipient(world, mail, "TO", address)
    recipient(world, other, "TO", elsewhere := new())
    email = make(world, "ContactEmail", contactId=person, email=address)
    world.ask("mutation($i: ID!, $e: String!) { updateContactEmail(id: $i, input: {email: $e}) { id } }", i=email, e=elsewhere)  # fmt: skip
    assert (to(world, mail, "TO"), to(world, other, "TO")) == ([], [person])
    do(world, "delete(id: $id) { id }", email)
    assert to(world, other, "TO") == []


def test_who_was_chosen_by_hand_wins(world: World) -> None:
    family, ana, address = make(world, "Contact", fn="Family"), make(world, "Contact", fn="Ana"), new()
    make(world, "ContactEmail", contactId=family, email=address)
    mail = make(world, "Email")
    recipient(world, mail, "FROM", address, contactId=ana)
    assert to(world, mail, "FROM") == [ana]


REPLIES: list[Callable[[str, str], dict[str, list[str]]]] = [
    lambda parent, older: {"inReplyTo": [parent]},
    lambda parent, older: {"referenceMessageIds": [older, parent]},
    lambda parent, older: {"inReplyTo": [parent], "referenceMessageIds": [older]},
]


@pytest.mark.parametrize("says", REPLIES)
@pytest.mark.parametrize("answer_first", [True, False])
def test_an_answer_meets_what_it_answers(
    world: World, says: Callable[[str, str], dict[str, list[str]]], answer_first: bool
) -> None:
    parent, older, own = new(), new(), new()
    make(world, "Email", messageId=older)
    made = {}
    for which in ("answer", "question") if answer_first else ("question", "answer"):
        given: dict[str, Any] = says(parent, older) | {"messageId": own} if which == "answer" else {"messageId": parent}
        made[which] = make(world, "Email", **given)
    assert to(world, made["answer"], "IN_REPLY_TO") == [made["question"]]
    assert to(world, made["question"], "IN_REPLY_TO") == []
    do(world, "delete(id: $id) { id }", made["question"])
    assert to(world, made["answer"], "IN_REPLY_TO") == []


@pytest.mark.parametrize("mail_first", [True, False])
def test_mail_carries_files_and_invites_to_events(world: World, mail_first: bool) -> None:
    uid, file = new(), make(world, "File", name="invite.ics")
    event = None if mail_first else make(world, "Event", uid=uid, dtstart=NOON)
    mail = make(world, "Email")
    make(world, "EmailAttachment", emailId=mail, fileId=file, type="text/calendar", eventUid=uid)
    event = event or make(world, "Event", uid=uid, dtstart=NOON)
    assert (to(world, mail, "ATTACHES"), to(world, mail, "INVITES_TO")) == ([file], [event])


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("part", "column", "theirs", "handle"), [
    ("ContactPhone", "tel", "+34 600 {n}", "+34600{n}"), ("ContactEmail", "email", "C{n}@X.org", "c{n}@x.org"),
])  # fmt: skip
def test_messages_meet_who_sent_them(
    world: World, known: bool, part: str, column: str, theirs: str, handle: str
) -> None:
    n = 111_000 + next(_NUMBERS)
    chat, person = make(world, "ChatConversation", title="us"), make(world, "Contact", fn="Cy")
    if known:
        make(world, part, contactId=person, **{column: theirs.format(n=n)})
    member = make(world, "ChatMember", conversationId=chat, handle=handle.format(n=n))
    first = make(world, "ChatMessage", conversationId=chat, senderMemberId=member, body="one")
    if not known:
        make(world, part, contactId=person, **{column: theirs.format(n=n)})
    second = make(world, "ChatMessage", conversationId=chat, senderMemberId=member, body="two", replyToId=first)
    assert to(world, first, "SENT_BY") == to(world, second, "SENT_BY") == [person]
    assert to(world, second, "IN_REPLY_TO") == [first]
    other = make(world, "Contact", fn="Other")
    query = "mutation($i: ID!, $c: ID!) { updateChatMember(id: $i, input: {contactId: $c}) { id } }"
    world.ask(query, i=member, c=other)
    assert to(world, first, "SENT_BY") == to(world, second, "SENT_BY") == [other]


@pytest.mark.parametrize("answer_first", [True, False])
def test_posts_meet_what_they_answer(world: World, answer_first: bool) -> None:
    uri, made = f"https://x.org/{next(_NUMBERS)}", {}
    for which in ("inReplyTo", "uri") if answer_first else ("uri", "inReplyTo"):
        made[which] = make(world, "SocialPost", content="well", **{which: uri})
    assert to(world, made["inReplyTo"], "IN_REPLY_TO") == [made["uri"]]


def test_equal_files_point_at_the_one_that_was_first(world: World) -> None:
    sha = base64.b64encode(next(_NUMBERS).to_bytes(32, "little")).decode()
    first, second, third = (make(world, "File", name=f"{n}.jpg", sha256=sha) for n in range(3))
    assert [to(world, one, "DUPLICATE_OF") for one in (first, second, third)] == [[], [first], [first]]
    do(world, "delete(id: $id) { id }", first)
    assert [to(world, one, "DUPLICATE_OF") for one in (second, third)] == [[], [second]]


def test_documents_and_assistants(world: World) -> None:
    bank, note = make(world, "Organization", name="Bank"), make(world, "Note", title="cited")
    document = make(world, "Document", title="Statement", correspondentType="organization", correspondentId=bank)
    assert to(world, document, "CORRESPONDENT") == [bank]
    session = make(world, "AgentSession", title="chat")
    citations = [{"subject_type": "note", "subject_id": note}, {"subject_id": "made up"}, {"subject_id": session[::-1]}, 7, None]  # fmt: skip
    turn = make(world, "AgentMessage", sessionId=session, role="ASSISTANT", content="see", citations=citations)
    assert to(world, turn, "CITES") == [note]
    refused = "mutation($s: ID!) { createAgentMessage(input: {sessionId: $s, role: USER, citations: {}}) { id } }"
    assert world.code(refused, s=session) == "BAD_ARGUMENT"


def test_a_purged_correspondent_lets_go(world: World) -> None:
    bank = make(world, "Organization", name="Gone")
    document = make(world, "Document", title="Kept", correspondentType="organization", correspondentId=bank)
    assert world.ask("mutation($i: ID!) { purge(id: $i) }", i=bank) == {"purge": bank}
    assert world.ask("query($i: ID!) { document(id: $i) { correspondentId } }", i=document)["document"] == {"correspondentId": None}  # fmt: skip


def test_a_thread_knows_its_mails(world: World) -> None:
    """However they come: before the thread, into it, out of it, deleted and back."""

    def told(thread: str) -> tuple[Any, ...]:
        query = "query($id: ID!) { emailThread(id: $id) { emailCount startedAt lastReceivedAt } }"
        return tuple(world.ask(query, id=thread)["emailThread"].values())

    one, two = make(world, "EmailThread", subjectBase="one"), make(world, "EmailThread", subjectBase="two")
    days = [f"2026-05-0{day}T12:00:00+00:00" for day in (3, 1, 2)]
    mails = [make(world, "Email", subject="s", threadId=one, receivedAt=day) for day in days]
    assert told(one) == (3, days[1], days[0])
    world.ask("mutation($m: ID!, $t: ID!) { updateEmail(id: $m, input: {threadId: $t}) { id } }", m=mails[1], t=two)
    assert (told(one), told(two)) == ((2, days[2], days[0]), (1, days[1], days[1]))
    do(world, "delete(id: $id) { id }", mails[1])
    assert told(two) == (0, None, None)
    do(world, "restore(id: $id) { id }", mails[1])
    assert told(two) == (1, days[1], days[1])
    do(world, "purge(id: $id)", mails[0])
    assert told(one) == (1, days[2], days[2])
