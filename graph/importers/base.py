"""The door through which files come in: what an importer is and what it hands over.

An importer turns a file or a directory into items of plain values, one at a time, without a database. Who writes them
(`run`) decides what is new, changed or gone; ids follow from `source` and `key`, so the same input meets the same rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class To:
    """Stands in a row's values for the id of another row of the same source."""

    key: str


@dataclass(frozen=True, slots=True)
class Among:
    """Stands in a row's values for a list to which several places add, as the mailboxes that a mail is in.

    Each place has its say over what it added; what others added, or a person did, stays.
    """

    place: str
    members: tuple[To, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `table`. Values are what asyncpg takes (dict for jsonb, list for arrays, aware datetimes), or `To`.

    `found` is said of a file whose bytes the importer itself read at `storage_uri`: only there the server may read them
    again. What the contents of a file name is never found by that.
    """

    table: str
    key: str
    values: Mapping[str, object]
    found: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a source: `rows[0]` is the thing itself, under the item's key, its parts follow.

    Rows of a series (a table without records, as `location_points`) may be parts, or a whole item: they are added where
    they are not there yet, and neither changed nor missed afterwards.

    `partial` is said where several files tell of the same thing (a feed: a list of subscriptions, and the feed itself):
    columns that this one leaves out stay as another one gave them.

    `where` is the file. `raw` is given where the rows do not say everything that the bytes said; `warnings` say what
    was mended on the way. `again` is set by who writes items, on one whose key came before in the same run: of it only
    its lists (`Among`) and its raw bytes are taken.

    A new item is the record that is there already where the columns `met_by` say so, or the natural key of its table.
    What the source only `mentioned` is made where it is not there, and neither changed nor missed afterwards.
    `own` is the id that the item says of itself in an export of ours: where its user has that record, it is this one.
    """

    key: str
    rows: tuple[Row, ...]
    where: str
    raw: bytes | None = None
    media_type: str = ""
    warnings: tuple[str, ...] = ()
    partial: bool = False
    again: bool = False
    met_by: tuple[str, ...] = ()
    mentioned: bool = False
    own: UUID | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not come in, and why."""

    where: str
    reason: str


class Importer(Protocol):
    """One format. `identify` looks inside and is cheap; `extract` streams and reports bad content, it never raises."""

    format: ClassVar[str]

    def identify(self, path: Path) -> bool: ...

    def source(self, path: Path) -> str: ...

    def extract(self, path: Path) -> Iterator[Item | Problem]: ...


class OfFiles:
    """Marks importers whose things are the files themselves: pictures, recordings, documents.

    Where a directory is read as a whole its files are files of that whole, and are not offered to these: unless it is
    the whole of one that `SharesFiles`, and no vault.
    """


class SharesFiles:
    """Marks importers that read a directory as a whole and, where it is no vault, leave to OfFiles what these know."""
