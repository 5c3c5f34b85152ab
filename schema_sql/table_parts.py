"""The parts of a table as SQL writes them: columns, keys and checks inside CREATE TABLE and ALTER TABLE."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from schema_sql.catalog import Check, Column, ForeignKey, Place, Unique
from schema_sql.drafts import Draft, Reading, Refused
from schema_sql.statements import Statement, enclosed, following, value, word
from schema_sql.syntax import identifier
from schema_sql.typenames import canonical

# What pg_get_keywords() of PostgreSQL 18 puts in the classes R and T: no column is called so without quotes.
_WORDS_OF_SQL = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
    is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
    only or order outer overlaps placing primary references returning right select session_user similar some
    symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when
    where window with
"""
_RESERVED = frozenset(_WORDS_OF_SQL.split())
_ON_DELETE = "ON DELETE "
_HARMLESS_OPTIONS = frozenset(("MATCH SIMPLE", "ON UPDATE NO ACTION", "ON DELETE NO ACTION", "INITIALLY IMMEDIATE"))


@dataclass(frozen=True, slots=True)
class Part:
    """One element between the commas of a table: sqlglot's reading of it and its own tokens."""

    statement: Statement
    node: exp.Expr
    tokens: Sequence[Token]
    altering: bool = False

    @property
    def place(self) -> Place:
        return self.statement.place_of(self.tokens)

    def text(self, keyword: str, skip: int = 0) -> str:
        """The source in the brackets after a keyword, or after one of its later appearances."""
        tokens = self.tokens
        for _ in range(skip + 1):
            tokens = following(tokens, keyword)
        return self.statement.text(enclosed(tokens))


def add(reading: Reading, draft: Draft, part: Part) -> None:
    """Adds the part to the table, or says what is wrong with it."""
    node, name = part.node, None
    if isinstance(node, exp.Constraint):
        name, node = identifier(node.this), node.expressions[0]
    adder = _PARTS.get(type(node))
    if adder is None:
        kind = "EXCLUDE" if isinstance(node, exp.ExcludeColumnConstraint) else part.statement.text(part.tokens)
        raise Refused(part.place, f"{kind} cannot be declared here.")
    adder(reading, draft, replace(part, node=node), name)


def check_name(place: Place, token: Token) -> None:
    """Refuses a reserved word that is not quoted, as PostgreSQL would."""
    name = word(token).lower()
    if name in _RESERVED:
        raise Refused(place, f'The name {name} is a word of SQL: write it as "{name}" or choose another.')


def _column(reading: Reading, draft: Draft, part: Part, _: str | None) -> None:
    name = identifier(part.node.this)
    check_name(part.place, part.tokens[0])
    if name in draft.columns:
        raise Refused(part.place, f"Column {name} is declared twice (a template of LIKE may have it already).")
    type_name = canonical(part.statement.text(value(part.tokens[1:])))
    draft.columns[name] = Column(name, type_name, place=part.place)
    checks = 0
    for constraint in part.node.args.get("constraints") or ():
        kind = constraint.args["kind"]
        if isinstance(kind, exp.CheckColumnConstraint):
            draft.checks.append(Check(None, part.text("CHECK", checks), part.place))
            checks += 1
        elif isinstance(kind, exp.Reference):
            raise _own_statement(draft, part.place, name)
        elif not _column_property(draft, part, kind):
            raise Refused(part.place, f"Column {name}: {kind.sql('postgres')} cannot be declared.")


def _column_property(draft: Draft, part: Part, kind: exp.Expr) -> bool:
    """Takes NOT NULL, DEFAULT, GENERATED, PRIMARY KEY and UNIQUE of a column; False where it is none of them."""
    name = identifier(part.node.this)
    column = draft.columns[name]
    match kind:
        case exp.NotNullColumnConstraint():
            column = replace(column, nullable=bool(kind.args.get("allow_null")) and column.nullable)
        case exp.DefaultColumnConstraint():
            column = replace(column, default=part.statement.text(value(following(part.tokens, "DEFAULT"))))
        case exp.ComputedColumnConstraint():
            column = replace(column, generated=True, default=part.text("GENERATED"))
        case exp.GeneratedAsIdentityColumnConstraint():
            column = replace(column, generated=bool(kind.this), default="identity", nullable=False)
        case exp.PrimaryKeyColumnConstraint():
            draft.primary_key = (name,)
        case exp.UniqueColumnConstraint():
            draft.uniques.append(Unique((name,), None, bool(kind.args.get("nulls")), part.place))
        case _:
            return isinstance(kind, exp.CollateColumnConstraint)
    draft.columns[name] = column
    return True


def _like(reading: Reading, draft: Draft, part: Part, _: str | None) -> None:
    template = reading.table(identifier(part.node.this.this), part.place)
    options = [(str(option.this), option.args["value"].name.upper()) for option in part.node.expressions]
    if options != [("INCLUDING", "ALL")]:
        raise Refused(part.place, "LIKE needs INCLUDING ALL: a table takes everything from its template.")
    for name in draft.columns.keys() & template.columns.keys():
        raise Refused(part.place, f"Column {name} is declared here and by {template.name}.")
    draft.take_after(template, part.place)


def _primary_key(reading: Reading, draft: Draft, part: Part, _: str | None) -> None:
    if draft.primary_key:
        raise Refused(part.place, f"Table {draft.name} has a primary key already.")
    draft.primary_key = _names(part.node.expressions)


def _unique(reading: Reading, draft: Draft, part: Part, _: str | None) -> None:
    columns = _names(part.node.this.expressions)
    for name in columns:
        if name not in draft.columns:
            raise Refused(part.place, f"Table {draft.name} has no column {name}.")
    draft.uniques.append(Unique(columns, None, bool(part.node.args.get("nulls")), part.place))


def _check(reading: Reading, draft: Draft, part: Part, name: str | None) -> None:
    draft.checks.append(Check(name, part.text("CHECK"), part.place))


def _foreign_key(reading: Reading, draft: Draft, part: Part, name: str | None) -> None:
    columns = _names(part.node.expressions)
    if not part.altering:
        raise _own_statement(draft, part.place, ", ".join(columns))
    reference = part.node.args.get("reference")
    pointed = reference.this if reference else None
    if reference is None or pointed is None:
        raise Refused(part.place, "A foreign key needs REFERENCES and the table that it points at.")
    target = pointed.this if isinstance(pointed, exp.Schema) else pointed
    options = [str(option).upper() for option in reference.args.get("options") or ()]
    on_delete = next((one.removeprefix(_ON_DELETE) for one in options if one.startswith(_ON_DELETE)), "NO ACTION")
    for option in options:
        if option not in _HARMLESS_OPTIONS and not option.startswith((_ON_DELETE, "DEFERRABLE", "INITIALLY DEFERRED")):
            raise Refused(part.place, f"{option} is not for foreign keys here.")
    draft.foreign_keys.append(
        ForeignKey(
            columns,
            identifier(target.this),
            _names(pointed.expressions) if isinstance(pointed, exp.Schema) else (),
            on_delete.lower(),
            "INITIALLY DEFERRED" in options,
            part.place,
        )
    )


def _own_statement(draft: Draft, place: Place, columns: str) -> Refused:
    whole = columns if columns.startswith("user_id") else f"user_id, {columns}"
    statement = f"ALTER TABLE {draft.name} ADD FOREIGN KEY ({whole}) REFERENCES ...;"
    return Refused(place, f"A foreign key stands in a statement of its own: {statement}")


def _names(nodes: Sequence[exp.Expr]) -> tuple[str, ...]:
    return tuple(identifier(node) for node in nodes)


_PARTS: dict[type[exp.Expr], Callable[[Reading, Draft, Part, str | None], None]] = {
    exp.CheckColumnConstraint: _check,
    exp.ColumnDef: _column,
    exp.ForeignKey: _foreign_key,
    exp.LikeProperty: _like,
    exp.PrimaryKey: _primary_key,
    exp.UniqueColumnConstraint: _unique,
}
