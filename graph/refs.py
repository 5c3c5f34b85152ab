"""How one record is pointed at: its kind and its id."""

from typing import NamedTuple
from uuid import UUID


class Ref(NamedTuple):
    """`type` is the singular snake case name of `records.type` (`diary_entry`)."""

    type: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"
