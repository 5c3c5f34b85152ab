"""Where a phone was, moment by moment: points by themselves, handed over in portions."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from graph.importers.base import Item, Row
from graph.importers.travel.lines import Position
from graph.importers.travel.tracks import PORTION, Origin, point_row
from graph.importers.trees.values import number

COLUMNS: Mapping[str, str] = {
    "accuracy": "accuracy_m",
    "accuracyMeters": "accuracy_m",
    "altitude": "ele_m",
    "altitudeMeters": "ele_m",
    "bearing": "course_deg",
    "course": "course_deg",
    "heading": "course_deg",
    "horizontal_accuracy": "accuracy_m",
    "speed": "speed_mps",
    "speedMetersPerSecond": "speed_mps",
    "velocity": "speed_mps",
}
"""What services call the columns of a point."""


@dataclass(slots=True)
class Fixes:
    """The points of one file. What has no column is counted and told with the last of them."""

    where: str
    source: str
    left: Counter[str] = field(default_factory=Counter)
    _rows: list[Row] = field(default_factory=list)
    _before: dict[str, datetime] = field(default_factory=dict)

    def add(
        self, device: str, time: datetime, here: Position, said: Mapping[str, Any], read: Collection[str]
    ) -> Iterator[Item]:
        """One point of a device; of what is `said`, the names in `read` are told by the other arguments."""
        device = device[:60]
        before = self._before.get(device)
        if before is not None and before - timedelta(milliseconds=1) < time <= before:
            time = before + timedelta(microseconds=1)  # two points of one moment stay two
        self._before[device] = time
        self.left.update(name for name, value in said.items() if name not in read and name not in COLUMNS and value)
        more: dict[str, object] = {"ele_m": here.height}
        for name, column in COLUMNS.items():
            value = number(said.get(name), 1e7)
            if value is not None and (column != "accuracy_m" or value >= 0):
                more[column] = value
        key = f"at:{device}/{time.isoformat()}"
        self._rows.append(point_row(Origin(self.where, device, self.source), key, time, here, more))
        if len(self._rows) > PORTION:
            yield self._portion(PORTION)

    def rest(self) -> Iterator[Item]:
        """What is not handed over yet, and with it what was left out."""
        if self._rows:
            yield self._portion(len(self._rows), tuple(self.told()))

    def told(self) -> Iterator[str]:
        """What of the file has no column."""
        if self.left:
            counts = ", ".join(f"{name} ({count})" for name, count in sorted(self.left.items()))
            yield f"not kept, for want of columns: {counts}"

    def _portion(self, size: int, warnings: tuple[str, ...] = ()) -> Item:
        rows, self._rows = tuple(self._rows[:size]), self._rows[size:]
        return Item(rows[0].key, rows, self.where, warnings=warnings)
