"""Files and documents: tickets of the journeys, papers of the years, and the sheets they are read by."""

from graph.demo.domains.places import NAMES, TRIPS
from graph.demo.episodes import Trip
from graph.demo.life import Life, at

FOLDERS = (
    ("papers", "Papers", None),
    ("tickets", "Tickets", "papers"),
    ("receipts", "Receipts", "papers"),
    ("photos", "Photos", None),
    ("recordings", "Recordings", None),
)
KINDS = (
    ("ticket", "Ticket", "booking OR seat", None),
    ("contract", "Contract", "contract OR contrato", "10 years"),
    ("letter", "Letter", "dear OR estimada", None),
    ("certificate", "Certificate", "certificate", None),
    ("policy", "Policy", "insured", "6 years"),
    ("result", "Result", "laboratory", "20 years"),
)

PAPERS = (
    ("contract-nordwelle", "Contract with Nordwelle", "contract", "organization:nordwelle", "2016-06-10", "Between Nordwelle Hamburg and Nora Behrens, sound assistant from 1 July 2016. Nights are paid with a quarter more."),
    ("contract-onda", "Contrato Onda Llevant", "contract", "Onda Llevant", "2019-02-20", "Contrato indefinido: técnica de sonido y producción, desde el 1 de marzo de 2019. Jornada completa, horario flexible salvo los lunes."),
    ("lease", "Contrato de alquiler, Carrer de la Reina 112", "contract", "organization:landlord", "2021-06-28", "Arrendamiento de vivienda, tercero sin ascensor: 780 euros al mes, dos meses de fianza, prórroga anual hasta siete años."),
    ("landlord-letter", "Letter of the landlord about the rent", "letter", "organization:landlord", "2026-02-03", "Estimados inquilinos: de acuerdo con la cláusula cuarta se actualizará la renta. Rogamos respuesta antes del 15 de febrero."),
    ("grant-agreement", "Grant agreement: Voices of the Harbour", "contract", "Sound Heritage Fund", "2025-11-10", "EUR 18,400 in three parts: on signature, on publication of episode 3, on the final report. Recordings are not to be cleaned."),
    ("xray", "X-ray report, left wrist", "result", "Hospital del Mar", "2022-10-08", "Fracture of the distal radius without displacement. Plaster for six weeks. Patient asks how it sounded."),
    ("blood-2026", "Blood count, April 2026", "result", "Hospital del Mar", "2026-04-22", "Laboratory: haemoglobin 13.1 g/dL, ferritin 18 ng/mL (low), vitamin D 24 ng/mL. Eat lentils."),
    ("marriage", "Certificado de matrimonio", "certificate", None, "2021-06-05", "Registro Civil de Getxo: Nora Katharina Behrens e Iker Etxeberria, 5 de junio de 2021."),
    ("diploma", "Master of Arts, sound", "certificate", "organization:haw", "2016-06-24", "Certificate: Nora Behrens, Master of Arts. Thesis: *Rooms that hum*. Grade 1.3."),
    ("policy-home", "Póliza de hogar y violonchelo", "policy", "organization:mutua", "2021-07-05", "Insured: contents up to 30,000 EUR; one violoncello, Mittenwald about 1890, 14,000 EUR, also in trains."),
    ("survey", "Survey of Alondra, report", "letter", "Varadero Roig S.L.", "2025-11-15", "Hull of larch on oak, 1968. Transom soft on starboard. Keel bolts good, to everybody's surprise. Value: sentimental."),
)  # fmt: skip
"""Key, title, type, from whom (a key of ours or a label), date, text."""


def tell(life: Life) -> None:
    """Folders and types, then tickets and papers, each a file with its text."""
    for key, name, parent in FOLDERS:
        life.add("folders", key, name=name, path=name, parent_id=parent and life.id(f"folder:{parent}"))
    for key, name, rule, kept in KINDS:
        life.add("document_types", key, name=name, matching_rule=rule, retention=kept)
    for trip in TRIPS:
        _ticket(life, trip)
    for number, (key, title, kind, sender, day, text) in enumerate(PAPERS, 1):
        file = paper(life, key, f"{title}.pdf", "papers", day, text)
        life.add(
            "documents", key, file_id=file, document_type_id=life.id(f"document_type:{kind}"), title=title, issued=day,
            description=text, archive_serial_number=number, ocr_confidence=0.98, **_from(life, sender),
        )  # fmt: skip
    for number in (1, 2):
        values = {
            "caption": ("Nora's draft", "With David's corrections")[number - 1],
            "modified_at": at(f"2026-02-1{number} 19:00"),
        }
        life.add(
            "file_versions", f"landlord-{number}", file_id=life.id("file:landlord-letter"), version_no=number, **values
        )


def paper(life: Life, key: str, name: str, folder: str, day: str, text: str) -> str:
    """A file with its text, in one piece for search. Returns its id."""
    file = life.add(
        "files", key, folder_id=life.id(f"folder:{folder}"), name=name, path=f"{folder}/{name}", media_type="application/pdf",
        byte_size=21000 + len(text), title=name.removesuffix(".pdf"), text_content=text, page_count=1, modified_at=at(f"{day} 12:00"),
    )  # fmt: skip
    life.add("file_chunks", key, file_id=file, chunk_no=0, content=text, page=1, char_start=0, char_end=len(text))
    return file


def _from(life: Life, sender: str | None) -> dict[str, object]:
    if sender is None:
        return {}
    id_ = life.id(sender) if ":" in sender else life.known("organization", sender)
    return {"correspondent_type": "organization", "correspondent_id": id_}


def _ticket(life: Life, trip: Trip) -> None:
    rides = "; ".join(
        f"{leg.number} {leg.departs} {NAMES[leg.origin]} – {NAMES[leg.goal]}, seat {leg.seat or 'free'}"
        for leg in trip.legs
    )
    text = f"Booking {trip.code}, Nora Behrens. {rides}. One cello counts as one passenger."
    day, key = trip.booked[:10], f"{trip.key}-ticket"
    file = paper(life, key, f"{trip.code}.pdf", "tickets", day, text)
    total = f"{sum(float(leg.price) for leg in trip.legs):.2f}"
    life.add(
        "documents", key, file_id=file, document_type_id=life.id("document_type:ticket"), title=f"Ticket {trip.code}",
        description=f"{trip.name}: {text}", reference_number=trip.code, issued=day, amount=total, currency="EUR",
        correspondent_type="organization", correspondent_id=life.id(f"organization:{trip.legs[0].carrier}"),
    )  # fmt: skip
