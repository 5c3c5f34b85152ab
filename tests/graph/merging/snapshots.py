"""Everything a user has, row by row: what a merge and its split must leave equal."""

from typing import Any
from uuid import UUID

from tests.world import World

_GROWING = {"change_log", "change_sets", "user_clocks", "record_merges", "record_merge_steps", "consumer_offsets"}
"""The log, and what says that there was a merge."""

_REASONS = "- CASE kind WHEN 'structural' THEN 'evidence' ELSE '' END"

Rows = dict[str, dict[str, Any]]


def everything(world: World, user: UUID) -> Rows:
    """All rows of all tables of a user by table and key, without `updated_at`.

    Of a structural edge not what it follows from: two rows may give the same one, and it is kept under either.
    """
    found: Rows = {}
    for name, entity in world.catalog.entities.items():
        if entity.kind in ("entity", "ledger") and "user_id" in entity.by_name and name not in _GROWING:
            key = ", ".join(f"'{column}', \"{column}\"" for column in entity.primary_key)
            left_out = _REASONS if name == "entity_links" else ""
            sql = f"SELECT json_build_object({key})::text, (to_jsonb(t) - 'updated_at' {left_out})::text FROM \"{name}\" t WHERE user_id = $1"
            found[name] = {row[0]: row[1] for row in world.rows(sql, user)}
    return found


def differences(before: Rows, after: Rows) -> list[tuple[str, str, Any, Any]]:
    """The rows that are not equal: table, key, the row before, the row after."""
    return [
        (table, key, rows.get(key), after[table].get(key))
        for table, rows in before.items()
        for key in rows.keys() | after[table].keys()
        if rows.get(key) != after[table].get(key)
    ]
