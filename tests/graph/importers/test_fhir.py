"""FHIR bundles, single resources and bulk exports become a health record; what has no table is a file."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Importer, Item, Problem, To
from graph.importers.health.fhir import Fhir
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.clinic import ALL, CLINIC, DOCTOR, ENCOUNTER, PATIENT, PDF, PRESSURE, REPORT, bundle
from tests.graph.importers.conformance import Conformance, filled, items, problems, rows, run, values


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
