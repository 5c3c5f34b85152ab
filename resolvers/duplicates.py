"""What GraphQL knows of duplicates: pairs that may be one thing, dismissing them, merging and splitting."""

from typing import Any, Optional
from uuid import UUID

import strawberry
from strawberry.types.info import Info

from graph.merging.duplicates import Duplicate
from graph.merging.merge import Merge
from graph.plan.values import as_page_size, as_uuid, as_uuids
from resolvers.context import Context
from resolvers.loading import arguments_of
from resolvers.making import REQUIRED, Argument, Workshop, resolved_field, value_field
from resolvers.scalars import JSON, DateTime, shown

Fields = dict[str, tuple[Any, Any]]

_FIRST = Argument("first", int, 20, "How many; at most 1000.")


def duplicate_queries(workshop: Workshop) -> Fields:
    """The roots `duplicates` and `merges`, and their types."""
    _pairs(workshop)
    _merges(workshop)
    ref, read = workshop.ref, _Reading(workshop)
    types = Argument("types", list[ref("RecordType")], None, "Contacts, organizations and places unless told.")  # type: ignore[misc]
    record = Argument("record", strawberry.ID, None, "Only merges that it took part in.")
    found: Any = list[ref("Duplicate")]  # type: ignore[misc]
    made: Any = list[ref("Merge")]  # type: ignore[misc]
    return {
        "get_duplicates": (None, resolved_field(
            "duplicates", found, read.duplicates, [types, _FIRST], "Pairs that are likely one, the likeliest first.",
        )),
        "get_merges": (None, resolved_field(
            "merges", made, read.merges, [record, _FIRST], "What was merged or split again, the latest first.",
        )),
    }  # fmt: skip


def duplicate_mutations(workshop: Workshop) -> Fields:
    """The roots `dismissDuplicate`, `merge` and `split`."""
    ref, write = workshop.ref, _Writing(workshop)
    pair = Argument("records", list[strawberry.ID], REQUIRED, "The two.")
    several = Argument("records", list[strawberry.ID], REQUIRED, "Living records of one type.")
    into = Argument("into", strawberry.ID, REQUIRED, "The one that stays.")
    merge = Argument("merge", strawberry.ID, REQUIRED, "The id of the merge.")
    made = [
        ("dismissDuplicate", bool, write.dismiss, [pair], "These are two: the pair is not suggested again."),
        ("merge", ref("MergeResult"), write.merge, [several, into],
         "Let one record take over what the others have: values it lacks, parts, links, history. `split` undoes it."),
        ("split", ref("SplitResult"), write.split, [merge], "Take a merge apart: everything is as it was before."),
    ]  # fmt: skip
    return {f"do_{field}": (None, resolved_field(field, *rest)) for field, *rest in made}


def _pairs(workshop: Workshop) -> None:
    _values(workshop, "DuplicateReason", {
        "signal": (str, "name, email, telephone, url, identifier, position or birthday."),
        "value": (str, "What they share."),
        "weight": (float, "How much it says on its own, from 0 to 1."),
    }, "Why two records may be one.")  # fmt: skip
    _values(workshop, "Duplicate", {
        "records": (list[workshop.ref("Record")], "The two, the older first."),  # type: ignore[misc]
        "score": (float, "How likely they are one, from 0 to 1."),
        "reasons": (list[workshop.ref("DuplicateReason")], "Why, the strongest first."),  # type: ignore[misc]
    }, "Two records that may be one thing.")  # fmt: skip


def _merges(workshop: Workshop) -> None:
    ref = workshop.ref
    _values(workshop, "Merge", {
        "id": (strawberry.ID, "The merge, which is its change set too."),
        "survivor": (ref("Record"), "The one that stayed."),
        "absorbed": (list[ref("Record")], "Those that it took in; they are deleted."),  # type: ignore[misc]
        "mergedAt": (DateTime, "When."),
        "splitAt": (Optional[DateTime], "When it was taken apart again; null while it holds."),
    }, "Records that were merged into one.")  # fmt: skip
    _values(workshop, "MergeDifference", {
        "record": (strawberry.ID, "The absorbed record."),
        "column": (str, "The column, as `recordTypes` names it."),
        "kept": (Optional[JSON], "What the survivor has."),
        "left": (Optional[JSON], "What stays with the absorbed record."),
    }, "A value that the survivor did not take over, because it has its own.")  # fmt: skip
    _values(workshop, "MergeResult", {
        "merge": (ref("Merge"), "The merge: its id splits it."),
        "survivor": (ref("Record"), "The record that stayed, as it is now."),
        "differences": (list[ref("MergeDifference")], "What was not taken over."),  # type: ignore[misc]
    }, "What a merge did.")  # fmt: skip
    _values(workshop, "SplitRemainder", {
        "id": (strawberry.ID, "The record or the edge."),
        "recordType": (str, "Its type; entity_link for an edge."),
        "column": (str, "The column, empty for an edge."),
        "reason": (str, "Why it stays as it is."),
    }, "Something that a split left alone because it was changed since the merge.")  # fmt: skip
    _values(workshop, "SplitResult", {
        "merge": (strawberry.ID, "The merge."),
        "records": (list[ref("Record")], "The records that are themselves again."),  # type: ignore[misc]
        "remainders": (list[ref("SplitRemainder")], "What stays as it is."),  # type: ignore[misc]
    }, "What a split did.")  # fmt: skip


def _values(workshop: Workshop, name: str, fields: dict[str, tuple[Any, str]], text: str) -> None:
    made = {f"v{n}": (hint, value_field(field, told)) for n, (field, (hint, told)) in enumerate(fields.items())}
    workshop.object(name, made, description=text)


class _Making:
    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def made(self, name: str, *values: Any) -> Any:
        made: Any = self._workshop.made(name)
        one = made.__new__(made)
        one.__dict__.update({f"v{n}": value for n, value in enumerate(values)})
        return one

    async def merge_of(self, context: Context, merge: Merge) -> Any:
        survivor, *absorbed = await context.loaders.any.load_many([merge.survivor, *merge.absorbed])
        split_at = shown(merge.split_at) if merge.split_at else None
        return self.made("Merge", str(merge.id), survivor, absorbed, shown(merge.merged_at), split_at)


class _Reading(_Making):
    async def duplicates(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        given = arguments_of(info)
        types = given.get("types")
        names = None if types is None else [getattr(type_, "value", type_) for type_ in types]
        found = await context.service.duplicates.find(context.user, names, as_page_size(given["first"]))
        return [await self._duplicate(context, one) for one in found]

    async def _duplicate(self, context: Context, one: Duplicate) -> Any:
        records = await context.loaders.any.load_many(list(one.records))
        reasons = [self.made("DuplicateReason", reason.signal, reason.value, reason.weight) for reason in one.reasons]
        return self.made("Duplicate", records, one.score, reasons)

    async def merges(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        given = arguments_of(info)
        record: UUID | None = as_uuid(given["record"]) if given.get("record") is not None else None
        found = await context.service.merging.merges(context.user, record, as_page_size(given["first"]))
        return [await self.merge_of(context, one) for one in found]


class _Writing(_Making):
    async def dismiss(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        await context.service.duplicates.dismiss(context.user, as_uuids(arguments_of(info)["records"]))
        return True

    async def merge(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        given = arguments_of(info)
        merged = await context.service.merging.merge(context.user, as_uuids(given["records"]), as_uuid(given["into"]))
        context.loaders.forget()
        merge = await self.merge_of(context, merged.merge)
        differences = [
            self.made("MergeDifference", str(id_), one.column, one.kept, one.left) for id_, one in merged.differences
        ]
        return self.made("MergeResult", merge, merge.v1, differences)

    async def split(self, root: Any, info: Info[Any, Any]) -> Any:
        context: Context = info.context
        split = await context.service.merging.split(context.user, as_uuid(arguments_of(info)["merge"]))
        context.loaders.forget()
        records = await context.loaders.any.load_many(list(split.records))
        remainders = [
            self.made("SplitRemainder", str(one.id), one.record_type, one.column, one.reason)
            for one in split.remainders
        ]
        return self.made("SplitResult", str(split.merge), records, remainders)
