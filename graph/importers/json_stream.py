"""Large JSON files in pieces: the elements below a path, or single events, never the whole file in memory (ijson).

Values are ready for the database: texts can be stored, numbers are int or float, what is no number is None.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import IO, Any

import ijson

from graph.importers.decoding import storable

_BOM = b"\xef\xbb\xbf"
_DEEPEST = 100
_LARGEST = 2**63


class BrokenJson(Exception):
    """The file ends too early or is no JSON from some place on; the message says why."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file behind its byte order mark. Raises OSError, and BrokenJson for what is found wrong while it is read."""
    with path.open("rb") as file:
        if file.read(len(_BOM)) != _BOM:
            file.seek(0)
        try:
            yield file
        except (ijson.JSONError, UnicodeError, ValueError, ArithmeticError) as error:
            raise BrokenJson(f"broken JSON: {' '.join(str(error).split())[:200]}") from None


def elements(path: Path, prefix: str) -> Iterator[Any]:
    """What stands at a prefix of ijson (`item` for the elements of a list). Raises OSError and BrokenJson."""
    with opened(path) as file:
        for element in ijson.items(file, prefix):
            yield clean(element)


def events(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Prefix, event and value of everything, in the order of the file. Raises OSError and BrokenJson."""
    with opened(path) as file:
        yield from ijson.parse(file)


def clean(value: Any, depth: int = 0) -> Any:
    """The value as a column takes it. Raises BrokenJson for what is nested too deep."""
    if depth > _DEEPEST:
        raise BrokenJson(f"nested deeper than {_DEEPEST} levels")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): clean(part, depth + 1) for name, part in value.items()}
    if isinstance(value, list):
        return [clean(part, depth + 1) for part in value]
    if isinstance(value, Decimal):
        number = float(value)
        return number if isfinite(number) else None
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return str(value)
    return value


def beginning(path: Path, size: int = 65536) -> str:
    """The first characters of a file that may be JSON by its name, "" of any other or one that cannot be read."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return file.read(size).removeprefix(_BOM).decode("utf-8", "replace").lstrip()
    except OSError:
        return ""


def text(value: Any) -> str:
    """The value if it is a text, else ""."""
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object of JSON, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
