"""CSV files as rows of any table, by a mapping of columns (`mapping`): beside the file, given, or saved before.

A row is known by the key that the mapping says, else by the table's own, else by all that it says. What has a header
but no column goes into the custom fields, where the table has some.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem, Row, To
from graph.importers.decoding import path_text, storable
from graph.importers.directories import reason
from graph.importers.keys import digest, shortened
from graph.importers.tables.converting import Converter
from graph.importers.tables.mapping import From, Mapping, named, read
from graph.importers.tables.reading import Shape, rows, shape
from graph.importers.tables.suggesting import suggestion
from schema_sql.catalog import Catalog, Column, Entity

NOTHING = Catalog({}, {})
_SUFFIXES = (".csv", ".tsv")
_REFUSED = frozenset(("id", "user_id", "created_at", "updated_at", "deleted_at"))


class CsvTables:
    """Reads CSV. `mappings` are tried in their order where none lies beside the file."""

    format: ClassVar[str] = "csv"

    def __init__(self, catalog: Catalog = NOTHING, mappings: Sequence[Mapping] = ()) -> None:
        self._catalog = catalog
        self._mappings = tuple(mappings)

    def knowing(self, catalog: Catalog, mappings: Sequence[Mapping]) -> "CsvTables":
        """The same for these tables and mappings."""
        return CsvTables(catalog, mappings)

    def identify(self, path: Path) -> bool:
        """By the suffix: .csv or .tsv."""
        return path.suffix.lower() in _SUFFIXES and path.is_file()

    def source(self, path: Path) -> str:
        """One source for all files: the same row in another file is the same record."""
        return "csv"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        """Row by row. Without a mapping one problem that says how to write one."""
        where = path_text(path)
        try:
            found = self._mapping(path)
            if isinstance(found, Problem):
                yield found
                return
            mapping, form, header = found
            reading = _Reading(where, mapping, self._catalog, form.rows[header])
            with path.open(encoding=form.encoding, errors="replace", newline="") as file:
                every = rows(file, form.delimiter)
                for _, row in every:
                    if [named(cell) for cell in row] == [named(cell) for cell in reading.header]:
                        break
                for number, row in every:
                    yield from reading.row(number, row)
            if not reading.done:
                yield Problem(where, "there is no row below the header")
        except OSError as error:
            yield Problem(where, reason(error))
        except (ValueError, LookupError, csv.Error) as error:
            yield Problem(where, str(error))

    def _mapping(self, path: Path) -> tuple[Mapping, Shape, int] | Problem:
        """The mapping for this file, how the file is written and which row its header is."""
        beside = path.with_name(path.name + ".toml")
        if beside.is_file():
            try:
                mappings: tuple[Mapping, ...] = (read(beside),)
            except (ValueError, OSError) as error:
                return Problem(path_text(beside), f"no mapping: {error}")
        else:
            mappings = self._mappings
        for mapping in mappings:
            form = shape(path, mapping.delimiter, mapping.encoding)
            header = form.header(mapping.headers)
            if header is not None:
                return mapping, form, header
        form = shape(path)
        if beside.is_file():
            there = {named(cell) for cell in form.likely_header}
            lacking = sorted(one for one in mappings[0].headers if one not in there)
            return Problem(path_text(path), f"the mapping speaks of headers that are not there: {', '.join(lacking)}")
        if not form.likely_header:
            return Problem(path_text(path), "there is nothing in this file")
        draft = suggestion(self._catalog, form.likely_header)
        return Problem(
            path_text(path),
            f"no mapping says what its columns are: write one into {path_text(beside.name)}, or give one with --map. "
            f"To begin with: {draft}",
        )


@dataclass(slots=True)
class _Reading:
    """One file while its rows come out."""

    where: str
    mapping: Mapping
    catalog: Catalog
    header: Sequence[str]
    entity: Entity = field(init=False)
    converters: dict[str, Converter] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    rest: dict[int, str] = field(default_factory=dict)
    equals: Counter[str] = field(default_factory=Counter)
    mentioned: set[str] = field(default_factory=set)
    done: int = 0

    def __post_init__(self) -> None:
        if self.mapping.table not in {entity.name for entity in self.catalog.records if not entity.managed}:
            raise ValueError(f"the mapping names no table that can be filled: {self.mapping.table}")
        self.entity = self.catalog.entities[self.mapping.table]
        there = {named(cell): place for place, cell in reversed(list(enumerate(self.header)))}
        for name, source in self.mapping.columns.items():
            column = self._target(name, source)
            self.converters[name] = Converter(self.catalog, column, source, self.mapping.timezone)
            if source.header is not None:
                self.places[name] = there[named(source.header)]
        used = set(self.places.values())
        self.rest = {place: storable(cell).strip() for place, cell in enumerate(self.header) if place not in used}

    def _target(self, name: str, source: From) -> Column:
        """The column whose type the texts have: the own one, or that of another table which they refer to."""
        column = self.entity.by_name.get(name)
        if column is None or column.generated or column.secret or name in _REFUSED:
            raise ValueError(f"{self.entity.name} has no column {name} that can be filled")
        if not source.refer:
            return column
        referred = self.catalog.entities[self._referred(name)].by_name.get(source.refer)
        if referred is None:
            raise ValueError(f"{self._referred(name)} has no column {source.refer} that {name} could refer to")
        return referred

    def _referred(self, name: str) -> str:
        key = next((one for one in self.entity.foreign_keys if one.column == name), None)
        if key is None or key.target not in self.catalog.entities or key.target == "records":
            raise ValueError(f"{name} refers to no table")
        return key.target

    def row(self, number: int, cells: Sequence[str]) -> Iterator[Item | Problem]:
        """The row as an item, after what it refers to; what cannot be converted is a problem with line and column."""
        self.done += 1
        place = f"{self.where}: line {number}"
        values: dict[str, object] = {}
        for name, source in self.mapping.columns.items():
            convert = self.converters[name]
            try:
                value = convert.fixed(source.value) if source.header is None else convert(self._cell(name, cells))
            except ValueError as error:
                told = storable(" | ".join(cells))[:500]
                yield Problem(place, f"column {source.header or name}: {error} (the row: {told})")
                return
            if value is not None and source.refer:
                yield from self._mention(name, source.refer, value)
                value = To(self._reference(name, source.refer, value))
            if value is not None:
                values[name] = value
        yield self._item(values, cells, place)

    def _cell(self, name: str, cells: Sequence[str]) -> str:
        return cells[self.places[name]] if self.places[name] < len(cells) else ""

    def _mention(self, name: str, column: str, value: object) -> Iterator[Item]:
        key = self._reference(name, column, value)
        if key not in self.mentioned:
            self.mentioned.add(key)
            row = Row(self._referred(name), key, {column: value})
            yield Item(key, (row,), self.where, met_by=(column,), mentioned=True)

    def _reference(self, name: str, column: str, value: object) -> str:
        return shortened(f"{self._referred(name)}:{column}={value}")

    def _item(self, values: dict[str, object], cells: Sequence[str], place: str) -> Item:
        warnings = (
            [] if len(cells) <= len(self.header) else [f"{place}: more cells than headers: {cells[len(self.header) :]}"]
        )
        more = {
            title or f"column {at + 1}": storable(cells[at]).strip()
            for at, title in self.rest.items()
            if at < len(cells)
        }
        more = {title: text for title, text in more.items() if text}
        if "custom_fields" in self.entity.by_name and "custom_fields" not in values:
            values |= {"custom_fields": more} if more else {}
        elif more and self.done == 1:
            warnings.append(f"there is no place for these columns: {', '.join(self.rest.values())}")
        if "source" in self.entity.by_name:
            values.setdefault("source", "csv")
        key, met_by = self._key(values, cells)
        return Item(key, (Row(self.entity.name, key, values),), self.where, warnings=tuple(warnings), met_by=met_by)

    def _key(self, values: dict[str, object], cells: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        columns = self.mapping.key or self.entity.natural_key or ()
        if columns and all(values.get(name) is not None for name in columns):
            if len(columns) == 1 and isinstance(values[columns[0]], str):
                return shortened(f"{self.entity.name}:{columns[0]}={values[columns[0]]}"), columns
            return f"{self.entity.name}:{digest(*(str(values[name]) for name in columns))}", columns
        own = f"{self.entity.name}:{digest(*(cell.strip() for cell in cells))}"
        self.equals[own] += 1
        return own if self.equals[own] == 1 else f"{own}~{self.equals[own]}", ()
