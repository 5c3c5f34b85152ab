"""A creation in one round trip: the record and the answer are one statement.

Only where the answer is made of the new row's own columns; links and the like are seen by a later statement only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from graph.plan import nodes as plan
from graph.plan.values import Slot, as_json
from graph.plan.write import insert_returning
from graph.records.write import given_of
from graph.service import Service
from resolvers.making import Workshop
from resolvers.meanings import Creates
from resolvers.mutation import values_of
from resolvers.names import type_name
from resolvers.selection import Declined, Planner
from schema_sql.catalog import Column


@dataclass(frozen=True, slots=True)
class Creation:
    """`sql` makes a row of `row`'s values (columns, some of them slots) and gives the JSON of `key`'s object."""

    sql: str
    prefix: bytes
    row: Mapping[str, Any]

    async def run(self, service: Service, user: UUID, variables: Mapping[str, Any]) -> bytes | None:
        """The data as JSON; None where the row was there already."""
        row = {name: _filled(value, variables) for name, value in self.row.items()}
        if not row.get("id"):
            row["id"] = str(uuid4())
        text = await service.database.fetch_text(user, self.sql, user, as_json([row]).encode())
        return None if text is None else self.prefix + text + b"}"


def compile_creation(workshop: Workshop, planner: Planner) -> Creation:
    """Raises Declined where the mutation is anything but one such creation."""
    roots = planner.roots()
    if len(roots) != 1 or not isinstance(roots[0][1], Creates):
        raise Declined
    key, meaning, group, arguments, root = roots[0]
    assert isinstance(meaning, Creates)
    entity = meaning.entity
    values = values_of(workshop.meanings, f"Create{type_name(entity)}Input", arguments["input"])
    row = {"id": values.get("id"), **given_of(entity, values)}
    node = planner.record(planner.type_of(root, group), group)
    answer = tuple(_column(name, field) for name, field in node.fields)
    return Creation(
        insert_returning(workshop.catalog, entity, list(row), answer), as_json({key: None})[:-5].encode(), row
    )


def _column(key: str, node: plan.Node) -> tuple[str, Column]:
    if not isinstance(node, plan.ColumnValue):
        raise Declined
    return key, node.column


def _filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value with its slots filled from the variables."""
    if isinstance(value, Slot):
        source: Any = variables
        for step in value.path:
            source = source[step]
        return source
    if isinstance(value, dict):
        return {key: _filled(part, variables) for key, part in value.items()}
    return [_filled(part, variables) for part in value] if isinstance(value, list) else value
