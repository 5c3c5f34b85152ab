"""What the doctor says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from graph.database import Connection
from schema_sql.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in a sentence, and the SQL that mends it (none: a person has to look).

    What is `passing` ends by itself.
    """

    what: str
    cure: tuple[str, ...] = ()
    passing: bool = False


Check = Callable[[Connection, Catalog], AsyncIterator[Finding]]
"""Looks with the owner's connection at everybody's rows and leaves nothing behind."""
