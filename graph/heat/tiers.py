"""What the heat of a record consists of, and what one calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

HOT, WARM = 0.5, 0.1
"""From where on a record is hot, and warm. Opened once it is hot for half a half-life, and warm for three more."""

TIERS = ("HOT", "WARM", "COLD")


@dataclass(frozen=True, slots=True)
class Part:
    """The accesses of one kind: what each of them weighs, and how much of the whole heat is theirs now (0 to 1)."""

    access: str
    weight: float
    times: int
    last_at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The heat of a record. `half_life` is in days, None where the record's type has no heat."""

    value: float
    pinned: bool
    half_life: float | None
    times: int
    parts: Sequence[Part]

    @property
    def tier(self) -> str:
        """HOT, WARM or COLD."""
        return "HOT" if self.value >= HOT else "WARM" if self.value >= WARM else "COLD"
