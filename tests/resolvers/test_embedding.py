"""Models, their progress, parked texts and what left the machine, through GraphQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.settings import Settings
from tests.graph.embedding.pretending import Meaning, Pretending
from tests.graph.household import Household
from tests.world import World

FAR = "far:far@https://elsewhere.example"
MODELS = "{ embeddingModels { model state done total caughtUp parked problem eta finishedAt dimensions isLocal } }"


@pytest.fixture(scope="module")
def embedders(world: World) -> dict[str, Pretending]:
    """Pretended embedders in the place of real ones, in the house of the world itself."""
    made = [
        Pretending("small", 64),
        Pretending("large", 96),
        Pretending("far", 32, address="https://elsewhere.example"),
    ]
    found = {one.identity.spec: one for one in made}
    world.service.embedding._embedders.update(found)
    return found


@pytest.fixture(scope="module")
def meaning(world: World, embedders: dict[str, Pretending]) -> Iterator[Meaning]:
    yield Meaning(Household(world.service, world.alice), world.service.embedding)


def states(world: World, **of: Any) -> list[tuple[str, str]]:
    return [(one["model"], one["state"]) for one in world.ask(MODELS, **of)["embeddingModels"]]


def test_a_switch_through_graphql(world: World, meaning: Meaning) -> None:
    assert world.ask("{ embeddingModels { id } embeddingProgress { id } }") == {
        "embeddingModels": [], "embeddingProgress": None,
    }  # fmt: skip
    world.ask('mutation { createNotes(inputs: [{title: "A"}, {title: "B"}]) { id } }')
    world.run(meaning.follow())
    (one,) = world.ask(MODELS)["embeddingModels"]
    assert one.pop("finishedAt") is not None
    assert one == {"model": "small", "state": "ACTIVE", "done": 2, "total": 2, "caughtUp": True, "parked": 0,
                   "problem": None, "eta": None, "dimensions": 64, "isLocal": True}  # fmt: skip
    change = 'mutation { switchModel(model: "large") { model state caughtUp } }'
    begun = world.ask(change)["switchModel"]
    assert begun == {"model": "large", "state": "FILLING", "caughtUp": False}
    assert world.code(change) == "SWITCH_UNDER_WAY"
    assert world.ask("{ embeddingProgress { model } }")["embeddingProgress"] == {"model": "large"}
    world.run(meaning.follow())
    assert states(world) == [("large", "ACTIVE"), ("small", "RETIRED")]
    assert world.code(change) == "MODEL_IN_USE"
    assert world.ask("mutation { rollbackModel { model state } }")["rollbackModel"]["model"] == "small"
    assert world.code('mutation { dropModel(model: "small") { id } }') == "MODEL_NEEDED"
    assert world.ask('mutation { dropModel(model: "large") { model } }')["dropModel"] == {"model": "large"}
    world.run(meaning.follow())
    assert states(world) == [("small", "ACTIVE")]
    assert states(world, user=world.bob) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ('switchModel(model: "")', "BAD_ARGUMENT"),
        ('switchModel(model: "no such model")', "BAD_ARGUMENT"),
        ('switchModel(model: "openai:m@https://other.example")', "EMBEDDER_UNAVAILABLE"),
        ('dropModel(model: "nobody")', "UNKNOWN_MODEL"),
        ("rollbackModel", "NO_WAY_BACK"),
    ],
)
def test_what_is_refused(world: World, meaning: Meaning, change: str, code: str) -> None:
    assert world.code(f"mutation {{ {change} {{ id }} }}") == code


def test_parked_texts_are_told(world: World, meaning: Meaning, embedders: dict[str, Pretending]) -> None:
    embedders["small"].poison = {"arsenic"}
    made = world.ask('mutation { createNote(input: {title: "Bad", content: "arsenic"}) { id } }')["createNote"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graph.embedding.batch.LATER", 0.0)
        world.run(meaning.follow())
    query = "{ parkedTexts { totalCount nodes { recordId record { label } model reason withheld parkedAt } } }"
    page = world.ask(query)["parkedTexts"]
    assert page["totalCount"] == 1
    (node,) = page["nodes"]
    assert (node["recordId"], node["record"], node["withheld"]) == (made["id"], {"label": "Bad"}, False)
    assert "it chokes" in node["reason"]
    assert world.ask(query, user=world.bob)["parkedTexts"] == {"totalCount": 0, "nodes": []}


def test_what_left_is_told_completely_and_page_by_page(world: World, embedders: dict[str, Pretending]) -> None:
    house = Household(world.service, world.bob)
    world.service.embedding._settings = Settings(embedders=(FAR,))
    meaning = Meaning(house, world.service.embedding, usual=FAR)
    for number in range(5):
        world.run(house.create("notes", title=f"Note {number}"))
    world.run(house.create("notes", title="Mine", sensitivity=2))
    world.run(meaning.follow())
    query = """query ($after: String) { outbound(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { recipient model purpose recordType recordId sensitivity bytes sha256 sentAt } } }"""
    seen, after, more = [], None, True
    while more:
        page = world.ask(query, user=world.bob, after=after)["outbound"]
        seen += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 5
    assert len({node["recordId"] for node in seen}) == 5
    assert {(node["recipient"], node["purpose"], node["bytes"], node["sensitivity"]) for node in seen} == {
        ("https://elsewhere.example", "document", 6, "NORMAL")
    }
    assert world.ask("{ outbound { totalCount nodes { id } } }")["outbound"]["totalCount"] == 0
    assert world.code('{ outbound(after: "x") { totalCount } }') == "BAD_CURSOR"
    assert world.code("{ outbound(first: 1001) { totalCount } }") == "BAD_ARGUMENT"
