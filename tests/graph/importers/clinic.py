"""A patient's records in FHIR, as clinics say them."""

import json
from base64 import b64encode
from typing import Any


def concept(code: str, display: str, system: str = "http://snomed.info/sct") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"use": "official", "family": "Example", "given": ["Ana", "Maria"], "prefix": ["Dr."]}],
    "gender": "female",
    "birthDate": "1980-02",
    "telecom": [{"system": "phone", "value": "555-0100"}, {"system": "email", "value": "a@example.org"}],
}
ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e",
    "status": "finished",
    "class": {"code": "AMB"},
    "type": [concept("1", "Check-up")],
    "period": {"start": "2026-03-01T08:00:00+01:00", "end": "2026-03-01T08:30:00+01:00"},
    "participant": [{"individual": {"display": "Dr. Hill"}}],
    "reasonCode": [concept("2", "Cough")],
}
CONDITION = {
    "resourceType": "Condition",
    "id": "c",
    "clinicalStatus": concept("active", "Active"),
    "verificationStatus": concept("confirmed", "Confirmed"),
    "severity": concept("24484000", "Severe"),
    "code": {**concept("38341003", "Hypertensive disorder"), "text": "High blood pressure"},
    "encounter": {"reference": "https://ehr.example/r4/Encounter/e"},
    "onsetDateTime": "2020",
    "note": [{"text": "Since long"}],
}
PRESSURE = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "category": [concept("vital-signs", "Vital signs")],
    "code": concept("85354-9", "Blood pressure", "http://loinc.org"),
    "encounter": {"reference": "urn:uuid:e"},
    "effectiveDateTime": "2026-03-01T08:10:00+01:00",
    "component": [
        {
            "code": concept("8480-6", "Systolic", "http://loinc.org"),
            "valueQuantity": {"value": 121.5, "unit": "mmHg", "code": "mm[Hg]"},
            "referenceRange": [{"low": {"value": 90}, "high": {"value": 130}}],
            "interpretation": [concept("N", "Normal")],
        },
        {"code": concept("8462-4", "Diastolic"), "valueQuantity": {"value": 80, "comparator": "<", "unit": "mmHg"}},
    ],
}
SMOKING = {
    "resourceType": "Observation",
    "code": {"text": "Smoking"},
    "status": "odd",
    "effectivePeriod": {"start": "2026-03-02", "end": "2026-03-01"},
    "valueCodeableConcept": concept("3", "Never"),
    "encounter": {"reference": "Encounter/unknown"},
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "a",
    "code": concept("4", "Hazelnut"),
    "category": ["food", "strange"],
    "criticality": "high",
    "reaction": [{"manifestation": [concept("5", "Hives")], "severity": "mild"}],
}
VACCINE = {
    "resourceType": "Immunization",
    "id": "i",
    "status": "completed",
    "vaccineCode": concept("115", "Tdap", "http://hl7.org/fhir/sid/cvx"),
    "occurrenceDateTime": "2014-08-19T23:16:46-04:00",
    "lotNumber": "L1",
    "protocolApplied": [{"doseNumberPositiveInt": 2, "targetDisease": [concept("6", "Tetanus")]}],
}
PRESCRIPTION = {
    "resourceType": "MedicationRequest",
    "id": "m",
    "status": "cancelled",
    "medicationCodeableConcept": concept("314076", "lisinopril 10 MG", "http://www.nlm.nih.gov/research/umls/rxnorm"),
    "authoredOn": "2026-03-01",
    "reasonReference": [{"reference": "Condition/c", "display": "High blood pressure"}],
    "dosageInstruction": [
        {
            "text": "One a day",
            "asNeededBoolean": True,
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
        }
    ],
}
GIVEN = {
    "resourceType": "MedicationAdministration",
    "id": "g",
    "status": "completed",
    "effectiveDateTime": "2026-03-01T09:00:00Z",
    "request": {"reference": "MedicationRequest/m"},
    "dosage": {"dose": {"value": 2, "unit": "mg"}},
}
PROCEDURE = {
    "resourceType": "Procedure",
    "id": "x",
    "status": "completed",
    "code": concept("7", "Suture"),
    "performedPeriod": {"start": "2026-03-01T08:15:00+01:00", "end": "2026-03-02"},
    "bodySite": [concept("8", "Left hand")],
    "reasonReference": [{"reference": "Observation/o"}, {"reference": "Condition/c", "display": "Cut"}],
    "outcome": {"text": "Closed"},
    "encounter": {"reference": "Encounter/e"},
    "performer": [{"actor": {"reference": "PractitionerRole/r", "display": "Dr. Hill"}}],
    "note": [{"text": "Four stitches"}],
}
DOCTOR = {
    "resourceType": "Practitioner",
    "id": "d",
    "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "12345"}],
    "name": [{"family": "Hill", "given": ["Ann"], "prefix": ["Dr."]}],
    "telecom": [{"system": "phone", "value": "555-0199"}],
    "qualification": [{"code": {"text": "MD"}}],
}
ROLE = {
    "resourceType": "PractitionerRole",
    "id": "r",
    "practitioner": {"reference": "Practitioner/d"},
    "specialty": [concept("9", "Surgery")],
}
PDF = b"%PDF-1.4 the blood count"
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "b",
    "status": "final",
    "category": [concept("LAB", "Laboratory"), concept("HM", "Hematology")],
    "code": concept("58410-2", "Blood count", "http://loinc.org"),
    "encounter": {"reference": "urn:uuid:e"},
    "effectiveDateTime": "2026-03-01T08:20:00+01:00",
    "issued": "2026-03-02T10:00:00Z",
    "performer": [
        {"display": "Lab One"},
        {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|12345"},
    ],
    "contained": [{"resourceType": "Observation", "id": "in", "code": {"text": "Iron"}, "valueInteger": 5}],
    "result": [
        {"reference": "https://ehr.example/r4/Observation/o"},
        {"reference": "#in"},
        {"reference": "Observation/?"},
    ],
    "conclusion": "All is well",
    "presentedForm": [
        {"contentType": "text/plain; charset=utf-8", "data": b64encode("Größe gut".encode()).decode()},
        {"contentType": "application/pdf", "data": b64encode(PDF).decode(), "title": "Blood"},
        {"contentType": "application/pdf", "url": "https://ehr.example/Binary/1"},
        {"data": "no base64!"},
    ],
}
CLINIC = (
    REPORT,
    PROCEDURE,
    ROLE,
    DOCTOR,
    {**ENCOUNTER, "participant": [{"individual": {"reference": "Practitioner/d"}}]},
)
CLINIC += (CONDITION, PRESSURE, {**PRESCRIPTION, "requester": {"reference": "PractitionerRole/r"}})
HALF = {"resourceType": "Immunization", "id": "h"}
GROUP = {"resourceType": "Group", "id": "x", "code": concept("7", "Walkers")}
ALL = (GIVEN, PRESCRIPTION, CONDITION, PRESSURE, SMOKING, ALLERGY, VACCINE, GROUP, HALF, PATIENT, ENCOUNTER)


def bundle(*resources: Any) -> str:
    entries = [{"fullUrl": f"urn:uuid:{one['id']}" if "id" in one else "", "resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=1)
