"""The health record: one broken wrist, one bad week, thin blood, pollen; who treated it and what was taken."""

from graph.demo.life import Life, at, between, on

VISITS = (
    ("wrist", "emergency", "Emergency", "2022-10-08 17:40", "Left wrist after a fall: tram rail, rain, bicycle.", "hospital", "Elena Popescu", "event:emergency"),
    ("plaster", "ambulatory", "Follow-up", "2022-11-19 09:00", "Plaster off. Thin arm, good grip.", "hospital", "Elena Popescu", "event:cast-off"),
    ("fever", "virtual", "Telephone", "2020-11-14 13:20", "Fever, cough, nothing smells.", None, "Elena Popescu", None),
    ("dentist", "ambulatory", "Check-up", "2026-02-03 09:15", "One filling, no drama.", None, "Andrés Molina", "Dentist"),
    ("spirometry", "ambulatory", "Lung function", "2026-04-22 08:30", "Spring cough. Blood taken on the way out.", "hospital", "Elena Popescu", "event:spirometry"),
)  # fmt: skip
CONDITIONS = (
    ("wrist", "Fracture of the distal radius, left", "resolved", "moderate", "2022-10-08", "2022-12-20", "wrist", "S52.5", "The hand that finds the notes."),
    ("covid", "COVID-19", "resolved", "mild", "2020-11-12", "2020-11-22", "fever", "U07.1", "Coffee came back on the third day."),
    ("iron", "Iron deficiency", "active", "mild", "2026-04-22", None, "spirometry", "E61.1", "Lentils. [[Elena Popescu]] insists."),
    ("pollen", "Hay fever", "active", "mild", "2003-05-01", None, None, "J30.1", "Plane trees and concerts in May do not go together."),
)  # fmt: skip
PILLS = (
    (
        "iron",
        "Ferrous bisglycinate 28 mg",
        "capsule",
        "2026-04-24",
        None,
        "1 in the morning, not with coffee",
        "iron",
        "FREQ=DAILY",
    ),
    ("cetirizine", "Cetirizine 10 mg", "tablet", "2019-04-01", None, "1 when the plane trees bloom", "pollen", None),
    (
        "ibuprofen",
        "Ibuprofen 400 mg",
        "tablet",
        "2022-10-08",
        "2022-10-20",
        "1 with food, at most 3 a day",
        "wrist",
        None,
    ),
)
SHOTS = (
    ("tetanus", "Tetanus, diphtheria, pertussis", "2017-03-14", 1, 1, "2027-03-14"),
    ("covid-1", "COVID-19 mRNA", "2021-07-12", 1, 2, None),
    ("covid-2", "COVID-19 mRNA", "2021-08-02", 2, 2, None),
    ("tick", "Tick-borne encephalitis", "2022-07-20", 1, 3, "2022-08-20"),
    ("flu-2023", "Influenza", "2023-10-24", 1, 1, "2024-10-01"),
    ("flu-2025", "Influenza", "2025-10-21", 1, 1, "2026-10-01"),
)
DOCTORS = (("popescu", "Elena Popescu", "general practice"), ("molina", "Andrés Molina", "dentistry"))
DONE = (
    ("cast", "Closed reduction and cast, left wrist", "surgical", "2022-10-08", "2022-11-19", "Left wrist", "wrist", "wrist", "popescu", "Straight, says the second picture"),
    ("filling", "Composite filling", "dental", "2026-02-03", None, "Lower left molar", "dentist", None, "molina", "No drama"),
    ("blood", "Blood drawn", "diagnostic", "2026-04-22", None, "Right arm", "spirometry", "iron", "popescu", None),
)  # fmt: skip
"""Key, what, category, first and last day, where, visit, condition, who, outcome."""
REPORTS = (
    ("wrist", "X-ray of the left wrist, two views", "radiology", "2022-10-08", "Fracture of the distal radius, not displaced after reduction.", "wrist"),
    ("spirometry", "Spirometry", "lung function", "2026-04-22", "No obstruction. The cough is the plane trees'.", "spirometry"),
    ("blood", "Blood count, April 2026", "laboratory", "2026-04-22", "Ferritin low, vitamin D just so. Eat lentils.", "spirometry"),
)  # fmt: skip
BLOOD = (
    ("718-7", "Haemoglobin", "13.1", "g/dL", "12.0", "15.5"),
    ("2276-4", "Ferritin", "18", "ng/mL", "20", "200"),
    ("1989-3", "Vitamin D", "24", "ng/mL", "20", "60"),
    ("19926-5", "FEV1/FVC", "84", "%", "75", "100"),
)


def tell(life: Life) -> None:
    """Encounters first; what was found, given and taken refers to them."""
    for key, kind, type_, start, reason, place, who, event in VISITS:
        event_id = None if event is None else life.id(event) if ":" in event else life.known("event", event)
        life.add(
            "health_encounters", key, status="finished", type=type_, period_start=at(start), reason=reason,
            provider_contact_id=life.person(who), place_id=place and life.id(f"place:{place}"), event_id=event_id,
            organization_id=life.known("organization", "Hospital del Mar") if place else None, **{"class": kind},
        )  # fmt: skip
    for key, display, status, severity, onset, over, visit, code, note in CONDITIONS:
        life.add(
            "health_conditions", key, display=display, clinical_status=status, verification_status="confirmed",
            severity=severity, onset_date=onset, abatement_date=over, code_system="ICD-10", code=code, note=note,
            encounter_id=visit and life.id(f"health_encounter:{visit}"),
        )  # fmt: skip
    allergy = {"type": "allergy", "category": ["medication"], "criticality": "high", "reaction": "Rash, 1998"}
    life.add("allergy_intolerances", "penicillin", display="Penicillin", clinical_status="active", **allergy)
    _pills(life)
    _treatments(life)
    for key, display, day, dose, series, due in SHOTS:
        more = {"dose_number": dose, "series_doses": series, "next_due_date": due, "performer": "Centre de Salut"}
        life.add("immunizations", key, display=display, occurrence_date=day, status="completed", **more)
    _observations(life)


def _pills(life: Life) -> None:
    for key, display, form, start, end, dosage, reason, rule in PILLS:
        pill = life.add("medications", key, display=display, form=form)
        life.add(
            "medication_statements", key, medication_id=pill, status="completed" if end else "active", effective_start=start,
            effective_end=end, dosage_text=dosage, timing_rrule=rule, as_needed=rule is None,
            reason_condition_id=life.id(f"health_condition:{reason}"), prescriber_contact_id=life.person("Elena Popescu"),
        )  # fmt: skip
    for day in range(38):
        status = "not-done" if between(f"iron-{day}", 0, 9) == 0 else "completed"
        when = at(f"{on('2026-04-24', day)} 07:20")
        statement = life.id("medication_statement:iron")
        life.add("medication_administrations", f"iron-{day}", statement_id=statement, occurred_at=when, status=status)


def _treatments(life: Life) -> None:
    for key, who, specialty in DOCTORS:
        life.add("health_practitioners", key, contact_id=life.person(who), display=who, specialty=specialty)
    for key, display, category, start, end, site, visit, condition, doctor, outcome in DONE:
        life.add(
            "health_procedures", key, display=display, category=category, performed_date=start, performed_until=end,
            body_site=site, outcome=outcome, encounter_id=life.id(f"health_encounter:{visit}"),
            reason_condition_id=condition and life.id(f"health_condition:{condition}"),
            practitioner_id=life.id(f"health_practitioner:{doctor}"),
        )  # fmt: skip
    for key, display, category, day, conclusion, visit in REPORTS:
        life.add(
            "diagnostic_reports", key, display=display, category=category, effective_date=day, conclusion=conclusion,
            performer="Hospital del Mar", encounter_id=life.id(f"health_encounter:{visit}"),
            practitioner_id=life.id("health_practitioner:popescu"),
        )  # fmt: skip


def _observations(life: Life) -> None:
    for code, display, value, unit, low, high in BLOOD:
        life.add(
            "health_observations", code, encounter_id=life.id("health_encounter:spirometry"), status="final",
            document_id=life.id("document:blood-2026"), category="laboratory", code_system="http://loinc.org", code=code,
            display=display, effective_start=at("2026-04-22 08:50"), value_quantity=value, unit=unit, reference_low=low,
            reference_high=high, interpretation="L" if float(value) < float(low) else "N",
            report_id=life.id("diagnostic_report:spirometry" if code == "19926-5" else "diagnostic_report:blood"),
        )  # fmt: skip
    for day in range(7):
        value = ("38.9", "39.1", "38.4", "37.9", "37.5", "37.0", "36.7")[day]
        fixed = {"code_system": "http://loinc.org", "code": "8310-5", "display": "Body temperature", "unit": "Cel"}
        when, visit = at(f"2020-11-{13 + day} 08:00"), life.id("health_encounter:fever")
        more = {"value_quantity": value, "category": "vital-signs", "status": "final", "encounter_id": visit}
        life.add("health_observations", f"fever-{day}", effective_start=when, **fixed, **more)
