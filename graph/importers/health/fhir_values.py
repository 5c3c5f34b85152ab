"""The data types of FHIR R4 and R5 (https://hl7.org/fhir/R4/datatypes.html) as the columns take them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from graph.importers.trees.documents import entries, table, text
from graph.importers.trees.values import moment, number


def coding(concept: Any, preferred: str = "") -> dict[str, str]:
    """System, code and name of a CodeableConcept, a Coding or (R5) a CodeableReference."""
    said = table(concept)
    said = table(said.get("concept")) or said
    codings = [table(one) for one in entries(said.get("coding"))] or ([said] if "code" in said else [])
    chosen = next((one for one in codings if text(one.get("system")) == preferred), codings[0] if codings else {})
    display = text(said.get("text")) or text(chosen.get("display")) or text(chosen.get("code"))
    found = {"code_system": text(chosen.get("system")), "code": text(chosen.get("code")), "display": display}
    return {name: value for name, value in found.items() if value}


def name_of(concept: Any) -> str:
    """What a concept is called."""
    return coding(concept).get("display", "")


def code_of(concept: Any, known: Collection[str] | Mapping[str, str]) -> str | None:
    """The code of a concept or a plain code where it is one of these, translated where they are a mapping."""
    code = concept if isinstance(concept, str) else coding(concept).get("code", "")
    if isinstance(known, Mapping):
        return known.get(code)
    return code if code in known else None


def first(value: Any) -> Any:
    """The first of a list, else the value itself."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def reference(value: Any) -> str:
    """What a Reference points at, as it is written."""
    said = table(value)
    return text(said.get("reference")) or text(table(said.get("reference")).get("reference"))


def called(value: Any) -> str:
    """The name that a Reference or an actor (`actor`, `individual`) carries."""
    said = table(value)
    inner = table(said.get("actor")) or table(said.get("individual")) or said
    return text(inner.get("display"))


def instant(value: Any) -> datetime | None:
    """A dateTime; a year or a month is its first day, a day begins at midnight in UTC."""
    said = text(value)
    return moment({4: f"{said}-01-01", 7: f"{said}-01"}.get(len(said), said))


def day(value: Any) -> date | None:
    """The day of a date or dateTime, as its own clock shows it."""
    said = text(value)
    try:
        return date.fromisoformat({4: f"{said}-01-01", 7: f"{said}-01"}.get(len(said), said[:10]))
    except ValueError:
        return None


def span(resource: Mapping[str, Any], name: str) -> tuple[datetime | None, datetime | None]:
    """The choice type `name[x]`: a dateTime, an instant or a Period; an end before the start is none."""
    period = table(resource.get(f"{name}Period")) or table(resource.get(name))
    start = instant(resource.get(f"{name}DateTime")) or instant(resource.get(f"{name}Instant"))
    start = start or instant(resource.get(name)) or instant(period.get("start"))
    end = instant(period.get("end"))
    start = start or end
    return start, end if start and end and end >= start else None


def quantity(value: Any) -> tuple[float | None, str]:
    """Number and unit (UCUM where it says so) of a Quantity."""
    said = table(value)
    return number(said.get("value")), text(said.get("code")) or text(said.get("unit"))


def notes(resource: Mapping[str, Any]) -> str | None:
    """All annotations, a paragraph each."""
    found = [text(table(one).get("text")) for one in entries(resource.get("note"))]
    return "\n\n".join(filter(None, found)) or None
