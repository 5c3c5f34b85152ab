"""The Catalog read from SQL files: one function per kind of statement, every error collected with its file and line.

Tables, enums, indexes, foreign keys and comments are read. Functions, triggers, roles, grants, policies, DO blocks and
rows are known not to be part of the Catalog and are passed over; anything else is an error, so nothing is lost unseen.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from schema_sql import comments, table_parts
from schema_sql.catalog import Catalog, Enum, Place
from schema_sql.drafts import Draft, Reading, Refused
from schema_sql.errors import SchemaError, SchemaErrors
from schema_sql.index_parts import create_index
from schema_sql.statements import (
    POSTGRES,
    Statement,
    elements,
    enclosed,
    literal,
    object_name,
    split,
    word,
)
from schema_sql.syntax import tree
from schema_sql.table_parts import Part

__all__ = ["SchemaError", "SchemaErrors", "load"]

_STATEMENTS = "DELETE DO GRANT INSERT RESET REVOKE SECURITY SELECT SET UPDATE WITH"
_OBJECTS = """
    AGGREGATE CAST COLLATION CONSTRAINT DATABASE DEFAULT EVENT EXTENSION FUNCTION GROUP LANGUAGE OPERATOR POLICY
    PROCEDURE ROLE RULE SCHEMA SEQUENCE STATISTICS TEXT TRIGGER USER VIEW
"""
_ALTERATIONS = "CLUSTER DISABLE ENABLE FORCE NO OWNER REPLICA RESET SET"
_OTHER_STATEMENTS = frozenset(_STATEMENTS.split())
_OTHER_OBJECTS = frozenset(_OBJECTS.split())
_OTHER_ALTERATIONS = frozenset(_ALTERATIONS.split())
_ADDITIONS = frozenset(("ADD", noun) for noun in ("CHECK", "COLUMN", "CONSTRAINT", "FOREIGN", "PRIMARY", "UNIQUE"))

# sqlglot knows more constraints inside CREATE TABLE than after ADD, so an added one is read as an element of a table.
*_TABLE_BEGINS, _TABLE_ENDS = POSTGRES.tokenize("CREATE TABLE altered ()")


def load(paths: Iterable[Path]) -> Catalog:
    """The Catalog of all files, read in the order given.

    Raises SchemaErrors with everything that is wrong.
    """
    reading = Reading()
    for path in paths:
        for statement in split(path):
            if isinstance(statement, SchemaError):
                reading.errors.append(statement)
            else:
                with reading.collecting():
                    _read(reading, statement)
    catalog = reading.catalog()
    if reading.errors:
        raise SchemaErrors(sorted(reading.errors))
    return catalog


def _read(reading: Reading, statement: Statement) -> None:
    words = statement.words(4)
    reader = next((reader for beginning, reader in _READERS.items() if words[: len(beginning)] == beginning), None)
    if reader:
        reader(reading, statement)
    elif not _passed_over(words):
        begins = " ".join(filter(None, words[:3]))
        raise Refused(statement.place, f"A statement that begins with {begins} has no place in a declaration.")


def _passed_over(words: tuple[str, ...]) -> bool:
    """True for what is known not to declare tables, columns, keys, indexes or enums."""
    verb, *rest = [one for one in words if one not in ("OR", "REPLACE")]
    noun = rest[0] if rest else ""
    return verb in _OTHER_STATEMENTS or (verb in ("ALTER", "CREATE", "DROP") and noun in _OTHER_OBJECTS)


def _create_table(reading: Reading, statement: Statement) -> None:
    name, _ = object_name(statement.tokens[2:])
    draft = Draft(reading.new_name(name[-1], statement.place), statement.place, broken=True)
    reading.tables[draft.name] = draft
    before = len(reading.errors)
    for part in _table_parts(statement):
        with reading.collecting():
            table_parts.add(reading, draft, part)
    draft.broken = len(reading.errors) > before


def _table_parts(statement: Statement) -> Iterator[Part]:
    read = tree(statement, exp.Create)
    properties = read.args.get("properties")
    unusual = [one for one in properties.expressions if type(one) is not exp.Property] if properties else []
    if not isinstance(read.this, exp.Schema) or unusual:
        message = "Only plain tables with columns can be declared: no AS, INHERITS, PARTITION BY, TEMP or UNLOGGED."
        raise Refused(statement.place, message)
    groups = elements(enclosed(statement.tokens))
    if len(groups) != len(read.this.expressions):
        raise Refused(statement.place, "There is a comma too many, or nothing between two commas.")
    table_parts.check_name(statement.place, _last_of_name(statement.tokens))
    for node, tokens in zip(read.this.expressions, groups, strict=True):
        yield Part(statement, node, tokens)


def _last_of_name(tokens: Sequence[Token]) -> Token:
    """The token before the first bracket: the name of the table."""
    return tokens[next(at for at, token in enumerate(tokens) if token.token_type is TokenType.L_PAREN) - 1]


def _create_type(reading: Reading, statement: Statement) -> None:
    name, rest = object_name(statement.tokens[2:])
    if tuple(map(word, rest[:2])) != ("AS", "ENUM"):
        return  # composite types serve functions; a column of one is refused as an unknown type
    labels = [literal(group) for group in elements(enclosed(rest))]
    if not labels or None in labels or len(set(labels)) != len(labels):
        raise Refused(statement.place, "CREATE TYPE name AS ENUM needs quoted labels, all different.")
    known = reading.new_name(name[-1], statement.place)
    reading.enums[known] = Enum(known, tuple(filter(None, labels)), place=statement.place)


def _alter_table(reading: Reading, statement: Statement) -> None:
    name, rest = object_name(statement.tokens[2:])
    if rest and word(rest[0]) in _OTHER_ALTERATIONS:
        return
    draft = reading.table(name[-1], statement.place)
    for tokens in elements(rest):
        addition = tuple(map(word, tokens[:2]))
        if addition not in _ADDITIONS or len(tokens) < 3:
            raise Refused(
                statement.place_of(tokens),
                "ALTER TABLE is for ADD COLUMN, ADD CONSTRAINT, ADD FOREIGN KEY, ADD UNIQUE and ADD CHECK only;"
                " anything else belongs into the CREATE TABLE itself.",
            )
        added = tokens[2:] if addition == ("ADD", "COLUMN") else tokens[1:]
        read = tree(replace(statement, tokens=(*_TABLE_BEGINS, *added, _TABLE_ENDS)), exp.Create)
        table_parts.add(reading, draft, Part(statement, read.this.expressions[0], added, altering=True))


def _comment(reading: Reading, statement: Statement) -> None:
    add = _COMMENTS.get(word(statement.tokens[2])) if len(statement.tokens) > 2 else None
    if add is None:
        return
    name, rest = object_name(statement.tokens[3:])
    text = literal(rest[1:])
    if text is None or word(rest[0]) != "IS":
        raise Refused(statement.place, "A comment reads COMMENT ON TABLE name IS 'text', in plain quotes.")
    add(reading, name, text, statement.place)


def _comment_on_table(reading: Reading, name: tuple[str, ...], text: str, place: Place) -> None:
    draft = reading.table(name[-1], place)
    draft.comment, draft.tags = reading.tags(text, place)


def _comment_on_column(reading: Reading, name: tuple[str, ...], text: str, place: Place) -> None:
    if len(name) < 2:
        raise Refused(place, "COMMENT ON COLUMN needs table.column.")
    draft = reading.table(name[-2], place)
    if name[-1] not in draft.columns:
        raise Refused(place, f"Table {draft.name} has no column {name[-1]}.")
    comment, tags = reading.tags(text, place)
    draft.columns[name[-1]] = replace(draft.columns[name[-1]], comment=comment, tags=tags)


def _comment_on_type(reading: Reading, name: tuple[str, ...], text: str, place: Place) -> None:
    enum = reading.enums.get(name[-1])
    if enum:
        reading.enums[enum.name] = replace(enum, comment=comments.prose(text))


_COMMENTS = {"COLUMN": _comment_on_column, "TABLE": _comment_on_table, "TYPE": _comment_on_type}
_READERS: dict[tuple[str, ...], Callable[[Reading, Statement], None]] = {
    ("CREATE", "TABLE"): _create_table,
    ("CREATE", "TYPE"): _create_type,
    ("CREATE", "INDEX"): create_index,
    ("CREATE", "UNIQUE", "INDEX"): create_index,
    ("ALTER", "TABLE"): _alter_table,
    ("COMMENT", "ON"): _comment,
}
