"""The SQL of merging any table of the Catalog, and of undoing it. Pure.

Each statement that changes something writes down in the same breath how it was (`record_merge_steps`). `$1` is the
user, `$2` the merge, `$3` the step; `gone` is the record that is absorbed, `survivor` the one that stays.
"""

from collections.abc import Sequence

from graph.plan.values import literal, quoted
from schema_sql.catalog import Entity, ForeignKey, Unique

_RECORD = (
    "INSERT INTO record_merge_steps "
    "(user_id, merge_id, step, subject_id, column_name, kind, record_type, record_id, from_id, to_id) "
)
_OF_STEP = "s.user_id = $1 AND s.merge_id = $2 AND s.step = $3"


def pointing(entity: Entity, key: ForeignKey) -> str:
    """The living rows whose key is one of `$2`."""
    column = quoted(key.column)
    return (
        f"SELECT id FROM {quoted(entity.name)} "
        f"WHERE user_id = $1 AND {column} = ANY ($2::uuid[]) AND deleted_at IS NULL"
    )


def knots(entity: Entity, others: Sequence[str]) -> str:
    """Those of the rows `$2` that one of these other keys ties to the survivor `$3`."""
    tied = " OR ".join(f"{quoted(name)} = $3" for name in others)
    return f"SELECT id FROM {quoted(entity.name)} WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND ({tied})"


def twins(entity: Entity, key: ForeignKey, unique: Unique) -> str:
    """Those of the rows `$2` that would be the same as a living row of the survivor `$3`, each with that row."""
    others = [column for column in unique.columns if column not in ("user_id", key.column)]
    values = ", ".join(
        f"({column if column not in entity.by_name else quoted(column)}) AS v{n}" for n, column in enumerate(others)
    )
    rows = (
        f"(SELECT id, {quoted(key.column)} AS parent{', ' if values else ''}{values} FROM {quoted(entity.name)} "
        f"WHERE user_id = $1 AND ({unique.where or 'true'}))"
    )
    equal = "IS NOT DISTINCT FROM" if unique.nulls_not_distinct else "="
    same = "".join(f" AND t.v{n} {equal} g.v{n}" for n in range(len(others)))
    return (
        f"SELECT g.id AS gone, min(t.id::text)::uuid AS survivor FROM {rows} g JOIN {rows} t ON t.parent = $3{same} "
        f"WHERE g.id = ANY ($2::uuid[]) AND t.id <> ALL ($2::uuid[]) GROUP BY g.id"
    )


def point(entity: Entity, key: ForeignKey) -> str:
    """Lead the key of the rows `$4` from `$5` to `$6`, which may be nowhere."""
    column = quoted(key.column)
    return (
        f"WITH done AS (UPDATE {quoted(entity.name)} SET {column} = $6 "
        f"WHERE user_id = $1 AND id = ANY ($4::uuid[]) AND {column} = $5 RETURNING id) "
        f"{_RECORD}SELECT $1, $2, $3, id, {literal(key.column)}, 'point', {literal(entity.record_type)}, id, $5, $6 "
        f"FROM done"
    )


def aside(entity: Entity) -> str:
    """Delete the rows `$4`, softly and with what they own."""
    return (
        f"WITH done AS (UPDATE {quoted(entity.name)} SET deleted_at = now() "
        f"WHERE user_id = $1 AND id = ANY ($4::uuid[]) AND deleted_at IS NULL RETURNING id) "
        f"{_RECORD}SELECT $1, $2, $3, id, '', 'aside', {literal(entity.record_type)}, id, NULL, NULL FROM done"
    )


# The way back. Each answers with the rows that are not as the merge left them, so that they stay as they are.


def point_back(entity: Entity, column: str) -> str:
    """Lead the keys of a step back, of the rows `$4` (null: all)."""
    name = quoted(column)
    these = f"{_OF_STEP} AND ($4::uuid[] IS NULL OR s.subject_id = ANY ($4))"
    return (
        f"WITH done AS (UPDATE {quoted(entity.name)} t SET {name} = s.from_id FROM record_merge_steps s "
        f"WHERE {these} AND t.user_id = $1 AND t.id = s.subject_id AND t.{name} IS NOT DISTINCT FROM s.to_id "
        f"RETURNING t.id) "
        f"SELECT s.subject_id FROM record_merge_steps s WHERE {these} AND s.subject_id NOT IN (SELECT id FROM done)"
    )


def bring_back(entity: Entity) -> str:
    """Restore the rows of a step, of `$4` (null: all), that were deleted when the merge was, at `$5`."""
    these = f"{_OF_STEP} AND ($4::uuid[] IS NULL OR s.subject_id = ANY ($4))"
    table = quoted(entity.name)
    return (
        f"WITH done AS (UPDATE {table} t SET deleted_at = NULL FROM record_merge_steps s "
        f"WHERE {these} AND t.user_id = $1 AND t.id = s.subject_id AND t.deleted_at = $5) "
        f"SELECT s.subject_id FROM record_merge_steps s JOIN {table} t ON t.user_id = $1 AND t.id = s.subject_id "
        f"WHERE {these} AND t.deleted_at <> $5"
    )
