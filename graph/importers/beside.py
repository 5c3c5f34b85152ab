"""Files that a message names and that lie beside its export: registered where they are, known by their bytes."""

from collections.abc import Generator
from pathlib import Path

from graph.importers.base import Item, Problem, Row
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.stored import file_values


def beside(export: Path, named: str, source: str) -> Generator[Item | Problem, None, str | None]:
    """The item of a file that a message names, if it is in the folder of the export or below; returns its key."""
    if not named:
        return None
    root = export.resolve().parent
    try:
        path = (root / named).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        values = file_values(path)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        yield Problem(f"{path_text(root)}/{named}", why)
        return None
    key = f"file:{bytes(values['sha256']).hex()}"  # type: ignore[call-overload]
    yield Item(key, (Row("files", key, values | {"source": source}, found=True),), path_text(path))
    return key
