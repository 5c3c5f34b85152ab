"""sqlglot's reading of one statement, its complaints turned into errors with file and line."""

import logging
from typing import TypeVar

from sqlglot import exp
from sqlglot.errors import ParseError

from schema_sql.drafts import Refused
from schema_sql.statements import POSTGRES, Statement

Tree = TypeVar("Tree", bound=exp.Expression)

# It warns on the terminal of what it cannot read; here that is an error with a place already.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def tree(statement: Statement, kind: type[Tree]) -> Tree:
    """The statement as sqlglot reads it; refused where it cannot."""
    try:
        found = POSTGRES.parser().parse(list(statement.tokens), statement.source)[0]
    except ParseError as problem:
        first = problem.errors[0] if problem.errors else {}
        near = f" near {first['highlight']}" if first.get("highlight") else ""
        place = statement.place._replace(line=first.get("line") or statement.place.line)
        message = f"This {_beginning(statement)} cannot be read{near}: {first.get('description')}."
        raise Refused(place, message) from problem
    if not isinstance(found, kind):
        raise Refused(statement.place, f"This {_beginning(statement)} is not understood.")
    return found


def identifier(node: exp.Expr) -> str:
    """The name as PostgreSQL stores it: small letters unless quoted."""
    return str(node.name) if node.args.get("quoted") else str(node.name).lower()


def _beginning(statement: Statement) -> str:
    return " ".join(filter(None, statement.words(3)))
