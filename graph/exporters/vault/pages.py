"""A note or a diary entry as a Markdown file: its front matter as it was written, or made of what the record says.

What is written is read again as the importer reads it: what comes out otherwise than it went in is told as lost.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from graph.exporters.base import Lost, Row
from graph.importers.directories import Entry
from graph.importers.vault.notes import item

_COLUMNS = ("title", "content", "aliases", "custom_fields", "entry_date", "content_format")
_UNSAID = ("language", "pinned", "archived", "template", "mood", "weather", "place_id", "sensitivity")
_OF_CALENDARS = ("rrule", "status", "class", "categories", "url")


def page(row: Row, path: str) -> tuple[bytes, list[Lost]]:
    """The bytes of the file at this path in the vault, and what they do not say."""
    for front, exact in _fronts(row):
        data = _text(front, row["content"]).encode("utf-8", "replace")
        otherwise = _otherwise(row, path, data, exact)
        if not otherwise:
            break
    label = row["title"] or path
    unsaid = [
        f"{name} = {row[name]}" for name in (*_UNSAID, *_OF_CALENDARS) if row.get(name) not in (None, False, [], "")
    ]
    return data, [Lost(label, reason) for reason in (*otherwise, *unsaid)]


def _fronts(row: Row) -> list[tuple[str | None, bool]]:
    """What may stand at the head, in the order of trying, and whether it may say no more than the record.

    The last is taken whatever it lacks.
    """
    fields: dict[str, Any] = dict(row["custom_fields"])
    if row["aliases"]:
        fields["aliases"] = row["aliases"]
    made = _dumped(fields) if fields else ""
    named = _dumped({"title": row["title"]} | fields)
    written: list[str | None] = [None, ""] if row["front_matter"] is None else [row["front_matter"]]
    return [*((front, True) for front in written), (made, False), (named, False)]


def _dumped(fields: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(fields, allow_unicode=True, sort_keys=True, width=10_000)).removesuffix("\n")


def _text(front: str | None, content: str) -> str:
    if front is None:
        return content
    return f"---\n{front}\n---\n{content}" if front else f"---\n---\n{content}"


def _otherwise(row: Row, path: str, data: bytes, exact: bool) -> list[str]:
    """What the importer reads there otherwise than the record has it."""
    entry = Entry(Path(path), path, len(data), 0)
    read = item(entry, data).rows[0].values
    found = []
    for name in _COLUMNS:
        said, wanted = read.get(name), row.get(name)
        if name in ("aliases", "custom_fields"):
            if not _holds(said, wanted, exact):
                found.append(f"{name}: {wanted}")
        elif said != wanted and wanted is not None:
            found.append(f"{name} = {str(wanted)[:80]}" if name != "content" else "its text cannot be read as it is")
    return [one for one in found if one != "title = "]


def _holds(said: Any, wanted: Any, exact: bool) -> bool:
    """Whether all that is wanted is said. Names that made front matter adds (title, aliases) do no harm."""
    if isinstance(wanted, dict):
        return bool(said == wanted) if exact else all(said.get(name) == value for name, value in wanted.items())
    return set(said) == set(wanted) if exact else set(said) >= set(wanted)
