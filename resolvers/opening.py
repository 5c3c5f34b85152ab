"""Which records an operation opens: those that its root fields ask for by their ids."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from graph.plan.values import Slot
from resolvers.meanings import OneOf
from resolvers.selection import Planner


def openings_of(planner: Planner) -> tuple[Any, ...]:
    """The ids as they stand in the operation, or the slots where each request has them."""
    try:
        return tuple(arguments["id"] for _, meaning, _, arguments, _ in planner.roots() if isinstance(meaning, OneOf))
    except GraphQLError:
        return ()


def opened_ids(openings: Sequence[Any], variables: Mapping[str, Any]) -> list[str]:
    """The ids of one request, as they were given."""
    ids = []
    for opening in openings:
        value: Any = opening
        if isinstance(opening, Slot):
            value = variables
            for step in opening.path:
                value = value[step]
        ids.append(value)
    return ids
