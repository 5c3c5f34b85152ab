"""FHIR bundles, single resources and bulk exports become a health record; what has no table is a file."""

import json
from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.health.fhir import Fhir
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values


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


def extract(directory: Path, content: str) -> list[Item | Problem]:
    return run(Fhir(), directory / "bundle.json", content)


class TestConformance(Conformance):
    importer: ClassVar[Importer] = Fhir()
    samples: ClassVar[dict[str, str]] = {
        "bundle.json": bundle(*ALL),
        "all.ndjson": "\n".join(json.dumps(one) for one in ALL),
        "one.json": json.dumps(PRESSURE, indent=1),
        "clinic.json": bundle(*CLINIC),
    }


def test_what_is_referred_to_comes_first(tmp_path: Path) -> None:
    keys = list(items(extract(tmp_path, bundle(*ALL))))
    places = [keys.index(key) for key in ("Encounter/e", "Condition/c", "MedicationRequest/m", "Observation/o")]
    assert places == sorted(places)
    assert all(one.raw for key, one in items(extract(tmp_path, bundle(*ALL))).items() if not key.startswith("medicine"))


def test_visits_and_conditions(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*ALL))
    visit = values(found, "health_encounters")
    assert (visit["class"], visit["type"], visit["reason"]) == ("ambulatory", "Check-up", "Cough")
    assert visit["custom_fields"] == {"fhir": {"participants": ["Dr. Hill"]}}
    assert values(found, "health_conditions") == {
        "code_system": "http://snomed.info/sct",
        "code": "38341003",
        "display": "High blood pressure",
        "clinical_status": "active",
        "verification_status": "confirmed",
        "severity": "severe",
        "onset_date": date(2020, 1, 1),
        "note": "Since long",
        "encounter_id": To("Encounter/e"),
    }


def test_observations(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*ALL))
    pressure, systolic, diastolic, smoking = filled(found, "health_observations")
    assert (pressure["code"], pressure["category"], "value_quantity" in pressure) == ("85354-9", "vital-signs", False)
    assert systolic["parent_id"] == diastolic["parent_id"] == To("Observation/o")
    assert (systolic["value_quantity"], systolic["unit"], systolic["interpretation"]) == (121.5, "mm[Hg]", "N")
    assert (systolic["reference_low"], systolic["reference_high"]) == (90, 130)
    assert (diastolic["value_quantity"], diastolic["value_text"]) == (80, "< 80")
    assert (smoking["code"], smoking["value_text"], smoking["status"]) == ("Smoking", "Never", "unknown")
    assert (smoking["effective_start"], "effective_end" in smoking) == (datetime(2026, 3, 2, tzinfo=UTC), False)
    assert "encounter_id" not in smoking
    assert pressure["encounter_id"] == To("Encounter/e")


def test_medicines(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*ALL))
    assert values(found, "medications")["display"] == "lisinopril 10 MG"
    statement = values(found, "medication_statements")
    assert statement["medication_id"] == To(rows(found, "medications")[0].key)
    assert (statement["status"], statement["dosage_text"], statement["as_needed"]) == ("stopped", "One a day", True)
    assert (statement["dose_quantity"], statement["dose_unit"]) == (1, "tablet")
    assert statement["reason_condition_id"] == To("Condition/c")
    assert values(found, "medication_administrations")["statement_id"] == To("MedicationRequest/m")


def test_the_rest(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*ALL))
    allergy, vaccine = values(found, "allergy_intolerances"), values(found, "immunizations")
    assert (allergy["category"], allergy["reaction"], allergy["severity"]) == (["food"], "Hives", "mild")
    assert (vaccine["occurrence_date"], vaccine["dose_number"], vaccine["target_disease"]) == (
        date(2014, 8, 19),
        2,
        ["Tetanus"],
    )
    person = values(found, "contacts")
    assert (person["fn"], person["n_prefix"], person["gender"]) == ("Ana Maria Example", "Dr.", "F")
    assert values(found, "contact_phones")["tel"] == "555-0100"
    assert [file["name"] for file in filled(found, "files")] == ["Group-x.json", "Immunization-h.json"]
    assert [warning for one in items(found).values() for warning in one.warnings] == [
        "there is no table for a Group: they are kept as files",
        "an Immunization without a day or a vaccine: kept as a file",
    ]


def test_what_was_done(tmp_path: Path) -> None:
    assert values(extract(tmp_path, bundle(*CLINIC)), "health_procedures") == {
        "code_system": "http://snomed.info/sct",
        "code": "7",
        "display": "Suture",
        "status": "completed",
        "performed_date": date(2026, 3, 1),
        "performed_until": date(2026, 3, 2),
        "body_site": "Left hand",
        "reason": "Cut",
        "outcome": "Closed",
        "note": "Four stitches",
        "encounter_id": To("Encounter/e"),
        "practitioner_id": To("table:Practitioner/d"),
        "reason_condition_id": To("Condition/c"),
        "custom_fields": {"fhir": {"performers": ["Dr. Hill"]}},
    }


def test_who_treats_is_a_contact_too(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*CLINIC))
    doctor, person = values(found, "health_practitioners"), To("table:Practitioner/d/contact")
    assert doctor == {"contact_id": person, "display": "Dr. Ann Hill", "specialty": "Surgery", "npi": "12345"}
    contact = values(found, "contacts")
    assert (contact["fn"], contact["n_family"], contact["uid"]) == ("Ann Hill", "Hill", "Practitioner/d")
    assert values(found, "contact_phones") == {"contact_id": person, "tel": "555-0199", "source": "fhir"}
    assert values(found, "health_encounters")["provider_contact_id"] == person
    assert values(found, "medication_statements")["prescriber_contact_id"] == person
    alone = values(extract(tmp_path, bundle(DOCTOR)), "health_practitioners")
    assert alone["specialty"] == "MD", "where no role says more"


def test_a_report_and_its_results(tmp_path: Path) -> None:
    found = extract(tmp_path, bundle(*CLINIC))
    report, key = values(found, "diagnostic_reports"), "table:DiagnosticReport/b"
    assert (report["display"], report["category"], report["status"]) == (
        "Blood count",
        "Laboratory, Hematology",
        "final",
    )
    assert (report["effective_date"], report["issued_at"]) == (date(2026, 3, 1), datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert (report["conclusion"], report["performer"]) == ("All is well", "Lab One")
    assert (report["practitioner_id"], report["encounter_id"]) == (To("table:Practitioner/d"), To("Encounter/e"))
    of_report = [
        row.values["display"] for row in rows(found, "health_observations") if row.values.get("report_id") == To(key)
    ]
    assert of_report == ["Iron", "Blood pressure"]
    pdf, text = (one for one in items(found).values() if one.key.startswith("file:"))
    assert report["file_id"] == To(pdf.key)
    assert (pdf.raw, pdf.rows[0].values["name"]) == (PDF, "Blood.pdf")
    assert text.rows[0].values["text_content"] == "Größe gut"


async def test_a_visit_comes_once_with_all_that_hangs_on_it(house: Household, tmp_path: Path) -> None:
    (tmp_path / "clinic.json").write_text(bundle(*CLINIC))
    report = await house.bring(tmp_path / "clinic.json")
    assert report.problems == []
    assert (await house.bring(tmp_path / "clinic.json")).changes == 0
    tied = (
        "SELECT count(*) FROM health_procedures p JOIN health_practitioners d ON d.id = p.practitioner_id"
        " JOIN contacts c ON c.id = d.contact_id JOIN diagnostic_reports r ON r.practitioner_id = d.id"
        " JOIN health_observations o ON o.report_id = r.id JOIN files f ON f.id = r.file_id"
    )
    assert await house.value(tied) == 2
    treated = "SELECT count(*) FROM entity_links WHERE relation = 'TREATED_BY' AND target_type = 'health_procedure'"
    assert await house.value(treated) == 1
    assert (
        await house.value("SELECT convert_from(payload, 'utf-8') FROM raw_records WHERE media_type = 'application/pdf'")
        == PDF.decode()
    )
    changed = {**REPORT, "conclusion": "Or not", "result": []}
    (tmp_path / "clinic.json").write_text(bundle(changed, *CLINIC[1:]))
    counts = told(await house.bring(tmp_path / "clinic.json"))
    assert counts["diagnostic_report"] == {"updated": 1}
    assert counts["health_observation"] == {"updated": 1, "unchanged": 2, "deleted": 1}
    assert (
        await house.value("SELECT count(*) FROM health_observations WHERE report_id IS NOT NULL AND deleted_at IS NULL")
        == 0
    )


def test_broken_lines_are_told(tmp_path: Path) -> None:
    lines = "\n".join((json.dumps(ENCOUNTER), "{broken", "[1]", json.dumps({"id": "1"}), json.dumps(PATIENT)))
    found = run(Fhir(), tmp_path / "x.ndjson", lines)
    assert set(items(found)) == {"Encounter/e", "Patient/p"}
    assert [reason[:14] for reason in problems(found)] == ["it is no JSON:", "it is no resou", "it is no resou"]


async def test_a_folder_of_a_bulk_export(house: Household, tmp_path: Path) -> None:
    for one in ALL:
        with (tmp_path / f"{one['resourceType']}.ndjson").open("a") as file:
            file.write(json.dumps(one) + "\n")
    report = await house.bring(tmp_path)
    assert report.problems == []
    assert told(report)["health_observation"] == {"created": 4}
    assert await house.value("SELECT count(*) FROM health_conditions WHERE encounter_id IS NOT NULL") == 1
    assert (await house.bring(tmp_path)).changes == 0
    write(tmp_path, {"Encounter.ndjson": json.dumps({**ENCOUNTER, "status": "cancelled"})})
    assert told(await house.bring(tmp_path))["health_encounter"] == {"updated": 1}
