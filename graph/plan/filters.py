"""Conditions on a table's columns, from the filter of a request to SQL."""

from collections.abc import Mapping
from typing import Any

from graph.errors import BadArgument
from graph.plan.columns import value_type
from graph.plan.values import CONTAINS, STARTS_WITH, Slot, Writer, conjunction, quoted
from schema_sql.catalog import Catalog, Column, Entity

_COMPARISONS = {"eq": "=", "ne": "IS DISTINCT FROM", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
MAX_CONDITIONS = 200


class Filter:
    """Writes one filter of a request as conditions on the rows of `alias`.

    The filter is a tree with the columns' own names:
    `{"title": {"contains": ...}, "notebook": {"title": {...}}, "and": [...], "or": [...], "not": {...}}`.
    Values may be slots, the keys are not.
    """

    def __init__(self, writer: Writer, catalog: Catalog) -> None:
        self._writer = writer
        self._catalog = catalog
        self._count = 0

    def sql(self, entity: Entity, alias: str, tree: Mapping[str, Any]) -> str:
        return conjunction([self._branch(entity, alias, name, value) for name, value in tree.items()])

    def _branch(self, entity: Entity, alias: str, name: str, value: Any) -> str:
        self._count += 1
        if self._count > MAX_CONDITIONS:
            raise BadArgument(f"a filter has at most {MAX_CONDITIONS} conditions")
        if value is None:
            raise BadArgument(f"the filter on {name} is null; leave it out, or ask {name}: {{isNull: true}}")
        if name in ("and", "or"):
            parts = [f"({self.sql(entity, alias, part)})" for part in value]
            return (
                "(" + (" AND " if name == "and" else " OR ").join(parts or ["true" if name == "and" else "false"]) + ")"
            )
        if name == "not":
            return f"(({self.sql(entity, alias, value)}) IS NOT TRUE)"
        if name in entity.by_name:
            return self._column(entity.by_name[name], f"{alias}.{quoted(name)}", value)
        return self._through(entity, alias, name, value)

    def _through(self, entity: Entity, alias: str, name: str, tree: Mapping[str, Any]) -> str:
        """One level through a foreign key: `notebook` for the column `notebook_id`."""
        key = next(key for key in entity.foreign_keys if key.column == f"{name}_id")
        target = self._catalog.entities[key.target]
        other = self._writer.alias("f")
        return (
            f"EXISTS (SELECT 1 FROM {quoted(target.name)} {other} WHERE {other}.user_id = {Writer.USER} "
            f"AND {other}.id = {alias}.{quoted(key.column)} AND {other}.deleted_at IS NULL "
            f"AND {self.sql(target, other, tree)})"
        )

    def _column(self, column: Column, sql: str, operators: Mapping[str, Any]) -> str:
        return conjunction([self._operator(column, sql, name, value) for name, value in operators.items()])

    def _operator(self, column: Column, sql: str, operator: str, value: Any) -> str:
        if value is None:
            raise BadArgument(f"{operator}: null on {column.name} finds nothing; ask {{isNull: true}}")
        type_ = value_type(column.type) if not column.is_array else column.type
        if operator in _COMPARISONS:
            return f"{sql} {_COMPARISONS[operator]} {self._writer.scalar(value, type_)}"
        if operator == "in":
            return f"{sql} = ANY ({self._writer.several(value, type_)})"
        if operator == "notIn":
            return f"({sql} = ANY ({self._writer.several(value, type_)})) IS NOT TRUE"
        if operator == "isNull":
            return self._is_null(sql, value)
        if operator in ("contains", "startsWith"):
            pattern = CONTAINS if operator == "contains" else STARTS_WITH
            return f"{sql} ILIKE {self._writer.parameter(value, pattern)}::text"
        if operator == "has":
            return f"{self._writer.scalar(value, value_type(column.element))} = ANY ({sql})"
        return f"{sql} && {self._writer.several(value, value_type(column.element))}"

    def _is_null(self, sql: str, value: Any) -> str:
        if isinstance(value, Slot):
            return f"({sql} IS NULL) = {self._writer.scalar(value, 'boolean')}"
        return f"{sql} IS NULL" if value else f"{sql} IS NOT NULL"
