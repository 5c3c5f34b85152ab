"""Other people: what is not theirs they neither see nor count, find or change."""

import json
from typing import Any
from uuid import uuid4

from resolvers.names import camel
from schema_sql.catalog import Entity
from tests.resolvers.matrix.kinds import RECORD, Checks, Kind, in_camel


class Strangers(Checks):
    """What others may do with records: nothing."""

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
        self._changes_nothing(kind, id_, edge, in_camel(values))
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
        values = in_camel(self.specimens.values(kind.entity, self.world.bob))
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
        values = in_camel(self.specimens.values(kind.entity, self.world.bob))
        references = {camel(key.column) for key in kind.entity.foreign_keys}
        key = {name: values[name] if name in references else given[name] for name in names}
        rest = {name: value for name, value in values.items() if name not in names}
        query = f"mutation($k: {kind.name}Key!, $i: Update{kind.name}Input!) {{ made: upsert{kind.name}(key: $k, input: $i) {{ id }} }}"
        made = self.world.ask(query, self.world.bob, k=key, i=rest)["made"]["id"]
        assert made != id_
        assert self.world.ask("mutation($id: ID!) { purge(id: $id) }", self.world.bob, id=made) == {"purge": made}
