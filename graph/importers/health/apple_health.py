"""Apple Health: export.xml as the phone writes it, beside its workout-routes or inside the zip with them.

Watches write millions of records: the file is read once, an element at a time. Only sleep, which is told as nights, and
blood pressure, which comes by itself and once more in pairs, are held until the end.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, ClassVar
from zipfile import BadZipFile, ZipFile
from zlib import error as BadDeflate

from graph.importers.base import Item, Problem
from graph.importers.decoding import path_text
from graph.importers.directories import reason
from graph.importers.health import apple_records as records
from graph.importers.health.apple_sleep import TYPE, Nights
from graph.importers.health.apple_types import kind_of
from graph.importers.health.apple_workouts import workout_item
from graph.importers.travel.gpx import GpxReading
from graph.importers.trees.elements import BrokenXml, Element, parts

_ROOT = re.compile(rb"<!DOCTYPE\s+HealthData|<HealthData[\s>]")
_HEAD = 64 * 1024
_UNTOLD = ("ExportDate",)
_BAD_ZIP = (BadZipFile, BadDeflate, NotImplementedError, RuntimeError)


class AppleHealth:
    """Reads exports of Apple Health; what is in a newer one again is the same."""

    format: ClassVar[str] = "apple_health"

    def identify(self, path: Path) -> bool:
        """By the root element, which every language's file has; a zip by such a file inside."""
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
            if head.startswith(b"PK\x03\x04"):
                with ZipFile(path) as archive:
                    return _main(archive) is not None
        except (OSError, ValueError, *_BAD_ZIP):
            return False
        return _is_export(head)

    def source(self, path: Path) -> str:
        """One source: every export has all of a life again."""
        return "apple_health"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """The routes first, then what the file has in its order, then nights and single blood pressures."""
        where = path_text(path)
        try:
            with path.open("rb") as file:
                if file.read(4) == b"PK\x03\x04":
                    yield from _zipped(path, where)
                    return
                file.seek(0)
                routes: dict[str, str] = {}
                for route in sorted((path.parent / "workout-routes").glob("*.gpx")):
                    with route.open("rb") as opened:
                        yield from _route(opened, route.name, path_text(route), routes)
                yield from _Reading(where, routes, path.parent).items(file)
        except OSError as error:
            yield Problem(where, reason(error))


def _zipped(path: Path, where: str) -> Iterator[Item | Problem]:
    try:
        with ZipFile(path) as archive:
            main = _main(archive)
            if main is None:
                yield Problem(where, "there is no export of Apple Health in this archive")
                return
            routes: dict[str, str] = {}
            for name in sorted(archive.namelist()):
                if "workout-routes/" in name and name.endswith(".gpx"):
                    with archive.open(name) as route:
                        yield from _route(route, name.rpartition("/")[2], where, routes)
            with archive.open(main) as file:
                yield from _Reading(where, routes).items(file)
            for folder, count in _left(archive, main).items():
                yield Problem(where, f"{count} files of {folder} stay in the archive: unpack it and import the folder")
    except (*_BAD_ZIP, EOFError) as error:
        yield Problem(where, f"the archive cannot be read: {error}")


def _is_export(head: bytes) -> bool:
    return head.removeprefix(BOM_UTF8).lstrip()[:1] == b"<" and _ROOT.search(head) is not None


def _main(archive: ZipFile) -> str | None:
    """The member that is the export, whatever it is called in the phone's language."""
    for name in archive.namelist():
        if name.endswith(".xml") and name.count("/") < 2:
            with archive.open(name) as file:
                if _is_export(file.read(_HEAD)):
                    return name
    return None


def _left(archive: ZipFile, main: str) -> Counter[str]:
    read = (main, "workout-routes/")
    names = [name for name in archive.namelist() if not name.endswith("/") and not any(one in name for one in read)]
    return Counter(name.rpartition("/")[0] if name.count("/") > 1 else name for name in names)


def _route(file: IO[bytes], name: str, where: str, routes: dict[str, str]) -> Iterator[Item | Problem]:
    key = f"route:{name}"
    for one in GpxReading(where, route=key, source=records.SOURCE).items(file):
        if isinstance(one, Item) and one.key == key:
            routes[name] = key
        yield one


@dataclass(slots=True)
class _Reading:
    """One export while its things come out; `folder` is where its other files lie, if it is no archive."""

    where: str
    routes: Mapping[str, str]
    folder: Path | None = None
    _told: bool = False
    _nights: Nights = field(init=False)
    _pressures: dict[str, Item] = field(default_factory=dict)
    _paired: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._nights = Nights(self.where)

    def items(self, file: IO[bytes]) -> Iterator[Item | Problem]:
        trouble, count = "", 0
        try:
            for part in parts(file, frozenset(("HealthData",))):
                if isinstance(part, Element):
                    for one in self._element(part):
                        count += 1
                        yield one
        except BrokenXml as broken:
            trouble = str(broken)
        for one in self._rest():
            count += 1
            yield one
        if trouble:
            yield Problem(self.where, f"cannot be read further: {trouble}")
        elif not count:
            yield Problem(self.where, "there is nothing in this export")

    def _rest(self) -> Iterator[Item]:
        yield from self._nights.items()
        yield from (item for key, item in self._pressures.items() if key not in self._paired)

    def _element(self, element: Element) -> Iterator[Item | Problem]:
        try:
            yield from self._read(element)
        except records.Unreadable as unreadable:
            yield Problem(self.where, f"{unreadable}: {element.written()[:300]}")

    def _read(self, element: Element) -> Iterator[Item | Problem]:
        if element.name == "Record":
            yield from self._record(element)
        elif element.name == "Workout":
            yield workout_item(element, self.routes, self.where)
        elif element.name == "Correlation":
            item = records.correlation_item(element, self.where)
            if item.rows[0].table == "body_measurements":
                self._paired |= {records.key_of(one) for one in element.every("Record")}
            yield item
        elif element.name == "ActivitySummary":
            yield records.summary_item(element, self.where)
        elif element.name == "Me":
            told = {name: value for name, value in element.attributes.items() if value and "NotSet" not in value}
            yield from (records.person_item(element, name, value, self.where) for name, value in told.items())
        elif element.name == "ClinicalRecord":
            path = element.attributes.get("resourceFilePath", "")
            if self.folder and not (self.folder / path.lstrip("/")).is_file():
                yield Problem(self.where, f"the FHIR file of a clinical record is missing: {path}")
        elif element.name not in _UNTOLD:
            yield records.other_item(element, self.where)

    def _record(self, element: Element) -> Iterator[Item]:
        apple_type = element.attributes.get("type", "")
        if apple_type == TYPE:
            self._nights.add(element)
            return
        item = records.record_item(element, self.where)
        if not self._told and "creationDate" in element.attributes:
            self._told = True
            item = replace(item, warnings=("of records it is not kept when they were written down (creationDate)",))
        if kind_of(apple_type).short in records.PRESSURE:
            self._pressures[item.key] = item
        else:
            yield item
