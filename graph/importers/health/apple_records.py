"""Records and correlations of an Apple Health export as observations, measurements of the body and meals."""

import re
from datetime import UTC, datetime
from functools import cache

from graph.importers.base import Item, Row, To
from graph.importers.health.apple_types import BODY, HEALTHKIT, kind_of, quantity, words
from graph.importers.keys import digest
from graph.importers.trees.elements import Element
from graph.importers.trees.values import filled, moment

SOURCE = "apple_health"
PRESSURE = ("BloodPressureSystolic", "BloodPressureDiastolic")

_POINTER = re.compile(r"^<+HKDevice: 0x[0-9a-f]+>,?\s*|>$")
_PART = re.compile(r"(?:^|, )([a-zA-Z]+):")
_NUTRIENTS = {
    "DietaryEnergyConsumed": "kcal",
    "DietaryProtein": "protein_g",
    "DietaryCarbohydrates": "carb_g",
    "DietaryFatTotal": "fat_g",
    "DietaryFiber": "fiber_g",
}
_SUMMARY = ("activeEnergyBurned", "appleMoveTime", "appleExerciseTime", "appleStandHours")


class Unreadable(ValueError):
    """An element lacks what its row needs."""


def when(text: str | None) -> datetime | None:
    """A moment as Apple writes it: 2024-06-01 08:00:00 +0200."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:19] + (text[20:] or "Z")).astimezone(UTC)
    except (ValueError, OverflowError):
        return moment(text)


def period(element: Element) -> tuple[datetime, datetime | None]:
    """Start and, where it is another moment, end."""
    start = when(element.attributes.get("startDate"))
    if start is None:
        raise Unreadable("it has no startDate that is a moment")
    end = when(element.attributes.get("endDate"))
    return start, end if end and end > start else None


def key_of(element: Element) -> str:
    """What an element is known by: type, device, time and value. Two devices that tell the same stay two."""
    said = element.attributes
    times = (str(when(said.get("startDate"))), str(when(said.get("endDate"))))
    kind = said.get("type") or said.get("workoutActivityType") or ""
    device = _POINTER.sub("", said.get("device", ""))
    source = said.get("sourceName", "")
    return digest(element.name, kind, source, device, *times, said.get("value", ""), said.get("unit", ""))


@cache
def device_of(source: str, version: str, device: str) -> str:
    """What measured it: Ana's Apple Watch (Apple Inc. Watch6,2, 8.3)."""
    pieces = _PART.split(_POINTER.sub("", device))
    said = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    model = f"{said.pop('manufacturer', '')} {said.pop('hardware', '') or said.get('model', '')}".strip()
    said.pop("model", None)
    about = [model, said.pop("software", ""), *(value for value in said.values() if value not in (source, version))]
    if version not in about:
        about.append(version)
    told = ", ".join(filter(None, about))
    return f"{source} ({told})" if told else source


def measured_by(element: Element) -> str:
    """The device of an element."""
    said = element.attributes
    return device_of(said.get("sourceName", ""), said.get("sourceVersion", ""), _stable(said.get("device", "")))


def _stable(device: str) -> str:
    return _POINTER.sub("", device)  # the address in memory differs in every export


def note_of(element: Element) -> str | None:
    """The metadata, a line each."""
    lines = [f"{one.attributes.get('key', '')}: {one.attributes.get('value', '')}" for one in _metadata(element)]
    return "\n".join(lines) or None


def _metadata(element: Element) -> list[Element]:
    return element.every("MetadataEntry")


def record_item(element: Element, where: str) -> Item:
    """A Record as an observation or, of scales and the like, a measurement of the body; of a watch as a sample."""
    kind = kind_of(element.attributes.get("type", ""))
    key = key_of(element)
    value, unit = quantity(element.attributes.get("value", ""), element.attributes.get("unit", ""))
    more = len(element.children) > len(_metadata(element))
    if kind.short in BODY and value is not None:
        row = _measurement(element, key, {"kind": BODY[kind.short], "value": value, "unit": unit})
    elif kind.sampled and value is not None and not more:
        row = _sample(element, key, {"value": value, "unit": unit})
    else:
        row = _observation(element, key, value, unit)
    return _item(row, where, element if more else None)


def _sample(element: Element, key: str, values: dict[str, object]) -> Row:
    start, end = period(element)
    about = {"code": kind_of(element.attributes.get("type", "")).display, "sampled_at": start, "ended_at": end}
    more = {"device": measured_by(element), "note": note_of(element), "source": SOURCE}
    return Row("health_samples", key, values | filled(about | more))


def _observation(element: Element, key: str, value: float | None, unit: str) -> Row:
    said = element.attributes
    kind = kind_of(said.get("type", ""))
    start, end = period(element)
    values: dict[str, object] = {
        "code_system": kind.system,
        "code": kind.code or element.name,
        "display": kind.display or None,
        "category": kind.category,
        "effective_start": start,
        "effective_end": end,
        "device": measured_by(element) or None,
        "apple_type": said.get("type") or None,
        "note": note_of(element),
        "source": SOURCE,
    }
    if value is None:
        values["value_text"] = said.get("value")
    else:
        values |= {"value_quantity": value, "unit": unit}
    return Row("health_observations", key, filled(values))


def _measurement(element: Element, key: str, values: dict[str, object]) -> Row:
    start, _ = period(element)
    more = {"effective_at": start, "device": measured_by(element), "note": note_of(element), "source": SOURCE}
    return Row("body_measurements", key, values | filled(more))


def correlation_item(element: Element, where: str) -> Item:
    """A blood pressure as one measurement, food as a meal; anything else as an observation that is kept raw too.

    Its records are in the file by themselves as well.
    """
    short = kind_of(element.attributes.get("type", "")).short
    members = {kind_of(one.attributes.get("type", "")).short: one for one in element.every("Record")}
    if short == "BloodPressure":
        numbers = [_number(members.get(name)) for name in PRESSURE]
        if None not in numbers:
            values: dict[str, object] = {"kind": "blood_pressure", "value": numbers[0], "value2": numbers[1]}
            first = members[PRESSURE[0]]
            unit = quantity("0", first.attributes.get("unit", ""))[1] or "mm[Hg]"
            return _item(_measurement(element, pressure_key(element), values | {"unit": unit}), where)
    if short == "Food":
        return _item(_meal(element, members), where)
    return _item(_observation(element, pressure_key(element), None, ""), where, element)


def _number(record: Element | None) -> float | None:
    return quantity(record.attributes.get("value", ""), "")[0] if record else None


def pressure_key(element: Element) -> str:
    """The key of a correlation, which has no value but those of its records."""
    return digest(key_of(element), *sorted(key_of(one) for one in element.every("Record")))


def _meal(element: Element, members: dict[str, Element]) -> Row:
    start, _ = period(element)
    metadata = {one.attributes.get("key", ""): one.attributes.get("value", "") for one in _metadata(element)}
    nutrients = {_NUTRIENTS[name]: _nutrient(one) for name, one in members.items() if name in _NUTRIENTS}
    values = {
        "eaten_at": start,
        "description": metadata.pop("HKFoodType", ""),
        "custom_fields": {SOURCE: filled({"metadata": metadata, "device": measured_by(element)})},
    }
    return Row("meals", pressure_key(element), values | filled(nutrients))


def _nutrient(record: Element) -> float | None:
    value, unit = quantity(record.attributes.get("value", ""), record.attributes.get("unit", ""))
    factor = {"g": 1.0, "mg": 1e-3, "ug": 1e-6, "kcal": 1.0, "kJ": 1 / 4.184}.get(unit)
    return None if value is None or factor is None or value < 0 else round(value * factor, 6)


def summary_item(element: Element, where: str) -> Item:
    """The rings of a day: an observation, and one in it for each ring with its goal as the low end of the range."""
    said = element.attributes
    day = moment(said.get("dateComponents"))
    if day is None:
        raise Unreadable("it has no dateComponents that are a day")
    key = digest(element.name, str(day))
    common: dict[str, object] = {
        "category": "activity",
        "code_system": HEALTHKIT,
        "effective_start": day,
        "source": SOURCE,
    }
    rows = [Row("health_observations", key, common | {"code": "HKActivitySummary", "display": "activity rings"})]
    for ring in _SUMMARY:
        value, unit = quantity(said.get(ring, ""), said.get(f"{ring}Unit", "hr" if ring.endswith("Hours") else "min"))
        goal = quantity(said.get(f"{ring}Goal", ""), "")[0]
        if value is not None:
            about = {"parent_id": To(key), "code": ring, "display": words(ring), "unit": unit}
            numbers = filled({"value_quantity": value, "reference_low": goal})
            rows.append(Row("health_observations", f"{key}/{ring}", common | about | numbers))
    return Item(key, tuple(rows), where)


def person_item(element: Element, name: str, value: str, where: str) -> Item:
    """A characteristic of the person (`Me`): an observation since birth."""
    born = moment(element.attributes.get("HKCharacteristicTypeIdentifierDateOfBirth"))
    values = {
        "category": "social-history",
        "code_system": HEALTHKIT,
        "code": name,
        "display": words(name),
        "effective_start": born or datetime(1970, 1, 1, tzinfo=UTC),
        "value_text": value,
        "apple_type": name,
        "source": SOURCE,
    }
    return _item(Row("health_observations", digest("Me", name), values), where)


def other_item(element: Element, where: str) -> Item:
    """Anything else that has a time: audiograms, prescriptions of glasses, what Apple will think of next."""
    said = element.attributes
    start = when(said.get("startDate")) or when(said.get("dateIssued")) or moment(said.get("date"))
    if start is None:
        raise Unreadable(f"there is no place for a {element.name} without a date")
    key = digest(element.name, *(f"{name}={_stable(value)}" for name, value in sorted(said.items())))
    values = {"code_system": HEALTHKIT, "code": said.get("type") or element.name, "display": words(element.name)}
    more = filled(
        {"effective_start": start, "device": measured_by(element), "note": note_of(element), "source": SOURCE}
    )
    return _item(Row("health_observations", key, values | more), where, element)


def _item(row: Row, where: str, raw: Element | None = None) -> Item:
    if raw is None:
        return Item(row.key, (row,), where)
    return Item(row.key, (row,), where, raw.written().encode("utf-8", "replace"), "application/xml")
