"""What the columns of a survivor become from those of the record that it absorbs: SQL over any table. Pure.

What is empty is filled; lists of words and custom fields take in what they lack; a text that a person writes on is
added below; the name of the absorbed record becomes another name; of two sensitivities the stricter holds. The rest
stays.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from graph.plan.columns import base_type
from graph.plan.values import literal, quoted
from schema_sql.catalog import COMMON_COLUMNS, Column, Entity
from schema_sql.tag_rules import SENSITIVITIES

_TEXTS = ("text", "varchar", "char", "bpchar")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_NOTHING = """'null'::jsonb, '""', '[]', '{}'"""
_PAIR = "t.user_id = $1 AND t.id = {survivor} AND x.user_id = $1 AND x.id = {gone}"


def compare(entity: Entity) -> str:
    """Each column that fills or that both have differently: its name, `fills`, `kept` and `left`. `$2` absorbs `$3`."""
    values = ", ".join(
        f"({_was_and_becomes(entity, column)}, to_jsonb(x.{quoted(column.name)}))" for column in columns_of(entity)
    )
    table = quoted(entity.name)
    return (
        f"SELECT v.name, v.becomes IS DISTINCT FROM v.was AS fills, v.was AS kept, v.theirs AS left "
        f"FROM {table} t, {table} x CROSS JOIN LATERAL (VALUES {values}) v(name, was, becomes, theirs) "
        f"WHERE {_PAIR.format(survivor='$2', gone='$3')} AND (v.becomes IS DISTINCT FROM v.was "
        f"OR v.theirs IS DISTINCT FROM v.was AND v.theirs NOT IN ({_NOTHING}))"
    )


def fill(entity: Entity, names: Sequence[str]) -> str:
    """Fill these columns of `$4` from `$5` and write down in step `$3` of the merge `$2` what they were."""
    columns = [entity.by_name[name] for name in names]
    values = ", ".join(f"({_was_and_becomes(entity, column)})" for column in columns)
    changes = ", ".join(f"{quoted(c.name)} = {_becomes(entity, c)}" for c in columns)
    table, pair = quoted(entity.name), _PAIR.format(survivor="$4", gone="$5")
    return (
        f"WITH was AS (INSERT INTO record_merge_steps "
        f"(user_id, merge_id, step, subject_id, column_name, kind, record_type, record_id, from_id, before, after) "
        f"SELECT $1, $2, $3, t.id, v.name, 'fill', {literal(entity.record_type)}, t.id, x.id, v.was, "
        f"md5(v.becomes::text) FROM {table} t, {table} x "
        f"CROSS JOIN LATERAL (VALUES {values}) v(name, was, becomes) WHERE {pair}) "
        f"UPDATE {table} t SET {changes} FROM {table} x WHERE {pair}"
    )


def unfill(entity: Entity, names: Sequence[str]) -> str:
    """Bring these columns back to what step `$3` of the merge `$2` says that they were."""
    changes = ", ".join(f"{quoted(name)} = was.{quoted(name)}" for name in names)
    table = quoted(entity.name)
    return (
        f"UPDATE {table} t SET {changes} FROM (SELECT subject_id, jsonb_object_agg(column_name, before) AS j "
        f"FROM record_merge_steps WHERE user_id = $1 AND merge_id = $2 AND step = $3 GROUP BY subject_id) s "
        f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, s.j) was WHERE t.user_id = $1 AND t.id = s.subject_id"
    )


def untouched(entity: Entity) -> str:
    """The columns of a step, each with whether it still is as the merge left it."""
    return (
        f"SELECT s.subject_id, s.column_name, s.after = md5((to_jsonb(t) -> s.column_name)::text) AS same "
        f"FROM record_merge_steps s JOIN {quoted(entity.name)} t ON t.user_id = $1 AND t.id = s.subject_id "
        f"WHERE s.user_id = $1 AND s.merge_id = $2 AND s.step = $3"
    )


@lru_cache(maxsize=512)
def _words(expression: str) -> frozenset[str]:
    return frozenset(_WORD.findall(expression))


def groups(entity: Entity, names: Sequence[str]) -> list[list[str]]:
    """These columns, those together that one check names: they are filled together or not at all."""
    found: list[set[str]] = [{name} for name in names]
    for check in entity.checks:
        bound = [group for group in found if group & _words(check.expression)]
        if len(bound) > 1:
            found = [group for group in found if group not in bound] + [set().union(*bound)]
    return [sorted(group) for group in found]


def columns_of(entity: Entity) -> Iterator[Column]:
    """The columns that are the record's own to have."""
    for column in entity.columns:
        if column.name not in COMMON_COLUMNS and not column.generated:
            yield column


def _was_and_becomes(entity: Entity, column: Column) -> str:
    return f"{literal(column.name)}, to_jsonb(t.{quoted(column.name)}), to_jsonb({_becomes(entity, column)})"


def _becomes(entity: Entity, column: Column) -> str:
    ours, theirs = f"t.{quoted(column.name)}", f"x.{quoted(column.name)}"
    if column.name == "sensitivity":
        return _stricter(entity, ours, theirs)
    if any(key.column == column.name for key in entity.foreign_keys):
        return f"coalesce({ours}, CASE WHEN {theirs} NOT IN (t.id, x.id) THEN {theirs} END)"
    if column.type == "text[]":
        return _united(ours, f"({theirs} || {_other_name(entity)})" if column is _names(entity) else theirs)
    if column.is_array:
        empty = f"coalesce(cardinality({ours}), 0) = 0 AND cardinality({theirs}) > 0"
        return f"CASE WHEN {empty} THEN {theirs} ELSE {ours} END"
    if column.type == "jsonb":
        return (
            f"CASE WHEN jsonb_typeof({ours}) = 'object' AND jsonb_typeof({theirs}) = 'object' THEN {theirs} || {ours} "
            f"WHEN {ours} = '[]' AND jsonb_typeof({theirs}) = 'array' THEN {theirs} ELSE coalesce({ours}, {theirs}) END"
        )
    if base_type(column.type) in _TEXTS:
        return _written(column, ours, theirs)
    return f"coalesce({ours}, {theirs})"


def _written(column: Column, ours: str, theirs: str) -> str:
    added = ""
    if "markdown" in column.tags:
        added = f" WHEN {theirs} <> '' AND strpos({ours}, {theirs}) = 0 THEN {ours} || E'\\n\\n' || {theirs}"
    return f"CASE WHEN coalesce({ours}, '') = '' AND {theirs} <> '' THEN {theirs}{added} ELSE {ours} END"


def _united(ours: str, theirs: str) -> str:
    return (
        f"CASE WHEN {theirs} IS NULL OR greatest(array_ndims({ours}), array_ndims({theirs})) > 1 THEN {ours} "
        f"ELSE coalesce({ours}, '{{}}') || ARRAY(SELECT u.v FROM unnest({theirs}) WITH ORDINALITY u(v, n) "
        f"WHERE array_position({ours}, u.v) IS NULL ORDER BY u.n) END"
    )


def _names(entity: Entity) -> Column | None:
    """The column of other names, if the table has one."""
    return next((entity.by_name[name] for name in entity.tagged("name") if entity.by_name[name].type == "text[]"), None)


def _other_name(entity: Entity) -> str:
    title = next((name for name in entity.tagged("name") if entity.by_name[name].type == "text"), None)
    if title is None:
        return "'{}'::text[]"
    ours, theirs = f"t.{quoted(title)}", f"x.{quoted(title)}"
    another = f"{theirs} <> '' AND name_key({theirs}) <> name_key({ours})"
    return f"CASE WHEN {another} THEN ARRAY[{theirs}] ELSE '{{}}'::text[] END"


def _stricter(entity: Entity, ours: str, theirs: str) -> str:
    """Null is the default of the type, which may be the stricter one."""
    usual = SENSITIVITIES.index(entity.tags.get("sensitivity", "normal"))
    stricter = f"coalesce({theirs}, {usual}) > coalesce({ours}, {usual})"
    return f"CASE WHEN {stricter} THEN coalesce({theirs}, {usual}) ELSE {ours} END"
