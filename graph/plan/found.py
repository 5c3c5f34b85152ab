"""Lists whose order is a judgement: what a search finds, and what is like a record.

The statements call the functions of `90_hybrid.sql`. What a text means is a vector that an embedder makes of it before
the statement runs: such parameters are `Writer.meaning`s.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from graph.errors import BadArgument
from graph.plan.nodes import Bounds
from graph.plan.order import CursorValues, Key, Order, order_by
from graph.plan.sources import page_of, record_columns
from graph.plan.values import Writer, as_text

LONGEST_SEARCH = 1000
DEPTH = 1000
"""How many records a search by one list ranks; the function that ranks has the same number."""
HEAT_WEIGHT = 0.3

SIGNALS = (
    "rank", "rank_without_heat", "lexical_rank", "lexical_score", "lexical_share", "semantic_rank", "similarity",
    "semantic_share", "graph_rank", "graph_score", "graph_share", "heat", "heat_factor",
)  # fmt: skip
"""What explains a hit, as the columns of a ranked list."""


def as_search(query: Any) -> str:
    """What is searched for. Raises `BadArgument` for more than a person would ask."""
    text = as_text(query) or ""
    if len(text) > LONGEST_SEARCH:
        raise BadArgument(f"a search has at most {LONGEST_SEARCH} characters, not {len(text)}")
    return text


def as_heat_weight(value: Any) -> float:
    """How much heat may add to a score: 0 nothing, 1 its double."""
    if not 0 <= value <= 1:  # NaN too
        raise BadArgument(f"heatWeight is a number from 0 to 1, not {value}")
    return float(value)


@dataclass(frozen=True)
class Search:
    """Records found by their words and their meaning, the best first. `mode` is LEXICAL, SEMANTIC or HYBRID."""

    gives_records: ClassVar[bool] = True
    kind: ClassVar[str] = "Search"
    values: ClassVar[tuple[str, ...]] = ("score", "snippet", *SIGNALS)
    order: ClassVar[Order] = (
        Key("{row}.rank", "integer"), Key("{row}.moment", "timestamptz"), Key("{row}.as_of", "timestamptz"),
    )  # fmt: skip
    query: Any
    types: Any = None
    since: Any = None
    until: Any = None
    mode: str = "HYBRID"
    tags: Any = None
    linked_to: Any = None
    heat_weight: Any = HEAT_WEIGHT

    def _filters(self, writer: Writer) -> str:
        types = "NULL" if self.types is None else writer.several(self.types, "text")
        since = "NULL" if self.since is None else writer.scalar(self.since, "timestamptz")
        until = "NULL" if self.until is None else writer.scalar(self.until, "timestamptz")
        return f"{types}, {since}, {until}"

    def _within(self, writer: Writer) -> str:
        tags = "NULL" if self.tags is None else writer.several(self.tags, "text")
        linked = "NULL" if self.linked_to is None else writer.ids(self.linked_to)
        return "NULL" if tags == "NULL" == linked else f"records_within({tags}, {linked})"

    def _moments(self, writer: Writer, cursor: Any) -> tuple[str, str]:
        """Of which moment's heat a list is ranked, and as of which change: those of its first page, null for now."""
        if cursor is None:
            return "date_trunc('minute', now())", "NULL::timestamptz"
        keys = f"{writer.parameter(cursor, CursorValues(self.order))}::text[]"
        return f"(({keys})[2])::timestamptz", f"(({keys})[3])::timestamptz"

    def _found(self, writer: Writer, cursor: Any = None, deep: str = "false") -> str:
        """The statement of all hits, in no order."""
        query = f"{writer.parameter(self.query, as_search)}::text"
        meaning = "NULL, NULL, 0"
        if self.mode != "LEXICAL":
            model, vector, weight = (
                writer.meaning(self.query, as_search, name) for name in ("model", "vector", "weight")
            )
            meaning = f"{model}::uuid, {vector}::text::vector, {weight}::real"
        moment, as_of = self._moments(writer, cursor)
        heat = f"{writer.parameter(self.heat_weight, as_heat_weight)}::float8"
        filters = f"{self._filters(writer)}, {self._within(writer)}"
        call = f"search_records({query}, '{self.mode}', {meaning}, {filters}, {heat}, {moment}, {as_of}, {deep})"
        h = writer.alias("h")
        return (
            f"SELECT {h}.*, {moment} AS moment, coalesce({as_of}, (SELECT last_change_at())) AS as_of FROM {call} {h}"
        )

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        h = writer.alias("h")
        cursor = bounds.after if bounds.after is not None else bounds.before
        deep = "true"  # a page may lie behind those that are ranked
        if cursor is None and not bounds.backward:
            deep = f"{writer.page_size(bounds.first)} >= {DEPTH}"
        found = f"SELECT {h}.* FROM ({self._found(writer, cursor, deep)}) {h}"
        return self._with_records(writer, page_of(writer, found, "true", h, self.order, bounds, extra), bounds)

    def pushed_out(self, writer: Writer, bounds: Bounds) -> str:
        """The statement of what would stand on the first page if heat counted nothing."""
        h = writer.alias("h")
        size = writer.page_size(bounds.last if bounds.backward else bounds.first)
        found = (
            f"SELECT {h}.* FROM ({self._found(writer)}) {h} WHERE {h}.rank > {size} AND {h}.rank_without_heat <= {size}"
        )
        return self._with_records(writer, found, bounds)

    def _with_records(self, writer: Writer, best: str, bounds: Bounds) -> str:
        b, r = writer.alias("b"), writer.alias("r")
        return (
            f"SELECT {b}.*, {record_columns(r)} FROM ({best}) {b} JOIN records {r} "
            f"ON {r}.user_id = {Writer.USER} AND {r}.id = {b}.id ORDER BY {order_by(self.order, b, bounds.backward)}"
        )

    def count(self, writer: Writer, parent: str) -> str:
        if self.mode != "LEXICAL":
            return f"SELECT count(*) FROM ({self._found(writer)}) {writer.alias('h')}"
        query = f"{writer.parameter(self.query, as_search)}::text"
        m, within = writer.alias("m"), self._within(writer)
        where = "" if within == "NULL" else f" WHERE {m}.id = ANY ({within})"
        return f"SELECT count(*) FROM lexical_matches({query}, {self._filters(writer)}) {m}{where}"

    def notices(self, writer: Writer) -> str:
        """The JSON of what could not be done for this search."""
        if self.mode == "LEXICAL":
            return "'[]'::json"
        return f"to_json({writer.meaning(self.query, as_search, 'notices')}::text[])"


@dataclass(frozen=True)
class Similar:
    """Records whose texts mean much the same as those of the parent, the nearest first."""

    gives_records: ClassVar[bool] = True
    kind: ClassVar[str] = "Search"
    values: ClassVar[tuple[str, ...]] = Search.values
    order: ClassVar[Order] = (Key("{row}.rank", "integer"),)
    types: Any = None

    def _found(self, writer: Writer, parent: str) -> str:
        types = "NULL" if self.types is None else writer.several(self.types, "text")
        return f"similar_hits({parent}, {types})"

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        h, b, r = writer.alias("h"), writer.alias("b"), writer.alias("r")
        found = f"SELECT {h}.* FROM {self._found(writer, parent)} {h}"
        best = page_of(writer, found, "true", h, self.order, bounds, extra)
        return (
            f"SELECT {b}.*, {record_columns(r)} FROM ({best}) {b} JOIN records {r} "
            f"ON {r}.user_id = {Writer.USER} AND {r}.id = {b}.id ORDER BY {order_by(self.order, b, bounds.backward)}"
        )

    def pushed_out(self, writer: Writer, bounds: Bounds) -> str:
        """Nothing: here heat counts nothing."""
        return f"{self.page(writer, 'NULL::uuid', Bounds(first=0), 0)}"

    def count(self, writer: Writer, parent: str) -> str:
        return f"SELECT count(*) FROM {self._found(writer, parent)}"

    def notices(self, writer: Writer) -> str:
        return "'[]'::json"
