"""CSV files become rows of any table by a mapping: sniffed, converted by type, known by their keys, errors told."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer, Problem
from graph.importers.tables.converting import Converter
from graph.importers.tables.csv_tables import CsvTables
from graph.importers.tables.mapping import From, parse
from graph.importers.tables.reading import shape
from resolvers.cli.importing import mappings, save
from schema_sql.catalog import Column
from tests.graph.household import CATALOG, Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, problems, rows, run, values

NOTES = """\
table = "notes"
key = ["title"]
dates = "%d.%m.%Y"
decimal_comma = true
[columns]
title = "Titel"
content = "Text"
aliases = { header = "Namen", split = "," }
pinned = "Oben"
content_format = { value = "plain" }
notebook_id = { header = "Heft", refer = "title" }
"""
ROWS = 'Auszug vom;01.03.2026\n\nTitel;Text;Namen;Oben;Heft;Preis\nEins;"a;\nb";x, y;ja;Rot;3,50\nZwei;;;nein;;\n'
BUDGETS = 'table = "budgets"\n[columns]\nname = "Name"\ncurrency = "Cur"\nstart_date = "From"\n'
THREE = "Name,Cur,From,More\nHouse,EUR,2026-01-01,x\nCar,EURO,2026-01-01,\nCar,EUR,soon,\nCar,EUR,,\n"
TYPES = (
    *("integer", "numeric", "date", "timestamptz", "interval", "boolean", "uuid", "jsonb", "time", "char(3)", "real"),
    *("commodity_kind", "text[]", "integer[]"),
)


def importer(*texts: str) -> CsvTables:
    return CsvTables(CATALOG, [parse(text) for text in texts])


class TestConformance(Conformance):
    importer: ClassVar[Importer] = importer(NOTES, BUDGETS)
    samples: ClassVar = {
        "a.csv": ROWS,
        "latin.csv": ROWS.replace("Eins", "Fr\u00fchling").encode("cp1252"),
        "wide.tsv": ROWS.replace(";", "\t").encode("utf-16"),
        "budgets.csv": THREE,
    }


def test_rows(tmp_path: Path) -> None:
    found = run(importer(NOTES), tmp_path / "a.csv", ROWS)
    one, two = (dict(row.values) for row in rows(found, "notes"))
    assert getattr(one.pop("notebook_id"), "key", "") == "notebooks:title=Rot"
    assert one == {
        "title": "Eins",
        "content": "a;\nb",
        "aliases": ["x", "y"],
        "pinned": True,
        "content_format": "plain",
        "custom_fields": {"Preis": "3,50"},
        "source": "csv",
    }
    assert two == {"title": "Zwei", "pinned": False, "content_format": "plain", "source": "csv"}
    assert [row.key for row in rows(found, "notes")] == ["notes:title=Eins", "notes:title=Zwei"]


def test_what_cannot_be_converted_is_told_with_line_and_column(tmp_path: Path) -> None:
    found = run(importer(BUDGETS), tmp_path / "b.csv", THREE)
    reasons = [(one.where.rpartition(": ")[2], one.reason) for one in found if isinstance(one, Problem)]
    assert reasons == [
        ("line 3", "column Cur: longer than 3 characters (the row: Car | EURO | 2026-01-01 | )"),
        ("line 4", "column From: no date like 2026-03-01 (say its format): 'soon' (the row: Car | EUR | soon | )"),
    ]
    assert [row.values["name"] for row in rows(found, "budgets")] == ["House", "Car"]


def test_a_mapping_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv.toml": BUDGETS})
    found = run(importer(NOTES), tmp_path / "a.csv", "Cur|Name|From\nEUR|House|2026-01-01")
    assert values(found, "budgets")["name"] == "House"
    (reason,) = problems(run(importer(), tmp_path / "a.csv", "Currency,Name\nEUR,House"))
    assert reason == "the mapping speaks of headers that are not there: cur, from"
    broken = ("x", "table = 1", BUDGETS + "nix = 'Name'", BUDGETS.replace("budgets", "no"), BUDGETS + "id = 'Name'")
    for text in broken:
        write(tmp_path, {"a.csv.toml": text})
        assert len(problems(run(importer(), tmp_path / "a.csv", "Cur,Name,From\nEUR,House,2026-01-01"))) == 1


def test_without_a_mapping_one_is_suggested(tmp_path: Path) -> None:
    (reason,) = problems(run(importer(), tmp_path / "a.csv", "Symbol,Name,ISIN\nX,Y,Z\n"))
    assert "write one into a.csv.toml, or give one with --map" in reason
    draft = parse(reason.partition("To begin with: ")[2].replace("; ", "\n"))
    assert (draft.table, draft.headers) == ("commodities", {"symbol", "name", "isin"})


def converted(type_: str, text: str, source: From) -> object:
    return Converter(CATALOG, Column("x", type_), source, None)(text)


@given(st.data())
def test_values_that_were_written_come_back(data: st.DataObject) -> None:
    plain = From("X")
    day = data.draw(st.dates())
    assert converted("date", day.isoformat(), plain) == day
    assert converted("date", f"{day.day:02}.{day.month:02}.{day.year:04}", From("X", format="%d.%m.%Y")) == day
    moment = data.draw(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)))
    assert converted("timestamptz", moment.isoformat(), plain) == moment
    assert converted("timestamptz", moment.replace(tzinfo=None).isoformat(" "), plain) == moment
    number = data.draw(st.decimals(-(10**12), 10**12, places=4))
    assert converted("numeric", str(number), plain) == number
    european = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert converted("numeric", european, From("X", decimal_comma=True)) == number
    whole = data.draw(st.integers(-(2**31), 2**31 - 1))
    assert converted("integer", str(whole), plain) == whole
    seconds = data.draw(st.integers(0, 10**7))
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    assert converted("interval", clock, plain) == timedelta(seconds=seconds)
    words = data.draw(st.lists(st.text("abc \u00e4", min_size=1).map(str.strip).filter(bool)))
    assert (converted("text[]", "|".join(words), From("X", split="|")) or []) == words


@given(st.sampled_from(TYPES), st.text())
def test_nothing_but_value_errors(type_: str, text: str) -> None:
    try:
        converted(type_, text, From("X"))
    except ValueError as error:
        assert str(error)


_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=",;\t|"), max_size=8)


@given(st.lists(st.lists(_CELLS, min_size=3, max_size=3), min_size=2, max_size=9), st.sampled_from(",;\t|"))
def test_shapes_are_found(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Name", "Cur", "From"], *table])
    path = tmp_path_factory.getbasetemp() / "shape.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    found = shape(path)
    assert (found.delimiter, found.header(frozenset(("name", "cur")))) == (delimiter, 0)


async def test_rows_come_in_and_meet_what_is_there(house: Household, tmp_path: Path) -> None:
    notebook = await house.create("notebooks", title="Rot")
    mine = await house.create("notes", title="Eins", content="old", pinned=False)
    write(tmp_path, {"a.csv": ROWS})
    given_ = (parse(NOTES),)
    report = await house.bring(tmp_path / "a.csv", mappings=given_)
    assert (report.problems, told(report)["note"]) == ([], {"created": 1, "updated": 1})
    assert told(report)["notebook"] == {"unchanged": 1}
    (row,) = await house.rows("SELECT id, content, notebook_id FROM notes WHERE title = 'Eins'")
    assert tuple(row) == (mine, "a;\nb", notebook)
    assert (await house.bring(tmp_path / "a.csv", mappings=given_)).changes == 0
    write(tmp_path, {"a.csv": ROWS.replace("ja", "nein")})
    assert told(await house.bring(tmp_path / "a.csv", mappings=given_))["note"] == {"updated": 1, "unchanged": 1}
    assert len((await house.bring(tmp_path / "a.csv")).problems) == 1


async def test_a_table_with_a_key_that_is_made_of_a_name(house: Household, tmp_path: Path) -> None:
    await house.create("payees", name="Mercadona")
    mapping = parse('table = "payees"\n[columns]\nname = "Who"\n')
    report = await house.bring(
        write(tmp_path, {"a.csv": "Who,Seen\n MERCADONA ,1\nLidl,2\n"}) / "a.csv", mappings=(mapping,)
    )
    assert report.problems == []
    assert await house.living("payees", "normalized_name") == ["lidl", "mercadona"]


def test_a_given_mapping_is_remembered(tmp_path: Path) -> None:
    write(tmp_path, {"map.toml": BUDGETS, "saved/broken.toml": "x"})
    (one,) = mappings(tmp_path / "map.toml", tmp_path / "saved")
    save(one, tmp_path / "saved")
    assert mappings(None, tmp_path / "saved") == (one,)
