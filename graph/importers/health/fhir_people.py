"""Patient and Practitioner of FHIR: people as contacts with addresses and numbers, and who of them treats."""

from typing import Any

from graph.importers.base import Row, To
from graph.importers.health.fhir_resources import Resource, person_of
from graph.importers.health.fhir_values import day, name_of
from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import filled

NPI = "http://hl7.org/fhir/sid/us-npi"

_GENDERS = {"male": "M", "female": "F", "other": "O", "unknown": "U"}


def patient(one: Resource) -> tuple[Row, ...]:
    """Patient: oneself, or somebody of the family."""
    return _contact(one, one.key, "Patient")


def practitioner(one: Resource) -> tuple[Row, ...]:
    """Practitioner: a doctor or therapist, and the contact that they are."""
    names = (name_of(table(degree).get("code")) for degree in entries(one.said.get("qualification")))
    numbers = (table(number) for number in entries(one.said.get("identifier")))
    key = person_of(one.key)
    contact, *numbers_of = _contact(one, key, "Practitioner")
    values: dict[str, object] = {
        "contact_id": To(key),
        "display": " ".join(filter(None, (text(contact.values.get("n_prefix")), text(contact.values["fn"])))),
        "specialty": ", ".join(dict.fromkeys(filter(None, names))),
        "npi": next((text(number.get("value")) for number in numbers if number.get("system") == NPI), ""),
    }
    return (*one.row("health_practitioners", {**values, **one.told}), contact, *numbers_of)


def _contact(one: Resource, key: str, kind: str) -> tuple[Row, ...]:
    said = one.said
    names = [table(name) for name in entries(said.get("name"))]
    name = next((name for name in names if name.get("use") in ("official", "usual")), names[0] if names else {})
    given = " ".join(map(text, entries(name.get("given"))))
    full = text(name.get("text")) or f"{given} {text(name.get('family'))}".strip()
    values = {
        "uid": f"{kind}/{id_}" if (id_ := text(said.get("id"))) else one.key,
        "fn": full or kind,
        "n_given": given or None,
        "n_family": text(name.get("family")) or None,
        "n_prefix": " ".join(map(text, entries(name.get("prefix")))) or None,
        "n_suffix": " ".join(map(text, entries(name.get("suffix")))) or None,
        "gender": _GENDERS.get(text(said.get("gender"))),
        "bday": day(said.get("birthDate")),
        "source": "fhir",
    }
    return (Row("contacts", key, filled(values)), *_telecoms(said, key))


def _telecoms(said: Any, contact: str) -> list[Row]:
    rows: dict[str, Row] = {}
    for entry in map(table, entries(said.get("telecom"))):
        value, system = text(entry.get("value")).strip(), text(entry.get("system"))
        table_, column = {"email": ("contact_emails", "email"), "phone": ("contact_phones", "tel")}.get(
            system, ("", "")
        )
        if value and table_ and not (system == "email" and "@" not in value):
            key = f"{contact}/{system}:{value[:200]}"
            rows[key] = Row(table_, key, {"contact_id": To(contact), column: value, "source": "fhir"})
    return list(rows.values())
