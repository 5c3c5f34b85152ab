"""A record's life: created, read, changed, deleted, restored and purged, alone, by key and in batches."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType

from resolvers.inputs import writable
from resolvers.names import camel
from schema_sql.catalog import Entity
from tests.resolvers.matrix.kinds import RECORD, Checks, Kind
from tests.specimens import Variant


class Living(Checks):
    """The life of records."""

    def lives(self, entity: Entity) -> None:
        """Created, read, changed, deleted, restored and purged, in every way to fill it."""
        for variant in self.specimens.variants(entity):
            self._lives(Kind(entity), variant)

    def _lives(self, kind: Kind, variant: Variant) -> None:
        ask, name = self.world.ask, kind.name
        given = self.given(kind, variant)
        made = ask(
            f"mutation($i: Create{name}Input!) {{ made: create{name}(input: $i) {{ {RECORD} {kind.columns} }} }}",
            i=given,
        )["made"]
        assert {field: made[field] for field in given} == given
        assert (made["recordType"], made["deletedAt"]) == (kind.enum, None)
        assert made["label"]
        assert self.read(kind, made["id"]) == made
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
        given = self.given(kind, variant)
        query = f"mutation($i: Create{kind.name}Input!) {{ made: create{kind.name}(input: $i) {{ {kind.columns} }} }}"
        answer = json.loads(self.world.body(query, {"i": given}, debug=True))
        assert answer["extensions"]["lifeloom"]["path"] == "compiled", answer
        made = answer["data"]["made"]
        assert {field: made[field] for field in given} == given
        self._leaves_the_rest_to_defaults(kind, variant)
        found = self.read(kind, made["id"])
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

    def _update(self, kind: Kind, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
        query = f"mutation($id: ID!, $i: Update{kind.name}Input!) {{ done: update{kind.name}(id: $id, input: $i) {{ {RECORD} {kind.columns} }} }}"
        done: dict[str, Any] = self.world.ask(query, id=id_, i=values)["done"]
        return done

    def _changes(self, kind: Kind, variant: Variant, made: dict[str, Any]) -> None:
        new = self.given(kind, variant)
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
            == self.read(kind, made["id"])
        )

    def _derived(self, kind: Kind) -> set[str]:
        return {camel(column.name) for column in kind.entity.columns if column.generated}

    def _empties(self, kind: Kind, id_: str) -> None:
        """Every column that may be empty can be emptied, where no check forbids it."""
        before = self.read(kind, id_)
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
                assert self.read(kind, id_)[field] == before[field]

    def _goes_and_comes(self, kind: Kind, id_: str) -> None:
        ask = self.world.ask
        before = self.read(kind, id_)
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
            now = self.read(kind, id_)
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

    def upserts(self, entity: Entity) -> None:
        """By its natural key a record is created once and changed after."""
        kind, key = Kind(entity), entity.natural_key
        field = f"upsert{kind.name}"
        if key is None or entity.managed:
            assert field not in self.world.built.core.mutation_type.fields  # type: ignore[union-attr]
            return
        given = self.given(kind, self.specimens.variants(entity)[0])
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
        *rows, bad = [self.given(kind, self.specimens.variants(entity)[0]) for _ in range(4)]
        before = self.count(kind)
        several = f"create{kind.many[:1].upper()}{kind.many[1:]}"
        query = f"mutation($i: [Create{kind.name}Input!]!) {{ made: {several}(inputs: $i) {{ id {kind.columns} history {{ nodes {{ changeSetId }} }} }} }}"
        made = self.world.ask(query, i=rows)["made"]
        assert [{name: one_[name] for name in row} for one_, row in zip(made, rows, strict=True)] == rows
        assert len({change["changeSetId"] for one_ in made for change in one_["history"]["nodes"]}) == 1
        assert self.count(kind) == before + 3
        answer = self.world.answer(query, i=[*rows, {**bad, "id": "not an id"}])
        assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT", answer
        assert self.count(kind) == before + 3

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
            shown = self.read(kind, id_)
            assert not any(camel(column.name) in shown for column in entity.columns if column.secret)


def _merged(kind: Kind, field: str, made: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    """What an update leaves in a column: custom fields merge, all else is replaced."""
    return {**made[field], **new[field]} if field == "customFields" else new[field]
