"""Heat in a reading: the value on a record, and the list of what is hottest."""

from dataclasses import dataclass
from typing import Any, ClassVar

from graph.plan.nodes import Bounds
from graph.plan.order import CursorValues, Key, Order, beyond
from graph.plan.sources import page_of, record_columns
from graph.plan.values import Writer, conjunction

_NOW = "date_trunc('minute', now())"
"""To the minute, so that one answer in two statements has one heat."""


def heat_value(id_: str) -> str:
    """The SQL of a record's heat, 0 to 1."""
    return (
        f"coalesce((SELECT heat_at(h.level, h.half_life, h.pinned, {_NOW}) FROM record_heat h "
        f"WHERE h.user_id = {Writer.USER} AND h.id = {id_}), 0)"
    )


@dataclass(frozen=True)
class Hot:
    """Records that were ever accessed, the hottest first.

    Each type is read in its own order, which never changes with time, and the types are merged as of one moment. The
    first page chooses it and cursors carry it on: so a page stands where it stood, though all is cooling meanwhile.
    """

    gives_records: ClassVar[bool] = True
    kind: ClassVar[str] = "Record"
    values: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[Order] = (
        Key("{row}.warmth", "double precision", descending=True),
        Key("{row}.id", "uuid", descending=True),
        Key("{row}.moment", "timestamptz", descending=True),
    )
    types: Any = None

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        k, u = writer.alias("k"), writer.alias("u")
        of_type = self._of_type(writer, f"{k}.type", bounds, extra)
        select = f"SELECT {u}.* FROM heat_types {k} CROSS JOIN LATERAL ({of_type}) {u}"
        whole = Bounds(bounds.first, bounds.last)
        return page_of(writer, select, self._wanted(writer, f"{k}.type"), u, self.order, whole, extra)

    def _of_type(self, writer: Writer, type_: str, bounds: Bounds, extra: int) -> str:
        """The page there would be if there were no other type, in the order of the index."""
        h, r, x = writer.alias("h"), writer.alias("r"), writer.alias("x")
        moment = self._moment(writer, bounds)
        rows = (
            f"SELECT {h}.rank, {h}.id, warmth({h}.rank, {h}.half_life, {moment}) AS warmth, {moment} AS moment, "
            f"{record_columns(r)} FROM record_heat {h} JOIN records {r} ON {r}.user_id = {Writer.USER} "
            f"AND {r}.id = {h}.id AND {r}.deleted_at IS NULL "
            f"WHERE {h}.user_id = {Writer.USER} AND {h}.type = {type_} AND {h}.rank > '-Infinity'"
        )
        by_rank = (Key("{row}.rank", "double precision", descending=True), self.order[1])
        conditions = [
            beyond(writer, self.order, x, cursor, before=before)
            for cursor, before in ((bounds.after, False), (bounds.before, True))
            if cursor is not None
        ]
        whole = Bounds(bounds.first, bounds.last)
        return page_of(writer, f"SELECT {x}.* FROM ({rows}) {x}", conjunction(conditions), x, by_rank, whole, extra)

    def _moment(self, writer: Writer, bounds: Bounds) -> str:
        cursor = bounds.after if bounds.after is not None else bounds.before
        if cursor is None:
            return _NOW
        return f"(({writer.parameter(cursor, CursorValues(self.order))}::text[])[3])::timestamptz"

    def _wanted(self, writer: Writer, type_: str) -> str:
        return "true" if self.types is None else f"{type_} = ANY ({writer.several(self.types, 'text')})"

    def count(self, writer: Writer, parent: str) -> str:
        k, h, r = writer.alias("k"), writer.alias("h"), writer.alias("r")
        return (
            f"SELECT count(*) FROM heat_types {k} JOIN record_heat {h} ON {h}.type = {k}.type "
            f"JOIN records {r} ON {r}.user_id = {Writer.USER} AND {r}.id = {h}.id AND {r}.deleted_at IS NULL "
            f"WHERE {h}.user_id = {Writer.USER} AND {h}.rank > '-Infinity' AND {self._wanted(writer, f'{k}.type')}"
        )
