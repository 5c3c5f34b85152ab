"""The roots of reading: each type's record and list, anything by id, search, the timeline, the log, the catalogue."""

from typing import Any, Optional

import strawberry
from strawberry.types.info import Info

from graph.plan.found import HEAT_WEIGHT
from resolvers.context import Context
from resolvers.duplicates import duplicate_queries
from resolvers.embedding import embedding_roots
from resolvers.heat import heat_queries
from resolvers.loading import Loading
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field, value_field
from resolvers.meanings import Found, InLog, ListOf, Meaning, OneOf, OnTimeline, SeveralOf
from resolvers.names import camel, many, one, type_name
from resolvers.scalars import DateTime, shown
from resolvers.suggestions import suggestion_roots
from resolvers.types import Types
from schema_sql.catalog import Column, Entity


def make_query(workshop: Workshop, types: Types, loading: Loading) -> type:
    """The root of all queries."""
    roots = _Roots(workshop, types, loading)
    for entity in workshop.catalog.records:
        roots.of(entity)
    for entity in workshop.catalog.series:
        roots.list_of(entity)
    roots.any_record()
    roots.lists()
    roots.catalogue()
    roots.fields |= suggestion_roots(workshop)
    roots.fields |= embedding_roots(workshop)
    roots.fields |= duplicate_queries(workshop)
    return workshop.object("Query", roots.fields | heat_queries(workshop, types, loading))


class _Roots:
    def __init__(self, workshop: Workshop, types: Types, loading: Loading) -> None:
        self._workshop = workshop
        self._types = types
        self._loading = loading
        self.fields: dict[str, tuple[Any, Any]] = {}

    def _add(self, name: str, returns: Any, meaning: Meaning, arguments: list[Argument], text: str) -> None:
        self._workshop.meanings.learn("Query", name, meaning)
        resolve = self._loading.resolver(meaning)
        self.fields[f"get_{name}"] = (None, resolved_field(name, returns, resolve, arguments, text))

    def of(self, entity: Entity) -> None:
        ref, name = self._workshop.ref, type_name(entity)
        by_id = [Argument("id", strawberry.ID, REQUIRED)]
        self._add(
            one(entity), Optional[ref(name)], OneOf(entity), by_id, f"One {name} by its id; null where there is none."
        )
        self.list_of(entity)

    def list_of(self, entity: Entity) -> None:
        returns = self._workshop.ref(f"{type_name(entity)}Connection")
        self._add(many(entity), returns, ListOf(entity), self._types.list_arguments(entity), entity.comment)

    def any_record(self) -> None:
        record = self._workshop.ref("Record")
        by_id, by_ids = Argument("id", strawberry.ID, REQUIRED), Argument("ids", list[strawberry.ID], REQUIRED)
        self._add("node", Optional[record], OneOf(None), [by_id], "A record of any type by its id.")
        several: Any = list[Optional[record]]  # type: ignore[valid-type]
        self._add("nodes", several, SeveralOf(), [by_ids], "Records of any type by their ids, in that order.")

    def lists(self) -> None:
        ref, page = self._workshop.ref, self._types.page_arguments()
        types = Argument("types", list[ref("RecordType")], None, "Only records of these types.")  # type: ignore[misc]
        query = Argument(
            "query",
            str,
            REQUIRED,
            'Words, of which each counts; "a phrase" that must occur, -without; the last word may be a beginning.',
        )
        since, until = Argument("since", DateTime), Argument("until", DateTime)
        modes = self._workshop.enum(
            "SearchMode", {name: name for name in ("HYBRID", "LEXICAL", "SEMANTIC")},
            "How records are found: by their words, by what they mean, or by both and by what the question names.",
        )  # fmt: skip
        found = [
            query, Argument("mode", ref("SearchMode"), modes.HYBRID), types, since, until,
            Argument("tags", list[str], None, "Only records that carry all of these tags, or narrower ones."),
            Argument("linkedTo", list[strawberry.ID], None, "Only records that are linked with all of these."),
            Argument("heatWeight", float, HEAT_WEIGHT, "How much heat may add: 0 nothing, 1 the score again."),
            *page,
        ]  # fmt: skip
        self._add("search", ref("SearchConnection"), Found(), found, "Records of any type, the best first.")
        span = [Argument("from", DateTime), Argument("to", DateTime), types, *page]
        self._add(
            "timeline",
            ref("RecordConnection"),
            OnTimeline(),
            span,
            "Records of any type by when they happened, the newest first.",
        )
        self._add(
            "changes",
            ref("ChangeConnection"),
            InLog(),
            [types, *page],
            "The log in its own order; `after` takes up where one was.",
        )

    def catalogue(self) -> None:
        """What is not in the tables of a life: who asks, and what kinds of records there are."""
        workshop = self._workshop
        text: dict[str, Any] = {"hint": str}
        flag: dict[str, Any] = {"hint": bool}
        column = {"name": text, "type": text, "required": flag, "description": text}
        _values(workshop, "RecordColumn", column, "A column of a kind of record.")
        _values(workshop, "RecordTypeInfo", {
            "recordType": {"hint": workshop.ref("RecordType")}, "name": text, "list": text, "description": text,
            "searchable": flag, "columns": {"hint": list[workshop.ref("RecordColumn")]},  # type: ignore[misc]
        }, "A kind of record: what it is called in this schema, what it is for, and its columns.")  # fmt: skip
        _values(workshop, "User", {
            "id": {"hint": strawberry.ID}, "username": text, "displayName": {"hint": Optional[str]},
            "email": {"hint": Optional[str]}, "role": text, "createdAt": {"hint": DateTime},
        }, "A person with a life on this instance.")  # fmt: skip
        kinds = _Catalogue(workshop)
        self.fields["get_viewer"] = (
            None,
            resolved_field("viewer", workshop.ref("User"), kinds.viewer, (), "Who asks."),
        )
        infos: Any = list[workshop.ref("RecordTypeInfo")]  # type: ignore[misc]
        self.fields["get_types"] = (
            None,
            resolved_field("recordTypes", infos, kinds.types, (), "The catalogue of all kinds of records."),
        )


def _values(workshop: Workshop, name: str, fields: dict[str, dict[str, Any]], text: str) -> None:
    made = {f"v{n}": (spec["hint"], value_field(field)) for n, (field, spec) in enumerate(fields.items())}
    workshop.object(name, made, description=text)


class _Catalogue:
    """Resolves what the Catalog and the accounts know."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def viewer(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        user = await context.service.user(context.user)
        values = (str(user.id), user.username, user.display_name, user.email, user.role, shown(user.created_at))
        return self._made("User", values)

    async def types(self, root: Any, info: Info[Any, Any]) -> Any:
        return [self._info(entity) for entity in self._workshop.catalog.records]

    def _info(self, entity: Entity) -> Any:
        kind: Any = self._workshop.made("RecordType")
        columns = [self._column(column) for column in entity.columns if not column.secret and column.name != "user_id"]
        searchable = bool(entity.tagged("title") or entity.tagged("text"))
        values = (kind(entity.record_type), type_name(entity), many(entity), entity.comment, searchable, columns)
        return self._made("RecordTypeInfo", values)

    def _column(self, column: Column) -> Any:
        required = not column.nullable and column.default is None
        return self._made("RecordColumn", (camel(column.name), column.type, required, column.comment))

    def _made(self, name: str, values: tuple[Any, ...]) -> Any:
        made: Any = self._workshop.made(name)
        one_ = made.__new__(made)
        one_.__dict__.update({f"v{n}": value for n, value in enumerate(values)})
        return one_
