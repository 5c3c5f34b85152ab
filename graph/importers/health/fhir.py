"""FHIR R4 and R5 (https://hl7.org/fhir/R4/): bundles, single resources, and NDJSON as bulk exports have it.

A folder of NDJSON files is one source, since an observation in one file refers to a visit in another. What is referred
to comes first, so a source is read once to know what is there and once more for each rank. Every resource is kept raw.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.health import fhir_medications as medications
from graph.importers.health import fhir_resources as resources
from graph.importers.health.fhir_observations import observation
from graph.importers.health.fhir_people import patient, practitioner
from graph.importers.health.fhir_reports import presented, procedure, report
from graph.importers.health.fhir_resources import MEDIA_TYPE, Incomplete, Resource, written
from graph.importers.health.fhir_values import name_of, reference
from graph.importers.keys import digest, shortened
from graph.importers.trees.documents import BrokenJson, clean, entries, head, table, text, values

_LINES = (".ndjson", ".jsonl")
_TAKEN = ("MedicationRequest", "MedicationStatement")
_RANKS = {"Medication": 0, "Patient": 0, "Practitioner": 0, "Encounter": 1, "Condition": 2, "DiagnosticReport": 3}
_RANKS |= dict.fromkeys(_TAKEN, 3)
"""What is referred to, in the order in which it comes; everything else is last."""
_LAST = 4
_LATER = ("DiagnosticReport", "Practitioner", "Procedure")
"""What was kept as a file before there was a table for it has another key since, or it would stay that file."""
_READERS: Mapping[str, Callable[[Resource], tuple[Row, ...]]] = {
    "AllergyIntolerance": resources.allergy,
    "Condition": resources.condition,
    "DiagnosticReport": report,
    "Encounter": resources.encounter,
    "Immunization": resources.immunization,
    "Medication": medications.medication,
    "MedicationAdministration": medications.administration,
    "Observation": observation,
    "Patient": patient,
    "Practitioner": practitioner,
    "Procedure": procedure,
}


class Fhir:
    """Reads FHIR in JSON; a resource is known by its type and id."""

    format: ClassVar[str] = "fhir"

    def identify(self, path: Path) -> bool:
        """By a resourceType at the beginning; a folder with two such NDJSON files as a whole."""
        if path.is_dir():
            return len(_files(path)) > 1
        return _is_fhir(path)

    def source(self, path: Path) -> str:
        """One source for all files: a resource that comes again is the same."""
        return "fhir"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """People and medicines first, then visits, then conditions, prescriptions and reports, then everything else."""
        files = _files(path) if path.is_dir() else [path]
        try:
            yield from _Reading(files).items()
        except OSError as error:
            yield Problem(path_text(path), reason(error))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.ndjson") if path.is_file() and _is_fhir(path))


def _is_fhir(path: Path) -> bool:
    begin = head(path)[:20_000]
    return begin[:1] == b"{" and b'"resourceType"' in begin


def _has_lines(path: Path, begin: bytes) -> bool:
    """Whether each line is a resource."""
    if path.suffix.lower() in _LINES:
        return True
    line, _, more = begin.partition(b"\n")
    return more.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}"


@dataclass(slots=True)
class _Reading:
    """One source. `_known` has kind and key of what can be referred to by what a reference to it looks like.

    `_roles` has the practitioners that roles are of, `_beside` what one resource tells of another, both by references.
    """

    files: list[Path]
    _known: dict[str, tuple[str, str]] = field(default_factory=dict)
    _roles: dict[str, str] = field(default_factory=dict)
    _beside: dict[str, dict[str, object]] = field(default_factory=dict)
    _ranks: set[int] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _once: set[str] = field(default_factory=set)

    def items(self) -> Iterator[Item | Problem]:
        troubles: list[Problem] = []
        for one in self._all():
            if isinstance(one, Problem):
                troubles.append(one)
            else:
                self._survey(one[1], one[2])
        for rank in sorted(self._ranks):
            for one in self._all():
                if not isinstance(one, Problem) and _rank(one[2]) == rank:
                    yield from self._resource(*one)
        yield from troubles
        if not self._ranks and not troubles:
            yield Problem(path_text(self.files[0]), "there is no resource in this file")

    def _all(self) -> Iterator[tuple[str, str, dict[str, Any]] | Problem]:
        """All resources with the file that they are in and the URL that a bundle gives them."""
        for path in self.files:
            where = path_text(path)
            for number, url, value in _resources(path):
                if isinstance(value, str):
                    yield Problem(f"{where}: line {number}" if number else where, value)
                elif text(value.get("resourceType")):
                    yield where, url, value
                else:
                    yield Problem(where, f"it is no resource of FHIR: {str(value)[:200]}")

    def _survey(self, url: str, said: dict[str, Any]) -> None:
        """What is to be known of a resource before the first one is read."""
        self._ranks.add(_rank(said))
        kind, key = said["resourceType"], _key(url, said)
        names = [_name(url, said), url] if url else [_name(url, said)]
        if kind in _RANKS:
            self._known |= dict.fromkeys(names, (kind, key))
        if kind == "Practitioner":
            for number in map(table, entries(said.get("identifier"))):
                self._known[f"{kind}?identifier={text(number.get('system'))}|{text(number.get('value'))}"] = kind, key
        elif kind == "PractitionerRole":
            who = reference(said.get("practitioner"))
            self._roles |= dict.fromkeys(names, who)
            specialty = ", ".join(filter(None, map(name_of, entries(said.get("specialty")))))
            self._tell(who, {"specialty": specialty} if specialty else {})
        elif kind == "DiagnosticReport":
            for result in entries(said.get("result")):
                self._tell(reference(result), {"report_id": To(key)})

    def _tell(self, target: str, columns: dict[str, object]) -> None:
        for name in _names(target):
            self._beside[name] = columns | self._beside.get(name, {})

    def find(self, target: str, kind: str = "") -> str | None:
        """The key of what a reference means, if it is in this source; it may be relative or a whole URL."""
        names = _names(target)
        people = [person for name in names for person in _names(self._roles.get(name, ""))]
        known = (self._known.get(name, ("", "")) for name in (*names, *people))
        return next((key for found, key in known if key and kind in ("", found)), None)

    def _resource(self, where: str, url: str, said: dict[str, Any]) -> Iterator[Item | Problem]:
        kind, key, warnings = said["resourceType"], _key(url, said), []
        told = self._beside.get(_name(url, said)) or self._beside.get(url, {})
        if kind == "DiagnosticReport" and (files := presented(said, where)):
            yield from self._first(files)
            told = told | {"file_id": To(files[0].key)}
        one = Resource(said, key, self.find, told)
        try:
            if kind in _TAKEN:
                medicine, row = medications.medicine_of(one)
                yield from self._first([Item(medicine, (row,), where)] if row else [])
                rows = medications.statement(one, medicine)
            else:
                rows = _READERS.get(kind, resources.other)(one)
        except Incomplete as incomplete:
            warnings.append(f"{incomplete}: kept as a file")
            rows = resources.other(one)
        if kind not in _READERS and kind not in _TAKEN and kind not in self._told:
            self._told.add(kind)
            warnings.append(f"there is no table for a {kind}: they are kept as files")
        yield Item(one.key, rows, where, written(said), MEDIA_TYPE, tuple(warnings))

    def _first(self, items: list[Item]) -> Iterator[Item]:
        """Those that did not come yet: medicines and files that several resources have."""
        for item in items:
            if item.key not in self._once:
                self._once.add(item.key)
                yield item


def _names(target: str) -> list[str]:
    """What a resource may be known by that this reference points at."""
    return list(dict.fromkeys((target, "/".join(target.split("/")[-2:])))) if target else []


def _resources(path: Path) -> Iterator[tuple[int, str, Any]]:
    """Line, URL and value of all that is in a file; the value is a text that says what is wrong."""
    begin = head(path)
    with path.open("rb") as file:
        if _has_lines(path, begin):
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, "", _loaded(line)
            return
        bundle = b'"Bundle"' in begin[:20_000] and b'"entry"' in begin
        try:
            if not bundle:
                for value in values(file, ""):
                    yield 0, "", value if isinstance(value, dict) else "it is no resource of FHIR"
            else:
                for value in values(file, "entry.item"):
                    entry = table(value)
                    yield 0, text(entry.get("fullUrl")), table(entry.get("resource"))
        except BrokenJson as broken:
            yield 0, "", f"cannot be read further: {broken}"


def _loaded(line: bytes) -> dict[str, Any] | str:
    try:
        value = clean(orjson.loads(line))
    except (orjson.JSONDecodeError, RecursionError) as error:
        return f"it is no JSON: {error}"
    return value if isinstance(value, dict) else "it is no resource of FHIR"


def _rank(said: dict[str, Any]) -> int:
    return _RANKS.get(said["resourceType"], _LAST)


def _name(url: str, said: dict[str, Any]) -> str:
    """What a resource is called by others of its server, or else by its bundle."""
    id_ = text(said.get("id"))
    return shortened(f"{said['resourceType']}/{id_}" if id_ else url or digest(written(said).decode()))


def _key(url: str, said: dict[str, Any]) -> str:
    name = _name(url, said)
    return f"table:{name}" if said["resourceType"] in _LATER else name
