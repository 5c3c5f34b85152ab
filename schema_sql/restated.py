"""What a database that exists already is told anew, because it holds nothing: functions, comments, and edges of keys.

Tables, columns, constraints and indexes change by migrations alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from schema_sql.catalog import Catalog, Entity
from schema_sql.machinery import key_edges, literal, quoted
from schema_sql.statements import Statement, split

_NEW_FUNCTION = re.compile(r"^CREATE FUNCTION\b", re.MULTILINE)
_AT_ONCE = 1000
"""Rows whose edges are added by one statement."""


def anew(sql: str) -> str:
    """SQL of a declared file whose functions may be there already."""
    return _NEW_FUNCTION.sub("CREATE OR REPLACE FUNCTION", sql)


def functions(paths: Iterable[Path]) -> str:
    """The functions that files declare, replaced where they are there, and who may not call them."""
    kept = (text for words, text in _statements(paths) if _is_function(words))
    return "SET LOCAL check_function_bodies = off;\n" + ";\n".join(map(anew, kept))


def comments(paths: Iterable[Path]) -> str:
    """All comments that files declare."""
    return ";\n".join(text for words, text in _statements(paths) if words[:2] == ("COMMENT", "ON"))


def edges_of_rows(catalog: Catalog, kept: Mapping[str, str]) -> Iterator[str]:
    """Statements that add the edges of foreign keys for rows that are there.

    `kept`: the keys by table, as `machinery.key_edges` says them, whose edges the database has.
    """
    for entity in catalog.records:
        keys = key_edges(entity, catalog)
        if keys and keys != kept.get(entity.name):
            yield _edges_of(entity, keys)


def _edges_of(entity: Entity, keys: str) -> str:
    parts = [key.split(":") for key in keys.split(",")]
    columns = dict.fromkeys(["id", *(name for name, _, _ in parts), *(of[1:] for _, of, _ in parts if of[0] == ".")])
    pairs = ", ".join(f"{literal(name)}, {quoted(name)}" for name in columns)
    there = " OR ".join(f"{quoted(name)} IS NOT NULL" for name, _, _ in parts)
    return (
        f"SELECT add_key_edges(user_id, {literal(entity.record_type)}, string_to_array({literal(keys)}, ','), "
        f"array_agg(pointing)) FROM (SELECT user_id, jsonb_build_object({pairs}) AS pointing, "
        f"row_number() OVER (PARTITION BY user_id) / {_AT_ONCE} AS part FROM {quoted(entity.name)} WHERE {there}) p "
        f"GROUP BY user_id, part"
    )


def _statements(paths: Iterable[Path]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The first words of each statement, and its text as written."""
    for path in paths:
        for statement in split(path):
            if isinstance(statement, Statement):
                first, last = statement.tokens[0], statement.tokens[-1]
                yield statement.words(4), statement.source[first.start : last.end + 1]


def _is_function(words: tuple[str, ...]) -> bool:
    return words[:2] == ("CREATE", "FUNCTION") or words == ("REVOKE", "EXECUTE", "ON", "FUNCTION")
