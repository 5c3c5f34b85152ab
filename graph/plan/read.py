"""The compiler of readings: a plan becomes one statement whose single value is the JSON text of the answer.

Measured choices: `json_object(k VALUE v)` has no limit of keys and keeps their order; a sub-list that several arms of a
CASE would share is computed once in a LATERAL fenced by OFFSET 0, because PostgreSQL would inline it into every arm.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.plan.columns import constant, from_record, json_value, source_value
from graph.plan.hot import heat_value
from graph.plan.nodes import (
    AnyObject,
    ColumnValue,
    Constant,
    CursorValue,
    Field,
    Items,
    Node,
    Notices,
    Object,
    One,
    Page,
    PageInfo,
    PushedOut,
    RecordValue,
    Rows,
    Several,
    SourceValue,
    ToOne,
    ToRecord,
    TotalCount,
)
from graph.plan.order import Order, cursor_value
from graph.plan.pageinfo import asks_for_rows, checked, page_info
from graph.plan.sources import Table, record_columns
from graph.plan.values import Compiled, Slot, Writer, as_uuid, as_uuids, literal, quoted
from schema_sql.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Row:
    """Where the values of a row are found: its alias, and whether it carries `record_*` columns of its own."""

    alias: str
    is_record: bool = False
    order: Order = ()
    shared: tuple[tuple[Page, str], ...] = ()


def compile_read(catalog: Catalog, fields: Sequence[Field]) -> Compiled:
    """The statement of an operation's root fields, in their order."""
    reader = _Reader(catalog)
    answer = reader.object(fields, Row(""))
    return reader.writer.compiled(f"SELECT {answer} WHERE {Writer.USER}::uuid IS NOT NULL")


def compile_batch(catalog: Catalog, page: Page) -> Compiled:
    """The statement of one list for many parents: pairs of a parent's id and its part. The ids come as `parents`."""
    reader = _Reader(catalog)
    parents = reader.writer.parameter(Slot(("parents",)), as_uuids)
    part = reader.page(page, Row("p"))
    return reader.writer.compiled(
        f"SELECT coalesce(json_agg(json_build_array(p.id, ({part}))), '[]'::json) FROM unnest({parents}::uuid[]) p(id) "
        f"WHERE {Writer.USER}::uuid IS NOT NULL"
    )


def compile_rows(catalog: Catalog, table: str, fields: Sequence[Field], order: Order = ()) -> Compiled:
    """The statement of rows of one table by their ids, which come as `ids`."""
    reader = _Reader(catalog)
    ids = reader.writer.parameter(Slot(("ids",)), as_uuids)
    return reader.writer.compiled(
        f"SELECT coalesce(json_agg({reader.object(fields, Row('t', order=order))}), '[]'::json) FROM {quoted(table)} t "
        f"WHERE t.user_id = {Writer.USER} AND t.id = ANY ({ids}::uuid[])"
    )


class _Reader:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.writer = Writer()

    def object(self, fields: Iterable[Field], row: Row) -> str:
        pairs = ", ".join(f"{literal(key)} VALUE {self.value(node, row)}" for key, node in fields)
        return f"json_object({pairs} RETURNING json)" if pairs else "'{}'::json"

    def value(self, node: Node, row: Row) -> str:
        """The SQL of a node's JSON on a row."""
        match node:
            case Constant():
                return constant(node.value)
            case ColumnValue():
                return json_value(self.catalog, node.column, f"{row.alias}.{quoted(node.name)}")
            case RecordValue():
                return self._record_value(node.name, row)
            case SourceValue():
                return source_value(node.name, row.alias)
            case CursorValue():
                return cursor_value(row.order, row.alias)
            case Page():
                return self._shared(node, row) or f"({self.page(node, row)})"
            case Object() | Rows():
                return self.object(node.fields, row)
            case AnyObject():
                return self._any(node, row)
            case ToOne():
                return self._to_one(node, row)
            case ToRecord():
                return self._record(f"{row.alias}.{quoted(node.column)}", node.object)
            case One():
                return self._one(node)
            case Several():
                return self._several(node)

    def _record_value(self, name: str, row: Row) -> str:
        if name == "heat":
            return heat_value(f"{row.alias}.{'record_id' if row.is_record else 'id'}")
        if row.is_record:
            return from_record(name, row.alias, "record_")
        r = self.writer.alias("r")
        return (
            f"(SELECT {from_record(name, r, '')} FROM records {r} "
            f"WHERE {r}.user_id = {Writer.USER} AND {r}.id = {row.alias}.id)"
        )

    # Single records

    def _to_one(self, node: ToOne, row: Row) -> str:
        t = self.writer.alias()
        return (
            f"(SELECT {self.object(node.object.fields, Row(t))} FROM {quoted(node.entity.name)} {t} "
            f"WHERE {t}.user_id = {Writer.USER} AND {t}.id = {row.alias}.{quoted(node.column)} "
            f"AND {t}.deleted_at IS NULL)"
        )

    def _one(self, node: One) -> str:
        wanted = f"{self.writer.parameter(node.id, as_uuid)}::uuid"
        if node.entity is None:
            assert isinstance(node.object, AnyObject)
            return self._record(wanted, node.object)
        assert isinstance(node.object, Object)
        t = self.writer.alias()
        return (
            f"(SELECT {self.object(node.object.fields, Row(t))} FROM {quoted(node.entity.name)} {t} "
            f"WHERE {t}.user_id = {Writer.USER} AND {t}.id = {wanted})"
        )

    def _record(self, wanted: str, node: AnyObject) -> str:
        r, s = self.writer.alias("r"), self.writer.alias("s")
        inner = f"SELECT {record_columns(r)} FROM records {r} WHERE {r}.user_id = {Writer.USER} AND {r}.id = {wanted}"
        row, laterals = self._laterals(node, Row(s, is_record=True))
        return f"(SELECT {self.value(node, row)} FROM ({inner}) {s}{laterals})"

    def _several(self, node: Several) -> str:
        r, s, n = self.writer.alias("r"), self.writer.alias("s"), self.writer.alias("n")
        ids = self.writer.ids(node.ids)
        inner = (
            f"SELECT {n}.o, {record_columns(r)} FROM unnest({ids}) WITH ORDINALITY {n}(id, o) "
            f"LEFT JOIN records {r} ON {r}.user_id = {Writer.USER} AND {r}.id = {n}.id"
        )
        row, laterals = self._laterals(node.object, Row(s, is_record=True))
        one = f"CASE WHEN {s}.record_id IS NOT NULL THEN {self.value(node.object, row)} END"
        return f"(SELECT coalesce(json_agg({one} ORDER BY {s}.o), '[]'::json) FROM ({inner}) {s}{laterals})"

    # Records of any type

    def _any(self, node: AnyObject, row: Row) -> str:
        other = self.object(node.other.fields, row)
        if not node.named:
            return other
        arms = " ".join(
            f"WHEN {literal(type_)} THEN {self._typed(type_, object_, row)}" for type_, object_ in node.named
        )
        return f"CASE {row.alias}.record_type {arms} ELSE {other} END"

    def _typed(self, type_: str, node: Object, row: Row) -> str:
        """The fields of one type: those of its table from the table, those of any record from the row at hand."""
        t = self.writer.alias()
        entity = self.catalog.by_type[type_]
        pairs = ", ".join(
            f"{literal(key)} VALUE {self.value(field, row if _of_any_record(field) else Row(t))}"
            for key, field in node.fields
        )
        if all(_of_any_record(field) for _, field in node.fields):
            return f"json_object({pairs} RETURNING json)"
        return (
            f"(SELECT json_object({pairs} RETURNING json) FROM {quoted(entity.name)} {t} "
            f"WHERE {t}.user_id = {Writer.USER} AND {t}.id = {row.alias}.record_id)"
        )

    def _laterals(self, node: AnyObject, row: Row) -> tuple[Row, str]:
        """The sub-lists that more than one arm asks for, each computed once beside the row."""
        arms = [node.other, *(object_ for _, object_ in node.named)]
        counts = Counter(field for arm in arms for field in {f for _, f in arm.fields if isinstance(f, Page)})
        shared: list[tuple[Page, str]] = []
        text = ""
        for page, count in counts.items():
            if count > 1:
                alias = self.writer.alias("j")
                text += f" CROSS JOIN LATERAL (SELECT ({self.page(page, row)}) AS j OFFSET 0) {alias}"
                shared.append((page, f"{alias}.j"))
        return Row(row.alias, row.is_record, row.order, tuple(shared)), text

    def _shared(self, node: Page, row: Row) -> str | None:
        return next((sql for page, sql in row.shared if page == node), None)

    # Lists

    def page(self, node: Page, parent: Row) -> str:
        """The statement of one list: an inner one for its rows, an outer one that gathers them."""
        near = f"{parent.alias}.record_id" if parent.is_record else f"{parent.alias}.id"
        items = [(key, output.node) for key, output in node.outputs if isinstance(output, Items)]
        info = any(isinstance(output, PageInfo) and asks_for_rows(output, node.bounds) for _, output in node.outputs)
        if not items and not info:
            return f"SELECT {self._gathered(node, near, '', None)} WHERE {checked(self.writer, node, near)}"
        rows = node.source.page(self.writer, near, node.bounds, 1 if info else 0)
        s, p = self.writer.alias("s"), self.writer.alias("p")
        row = Row(s, is_record=node.source.gives_records, order=node.source.order)
        columns, laterals = self._item_columns(items, row)
        if info:
            columns += ["row_number() OVER () AS n", *(f"{key.of(s)} AS k{n}" for n, key in enumerate(row.order))]
        inner = f"SELECT {', '.join(columns)} FROM ({rows}) {s}{laterals}"
        backwards = node.bounds.backward and not info
        if backwards:
            inner = f"SELECT {', '.join(columns)}, row_number() OVER () AS n FROM ({rows}) {s}{laterals}"
        size = self.writer.page_size(node.bounds.last if node.bounds.backward else node.bounds.first) if info else None
        return f"SELECT {self._gathered(node, near, p, size)} FROM ({inner}) {p}"

    def _item_columns(self, items: list[tuple[str, Node]], row: Row) -> tuple[list[str], str]:
        columns, laterals = [], ""
        for n, (_, node) in enumerate(items):
            for any_object in _any_objects(node):
                row, more = self._laterals(any_object, row)
                laterals += more
            columns.append(f"{self.value(node, row)} AS c{n}")
        return columns, laterals

    def _pushed_out(self, node: Page, output: PushedOut) -> str:
        s, p = self.writer.alias("s"), self.writer.alias("p")
        row = Row(s, is_record=True, order=node.source.order)
        columns, laterals = self._item_columns([("", output.node)], row)
        rows = node.source.pushed_out(self.writer, node.bounds)
        inner = f"SELECT {columns[0]} FROM ({rows}) {s}{laterals}"
        return f"(SELECT coalesce(json_agg({p}.c0), '[]'::json) FROM ({inner}) {p})"

    def _gathered(self, node: Page, near: str, p: str, size: str | None) -> str:
        order = f" ORDER BY {p}.n DESC" if node.bounds.backward else f" ORDER BY {p}.n" if size else ""
        within = f" FILTER (WHERE {p}.n <= {size})" if size else ""
        pairs, n = [], 0
        for key, output in node.outputs:
            match output:
                case Items():
                    value = f"coalesce(json_agg({p}.c{n}{order}){within}, '[]'::json)"
                    n += 1
                case TotalCount():
                    value = f"({node.source.count(self.writer, near)})"
                case PageInfo():
                    value = page_info(output, node, p, str(size))
                case Notices():
                    value = node.source.notices(self.writer)
                case PushedOut():
                    value = self._pushed_out(node, output)
                case Constant():
                    value = constant(output.value)
            pairs.append(f"{literal(key)} VALUE {value}")
        return f"json_object({', '.join(pairs)} RETURNING json)"


def _of_any_record(node: Node) -> bool:
    if isinstance(node, Page):
        return not isinstance(node.source, Table)
    return isinstance(node, (RecordValue, Constant))


def _any_objects(node: Node) -> list[AnyObject]:
    """The records of any type that stand directly on a row: the row itself, or an edge's node."""
    if isinstance(node, AnyObject):
        return [node]
    return [field for _, field in node.fields if isinstance(field, AnyObject)] if isinstance(node, Rows) else []
