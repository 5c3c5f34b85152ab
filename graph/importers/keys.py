"""Keys that are short enough to be indexed and the same in every run."""

import hashlib

INDEXED = 1000
"""Bytes that fit a column with an index (PostgreSQL's B-tree takes 2,700, the tables' own checks 1,024)."""


def shortened(value: str) -> str:
    """The value itself, or if it is too long for an index a beginning and a digest that stand for it."""
    return value if len(value.encode()) <= INDEXED else f"{value[:64]}#{digest(value)}"


def digest(*values: str) -> str:
    """32 hexadecimal digits that stand for these texts."""
    return hashlib.sha256("\x1f".join(values).encode("utf-8", "replace")).hexdigest()[:32]
