"""What GraphQL knows of heat: the hottest records, what the heat of one consists of, touching and pinning."""

from typing import Any, Optional
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from graph.heat import Access, Explanation, Part
from graph.plan.values import as_uuid
from resolvers.context import Context
from resolvers.loading import Loading, arguments_of
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field, value_field
from resolvers.meanings import Hottest
from resolvers.scalars import DateTime, shown
from resolvers.types import Types

Fields = dict[str, tuple[Any, Any]]

_TIERS = {"HOT": "HOT", "WARM": "WARM", "COLD": "COLD"}
_BY_ID = Argument("id", strawberry.ID, REQUIRED)


def heat_queries(workshop: Workshop, types: Types, loading: Loading) -> Fields:
    """The roots `hot` and `heatOf`, and their types."""
    _explanation(workshop)
    ref = workshop.ref
    workshop.meanings.learn("Query", "hot", Hottest())
    only = Argument("types", list[ref("RecordType")], None, "Only records of these types.")  # type: ignore[misc]
    hot = resolved_field(
        "hot", ref("RecordConnection"), loading.resolver(Hottest()), [only, *types.page_arguments()],
        "Records that somebody opened, edited or pinned, the hottest first.",
    )  # fmt: skip
    of_one = resolved_field(
        "heatOf", Optional[ref("Heat")], _Heating(workshop).explain, [_BY_ID], "What the heat of a record consists of."
    )
    return {"get_hot": (None, hot), "get_heat_of": (None, of_one)}


def heat_mutations(workshop: Workshop) -> Fields:
    """The roots `touch` and `pin`."""
    heating, record = _Heating(workshop), workshop.ref("Record")
    kinds: Any = workshop.made("AccessKind")
    access = Argument("access", workshop.ref("AccessKind"), kinds.OPENED, "How somebody came upon it.")
    held = Argument("pinned", bool, True, "False lets it cool again.")
    touch = resolved_field(
        "touch", record, heating.touch, [_BY_ID, access], "Count an access of a record, and warm it."
    )
    pin = resolved_field("pin", record, heating.pin, [_BY_ID, held], "Hold a record as hot as can be.")
    return {"do_touch": (None, touch), "do_pin": (None, pin)}


def _explanation(workshop: Workshop) -> None:
    workshop.enum("HeatTier", _TIERS, "HOT from a heat of 0.5 on, WARM from 0.1, COLD below.")
    _values(workshop, "HeatPart", {
        "access": (workshop.ref("AccessKind"), "How it was come upon."),
        "weight": (float, "What each of these accesses weighs."),
        "times": (int, "How many of them counted; what is done again within ten minutes counts once."),
        "lastAt": (DateTime, "When the last of them was."),
        "share": (float, "How much of the whole heat is theirs now, from 0 to 1."),
    }, "The accesses of one kind.")  # fmt: skip
    _values(workshop, "Heat", {
        "value": (float, "From 0 to 1."),
        "tier": (workshop.ref("HeatTier"), "One word for it."),
        "pinned": (bool, "Whether it is held as hot as can be."),
        "halfLife": (Optional[float], "Days until half of it is gone; null where records of this type have no heat."),
        "times": (int, "How many accesses counted in all."),
        "parts": (list[workshop.ref("HeatPart")], "The accesses by kind, what counts most first."),  # type: ignore[misc]
    }, "What the heat of a record consists of.")  # fmt: skip


def _values(workshop: Workshop, name: str, fields: dict[str, tuple[Any, str]], text: str) -> None:
    made = {f"v{n}": (hint, value_field(field, told)) for n, (field, (hint, told)) in enumerate(fields.items())}
    workshop.object(name, made, description=text)


class _Heating:
    """The resolvers."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def explain(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        heat = await context.service.heat.explain(context.user, as_uuid(arguments_of(info)["id"]))
        return None if heat is None else self._heat(heat)

    def _heat(self, heat: Explanation) -> Any:
        tiers: Any = self._workshop.made("HeatTier")
        parts = [self._part(part) for part in heat.parts]
        values = (heat.value, tiers[heat.tier], heat.pinned, heat.half_life, heat.times, parts)
        return self._made("Heat", values)

    def _part(self, part: Part) -> Any:
        kinds: Any = self._workshop.made("AccessKind")
        values = (kinds(part.access), part.weight, part.times, shown(part.last_at), part.share)
        return self._made("HeatPart", values)

    def _made(self, name: str, values: tuple[Any, ...]) -> Any:
        made: Any = self._workshop.made(name)
        one = made.__new__(made)
        one.__dict__.update({f"v{n}": value for n, value in enumerate(values)})
        return one

    async def touch(self, root: Any, info: Info[Any, Any]) -> Any:
        """An agent's access is an agent's, whatever it says."""
        context: Context = info.context
        arguments = arguments_of(info)
        given = str(getattr(arguments["access"], "value", arguments["access"]))
        id_ = as_uuid(arguments["id"])
        await context.service.heat.touch(context.user, id_, Access.AGENT if context.is_agent else Access(given))
        return await self._again(context, id_)

    async def pin(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        arguments = arguments_of(info)
        id_ = as_uuid(arguments["id"])
        await context.service.heat.pin(context.user, id_, pinned=arguments["pinned"])
        return await self._again(context, id_)

    async def _again(self, context: Context, id_: UUID) -> Any:
        context.loaders.forget()
        return await context.loaders.any.load(id_)
