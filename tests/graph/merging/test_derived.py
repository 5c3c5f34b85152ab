"""Edges that follow from the data are the same ones after a merge and its split, whatever key they are kept under."""

from uuid import UUID

import pytest

from tests.graph.merging.snapshots import differences, everything
from tests.graph.watching import make
from tests.world import World

Pair = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def pairs(world: World) -> Pair:
    """Two of each type, each the neighbour of others by an address, a number, an id or a key."""
    one, two = _life(world, "a"), _life(world, "b")
    return {type_: (one[type_], two[type_]) for type_ in one}


def _life(world: World, n: str) -> dict[str, str]:
    number = f"+3460011122{ord(n) % 10}"
    person = make(world, "Contact", fn=n)
    file, mail = make(world, "File", name=n), make(world, "Email", subject=n, messageId=n, inReplyTo=["a", "b"])
    chat = make(world, "ChatConversation", title=n)
    member = make(world, "ChatMember", conversationId=chat, handle=number)
    return {
        "contact": person,
        "contact_email": make(world, "ContactEmail", contactId=person, email=f"{n}@x.org"),
        "contact_phone": make(world, "ContactPhone", contactId=person, tel=number),
        "file": file,
        "email": mail,
        "email_recipient": make(world, "EmailRecipient", emailId=mail, field="FROM", address=f"{n}@x.org"),
        "email_attachment": make(world, "EmailAttachment", emailId=mail, fileId=file, eventUid=n),
        "event": make(world, "Event", uid=n, dtstart="2026-05-04T12:00:00Z"),
        "chat_conversation": chat,
        "chat_member": member,
        "chat_message": make(world, "ChatMessage", conversationId=chat, senderMemberId=member, body=n),
        "document": make(world, "Document", title=n, correspondentType="contact", correspondentId=person),
    }


_TYPES = ["contact", "contact_email", "contact_phone", "file", "email", "email_recipient", "email_attachment", "event",
          "chat_conversation", "chat_member", "chat_message", "document"]  # fmt: skip


@pytest.mark.parametrize("type_", _TYPES)
@pytest.mark.parametrize("back", [False, True])
def test_a_split_brings_back_the_edges_that_were(world: World, pairs: Pair, type_: str, back: bool) -> None:
    gone, survivor = map(UUID, pairs[type_][::-1] if back else pairs[type_])
    before = everything(world, world.alice)
    merged = world.run(world.service.merging.merge(world.alice, [gone], survivor))
    split = world.run(world.service.merging.split(world.alice, merged.merge.id))
    assert list(split.remainders) == []
    assert differences(before, everything(world, world.alice)) == []


def test_an_edge_that_a_filled_column_ends_comes_back_as_itself(world: World) -> None:
    photo = make(world, "Photo", takenAt="2019-05-04T12:00:00Z")
    party = make(world, "Event", uid="p", dtstart="2019-05-04T11:00:00Z", dtend="2019-05-04T13:00:00Z")
    every_year = make(world, "Event", uid="y", dtstart="2018-05-04T11:00:00Z", rrule="FREQ=YEARLY")
    taken = "SELECT id FROM entity_links WHERE relation = 'TAKEN_DURING' AND source_id = $1 AND target_id = $2"
    before = world.column(taken, photo, party)
    assert len(before) == 1
    merged = world.run(world.service.merging.merge(world.alice, [UUID(every_year)], UUID(party)))
    assert world.column(taken, photo, party) == []
    world.run(world.service.merging.split(world.alice, merged.merge.id))
    assert world.column(taken, photo, party) == before
