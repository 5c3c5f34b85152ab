"""Amounts as banks and programs write them: a point or a comma before the cents, signs and thousands apart."""

import re
from decimal import Decimal, InvalidOperation

LARGEST = Decimal(10) ** 24
"""No amount that a table takes is larger, on either side of zero."""

FINEST = 18
"""Digits after the point that are kept."""

_SPACES = re.compile(r"[\s'’_\u00a0\u202f]")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)\Z", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}\Z", re.ASCII)
"""By thousands, or as in India (1,23,456)."""


def amount(text: str, *, decimal_comma: bool | None = None) -> Decimal:
    """The number of a text such as `-1,234.56`, `1.234,56` or `200,00`. Raises ValueError.

    Where both marks stand the last one is the decimal mark. A comma that stands alone is one, unless three digits come
    after it; a point always is, unless it comes more than once. `decimal_comma` says which of the two it is. Brackets
    or a minus at the end mean less than nothing.
    """
    plain = _SPACES.sub("", text)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if plain.endswith("-"):
        plain = "-" + plain[:-1]
    plain = plain.replace("\u2212", "-")
    if decimal_comma is None:
        last = plain.rfind(",") > plain.rfind(".")
        decimal_comma = plain.count(".") > 1 or (last and plain.count(",") == 1 and not _GROUPED.match(plain))
    thousands, mark = (".", ",") if decimal_comma else (",", ".")
    if thousands in plain and not _GROUPED.match(plain.partition(mark)[0].replace(thousands, ",")):
        raise ValueError(f"no amount: {text[:40]!r}")
    plain = plain.replace(thousands, "").replace(mark, ".")
    if not _PLAIN.match(plain):
        raise ValueError(f"no amount: {text[:40]!r}")
    return within(Decimal(plain))


def within(number: Decimal) -> Decimal:
    """The number if a table can take it, without needless digits. Raises ValueError."""
    try:
        if not number.is_finite() or abs(number) > LARGEST:
            raise ValueError(f"no amount that can be kept: {number:.6}")
        exponent = number.as_tuple().exponent
        fine = isinstance(exponent, int) and exponent >= -FINEST
        return number + 0 if fine else round(number, FINEST)
    except InvalidOperation:
        raise ValueError(f"no amount that can be kept: {number:.6}") from None
