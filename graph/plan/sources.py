"""Where the rows of a list come from. A source writes the statement of its rows; what is made of them is `read`'s."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from graph.plan.filters import Filter
from graph.plan.nodes import Bounds
from graph.plan.order import Key, Order, beyond, order_by
from graph.plan.values import Writer, conjunction, quoted
from schema_sql.catalog import Catalog, Entity


class Source(Protocol):
    """A list. Frozen and hashable: equal ones ask for the same.

    A source that `gives_records` has, beside its own columns, `record_type`, `record_id`, `record_label`,
    `record_created_at`, `record_updated_at` and `record_deleted_at`; the rows of the others are those of their table.
    `kind` names its connection in the schema ("" for the table's own), `values` are the columns that its edges show.
    """

    gives_records: ClassVar[bool]
    kind: ClassVar[str]
    values: ClassVar[tuple[str, ...]]

    @property
    def order(self) -> Order: ...

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        """The statement of the rows within the bounds, and `extra` more."""

    def count(self, writer: Writer, parent: str) -> str:
        """The statement of how many there are, whatever the bounds."""


RECORD_COLUMNS = ("type", "id", "label", "created_at", "updated_at", "deleted_at")


def record_columns(alias: str) -> str:
    return ", ".join(f"{alias}.{name} AS record_{name}" for name in RECORD_COLUMNS)


def page_of(writer: Writer, select: str, where: str, alias: str, order: Order, bounds: Bounds, extra: int) -> str:
    """`select` rows within the bounds, `extra` more than asked for to know whether there are more."""
    conditions = [where]
    if bounds.after is not None:
        conditions.append(beyond(writer, order, alias, bounds.after, before=False))
    if bounds.before is not None:
        conditions.append(beyond(writer, order, alias, bounds.before, before=True))
    size = writer.page_size(bounds.last if bounds.backward else bounds.first)
    return (
        f"{select} WHERE {conjunction(conditions)} ORDER BY {order_by(order, alias, bounds.backward)} "
        f"LIMIT {size}{f' + {extra}' if extra else ''}"
    )


def live(alias: str, deleted: str) -> str:
    """The condition for one of EXCLUDE, INCLUDE, ONLY."""
    return {"EXCLUDE": f"{alias}.deleted_at IS NULL", "ONLY": f"{alias}.deleted_at IS NOT NULL"}.get(deleted, "true")


@dataclass(frozen=True)
class Table:
    """All records of one type; with `parent_column` those that point at the parent's row by it."""

    gives_records: ClassVar[bool] = False
    kind: ClassVar[str] = ""
    values: ClassVar[tuple[str, ...]] = ()
    entity: Entity = field(hash=False, compare=False)
    catalog: Catalog = field(hash=False, compare=False, repr=False)
    name: str
    order: Order
    filter: Any = field(default=None, hash=False)
    deleted: str = "EXCLUDE"
    parent_column: str | None = None

    def _where(self, writer: Writer, alias: str, parent: str) -> str:
        conditions = [f"{alias}.user_id = {Writer.USER}"]
        if self.parent_column:
            conditions.append(f"{alias}.{quoted(self.parent_column)} = {parent}")
        if self.deleted != "INCLUDE":
            conditions.append(live(alias, self.deleted))
        if self.filter:
            conditions.append(Filter(writer, self.catalog).sql(self.entity, alias, self.filter))
        return conjunction(conditions)

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        t = writer.alias()
        select = f"SELECT {t}.* FROM {quoted(self.name)} {t}"
        return page_of(writer, select, self._where(writer, t, parent), t, self.order, bounds, extra)

    def count(self, writer: Writer, parent: str) -> str:
        t = writer.alias()
        return f"SELECT count(*) FROM {quoted(self.name)} {t} WHERE {self._where(writer, t, parent)}"


@dataclass(frozen=True)
class Links:
    """The live edges of the parent, the heaviest first. An edge of a record to itself counts once."""

    gives_records: ClassVar[bool] = True
    kind: ClassVar[str] = "Link"
    columns: ClassVar[tuple[str, ...]] = (
        "id", "relation", "kind", "confidence", "weight", "created_at", "properties", "evidence",
    )  # fmt: skip
    values: ClassVar[tuple[str, ...]] = ("direction", *columns)
    direction: str = "BOTH"
    relations: Any = None
    types: Any = None
    order: Order = (Key("{row}.weight", "double precision", descending=True), Key("{row}.id", "uuid"))

    def _arms(self) -> tuple[str, ...]:
        return ("OUT", "IN") if self.direction == "BOTH" else (self.direction,)

    def _arm(self, writer: Writer, parent: str, arm: str) -> tuple[str, str, str, str]:
        """FROM, WHERE, the edge's alias and the far record's alias."""
        near, far = ("source_id", "target_id") if arm == "OUT" else ("target_id", "source_id")
        link, other = writer.alias("l"), writer.alias("r")
        tables = (
            f"entity_links {link} JOIN records {other} "
            f"ON {other}.user_id = {Writer.USER} AND {other}.id = {link}.{far} AND {other}.deleted_at IS NULL"
        )
        conditions = [f"{link}.user_id = {Writer.USER}", f"{link}.{near} = {parent}", f"{link}.deleted_at IS NULL"]
        if arm == "IN" and self.direction == "BOTH":
            conditions.append(f"{link}.source_id <> {link}.target_id")
        if self.relations is not None:
            conditions.append(f"{link}.relation = ANY ({writer.several(self.relations, 'text')})")
        if self.types is not None:
            conditions.append(f"{other}.type = ANY ({writer.several(self.types, 'text')})")
        return tables, conjunction(conditions), link, other

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        arms = []
        for arm in self._arms():
            tables, where, link, other = self._arm(writer, parent, arm)
            columns = ", ".join(f"{link}.{name}" for name in self.columns)
            select = f"SELECT {columns}, '{arm}' AS direction, {record_columns(other)} FROM {tables}"
            arms.append(page_of(writer, select, where, link, self.order, bounds, extra))
        if len(arms) == 1:
            return arms[0]
        u = writer.alias("u")
        union = " UNION ALL ".join(f"({arm})" for arm in arms)
        return page_of(
            writer, f"SELECT * FROM ({union}) {u}", "true", u, self.order, Bounds(bounds.first, bounds.last), extra
        )

    def count(self, writer: Writer, parent: str) -> str:
        counts = []
        for arm in self._arms():
            tables, where, _, _ = self._arm(writer, parent, arm)
            counts.append(f"(SELECT count(*) FROM {tables} WHERE {where})")
        return f"SELECT {' + '.join(counts)}"


@dataclass(frozen=True)
class Timeline:
    """Records of any type by their moment, the newest first."""

    gives_records: ClassVar[bool] = True
    kind: ClassVar[str] = "Record"
    values: ClassVar[tuple[str, ...]] = ()
    since: Any = None
    until: Any = None
    types: Any = None
    order: Order = (Key("{row}.at", "timestamptz", descending=True), Key("{row}.id", "uuid"))

    def _where(self, writer: Writer, alias: str) -> str:
        conditions = [f"{alias}.user_id = {Writer.USER}", f"{alias}.deleted_at IS NULL"]
        if self.since is not None:
            conditions.append(f"{alias}.at >= {writer.scalar(self.since, 'timestamptz')}")
        if self.until is not None:
            conditions.append(f"{alias}.at < {writer.scalar(self.until, 'timestamptz')}")
        if self.types is not None:
            conditions.append(f"{alias}.type = ANY ({writer.several(self.types, 'text')})")
        return conjunction(conditions)

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        r = writer.alias("r")
        select = f"SELECT {r}.at, {r}.id, {record_columns(r)} FROM records {r}"
        return page_of(writer, select, self._where(writer, r), r, self.order, bounds, extra)

    def count(self, writer: Writer, parent: str) -> str:
        r = writer.alias("r")
        return f"SELECT count(*) FROM records {r} WHERE {self._where(writer, r)}"


@dataclass(frozen=True)
class Changes:
    """The user's log in its order; with `of_parent` the history of a record and what it absorbed, the newest first."""

    gives_records: ClassVar[bool] = False
    kind: ClassVar[str] = "Change"
    values: ClassVar[tuple[str, ...]] = (
        "seq", "operation", "record_id", "change_set_id", "before", "after", "origin", "occurred_at",
    )  # fmt: skip
    of_parent: bool = False
    types: Any = None

    @property
    def order(self) -> Order:
        return (Key("{row}.seq", "bigint", descending=self.of_parent),)

    def _where(self, writer: Writer, alias: str, parent: str) -> str:
        conditions = [f"{alias}.user_id = {Writer.USER}"]
        if self.of_parent:
            merged = writer.alias("m")
            conditions.append(
                f"{alias}.record_id = ANY (ARRAY(SELECT {parent} UNION ALL SELECT {merged}.absorbed_id "
                f"FROM record_merges {merged} WHERE {merged}.user_id = {Writer.USER} "
                f"AND {merged}.current_id = {parent} AND {merged}.split_at IS NULL))"
            )
        if self.types is not None:
            conditions.append(f"{alias}.record_type = ANY ({writer.several(self.types, 'text')})")
        return conjunction(conditions)

    def page(self, writer: Writer, parent: str, bounds: Bounds, extra: int) -> str:
        c = writer.alias("c")
        return page_of(
            writer, f"SELECT {c}.* FROM change_log {c}", self._where(writer, c, parent), c, self.order, bounds, extra
        )

    def count(self, writer: Writer, parent: str) -> str:
        c = writer.alias("c")
        return f"SELECT count(*) FROM change_log {c} WHERE {self._where(writer, c, parent)}"
