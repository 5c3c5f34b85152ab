"""JSON files, value by value: constant memory, texts that can be stored, the good part of a broken file."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import ijson

from graph.importers.decoding import storable

_DEEPEST = 100
_HEAD = 64 * 1024


class BrokenJson(ValueError):
    """The file cannot be read beyond what came so far."""


def values(file: IO[bytes], prefix: str) -> Iterator[Any]:
    """Every value under a prefix of ijson (`features.item`), from the beginning of the file, one at a time.

    Raises BrokenJson where the file cannot be read further, after everything that came before.
    """
    file.seek(0)
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    try:
        for value in ijson.items(file, prefix, use_float=True):
            yield clean(value)
    except (ijson.JSONError, UnicodeError, RecursionError, OverflowError, ValueError) as error:
        raise BrokenJson(str(error).partition("\n")[0]) from error


def clean(value: Any, depth: int = 0) -> Any:
    """The value with texts that can be stored. Raises BrokenJson for what is nested too deep."""
    if depth > _DEEPEST:
        raise BrokenJson(f"nested deeper than {_DEEPEST} levels")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): clean(part, depth + 1) for name, part in value.items()}
    if isinstance(value, list):
        return [clean(part, depth + 1) for part in value]
    return value


def head(path: Path) -> bytes:
    """The first bytes of what may be JSON, without blanks; nothing of anything else."""
    try:
        with path.open("rb") as file:
            found = file.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
    except OSError:
        return b""
    return found if found[:1] in (b"{", b"[") else b""


def table(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
