"""Procedure and DiagnosticReport of FHIR: what was done, and what was found, with the report as it was issued."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from graph.importers.base import Item, Row, To
from graph.importers.decoding import decode
from graph.importers.files import file_item, sniffed
from graph.importers.health.apple_types import LOINC
from graph.importers.health.fhir_observations import observation
from graph.importers.health.fhir_resources import Incomplete, Resource
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
)
from graph.importers.trees.documents import entries, table, text

_DONE = frozenset(
    ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown")
)
_ISSUED = frozenset(
    (
        "registered", "partial", "preliminary", "modified", "final", "amended", "corrected", "appended", "cancelled",
        "entered-in-error", "unknown",
    )
)  # fmt: skip


def procedure(one: Resource) -> tuple[Row, ...]:
    """Procedure: something that was done to one."""
    said = one.said
    concept = coding(said.get("code"))
    if "display" not in concept:
        raise Incomplete("a Procedure without a name")
    start, end = _days(said, "performed" if any(name.startswith("performed") for name in said) else "occurrence")
    reasons = (*entries(said.get("reasonCode")), *entries(said.get("reason")))
    why = [*map(name_of, reasons), *map(called, entries(said.get("reasonReference")))]
    doctors = [one.treating(table(part).get("actor")) for part in entries(said.get("performer"))]
    performers = list(filter(None, map(called, entries(said.get("performer")))))
    values = {
        **concept,
        "status": code_of(said.get("status"), _DONE) or "unknown",
        "category": name_of(first(said.get("category"))),
        "performed_date": start,
        "performed_until": end,
        "body_site": _names(said.get("bodySite")),
        "reason": ", ".join(dict.fromkeys(filter(None, why))),
        "outcome": name_of(said.get("outcome")),
        "complication": _names(said.get("complication")),
        "note": notes(said),
        "encounter_id": one.to("encounter"),
        "practitioner_id": next(filter(None, doctors), None),
        "reason_condition_id": one.of("Condition", *entries(said.get("reasonReference")), *map(_inside, reasons)),
        "custom_fields": {"fhir": {"performers": performers}} if performers else {},
    }
    return one.row("health_procedures", values)


def _inside(reason: Any) -> Any:
    """The reference in a CodeableReference of R5."""
    return table(reason).get("reference")


def _names(concepts: Any) -> str:
    return ", ".join(filter(None, (name_of(concept) for concept in entries(concepts))))


def _days(said: Mapping[str, Any], name: str) -> tuple[date | None, date | None]:
    """First and, where it is another one, last day of what took place then."""
    period = table(said.get(f"{name}Period"))
    start, end = day(said.get(f"{name}DateTime")) or day(period.get("start")), day(period.get("end"))
    start = start or end
    return start, end if start and end and end > start else None


def report(one: Resource) -> tuple[Row, ...]:
    """DiagnosticReport; the observations inside it (`contained`) are parts of it."""
    said = one.said
    concept = coding(said.get("code"), LOINC)
    authors = [*entries(said.get("resultsInterpreter")), *entries(said.get("performer"))]
    values = {
        **concept,
        "display": concept.get("display") or "Report",
        "status": code_of(said.get("status"), _ISSUED) or "unknown",
        "category": ", ".join(dict.fromkeys(filter(None, map(name_of, entries(said.get("category")))))),
        "effective_date": _days(said, "effective")[0] or day(said.get("issued")),
        "issued_at": instant(said.get("issued")),
        "conclusion": text(said.get("conclusion")) or _names(said.get("conclusionCode")),
        "performer": ", ".join(dict.fromkeys(filter(None, map(called, authors)))),
        "encounter_id": one.to("encounter"),
        "practitioner_id": next(filter(None, map(one.treating, authors)), None),
        **one.told,
    }
    return (*one.row("diagnostic_reports", values), *_contained(one))


def _contained(one: Resource) -> Iterator[Row]:
    wanted = {reference(result) for result in entries(one.said.get("result"))}
    inside = {f"#{text(part.get('id'))}": part for part in map(table, entries(one.said.get("contained")))}
    for name, part in inside.items():
        if name in wanted and part.get("resourceType") == "Observation":
            about = Resource(_dated(part, one.said), f"{one.key}/{name[:200]}", one.find, {"report_id": To(one.key)})
            try:
                yield from observation(about)
            except Incomplete:
                continue  # the report is kept raw, and what is inside it with it


def _dated(part: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """An observation that says no time of its own is as old as its report."""
    times = {name: value for name, value in said.items() if name.startswith("effective") or name == "issued"}
    return times | dict(part)


def presented(said: Mapping[str, Any], where: str) -> list[Item]:
    """The report as it was issued (`presentedForm`): files of the bytes that it brings along, a PDF before others."""
    found = []
    for place, form in enumerate(map(table, entries(said.get("presentedForm")))):
        data = _bytes(form.get("data"))
        if data:
            media_type = text(form.get("contentType")).partition(";")[0].strip().lower() or sniffed(data)
            name = text(form.get("title")) or f"{name_of(said.get('code')) or 'Report'} {place + 1}"
            found.append(_file(data, media_type, name, where))
    return sorted(found, key=lambda item: item.rows[0].values["media_type"] != "application/pdf")


def _bytes(coded: Any) -> bytes:
    try:
        return base64.b64decode("".join(text(coded).split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _file(data: bytes, media_type: str, name: str, where: str) -> Item:
    item = file_item(data, media_type, name, where)
    said = decode(data).text if media_type.startswith("text/") else None
    values = {**item.rows[0].values, "text_content": said, "source": "fhir"}
    return Item(item.key, (Row("files", item.key, values),), where, data, media_type)
