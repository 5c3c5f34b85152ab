"""What one asks of an import, what it tells while it runs, and its account of everything at the end."""

from dataclasses import dataclass, field
from uuid import UUID

from graph.importers.base import Problem
from graph.importers.sources import Tally
from graph.importers.tables.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Options:
    """`dry_run` only tells; `prune` deletes (softly) what vanished; `source` names the source instead of its path.

    `mappings` say what the columns of CSV files are that have none beside them, the first one that fits counts.
    """

    dry_run: bool = False
    prune: bool = False
    source: str | None = None
    mappings: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many items are done, of how many (None while unknown), and where the import is."""

    done: int
    total: int | None
    where: str


@dataclass(slots=True)
class Counts:
    """What happened to the records of one type. `created` are also those that were pruned and are back, `vanished` are
    no more in the source, `kept_deleted` were deleted here."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    vanished: int = 0
    kept_deleted: int = 0


@dataclass(slots=True)
class Report:
    """What an import did. `links` are the edges it made, `pending` the links that still wait for their targets, `gone`
    is what was in the source before and is no more."""

    change_set: UUID | None = None
    counts: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    gone: list[Problem] = field(default_factory=list)
    links: int = 0
    pending: int = 0

    def add(self, tally: Tally) -> None:
        for (type_, outcome), count in tally.items():
            counts = self.counts.setdefault(type_, Counts())
            setattr(counts, outcome, getattr(counts, outcome) + count)

    @property
    def changes(self) -> int:
        """How many records were created, updated or deleted."""
        return sum(counts.created + counts.updated + counts.deleted for counts in self.counts.values())
