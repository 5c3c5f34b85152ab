"""What must hold for a record type, whatever it is: the checks that `test_matrix` and `test_own_tables` run on each one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid4

from graphql import GraphQLInputObjectType, GraphQLObjectType

from graph.plan.columns import base_type
from resolvers.inputs import visible, writable
from resolvers.names import camel, many, one, type_name
from schema_sql.catalog import Column, Entity
from schema_sql.machinery import literal
from tests.specimens import Specimens, Variant, as_sql
from tests.world import World

Asked = tuple[dict[str, Any], str, list[str]]
"""A filter, the same condition in SQL, and the texts of its values `$2`, `$3`."""

T = TypeVar("T")

RECORD = "id recordType label createdAt updatedAt deletedAt"
_CHUNK = 10
_ORACLES = {
    "eq": "{c} = {v}", "ne": "{c} IS DISTINCT FROM {v}", "lt": "{c} < {v}", "lte": "{c} <= {v}", "gt": "{c} > {v}",
    "gte": "{c} >= {v}", "in": "{c} IN ({v}, {w})", "notIn": "({c} IN ({v}, {w})) IS NOT TRUE",
    "contains": "strpos(lower({c}), lower({v})) > 0", "startsWith": "starts_with(lower({c}), lower({v}))",
    "has": "{v} = ANY ({c})", "overlaps": "{c} && ARRAY[{v}, {w}]",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """The GraphQL names of a record type."""

    entity: Entity

    @property
    def name(self) -> str:
        return type_name(self.entity)

    @property
    def one(self) -> str:
        return one(self.entity)

    @property
    def many(self) -> str:
        return many(self.entity)

    @property
    def enum(self) -> str:
        return self.entity.record_type.upper()

    @property
    def columns(self) -> str:
        """All columns that may be shown."""
        return " ".join(camel(column.name) for column in visible(self.entity))

    @property
    def searchable(self) -> str | None:
        """A column by whose words the record is found."""
        return next((name for tag in ("title", "text") for name in self.entity.tagged(tag)
                     if self.entity.by_name[name].type == "text" and not self.entity.by_name[name].generated), None)  # fmt: skip


class Matrix:
    """Runs the checks of one record type at a time in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.specimens = Specimens(world)

    # A record's life

    def lives(self, entity: Entity) -> None:
        """Created, read, changed, deleted, restored and purged, in every way to fill it."""
        for variant in self.specimens.variants(entity):
            self._lives(Kind(entity), variant)

    def _lives(self, kind: Kind, variant: Variant) -> None:
        ask, name = self.world.ask, kind.name
        given = self._given(kind, variant)
        made = ask(
            f"mutation($i: Create{name}Input!) {{ made: create{name}(input: $i) {{ {RECORD} {kind.columns} }} }}",
            i=given,
        )["made"]
        assert {field: made[field] for field in given} == given
        assert (made["recordType"], made["deletedAt"]) == (kind.enum, None)
        assert made["label"]
        assert self._read(kind, made["id"]) == made
        again = ask(
            f"mutation($i: Create{name}Input!) {{ made: create{name}(input: $i) {{ {RECORD} {kind.columns} }} }}",
            i={**given, "id": made["id"]},
        )
        assert again["made"] == made, "a client's own id, given again, is harmless"
        self._is_made_at_once(kind, variant)
        self._changes(kind, variant, made)
        self._empties(kind, made["id"])
        self._goes_and_comes(kind, made["id"])
        self._is_purged(kind, made["id"])

    def _is_made_at_once(self, kind: Kind, variant: Variant) -> None:
        """A creation that asks for its own columns only is one statement, and no other record than by the long way."""
        given = self._given(kind, variant)
        query = f"mutation($i: Create{kind.name}Input!) {{ made: create{kind.name}(input: $i) {{ {kind.columns} }} }}"
        answer = json.loads(self.world.body(query, {"i": given}, debug=True))
        assert answer["extensions"]["lifeloom"]["path"] == "compiled", answer
        made = answer["data"]["made"]
        assert {field: made[field] for field in given} == given
        self._leaves_the_rest_to_defaults(kind, variant)
        found = self._read(kind, made["id"])
        assert made == {field: found[field] for field in made}

    def _leaves_the_rest_to_defaults(self, kind: Kind, variant: Variant) -> None:
        """Null for a column that cannot be null is what leaving it out is, whichever way the record is made."""
        kept = {column.name for column in writable(kind.entity) if column.nullable or column.default is None}
        values = self.specimens.values(kind.entity, self.world.alice, variant)
        given = {camel(name): value if name in kept else None for name, value in values.items()}
        query = (
            f"mutation($i: Create{kind.name}Input!) {{ made: create{kind.name}(input: $i) {{ {kind.columns} %s }} }}"
        )
        for more in ("", "label"):
            answer = self.world.answer(query % more, i=given)
            if "errors" in answer:  # the default is not what a check over several columns wants beside the others
                assert answer["errors"][0]["extensions"]["code"] in ("BAD_ARGUMENT", "CONFLICT"), answer
                return
            made = answer["data"]["made"]
            assert {field: made[field] for field, value in given.items() if value is not None} == {
                field: value for field, value in given.items() if value is not None
            }
            assert all(
                made[camel(column.name)] is not None for column in writable(kind.entity) if column.name not in kept
            )
            self._is_purged(kind, made["id"])

    def _given(self, kind: Kind, variant: Variant) -> dict[str, Any]:
        return _camel(self.specimens.values(kind.entity, self.world.alice, variant))

    def _read(self, kind: Kind, id_: str) -> dict[str, Any]:
        """The record as every way of reading shows it, which must be the same."""
        data = self.world.ask(
            f"query($i: ID!) {{ {kind.one}(id: $i) {{ ...F }} node(id: $i) {{ ...F }} nodes(ids: [$i]) {{ ...F }} "
            f"{kind.many}(filter: {{id: {{eq: $i}}}}, deleted: INCLUDE) {{ totalCount nodes {{ ...F }} edges {{ node {{ ...F }} }} }} }} "
            f"fragment F on {kind.name} {{ {RECORD} {kind.columns} }}",
            i=id_,
        )
        found: dict[str, Any] = data[kind.one]
        (in_list,), (in_edges,) = data[kind.many]["nodes"], data[kind.many]["edges"]
        assert found == data["node"] == data["nodes"][0] == in_list == in_edges["node"]
        assert data[kind.many]["totalCount"] == 1
        return found

    def _update(self, kind: Kind, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
        query = f"mutation($id: ID!, $i: Update{kind.name}Input!) {{ done: update{kind.name}(id: $id, input: $i) {{ {RECORD} {kind.columns} }} }}"
        done: dict[str, Any] = self.world.ask(query, id=id_, i=values)["done"]
        return done

    def _changes(self, kind: Kind, variant: Variant, made: dict[str, Any]) -> None:
        new = self._given(kind, variant)
        free = [
            camel(c.name)
            for c in writable(kind.entity)
            if not any(c.name in check.expression for check in kind.entity.checks)
        ]
        first = next((field for field in free if field in new and new[field] != made[field]), None)
        if first is not None:
            done = self._update(kind, made["id"], {first: new[first]})
            same = {
                field: value
                for field, value in made.items()
                if field not in (first, "updatedAt", "label", *self._derived(kind))
            }
            assert {field: done[field] for field in same} == same
            assert done[first] == _merged(kind, first, made, new)
        done = self._update(kind, made["id"], new)
        assert {field: done[field] for field in new} == {field: _merged(kind, field, made, new) for field in new}
        assert (done["id"], done["createdAt"]) == (made["id"], made["createdAt"])
        assert (
            self._update(kind, made["id"], {})
            == done
            == self._update(kind, made["id"], new)
            == self._read(kind, made["id"])
        )

    def _derived(self, kind: Kind) -> set[str]:
        return {camel(column.name) for column in kind.entity.columns if column.generated}

    def _empties(self, kind: Kind, id_: str) -> None:
        """Every column that may be empty can be emptied, where no check forbids it."""
        before = self._read(kind, id_)
        query = f"mutation($id: ID!, $i: Update{kind.name}Input!) {{ done: update{kind.name}(id: $id, input: $i) {{ {kind.columns} }} }}"
        for column in writable(kind.entity):
            field = camel(column.name)
            answer = self.world.answer(query, id=id_, i={field: None})
            if "errors" not in answer and column.nullable:
                assert answer["data"]["done"][field] is None
                assert self._update(kind, id_, {field: before[field]})[field] == before[field]
            else:
                (error,) = answer["errors"]
                assert error["extensions"]["code"] == "BAD_ARGUMENT", error
                assert not column.nullable or any(column.name in check.expression for check in kind.entity.checks), (
                    column.name
                )
                assert self._read(kind, id_)[field] == before[field]

    def _goes_and_comes(self, kind: Kind, id_: str) -> None:
        ask = self.world.ask
        before = self._read(kind, id_)
        lists = " ".join(
            f"{how}: {kind.many}(filter: {{id: {{eq: $id}}}}, deleted: {how.upper()}) {{ totalCount nodes {{ id }} }}"
            for how in ("exclude", "include", "only")
        )
        for do, shown in (
            (f"delete{kind.name}", [0, 1, 1]),
            (f"restore{kind.name}", [1, 1, 0]),
            ("delete", [0, 1, 1]),
            ("restore", [1, 1, 0]),
        ):
            for _ in range(2):  # the second time is harmless
                done = ask(f"mutation($id: ID!) {{ done: {do}(id: $id) {{ {RECORD} }} }}", id=id_)["done"]
                assert (done["deletedAt"] is None) == do.startswith("restore")
            data = ask(f"query($id: ID!) {{ {lists} }}", id=id_)
            assert [data[how]["totalCount"] for how in ("exclude", "include", "only")] == shown
            assert [len(data[how]["nodes"]) for how in ("exclude", "include", "only")] == shown
            now = self._read(kind, id_)
            assert {**now, "deletedAt": None, "updatedAt": None} == {**before, "deletedAt": None, "updatedAt": None}

    def _is_purged(self, kind: Kind, id_: str) -> None:
        world = self.world
        assert world.ask("mutation($id: ID!) { purge(id: $id) }", id=id_) == {"purge": id_}
        assert world.ask(f"query($id: ID!) {{ node(id: $id) {{ id }} {kind.one}(id: $id) {{ id }} }}", id=id_) == {
            "node": None,
            kind.one: None,
        }
        for table in (kind.entity.name, "records", "record_texts", "record_names"):
            assert world.value(f'SELECT count(*) FROM "{table}" WHERE id = $1', UUID(id_)) == 0, table
        said = world.value(
            "SELECT count(*) FROM change_log WHERE record_id = $1 AND (before IS NOT NULL OR after IS NOT NULL)",
            UUID(id_),
        )
        assert said == 0

    # Natural keys, batches

    def upserts(self, entity: Entity) -> None:
        """By its natural key a record is created once and changed after."""
        kind, key = Kind(entity), entity.natural_key
        field = f"upsert{kind.name}"
        if key is None or entity.managed:
            assert field not in self.world.built.core.mutation_type.fields  # type: ignore[union-attr]
            return
        given = self._given(kind, self.specimens.variants(entity)[0])
        query = f"mutation($k: {kind.name}Key!, $i: Update{kind.name}Input!) {{ done: {field}(key: $k, input: $i) {{ {RECORD} {kind.columns} }} }}"
        names = {camel(name) for name in key}
        known = {name: given[name] for name in names if name in given}
        if known.keys() != names:
            return  # the key is made by the database from other columns
        rest = {name: value for name, value in given.items() if name not in names}
        made = self.world.ask(query, k=known, i=rest)["done"]
        assert {name: made[name] for name in given} == given
        done = self.world.ask(query, k=known, i=rest)["done"]
        assert done == made
        done = self.world.ask(query, k=known, i={})["done"]
        assert done == made

    def batches(self, entity: Entity) -> None:
        """Many at once are one change set; a bad one among them leaves nothing."""
        kind = Kind(entity)
        if entity.managed:
            return
        *rows, bad = [self._given(kind, self.specimens.variants(entity)[0]) for _ in range(4)]
        before = self._count(kind)
        several = f"create{kind.many[:1].upper()}{kind.many[1:]}"
        query = f"mutation($i: [Create{kind.name}Input!]!) {{ made: {several}(inputs: $i) {{ id {kind.columns} history {{ nodes {{ changeSetId }} }} }} }}"
        made = self.world.ask(query, i=rows)["made"]
        assert [{name: one_[name] for name in row} for one_, row in zip(made, rows, strict=True)] == rows
        assert len({change["changeSetId"] for one_ in made for change in one_["history"]["nodes"]}) == 1
        assert self._count(kind) == before + 3
        answer = self.world.answer(query, i=[*rows, {**bad, "id": "not an id"}])
        assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT", answer
        assert self._count(kind) == before + 3

    def _count(self, kind: Kind) -> int:
        count: int = self.world.ask(f"{{ l: {kind.many} {{ totalCount }} }}")["l"]["totalCount"]
        return count

    # Lists

    def filters(self, entity: Entity) -> None:
        """Every operator on every column finds what the same condition finds in plain SQL."""
        kind, rows = Kind(entity), self._some(entity)
        variables = ", ".join(f"$f{n}: {kind.name}Filter" for n in range(_CHUNK))
        fields = " ".join(
            f"f{n}: {kind.many}(filter: $f{n}, first: 1000) {{ totalCount nodes {{ id }} }} "
            f"n{n}: {kind.many}(filter: {{not: $f{n}}}, first: 0) {{ totalCount }}" for n in range(_CHUNK)
        )  # fmt: skip
        everything = self._count(kind)
        for part in _chunks(list(self._conditions(kind, rows))):
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
        sql = f'SELECT {columns} FROM "{kind.entity.name}" WHERE user_id = $1 AND deleted_at IS NULL'
        return list(self.world.rows(sql, self.world.alice)[0])

    def _some(self, entity: Entity) -> list[dict[str, Any]]:
        """A few living records of each variant and bare ones, and a deleted one, as they are read."""
        kind, alice = Kind(entity), self.world.alice
        ids = [
            self.specimens.create(entity, alice, variant)
            for variant in self.specimens.variants(entity)
            for _ in range(2)
        ]
        ids += [self.specimens.create(entity, alice, full=False) for _ in range(2)]
        self.world.rows(f'UPDATE "{entity.name}" SET deleted_at = now() WHERE id = $1', ids.pop(1))
        return [self._read(kind, str(id_)) for id_ in ids]

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
        for part in _chunks(orders):
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
                for n in range(_CHUNK)
            )
            names = ", ".join(f"$o{n}: [{kind.name}Order!], $c{n}: String" for n in range(_CHUNK))
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

    # What surrounds a record

    def surroundings(self, entity: Entity) -> None:
        """Linked from both ends, found by its words, on the timeline, in the log and in its own history."""
        kind = Kind(entity)
        values = self.specimens.values(entity, self.world.alice)
        word = f"zz{uuid4().hex[:12]}"
        if kind.searchable:
            values[kind.searchable] = f"Crème {word} brûlée"
        id_ = str(self.specimens.keep(entity, values, self.world.alice))
        self._is_linked(kind, id_)
        self._is_found(kind, id_, word if kind.searchable else None)
        self._has_history(kind, id_)

    def _is_linked(self, kind: Kind, id_: str) -> None:
        ask = self.world.ask
        other = ask('mutation { createNote(input: {title: "the other end"}) { id } }')["createNote"]["id"]
        query = """mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "TRIED_WITH", weight: 0.5, properties: {why: "because"}) {
            id relation direction kind weight confidence properties cursor node { id } } }"""
        edge = ask(query, a=id_, b=other)["link"]
        assert (edge["direction"], edge["kind"], edge["weight"], edge["node"]) == ("OUT", "MANUAL", 0.5, {"id": other})
        assert ask(query, a=id_, b=other)["link"]["id"] == edge["id"], "the same edge again is the same edge"
        links = """query($id: ID!, $r: [String!], $t: [RecordType!], $d: LinkDirection!) { node(id: $id) { links(relations: $r, types: $t, direction: $d) {
            totalCount edges { id direction relation properties node { id recordType label } } } } }"""

        def edges(
            of: str, direction: str, types: list[str] | None = None, relations: list[str] | None = None
        ) -> list[Any]:
            found = ask(links, id=of, d=direction, t=types, r=relations or ["TRIED_WITH"])["node"]["links"]
            assert found["totalCount"] == len(found["edges"])
            return [(one_["id"], one_["direction"], one_["node"]["id"]) for one_ in found["edges"]]

        assert edges(id_, "BOTH") == edges(id_, "OUT") == edges(id_, "BOTH", ["NOTE"]) == [(edge["id"], "OUT", other)]
        assert (
            edges(other, "BOTH") == edges(other, "IN") == edges(other, "IN", [kind.enum]) == [(edge["id"], "IN", id_)]
        )
        assert edges(id_, "IN") == edges(other, "OUT") == edges(id_, "BOTH", relations=["OTHER"]) == []
        if kind.enum != "NOTE":
            assert edges(id_, "BOTH", [kind.enum]) == []
        if not kind.entity.managed:
            ask("mutation($id: ID!) { delete(id: $id) { id } }", id=id_)
            assert edges(other, "BOTH") == [], "the edges of a deleted record are not shown"
            ask("mutation($id: ID!) { restore(id: $id) { id } }", id=id_)
            assert edges(other, "BOTH") == [(edge["id"], "IN", id_)]
        assert ask("mutation($id: ID!) { unlink(id: $id) }", id=edge["id"]) == {"unlink": edge["id"]}
        assert edges(id_, "BOTH") == edges(other, "BOTH") == []

    def _is_found(self, kind: Kind, id_: str, word: str | None) -> None:
        ask = self.world.ask
        at = self.world.value("SELECT at::text FROM records WHERE id = $1", UUID(id_))
        data = ask(
            f"query($t: DateTime!) {{ timeline(from: $t, types: [{kind.enum}], first: 1000) {{ totalCount nodes {{ id recordType }} }} }}",
            t=at,
        )
        assert {"id": id_, "recordType": kind.enum} in data["timeline"]["nodes"]
        assert {node["recordType"] for node in data["timeline"]["nodes"]} == {kind.enum}
        if word is None:
            return
        query = "query($q: String!, $t: [RecordType!]) { search(query: $q, types: $t) { totalCount nodes { id } edges { score snippet node { id } } } }"
        for asked in (word, word.upper(), word[:-3], f'"creme {word}"', f"brulee {word}", f"{word} -nothing"):
            found = ask(query, q=asked, t=[kind.enum])["search"]
            assert [node["id"] for node in found["nodes"]] == [id_], asked
            assert found["totalCount"] == 1
        for asked, types in (
            (f"{word} -brulee", None),
            (f'"brulee {word}"', None),
            (word, ["HABIT" if kind.enum != "HABIT" else "GOAL"]),
        ):
            assert ask(query, q=asked, t=types)["search"] == {"totalCount": 0, "nodes": [], "edges": []}, asked
        if kind.entity.managed:
            return
        ask("mutation($id: ID!) { delete(id: $id) { id } }", id=id_)
        assert ask(query, q=word)["search"]["nodes"] == []
        ask("mutation($id: ID!) { restore(id: $id) { id } }", id=id_)
        assert ask(query, q=word)["search"]["nodes"] == [{"id": id_}]

    def _has_history(self, kind: Kind, id_: str) -> None:
        """Every change of the log is in the history, the latest first; what was given is in the first."""
        query = """query($id: ID!) { node(id: $id) { history(first: 100) { totalCount nodes {
            seq operation recordId before after record { id } } } } }"""
        history = self.world.ask(query, id=id_)["node"]["history"]
        if "C" not in kind.entity.flags:
            assert history["totalCount"] == 0
            return
        changes = history["nodes"]
        log = self.world.column(
            "SELECT seq::text FROM change_log WHERE user_id = $1 AND record_id = $2 ORDER BY change_log.seq DESC",
            self.world.alice,
            UUID(id_),
        )
        assert [change["seq"] for change in changes] == log
        assert history["totalCount"] == len(log)
        assert {change["recordId"] for change in changes} == {id_} == {change["record"]["id"] for change in changes}
        operations = [change["operation"] for change in reversed(changes)]
        assert operations[0] == "INSERT"
        assert operations[1:] == ([] if kind.entity.managed else ["DELETE", "RESTORE"] * (len(operations) // 2))
        assert changes[-1]["before"] is None
        secrets = {column.name for column in kind.entity.columns if column.secret}
        assert not secrets & changes[-1]["after"].keys()
        follow = "query($a: String, $t: [RecordType!]) { changes(first: 1000, after: $a, types: $t) { nodes { recordId seq } pageInfo { hasNextPage endCursor } } }"
        seen, after = [], None
        for _ in range(100):
            page = self.world.ask(follow, a=after, t=[kind.enum])["changes"]
            seen += [change["seq"] for change in page["nodes"] if change["recordId"] == id_]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert seen == log[::-1]

    # Other people

    def strangers(self, entity: Entity) -> None:
        """Who is not the owner sees, counts, finds and changes nothing: every answer is that to an id that nobody has."""
        kind, world = Kind(entity), self.world
        values = self.specimens.values(entity, world.alice)
        word = f"zz{uuid4().hex[:12]}"
        if kind.searchable:
            values[kind.searchable] = word
        id_ = str(self.specimens.keep(entity, values, world.alice))
        note = world.ask('mutation { createNote(input: {title: "hers"}) { id } }')["createNote"]["id"]
        edge = world.ask(
            'mutation($a: ID!, $b: ID!) { link(source: $a, target: $b, relation: "HERS") { id } }', a=id_, b=note
        )["link"]["id"]
        before = world.snapshot(world.alice)
        self._sees_nothing(kind, id_, word)
        self._changes_nothing(kind, id_, edge, _camel(values))
        assert world.snapshot(world.alice) == before

    def _sees_nothing(self, kind: Kind, id_: str, word: str) -> None:
        world = self.world
        own = world.ask(f"{{ l: {kind.many}(first: 1) {{ pageInfo {{ endCursor }} }} }}")["l"]["pageInfo"]["endCursor"]
        connection = "{ totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
        empty = {
            "totalCount": 0,
            "nodes": [],
            "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
        }
        lists = {
            "all": f"{kind.many}(deleted: INCLUDE) {connection}", "ById": f"{kind.many}(filter: {{id: {{eq: $id}}}}, deleted: INCLUDE) {connection}",
            "found": f"search(query: $w) {connection}", "time": f"timeline {connection}", "log": "changes { totalCount nodes { recordId } }",
        }  # fmt: skip
        query = f"""query($id: ID!, $w: String!) {{ one: {kind.one}(id: $id) {{ {RECORD} }} node(id: $id) {{ id links {connection}
            history {{ totalCount }} }} nodes(ids: [$id, $id]) {{ label }} {" ".join(f"{key}: {text}" for key, text in lists.items())} }}"""
        data = world.ask(query, world.carol, id=id_, w=word)
        loaded = world.body(query, {"id": id_, "w": word}, user=world.carol, engine=world.loaders)
        assert json.loads(loaded) == {"data": data}
        assert data == {"one": None, "node": None, "nodes": [None, None], "log": {"totalCount": 0, "nodes": []},
                        **{key: empty for key in lists if key != "log"}}  # fmt: skip
        after = f"query($c: String!) {{ l: {kind.many}(after: $c, deleted: INCLUDE) {{ nodes {{ id }} totalCount }} r: {kind.many}(last: 2, before: $c) {{ nodes {{ id }} }} }}"
        assert world.ask(after, world.carol, c=own) == {"l": {"nodes": [], "totalCount": 0}, "r": {"nodes": []}}

    def _changes_nothing(self, kind: Kind, id_: str, edge: str, given: dict[str, Any]) -> None:
        """Each mutation on her id answers exactly as on an id that nobody has."""
        world = self.world
        mine = world.ask('mutation { createNote(input: {title: "mine"}) { id } }', world.bob)["createNote"]["id"]
        calls = [f"{do}(id: $id) {{ id }}" for do in ("delete", "restore")] + ["purge(id: $id)", "unlink(id: $id)"]
        calls += [
            f'link(source: {a}, target: {b}, relation: "X") {{ id }}'
            for a, b in (("$id", "$mine"), ("$mine", "$id"), ("$id", "$id"))
        ]
        if not kind.entity.managed:
            calls += [f"{do}{kind.name}(id: $id) {{ id }}" for do in ("delete", "restore")]
            calls += [
                f"update{kind.name}(id: $id, input: {{}}) {{ id }}",
                f'update{kind.name}(id: $id, input: {{}}, ifUpdatedAt: "2020-01-01") {{ id }}',
            ]
        for call in calls:
            variables = "$id: ID!" + (", $mine: ID!" if "$mine" in call else "")
            query = f"mutation({variables}) {{ {call} }}"
            answers = [
                json.dumps(world.answer(query, world.bob, id=each, mine=mine)).replace(each, "ID")
                for each in (id_, edge, str(uuid4()))
            ]
            assert '"NOT_FOUND"' in answers[0], call
            assert answers[0] == answers[1] == answers[2], call
        self._points_at_nothing(kind, given)
        self._owns_ids_apart(kind, id_, given)
        self._owns_keys_apart(kind, id_, given)

    def _points_at_nothing(self, kind: Kind, given: dict[str, Any]) -> None:
        if kind.entity.managed:
            return
        query = f"mutation($i: Create{kind.name}Input!) {{ create{kind.name}(input: $i) {{ id }} }}"
        theirs = {camel(key.column) for key in kind.entity.foreign_keys if given.get(camel(key.column))}
        if theirs:
            answers = []
            for ids in ({}, {field: str(uuid4()) for field in theirs}):
                answer = json.dumps(self.world.answer(query, self.world.bob, i={**given, **ids}))
                for field in theirs:
                    answer = answer.replace({**given, **ids}[field], "ID")
                answers.append(answer)
            assert '"BROKEN_REFERENCE"' in answers[0], answers[0]
            assert answers[0] == answers[1]

    def _owns_ids_apart(self, kind: Kind, id_: str, given: dict[str, Any]) -> None:
        """Choosing an id that another user has makes a record of one's own and tells nothing."""
        if kind.entity.managed:
            return
        values = _camel(self.specimens.values(kind.entity, self.world.bob))
        query = (
            f"mutation($i: Create{kind.name}Input!) {{ made: create{kind.name}(input: $i) {{ id {kind.columns} }} }}"
        )
        made = self.world.ask(query, self.world.bob, i={**values, "id": id_})["made"]
        assert {field: made[field] for field in values} == values
        assert self.world.ask("mutation($id: ID!) { purge(id: $id) }", self.world.bob, id=id_) == {"purge": id_}

    def _owns_keys_apart(self, kind: Kind, id_: str, given: dict[str, Any]) -> None:
        """Naming the key of another user's record makes one of one's own."""
        names = [camel(name) for name in kind.entity.natural_key or ()]
        if kind.entity.managed or not names or any(name not in given for name in names):
            return
        values = _camel(self.specimens.values(kind.entity, self.world.bob))
        references = {camel(key.column) for key in kind.entity.foreign_keys}
        key = {name: values[name] if name in references else given[name] for name in names}
        rest = {name: value for name, value in values.items() if name not in names}
        query = f"mutation($k: {kind.name}Key!, $i: Update{kind.name}Input!) {{ made: upsert{kind.name}(key: $k, input: $i) {{ id }} }}"
        made = self.world.ask(query, self.world.bob, k=key, i=rest)["made"]["id"]
        assert made != id_
        assert self.world.ask("mutation($id: ID!) { purge(id: $id) }", self.world.bob, id=made) == {"purge": made}

    def is_managed(self, entity: Entity) -> None:
        """What only commands write has no mutations, and the generic ones refuse it."""
        kind = Kind(entity)
        mutations = self.world.built.core.mutation_type
        assert isinstance(mutations, GraphQLObjectType)
        own = {f"{do}{kind.name}" for do in ("create", "update", "delete", "restore")}
        assert own & mutations.fields.keys() == (set() if entity.managed else own)
        if entity.managed:
            id_ = str(self.specimens.create(entity, self.world.alice))
            for do in ("delete(id: $id) { id }", "restore(id: $id) { id }", "purge(id: $id)"):
                assert self.world.code(f"mutation($id: ID!) {{ {do} }}", id=id_) == "BAD_ARGUMENT"
            shown = self._read(kind, id_)
            assert not any(camel(column.name) in shown for column in entity.columns if column.secret)


def _camel(values: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in values.items()}


def _merged(kind: Kind, field: str, made: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    """What an update leaves in a column: custom fields merge, all else is replaced."""
    return {**made[field], **new[field]} if field == "customFields" else new[field]


def _text(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _chunks(things: list[T]) -> Iterator[list[T]]:
    """As many at a time as one document asks for."""
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]
