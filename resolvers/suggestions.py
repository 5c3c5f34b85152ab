"""Suggestions in GraphQL: the questions that texts leave open, and a person's yes and no."""

from typing import Any, Optional
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from graph.extraction.suggestions import Asked, Suggestion
from graph.plan.values import as_uuid
from resolvers.context import Context
from resolvers.loading import arguments_of
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field, value_field
from resolvers.scalars import DateTime, shown

Fields = dict[str, tuple[Any, Any]]


def suggestion_roots(workshop: Workshop) -> Fields:
    """The field `suggestions`, with the types that it answers with."""
    ref, asking = workshop.ref, _Asking(workshop)
    _make_types(workshop)
    states: Any = workshop.made("SuggestionState")
    arguments = [
        Argument("state", ref("SuggestionState"), states.OPEN),
        Argument("source", strawberry.ID, None, "Only what this record's text suggests."),
        Argument("target", strawberry.ID, None, "Only links to this record."),
        Argument("first", int, None, "How many, 20 unless told; at most 1000."),
        Argument("after", str, None, "A cursor: what stands after it."),
    ]
    text = "Links that texts suggest and nobody has decided about, the surest first."
    field = resolved_field("suggestions", ref("SuggestionConnection"), asking.page, arguments, text)
    return {"get_suggestions": (None, field)}


def suggestion_decisions(workshop: Workshop) -> Fields:
    """The mutations that decide."""
    ref, asking = workshop.ref, _Asking(workshop)
    by_id = [Argument("id", strawberry.ID, REQUIRED)]
    made = [
        ("acceptSuggestion", asking.accept, "Yes: make it a link, for as long as the text says so."),
        ("rejectSuggestion", asking.reject, "No: it never returns, and is unlinked where it had been accepted."),
    ]
    return {
        f"do_{name}": (None, resolved_field(name, ref("Suggestion"), resolve, by_id, text))
        for name, resolve, text in made
    }


def _make_types(workshop: Workshop) -> None:
    ref, end = workshop.ref, _Ends()
    span = _values(column=str, start=int, end=int, text=str)
    workshop.object("TextSpan", span, description="A place in a column of a record: text[start:end], in characters.")
    spans: Any = list[ref("TextSpan")]  # type: ignore[misc]
    own = _values(
        id=strawberry.ID, relation=str, state=ref("SuggestionState"), confidence=float, reason=str, passage=str,
        spans=spans, createdAt=DateTime, decidedAt=Optional[DateTime],
    )  # fmt: skip
    own["get_source"] = (None, resolved_field("source", ref("Record"), end.source, (), "Whose text says it."))
    own["get_target"] = (None, resolved_field("target", ref("Record"), end.target, (), "What it may mean."))
    workshop.object("Suggestion", own, description="A link that a text suggests; a person accepts or rejects it.")
    edge = _values(cursor=str, node=ref("Suggestion"))
    workshop.object("SuggestionEdge", edge, description="A suggestion in its list.")
    edges: Any = list[ref("SuggestionEdge")]  # type: ignore[misc]
    nodes: Any = list[ref("Suggestion")]  # type: ignore[misc]
    page = _values(edges=edges, nodes=nodes, pageInfo=ref("PageInfo"), totalCount=int)
    workshop.object("SuggestionConnection", page, description="A part of a list of suggestions.")


def _values(**hints: Any) -> Fields:
    return {name: (hint, value_field(name)) for name, hint in hints.items()}


class _Ends:
    """Resolves the records at both ends."""

    async def source(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return await context.loaders.any.load(root.source_id)

    async def target(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return await context.loaders.any.load(root.target_id)


class _Asking:
    """Resolves the fields."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def page(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        given = arguments_of(info)
        asked = Asked(str(given["state"].value), _id(given.get("source")), _id(given.get("target")))
        first = given.get("first")
        page = await context.service.suggestions.page(
            context.user, asked, 20 if first is None else first, given.get("after")
        )
        nodes = [self._suggestion(one) for one in page.suggestions]
        cursors = [one.cursor for one in page.suggestions]
        ends = {"start_cursor": cursors[0] if cursors else None, "end_cursor": cursors[-1] if cursors else None}
        info_ = self._made("PageInfo", has_next_page=page.has_next, has_previous_page=bool(given.get("after")), **ends)
        edges = [self._made("SuggestionEdge", cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)]
        return self._made("SuggestionConnection", edges=edges, nodes=nodes, pageInfo=info_, totalCount=page.total)

    async def accept(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        decided = await context.service.suggestions.accept(context.user, as_uuid(arguments_of(info)["id"]))
        context.loaders.forget()
        return self._suggestion(decided)

    async def reject(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        decided = await context.service.suggestions.reject(context.user, as_uuid(arguments_of(info)["id"]))
        context.loaders.forget()
        return self._suggestion(decided)

    def _suggestion(self, one: Suggestion) -> Any:
        states: Any = self._workshop.made("SuggestionState")
        spans = [self._made("TextSpan", **span) for span in one.evidence.get("spans", ())]
        return self._made(
            "Suggestion", id=str(one.id), relation=one.relation, state=states(one.state), confidence=one.confidence,
            reason=one.evidence.get("reason", ""), passage=one.evidence.get("passage", ""), spans=spans,
            createdAt=shown(one.created_at), decidedAt=one.decided_at and shown(one.decided_at),
            source_id=one.source_id, target_id=one.target_id,
        )  # fmt: skip

    def _made(self, name: str, **values: Any) -> Any:
        made: Any = self._workshop.made(name)
        one = made.__new__(made)
        one.__dict__.update(values)
        return one


def _id(given: Any) -> UUID | None:
    return None if given is None else as_uuid(given)
