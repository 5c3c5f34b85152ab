"""What came from the named files and directories before and is in them no more.

A file that could not be read this time has not vanished, and a directory in which nothing at all was found is more
likely a disk that is not there: nothing is pruned then.
"""

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from graph.database import Connection
from graph.importers import queries
from graph.importers.base import Problem
from graph.importers.dropping import drop
from graph.importers.sources import Source
from schema_sql.catalog import Catalog

AT_ONCE = 500


@dataclass(slots=True)
class Visit:
    """One named path: the sources that may have items in it, whether it had any, what was read and what not."""

    path: str
    identities: set[str] = field(default_factory=set)
    found: bool = False
    covered: set[tuple[str, str]] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def refuse(self, place: str) -> None:
        """Nothing was found at this place; a folder that could be read counts as read."""
        if not os.access(place, os.R_OK | os.X_OK):
            self.unread.add(place)

    def has_read(self, identity: str, scope: str) -> bool:
        """Whether it is sure what a file says now: its source was read there, or it is not there."""
        if any(_within(scope, place) for place in self.unread):
            return False
        read = any(source == identity and _within(scope, place) for source, place in self.covered)
        return read or not os.path.lexists(scope)


def _within(scope: str, place: str) -> bool:
    return scope == place or scope.startswith(place.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class Gone:
    """A living record whose item was not met."""

    mapping: Mapping[str, Any]
    may_go: bool

    @property
    def record_type(self) -> str:
        return str(self.mapping["record_type"])

    @property
    def told(self) -> Problem:
        reason = "is not there any more" if self.may_go else "is not there, nor is anything else: nothing was deleted"
        return Problem(
            self.mapping["scope"], f"{self.record_type.replace('_', ' ')} {self.mapping['remote_id']} {reason}"
        )


async def missing(connection: Connection, user: UUID, visit: Visit, seen: Mapping[str, Container[str]]) -> list[Gone]:
    """The items of a visit that `seen` (keys by source) does not have."""
    async with connection.transaction():  # a cursor needs one; a source may have millions of items
        rows = connection.cursor(queries.WITHIN, user, list(visit.identities), visit.path, prefetch=1000)
        return [
            Gone(dict(row), visit.found)
            async for row in rows
            if row["remote_id"] not in seen.get(row["identity"], ()) and visit.has_read(row["identity"], row["scope"])
        ]


def portions(gone: Sequence[Gone]) -> Iterator[list[Mapping[str, Any]]]:
    """The mappings of those that may go, each list of one connector and small enough for a transaction."""
    going = sorted((one.mapping for one in gone if one.may_go), key=lambda mapping: str(mapping["connector_id"]))
    for _, group in groupby(going, key=lambda mapping: mapping["connector_id"]):
        mappings = list(group)
        for start in range(0, len(mappings), AT_ONCE):
            yield mappings[start : start + AT_ONCE]


async def prune(connection: Connection, catalog: Catalog, user: UUID, mappings: Sequence[Mapping[str, Any]]) -> None:
    """Delete (softly) these records and their parts; they come back when their items do."""
    first = mappings[0]
    await drop(connection, catalog, Source(user, first["identity"], first["connector_id"]), mappings)
