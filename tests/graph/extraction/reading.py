"""A language model to read for: a server in the test that speaks Ollama's protocol, and a house whose texts it reads."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from graph.changes.consumers import catch_up
from graph.embedding import told
from graph.embedding.gate import Gate
from graph.extraction.linker import Linker
from graph.extraction.reading import reader
from graph.extraction.reading.reader import Reader, reader_of
from graph.extraction.reading.watch import ReadingWatch
from graph.extraction.recogniser import Recogniser
from graph.settings import Sensitivity, Settings
from tests.graph.embedding.peers import server
from tests.graph.household import CATALOG, Household

ASKED = """
SELECT s.label, t.label, q.state::text, q.confidence, q.evidence FROM suggestions q
JOIN records s ON s.id = q.source_id JOIN records t ON t.id = q.target_id WHERE t.deleted_at IS NULL ORDER BY 1, 2
"""
LONDON = {"Londres": "London"}
TEXT = "Un viaje a Londres en mayo."
OPEN = [("Diary", "London", "open")]
LINKED = {("Diary", "MENTIONS", "London")}


class Peer:
    """A model on this machine. It finds the quotes of `names` that stand in a text, or answers as told."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.digest = "sha256:1"
        self.status = 200
        self.says: Callable[[str], Any] = self._find
        self.read: list[str] = []

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/api/tags":
            return 200, {"models": [{"name": "m:latest", "digest": self.digest}]}
        assert (path, body["model"], body["stream"], body["options"]["temperature"]) == ("/api/chat", "m", False, 0)
        text = body["messages"][-1]["content"]
        self.read.append(text)
        if self.status != 200:
            return self.status, {}
        said = self.says(text)
        return 200, said if isinstance(said, bytes) else {"message": {"role": "assistant", "content": said}}

    def _find(self, text: str) -> str:
        found = [{"quote": quote, "name": name} for quote, name in self.names.items() if quote in text]
        return json.dumps({"mentions": found})


class Reading:
    """A house whose texts are read by a peer."""

    def __init__(self, house: Household, peer: Peer, reader: Reader) -> None:
        self.house, self.peer, self.reader = house, peer, reader

    async def notice(self) -> None:
        """What the worker does before the model is asked."""
        for consumer in (Linker(CATALOG), Recogniser(CATALOG), ReadingWatch(CATALOG)):
            await catch_up(self.house.service.database, self.house.user, consumer)

    async def follow(self) -> int:
        """Consumers and reader to the end; returns how often the model was asked."""
        before = len(self.peer.read)
        await self.notice()
        while await self.reader.round():
            continue
        await self.notice()
        return len(self.peer.read) - before

    async def asked(self) -> list[tuple[str, str, str]]:
        return [tuple(row)[:3] for row in await self.house.rows(ASKED)]

    async def evidence(self) -> dict[str, Any]:
        ((*_, evidence),) = await self.house.rows(ASKED)
        return dict(evidence)

    async def note(self, content: str = TEXT, **values: Any) -> UUID:
        return await self.house.create("notes", title="Diary", content=content, **values)

    async def suggestion(self) -> UUID:
        id_: UUID = await self.house.value("SELECT id FROM suggestions")
        return id_

    async def problems(self) -> list[tuple[str, bool]]:
        page = await told.parked(self.house.service.database, self.house.user, 10, None)
        assert page.total == len(page.rows)
        return [(row["reason"], row["withheld"]) for row in page.rows]


@contextmanager
def reading(house: Household, peer: Peer, share: Sensitivity = Sensitivity.NORMAL) -> Iterator[Reading]:
    with server(peer.answer) as (address, _):
        settings = Settings(reader=f"ollama:m@{address}", share_up_to=share)
        made = reader_of(house.service.database, CATALOG, Gate(house.service.database, share), settings)
        assert made is not None
        yield Reading(house, peer, made)


@pytest.fixture
async def there(house: Household, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Alice's house, London in it, and a model that knows its Spanish name. It does not wait between attempts."""
    monkeypatch.setattr("graph.extraction.reading.waiting.LATER", 0.0)
    monkeypatch.setattr(reader, "REST", 0.0)
    await house.create("places", name="London")
    with reading(house, Peer(dict(LONDON))) as made:
        made.reader._resting = (0.0, 0.0)
        await made.follow()
        yield made
        await made.reader._chat.close()
