"""Two people at one door: what a token opens is the life of its user, and of nobody else."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from graph.accounts import Authenticator, create_token
from resolvers.app import Doors, DoorSettings, create_app
from resolvers.auth import StartKeys
from tests.world import World

EVERYTHING = """query($id: ID!) { viewer { username } notes { totalCount nodes { id title } } node(id: $id) { id } nodes(ids: [$id]) { id }
    search(query: "diary") { totalCount } timeline { totalCount } changes { totalCount } }"""


@pytest.fixture(scope="module")
def doors(world: World) -> Iterator[Doors]:
    async def health() -> None:
        return

    yield create_app(world.engine, Authenticator(world.database), StartKeys(), DoorSettings(), health)


def test_a_token_opens_one_life(world: World, doors: Doors) -> None:
    async def work() -> None:
        users = {"alice": world.alice, "bob": world.bob}
        tokens = {name: await create_token(world.database, user, name) for name, user in users.items()}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://localhost:8321") as client:

            async def ask(who: str, query: str, **variables: Any) -> Any:
                headers = {"authorization": f"Bearer {tokens[who]}"}
                body = {"query": query, "variables": variables}
                return (await client.post("/graphql", json=body, headers=headers)).json()

            made = await ask("alice", 'mutation { createNote(input: {title: "Dear diary"}) { id } }')
            id_ = made["data"]["createNote"]["id"]
            for _ in range(3):  # in turn, on the same few connections
                hers = (await ask("alice", EVERYTHING, id=id_))["data"]
                assert hers["viewer"] == {"username": "alice"}
                assert hers["notes"] == {"totalCount": 1, "nodes": [{"id": id_, "title": "Dear diary"}]}
                assert (hers["node"], hers["nodes"], hers["search"]) == ({"id": id_}, [{"id": id_}], {"totalCount": 1})
                his = (await ask("bob", EVERYTHING, id=id_))["data"]
                # His own token is all he has.
                assert his == {
                    "viewer": {"username": "bob"},
                    "notes": {"totalCount": 0, "nodes": []},
                    "node": None,
                    "nodes": [None],
                    "search": {"totalCount": 0},
                    "timeline": {"totalCount": 1},
                    "changes": {"totalCount": 1},
                }
            for call in (
                "deleteNote(id: $id) { id }",
                "purge(id: $id)",
                'updateNote(id: $id, input: {title: "x"}) { id }',
            ):
                answer = await ask("bob", f"mutation($id: ID!) {{ {call} }}", id=id_)
                assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]
            assert (await ask("alice", EVERYTHING, id=id_))["data"] == hers
            assert (await client.post("/graphql", json={"query": "{ viewer { id } }"})).status_code == 401

    world.run(work())
