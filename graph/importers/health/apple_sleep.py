"""Sleep of an Apple Health export: its stages, one record each, become nights, those of each device its own.

The stages are a series under their night. A record that says more than its row (metadata, an unheard-of stage) is kept
raw.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph.importers.base import Item, Row, To
from graph.importers.health.apple_records import SOURCE, Unreadable, measured_by, period
from graph.importers.keys import digest
from graph.importers.trees.elements import Element
from graph.importers.trees.values import filled

TYPE = "HKCategoryTypeIdentifierSleepAnalysis"
_PREFIX = "HKCategoryValueSleepAnalysis"
_APART = timedelta(hours=1)
"""What is further apart are two sleeps."""
_NAP = timedelta(hours=3)
_STAGES = {
    "InBed": "in_bed",
    "Awake": "awake",
    "Asleep": "asleep",
    "AsleepUnspecified": "asleep",
    "AsleepCore": "light",
    "AsleepDeep": "deep",
    "AsleepREM": "rem",
}


@dataclass(frozen=True, slots=True, order=True)
class _Stage:
    start: datetime
    end: datetime
    value: str
    device: str
    written: str
    """The record where it says more than its row, else nothing."""

    @property
    def asleep(self) -> bool:
        return self.value.startswith("Asleep")


@dataclass(slots=True)
class Nights:
    """All stages of a file, by the name of the device; told as nights in the end."""

    where: str
    _stages: dict[str, list[_Stage]] = field(default_factory=dict)

    def add(self, element: Element) -> None:
        """A record of a stage. Raises Unreadable."""
        start, end = period(element)
        value = element.attributes.get("value", "").removeprefix(_PREFIX)
        if end is None:
            raise Unreadable("a stage of sleep that took no time")
        written = "" if value in _STAGES and not element.children else element.written()
        stage = _Stage(start, end, value, measured_by(element), written)
        self._stages.setdefault(element.attributes.get("sourceName", ""), []).append(stage)

    def items(self) -> Iterator[Item]:
        """The nights in order, with their stages."""
        for name, stages in sorted(self._stages.items()):
            for night in _nights(sorted(set(stages))):
                yield _item(name, night, self.where)


def _nights(stages: list[_Stage]) -> Iterator[list[_Stage]]:
    night: list[_Stage] = []
    until: datetime | None = None
    for stage in stages:
        if until is not None and stage.start - until > _APART:
            yield night
            night, until = [], None
        night.append(stage)
        until = stage.end if until is None else max(until, stage.end)
    yield night


def _item(name: str, night: list[_Stage], where: str) -> Item:
    key = digest("sleep", name, str(night[0].start))
    raw = "\n".join(stage.written for stage in night if stage.written).encode("utf-8", "replace")
    rows = (Row("sleep_sessions", key, _values(night)), *_stages(key, night))
    return Item(key, rows, where, raw or None, "application/xml" if raw else "")


def _stages(key: str, night: list[_Stage]) -> list[Row]:
    """A row for each stage; what two versions of one device tell alike is one."""
    rows: dict[str, Row] = {}
    for one in night:
        if stage := _STAGES.get(one.value):
            about = {"sleep_session_id": To(key), "stage": stage, "source": SOURCE}
            row_key = digest(key, stage, str(one.start), str(one.end))
            rows[row_key] = Row(
                "sleep_stages", row_key, about | {"effective_start": one.start, "effective_end": one.end}
            )
    return list(rows.values())


def _values(night: list[_Stage]) -> dict[str, object]:
    start, end = night[0].start, max(stage.end for stage in night)
    asleep = [stage for stage in night if stage.asleep]
    total = _seconds(asleep)
    fell = min((stage.start for stage in asleep), default=None)
    woke = max((stage.end for stage in asleep), default=None)
    awake = [one for one in night if one.value == "Awake" and fell and woke and fell < one.start < woke]
    in_bed = [stage for stage in night if stage.value == "InBed"]
    values = {
        "effective_start": start,
        "effective_end": end,
        "total_sleep_s": total if asleep else None,
        "light_sleep_s": _seconds([stage for stage in asleep if stage.value == "AsleepCore"]),
        "deep_sleep_s": _seconds([stage for stage in asleep if stage.value == "AsleepDeep"]),
        "rem_sleep_s": _seconds([stage for stage in asleep if stage.value == "AsleepREM"]),
        "latency_s": round((fell - start).total_seconds()) if fell and in_bed else None,
        "efficiency": min(1.0, round(total / (end - start).total_seconds(), 4)) if asleep and in_bed else None,
        "source_device": night[0].device or None,
        "source": SOURCE,
    }
    staged = any(stage.value in ("AsleepCore", "AsleepDeep", "AsleepREM") for stage in night)
    if not staged:
        values |= dict.fromkeys(("light_sleep_s", "deep_sleep_s", "rem_sleep_s"))
    return filled(values) | {"is_main": end - start >= _NAP} | ({"awakenings": len(awake)} if staged else {})


def _seconds(stages: list[_Stage]) -> int:
    """How long these stages took together; what overlaps counts once."""
    total, until = timedelta(), None
    for stage in sorted(stages):
        begin = stage.start if until is None else max(stage.start, until)
        total += max(stage.end - begin, timedelta())
        until = stage.end if until is None else max(until, stage.end)
    return round(total.total_seconds())
