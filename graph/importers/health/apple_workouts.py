"""Workouts of an Apple Health export, of all its versions: totals as attributes (to iOS 15) or as statistics."""

from collections.abc import Mapping

from graph.importers.base import Item, Row, To
from graph.importers.health.apple_records import SOURCE, key_of, measured_by, period
from graph.importers.health.apple_types import kilocalories, metres, seconds, words
from graph.importers.trees.elements import Element
from graph.importers.trees.values import filled, whole

_MOST = 2_147_483_647
_TOTALS = ("workoutActivityType", "sourceName", "startDate", "endDate", "duration", "durationUnit", "device")
_TOLD = ("MetadataEntry", "WorkoutStatistics", "WorkoutEvent", "WorkoutRoute")


def workout_item(element: Element, routes: Mapping[str, str], where: str) -> Item:
    """A Workout; `routes` are the keys of the tracks by the names of their files."""
    start, end = period(element)
    said = element.attributes
    metadata = {
        one.attributes.get("key", ""): one.attributes.get("value", "") for one in element.every("MetadataEntry")
    }
    values: dict[str, object] = {
        "activity_name": words(said.get("workoutActivityType", "")) or "workout",
        "effective_start": start,
        "effective_end": end,
        "moving_time_s": whole(seconds(said.get("duration"), said.get("durationUnit", "min")), 0, _MOST),
        "elevation_gain_m": metres(*_measure(metadata.get("HKElevationAscended", ""))),
        "device": measured_by(element) or None,
        "gps_track_id": _route(element, routes),
        "custom_fields": {SOURCE: _custom(element, metadata)},
        "source": SOURCE,
        **_totals(element),
    }
    key = key_of(element)
    left = [one for one in element.children if one.name not in _TOLD or one.every("Location")]
    raw = element.written().encode("utf-8", "replace") if left else None
    return Item(key, (Row("workouts", key, values),), where, raw, "application/xml" if raw else "")


def _totals(element: Element) -> dict[str, object]:
    said, statistics = element.attributes, _statistics(element)
    distance = next((one for name, one in statistics.items() if name.startswith("Distance")), {})
    energy, heart = statistics.get("ActiveEnergyBurned", {}), statistics.get("HeartRate", {})
    power = next((one for name, one in statistics.items() if name.endswith("Power")), {})
    way = metres(said.get("totalDistance"), said.get("totalDistanceUnit"))
    burned = kilocalories(said.get("totalEnergyBurned"), said.get("totalEnergyBurnedUnit"))
    return {
        "distance_m": metres(distance.get("sum"), distance.get("unit")) if way is None else way,
        "kcal_burned": kilocalories(energy.get("sum"), energy.get("unit")) if burned is None else burned,
        "steps": whole(statistics.get("StepCount", {}).get("sum"), 0, _MOST),
        "avg_heart_rate": whole(heart.get("average"), 1, 300),
        "max_heart_rate": whole(heart.get("maximum"), 1, 300),
        "avg_power_w": whole(power.get("average"), 0, 32_767),
    }


def _statistics(element: Element) -> dict[str, dict[str, str]]:
    found = (one.attributes for one in element.every("WorkoutStatistics"))
    return {one.get("type", "").removeprefix("HKQuantityTypeIdentifier"): one for one in found}


def _measure(text: str) -> tuple[str, str]:
    """A number and a unit in one text: 5030 cm."""
    value, _, unit = text.strip().partition(" ")
    return value, unit


def _route(element: Element, routes: Mapping[str, str]) -> To | None:
    for route in element.every("WorkoutRoute"):
        for file in route.every("FileReference"):
            key = routes.get(file.attributes.get("path", "").rpartition("/")[2])
            if key:
                return To(key)
    return None


def _custom(element: Element, metadata: Mapping[str, str]) -> dict[str, object]:
    """What has no column."""
    said = {name: value for name, value in element.attributes.items() if name not in _TOTALS}
    events = [one.attributes for one in element.every("WorkoutEvent")]
    statistics = [one.attributes for one in element.every("WorkoutStatistics")]
    paths = [
        one.attributes.get("path", "")
        for route in element.every("WorkoutRoute")
        for one in route.every("FileReference")
    ]
    return filled({**said, "metadata": dict(metadata), "events": events, "statistics": statistics, "routes": paths})
