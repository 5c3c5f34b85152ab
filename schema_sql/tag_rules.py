"""What the tags in comments may say (`A beer. @flags EH @label name`)."""

from collections.abc import Iterator, Mapping

from schema_sql.catalog import Catalog, Column, Entity
from schema_sql.errors import SchemaError

TABLE_TAGS = ("flags", "class", "type", "plural", "label", "sensitivity", "time", "half_life", "managed", "whole")
COLUMN_TAGS = ("title", "text", "name", "markdown", "secret", "volatile", "derived")
CLASSES = ("entity", "ledger", "reference", "template")
SENSITIVITIES = ("low", "normal", "high", "critical")
FLAGS = "EHXCST"

_ON_TEXT_ONLY = ("title", "text", "name", "markdown")
_SWITCHES = (*COLUMN_TAGS, "managed", "whole")


def check_tags(catalog: Catalog) -> Iterator[SchemaError]:
    """The tags of all tables and columns that are unknown, or say what cannot be."""
    for entity in catalog.entities.values():
        for problem in _table(entity):
            yield SchemaError.at(entity.place, f"Table {entity.name}: {problem}")
        for column in entity.columns:
            for problem in _column(column):
                yield SchemaError.at(column.place, f"Column {entity.name}.{column.name}: {problem}")


def _table(entity: Entity) -> Iterator[str]:
    tags = entity.tags
    yield from _unknown(tags, TABLE_TAGS, "a table")
    yield from _switches(tags)
    yield from _one_of("class", tags.get("class"), CLASSES)
    yield from _one_of("sensitivity", tags.get("sensitivity"), SENSITIVITIES)
    if entity.kind == "template" and "class" not in tags:
        yield "another table is LIKE it, so its comment needs @class template."
    flags = tags.get("flags", "")
    if set(flags) - set(FLAGS) or len(set(flags)) != len(flags):
        yield f"@flags {flags}: the flags are letters of {FLAGS}, each once."
    if "label" in tags and not entity.labels:
        yield "@label needs the names of columns."
    for name in entity.labels:
        if name not in entity.by_name:
            yield f"@label {name}: there is no such column."
    yield from _time(entity)
    yield from _half_life(entity)


def _time(entity: Entity) -> Iterator[str]:
    if "time" not in entity.tags:
        return
    column = entity.by_name.get(entity.tags["time"])
    if column is None:
        yield f"@time {entity.tags['time']}: there is no such column."
    elif column.type not in ("timestamptz", "date"):
        yield f"@time {column.name}: a time is a timestamptz or a date, not {column.type}."


def _half_life(entity: Entity) -> Iterator[str]:
    if "half_life" not in entity.tags:
        return
    value = entity.tags["half_life"]
    if "H" not in entity.flags:
        yield "@half_life is for what has heat: @flags H."
    try:
        fits = 0.1 <= float(value) <= 36500
    except ValueError:
        fits = False
    if not fits:
        yield f"@half_life {value}: the days until half of the heat is gone are a number from 0.1 to 36500."


def _column(column: Column) -> Iterator[str]:
    yield from _unknown(column.tags, COLUMN_TAGS, "a column")
    yield from _switches(column.tags)
    for tag in _ON_TEXT_ONLY:
        if tag in column.tags and column.element.partition("(")[0] not in ("text", "varchar", "char"):
            yield f"@{tag} is for text and text[], not {column.type}."


def _unknown(tags: Mapping[str, str], known: tuple[str, ...], of: str) -> Iterator[str]:
    for tag in tags:
        if tag not in known:
            yield f"@{tag} is no tag of {of}; there are @{', @'.join(known)}."


def _switches(tags: Mapping[str, str]) -> Iterator[str]:
    for tag, value in tags.items():
        if tag in _SWITCHES and value:
            yield f"@{tag} takes no value, but is followed by {value!r}: prose stands before the first tag."


def _one_of(tag: str, value: str | None, allowed: tuple[str, ...]) -> Iterator[str]:
    if value is not None and value not in allowed:
        yield f"@{tag} {value}: it is one of {', '.join(allowed)}."
