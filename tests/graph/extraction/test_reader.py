"""What a language model finds in texts becomes questions to a person, and follows texts, names, models and decisions."""

import asyncio
import threading
from uuid import UUID

import pytest

from graph.embedding import told
from graph.extraction.reading import reader
from graph.extraction.recognise_verdict import SURE
from graph.extraction.recogniser import Recogniser
from graph.settings import Sensitivity
from tests.graph.extraction.reading import ASKED, LINKED, OPEN, TEXT, Reading, reading


async def test_a_suggestion_that_a_person_accepts(there: Reading) -> None:
    note = await there.note()
    assert await there.follow() == 1
    ((*_, confidence, evidence),) = await there.house.rows(ASKED)
    span = {"column": "content", "start": 11, "end": 18, "text": "Londres"}
    assert TEXT[11:18] == "Londres"
    assert evidence == {"rule": "names", "reason": "model", "spans": [span], "passage": TEXT}
    assert confidence == 0.7 < SURE
    assert (await there.asked(), await there.house.edges()) == (OPEN, set())
    await there.house.service.suggestions.accept(there.house.user, await there.suggestion())
    assert await there.house.edges() == LINKED
    await there.follow()
    await there.house.change("notes", note, content=f"{TEXT} Y vuelta.")
    await there.notice()
    assert await there.house.edges() == LINKED  # before it was read again
    assert await there.follow() == 1
    assert (await there.house.edges(), await there.asked()) == (LINKED, [("Diary", "London", "accepted")])


async def test_its_own_writes_never_trigger_itself_and_nothing_is_read_twice(there: Reading) -> None:
    note = await there.note()
    await there.follow()
    assert (await there.follow(), there.peer.read) == (0, [f"Diary\n\n{TEXT}"])
    await there.house.change("notes", note, custom_fields={"a": 1})
    assert await there.follow() == 0
    await there.house.delete(note)
    await there.house.restore(note)
    assert (await there.follow(), len(there.peer.read)) == (0, 1)  # the same text: it is known what it says
    assert await there.asked() == OPEN
    await there.house.rows("UPDATE consumer_offsets SET seq = 0 WHERE consumer = $1", Recogniser.name)
    await there.notice()
    assert await there.asked() == OPEN


async def test_a_rejected_one_never_returns(there: Reading) -> None:
    note = await there.note()
    await there.follow()
    await there.house.service.suggestions.reject(there.house.user, await there.suggestion())
    await there.house.change("notes", note, content=f"Otra vez: {TEXT}")
    assert await there.follow() == 1
    assert (await there.asked(), await there.house.edges()) == ([("Diary", "London", "rejected")], set())


async def test_another_text_and_another_model_are_read_anew(there: Reading) -> None:
    note = await there.note()
    await there.follow()
    await there.house.change("notes", note, content="Nada.")
    await there.follow()
    assert await there.asked() == []
    await there.house.change("notes", note, content="En la City.")
    there.peer.digest = "sha256:2"
    there.peer.names = {"City": "London"}
    there.reader._asked = float("-inf")
    assert await there.follow() == 1
    assert (await there.evidence())["spans"][0]["text"] == "City"
    there.peer.digest = "sha256:3"
    there.peer.names = {}
    there.reader._asked = float("-inf")
    assert (await there.follow(), await there.asked()) == (1, [])
    assert await there.house.value("SELECT count(*) FROM text_readings") == 1


async def test_what_a_person_accepted_stays_while_its_words_do(there: Reading) -> None:
    note = await there.note()
    await there.follow()
    await there.house.service.suggestions.accept(there.house.user, await there.suggestion())
    there.peer.digest, there.peer.names, there.reader._asked = "sha256:2", {}, float("-inf")
    assert (await there.follow(), await there.house.edges()) == (1, LINKED)  # another model sees nothing there
    await there.house.change("places", await there.house.id_of("London"), name="Greater London")
    await there.follow()
    assert await there.house.edges() == {("Diary", "MENTIONS", "Greater London")}
    await there.house.change("notes", note, content="Un viaje.")
    await there.follow()
    assert await there.house.edges() == set()
    await there.house.change("notes", note, content=TEXT)
    await there.follow()
    assert len(await there.house.edges()) == 1
    await there.house.service.suggestions.reject(there.house.user, await there.suggestion())
    await there.follow()
    assert await there.house.edges() == set()


async def test_names_may_come_after_the_reading(there: Reading) -> None:
    there.peer.names = {"la Vieja": "Müller Haus"}
    await there.note("Cena en la Vieja.")
    await there.follow()
    assert await there.asked() == []
    place = await there.house.create("places", name="Mueller Haus")
    assert (await there.follow(), await there.asked()) == (0, [])  # spelt otherwise
    await there.house.change("places", place, name="müller haus")
    assert (await there.follow(), await there.asked()) == (0, [("Diary", "müller haus", "open")])
    await there.house.change("places", place, name="Else")
    assert (await there.follow(), await there.asked()) == (0, [])


async def test_what_is_known_at_the_same_place_is_not_said_twice(there: Reading) -> None:
    await there.house.create("contacts", fn="Ana Horvat", n_given="Ana", n_family="Horvat")
    there.peer.names = {"Ana": "Ana Horvat", "London": "London", "the capital": "London"}
    await there.note("Ana in London. [[London]], the capital.")
    await there.follow()
    assert [(row[1], row[3], row[4]["reason"]) for row in await there.house.rows(ASKED)] == [
        ("Ana Horvat", 0.5, "first name")
    ]
    assert await there.house.edges() == {("Diary", "LINKS_TO", "London")}


async def test_namesakes_share_a_sighting(there: Reading) -> None:
    await there.house.create("places", name="London")
    await there.note()
    await there.follow()
    assert [(row[1], row[3], row[4]["reason"]) for row in await there.house.rows(ASKED)] == [
        ("London", 0.42, "shared"), ("London", 0.42, "shared"),
    ]  # fmt: skip


async def test_nobody_waits_while_the_model_thinks(there: Reading) -> None:
    asked, thought = threading.Event(), threading.Event()

    def think(text: str) -> str:
        asked.set()
        assert thought.wait(30)
        return there.peer._find(text)

    there.peer.says = think
    await there.note()
    await there.notice()
    task = asyncio.create_task(there.reader.round())
    assert await asyncio.to_thread(asked.wait, 30)
    async with asyncio.timeout(10):
        await there.house.create("notes", title="Meanwhile", content="A thought.")
        await there.notice()
    thought.set()
    assert (await task, await there.asked()) == (1, OPEN)


async def test_what_changes_while_it_is_read_is_read_again(there: Reading) -> None:
    note = await there.note()
    await there.notice()
    queue = reader.Queue(there.house.service.database, there.house.user, await there.reader._identify())
    one = await queue.next()
    assert one is not None
    await there.house.change("notes", note, content="Nada de nada.")
    await there.notice()
    await there.reader._read(queue, one)
    assert await there.house.value("SELECT count(*) FROM text_readings") == 0
    assert (await there.follow(), there.peer.read[-1]) == (1, "Diary\n\nNada de nada.")


async def test_what_is_too_much_ones_own_does_not_leave(there: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.embedding.gate.is_local", lambda address: False)
    note = await there.note(sensitivity=2)
    await there.house.create("notes", title="Mine", content="Londres otra vez")
    assert (await there.follow(), there.peer.read) == (1, ["Mine\n\nLondres otra vez"])
    ((reason, withheld),) = await there.problems()
    assert ("LIFELOOM_SHARE_UP_TO" in reason, withheld) == (True, True)
    page = await told.outbound(there.house.service.database, there.house.user, 10, None)
    (row,) = page.rows
    assert (row["purpose"], row["model"], row["record_type"], row["bytes"]) == ("extraction", "m", "note", 22)
    assert await there.asked() == [("Mine", "London", "open")]
    await there.house.change("notes", note, sensitivity=1)
    assert (await there.follow(), len(there.peer.read), await there.problems()) == (1, 2, [])
    page = await told.outbound(there.house.service.database, there.house.user, 10, None)
    assert page.total == 2


async def test_what_was_withheld_is_read_when_the_settings_allow_it(
    there: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.embedding.gate.is_local", lambda address: False)
    await there.note(sensitivity=2)
    assert (await there.follow(), there.peer.read) == (0, [])
    with reading(there.house, there.peer, Sensitivity.HIGH) as freer:
        assert (await freer.follow(), len(there.peer.read)) == (1, 1)
        await freer.reader._chat.close()


async def test_another_user_sees_nothing(there: Reading, bob: UUID) -> None:
    await there.note()
    await there.follow()
    other = Reading(there.house.as_of(bob), there.peer, there.reader)
    for table in ("text_readings", "reading_queue", "suggestions"):
        assert (
            await other.house.column(
                f"SELECT record_id FROM {table}" if table != "suggestions" else "SELECT id FROM suggestions"
            )
            == []
        )
    await other.house.create("notes", title="His", content=TEXT)
    assert (await other.follow(), await other.asked()) == (1, [])  # he has no London
    await other.house.create("places", name="London")
    assert (await other.follow(), await other.asked()) == (0, [("His", "London", "open")])
    assert (await there.follow(), await there.asked()) == (0, OPEN)


async def test_a_purge_leaves_nothing(there: Reading) -> None:
    note = await there.note()
    await there.follow()
    await there.house.service.records.purge(there.house.user, note)
    for table in ("text_readings", "suggestions"):
        assert await there.house.value(f"SELECT count(*) FROM {table}") == 0
    assert await there.house.value("SELECT count(*) FROM reading_queue WHERE record_id = $1", note) == 0
    assert await there.follow() == 0
