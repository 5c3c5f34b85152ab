"""What commands print: tables that a terminal shows well and a pipe gets whole."""

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 10_000
"""Columns of what is no terminal: nothing is cut or folded there."""


def put(columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[str] = ()) -> None:
    """Prints a table. `numbers` are the columns that stand on the right; None and empty are blank.

    In a pipe it has neither a rule nor blanks at the ends of lines.
    """
    right = set(numbers)
    out = console()
    table = Table(box=box.SIMPLE_HEAD if out.is_terminal else None, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    with out.capture() as captured:
        out.print(table)
    lines = captured.get().splitlines()
    sys.stdout.write("".join(f"{line if out.is_terminal else line.rstrip()}\n" for line in lines))
    sys.stdout.flush()


def console(*, stderr: bool = False) -> Console:
    """Standard output (or standard error); markup in what people wrote is just text."""
    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = PIPE_WIDTH
    return made


def shown(value: object) -> str:
    """A value on one line; control characters, which a terminal would obey, become spaces."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)
