"""SQL files cut into statements, and statements into the pieces whose text the Catalog keeps as it was written.

sqlglot's tokens do the cutting (quotes, dollar quotes, nested comments), once per file; its parser then reads only the
statements that declare something.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from schema_sql.catalog import Place
from schema_sql.errors import SchemaError

POSTGRES = Postgres()

_QUOTED = frozenset(
    {
        TokenType.BYTE_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.IDENTIFIER,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.STRING,
        TokenType.UNICODE_STRING,
    }
)
_LITERALS = frozenset({TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.STRING})
_BEFORE_A_NAME = frozenset(("IF", "EXISTS", "ONLY"))
_PROPERTIES = "CHECK COLLATE COMPRESSION CONSTRAINT DEFAULT GENERATED NOT NULL PRIMARY REFERENCES STORAGE UNIQUE"
_AFTER_A_VALUE = frozenset(_PROPERTIES.split())

_CLOSED_OR_OPEN = re.compile(
    r"""--[^\n]*|'(?:[^']|'')*'|"[^"]*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|/\*.*?\*/|(?P<open>['"]|\$\w*\$|/\*)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon."""

    file: str
    source: str
    tokens: tuple[Token, ...]

    @property
    def place(self) -> Place:
        return Place(self.file, self.tokens[0].line)

    def place_of(self, tokens: Sequence[Token]) -> Place:
        return Place(self.file, tokens[0].line if tokens else self.tokens[0].line)

    def words(self, count: int) -> tuple[str, ...]:
        """The first words in capitals; what is quoted counts as an empty word."""
        return tuple(word(token) for token in self.tokens[:count])

    def text(self, tokens: Sequence[Token]) -> str:
        """The source of neighbouring tokens, in one line and without comments."""
        pieces: list[str] = []
        end = -1
        for token in tokens:
            gap = " " if pieces and token.start > end + 1 else ""
            pieces.append(gap + self.source[token.start : token.end + 1])
            end = token.end
        return "".join(pieces)


def word(token: Token) -> str:
    """The token in capitals (the first word where sqlglot takes two for one, as in PRIMARY KEY); "" when quoted."""
    return "" if token.token_type in _QUOTED else str(token.text).upper().partition(" ")[0]


def literal(tokens: Sequence[Token]) -> str | None:
    """The text of one literal, also one that goes on over several lines; "" for NULL and None for anything else."""
    if len(tokens) == 1 and word(tokens[0]) == "NULL":
        return ""
    if not tokens or any(token.token_type not in _LITERALS for token in tokens):
        return None
    return "".join(str(token.text) for token in tokens)


def object_name(tokens: Sequence[Token]) -> tuple[tuple[str, ...], Sequence[Token]]:
    """The parts of a dotted name (after IF EXISTS and ONLY, which are left out) and the tokens after it."""
    position = next((at for at, token in enumerate(tokens) if word(token) not in _BEFORE_A_NAME), len(tokens))
    parts = []
    for at in range(position, len(tokens), 2):
        token = tokens[at]
        parts.append(str(token.text) if token.token_type is TokenType.IDENTIFIER else str(token.text).lower())
        if at + 1 >= len(tokens) or tokens[at + 1].token_type is not TokenType.DOT:
            return tuple(parts), tokens[at + 1 :]
    return tuple(parts) or ("",), ()


def split(path: Path) -> Iterator[Statement | SchemaError]:
    """The statements of a file in order; a file that cannot be cut gives one error."""
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        yield SchemaError(str(path), 0, f"The file cannot be read: {problem}")
        return
    try:
        tokens = POSTGRES.tokenize(source)
    except TokenError:
        yield SchemaError(str(path), _unclosed(source), "The quote or comment that opens here is never closed.")
        return
    for group in _groups(tokens):
        yield Statement(str(path), source, group)


def elements(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between top-level commas."""
    groups: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _step(token)
        if depth == 0 and token.token_type is TokenType.COMMA:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups if tokens else []


def enclosed(tokens: Sequence[Token], start: int = 0) -> Sequence[Token]:
    """What stands inside the first pair of brackets at or after `start`; nothing where there is none."""
    depth, first = 0, start
    for position, token in enumerate(tokens[start:], start):
        step = _step(token)
        depth += step
        if step > 0 and depth == 1:
            first = position + 1
        elif step < 0 and depth == 0:
            return tokens[first:position]
    return ()


def following(tokens: Sequence[Token], keyword: str) -> Sequence[Token]:
    """What stands after a top-level keyword, to the end."""
    depth = 0
    for position, token in enumerate(tokens):
        depth += _step(token)
        if depth == 0 and word(token) == keyword:
            return tokens[position + 1 :]
    return ()


def value(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens of a type or a default: all up to the next word that starts another property of the column."""
    depth = 0
    for position, token in enumerate(tokens):
        if depth == 0 and position and word(token) in _AFTER_A_VALUE:
            return tokens[:position]
        depth += _step(token)
    return tokens


def _step(token: Token) -> int:
    if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET):
        return 1
    return -1 if token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET) else 0


def _groups(tokens: Iterable[Token]) -> Iterator[tuple[Token, ...]]:
    group: list[Token] = []
    body = 0
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON and not body:
            if group:
                yield tuple(group)
            group = []
            continue
        group.append(token)
        body = _body(group, body)
    if group:
        yield tuple(group)


def _body(group: list[Token], depth: int) -> int:
    """How deep in a BEGIN ATOMIC .. END body the last token is: semicolons in there end nothing."""
    last = word(group[-1])
    if depth:
        return depth + (last == "CASE") - (last == "END")
    return int(last == "ATOMIC" and len(group) > 1 and word(group[-2]) == "BEGIN")


def _unclosed(source: str) -> int:
    """The line of the first quote or comment without an end."""
    opened = next((found for found in _CLOSED_OR_OPEN.finditer(source) if found["open"]), None)
    return source.count("\n", 0, opened.start()) + 1 if opened else 0
