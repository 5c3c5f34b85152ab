"""What surrounds a record: its links, the words it is found by, the timeline, the log."""

from typing import Any
from uuid import UUID, uuid4

from schema_sql.catalog import Entity
from tests.resolvers.matrix.kinds import Checks, Kind


class Surroundings(Checks):
    """Surroundings of records."""

    def surroundings(self, entity: Entity) -> None:
        """Linked from both ends, tied to what its keys lead to, found by its words, on the timeline, in the log and in its own history."""
        kind = Kind(entity)
        values = self.specimens.values(entity, self.world.alice)
        word = f"zz{uuid4().hex[:12]}"
        if kind.searchable:
            values[kind.searchable] = f"Crème {word} brûlée"
        id_ = str(self.specimens.keep(entity, values, self.world.alice))
        self._is_tied(kind, id_)
        self._is_linked(kind, id_)
        self._is_found(kind, id_, word if kind.searchable else None)
        self._has_history(kind, id_)

    def _is_tied(self, kind: Kind, id_: str) -> None:
        """Each foreign key that leads to a record is a structural edge, seen from both ends, with its column for evidence."""
        entities = self.world.catalog.entities
        keys = [
            key.column
            for key in kind.entity.foreign_keys
            if entities[key.target].kind == "entity" or key.column.removesuffix("_id") + "_type" in kind.entity.by_name
        ]
        row = self.world.rows(f'SELECT * FROM "{kind.entity.name}" WHERE id = $1', UUID(id_))[0]
        led = {(column, str(row[column])) for column in keys if row[column] and str(row[column]) != id_}
        links = """query($id: ID!, $d: LinkDirection!, $t: [RecordType!]) { node(id: $id) {
            links(direction: $d, types: $t, first: 1000) { edges { kind evidence node { id } } } } }"""

        def tied(of: str, direction: str, types: list[str] | None = None) -> set[tuple[str, str]]:
            edges = self.world.ask(links, id=of, d=direction, t=types)["node"]["links"]["edges"]
            structural = [edge for edge in edges if edge["kind"] == "STRUCTURAL" and "column" in edge["evidence"]]
            return {(edge["evidence"]["column"], edge["node"]["id"]) for edge in structural}

        assert tied(id_, "OUT") == led
        for column, target in led:
            assert (column, id_) in tied(target, "IN", [kind.enum])

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
