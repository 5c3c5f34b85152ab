"""The ids that our own exports say of records which nothing else tells from others, each format in a place of its own.

A record that came with such an id from another life keeps it for its name, and leaves with it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import orjson

from graph.importers.base import Item

ID = "lifeloom"
"""What the place is called: a field, a piece of metadata, an element."""

LIST = ".lifeloom"
"""The file in a vault that says the ids of all that is in it, by path."""


def key(id_: UUID) -> str:
    """What a thing is known by that says its id."""
    return f"own:{id_}"


@dataclass(slots=True)
class Names:
    """The ids that a file says. Who copies a thing in it copies its id, too: it is that of the first."""

    _met: set[UUID] = field(default_factory=set)

    def take(self, said: object) -> UUID | None:
        """The id that is said, unless another thing had it before."""
        found = own_id(said)
        if found is None or found in self._met:
            return None
        self._met.add(found)
        return found


def own_id(said: object) -> UUID | None:
    """The id that a text is, written as we write it."""
    try:
        found = UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if str(found) == said else None


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of a vault that is an export of ours: by path the ids of what is there, by table."""

    ids: Mapping[str, object]

    @classmethod
    def of(cls, root: Path) -> "Listed":
        """Of the vault in this directory. One that cannot be read says nothing."""
        try:
            said = orjson.loads((root / LIST).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            said = None
        return cls(said if isinstance(said, dict) else {})

    def with_id(self, path: str, item: Item) -> Item:
        """What was read at this path, with its id."""
        said = self.ids.get(path)
        return replace(item, own=own_id(said.get(item.rows[0].table))) if isinstance(said, dict) else item
