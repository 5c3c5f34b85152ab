"""Two Catalogs compared, in sentences: what is declared against what a database has.

Names of constraints and indexes, the order of columns and the letters of an expression do not count (`expressions` says
what does); types, null, defaults, keys, indexes, checks, comments and tags do.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator

from schema_sql.catalog import Catalog, Column, Entity, Enum, ForeignKey, Index, Unique
from schema_sql.expressions import loosely

Parts = dict[Hashable, str]
"""What is compared, and how it is told to a person."""

_NO_DEFAULT = loosely("NULL")


def differences(declared: Catalog, live: Catalog) -> list[str]:
    """One sentence for everything in which the database is not what is declared; empty when they agree."""
    return [*_enums(declared, live), *_tables(declared, live)]


def _enums(declared: Catalog, live: Catalog) -> Iterator[str]:
    yield from _presence("Enum", declared.enums, live.enums)
    for name, enum in declared.enums.items():
        if name in live.enums:
            yield from _enum(enum, live.enums[name])


def _enum(declared: Enum, live: Enum) -> Iterator[str]:
    if declared.labels != live.labels:
        yield f"Enum {declared.name}: declared {', '.join(declared.labels)}; in the database {', '.join(live.labels)}."
    if declared.comment != live.comment:
        yield f"Enum {declared.name}: the comment differs."


def _tables(declared: Catalog, live: Catalog) -> Iterator[str]:
    yield from _presence("Table", declared.entities, live.entities)
    for name, entity in declared.entities.items():
        if name in live.entities:
            yield from _table(entity, live.entities[name])


def _presence(noun: str, declared: Iterable[str], live: Iterable[str]) -> Iterator[str]:
    here, there = dict.fromkeys(declared), dict.fromkeys(live)
    yield from (f"{noun} {name} is declared, but not in the database." for name in here if name not in there)
    yield from (f"{noun} {name} is in the database, but not declared." for name in there if name not in here)


def _table(declared: Entity, live: Entity) -> Iterator[str]:
    name = declared.name
    yield from _values(f"Table {name}", _facts_of_table(declared), _facts_of_table(live))
    yield from _presence("Column", _qualified(declared), _qualified(live))
    for column in declared.columns:
        if column.name in live.by_name:
            there = live.by_name[column.name]
            yield from _values(f"Column {name}.{column.name}", _facts_of_column(column), _facts_of_column(there))
    for noun, parts in _PARTS.items():
        yield from _parts(f"Table {name}: {noun}", parts(declared), parts(live))


def _qualified(entity: Entity) -> list[str]:
    return [f"{entity.name}.{column.name}" for column in entity.columns]


def _facts_of_table(entity: Entity) -> dict[str, str]:
    return {
        "class": entity.kind,
        "primary key": ", ".join(entity.primary_key),
        "comment": entity.comment,
        **{f"tag @{tag}": value or "yes" for tag, value in entity.tags.items() if tag != "class"},
    }


def _facts_of_column(column: Column) -> dict[str, str]:
    default = loosely(column.default) if column.default is not None else _NO_DEFAULT
    return {
        "type": column.type,
        "null": "allowed" if column.nullable else "refused",
        "generated": "yes" if column.generated else "no",
        "default": "none" if default == _NO_DEFAULT else default,
        "comment": column.comment,
        **{f"tag @{tag}": value or "yes" for tag, value in column.tags.items()},
    }


def _values(subject: str, declared: dict[str, str], live: dict[str, str]) -> Iterator[str]:
    for fact in {**declared, **live}:
        here, there = declared.get(fact, "none"), live.get(fact, "none")
        if here != there:
            yield f"{subject}: {fact} is declared {here or 'empty'}, in the database {there or 'empty'}."


def _parts(subject: str, declared: Parts, live: Parts) -> Iterator[str]:
    for key, text in declared.items():
        if key not in live:
            yield f"{subject} {text} is declared, but not in the database."
    for key, text in live.items():
        if key not in declared:
            yield f"{subject} {text} is in the database, but not declared."


def _foreign_keys(entity: Entity) -> Parts:
    return {key: _foreign_key(key) for key in entity.foreign_keys}


def _foreign_key(key: ForeignKey) -> str:
    points = f"({', '.join(key.columns)}) to {key.target} ({', '.join(key.target_columns)})"
    return f"{points} on delete {key.on_delete}{' deferred' if key.deferred else ''}"


def _uniques(entity: Entity) -> Parts:
    return {
        (_shapes(entity, unique.columns), _shape(unique.where), unique.nulls_not_distinct): _covers(unique)
        + (" nulls not distinct" if unique.nulls_not_distinct else "")
        for unique in entity.uniques
    }


def _indexes(entity: Entity) -> Parts:
    return {
        (_shapes(entity, index.columns), _shape(index.where), index.method): f"{_covers(index)} by {index.method}"
        for index in entity.indexes
    }


def _checks(entity: Entity) -> Parts:
    return {loosely(check.expression): f"({check.expression})" for check in entity.checks}


def _covers(index: Unique | Index) -> str:
    return f"on ({', '.join(index.columns)})" + (f" where {index.where}" if index.where else "")


def _shapes(entity: Entity, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(column if column in entity.by_name else loosely(column) for column in columns)


def _shape(where: str | None) -> str | None:
    return loosely(where) if where else None


_PARTS: dict[str, Callable[[Entity], Parts]] = {
    "foreign key": _foreign_keys,
    "unique index": _uniques,
    "index": _indexes,
    "check": _checks,
}
