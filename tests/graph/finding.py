"""Asking for records by their words alone, as the tests of lexical search do."""

from typing import Any
from uuid import UUID

from tests.world import World

SEARCH = """query($q: String!, $t: [RecordType!], $since: DateTime, $until: DateTime, $first: Int, $after: String) {
  search(query: $q, mode: LEXICAL, heatWeight: 0, types: $t, since: $since, until: $until, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { score snippet cursor node { id recordType label } } } }"""
CREATE = "mutation($n: CreateNoteInput!) { createNote(input: $n) { id } }"
FILLER = "lorem ipsum dolor sit amet " * 4000  # 108 kB, nine pieces


def write(world: World, title: str, content: str = "", user: UUID | None = None) -> str:
    id_: str = world.ask(CREATE, user, n={"title": title, "content": content})["createNote"]["id"]
    return id_


def purge(world: World, *ids_: str) -> None:
    for id_ in ids_:
        world.ask("mutation($id: ID!) { purge(id: $id) }", id=id_)


def search(world: World, query: str, user: UUID | None = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.ask(SEARCH, user, q=query, **more)["search"]
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]
