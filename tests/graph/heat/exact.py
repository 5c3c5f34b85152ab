"""Heat as it is defined: every access remembered, each decayed on its own, in fifty digits."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

DAY = timedelta(days=1)
WEIGHTS = {"opened": "1", "edited": "1", "followed": "0.9", "search_click": "0.7", "agent": "0.3", "linked": "0.3"}

Access = tuple[str, datetime]


def exact(accesses: Iterable[Access], half_life: float, moment: datetime) -> tuple[float, float]:
    """The heat at a moment, and the logarithm of the decayed sum."""
    with localcontext(prec=50):
        total = sum(
            (
                Decimal(WEIGHTS[kind]) * Decimal(2) ** (-_days(moment - at) / Decimal(half_life))
                for kind, at in accesses
            ),
            Decimal(0),
        )
        if not total:
            return 0.0, float("-inf")
        return float(1 - (-min(total, Decimal(1000))).exp()), float(total.ln())


def _days(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) / Decimal(86_400_000_000)
