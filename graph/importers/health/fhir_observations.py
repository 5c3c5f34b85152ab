"""Observation of FHIR: one that has several values is a row with another one for each of them."""

from collections.abc import Mapping
from typing import Any

from graph.importers.base import Row, To
from graph.importers.health.apple_types import LOINC
from graph.importers.health.fhir_resources import Incomplete, Resource
from graph.importers.health.fhir_values import (
    called,
    code_of,
    coding,
    first,
    instant,
    name_of,
    notes,
    quantity,
    span,
)
from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import filled, number

_STATUSES = frozenset(
    ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown")
)
_CATEGORIES = frozenset(
    (
        "vital-signs", "laboratory", "activity", "survey", "imaging", "procedure", "exam", "therapy", "social-history",
    )
)  # fmt: skip
_PLAIN = ("valueString", "valueInteger", "valueBoolean", "valueDateTime", "valueTime", "valueDate")


def observation(one: Resource) -> tuple[Row, ...]:
    """The observation, and its components under it."""
    said = one.said
    start, end = span(said, "effective")
    start = start or instant(said.get("issued")) or instant(table(said.get("meta")).get("lastUpdated"))
    if start is None:
        raise Incomplete("an Observation without a time")
    categories = [code_of(category, _CATEGORIES) for category in entries(said.get("category"))]
    common: dict[str, object] = {
        "encounter_id": one.to("encounter"),
        "status": code_of(said.get("status"), _STATUSES) or "unknown",
        "category": next(filter(None, categories), None),
        "effective_start": start,
        "effective_end": end,
        "device": called(said.get("device")),
        "source": "fhir",
    }
    rows = [_row(one.key, said, {**common, "note": notes(said), **one.told})]
    for place, component in enumerate(entries(said.get("component"))):
        rows.append(_row(f"{one.key}/{place}", table(component), {**common, "parent_id": To(one.key)}))
    return tuple(rows)


def _row(key: str, said: Mapping[str, Any], common: Mapping[str, object]) -> Row:
    concept = coding(said.get("code"), LOINC)
    if "display" not in concept:
        raise Incomplete("an Observation that does not say what was observed")
    concept.setdefault("code", concept["display"])
    return Row("health_observations", key, filled({**common, **concept, **_value(said), **_range(said)}))


def _value(said: Mapping[str, Any]) -> dict[str, object]:
    measured = table(said.get("valueQuantity"))
    value, unit = quantity(measured)
    if value is not None:
        comparator = text(measured.get("comparator"))
        return {"value_quantity": value, "unit": unit, "value_text": f"{comparator} {value:g}" if comparator else ""}
    plain = next((str(said[name]).strip() for name in _PLAIN if said.get(name) is not None), "")
    absent = name_of(said.get("dataAbsentReason"))
    return {"value_text": name_of(said.get("valueCodeableConcept")) or plain or absent}


def _range(said: Mapping[str, Any]) -> dict[str, object]:
    normal = table(first(said.get("referenceRange")))
    low, high = (number(table(normal.get(name)).get("value")) for name in ("low", "high"))
    if low is not None and high is not None and high < low:
        low = high = None
    found = coding(first(said.get("interpretation"))).get("code", "")
    return {"reference_low": low, "reference_high": high, "interpretation": found}
