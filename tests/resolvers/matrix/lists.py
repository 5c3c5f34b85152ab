"""Lists: every filter and every order finds what plain SQL finds."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLInputObjectType

from graph.plan.columns import base_type
from resolvers.inputs import visible
from resolvers.names import camel
from schema_sql.catalog import Column, Entity
from schema_sql.machinery import literal
from tests.resolvers.matrix.kinds import CHUNK, Checks, Kind, chunks
from tests.specimens import as_sql

Asked = tuple[dict[str, Any], str, list[str]]
"""A filter, the same condition in SQL, and the texts of its values `$2`, `$3`."""

_ORACLES = {
    "eq": "{c} = {v}", "ne": "{c} IS DISTINCT FROM {v}", "lt": "{c} < {v}", "lte": "{c} <= {v}", "gt": "{c} > {v}",
    "gte": "{c} >= {v}", "in": "{c} IN ({v}, {w})", "notIn": "({c} IN ({v}, {w})) IS NOT TRUE",
    "contains": "strpos(lower({c}), lower({v})) > 0", "startsWith": "starts_with(lower({c}), lower({v}))",
    "has": "{v} = ANY ({c})", "overlaps": "{c} && ARRAY[{v}, {w}]",
}  # fmt: skip


class Lists(Checks):
    """Lists of records."""

    def filters(self, entity: Entity) -> None:
        """Every operator on every column finds what the same condition finds in plain SQL."""
        kind, rows = Kind(entity), self._some(entity)
        variables = ", ".join(f"$f{n}: {kind.name}Filter" for n in range(CHUNK))
        fields = " ".join(
            f"f{n}: {kind.many}(filter: $f{n}, first: 1000) {{ totalCount nodes {{ id }} }} "
            f"n{n}: {kind.many}(filter: {{not: $f{n}}}, first: 0) {{ totalCount }}" for n in range(CHUNK)
        )  # fmt: skip
        everything = self.count(kind)
        for part in chunks(list(self._conditions(kind, rows))):
            data = self.world.ask(
                f"query({variables}) {{ {fields} }}", **{f"f{n}": tree for n, (tree, _, _) in enumerate(part)}
            )
            for n, ((tree, condition, _), wanted) in enumerate(zip(part, self._oracles(kind, part), strict=True)):
                assert {node["id"] for node in data[f"f{n}"]["nodes"]} == set(wanted), (tree, condition)
                assert data[f"f{n}"]["totalCount"] == len(wanted)
                assert data[f"n{n}"]["totalCount"] == everything - len(wanted), ("not", tree)

    def _conditions(self, kind: Kind, rows: list[dict[str, Any]]) -> Iterator[Asked]:
        for column in visible(kind.entity):
            field = camel(column.name)
            present = [row[field] for row in rows if row[field] is not None and row[field] != []]
            type_ = self.world.built.core.type_map[f"{kind.name}Filter"]
            assert isinstance(type_, GraphQLInputObjectType)
            operators = type_.fields[field].type.fields  # type: ignore[union-attr]
            assert "isNull" in operators
            for value in (True, False):
                yield {field: {"isNull": value}}, f'"{column.name}" IS {"" if value else "NOT "}NULL', []
            if not present:
                continue
            first, last = (value[0] if column.is_array else value for value in (present[0], present[-1]))
            for operator in operators.keys() - {"isNull"}:
                given = first
                if operator in ("contains", "startsWith"):
                    given = (
                        first[: max(1, len(first) // 2)].upper()
                        if operator == "startsWith"
                        else first[len(first) // 2 :].upper()
                    )
                many_ = operator in ("in", "notIn", "overlaps")
                tree = {field: {operator: [given, last] if many_ else given}}
                yield tree, *self._condition(column, operator, given, last)
        for key in kind.entity.foreign_keys:
            field = camel(key.column.removesuffix("_id"))
            if field in type_.fields:  # type: ignore[union-attr]
                target = next(row[camel(key.column)] for row in rows if row[camel(key.column)])
                yield {field: {"id": {"eq": target}}}, f'"{key.column}" = $2::text::uuid', [target]

    def _condition(self, column: Column, operator: str, *values: Any) -> tuple[str, list[str]]:
        """A condition of an oracle, and the texts of its values."""
        element = column.element
        texts = [str(_text(as_sql(self.world.catalog, Column(column.name, element), value))) for value in values]
        if operator in ("contains", "startsWith"):
            texts[0], element = str(values[0]), "text"
        casts = {name: f"${n}::text::{element}" for n, name in enumerate("vw", 2)}
        sql = _ORACLES[operator].format(c=f'"{column.name}"', **casts)
        return sql, texts if "$3" in sql else texts[:1]

    def _oracles(self, kind: Kind, asked: list[Asked]) -> list[list[str]]:
        """The ids that each condition holds for, in plain SQL; its values stand in it as literals."""
        conditions = []
        for _, condition, values in asked:
            for n, value in enumerate(values, 2):
                condition = condition.replace(f"${n}", literal(value))
            conditions.append(condition)
        columns = ", ".join(
            f"coalesce(array_agg(id::text) FILTER (WHERE {condition}), '{{}}')" for condition in conditions
        )
        alive = " AND deleted_at IS NULL" if kind.entity.kind == "entity" else ""
        sql = f'SELECT {columns} FROM "{kind.entity.name}" WHERE user_id = $1{alive}'
        return list(self.world.rows(sql, self.world.alice)[0])

    def _some(self, entity: Entity) -> list[dict[str, Any]]:
        """A few living records of each variant and bare ones, and a deleted one, as they are read; or rows of a series."""
        kind, alice = Kind(entity), self.world.alice
        ids = [
            self.specimens.create(entity, alice, variant)
            for variant in self.specimens.variants(entity)
            for _ in range(2)
        ]
        ids += [self.specimens.create(entity, alice, full=False) for _ in range(2)]
        if entity.kind == "ledger":
            return [self.row(kind, str(id_)) for id_ in ids]
        self.world.rows(f'UPDATE "{entity.name}" SET deleted_at = now() WHERE id = $1', ids.pop(1))
        return [self.read(kind, str(id_)) for id_ in ids]

    def orders(self, entity: Entity) -> None:
        """Every order, walked in pages forward and backward, is that of plain SQL."""
        kind = Kind(entity)
        rows = self._some(entity)
        orders = list(self.world.built.core.type_map[f"{kind.name}Order"].values)  # type: ignore[union-attr]
        sortable = {
            column.name
            for column in visible(entity)
            if not column.is_array and base_type(column.type) not in ("jsonb", "json", "bytea")
        }
        assert {order.lower().rpartition("_")[0] for order in orders} == sortable
        ids = [row["id"] for row in rows]
        for part in chunks(orders):
            self._walk(kind, part, ids)

    def _walk(self, kind: Kind, orders: list[str], ids: list[str]) -> None:
        wanted = {order: self._sorted(kind, order, ids) for order in orders}
        ways = (("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage"))
        for size, seek, edge, more in ways:
            found: dict[str, list[str]] = {order: [] for order in orders}
            cursors: dict[str, str | None] = {}
            page = f"nodes {{ id }} pageInfo {{ more: {more} cursor: {edge} }}"
            fields = " ".join(
                f"o{n}: {kind.many}(filter: {{id: {{in: $ids}}}}, orderBy: $o{n}, {size}: 2, {seek}: $c{n}) {{ {page} }}"
                for n in range(CHUNK)
            )
            names = ", ".join(f"$o{n}: [{kind.name}Order!], $c{n}: String" for n in range(CHUNK))
            given = {f"o{n}": [order] for n, order in enumerate(orders)}
            for _ in ids:
                data = self.world.ask(f"query($ids: [ID!]!, {names}) {{ {fields} }}", ids=ids, **given, **cursors)
                for n, order in enumerate(orders):
                    nodes = [node["id"] for node in data[f"o{n}"]["nodes"]]
                    found[order] = found[order] + nodes if size == "first" else nodes + found[order]
                    cursors[f"c{n}"] = data[f"o{n}"]["pageInfo"]["cursor"] or cursors[f"c{n}"]
                if not any(data[f"o{n}"]["pageInfo"]["more"] for n in range(len(orders))):
                    break
            assert found == wanted, size

    def _sorted(self, kind: Kind, order: str, ids: list[str]) -> list[str]:
        column, _, way = order.lower().rpartition("_")
        sql = f'SELECT id::text FROM "{kind.entity.name}" WHERE user_id = $1 AND id::text = ANY ($2) ORDER BY "{column}" {way}, id {way}'
        return self.world.column(sql, self.world.alice, ids)


def _text(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
