"""Medication, MedicationRequest, MedicationStatement and MedicationAdministration of FHIR."""

from collections.abc import Mapping
from typing import Any

from graph.importers.base import Row, To
from graph.importers.health.fhir_resources import Incomplete, Resource
from graph.importers.health.fhir_values import (
    called,
    code_of,
    coding,
    day,
    first,
    name_of,
    notes,
    quantity,
    reference,
    span,
)
from graph.importers.keys import digest
from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import filled

_STATUSES = {
    status: status
    for status in (
        "recorded", "draft", "active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "not-taken",
        "unknown",
    )
} | {"cancelled": "stopped", "ended": "completed"}  # fmt: skip
_GIVEN = frozenset(("in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"))


def medication(one: Resource) -> tuple[Row, ...]:
    """Medication: a medicine."""
    return (_medicine(one.key, one.said),)


def _medicine(key: str, said: Mapping[str, Any]) -> Row:
    concept = coding(said.get("code"))
    if "display" not in concept:
        raise Incomplete("a Medication without a name")
    holder = said.get("manufacturer") or said.get("marketingAuthorizationHolder")
    values = {
        **concept,
        "form": name_of(said.get("form")) or name_of(said.get("doseForm")),
        "manufacturer": called(holder),
        "ingredients": [_ingredient(table(part)) for part in entries(said.get("ingredient"))],
    }
    return Row("medications", key, filled(values))


def _ingredient(part: Mapping[str, Any]) -> dict[str, object]:
    strength = table(part.get("strength")) or table(part.get("strengthRatio"))
    value, unit = quantity(strength.get("numerator"))
    name = name_of(part.get("itemCodeableConcept")) or name_of(part.get("item")) or called(part.get("itemReference"))
    return filled({"display": name, "quantity": value, "unit": unit})


def medicine_of(one: Resource) -> tuple[str, Row | None]:
    """The key of the medicine that a request or a statement is about; its row where that is not a resource itself."""
    said = one.said
    concept = table(said.get("medicationCodeableConcept")) or table(table(said.get("medication")).get("concept"))
    target = reference(said.get("medicationReference")) or reference(said.get("medication"))
    if key := one.find(target):
        return key, None
    inside = next((table(part) for part in entries(said.get("contained")) if f"#{table(part).get('id')}" == target), {})
    name = called(said.get("medicationReference")) or called(table(said.get("medication")).get("reference"))
    found = inside or {"code": concept or ({"text": name} if name else {})}
    about = coding(found.get("code"))
    key = f"medicine:{digest(about.get('code_system', ''), about.get('code', '') or about.get('display', ''))}"
    return key, _medicine(key, found)


def statement(one: Resource, medicine: str) -> tuple[Row, ...]:
    """MedicationRequest and MedicationStatement: that a medicine is to be taken, or is."""
    said = one.said
    dosage = table(first(said.get("dosageInstruction")) or first(said.get("dosage")))
    dose, unit = quantity(table(first(dosage.get("doseAndRate"))).get("doseQuantity"))
    start, end = span(said, "effective")
    begin = start.date() if start else day(said.get("authoredOn")) or day(said.get("dateAsserted"))
    reasons = [name_of(reason) for name in ("reasonCode", "reason") for reason in entries(said.get(name))]
    words = [called(reason) for reason in entries(said.get("reasonReference"))]
    who = called(said.get("requester"))
    values = {
        "medication_id": To(medicine),
        "status": code_of(said.get("status"), _STATUSES) or "unknown",
        "effective_start": begin,
        "effective_end": end.date() if end and begin and end.date() >= begin else None,
        "dosage_text": text(dosage.get("text")) or text(said.get("renderedDosageInstruction")),
        "dose_quantity": dose if dose is not None and dose >= 0 else None,
        "dose_unit": unit,
        "route": name_of(dosage.get("route")),
        "as_needed": dosage.get("asNeededBoolean") is True or dosage.get("asNeeded") is True,
        "reason_condition_id": one.to("reasonReference"),
        "reason": ", ".join(dict.fromkeys(filter(None, (*reasons, *words)))),
        "prescriber_contact_id": one.person(said.get("requester")),
        "note": notes(said),
        "custom_fields": {"fhir": {"requester": who}} if who else {},
    }
    return one.row("medication_statements", values)


def administration(one: Resource) -> tuple[Row, ...]:
    """MedicationAdministration, of a request that is there too."""
    said = one.said
    when = span(said, "effective")[0] or span(said, "occurence")[0] or span(said, "occurrence")[0]
    request = one.to("request")
    if when is None or request is None:
        raise Incomplete("a MedicationAdministration without a time or a request")
    dose, unit = quantity(table(said.get("dosage")).get("dose"))
    values = {
        "statement_id": request,
        "occurred_at": when,
        "status": code_of(said.get("status"), _GIVEN) or "unknown",
        "dose_quantity": dose if dose is not None and dose >= 0 else None,
        "dose_unit": unit,
        "note": notes(said),
    }
    return one.row("medication_administrations", values)
