"""CREATE INDEX: what it covers, how, and for which rows."""

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from schema_sql.catalog import Index, Unique
from schema_sql.drafts import Reading, Refused
from schema_sql.statements import Statement, elements, enclosed, following, object_name, word
from schema_sql.syntax import identifier, tree

_NULLS = ("NULLS", "NOT", "DISTINCT")


def create_index(reading: Reading, statement: Statement) -> None:
    """Adds the index to its table; a unique one becomes a `Unique`."""
    table, _ = object_name(following(statement.tokens, "ON"))
    draft = reading.table(table[-1], statement.place)
    plain, nulls_not_distinct = _without_nulls(statement)
    read = tree(plain, exp.Create)
    items = [_item(statement, item) for item in elements(enclosed(statement.tokens))]
    columns = tuple(text for text, _ in items)
    for text, is_expression in items:
        if not is_expression and text not in draft.columns:
            raise Refused(statement.place, f"Table {draft.name} has no column {text}.")
    where = statement.text(following(statement.tokens, "WHERE")) or None
    name = _name(reading, statement, read)
    if read.args.get("unique"):
        draft.uniques.append(Unique(columns, where, nulls_not_distinct, statement.place))
    else:
        using = read.this.args["params"].args.get("using")
        method = using.name.lower() if using else "btree"
        expression = any(is_expression for _, is_expression in items)
        draft.indexes.append(Index(name, columns, method, where, expression, statement.place))


def _without_nulls(statement: Statement) -> tuple[Statement, bool]:
    """The statement without NULLS NOT DISTINCT, which sqlglot does not know in an index, and whether it was there."""
    words = [word(token) for token in statement.tokens]
    for at in range(len(words)):
        if tuple(words[at : at + 3]) == _NULLS:
            return replace(statement, tokens=statement.tokens[:at] + statement.tokens[at + 3 :]), True
    return statement, False


def _name(reading: Reading, statement: Statement, read: exp.Create) -> str:
    """The index's name, which no other index has; "" where PostgreSQL is to find one."""
    name = identifier(read.this.this) if read.this.this else ""
    if name:
        first = reading.index_names.setdefault(name, statement.place)
        if first != statement.place:
            raise Refused(statement.place, f"There is an index {name} already, at {first.file}:{first.line}.")
    return name


def _item(statement: Statement, tokens: Sequence[Token]) -> tuple[str, bool]:
    """The column or the expression of an item (without operator class and order), and whether it is an expression."""
    if tokens and tokens[0].token_type is TokenType.L_PAREN:
        return statement.text(enclosed(tokens)), True
    if len(tokens) > 1 and tokens[1].token_type is TokenType.L_PAREN:
        return statement.text(tokens[: 3 + len(enclosed(tokens))]), True
    name, _ = object_name(tokens)
    return name[0], False
