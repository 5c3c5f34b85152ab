"""People to merge, made and looked at through GraphQL."""

from typing import Any
from uuid import UUID

from tests.world import World

MERGE = """mutation($records: [ID!]!, $into: ID!) { merge(records: $records, into: $into) {
    merge { id absorbed { id deletedAt } survivor { id } mergedAt splitAt } survivor { id label }
    differences { record column kept left } } }"""
SPLIT = """mutation($merge: ID!) { split(merge: $merge) {
    merge records { id deletedAt } remainders { id recordType column reason } } }"""


def create(world: World, type_: str, user: UUID | None = None, **values: Any) -> str:
    """A record of this type of GraphQL; its id."""
    query = f"mutation($input: Create{type_}Input!) {{ create{type_}(input: $input) {{ id }} }}"
    id_: str = world.ask(query, user, input=values)[f"create{type_}"]["id"]
    return id_


def link(world: World, source: str, target: str, relation: str = "WITH") -> str:
    query = "mutation($s: ID!, $t: ID!, $r: String!) { link(source: $s, target: $t, relation: $r) { id } }"
    id_: str = world.ask(query, s=source, t=target, r=relation)["link"]["id"]
    return id_


def merge(world: World, into: str, *records: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.ask(MERGE, records=list(records), into=into)["merge"]
    return answer


def split(world: World, merge_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.ask(SPLIT, merge=merge_id)["split"]
    return answer


def links(world: World, id_: str) -> set[tuple[str, str, str, str]]:
    """(relation, direction, kind, other end) of a record's edges that are no foreign keys."""
    query = "query($id: ID!) { node(id: $id) { links(first: 100) { edges { relation direction kind evidence node { id } } } } }"
    edges = world.ask(query, id=id_)["node"]["links"]["edges"]
    return {
        (edge["relation"], edge["direction"], edge["kind"], edge["node"]["id"])
        for edge in edges
        if "column" not in (edge["evidence"] or ())
    }
