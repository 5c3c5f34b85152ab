"""One resource of FHIR as rows: visits, conditions, allergies, vaccinations. Others are files, kept raw."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import orjson

from graph.importers.base import Row, To
from graph.importers.health.fhir_values import (
    called,
    code_of,
    coding,
    day,
    first,
    instant,
    name_of,
    notes,
    reference,
    span,
)
from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import filled, whole


class Find(Protocol):
    """The key of what a reference points at, if that is in the same source and, where that is said, of this kind."""

    def __call__(self, target: str, kind: str = "") -> str | None: ...


_CLASSES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "FLD": "field",
    "HH": "home",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
    "OBSENC": "observation",
    "SS": "ambulatory",
    "VR": "virtual",
}
_VISIT = frozenset(
    (
        "planned",
        "arrived",
        "triaged",
        "in-progress",
        "onleave",
        "on-hold",
        "discharged",
        "finished",
        "completed",
        "cancelled",
        "discontinued",
        "entered-in-error",
        "unknown",
    )
)
_CLINICAL = frozenset(("active", "recurrence", "relapse", "inactive", "remission", "resolved", "unknown"))
_VERIFIED = frozenset(("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"))
_PRESUMED = frozenset(("unconfirmed", "presumed", "confirmed", "refuted", "entered-in-error"))
_SEVERITIES = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"} | {
    word: word for word in ("mild", "moderate", "severe")
}


def person_of(practitioner: str) -> str:
    """The key of the contact that a practitioner is."""
    return f"{practitioner}/contact"


class Incomplete(ValueError):
    """A resource lacks what its row needs."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource, its key, how to find what it refers to, and columns that others have told of it."""

    said: Mapping[str, Any]
    key: str
    find: Find
    told: Mapping[str, object] = field(default_factory=dict)

    def to(self, *names: str) -> To | None:
        """What the first of these references points at."""
        for name in names:
            key = self.find(reference(first(self.said.get(name))))
            if key:
                return To(key)
        return None

    def of(self, kind: str, *references: Any) -> To | None:
        """The first resource of this kind that one of these references points at."""
        keys = (self.find(reference(value), kind) for value in references)
        return next((To(key) for key in keys if key), None)

    def treating(self, value: Any) -> To | None:
        """The practitioner whom a reference means."""
        return self.of("Practitioner", value)

    def person(self, value: Any) -> To | None:
        """The contact that is this practitioner."""
        found = self.treating(value)
        return To(person_of(found.key)) if found else None

    def row(self, table_: str, values: Mapping[str, object]) -> tuple[Row, ...]:
        return (Row(table_, self.key, filled(values)),)


def encounter(one: Resource) -> tuple[Row, ...]:
    """Encounter: a visit."""
    said = one.said
    start, end = span(said, "period") if "period" in said else span(said, "actualPeriod")
    start = start or span(said, "actualPeriod")[0] or instant(table(said.get("meta")).get("lastUpdated"))
    if start is None:
        raise Incomplete("an Encounter without a period")
    participants = [table(person) for person in entries(said.get("participant"))]
    people = [called(person) for person in participants]
    doctors = (one.person(person.get("individual") or person.get("actor")) for person in participants)
    reasons = [name_of(reason) for reason in entries(said.get("reasonCode"))]
    fhir = {"participants": list(filter(None, people)), "serviceProvider": called(said.get("serviceProvider"))}
    values = {
        "status": code_of(said.get("status"), _VISIT) or "unknown",
        "class": code_of(first(said.get("class")), _CLASSES) or "other",
        "type": ", ".join(filter(None, (name_of(kind) for kind in entries(said.get("type"))))),
        "period_start": start,
        "period_end": end,
        "reason": ", ".join(filter(None, reasons)) or None,
        "provider_contact_id": next(filter(None, doctors), None),
        "custom_fields": {"fhir": found} if (found := filled(fhir)) else {},
    }
    return one.row("health_encounters", values)


def condition(one: Resource) -> tuple[Row, ...]:
    """Condition: an illness."""
    said = one.said
    concept = coding(said.get("code"))
    if "display" not in concept:
        raise Incomplete("a Condition without a name")
    onset, end = _days(said, "onset"), _days(said, "abatement")
    clinical = code_of(said.get("clinicalStatus"), _CLINICAL)
    values = {
        **concept,
        "clinical_status": clinical or ("resolved" if end or said.get("abatementBoolean") else "unknown"),
        "verification_status": code_of(said.get("verificationStatus"), _VERIFIED),
        "severity": code_of(said.get("severity"), _SEVERITIES),
        "body_site": ", ".join(filter(None, (name_of(site) for site in entries(said.get("bodySite"))))),
        "onset_date": onset,
        "abatement_date": end if end and (onset is None or end >= onset) else None,
        "note": notes(said),
        "encounter_id": one.to("encounter"),
    }
    return one.row("health_conditions", values)


def _days(said: Mapping[str, Any], name: str) -> date | None:
    period = table(said.get(f"{name}Period"))
    return day(said.get(f"{name}DateTime")) or day(period.get("start"))


def allergy(one: Resource) -> tuple[Row, ...]:
    """AllergyIntolerance."""
    said = one.said
    reactions = [table(reaction) for reaction in entries(said.get("reaction"))]
    concept = coding(said.get("code")) or coding(first(reactions[0].get("substance")) if reactions else None)
    if "display" not in concept:
        raise Incomplete("an AllergyIntolerance without a name")
    signs = [name_of(sign) for reaction in reactions for sign in entries(reaction.get("manifestation"))]
    kinds = ("food", "medication", "environment", "biologic")
    values = {
        **concept,
        "clinical_status": code_of(said.get("clinicalStatus"), ("active", "inactive", "resolved")),
        "verification_status": code_of(said.get("verificationStatus"), _PRESUMED),
        "type": code_of(said.get("type"), ("allergy", "intolerance")),
        "category": [kind for kind in dict.fromkeys(map(text, entries(said.get("category")))) if kind in kinds],
        "criticality": code_of(said.get("criticality"), ("low", "high", "unable-to-assess")),
        "reaction": ", ".join(dict.fromkeys(filter(None, signs))),
        "severity": next((text(one.get("severity")) for one in reactions if one.get("severity") in _SEVERITIES), None),
        "onset_date": _days(said, "onset"),
        "last_occurrence": day(said.get("lastOccurrence")),
        "note": notes(said),
    }
    return one.row("allergy_intolerances", values)


def immunization(one: Resource) -> tuple[Row, ...]:
    """Immunization."""
    said = one.said
    concept = coding(said.get("vaccineCode"), "http://hl7.org/fhir/sid/cvx")
    given = day(said.get("occurrenceDateTime")) or day(said.get("date"))
    if given is None or "display" not in concept:
        raise Incomplete("an Immunization without a day or a vaccine")
    protocol = table(first(entries(said.get("protocolApplied"))))
    diseases = [name_of(disease) for disease in entries(protocol.get("targetDisease"))]
    performers = [called(one) for one in entries(said.get("performer"))]
    values = {
        "status": code_of(said.get("status"), ("completed", "not-done", "entered-in-error")),
        "code_system": concept.get("code_system"),
        "vaccine_code": concept.get("code"),
        "display": concept["display"],
        "target_disease": list(dict.fromkeys(filter(None, diseases))),
        "occurrence_date": given,
        "manufacturer": called(said.get("manufacturer")),
        "lot_number": text(said.get("lotNumber")),
        "dose_number": _count(protocol, "doseNumber"),
        "series_doses": _count(protocol, "seriesDoses"),
        "site": name_of(said.get("site")),
        "performer": ", ".join(filter(None, performers)),
        "note": notes(said),
        "encounter_id": one.to("encounter"),
    }
    return one.row("immunizations", values)


def _count(protocol: Mapping[str, Any], name: str) -> int | None:
    return whole(protocol.get(f"{name}PositiveInt", protocol.get(f"{name}String", protocol.get(name))), 1, 32_767)


def other(one: Resource) -> tuple[Row, ...]:
    """A resource that no table is for: a file of its JSON."""
    kind, raw = text(one.said.get("resourceType")) or "Resource", written(one.said)
    name = text(one.said.get("id")) or hashlib.sha256(raw).hexdigest()[:16]
    concept = next(
        (found for column in ("code", "type", "category") if (found := name_of(first(one.said.get(column))))), ""
    )
    values = {
        "name": f"{kind}-{name}.json".replace("/", " "),
        "title": f"{kind}: {concept}" if concept else kind,
        "media_type": MEDIA_TYPE,
        "byte_size": len(raw),
        "sha256": hashlib.sha256(raw).digest(),
        "source": "fhir",
    }
    return one.row("files", values)


MEDIA_TYPE = "application/fhir+json"


def written(said: Mapping[str, Any]) -> bytes:
    """The resource as JSON again."""
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
