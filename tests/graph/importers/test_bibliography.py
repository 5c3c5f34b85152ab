"""CSL-JSON and RIS, and that a work is one whichever format tells of it."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.importers.base import Importer
from graph.importers.library.csl_json import CslJson
from graph.importers.library.dates import csl_date, first_day, month_number
from graph.importers.library.ris import Ris
from tests.graph.household import Household, write
from tests.graph.importers.bringing import told
from tests.graph.importers.conformance import Conformance, filled, items, problems, run
from tests.graph.importers.memory import little_memory

CSL = """[
{"id": "gogh1890", "type": "article-journal", "title": "On light", "container-title": ["Journal of Light"],
 "author": [{"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"}, {"literal": "The Painters"},
 {"family": "King", "given": "Martin", "suffix": "Jr."}], "editor": [{"family": "Ed"}],
 "issued": {"date-parts": [["1890", 7]]}, "DOI": "10.1/X", "page": "1-9", "volume": 3, "keyword": "a, b",
 "custom": {"mine": [1, null]}, "note": "n", "ISSN": "1234-5678"},
{"id": "http://zotero.org/users/1/items/ABCD", "type": "book", "title": "B", "issued": {"raw": "circa 1999"}},
{"id": 1, "type": "book", "title": "C", "issued": {"date-parts": [[-300]]}, "citation-key": "plato"},
{"id": "ITEM-1", "type": "webpage", "title": "D", "author": "Ana", "issued": "2020-05-03"},
7]
"""
RIS = """TY  - JOUR
ID  - gogh1890
AU  - van Gogh, Vincent
A1  - The Painters
AU  - King, Martin, Jr.
T1  - On light
JO  - Journal of Light
JF  - Journal of Light
PY  - 1890
DA  - 1890/07//summer
SP  - 1
EP  - 9
DO  - 10.1/X
SN  - 1234-5678
KW  - a
KW  - b
AB  - One
and a half.
N1  - n
UR  - https://example.org/1
UR  - https://example.org/2
M2  - odd
ER  -

1.
TY  - CHAP
TI  - Part
T2  - Whole
A2  - Ed, Itor
PY  - 2001
SN  - 978-3-16-148410-0
ER  -
TY  - NOSUCH
TI  - Strange
TY  - BOOK
TI  - No end
"""


class TestCslJson(Conformance):
    importer: ClassVar[Importer] = CslJson()
    samples: ClassVar[dict[str, str]] = {"a.json": CSL, "b.json": f'{{"items": {CSL}}}'}


class TestRis(Conformance):
    importer: ClassVar[Importer] = Ris()
    samples: ClassVar[dict[str, str]] = {"a.ris": RIS, "b.txt": "\ufeff\n" + RIS.replace("\n", "\r\n")}


def test_csl(tmp_path: Path) -> None:
    found = run(CslJson(), tmp_path / "a.json", CSL)
    gogh, book, plato, page = filled(found, "bibliography_items")
    csl = gogh.pop("csl")
    assert (csl["custom"], csl["volume"]) == ({"mine": [1, None]}, 3)
    names = {"authors": ["van Gogh, Vincent", "The Painters", "King, Martin, Jr."], "editors": ["Ed"]}
    place = {"container_title": "Journal of Light", "volume": "3", "pages": "1-9", "isbn": "1234-5678"}
    said = {"citation_key": "gogh1890", "csl_type": "article-journal", "title": "On light", "issued": date(1890, 7, 1)}
    assert gogh == names | place | said | {"doi": "10.1/x", "keywords": ["a", "b"], "note": "n", "source": "csl-json"}
    assert ("citation_key" in book, book["issued"]) == (False, date(1999, 1, 1))
    assert (plato["citation_key"], "issued" in plato) == ("plato", False)
    assert (page["authors"], page["issued"]) == (["Ana"], date(2020, 5, 3))
    assert problems(found) == ["a work is an object"]
    assert list(items(found))[:3:2] == ["work:gogh1890", "work:plato"]


def test_ris(tmp_path: Path) -> None:
    found = run(Ris(), tmp_path / "a.ris", RIS)
    gogh, part, strange, cut = filled(found, "bibliography_items")
    csl = gogh.pop("csl")
    assert csl["issued"] == {"date-parts": [[1890, 7]], "season": "summer"}
    said = {"citation_key": "gogh1890", "csl_type": "article-journal", "title": "On light", "issued": date(1890, 7, 1)}
    assert gogh == said | {
        **{"authors": ["van Gogh, Vincent", "King, Martin, Jr.", "The Painters"], "abstract": "One\nand a half."},
        **{"container_title": "Journal of Light", "pages": "1-9", "isbn": "1234-5678", "doi": "10.1/x", "note": "n"},
        **{"keywords": ["a", "b"], "url": "https://example.org/1", "source": "ris"},
        "custom_fields": {"ris": {"UR": ["https://example.org/2"], "M2": ["odd"]}},
    }
    assert (part["container_title"], part["editors"], part["csl_type"]) == ("Whole", ["Ed, Itor"], "chapter")
    assert strange["custom_fields"] == {"ris": {"TY": ["NOSUCH"]}}
    assert cut["title"] == "No end"
    assert [one.warnings for one in items(found).values()][2:] == [("the work has no end (ER)",)] * 2
    assert problems(found) == []


def test_what_is_no_bibliography(tmp_path: Path) -> None:
    texts = ('[{"type": "book", "name": "x"}]', '{"type": "FeatureCollection", "features": []}', "[]", "")
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.json").write_text(text)
        assert not CslJson().identify(tmp_path / f"{number}.json")


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({"date-parts": [[2020, 2, 31]]}, date(2020, 2, 1)),
        ({"date-parts": [[2020, 13]]}, date(2020, 1, 1)),
        ({"date-parts": [[2001], [2003]]}, date(2001, 1, 1)),
        ({"literal": "spring 1999"}, date(1999, 1, 1)),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": []}, None),
        (2004, date(2004, 1, 1)),
    ],
)
def test_the_first_day(given: object, first: date | None) -> None:
    assert first_day(given) == first


def test_dates_as_they_are_written() -> None:
    assert csl_date("1984", "may", "3") == {"date-parts": [[1984, 5, 3]]}
    assert csl_date("1984", "10--12 Jan.") == {"date-parts": [[1984, 1]], "literal": "1984 10--12 Jan."}
    assert csl_date("2004~") == {"date-parts": [[2004]], "circa": True}
    assert csl_date("199X") == {"raw": "199X"}
    assert [month_number(one) for one in ("Sept.", "12", "13", "", "Michaelmas")] == [9, 12, None, None, None]


@given(st.text("0123456789-/~?[]XT ", max_size=20), st.text("janmy0123456789 ", max_size=6))
def test_any_date_is_one_or_none(written: str, month: str) -> None:
    first_day(csl_date(written, month, "7"))


async def test_one_work_in_three_formats(house: Household, tmp_path: Path) -> None:
    bibtex = "@article{gogh1890, title={On light}, journal={Journal of Light}}"
    write(tmp_path, {"a.json": CSL, "b.ris": RIS, "c.bib": bibtex})
    assert told(await house.bring(tmp_path / "a.json")) == {"bibliography_item": {"created": 4}}
    assert (await house.bring(tmp_path / "a.json")).changes == 0
    assert told(await house.bring(tmp_path / "b.ris")) == {"bibliography_item": {"created": 3, "updated": 1}}
    assert told(await house.bring(tmp_path / "c.bib")) == {"bibliography_item": {"updated": 1}}
    assert await house.value("SELECT count(*) FROM bibliography_items WHERE citation_key = 'gogh1890'") == 1


def test_large_files_stay_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.ris"
    with path.open("w") as file:
        for number in range(3000):
            file.write(f"TY  - JOUR\nID  - key{number}x\nTI  - Work {number}\nAB  - {'word ' * 500}\nER  - \n")
    with little_memory(path.stat().st_size / 3):
        count = sum(1 for _ in Ris().extract(path))
    assert count == 3000
