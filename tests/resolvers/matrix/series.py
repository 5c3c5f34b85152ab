"""Series: rows that are no records, in lists of their own and below what they point at."""

from graph.plan.columns import base_type
from resolvers.names import camel, one, relation, reverse
from schema_sql.catalog import Entity
from tests.resolvers.matrix.kinds import Checks, Kind


class Series(Checks):
    """What series are read for."""

    def series(self, entity: Entity) -> None:
        """The newest first, by their own moment; under each record that they point at; and by nobody else."""
        kind, alice = Kind(entity), self.world.alice
        ids = [str(self.specimens.create(entity, alice, variant)) for variant in self.specimens.variants(entity) * 2]
        rows = self.world.ask(f"{{ l: {kind.many}(first: 1000) {{ nodes {{ {kind.columns} }} }} }}")["l"]["nodes"]
        assert set(ids) <= {row["id"] for row in rows}
        moment = entity.tags.get("time", "id")
        sql = f'SELECT id::text FROM "{entity.name}" WHERE user_id = $1 ORDER BY "{moment}" DESC, id DESC'
        assert [row["id"] for row in rows] == self.world.column(sql, alice)
        assert base_type(entity.by_name[moment].type) in ("timestamptz", "date", "uuid")
        self._points(kind, next(row for row in rows if row["id"] == ids[0]))
        for user in (self.world.bob, self.world.carol):
            seen = self.world.ask(f"{{ l: {kind.many} {{ totalCount nodes {{ id }} }} }}", user)["l"]
            assert seen == {"totalCount": 0, "nodes": []}

    def _points(self, kind: Kind, row: dict[str, str]) -> None:
        """The record that a key points at has the row in its list, and the row has the record."""
        catalog, id_ = self.world.catalog, row["id"]
        for key in kind.entity.foreign_keys:
            target, there = catalog.entities[key.target], row[camel(key.column)]
            if target.kind != "entity" or there is None:
                continue
            siblings = sum(other.target == key.target for other in kind.entity.foreign_keys)
            back, forth = reverse(kind.entity, key, siblings), camel(relation(key))
            data = self.world.ask(
                f"query($i: ID!, $r: ID!) {{ one: {one(target)}(id: $i) {{ l: {back} {{ nodes {{ id }} }} }} "
                f"l: {kind.many}(filter: {{id: {{eq: $r}}, {forth}: {{id: {{eq: $i}}}}}}) {{ nodes {{ t: {forth} {{ id }} }} }} }}",
                i=there,
                r=id_,
            )
            assert id_ in [node["id"] for node in data["one"]["l"]["nodes"]]
            assert data["l"]["nodes"] == [{"t": {"id": there}}]
