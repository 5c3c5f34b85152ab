"""The object types: the interfaces, one for every record table, its list, and the edges between records."""

from collections.abc import Collection
from typing import Any, Optional

import strawberry

from resolvers.inputs import visible
from resolvers.loading import Loading
from resolvers.making import Argument, Workshop, resolved_field, value_field
from resolvers.meanings import (
    Cursor,
    HistoryOf,
    LinksOf,
    Meaning,
    OfRecord,
    OfSource,
    OwnColumn,
    PointsAt,
    SameRow,
    SimilarTo,
    Theirs,
    TheRecord,
)
from resolvers.names import attribute, camel, many, relation, reverse, type_name
from resolvers.scalars import JSON, BigInt, DateTime
from schema_sql.catalog import COMMON_COLUMNS, Entity, ForeignKey

_RECORD = {
    "id": ("id", strawberry.ID, "The record's own id, unique over all types."),
    "recordType": ("type", "RecordType", "What kind of record it is."),
    "label": ("label", str, "The title or name to show."),
    "createdAt": ("created_at", DateTime, "When the record came into this instance."),
    "updatedAt": ("updated_at", DateTime, "When one of its columns last changed."),
    "deletedAt": ("deleted_at", Optional[DateTime], "When it was deleted; a deleted record can be restored."),
    "heat": ("heat", float, "How much it matters now, 0 to 1: opened or edited lately or often, or pinned."),
}


class Types:
    """Makes all object types of a workshop. `loading` resolves what the compiler declines."""

    def __init__(self, workshop: Workshop, loading: Loading) -> None:
        self._workshop = workshop
        self._loading = loading
        self._meanings = workshop.meanings

    def make(self) -> None:
        workshop = self._workshop
        catalog = workshop.catalog
        kinds = {entity.record_type.upper(): entity.record_type for entity in catalog.records}
        workshop.enum("RecordType", kinds, "The kinds of records, one for each table.")
        workshop.enum(
            "LinkDirection", {name: name for name in ("OUT", "IN", "BOTH")}, "Which way an edge leads from here."
        )
        workshop.enum("Deleted", {n: n for n in ("EXCLUDE", "INCLUDE", "ONLY")}, "Whether deleted records are meant.")
        self._shared()
        for entity in catalog.records:
            self._record(entity)
        for entity in catalog.series:
            self._series(entity)

    def page_arguments(self, default: int = 20) -> list[Argument]:
        """The bounds of a list."""
        return [
            Argument("first", int, None, f"How many from the start, {default} unless told; at most 1000."),
            Argument("after", str, None, "A cursor: what stands after it."),
            Argument("last", int, None, "How many from the end, instead of first."),
            Argument("before", str, None, "A cursor: what stands before it."),
        ]

    # What all types share

    def _shared(self) -> None:
        ref = self._workshop.ref
        self._plain("PageInfo", {
            "hasNextPage": bool, "hasPreviousPage": bool, "startCursor": Optional[str], "endCursor": Optional[str],
        }, {}, "Where a page stands in its list.")  # fmt: skip
        node = self._workshop.object(
            "Node", {"id": (strawberry.ID, value_field("id"))}, interface=True, description="Anything with an id."
        )
        self._record_interface(node)
        self._plain("LinkEdge", {
            "cursor": str, "id": strawberry.ID, "relation": str, "direction": ref("LinkDirection"),
            "kind": ref("LinkKind"), "confidence": float, "weight": float, "createdAt": DateTime,
            "properties": Optional[JSON], "evidence": Optional[JSON],
        }, {"node": (ref("Record"), TheRecord())}, "An edge, seen from one of its ends.")  # fmt: skip
        self._plain("Change", {
            "seq": BigInt, "operation": str, "recordId": strawberry.ID, "changeSetId": strawberry.ID,
            "before": Optional[JSON], "after": Optional[JSON], "origin": str, "occurredAt": DateTime,
        }, {"record": (Optional[ref("Record")], PointsAt(None, "record_id"))}, "One line of the log.")  # fmt: skip
        self._plain(
            "ChangeEdge", {"cursor": str}, {"node": (ref("Change"), TheRecord())}, "A line of the log in its list."
        )
        self._search()
        self._plain("RecordEdge", {"cursor": str}, {"node": (ref("Record"), TheRecord())}, "A record in its list.")
        for name, node_name in (("Link", "Record"), ("Change", "Change"), ("Record", "Record")):
            self._connection(name, node_name)

    def _search(self) -> None:
        ref = self._workshop.ref
        self._plain("SearchExplanation", {
            "rank": int, "rankWithoutHeat": int, "lexicalRank": Optional[int], "lexicalScore": Optional[float],
            "lexicalShare": Optional[float], "semanticRank": Optional[int], "similarity": Optional[float],
            "semanticShare": Optional[float], "graphRank": Optional[int], "graphScore": Optional[float],
            "graphShare": Optional[float], "heat": float, "heatFactor": float,
        }, {}, "Why a record was found: its place and value in the list of each signal, words, meaning and links, and "
            "the share of each; the score is the sum of the shares times heatFactor.")  # fmt: skip
        self._plain("SearchEdge", {"cursor": str, "score": float, "snippet": str}, {
            "node": (ref("Record"), TheRecord()), "explanation": (ref("SearchExplanation"), SameRow()),
        }, "A record that was found. The snippet is HTML: its passage, escaped, with the words in <mark>.")  # fmt: skip
        edges: Any = list[ref("SearchEdge")]  # type: ignore[misc]
        loading = self._loading
        text = "What would stand on this page if heat counted nothing."
        missed = "What could not be done for this search, as the reason why it was by words only."
        self._connection("Search", "Record", {
            "pushed_out": (None, resolved_field("pushedOut", edges, loading.pushed_out, (), text)),
            "notices": (None, resolved_field("notices", list[str], loading.notices, (), missed)),
        })  # fmt: skip

    def _plain(
        self, name: str, values: dict[str, Any], resolved: dict[str, tuple[Any, Meaning]], description: str
    ) -> None:
        """A type whose rows are no records."""
        fields: dict[str, tuple[Any, Any]] = {}
        for field_name, hint in values.items():
            own = _snake(field_name)
            fields[own] = (hint, value_field(field_name))
            self._meanings.learn(name, field_name, Cursor() if field_name == "cursor" else OfSource(own))
        for field_name, (hint, meaning) in resolved.items():
            if isinstance(meaning, TheRecord | SameRow):
                self._meanings.learn(name, field_name, meaning)
                fields[field_name] = (hint, value_field(field_name))
            else:
                fields[field_name] = self._resolved(name, field_name, hint, meaning)
        self._workshop.object(name, fields, description=description)

    def _resolved(
        self,
        type_: str,
        name: str,
        returns: Any,
        meaning: Meaning,
        arguments: list[Argument] | None = None,
        text: str = "",
    ) -> tuple[None, Any]:
        self._meanings.learn(type_, name, meaning)
        return None, resolved_field(name, returns, self._loading.resolver(meaning), arguments or (), text)

    def _connection(self, name: str, node: str, more: dict[str, tuple[Any, Any]] | None = None) -> None:
        ref = self._workshop.ref
        self._workshop.object(
            f"{name}Connection",
            {
                "edges": (list[ref(f"{name}Edge")], value_field("edges")),  # type: ignore[misc]
                "nodes": (list[ref(node)], value_field("nodes")),  # type: ignore[misc]
                "page_info": (ref("PageInfo"), value_field("pageInfo")),
                "total_count": (
                    None,
                    resolved_field("totalCount", int, self._loading.total, (), "How many there are in all."),
                ),
                **(more or {}),
            },
            description=f"A part of a list of {node}.",
        )

    # Records

    def _record_interface(self, node: type) -> None:
        fields = {
            _snake(name): (self._hint(hint), value_field(name, text))
            for name, (own, hint, text) in _RECORD.items()
            if own != "id"
        }
        for name in _RECORD:
            self._meanings.learn("Record", name, OfRecord(_RECORD[name][0]))
        self._workshop.object(
            "Record", fields | self._of_any_record("Record"), bases=(node,), interface=True,
            description="Anything one would call a thing: a note, a person, a meeting.",
        )  # fmt: skip

    def _hint(self, hint: Any) -> Any:
        return self._workshop.ref(hint) if isinstance(hint, str) else hint

    def _of_any_record(self, type_: str) -> dict[str, tuple[Any, Any]]:
        ref = self._workshop.ref
        links = [
            Argument("direction", ref("LinkDirection"), self._workshop.made("LinkDirection").BOTH),  # type: ignore[attr-defined]
            Argument("relations", list[str]), Argument("types", list[ref("RecordType")]),  # type: ignore[misc]
            *self.page_arguments(),
        ]  # fmt: skip
        return {
            "links": self._resolved(
                type_, "links", ref("LinkConnection"), LinksOf(), links, "What it is linked with, the strongest first."
            ),
            "similar": self._resolved(
                type_,
                "similar",
                ref("SearchConnection"),
                SimilarTo(),
                [Argument("types", list[ref("RecordType")]), *self.page_arguments()],  # type: ignore[misc]
                "What means much the same, the nearest first.",
            ),
            "history": self._resolved(
                type_,
                "history",
                ref("ChangeConnection"),
                HistoryOf(),
                self.page_arguments(),
                "What happened to it, the latest first.",
            ),
        }

    def _record(self, entity: Entity) -> None:
        name = type_name(entity)
        workshop, meanings = self._workshop, self._meanings
        meanings.rows[name] = entity
        for field_name, (own, _, _) in _RECORD.items():
            of_table = own in COMMON_COLUMNS
            meanings.learn(name, field_name, OwnColumn(entity.by_name[own]) if of_table else OfRecord(own))
        fields = self._of_any_record(name)
        self._columns(name, entity, COMMON_COLUMNS, fields)
        self._backward(name, entity, fields)
        workshop.object(name, fields, bases=(workshop.made("Record"),), description=entity.comment)
        self._list(name)

    def _series(self, entity: Entity) -> None:
        name = type_name(entity)
        self._meanings.rows[name] = entity
        fields: dict[str, tuple[Any, Any]] = {"id": (strawberry.ID, value_field("id"))}
        self._meanings.learn(name, "id", OwnColumn(entity.by_name["id"]))
        self._columns(name, entity, ("id",), fields)
        self._workshop.object(name, fields, description=entity.comment)
        self._list(name)

    def _columns(self, name: str, entity: Entity, known: Collection[str], fields: dict[str, tuple[Any, Any]]) -> None:
        """A field for each column that is not `known`, and for what the foreign keys point at."""
        for column in visible(entity):
            if column.name not in known:
                fields[attribute(column.name)] = (
                    self._workshop.column_type(column),
                    value_field(camel(column.name), column.comment),
                )
                self._meanings.learn(name, camel(column.name), OwnColumn(column))
        for key in entity.foreign_keys:
            self._forward(name, entity, key, fields)

    def _list(self, name: str) -> None:
        workshop, meanings = self._workshop, self._meanings
        workshop.object(
            f"{name}Edge", {"cursor": (str, value_field("cursor")), "node": (workshop.ref(name), value_field("node"))},
            description=f"A {name} in its list.",
        )  # fmt: skip
        meanings.learn(f"{name}Edge", "cursor", Cursor())
        meanings.learn(f"{name}Edge", "node", TheRecord())
        self._connection(name, name)

    def _forward(self, name: str, entity: Entity, key: ForeignKey, fields: dict[str, tuple[Any, Any]]) -> None:
        target = self._workshop.catalog.entities.get(key.target)
        field_name = camel(relation(key))
        if target is None or relation(key) == key.column or self._meanings.of(name, field_name):
            return
        if target.name == "records":
            returns, meaning = self._workshop.ref("Record"), PointsAt(None, key.column)
        elif target.kind == "entity":
            returns, meaning = self._workshop.ref(type_name(target)), PointsAt(target, key.column)
        else:
            return
        told = entity.by_name[key.column].comment
        fields[f"to_{relation(key)}"] = self._resolved(name, field_name, Optional[returns], meaning, text=told)

    def _backward(self, name: str, entity: Entity, fields: dict[str, tuple[Any, Any]]) -> None:
        catalog = self._workshop.catalog
        pointing = [*catalog.pointing_at(entity.name), *catalog.series_of(entity.name)]
        for other, key in pointing:
            siblings = sum(1 for candidate, _ in pointing if candidate is other)
            field_name = reverse(other, key, siblings)
            if self._meanings.of(name, field_name):
                field_name = f"{many(other)}By{type_name(entity)}"
            arguments = self.list_arguments(other)
            returns = self._workshop.ref(f"{type_name(other)}Connection")
            own = f"of_{other.name}_{key.column}"
            fields[own] = self._resolved(name, field_name, returns, Theirs(other, key.column), arguments, other.comment)

    def list_arguments(self, entity: Entity) -> list[Argument]:
        """The arguments of a list of one type."""
        ref = self._workshop.ref
        deleted = Argument("deleted", ref("Deleted"), self._workshop.made("Deleted").EXCLUDE)  # type: ignore[attr-defined]
        return [
            Argument("filter", ref(f"{type_name(entity)}Filter")),
            Argument("orderBy", list[ref(f"{type_name(entity)}Order")], None, "The newest first unless told."),  # type: ignore[misc]
            *self.page_arguments(),
            *([deleted] if entity.kind == "entity" else []),
        ]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
