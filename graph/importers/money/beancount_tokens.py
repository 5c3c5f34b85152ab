"""The words of a Beancount ledger: tokens of a line, and a cursor that takes numbers, amounts and values from them.

Syntax: https://beancount.github.io/docs/beancount_language_syntax.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext

from graph.importers.money.amounts import within

DEEPEST = 50
"""Brackets within brackets of an arithmetic expression."""

PRECISION = 60
"""Digits with which amounts are multiplied; PostgreSQL's numeric rounds none of its products."""

_UPPER = r"(?:[A-Z]|[^\x00-\x7f])"
_TOKEN = re.compile(
    rf"""
    (?P<date>\d{{4}}[-/]\d\d?[-/]\d\d?)(?!\d)
    |(?P<string>"(?:\\.|[^"\\])*")
    |(?P<account>{_UPPER}[\w-]*(?::(?:[0-9]|{_UPPER})[\w-]*)+)
    |(?P<number>\d[\d,]*(?:\.\d*)?|\.\d+)
    |(?P<key>[a-z][\w-]*):(?=\s|$)
    |(?P<currency>/?[A-Z][A-Z0-9'._-]*[A-Z0-9](?![a-z])|[A-Z](?![\w']))
    |(?P<tag>\#[\w/.-]+)
    |(?P<link>\^[\w/.-]+)
    |(?P<sign>\{{\{{|\}}\}}|@@|[][{{}}@,~+*/()\#!&?%:|-])
    |(?P<word>[A-Za-z]\w*)
    |(?P<comment>;.*)
    |(?P<space>\s+)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what stands there; of a string, tag, link or key only what it says."""

    kind: str
    text: str


def tokens(line: str) -> Iterator[Token]:
    """The tokens of a line, strings over several lines included; spaces are left out."""
    for found in _TOKEN.finditer(line):
        kind = found.lastgroup or "other"
        text = found[kind]
        if kind == "string":
            text = re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), text[1:-1], flags=re.DOTALL)
        elif kind in ("tag", "link"):
            text = text[1:]
        if kind != "space":
            yield Token(kind, text)


@dataclass(slots=True)
class Cursor:
    """Takes one token after the other. What is not there as expected raises ValueError."""

    rest: list[Token]
    comment: str = field(default="")

    @classmethod
    def over(cls, line: str) -> "Cursor":
        found = list(tokens(line))
        comment = found.pop().text.lstrip("; ") if found and found[-1].kind == "comment" else ""
        return cls(found[::-1], comment)

    @property
    def kind(self) -> str:
        """The kind of the next token, "" at the end."""
        return self.rest[-1].kind if self.rest else ""

    @property
    def text(self) -> str:
        return self.rest[-1].text if self.rest else ""

    def take(self, kind: str) -> str:
        """The text of the next token, which must be of this kind."""
        if self.kind != kind:
            raise ValueError(f"a {kind} is missing before {self.text!r}" if self.rest else f"a {kind} is missing")
        return self.rest.pop().text

    def maybe(self, kind: str) -> str | None:
        """The next token's text if it is of this kind."""
        return self.take(kind) if self.kind == kind else None

    def sign(self, *signs: str) -> str | None:
        """The next token if it is one of these signs."""
        return self.rest.pop().text if self.kind == "sign" and self.text in signs else None

    def end(self) -> None:
        """Nothing may be left."""
        if self.rest:
            raise ValueError(f"not understood: {' '.join(token.text for token in reversed(self.rest))[:80]}")

    def day(self) -> date:
        year, month, day = re.split("[-/]", self.take("date"))
        return date(int(year), int(month), int(day))

    def at_number(self) -> bool:
        return self.kind == "number" or (self.kind == "sign" and self.text in ("-", "+", "("))

    def number(self) -> Decimal:
        """A number, or an arithmetic expression of numbers."""
        try:
            with localcontext() as context:
                context.prec = PRECISION
                return within(self._sum(0))
        except InvalidOperation:
            raise ValueError("an expression that has no value") from None

    def maybe_number(self) -> Decimal | None:
        return self.number() if self.at_number() else None

    def _sum(self, depth: int) -> Decimal:
        value = self._product(depth)
        while sign := self.sign("+", "-"):
            other = self._product(depth)
            value = value + other if sign == "+" else value - other
        return value

    def _product(self, depth: int) -> Decimal:
        value = self._factor(depth)
        while sign := self.sign("*", "/"):
            other = self._factor(depth)
            if sign == "/" and not other:
                raise ValueError("a division by zero")
            value = value * other if sign == "*" else round(value / other, 18)
        return value

    def _factor(self, depth: int) -> Decimal:
        if depth > DEEPEST:
            raise ValueError("too many brackets")
        sign = self.sign("-", "+", "(")
        if sign == "(":
            value = self._sum(depth + 1)
            if not self.sign(")"):
                raise ValueError("a bracket is not closed")
            return value
        if sign:
            value = self._factor(depth + 1)
            return -value if sign == "-" else value
        return Decimal(self.take("number").replace(",", ""))
