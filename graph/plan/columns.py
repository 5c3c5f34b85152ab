"""How a value looks in an answer. Both execution paths read their values here, so they cannot differ."""

from graph.plan.values import literal
from schema_sql.catalog import Catalog, Column
from schema_sql.naming import enum_value

_AS_TEXT = ("numeric", "bigint", "interval", "inet", "cidr", "char", "time", "xid8", "money", "macaddr", "varchar")
_FLOATS = ("double precision", "real")


def base_type(type_: str) -> str:
    """`numeric(12,2)` -> `numeric`."""
    return type_.split("(", 1)[0]


def value_type(type_: str) -> str:
    """The type to which a given value is cast: without a length, which would cut it (`char` alone is one character)."""
    base = base_type(type_)
    return "bpchar" if base == "char" else base


def json_value(catalog: Catalog, column: Column, sql: str) -> str:
    """The SQL of one column's value in JSON.

    Decimal, 64-bit and durations (ISO 8601) are strings, NaN and infinities are null because JSON has none.
    """
    element = base_type(column.element)
    if column.is_array and _converted(catalog, element, "v") != "v":
        one = _converted(catalog, element, "v")
        return (
            f"(CASE WHEN {sql} IS NOT NULL THEN "
            f"(SELECT coalesce(json_agg({one} ORDER BY o), '[]'::json) FROM unnest({sql}) WITH ORDINALITY u(v, o)) END)"
        )
    return sql if column.is_array else _converted(catalog, element, sql)


def _converted(catalog: Catalog, type_: str, sql: str) -> str:
    if type_ in _FLOATS:
        return f"nullif(nullif(nullif({sql}, 'NaN'), 'Infinity'), '-Infinity')"
    if type_ == "bytea":
        return f"translate(encode({sql}, 'base64'), E'\\n', '')"
    if type_ in _AS_TEXT:
        return f"({sql})::text"
    enum = catalog.enums.get(type_)
    if enum is None:
        return sql
    if all(enum_value(label) == label for label in enum.labels):
        return f"({sql})::text"
    return f"upper(translate(({sql})::text, '- ', '__'))"


def constant(value: str | bool | None) -> str:
    """The SQL of what is known without the database."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "NULL" if value is None else f"{literal(value)}::text"


def from_record(name: str, alias: str, prefix: str) -> str:
    """The SQL of what every record has, by a row of `records` or one that has its columns under this prefix."""
    if name == "typename":
        return f"replace(initcap(replace({alias}.{prefix}type, '_', ' ')), ' ', '')"
    sql = f"{alias}.{prefix}{name}"
    return f"upper({sql})" if name == "type" else sql


_SOURCE_JSON = {
    "kind": "upper({row}.kind::text)",
    "confidence": "{row}.confidence",
    "weight": "{row}.weight",
    "seq": "{row}.seq::text",
    "operation": "upper({row}.operation)",
    "record_type": "upper({row}.record_type)",
    "score": "{row}.score",
    "snippet": "CASE WHEN {row}.lexical_rank IS NOT NULL THEN snippet({row}.record_id, {row}.chunk, {row}.words) "
    "ELSE coalesce(passage({row}.record_id, {row}.passage), '') END",
}
"""The own columns of a source that do not go as they are."""


def source_value(name: str, alias: str) -> str:
    """The SQL of a column that a source gives beside its records."""
    return _SOURCE_JSON.get(name, f"{{row}}.{name}").replace("{row}", alias)
